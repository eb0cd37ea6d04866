"""The long run: python -m tests.faults.soak --rounds 20 --seed 7

A round is 20 publishers and 20 subscribers, and official clients, on a hub of their own: killed,
reached through sockets that are cut, or both.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import random
import sys
import tempfile
from pathlib import Path

from tests.faults.campaign import Campaign, Report, Size
from tests.faults.faults import kill_at_random
from tests.support.cutting_proxy import EVERY_HARM, CuttingProxy
from tests.support.hub_process import HubProcess

FULL = Size(publishers=20, subscribers=20, channels=4)
KINDS = ("kills", "cuts", "both")


async def run_kills(seed: int, size: Size, kills: int, folder: Path) -> Report:
    """Kill the hub `kills` times under load."""
    rng = random.Random(seed)
    with HubProcess(data=folder / "data") as hub:
        campaign = Campaign(lambda: hub.url, size, rng, folder)
        try:
            await campaign.begin()
            await kill_at_random(hub, rng, kills)
            return await campaign.finish(hub.url)
        finally:
            await campaign.end()


async def run_cuts(
    seed: int,
    size: Size,
    seconds: float,
    folder: Path,
    *,
    kills: int = 0,
    harms: dict[str, int] | None = None,
) -> tuple[Report, dict[str, int]]:
    """Let the clients reach the hub through a proxy that harms their sockets."""
    rng = random.Random(seed)
    with HubProcess(data=folder / "data") as hub:
        proxy = await CuttingProxy(hub.port, rng, harms or EVERY_HARM).start()
        campaign = Campaign(lambda: proxy.url, size, rng, folder)
        try:
            await campaign.begin()
            if kills:
                await kill_at_random(hub, rng, kills)
            else:
                await asyncio.sleep(seconds)
            proxy.calm()
            return await campaign.finish(hub.url), dict(proxy.done)
        finally:
            await campaign.end()
            await proxy.close()


async def run_round(kind: str, seed: int, kills: int, seconds: float, folder: Path) -> Report:
    if kind == "kills":
        return await run_kills(seed, FULL, kills, folder)
    report, done = await run_cuts(
        seed, FULL, seconds, folder, kills=kills if kind == "both" else 0
    )
    sys.stdout.write(f"  harm done: {done}\n")
    return report


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kills", type=int, default=20, help="of the hub, in a round (%(default)s)")
    parser.add_argument("--seconds", type=float, default=30, help="of cuts, in a round (%(default)s)")
    parser.add_argument("--kind", choices=KINDS, help="only rounds of this kind")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.ERROR)
    failed = 0
    for number in range(arguments.rounds):
        kind = arguments.kind or KINDS[number % len(KINDS)]
        seed = arguments.seed * 1000 + number
        with tempfile.TemporaryDirectory() as folder:
            report = asyncio.run(
                run_round(kind, seed, arguments.kills, arguments.seconds, Path(folder))
            )
        failed += bool(report.problems)
        verdict = "FAILED" if report.problems else "ok"
        sys.stdout.write(f"round {number + 1} ({kind}, seed {seed}): {verdict}: {report}\n")
        sys.stdout.flush()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
