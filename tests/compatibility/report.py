"""What a run came to, for people and as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tests.compatibility.causes import Cause, cause_of
from tests.compatibility.runs import FAILED, NOT_RUN, PASSED, SKIPPED, FileRun, Outcome
from tests.compatibility.suites import Suite

STATES = (PASSED, FAILED, SKIPPED, NOT_RUN)
LONGEST_LINE = 150


@dataclass(frozen=True)
class SuiteRun:
    """What became of a suite."""

    suite: Suite
    files: Sequence[FileRun]

    def failed(self) -> Iterator[tuple[Outcome, Cause | None]]:
        """Yield each failed test, with its cause if that is known."""
        for file in self.files:
            for test in file.tests:
                if test.state == FAILED:
                    yield test, cause_of(self.suite.name, test.file, test.title)

    def unexplained(self) -> int:
        return sum(cause is None for _, cause in self.failed())

    def as_json(self) -> dict[str, Any]:
        causes = {id(test): cause.name for test, cause in self.failed() if cause}
        return {
            "suite": self.suite.name,
            "revision": self.suite.revision(),
            "counts": {state: _count(self.files, state) for state in STATES},
            "files": [
                {
                    "file": file.file,
                    "seconds": round(file.seconds, 1),
                    "counts": {state: file.count(state) for state in STATES},
                    "tests": [{**vars(test), "cause": causes.get(id(test))} for test in file.tests],
                }
                for file in self.files
            ],
        }

    def __str__(self) -> str:
        lines = [f"{self.suite.name}: {_counts([_count(self.files, state) for state in STATES])}"]
        explained: dict[Cause, list[Outcome]] = {}
        unexplained: list[Outcome] = []
        for test, cause in self.failed():
            (explained.setdefault(cause, []) if cause else unexplained).append(test)
        for cause, tests in sorted(explained.items(), key=lambda item: item[0].name):
            lines.append(f"  {len(tests)} failed: {cause.name}. {cause.why}")
            lines += _listed(tests)
        if unexplained:
            lines += [
                f"  {len(unexplained)} FAILED FOR NO KNOWN CAUSE",
                *_listed(unexplained, True),
            ]
        return "\n".join(lines)


def line_of(file: FileRun) -> str:
    """Say in one line what became of a file."""
    counts = _counts([file.count(state) for state in STATES])
    return f"{file.file:40} {counts}, {file.seconds:.1f} s"


def _count(files: Sequence[FileRun], state: str) -> int:
    return sum(file.count(state) for file in files)


def _counts(counts: Sequence[int]) -> str:
    said = [f"{count:4d} {state}" for count, state in zip(counts, STATES, strict=True)]
    return ",".join(said if counts[-1] else said[:-1])


def _listed(tests: Sequence[Outcome], with_errors: bool = False) -> Iterator[str]:
    """Name each test in a line; those that a file never came to, all in one."""
    not_reached = Counter((test.file, test.error) for test in tests if _was_not_reached(test))
    for test in tests:
        if not _was_not_reached(test):
            yield f"    {_where(test)}"
            if with_errors:
                yield f"      {_first_line(test.error)}"
    for (file, error), number in not_reached.items():
        yield f"    {file} > {number} tests: {error}"


def _was_not_reached(test: Outcome) -> bool:
    return test.error.startswith(NOT_RUN)


def _where(test: Outcome) -> str:
    """Name a test; most titles of ably-js begin with their file's name."""
    return f"{test.file} > {test.title.removeprefix(f'{test.file} > ')}"


def _first_line(error: str) -> str:
    """Return the line that says most: pytest marks it with an E, and elsewhere it is the first."""
    lines = [line.strip() for line in error.splitlines() if line.strip()] or [""]
    marked = [line for line in lines if line.startswith("E ")]
    return (marked or lines)[0][:LONGEST_LINE]
