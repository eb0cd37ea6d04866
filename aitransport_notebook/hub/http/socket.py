"""Frames over a WebSocket that aiohttp has opened.

Frames are written to the transport ready made: the same bytes serve every subscriber, and
sending never waits. A client that does not read is cut off; what it missed waits in the log.
"""

from __future__ import annotations

import asyncio

from aitransport_notebook.hub.protocol.connection import Frame
from aitransport_notebook.hub.protocol.encoding import Format, encode_frame
from aitransport_notebook.hub.protocol.frames import ProtocolMessage

TEXT, BINARY = 0x81, 0x82
PING = b"\x89\x00"
CLOSE_NORMALLY = b"\x88\x02\x03\xe8"
# What may wait for one client, in bytes.
MOST_WAITING = 4 << 20


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


class Socket:
    """One client's socket, as the protocol core sees it."""

    __slots__ = ("_encoder", "_most_waiting", "_transport")

    def __init__(
        self, transport: asyncio.Transport, form: Format, most_waiting: int = MOST_WAITING
    ) -> None:
        self._transport = transport
        self._encoder = write_json if form is Format.JSON else write_msgpack
        self._most_waiting = most_waiting

    def send(self, frame: Frame) -> None:
        transport = self._transport
        if transport.is_closing():
            return
        transport.write(frame.written_by(self._encoder))
        if transport.get_write_buffer_size() > self._most_waiting:
            transport.abort()

    def ping(self) -> None:
        if not self._transport.is_closing():
            self._transport.write(PING)

    def close(self) -> None:
        if not self._transport.is_closing():
            self._transport.write(CLOSE_NORMALLY)
            self._transport.close()
