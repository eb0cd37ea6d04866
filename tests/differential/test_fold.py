"""Our fold of a session of the official SDK shows what that shows of its whole history."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.differential.comparison import difference_in, first_difference, watched
from tests.differential.recordings import ONLY_IN_HISTORY, SAMPLE, expectation, read


@pytest.mark.parametrize("seed", SAMPLE)
def test_whatever_way_we_are_told_of_it(folder: Path, seed: int) -> None:
    difference = difference_in(folder, seed)
    assert difference is None, difference


def test_a_view_that_is_always_open_stays_where_the_sdks_stays(folder: Path) -> None:
    alike = [seed for seed in SAMPLE if ONLY_IN_HISTORY not in read(folder, seed).kinds]
    assert len(alike) > len(SAMPLE) / 2
    theirs = {seed: expectation(folder, seed, "live")["watched"] for seed in alike}
    assert [seed for seed in alike if watched(read(folder, seed)) != theirs[seed]] == []


def test_a_difference_is_found_wherever_it_is() -> None:
    one = {"a": [{"b": 1}, {"c": [1, 2]}]}
    assert first_difference(one, {"a": [{"b": 1}, {"c": [1, 2]}]}) is None
    others: list[Any] = [{"a": [{"b": 1}, {"c": [1, 3]}]}, {"a": [{"b": 1}]}, {"a": []}, {}, [1]]
    for other in others:
        assert first_difference(one, other) is not None
        assert first_difference(other, one) is not None
