"""The main job: `lab` opens JupyterLab on the notebooks, and the notebooks run."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from aitransport_notebook.hub.launch.record import read_record

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
PATIENCE = 60


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A user who has no hub yet; the one that is started is ended afterwards."""
    home = tmp_path / "home"
    monkeypatch.setenv("AITRANSPORT_HOME", str(home))
    for name in ("CONFIG", "DATA", "RUNTIME"):
        monkeypatch.setenv(f"JUPYTER_{name}_DIR", str(tmp_path / name.lower()))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    yield home
    hub = read_record(home / "hub.json") if home.exists() else None
    if hub is not None:
        with suppress(ProcessLookupError):
            os.kill(hub.pid, signal.SIGTERM)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=1):
            return True
    except urllib.error.HTTPError as refused:
        # JupyterLab wants its token: it is there.
        return refused.code == 403
    except OSError:
        return False


@contextmanager
def lab_at(port: int, folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Start `lab`, in a group of processes of its own; what is left of it is killed."""
    lab = subprocess.Popen(
        [
            *(sys.executable, "-m", "aitransport_notebook.cli", "lab"),
            *("--no-browser", "--port", str(port), "--folder", str(folder)),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    assert lab.stdout is not None
    try:
        yield lab
    finally:
        with suppress(ProcessLookupError):
            os.killpg(lab.pid, signal.SIGKILL)
        lab.wait()
        lab.stdout.close()


def wait_for(lab: subprocess.Popen[str], port: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while not answers(f"http://127.0.0.1:{port}/api/status"):
        assert lab.poll() is None and time.monotonic() < deadline, "JupyterLab did not come up"
        time.sleep(0.1)


def test_lab_opens_the_notebooks_and_ends_at_ctrl_c(home: Path, tmp_path: Path) -> None:
    port = free_port()
    with lab_at(port, tmp_path / "work") as lab:
        assert lab.stdout is not None
        said = lab.stdout.readline()
        record = read_record(home / "hub.json")
        assert record is not None and record.url in said
        wait_for(lab, port)
        copied = {path.name for path in (tmp_path / "work").glob("*.ipynb")}
        assert copied == {path.name for path in NOTEBOOKS.glob("*.ipynb")} != set()
        # As a terminal does it: the whole group, twice, since JupyterLab asks first.
        for _ in range(2):
            with suppress(ProcessLookupError):
                os.killpg(lab.pid, signal.SIGINT)
            time.sleep(1)
        lab.wait(PATIENCE)
        assert not answers(f"http://127.0.0.1:{port}/api/status")


@pytest.mark.usefixtures("home")
def test_lab_that_is_told_to_end_ends_jupyterlab(tmp_path: Path) -> None:
    port = free_port()
    with lab_at(port, tmp_path / "work") as lab:
        wait_for(lab, port)
        # As a supervisor does it: the one process that it has started.
        lab.terminate()
        lab.wait(PATIENCE)
        assert not answers(f"http://127.0.0.1:{port}/api/status")


@pytest.mark.parametrize("notebook", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda path: path.stem)
def test_the_notebook_runs_from_top_to_bottom(notebook: Path, home: Path) -> None:
    document = nbformat.reads(notebook.read_text("utf-8"), as_version=4)
    NotebookClient(document, timeout=PATIENCE, kernel_name="python3").execute()
    results = [
        output["data"]["text/plain"]
        for cell in document.cells
        for output in cell.get("outputs", [])
        if output["output_type"] == "execute_result"
    ]
    assert "'Once upon a time'" in results
    record = read_record(home / "hub.json")
    assert record is not None
    secret = record.key.partition(":")[2]
    assert secret not in nbformat.writes(document)
