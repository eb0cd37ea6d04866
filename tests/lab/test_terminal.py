"""JupyterLab's own terminals: the shell is the user's, and finds this package's command."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from aiohttp import ClientSession, ClientWebSocketResponse

from aitransport_notebook._version import __version__
from aitransport_notebook.lab import jupyter
from aitransport_notebook.lab.children import Children

PATIENCE = 60
# As /etc/profile does it on Debian, whatever this machine's own does.
PROFILE = "PATH=/usr/local/bin:/usr/bin:/bin\n"

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the shell is one of Unix")


async def test_the_command_is_found_in_a_terminal(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".bash_profile").write_text(PROFILE, "utf-8")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("SHELL", "/bin/bash")
    monkeypatch.setenv("PATH", "/usr/local/bin:/usr/bin:/bin")
    with Children() as children:
        called = jupyter.arguments(tmp_path, port=None, opens_browser=False)
        told = next(children.start("jupyter", *called).lines())
        address = urlsplit(told.removeprefix("JupyterLab is at "))
        token = {"Authorization": f"token {address.query.removeprefix('token=')}"}
        async with (
            asyncio.timeout(PATIENCE),
            ClientSession(f"http://{address.netloc}", headers=token) as jupyterlab,
        ):
            async with jupyterlab.post("/api/terminals") as made:
                name = (await made.json())["name"]
            async with jupyterlab.ws_connect(f"/terminals/websocket/{name}") as terminal:
                await _type(terminal, "echo shell:$BASH; aitransport-notebook --version")
                assert __version__ in await _shown(terminal, "shell:/bin/bash", __version__)


async def _type(terminal: ClientWebSocketResponse, line: str) -> None:
    await terminal.send_json(["stdin", f"{line}\r"])


async def _shown(terminal: ClientWebSocketResponse, *words: str) -> str:
    """Return what the terminal shows, once that has the words or a command was not found."""
    shown = ""
    while not all(word in shown for word in words) and "not found" not in shown:
        kind, *told = json.loads(await terminal.receive_str())
        shown += "".join(told) if kind == "stdout" else ""
    return shown
