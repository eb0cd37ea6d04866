"""A hub that falls silent while a `lab` runs: it is waited for, and ends with its lab anyhow."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from aitransport_notebook.errors import HubError
from aitransport_notebook.hub.launch.find import find_or_start
from aitransport_notebook.hub.launch.record import read_record
from aitransport_notebook.hub.lock import FolderLock
from aitransport_notebook.lab import hub as keeping
from aitransport_notebook.lab.hub import LabHub
from tests.lab.home import processes_of
from tests.lab.lab_process import PATIENCE, LabProcess

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows suspends no process")

SILENT, BACK, ANEW = "does not answer; waiting", "answers again", "was started again at"


def signal_hub(home: Path, number: int) -> int:
    """Send the hub a signal; returns its process."""
    record = read_record(home / "hub.json")
    assert record is not None
    os.kill(record.pid, number)
    return record.pid


def test_a_silent_hub_is_waited_for_and_ends_with_its_lab(home: Path) -> None:
    with LabProcess("--no-jupyterlab") as lab:
        lab.hears("The hub is at")
        hub = signal_hub(home, signal.SIGSTOP)
        lab.hears(SILENT)
        signal_hub(home, signal.SIGCONT)
        lab.hears(BACK)
        assert signal_hub(home, 0) == hub
        assert lab.end(signal.SIGINT) == 0
        assert processes_of(home) == {}
    assert len([line for line in lab.lines if "The hub" in line]) == 3, lab.lines


def test_a_hub_that_is_killed_while_it_is_silent_is_started_again(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with LabHub() as hub:
        first = hub.wait()
        signal_hub(home, signal.SIGSTOP)
        until_told(capsys, SILENT)
        signal_hub(home, signal.SIGKILL)
        until_told(capsys, ANEW)
        # The next one as well ends with the lab, silent as it is.
        assert signal_hub(home, signal.SIGSTOP) != first.pid
    assert processes_of(home) == {}


def test_a_hub_that_ran_before_goes_on_silent_as_it_is(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    others = find_or_start()
    with LabHub() as hub:
        assert hub.wait() == others
        os.kill(others.pid, signal.SIGSTOP)
        said = until_told(capsys, SILENT)
    assert said.count(SILENT) == 1
    assert f"The hub at {others.url} goes on" in capsys.readouterr().out
    assert list(processes_of(home)) == [others.pid]


def test_a_hub_that_cannot_be_started_is_tried_again(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with LabHub() as hub:
        hub.wait()
        lock = take_folder(home)
        until_told(capsys, "cannot be started again so far")
        lock.close()
        assert "so far" not in until_told(capsys, ANEW)
    assert processes_of(home) == {}


def test_a_hub_that_another_started_in_place_of_its_own_ends_with_a_lab(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "EVERY", PATIENCE)
    with LabHub() as hub:
        hub.wait()
        signal_hub(home, signal.SIGKILL)
        until(lambda: not processes_of(home))
        os.kill(find_or_start().pid, signal.SIGSTOP)
    until(lambda: not processes_of(home))


def take_folder(home: Path) -> FolderLock:
    """End the hub, however often it is started again, and be in its place."""
    while True:
        with suppress(ProcessLookupError):
            signal_hub(home, signal.SIGKILL)
        with suppress(HubError):
            return FolderLock(home / "data")


def until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def until_told(capsys: pytest.CaptureFixture[str], words: str) -> str:
    """Wait until something is told; returns all that was told meanwhile."""
    said = ""

    def is_told() -> bool:
        nonlocal said
        said += capsys.readouterr().out
        return words in said

    until(is_told)
    return said
