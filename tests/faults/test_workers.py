"""A sample of `python -m tests.faults.workers`."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.faults.workers import Size, campaign


@pytest.mark.skipif(sys.platform == "win32", reason="a worker is killed by a signal")
async def test_every_input_has_one_whole_answer_though_a_worker_dies(tmp_path: Path) -> None:
    size = Size()
    outcome = await campaign(7, size, tmp_path)
    assert not outcome.problems, str(outcome)
    assert outcome.answered == size.inputs
