"""The long run of sessions: python -m tests.faults.sessions --rounds 50 --seed 7

In the middle of a reply a client, an agent or the hub is killed or cut off. Whatever it was, in the
end everyone sees the same, each token once; and the Run of an agent that died is closed by another.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
import tempfile
import traceback
from pathlib import Path

from tests.faults.session_plan import Plan
from tests.faults.session_round import Outcome, play

LONGEST_ROUND = 180.0


async def try_to_play(plan: Plan, folder: Path) -> Outcome:
    try:
        outcome = await asyncio.wait_for(play(plan, folder), LONGEST_ROUND)
    except Exception:
        outcome = Outcome(problems=[traceback.format_exc()])
    if outcome.problems:
        said = (folder / "processes.log").read_text(encoding="utf-8")
        outcome.problems.append(f"the processes said: {said[-1500:]}")
    return outcome


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--again", type=int, metavar="N", help="only the round with this seed")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.CRITICAL)
    first = arguments.seed * 1000
    seeds = range(first, first + arguments.rounds)
    failed = []
    for seed in seeds if arguments.again is None else [arguments.again]:
        plan = Plan.draw(seed)
        with tempfile.TemporaryDirectory() as folder:
            outcome = asyncio.run(try_to_play(plan, Path(folder)))
        verdict = "FAILED" if outcome.problems else "ok"
        sys.stdout.write(f"{plan}: {verdict} in {outcome}\n")
        sys.stdout.flush()
        failed += [seed] if outcome.problems else []
    if failed:
        sys.stdout.write(f"failed: {' '.join(f'--again {seed}' for seed in failed)}\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
