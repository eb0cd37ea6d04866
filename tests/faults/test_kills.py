"""A hub that is killed under load: nothing that it acknowledged is lost, doubled or moved.

A sample; `python -m tests.faults.soak` is the long run.
"""

from __future__ import annotations

from pathlib import Path

from tests.faults.runs import SAMPLE, SMALL_SAMPLE, run_kills, run_terminations

SOON = 6.0


async def test_everything_survives_a_hub_that_is_killed(tmp_path: Path) -> None:
    report = await run_kills(7, SAMPLE, 4, tmp_path)
    assert not report.problems, report
    assert report.resumes > 0, "no client had to resume: nothing was tried"
    assert report.operations > 100, report


async def test_a_hub_that_is_asked_to_end_ends_at_once_and_loses_nothing(tmp_path: Path) -> None:
    report, ends = await run_terminations(8, SMALL_SAMPLE, 2, tmp_path)
    assert not report.problems, report
    assert [status for status, _ in ends] == [0, 0]
    assert max(seconds for _, seconds in ends) < SOON
    assert report.operations > 100, report
