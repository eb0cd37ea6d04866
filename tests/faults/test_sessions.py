"""Sessions in which something breaks in the middle of a reply.

A sample; `python -m tests.faults.sessions` is the long run.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.session_plan import KINDS, Plan
from tests.faults.session_round import play

# A hub that misses a client sooner, so that a test need not wait for so long.
SOONER = ("--presence-grace", "3")
# One of each kind that the tests of sessions have not; the agent dies in its second reply.
SAMPLE = (601, 639, 604, 605)


@pytest.mark.parametrize("seed", SAMPLE, ids=lambda seed: KINDS[seed % len(KINDS)])
async def test_all_see_the_same_and_each_token_once(seed: int, tmp_path: Path) -> None:
    plan = Plan.draw(seed, short=True)
    outcome = await play(plan, tmp_path, *SOONER)
    assert not outcome.problems, f"{plan}: {outcome}"
