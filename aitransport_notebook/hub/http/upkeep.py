"""What a hub does of its own accord, as time goes by."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from functools import partial

from aitransport_notebook.hub.http.calls import outcome
from aitransport_notebook.hub.http.parts import Hub

TICK = 0.5
PRUNING = 30.0
LONGEST_NAP = 5.0


async def keep_time(hub: Hub) -> None:
    """Let the core see the time pass."""
    while True:
        await asyncio.sleep(TICK)
        hub.core.tick(hub.moment())
        if hub.core.in_use:
            hub.used()


async def keep_room(hub: Hub) -> None:
    """Remove what has been kept long enough."""
    retention = hub.limits.retention
    if retention is None:
        return
    interval = min(PRUNING, retention / 2000)
    while True:
        await asyncio.sleep(interval)
        await remove(hub, hub.store.prune(hub.now() - retention, hub.is_persisted))


async def remove(hub: Hub, slices: Iterator[int]) -> None:
    """Remove what is given up, a slice a batch, so that nothing waits long."""
    while await outcome(partial(hub.core.in_batch, partial(next, slices, None))) is not None:
        pass


async def end_when_idle(hub: Hub, seconds: float, ended: asyncio.Event) -> None:
    """Set `ended` once nobody has used the hub for so long."""
    while True:
        left = seconds - hub.idle_for(time.monotonic())
        if left <= 0:
            break
        await asyncio.sleep(min(left, LONGEST_NAP))
    ended.set()
