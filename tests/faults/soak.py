"""The long run: python -m tests.faults.soak --rounds 20 --seed 7

A round is 20 publishers and 20 subscribers, and official clients, on a hub of their own: killed,
reached through sockets that are cut, or both.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
import tempfile
from pathlib import Path

from tests.faults.campaign import Report
from tests.faults.runs import FULL, run_cuts, run_kills

KINDS = ("kills", "cuts", "both")


async def run_round(kind: str, seed: int, kills: int, seconds: float, folder: Path) -> Report:
    if kind == "kills":
        return await run_kills(seed, FULL, kills, folder)
    if kind == "cuts":
        return await run_cuts(seed, FULL, folder, seconds=seconds)
    return await run_cuts(seed, FULL, folder, kills=kills)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--kills", type=int, default=20, help="of the hub, in a round (%(default)s)"
    )
    parser.add_argument(
        "--seconds", type=float, default=30, help="of cuts, in a round (%(default)s)"
    )
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
