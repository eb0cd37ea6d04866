"""Consoles on a hub, and the pages that they talk to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import comm
import pytest

from aitransport_notebook import Console
from aitransport_notebook.console import frontend
from tests.console.page import RecordedComm
from tests.support.hub_process import HubProcess

Open = Callable[..., Console]


@pytest.fixture(autouse=True)
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A frontend, as Python sees one: what is in it is the browser's to run."""
    folder = tmp_path / "static"
    folder.mkdir()
    (folder / frontend.SCRIPT).write_text("export default { render() {} };", "utf-8")
    (folder / frontend.STYLES).write_text(".console { color: inherit; }", "utf-8")
    monkeypatch.setattr(frontend, "STATIC", folder)
    return folder


@pytest.fixture(autouse=True)
def recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have what goes to pages written down, where no kernel takes it there."""
    monkeypatch.setattr(comm, "create_comm", RecordedComm)


@pytest.fixture
def name() -> str:
    return f"conversations:{uuid4()}"


@pytest.fixture
def open_console(hub: HubProcess, name: str) -> Iterator[Open]:
    """Opens consoles, which are closed with the test."""
    opened: list[Console] = []

    def open_console(session: str = name, **given: Any) -> Console:
        given.setdefault("connection", hub.connection("op-1", role="operator"))
        opened.append(Console(session, **given))
        return opened[-1]

    yield open_console
    for console in opened:
        console.close()
