"""Runs a suite file by file, each in a process of its own, and gathers what became of each test."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tests.compatibility.front import Front
from tests.compatibility.suites import File, Suite
from tests.support.hub_process import HubProcess

PASSED, FAILED, SKIPPED, NOT_RUN = "passed", "failed", "skipped", "not run"
FILE_LIMIT = 420.0
LONGEST_OUTPUT = 2000
# They take longest, so that they begin first.
SLOW = ("auth", "resume", "delta", "channel", "realtimeauth", "realtimepresence")


@dataclass(frozen=True)
class Outcome:
    """What became of one test."""

    file: str
    title: str
    state: str
    seconds: float = 0.0
    error: str = ""


@dataclass(frozen=True)
class FileRun:
    """What became of one file."""

    file: str
    tests: tuple[Outcome, ...]
    seconds: float

    def count(self, state: str) -> int:
        return sum(test.state == state for test in self.tests)


async def run_suite(suite: Suite, jobs: int, tell: Callable[[FileRun], None]) -> list[FileRun]:
    """Run all of a suite's files against a hub of its own, and tell of each as it ends."""
    waiting = sorted(suite.files, key=lambda file: file.name.rpartition("/")[2] not in SLOW)
    free = asyncio.Semaphore(jobs)
    with tempfile.TemporaryDirectory() as folder, HubProcess("--sandbox") as hub:
        async with Front(hub.port, Path(folder), suite.delay) as front:
            environment = suite.environment(hub.url, front)

            async def run(file: File) -> FileRun:
                async with free:
                    done = await _run_file(suite, file, environment, Path(folder))
                tell(done)
                return done

            runs = await asyncio.gather(*map(run, waiting))
    return sorted(runs, key=lambda run: run.file)


async def _run_file(
    suite: Suite, file: File, environment: Mapping[str, str], folder: Path
) -> FileRun:
    stem = f"{suite.name}-{file.name.replace('/', '-')}"
    results, output = folder / f"{stem}.jsonl", folder / f"{stem}.txt"
    results.touch()
    told = {**environment, "COMPATIBILITY_RESULTS": str(results)}
    left_out = suite.left_out.get(file.name)
    if left_out:
        told["COMPATIBILITY_LIST"] = "1"
    began = time.monotonic()
    with output.open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            *suite.command,
            file.path,
            cwd=suite.folder,
            env=told,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=log,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
        )
        in_time = await _ended(process)
    tests = gathered(file.name, [json.loads(line) for line in results.read_text().splitlines()])
    if left_out:
        tests = [replace(test, state=NOT_RUN, error=left_out) for test in tests]
    elif not in_time:
        tests = [_because(test, f"the file took over {FILE_LIMIT:.0f} s") for test in tests]
    elif not tests and process.returncode:
        said = output.read_text(errors="replace")[-LONGEST_OUTPUT:]
        tests = [Outcome(file.name, "(the whole file)", FAILED, error=said)]
    return FileRun(file.name, tuple(tests), time.monotonic() - began)


async def _ended(process: asyncio.subprocess.Process) -> bool:
    """Wait for a process and for its time to be up; return whether it ended by itself."""
    try:
        await asyncio.wait_for(process.wait(), FILE_LIMIT)
    except TimeoutError:
        return False
    finally:
        if process.returncode is None:
            os.killpg(process.pid, signal.SIGKILL)
            await process.wait()
    return True


def gathered(file: str, records: list[dict[str, Any]]) -> list[Outcome]:
    """Make one result of each test that was planned, and of each hook that failed."""
    tests: dict[str, Outcome] = {}
    for record in records:
        for planned in record.get("plan", ()):
            tests[planned["id"]] = Outcome(file, planned["title"], FAILED, error=NOT_RUN)
    for record in records:
        if "state" not in record:
            continue
        known = tests.get(record["id"])
        if known and known.state == FAILED and known.error != NOT_RUN:
            continue
        tests[record["id"]] = Outcome(
            file, record["title"], record["state"], record["seconds"], record.get("error") or ""
        )
    return list(tests.values())


def _because(test: Outcome, why: str) -> Outcome:
    return replace(test, error=f"{NOT_RUN}: {why}") if test.error == NOT_RUN else test
