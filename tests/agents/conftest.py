"""A hub, and sessions on it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.support.company import Room
from tests.support.hub_process import HubProcess


@pytest.fixture(scope="module")
def hub() -> Iterator[HubProcess]:
    with HubProcess() as hub:
        yield hub


@pytest.fixture
async def room(hub: HubProcess) -> AsyncIterator[Room]:
    async with Room(hub) as room:
        yield room
