"""Below the protocol: what is no WebSocket and no HTTP, who stalls, and what is left of it."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

import pytest

from tests.hostile.support import (
    CLOSE,
    KEY,
    LATER,
    PING,
    PONG,
    TEXT,
    Answer,
    Closed,
    WatchedHub,
    Wire,
    call,
    exchange,
    masked,
)

BEAT = json.dumps({"action": 0, "id": "b"}).encode()
# The frame, and the code that the WebSocket is closed with; None: it stays.
FRAMES: dict[str, tuple[bytes, int | None]] = {
    "in two parts": (masked(TEXT, BEAT[:5], fin=False) + masked(0, BEAT[5:]), None),
    "a ping between parts": (
        masked(TEXT, BEAT[:5], fin=False) + masked(PING, b"p") + masked(0, BEAT[5:]),
        None,
    ),
    "a pong unasked": (masked(PONG, b"p"), None),
    "a part of nothing": (masked(0, BEAT), 1002),
    "a message within another": (masked(TEXT, BEAT, fin=False) + masked(TEXT, BEAT), 1002),
    "a reserved bit": (masked(TEXT, BEAT, bits=0x40), 1002),
    "all reserved bits": (masked(TEXT, BEAT, bits=0x70), 1002),
    "a reserved opcode": (masked(3, BEAT), 1002),
    "a reserved control opcode": (masked(11, BEAT), 1002),
    "a ping in parts": (masked(PING, b"p", fin=False), 1002),
    "a ping too long": (masked(PING, b"p" * 126), 1002),
    "a close of one byte": (masked(CLOSE, b"\x03"), 1002),
    "a close with a code of none": (masked(CLOSE, b"\0\0"), 1002),
    "a length of 64 bit": (b"\x81\xff\xff\xff\xff\xff\xff\xff\xff\xff", 1009),
    "a message too long to read": (masked(TEXT, b" " * (1 << 24) + BEAT), 1009),
    "text that is not UTF-8": (masked(TEXT, b"\xff\xfe"), 1007),
}


@pytest.mark.parametrize("name", FRAMES)
async def test_a_websocket_frame_that_is_wrong_costs_its_socket_alone(
    watched: WatchedHub, name: str
) -> None:
    raw, code = FRAMES[name]
    other = await Wire.open(watched.port, f"key={KEY}")
    wire = await Wire.open(watched.port, f"key={KEY}")
    wire.send(raw)
    await wire.all()
    # Of bytes that the hub has not read, the network makes a reset, which may outrun the close.
    assert wire.ended == (code is not None)
    assert wire.closed_with in (code, None)
    await other.all()
    assert other.closed_with is None
    await wire.close()
    await other.close()


async def test_a_binary_frame_on_a_text_connection_is_read_as_its_format_says(
    watched: WatchedHub,
) -> None:
    wire = await Wire.open(watched.port, f"key={KEY}")
    wire.send(masked(2, BEAT))
    assert [m["action"] for m in await wire.all()] == [4, 0]
    wire.send(masked(2, b"\x81\xa6action\x00"))
    told = await wire.all()
    assert told[-1]["error"]["code"] == 40000
    await wire.close()


HEADS: dict[str, bytes] = {
    "bytes": bytes(range(128, 256)) * 4 + b"\r\n\r\n",
    "a TLS hello": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"x" * 40,
    "HTTP 9": b"GET / HTTP/9.9\r\n\r\n",
    "an invalid length": b"POST /apps HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
    "two lengths": b"POST /x HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
    "a length and chunks": (
        b"POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    ),
    "chunks of garbage": b"POST /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    "a line too long": b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    "a header too long": b"GET /time HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 9000 + b"\r\n\r\n",
    "a header without a colon": b"GET /time HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n",
    "a header without a name": b"GET /time HTTP/1.1\r\nHost: x\r\n: x\r\n\r\n",
    "a NUL in the path": b"GET /ti\0me HTTP/1.1\r\nHost: x\r\n\r\n",
}


@pytest.mark.parametrize("name", HEADS)
async def test_what_is_no_http_is_refused(watched: WatchedHub, name: str) -> None:
    answer = await exchange(watched.port, HEADS[name])
    assert 400 <= answer.status < 500, answer.raw
    assert (await call(watched, "GET", "/time")).status == 200


HOSTILE_HEADERS: dict[str, tuple[str, bytes]] = {
    "an origin of bytes": ("GET", b"Origin: \xff\xfe\r\n"),
    "an origin of bytes, before": ("OPTIONS", b"Origin: \xff\xfe\r\n"),
    "headers of bytes asked for": (
        "OPTIONS",
        b"Origin: http://x\r\nAccess-Control-Request-Headers: \xff\r\n",
    ),
    "an authorization of bytes": ("GET", b"Authorization: \xff\r\n"),
    "an authorization of bytes, Basic": ("GET", b"Authorization: Basic \xff\r\n"),
    "a token of bytes": ("GET", b"Authorization: Bearer \xff.\xff\r\n"),
    "a client id of bytes": ("GET", b"X-Ably-ClientId: \xff\r\n"),
    "a host of bytes": ("GET", b"Host: \xff\r\n"),
    "an unclosed host": ("GET", b"Host: [::1\r\n"),
    "a host of colons": ("GET", b"Host: a:b:c\r\n"),
    "bodies that are not gzip": ("POST", b"Content-Encoding: gzip\r\nContent-Length: 3\r\n"),
    "an Expect of bytes": ("GET", b"Expect: \xff\r\n"),
    "an Expect": ("GET", b"Expect: 100-continue\r\n"),
    "a cookie of bytes": ("GET", b"Cookie: \xff=\xff\r\n"),
}
TARGETS = (
    "/time",
    "/channels/c/messages",
    "/hub/links",
    "/hub/sign-in",
    "/hub/about",
    "/",
    "/none",
)


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("name", HOSTILE_HEADERS)
async def test_headers_of_any_bytes_make_no_failure(
    watched: WatchedHub, name: str, target: str
) -> None:
    method, header = HOSTILE_HEADERS[name]
    method = "POST" if target in ("/hub/links", "/hub/sign-in") and method == "GET" else method
    host = b"" if header.startswith(b"Host") else b"Host: 127.0.0.1\r\n"
    head = f"{method} {target} HTTP/1.1\r\n".encode() + host + header
    answer = await exchange(watched.port, head + b"\r\n" + b"xxx" * (b"gzip" in header))
    assert 100 <= answer.status < 500, answer.raw


async def test_stalled_heads_bodies_and_handshakes_keep_nobody_else_waiting(
    own: WatchedHub,
) -> None:
    port = own.port
    upgrade = f"GET /?key={KEY} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n".encode()
    body = b"POST /channels/c/messages HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\n{"
    stalled = []
    for number in range(300):
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write((b"GET /time HT", upgrade, body)[number % 3])
        stalled.append(writer)
    began = time.monotonic()
    for _ in range(20):
        assert (await call(own, "GET", "/time")).status == 200
    wire = await Wire.open(port, f"key={KEY}")
    await wire.until(4)
    assert time.monotonic() - began < 5
    for writer in stalled:
        writer.transport.abort()
    await wire.close()
    await asyncio.sleep(0)
    seen = await asyncio.to_thread(own.settled, tasks=3)
    assert seen["tasks"] == 3


async def test_thousands_of_attaches_and_detaches_leave_nothing(own: WatchedHub) -> None:
    wire = await Wire.open(own.port, f"key={KEY}")
    for number in range(3000):
        wire.tell({"action": 10, "channel": f"c-{number}", "flags": 0x10000 * (number + 1) ** 3})
        wire.tell({"action": 12, "channel": f"c-{number}"})
    # What comes of each: attached, and detached after it.
    actions = [m["action"] for m in await _count(wire, 6000)]
    assert actions == [11, 13] * 3000
    held = await asyncio.to_thread(own.settled, channels=0, attachments=0)
    assert (held["channels"], held["attachments"]) == (0, 0)
    # Flags of any value are no reason to remember them.
    assert held["flags"] < 2048
    await wire.close()


async def _count(wire: Wire, count: int) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = []
    while len(told) < count:
        message = await wire.message()
        if message["action"] in (9, 11, 13):
            told.append(message)
    return told


async def test_refused_attaches_leave_nothing(own: WatchedHub) -> None:
    wire = await Wire.open(own.port, f"key={KEY}")
    for number in range(500):
        wire.tell({"action": 10, "channel": f"c-{number}", "params": {"modes": "fly"}})
    assert {m["error"]["code"] for m in await _count(wire, 500)} == {40003}
    assert own.ask()["channels"] == 0
    await wire.close()


async def test_a_socket_lost_before_it_is_attached_leaves_nothing(own: WatchedHub) -> None:
    for _ in range(20):
        wire = await Wire.open(own.port, f"key={KEY}")
        await wire.until(4)
        for number in range(50):
            wire.tell({"action": 10, "channel": f"c-{number}"})
        await wire.close()
    held = await asyncio.to_thread(own.settled, LATER, connections=0, channels=0)
    assert (held["connections"], held["channels"]) == (0, 0)


async def test_after_close_nothing_more_is_done(own: WatchedHub) -> None:
    wire = await Wire.open(own.port, f"key={KEY}&clientId=me")
    enter = {"action": 2, "clientId": "me"}
    after = [
        {"action": 7},
        {"action": 15, "channel": "c", "msgSerial": 0, "messages": [{"data": "late"}]},
        {"action": 14, "channel": "c", "msgSerial": 1, "presence": [enter]},
        {"action": 10, "channel": "c"},
    ]
    wire.send(b"".join(masked(TEXT, json.dumps(frame).encode()) for frame in after))
    with pytest.raises(Closed):
        while True:
            await wire.message()
    await wire.close()
    assert (await call(own, "GET", "/channels/c/messages")).json == []
    assert (await call(own, "GET", "/channels/c/presence")).json == []
    held = await asyncio.to_thread(own.settled, connections=0, channels=0, members=0)
    assert (held["connections"], held["channels"], held["members"]) == (0, 0, 0)


async def test_one_clients_impossible_publish_costs_no_other_client_anything(
    own: WatchedHub,
) -> None:
    """All that waits goes through the log together: what fails must fail alone."""
    good = await Wire.open(own.port, f"key={KEY}&echo=false")
    bad = [await Wire.open(own.port, f"key={KEY}") for _ in range(4)]
    hostile = [
        {"action": 15, "channel": "c", "msgSerial": 2**63, "messages": [{"data": "x"}]},
        {"action": 15, "channel": "c", "msgSerial": 10**30, "messages": [{"data": "x"}]},
        {
            "action": 14,
            "channel": "c",
            "msgSerial": 2**64,
            "presence": [{"action": 2, "clientId": "a"}],
        },
        {"action": 15, "channel": "c", "msgSerial": 5, "messages": [{"extras": {"n": 2**70}}]},
    ]
    for serial in range(200):
        good.tell({"action": 15, "channel": "g", "msgSerial": serial, "messages": [{"data": "x"}]})
        if serial % 40 == 0:
            for wire, frame in zip(bad, hostile, strict=True):
                wire.tell(frame)
    acknowledged = 0
    while acknowledged < 200:
        message = await good.until(1, 2)
        assert message["action"] == 1, message
        acknowledged += message["count"]
    for wire in (good, *bad):
        await wire.close()


async def test_what_was_read_can_always_be_told(own: WatchedHub) -> None:
    """Whatever is accepted reaches subscribers of both formats, live and in history."""
    wires = [await Wire.open(own.port, f"key={KEY}&format={f}") for f in ("json", "msgpack")]
    for wire in wires:
        wire.send(
            masked(TEXT, b'{"action":10,"channel":"c"}')
            if wire is wires[0]
            else masked(2, b"\x82\xa6action\x0a\xa7channel\xa1c")
        )
    sender = await Wire.open(own.port, f"key={KEY}&echo=false")
    created = await call(own, "POST", "/channels/c/messages", body={"data": "x"})
    serial = created.json["serials"][0]
    for number, depth in enumerate((10, 150, 199, 250, 600, *range(880, 1000, 4))):
        for body in (
            b'"extras":{"a":%b}',
            b'"data":{"a":%b}',
            b'"action":1,"serial":"' + serial.encode() + b'","version":{"metadata":{"a":%b}}',
        ):
            nested = b"[" * depth + b"]" * depth
            head = b'{"action":15,"channel":"c","msgSerial":%d,"messages":[{' % number
            sender.send(masked(TEXT, head + body.replace(b"%b", nested) + b"}]}"))
            try:
                await sender.until(1, 2)
            except Closed:
                await sender.close()
                sender = await Wire.open(own.port, f"key={KEY}&echo=false")
    for target in ("messages", f"messages/{serial}", f"messages/{serial}/versions"):
        for form in ("json", "msgpack"):
            answer = await call(own, "GET", f"/channels/c/{target}?format={form}")
            assert answer.status == 200
    await wires[0].all()
    assert all(wire.closed_with is None for wire in wires)
    assert isinstance(created, Answer)
    for wire in (*wires, sender):
        await wire.close()


async def test_a_hub_that_ends_lets_go_of_its_clients(own: WatchedHub) -> None:
    """Of one that goes when told to and of one that never does, whatever else is on its way."""
    polite = await Wire.open(own.port, f"key={KEY}")
    deaf = await Wire.open(own.port, f"key={KEY}")
    assert (await polite.message())["action"] == 4
    ended = asyncio.create_task(asyncio.to_thread(own.stop))
    with pytest.raises(Closed):
        while True:
            await polite.message()
    assert polite.closed_with == 1000
    assert await ended == 0
    await deaf.close()
