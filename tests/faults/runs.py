"""One campaign on one hub, for each kind of fault."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping
from pathlib import Path

from tests.faults.campaign import Campaign, Report, Size
from tests.support.cutting_proxy import EVERY_HARM, CuttingProxy
from tests.support.hub_process import HubProcess

# What CI runs, and what the long run does.
SAMPLE = Size(publishers=8, subscribers=8)
SMALL_SAMPLE = Size(publishers=6, subscribers=6, official=())
FULL = Size(publishers=20, subscribers=20, channels=4)


def logged_hub(folder: Path) -> HubProcess:
    """A hub that keeps what it says in `hub.log`."""
    redirect = ("sh", "-c", 'exec "$@" 2>>"$0"', str(folder / "hub.log"))
    return HubProcess(data=folder / "data", prefix=redirect)


async def run_kills(seed: int, size: Size, kills: int, folder: Path) -> Report:
    """Kill the hub under load, at moments that nothing prepares for."""
    rng = random.Random(seed)
    with logged_hub(folder) as hub:
        campaign = Campaign(lambda: hub.url, size, rng, folder)
        try:
            await campaign.begin()
            await kill_at_random(hub, rng, kills)
            report = await campaign.finish(hub.url)
        finally:
            await campaign.end()
    report.problems += complaints(folder)
    return report


async def run_cuts(
    seed: int,
    size: Size,
    folder: Path,
    *,
    seconds: float = 0,
    kills: int = 0,
    harms: Mapping[str, int] = EVERY_HARM,
) -> Report:
    """Let the clients reach the hub through sockets that are harmed; perhaps kill it, too."""
    rng = random.Random(seed)
    with logged_hub(folder) as hub:
        proxy = await CuttingProxy(hub.port, rng, harms).start()
        campaign = Campaign(lambda: proxy.url, size, rng, folder)
        try:
            await campaign.begin()
            await asyncio.sleep(seconds)
            await kill_at_random(hub, rng, kills)
            proxy.calm()
            report = await campaign.finish(hub.url)
        finally:
            await campaign.end()
            await proxy.close()
    report.harm = dict(proxy.done)
    report.problems += complaints(folder)
    return report


async def run_terminations(
    seed: int, size: Size, times: int, folder: Path
) -> tuple[Report, list[tuple[int, float]]]:
    """Ask the hub to end under load; return how each end went: exit status and seconds."""
    rng = random.Random(seed)
    loop = asyncio.get_running_loop()
    ends = []
    with logged_hub(folder) as hub:
        campaign = Campaign(lambda: hub.url, size, rng, folder)
        try:
            await campaign.begin()
            for _ in range(times):
                await asyncio.sleep(rng.uniform(0.5, 1.5))
                began = loop.time()
                status = await asyncio.to_thread(hub.stop)
                ends.append((status, loop.time() - began))
                await asyncio.to_thread(hub.start)
            report = await campaign.finish(hub.url)
        finally:
            await campaign.end()
    report.problems += complaints(folder)
    return report, ends


async def kill_at_random(hub: HubProcess, rng: random.Random, times: int) -> None:
    for _ in range(times):
        await asyncio.sleep(rng.uniform(0.2, 2.0))
        await asyncio.to_thread(hub.kill)
        await asyncio.sleep(rng.choice((0.0, 0.05, 0.4)))
        await asyncio.to_thread(hub.start)


def complaints(folder: Path) -> list[str]:
    """What the hub itself said went wrong: faults of others are not its errors."""
    said = (folder / "hub.log").read_text(encoding="utf-8").strip()
    return [f"the hub said: {said[-1500:]}"] if said else []
