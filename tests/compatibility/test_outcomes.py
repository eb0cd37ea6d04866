"""What is made of the lines that a suite's process writes, and of the failures among them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.compatibility.causes import KNOWN, cause_of
from tests.compatibility.report import SuiteRun
from tests.compatibility.runs import FAILED, PASSED, SKIPPED, FileRun, gathered
from tests.compatibility.suites import Suite


def record(number: int, state: str, error: str | None = None) -> dict[str, Any]:
    title = f"test {number}"
    return {"id": str(number), "title": title, "state": state, "error": error, "seconds": 0.1}


def plan(count: int) -> dict[str, Any]:
    return {"plan": [{"id": str(number), "title": f"test {number}"} for number in range(count)]}


def test_each_test_that_was_planned_has_one_outcome() -> None:
    lines = [plan(4), record(0, PASSED), record(1, SKIPPED), record(2, FAILED, "E  not so")]
    tests = gathered("rest/time", lines)
    assert [test.state for test in tests] == [PASSED, SKIPPED, FAILED, FAILED]
    assert tests[3].error == "not run"


def test_a_test_that_fails_after_it_passed_has_failed() -> None:
    tests = gathered("rest/time", [plan(1), record(0, PASSED), record(0, FAILED, "its clean-up")])
    assert [(test.state, test.error) for test in tests] == [(FAILED, "its clean-up")]


def test_a_test_that_passes_after_it_failed_has_failed() -> None:
    tests = gathered("rest/time", [plan(1), record(0, FAILED, "its call"), record(0, PASSED)])
    assert [(test.state, test.error) for test in tests] == [(FAILED, "its call")]


def test_a_hook_that_fails_is_an_outcome_of_its_own() -> None:
    hook = {**record(9, FAILED, "no app"), "id": "before all", "title": "before all"}
    tests = gathered("rest/time", [plan(2), hook])
    assert [test.title for test in tests] == ["test 0", "test 1", "before all"]
    assert {test.state for test in tests} == {FAILED}


def test_a_failure_without_a_known_cause_stands_out() -> None:
    tests = gathered("rest/stats", [plan(1), record(0, FAILED, "no figures")])
    others = gathered("rest/time", [plan(1), record(0, FAILED, "trace\nE   late by an hour")])
    run = SuiteRun(
        Suite("ably-js", Path(), (), ()),
        [FileRun("rest/stats", tuple(tests), 0.1), FileRun("rest/time", tuple(others), 0.1)],
    )
    assert run.unexplained() == 1
    assert "1 failed: statistics." in str(run)
    assert "1 FAILED FOR NO KNOWN CAUSE" in str(run)
    assert "late by an hour" in str(run)
    causes = [test["cause"] for file in run.as_json()["files"] for test in file["tests"]]
    assert causes == ["statistics", None]


def test_causes_are_for_the_tests_that_they_name() -> None:
    assert cause_of("ably-js", "rest/init", "rest/init > Init with key string") is None
    assert cause_of("ably-python", "rest/stats", "any") is None
    assert all(known.cause.why for known in KNOWN)
