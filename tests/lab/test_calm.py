"""What JupyterLab says in the terminal: what somebody can act on, and all of it where one asks."""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from aiohttp import ClientError, ClientSession, web

from aitransport_notebook.lab import jupyter
from aitransport_notebook.lab.children import Children
from tests.lab.lab_process import PATIENCE

# So many pages are left in the middle of what they hear: some of them when something is on its way.
PAGES = 30


@pytest.mark.parametrize("verbose", [False, True])
async def test_it_is_calm_unless_it_is_to_say_all(
    verbose: bool, home: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with Children() as children:
        called = jupyter.arguments(tmp_path, port=None, opens_browser=False, verbose=verbose)
        told = next(children.start("jupyter", *called).lines())
        address = urlsplit(told.removeprefix("JupyterLab is at "))
        token = {"Authorization": f"token {address.query.removeprefix('token=')}"}
        async with ClientSession(f"http://{address.netloc}", headers=token) as jupyterlab:
            await start_kernel(jupyterlab)
            await leave_pages(jupyterlab)
    said = capfd.readouterr().err
    if not verbose:
        assert said == ""
    else:
        for words in ("To access the server", "WebSocketClosedError", "received signal"):
            assert words in said


async def start_kernel(jupyterlab: ClientSession) -> None:
    """Start one, and wait until it answers."""
    async with jupyterlab.post("/api/kernels") as made:
        kernel = (await made.json())["id"]
    async with asyncio.timeout(PATIENCE), jupyterlab.ws_connect(f"/api/kernels/{kernel}/channels"):
        state = ""
        while state != "idle":
            async with jupyterlab.get(f"/api/kernels/{kernel}") as found:
                state = (await found.json())["execution_state"]
            await asyncio.sleep(0.1)


async def leave_pages(jupyterlab: ClientSession) -> None:
    """Hear, through the proxy, a server that does not stop talking; and leave without a word."""
    app = web.Application()
    app.router.add_get("/talk", talk)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    for _ in range(PAGES):
        page = await jupyterlab.ws_connect(f"/proxy/{port}/talk")
        await page.receive()
        connection = page._response.connection
        assert connection is not None and connection.transport is not None
        connection.transport.abort()
    await runner.cleanup()


async def talk(request: web.Request) -> web.WebSocketResponse:
    answer = web.WebSocketResponse()
    await answer.prepare(request)
    with suppress(ConnectionError, ClientError):
        while not answer.closed:
            await answer.send_str("word")
            await asyncio.sleep(0)
    return answer


def test_why_it_did_not_start_is_said(
    home: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as other, Children() as children:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        called = jupyter.arguments(tmp_path, port=port, opens_browser=False)
        child = children.start("jupyter", *called)
        assert list(child.lines()) == []
        assert child.wait() != 0
    said = capfd.readouterr().err
    assert "could not be started" in said
