"""Fixtures of the tests of `lab`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.lab.home import new_home
from tests.support.company import Room
from tests.support.hub_process import HubProcess


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    yield from new_home(tmp_path, monkeypatch)


@pytest.fixture
async def room(hub: HubProcess) -> AsyncIterator[Room]:
    async with Room(hub) as room:
        yield room
