"""Things that happen to a hub."""

from __future__ import annotations

import asyncio
import random

from tests.support.hub_process import HubProcess


async def kill_at_random(hub: HubProcess, rng: random.Random, times: int) -> None:
    """Kill the hub and start it again, at moments that nothing prepares for."""
    for _ in range(times):
        await asyncio.sleep(rng.uniform(0.2, 2.0))
        await asyncio.to_thread(hub.kill)
        await asyncio.sleep(rng.choice((0.0, 0.05, 0.4)))
        await asyncio.to_thread(hub.start)
