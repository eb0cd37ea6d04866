"""A TCP relay in front of the hub, by which a test takes a client's connection away."""

from __future__ import annotations

import asyncio
from contextlib import suppress


class Relay:
    """Forwards to the hub, until it is told otherwise."""

    def __init__(self, host: str, port: int) -> None:
        self._hub = host, port
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._mute = self._shut = False
        self.port = 0

    async def start(self) -> Relay:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def mute(self) -> None:
        """From now on the hub hears its clients, but they do not hear it, until `cut`."""
        self._mute = True

    def cut(self) -> None:
        """End all connections, without a word."""
        self._mute = False
        for writer in self._writers:
            writer.transport.abort()

    def shut(self) -> None:
        """End all connections, and take no new ones until `open`: the network is away."""
        self._shut = True
        self.cut()

    def open(self) -> None:
        self._shut = False

    async def close(self) -> None:
        self._server.close()
        self.cut()
        for task in list(self._tasks):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._shut:
            writer.transport.abort()
            return
        try:
            from_hub, to_hub = await asyncio.open_connection(*self._hub)
        except OSError:
            # The hub is away.
            writer.transport.abort()
            return
        self._writers |= {writer, to_hub}
        for source, target, heard in ((reader, to_hub, True), (from_hub, writer, False)):
            task = asyncio.create_task(self._forward(source, target, heard))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _forward(
        self, source: asyncio.StreamReader, target: asyncio.StreamWriter, heard: bool
    ) -> None:
        with suppress(OSError):
            while data := await source.read(65536):
                if heard or not self._mute:
                    target.write(data)
                    await target.drain()
        target.transport.abort()
        self._writers.discard(target)
