"""A store in a folder, and one in memory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from aitransport_notebook.hub.store import Store
from tests.hub.store.support import Publisher


@pytest.fixture(params=["folder", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    store = Store.open(tmp_path / "hub" if request.param == "folder" else None)
    yield store
    store.close()


@pytest.fixture
def publisher(store: Store) -> Publisher:
    return Publisher(store)
