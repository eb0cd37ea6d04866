"""Clients that cost little, so that what is measured is the server.

Of what arrives they look at no more than where frames end, once they only count. What they send
is masked with zeros: for the server a mask like any other.
"""

from __future__ import annotations

import asyncio
from base64 import b64encode
from collections.abc import Callable
from typing import cast

import msgspec

from benchmarks.content import ATTACH
from benchmarks.servers import KEY

HUB = f"/?key={KEY}&format=json&v=3&echo=false"
ROOM = 1 << 18
_MASK = b"\x00\x00\x00\x00"

ACK, NACK, CONNECTED, ERROR, ATTACHED, MESSAGE = 1, 2, 4, 9, 11, 15


class Published(msgspec.Struct):
    """The serials of one publish."""

    serials: list[str]


class Answer(msgspec.Struct):
    """What a publisher reads of a frame."""

    action: int
    count: int = 0
    res: list[Published] = []

    @property
    def serials(self) -> list[str]:
        return [serial for published in self.res for serial in published.serials]


_answer = msgspec.json.Decoder(Answer).decode


def client_frame(payload: bytes) -> bytes:
    """Frame a payload as a client does: whole and masked."""
    size = len(payload)
    if size < 126:
        return bytes((0x81, 0x80 | size)) + _MASK + payload
    return b"\x81\xfe" + size.to_bytes(2, "big") + _MASK + payload


class Peer(asyncio.BufferedProtocol):
    """One WebSocket. Frames wait until something is done about them: `listen`, or `count`."""

    def __init__(self) -> None:
        self._buffer = bytearray(ROOM)
        self._view = memoryview(self._buffer)
        self._filled = 0
        self._transport: asyncio.Transport | None = None
        loop = asyncio.get_running_loop()
        self._opened: asyncio.Future[None] = loop.create_future()
        self._waiting: list[bytes] = []
        self._on_frame: Callable[[bytes], None] | None = self._waiting.append
        self._on_frames: Callable[[int], None] = _ignore
        self._closed = False

    @classmethod
    async def open(cls, port: int, path: str) -> Peer:
        loop = asyncio.get_running_loop()
        _, peer = await loop.create_connection(cls, "127.0.0.1", port)
        nonce = b64encode(bytes(16)).decode()
        peer.write(
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {nonce}\r\n"
            "Sec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        await peer._opened
        return peer

    def listen(self, on_frame: Callable[[bytes], None]) -> None:
        """From now on give each frame to `on_frame`, and first those that wait."""
        waiting, self._waiting = self._waiting, []
        self._on_frame = on_frame
        for frame in waiting:
            on_frame(frame)

    def count(self, on_frames: Callable[[int], None]) -> None:
        """From now on only tell how many frames each piece of data completes."""
        self._waiting.clear()
        self._on_frame, self._on_frames = None, on_frames

    async def told(self, action: int) -> bytes:
        """Wait for a frame of this action."""
        heard: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

        def listen(frame: bytes) -> None:
            if heard.done():
                self._waiting.append(frame)
            elif read_answer(frame).action == action:
                heard.set_result(frame)

        self.listen(listen)
        return await heard

    def write(self, data: bytes) -> None:
        assert self._transport is not None
        self._transport.write(data)

    def send(self, payload: bytes) -> None:
        self.write(client_frame(payload))

    def close(self) -> None:
        self._closed = True
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def connection_lost(self, error: Exception | None) -> None:
        if not self._opened.done():
            self._opened.set_exception(ConnectionError("the server closed before it had opened"))
        elif not self._closed:
            raise ConnectionError(
                "the server has closed a connection: the hub cuts off who is too slow to read"
            ) from error

    def get_buffer(self, hint: int) -> memoryview:
        return self._view[self._filled :]

    def buffer_updated(self, size: int) -> None:
        self._filled += size
        begin = 0
        if not self._opened.done():
            begin = self._read_opening()
            if not begin:
                return
        count, at = self._read_frames(begin)
        left = self._filled - at
        if at and left:
            self._buffer[:left] = self._buffer[at : self._filled]
        self._filled = left
        if count:
            self._on_frames(count)

    def _read_opening(self) -> int:
        end = self._buffer.find(b"\r\n\r\n", 0, self._filled)
        if end < 0:
            return 0
        status = bytes(self._buffer[:end]).partition(b"\r\n")[0]
        if b" 101 " in status:
            self._opened.set_result(None)
        else:
            self._opened.set_exception(ConnectionError(status.decode()))
        return end + 4

    def _read_frames(self, at: int) -> tuple[int, int]:
        """Go from frame to frame; return how many are whole, and where the next one begins."""
        buffer, end, on_frame, count = self._buffer, self._filled, self._on_frame, 0
        while at + 2 <= end:
            size, head = buffer[at + 1], 2
            if size == 126:
                head = 4
                size = buffer[at + 2] << 8 | buffer[at + 3] if at + head <= end else ROOM
            elif size == 127:
                head = 10
                size = int.from_bytes(buffer[at + 2 : at + head], "big")
            if at + head + size > end:
                break
            if on_frame is not None:
                on_frame(bytes(buffer[at + head : at + head + size]))
            at += head + size
            count += 1
        return count, at


def _ignore(_: int) -> None:
    """Nobody counts these frames."""


async def connect(port: int) -> Peer:
    """Connect to a hub."""
    peer = await Peer.open(port, HUB)
    await peer.told(CONNECTED)
    return peer


async def attach(port: int, request: bytes = ATTACH) -> Peer:
    """Connect to a hub, and attach to a channel."""
    peer = await connect(port)
    peer.send(request)
    await peer.told(ATTACHED)
    return peer


def read_answer(frame: bytes) -> Answer:
    """Read an acknowledgement; raise if it is a refusal."""
    answer = _answer(frame)
    if answer.action in (ERROR, NACK):
        raise RuntimeError(frame.decode())
    return answer
