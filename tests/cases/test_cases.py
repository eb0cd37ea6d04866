"""Our fold shows what is recorded of each case, whatever way it was told of it.

The one in TypeScript is held to the same cases by js/tests/cases/cases.test.ts.
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.cases import files
from tests.cases.channel import version_of
from tests.cases.files import Case, names, read
from tests.cases.fuzz import differences, session_of
from tests.cases.hostile import HOSTILE
from tests.cases.odd import ODD
from tests.cases.played import PLAYS
from tests.cases.recording import SEEDS
from tests.cases.telling import CODECS, Step, mixed, told
from tests.differential.comparison import first_difference


@pytest.fixture(scope="module", params=names())
def case(request: pytest.FixtureRequest) -> Case:
    return read(request.param)


def check(case: Case, steps: list[Step]) -> None:
    assert first_difference(told(case.codec, steps)["shown"], case.expected) is None


def test_history_shows_what_is_recorded(case: Case) -> None:
    check(case, [{"load": case.history}])


def test_so_does_what_was_heard(case: Case) -> None:
    expected = case.expected if case.heard is None else case.heard
    got = told(case.codec, [{"apply": case.live}])
    assert first_difference(got["shown"], expected) is None
    assert got["seen"] == case.seen
    assert told(case.codec, [{"load": case.live}])["shown"] == got["shown"]


@pytest.mark.parametrize("seed", range(4))
def test_and_any_mixture_of_both(case: Case, seed: int) -> None:
    in_order = sorted(case.live, key=version_of)
    check(case, mixed(in_order, case.history, random.Random(seed)))


def test_the_cases_are_those_that_are_made() -> None:
    assert set(names()) == {*ODD, *HOSTILE, *PLAYS, *(f"sdk-{seed}" for seed in SEEDS)}


def test_a_case_is_read_as_it_was_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = read("sdk-39")
    monkeypatch.setattr(files, "FOLDER", tmp_path)
    files.write(before)
    assert read("sdk-39") == before


def test_both_folds_show_the_same_of_what_nobody_has_recorded() -> None:
    assert [found for found in differences(range(1, 41)) if found[1] is not None] == []


def test_the_long_run_tells_of_every_codec() -> None:
    assert {session_of(seed)[0] for seed in range(1, 41)} == set(CODECS)
