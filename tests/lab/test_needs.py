"""What is told before anything is started, and what becomes of what dies afterwards."""

from __future__ import annotations

import os
import signal
import socket
import time
from pathlib import Path

import pytest

from aitransport_notebook.cli import main
from aitransport_notebook.console import frontend
from aitransport_notebook.errors import AITransportError
from aitransport_notebook.hub.launch.record import HubRecord, read_record
from aitransport_notebook.lab import children, hub, needs
from tests.lab.home import processes_of

PATIENCE = 30


def test_a_port_that_is_taken_is_told_before_anything_is_started(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert main(["lab", "--port", str(port)]) == 1
    said = capsys.readouterr().err
    assert f"cannot have port {port}" in said and "--port" in said
    assert processes_of(home) == {} and not home.exists()


def test_what_is_missing_is_named_with_its_mend(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frontend, "STATIC", tmp_path)
    with pytest.raises(AITransportError, match="frontend is not built"):
        needs.check_installed()
    monkeypatch.setitem(needs.NEEDED, "no_such_module", "Nothing at all")
    with pytest.raises(AITransportError, match="Nothing at all is not installed") as refused:
        needs.check_installed()
    assert "pip install" in refused.value.hint


def test_a_hub_of_another_version_is_told_of() -> None:
    older = HubRecord("http://127.0.0.1:1", "127.0.0.1", 1, "app.id:secret", 4321, "0.0.1")
    [remark] = needs.remarks(older)
    assert "0.0.1" in remark and "4321" in remark and "secret" not in remark


def test_a_child_that_dies_again_and_again_is_given_up(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(children, "LONGER", 0.01)
    with children.Children() as family:
        family.keep("The stranger", "no such child", when_heard=lambda: None)
    said = capsys.readouterr().out.splitlines()
    assert len(said) == children.MOST_DEATHS
    assert "not started again" in said[-1]


def test_a_hub_that_dies_is_started_again_and_ends_with_lab(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(hub, "EVERY", 0.1)
    with hub.LabHub() as found:
        first = found.wait()
        os.kill(first.pid, signal.SIGKILL)
        said, deadline = "", time.monotonic() + PATIENCE
        while "was started again" not in said and time.monotonic() < deadline:
            time.sleep(0.05)
            said += capsys.readouterr().out
        second = read_record(home / "hub.json")
        assert second is not None and second.url == first.url and first.url in said
        assert list(processes_of(home)) == [second.pid] != [first.pid]
    assert processes_of(home) == {}
