"""Hubs under observation."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hostile.support import SECRETS, WatchedHub


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WatchedHub]:
    """A hub of the module's own, which has said nothing on stderr when all is over."""
    with WatchedHub(tmp_path_factory.mktemp("hub")) as hub:
        yield hub
        said = hub.complaints(whole=True)
    assert not said, f"on stderr:\n{said}"


@pytest.fixture
def own(tmp_path: Path) -> Iterator[WatchedHub]:
    """A hub of the test's own."""
    with WatchedHub(tmp_path) as hub:
        yield hub
        said = hub.complaints(whole=True)
    assert not any(secret in said for secret in SECRETS)
    assert not said, f"on stderr:\n{said}"
