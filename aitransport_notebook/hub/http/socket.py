"""Frames over a WebSocket that aiohttp has opened.

Frames are written to the transport ready made: the same bytes serve every subscriber, and
sending never waits. What one client is sent at once goes out in one write. A client that does not
read is cut off; what it missed waits in the log.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from aitransport_notebook.hub.protocol.connection import Frame
from aitransport_notebook.hub.protocol.encoding import Format, encode_frame
from aitransport_notebook.hub.protocol.frames import ProtocolMessage

TEXT, BINARY = 0x81, 0x82
PING = b"\x89\x00"
CLOSE_NORMALLY = b"\x88\x02\x03\xe8"
# What may wait for one client, in bytes.
MOST_WAITING = 4 << 20
LITTLE_WAITING = 256 << 10
# How long a client may take to go once it was told to, in seconds.
LINGER = 1.0
# How soon to look whether a client has taken what waits, in seconds.
LOOK_AGAIN = 0.02
# What is gathered for one write, in bytes.
MOST_GATHERED = 64 << 10


def websocket_frame(opcode: int, payload: bytes) -> bytes:
    """Frame a payload as a server does: whole and unmasked.

    >>> websocket_frame(TEXT, b"hi")
    b'\\x81\\x02hi'
    """
    size = len(payload)
    if size < 126:
        return bytes((opcode, size)) + payload
    if size < 65536:
        return bytes((opcode, 126)) + size.to_bytes(2, "big") + payload
    return bytes((opcode, 127)) + size.to_bytes(8, "big") + payload


def write_json(message: ProtocolMessage) -> bytes:
    return websocket_frame(TEXT, encode_frame(message, Format.JSON))


def write_msgpack(message: ProtocolMessage) -> bytes:
    return websocket_frame(BINARY, encode_frame(message, Format.MSGPACK))


class Outbox:
    """The sockets with frames to write. They are flushed when the loop comes round, or sooner."""

    def __init__(self) -> None:
        self._sockets: list[Socket] = []

    def add(self, socket: Socket) -> None:
        if not self._sockets:
            asyncio.get_running_loop().call_soon(self.flush)
        self._sockets.append(socket)

    def flush(self) -> None:
        sockets, self._sockets = self._sockets, []
        for socket in sockets:
            socket.flush()


class Socket:
    """One client's socket, as the protocol core sees it."""

    __slots__ = (
        "_closed",
        "_encoder",
        "_gathered",
        "_most_waiting",
        "_outbox",
        "_size",
        "_transport",
    )

    def __init__(
        self,
        transport: asyncio.Transport,
        form: Format,
        outbox: Outbox,
        most_waiting: int = MOST_WAITING,
    ) -> None:
        self._transport = transport
        self._encoder = write_json if form is Format.JSON else write_msgpack
        self._outbox = outbox
        self._most_waiting = most_waiting
        self._gathered: list[bytes] = []
        self._size = 0
        self._closed = False

    def send(self, frame: Frame) -> None:
        self._gather(frame.written_by(self._encoder))

    def ping(self) -> None:
        self._gather(PING)

    def _gather(self, data: bytes) -> None:
        if self._closed:
            return
        if not self._gathered:
            self._outbox.add(self)
        self._gathered.append(data)
        self._size += len(data)
        if self._size > MOST_GATHERED:
            self.flush()

    def flush(self) -> None:
        """Write what has been gathered."""
        gathered = self._gathered
        if not gathered:
            return
        self._gathered, self._size = [], 0
        transport = self._transport
        if transport.is_closing():
            return
        transport.writelines(gathered)
        if transport.get_write_buffer_size() > self._most_waiting:
            transport.abort()

    def when_drained(self, then: Callable[[], None]) -> None:
        """Call `then` once little waits for the client; never, if it is gone."""
        self.flush()
        if self._transport.is_closing():
            return
        loop = asyncio.get_running_loop()
        if self._transport.get_write_buffer_size() <= LITTLE_WAITING:
            loop.call_soon(then)
        else:
            loop.call_later(LOOK_AGAIN, self.when_drained, then)

    def close(self) -> None:
        """Say goodbye, and give the client a while to go.

        What it sends until then has to be read: a socket that is closed over unread bytes takes
        back what its client was told last.
        """
        if self._closed:
            return
        self.flush()
        self._closed = True
        if not self._transport.is_closing():
            self._transport.write(CLOSE_NORMALLY)
            asyncio.get_running_loop().call_later(LINGER, self.end)

    def end(self) -> None:
        """Close the socket, whatever the client does."""
        self._transport.close()
