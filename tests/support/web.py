"""ASGI applications as servers of this machine."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Generator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import uvicorn

from tests.support.waiting import until

App = Callable[..., Awaitable[None]]


class _Server(uvicorn.Server):
    """A server that leaves the signals of the process to the tests, whose process it is."""

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        yield


@asynccontextmanager
async def serving(app: App | Any) -> AsyncIterator[str]:
    """Serve an application, and give its address."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        config = uvicorn.Config(app, log_config=None, ws="none")
        server = _Server(config)
        running = asyncio.create_task(server.serve(sockets=[listening]))
        try:
            await until(lambda: server.started or running.done())
            assert server.started, "the application did not start"
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            await running
