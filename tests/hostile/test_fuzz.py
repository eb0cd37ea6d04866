"""A sample of the fuzzing in every run of the tests; `python -m tests.hostile.fuzz` does more."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from tests.hostile.frames import websocket
from tests.hostile.fuzz import dice_of, run
from tests.hostile.requests import request

SAMPLE = 2_400
# A hundred thousand items are measured to grow by 6 MB; this is for a noisy machine.
BOUND = 16 << 20


@pytest.mark.parametrize("seed", [1])
def test_a_sample_of_hostile_frames_and_requests_leaves_the_hub_whole(
    tmp_path: Path, seed: int
) -> None:
    report = run(tmp_path, SAMPLE, seed, growth=BOUND, parts=3)

    assert not report.problems, "\n".join(report.lines())
    # It was no walk in the park: what is refused in different ways was.
    assert {40000, 40003, 40010, 40013, 40160, 80013} <= set(report.codes)


def test_an_item_is_made_of_the_seed_and_its_number_alone() -> None:
    for number in range(200):
        once, again = dice_of(7, number), dice_of(7, number)
        assert websocket(once, binary=False) == websocket(again, binary=False)
        assert request(once) == request(again)
    assert websocket(dice_of(7, 1), binary=True) != websocket(dice_of(8, 1), binary=True)
    assert isinstance(dice_of(1, 1), Random)
