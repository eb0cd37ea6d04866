"""The main job: `lab` starts everything, each demo session is as it is told, and all of it ends."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from aitransport_notebook import connect
from aitransport_notebook.hub.launch.record import read_record
from aitransport_notebook.lab import children
from aitransport_notebook.lab.people import talking
from tests.lab.home import pid_of, processes_of
from tests.lab.lab_process import PATIENCE, LabProcess
from tests.lab.looks import LOOKS, SEEDED, is_answered, visit

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def test_lab_brings_everything_to_life_and_ctrl_c_ends_it(home: Path, tmp_path: Path) -> None:
    with LabProcess("--port", str(free_port()), "--folder", str(tmp_path / "work")) as lab:
        address = lab.address()
        record = read_record(home / "hub.json")
        assert record is not None
        assert record.url in lab.lines[0] and str(tmp_path / "work") in lab.lines[1]
        lab.hears("Ctrl-C ends all of it")
        for name in LOOKS:
            assert lab.lines.index(lab.hears(name)) < len(lab.lines) - 2
        assert "Ctrl-C" in lab.lines[-1] and address in lab.lines[-2]
        assert "/lab/tree/operator.ipynb" in address
        with urllib.request.urlopen(address) as page:
            assert b"jupyter-config-data" in page.read()
        copied = {path.name for path in (tmp_path / "work").glob("*.ipynb")}
        assert copied == {path.name for path in NOTEBOOKS.glob("*.ipynb")} != set()

        assert f"{talking.MOST_EXCHANGES} of them" in lab.hears("demo:streaming: ")
        asyncio.run(visit(record, "demo:streaming"))
        assert seeded_again() == dict.fromkeys(SEEDED, True)
        assert asyncio.run(is_answered(record))
        os.kill(pid_of(home, children.MODULE, "agent"), signal.SIGKILL)
        lab.hears("The demo agent has died")
        assert asyncio.run(is_answered(record))
        # A server takes a while to say that an agent is gone, so this comes last.
        asyncio.run(visit(record, *SEEDED))

        assert lab.end(signal.SIGINT) == 0
        assert lab.said("All of it ends now")
        assert processes_of(home) == {}


def seeded_again() -> dict[str, bool]:
    """Fill the sessions another time; returns whether each of them was left as it was."""
    command = (sys.executable, "-m", children.MODULE, "seed")
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as seeds:
        assert seeds.stdout is not None
        lines = seeds.stdout.read().splitlines()
    assert seeds.returncode == 0
    return {line.partition(": ")[0]: line.endswith("(as it was)") for line in lines}


def test_nothing_but_the_hub_outlives_a_lab_that_was_killed(home: Path, tmp_path: Path) -> None:
    with LabProcess("--port", str(free_port()), "--folder", str(tmp_path / "work")) as lab:
        address = lab.address()
        start_kernel(address)
        commands = " ".join(processes_of(home).values())
        assert all(word in commands for word in ("jupyter", "ipykernel", "agent", "talk"))
        lab.end(signal.SIGKILL)
        deadline = time.monotonic() + PATIENCE
        while len(left := processes_of(home)) > 1 and time.monotonic() < deadline:
            time.sleep(0.1)
        record = read_record(home / "hub.json")
        assert record is not None and list(left) == [record.pid]


def start_kernel(address: str) -> None:
    where, _, token = address.partition("?token=")
    ask = urllib.request.Request(
        where.partition("/lab/")[0] + "/api/kernels",
        method="POST",
        headers={"Authorization": f"token {token}"},
    )
    with urllib.request.urlopen(ask) as answer:
        assert json.load(answer)["id"]


def test_all_ends_with_jupyterlab_and_a_hub_that_ran_before_goes_on(
    home: Path, tmp_path: Path
) -> None:
    url = connect().url
    with LabProcess("--port", str(free_port()), "--folder", str(tmp_path / "work")) as lab:
        while not list((tmp_path / "runtime").glob("jpserver-*.json")):
            assert lab.process.poll() is None
            time.sleep(0.05)
        os.kill(pid_of(home, children.MODULE, "jupyter"), signal.SIGTERM)
        assert lab.process.wait(PATIENCE) == 0
    assert lab.said(f"The hub at {url} goes on")
    record = read_record(home / "hub.json")
    assert record is not None and list(processes_of(home)) == [record.pid]


@pytest.mark.parametrize("signal_", [signal.SIGTERM, signal.SIGHUP])
def test_a_lab_that_is_told_to_end_while_it_starts_leaves_nothing(
    signal_: int, home: Path, tmp_path: Path
) -> None:
    with LabProcess("--port", str(free_port()), "--folder", str(tmp_path / "work")) as lab:
        lab.hears("The notebooks are in")
        assert lab.end(signal_) == 0
        assert processes_of(home) == {}
