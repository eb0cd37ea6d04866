"""Whoever ends a `lab`, and whenever: what it has started ends with it, and that is told calmly."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from aitransport_notebook import connect
from aitransport_notebook.hub.launch.find import find_or_start
from aitransport_notebook.hub.launch.record import read_record
from aitransport_notebook.lab.children import Ended
from aitransport_notebook.lab.hub import LabHub
from tests.lab.home import processes_of
from tests.lab.lab_process import PATIENCE, LabProcess

# What a lab may say before it is told to end, by how the lines begin.
CALM = (
    *("The hub is at", "The notebooks are in", "A customer's page", "demo:", "JupyterLab is at"),
    "All of it ends now",
)

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has other signals")

Moment = Callable[[Path, LabProcess], bool]


def is_starting_a_hub(home: Path, lab: LabProcess) -> bool:
    return (home / "starting" / "hub.lock").exists()


def has_a_hub_that_begins(home: Path, lab: LabProcess) -> bool:
    return any("hub" in command.split() for command in processes_of(home).values())


def has_a_hub_with_data(home: Path, lab: LabProcess) -> bool:
    return (home / "data" / "hub.lock").exists()


def has_a_hub_that_is_ready(home: Path, lab: LabProcess) -> bool:
    return (home / "hub.json").exists()


def has_told_of_the_hub(home: Path, lab: LabProcess) -> bool:
    return bool(lab.lines)


def fills_the_sessions(home: Path, lab: LabProcess) -> bool:
    return any("seed" in command.split() for command in processes_of(home).values())


MOMENTS: tuple[Moment, ...] = (
    is_starting_a_hub,
    has_a_hub_that_begins,
    has_a_hub_with_data,
    has_a_hub_that_is_ready,
    has_told_of_the_hub,
    fills_the_sessions,
)


def come(home: Path, lab: LabProcess, moment: Moment) -> None:
    """Wait for a moment in the life of a lab."""
    deadline = time.monotonic() + PATIENCE
    while not moment(home, lab):
        assert lab.process.poll() is None and time.monotonic() < deadline, lab.lines
        time.sleep(0.001)


# Once, or by somebody impatient: in turn, as each takes its seconds.
@pytest.mark.parametrize(
    ("moment", "times"), [(moment, 3 if place % 2 else 1) for place, moment in enumerate(MOMENTS)]
)
def test_ctrl_c_ends_all_of_it_at_every_moment_and_calmly(
    moment: Moment, times: int, home: Path, tmp_path: Path
) -> None:
    with LabProcess("--folder", str(tmp_path / "work"), errors=subprocess.STDOUT) as lab:
        come(home, lab, moment)
        for _ in range(times - 1):
            lab.process.send_signal(signal.SIGINT)
        assert lab.end(signal.SIGINT) == 0
        assert processes_of(home) == {}
    assert [line for line in lab.lines if not line.startswith(CALM)] == []


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGHUP])
def test_a_hub_that_is_being_started_ends_with_its_lab(
    how: int, home: Path, tmp_path: Path
) -> None:
    with LabProcess("--folder", str(tmp_path / "work")) as lab:
        come(home, lab, has_a_hub_that_begins)
        assert lab.end(how) == 0
        assert processes_of(home) == {}


def test_a_hub_that_ran_before_goes_on_however_early_a_lab_ends(home: Path, tmp_path: Path) -> None:
    url = connect().url
    with LabProcess("--folder", str(tmp_path / "work")) as lab:
        come(home, lab, has_told_of_the_hub)
        assert lab.end(signal.SIGINT) == 0
    assert lab.lines[-1].startswith(f"The hub at {url} goes on")
    record = read_record(home / "hub.json")
    assert record is not None and list(processes_of(home)) == [record.pid]


def test_a_hub_that_somebody_else_has_started_meanwhile_is_theirs(home: Path) -> None:
    others = find_or_start()
    with LabHub() as hub:
        assert hub.wait() == others
    assert list(processes_of(home)) == [others.pid]


def test_nothing_is_started_once_it_ends(home: Path) -> None:
    hub = LabHub()
    hub.end()
    with hub, pytest.raises(Ended):
        hub.wait()
    assert processes_of(home) == {}


def test_whoever_is_interrupted_while_a_hub_starts_leaves_none(home: Path) -> None:
    def interrupt() -> None:
        while not (home / "data" / "hub.lock").exists():
            time.sleep(0.001)
        os.kill(os.getpid(), signal.SIGUSR1)

    before = signal.signal(signal.SIGUSR1, signal.default_int_handler)
    try:
        threading.Thread(target=interrupt, daemon=True).start()
        with pytest.raises(KeyboardInterrupt):
            find_or_start()
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert processes_of(home) == {}
