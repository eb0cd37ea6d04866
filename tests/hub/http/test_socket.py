from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable

import msgspec
import pytest
from aiohttp import WSMsgType
from aiohttp._websocket.reader import WebSocketDataQueue, WebSocketReader
from aiohttp.base_protocol import BaseProtocol

from aitransport_notebook.hub.http import socket as socket_module
from aitransport_notebook.hub.http.socket import (
    BINARY,
    CLOSE_NORMALLY,
    MOST_GATHERED,
    PING,
    TEXT,
    Outbox,
    Socket,
    websocket_frame,
    write_json,
    write_msgpack,
)
from aitransport_notebook.hub.protocol.connection import Frame
from aitransport_notebook.hub.protocol.encoding import Format
from aitransport_notebook.hub.protocol.frames import ProtocolMessage

BEAT = Frame(ProtocolMessage(action=0))
BEAT_WRITTEN = write_json(BEAT.message)


class Pipe(asyncio.Transport):
    """A transport that notes what is written, and that may be slow."""

    def __init__(self) -> None:
        super().__init__()
        self.writes: list[bytes] = []
        self.waiting = 0
        self.state = "open"
        self.ended = asyncio.Event()

    def write(self, data: bytes | bytearray | memoryview) -> None:
        assert self.state == "open"
        self.writes.append(bytes(data))

    def writelines(self, list_of_data: Iterable[bytes | bytearray | memoryview]) -> None:
        self.write(b"".join(list_of_data))

    def get_write_buffer_size(self) -> int:
        return self.waiting

    def is_closing(self) -> bool:
        return self.state != "open"

    def close(self) -> None:
        self.state = "closed"
        self.ended.set()

    def abort(self) -> None:
        self.state = "aborted"


@pytest.fixture
def pipe() -> Pipe:
    return Pipe()


@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 65535, 65536, 300_000])
@pytest.mark.parametrize("opcode", [TEXT, BINARY])
async def test_a_frame_is_read_by_an_independent_reader(size: int, opcode: int) -> None:
    loop = asyncio.get_running_loop()
    queue = WebSocketDataQueue(BaseProtocol(loop), 2**20, loop=loop)
    reader = WebSocketReader(queue, 2**22, False, True)
    payload = b"x" * size
    reader.feed_data(websocket_frame(opcode, payload) + PING)
    message = await queue.read()
    if opcode == TEXT:
        assert (message.type, message.data) == (WSMsgType.TEXT, payload.decode())
    else:
        assert (message.type, message.data) == (WSMsgType.BINARY, payload)
    assert (await queue.read()).type is WSMsgType.PING


@pytest.mark.parametrize(
    ("size", "head"),
    [
        (125, b"\x81\x7d"),
        (126, b"\x81\x7e\x00\x7e"),
        (65535, b"\x81\x7e\xff\xff"),
        (65536, b"\x81\x7f\x00\x00\x00\x00\x00\x01\x00\x00"),
    ],
)
def test_a_length_takes_no_more_bytes_than_it_must(size: int, head: bytes) -> None:
    assert websocket_frame(TEXT, b"x" * size) == head + b"x" * size


def test_a_message_is_text_in_json_and_binary_in_msgpack() -> None:
    message = ProtocolMessage(action=0, id="é")
    as_json, as_msgpack = write_json(message), write_msgpack(message)
    assert (as_json[0], json.loads(as_json[2:])) == (TEXT, {"action": 0, "id": "é"})
    told = msgspec.msgpack.decode(as_msgpack[2:])
    assert (as_msgpack[0], told) == (BINARY, {"action": 0, "id": "é"})


async def test_what_is_sent_at_once_goes_out_in_one_write_and_in_order(pipe: Pipe) -> None:
    socket = Socket(pipe, Format.JSON, Outbox())
    socket.send(BEAT)
    socket.ping()
    socket.send(BEAT)
    assert pipe.writes == []
    await asyncio.sleep(0)
    assert pipe.writes == [BEAT_WRITTEN + PING + BEAT_WRITTEN]
    socket.send(BEAT)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert pipe.writes[1:] == [BEAT_WRITTEN]


async def test_every_socket_of_an_outbox_is_flushed() -> None:
    outbox, pipes = Outbox(), [Pipe(), Pipe()]
    for pipe in pipes:
        Socket(pipe, Format.JSON, outbox).send(BEAT)
    await asyncio.sleep(0)
    assert [pipe.writes for pipe in pipes] == [[BEAT_WRITTEN]] * 2


async def test_much_is_not_gathered_but_written(pipe: Pipe) -> None:
    socket = Socket(pipe, Format.JSON, Outbox())
    large = Frame(ProtocolMessage(action=0, id="x" * (MOST_GATHERED // 2)))
    socket.send(large)
    assert pipe.writes == []
    socket.send(large)
    assert pipe.writes == [write_json(large.message) * 2]
    socket.send(BEAT)
    await asyncio.sleep(0)
    assert pipe.writes[1:] == [BEAT_WRITTEN]


async def test_each_format_has_its_own_encoder(pipe: Pipe) -> None:
    Socket(pipe, Format.MSGPACK, Outbox()).send(BEAT)
    await asyncio.sleep(0)
    assert pipe.writes == [write_msgpack(BEAT.message)]


@pytest.mark.parametrize(("waiting", "state"), [(100, "open"), (101, "aborted")])
async def test_a_client_that_does_not_read_is_cut_off(pipe: Pipe, waiting: int, state: str) -> None:
    socket = Socket(pipe, Format.JSON, Outbox(), most_waiting=100)
    pipe.waiting = waiting
    socket.send(BEAT)
    await asyncio.sleep(0)
    assert pipe.state == state
    assert len(pipe.writes) == 1


async def test_a_close_comes_after_what_was_sent(pipe: Pipe) -> None:
    socket = Socket(pipe, Format.JSON, Outbox())
    socket.send(BEAT)
    socket.close()
    assert pipe.writes == [BEAT_WRITTEN, CLOSE_NORMALLY]
    socket.send(BEAT)
    socket.close()
    await asyncio.sleep(0)
    assert len(pipe.writes) == 2


async def test_who_does_not_go_when_told_to_is_closed_in_a_while(
    pipe: Pipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket_module, "LINGER", 0.01)
    Socket(pipe, Format.JSON, Outbox()).close()
    # What the client still sends must be read: it is not closed at once.
    assert pipe.state == "open"
    async with asyncio.timeout(10):
        await pipe.ended.wait()
    assert pipe.state == "closed"


async def test_the_end_is_at_once(pipe: Pipe) -> None:
    socket = Socket(pipe, Format.JSON, Outbox())
    socket.close()
    socket.end()
    assert pipe.state == "closed"


@pytest.mark.parametrize("state", ["closed", "aborted"])
async def test_nothing_is_written_to_a_socket_that_is_gone(pipe: Pipe, state: str) -> None:
    socket = Socket(pipe, Format.JSON, Outbox())
    socket.send(BEAT)
    pipe.state = state
    socket.ping()
    socket.close()
    await asyncio.sleep(0)
    assert pipe.writes == []
    assert pipe.state == state
