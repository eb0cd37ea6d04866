"""Malformed frames, one by one: the code, and what is lost by it: a publish, a channel, or all."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import msgpack
import pytest

from tests.hostile.support import BINARY, KEY, TEXT, Closed, WatchedHub, Wire, masked

ACK, NACK, ERROR, ATTACHED, DETACHED = 1, 2, 9, 11, 13
MESSAGE: dict[str, Any] = {
    "action": 15,
    "channel": "c",
    "msgSerial": 0,
    "messages": [{"data": "x"}],
}
PRESENCE: dict[str, Any] = {"action": 14, "channel": "c", "msgSerial": 0}
ATTACH: dict[str, Any] = {"action": 10, "channel": "c"}


@dataclass(frozen=True)
class Case:
    """What is sent, and what comes of it. `fate` is nack, channel, connection, or an action."""

    name: str
    sent: object
    fate: str
    code: int = 0


def publish(**fields: Any) -> dict[str, Any]:
    return {**MESSAGE, "messages": [fields]}


def deep(levels: int) -> bytes:
    return b"[" * levels + b"]" * levels


def text(prefix: bytes, middle: bytes, suffix: bytes) -> bytes:
    return prefix + middle + suffix


PUBLISH = b'{"action":15,"channel":"c","msgSerial":0,"messages":[{'
CASES = (
    # What cannot be told whose fault it is ends the connection.
    Case("not JSON", b"{", "connection", 40000),
    Case("nothing", b"", "connection", 40000),
    Case("two frames in one", b'{"action":0}{"action":0}', "connection", 40000),
    Case("no object", b"[1]", "connection", 40000),
    Case("NaN", b'{"action":NaN}', "connection", 40000),
    Case("Infinity", b'{"action":15,"msgSerial":Infinity}', "connection", 40000),
    Case("no action", {"channel": "c"}, "connection", 80013),
    Case("an action of text", {"action": "15"}, "connection", 40000),
    Case("an action of a fraction", {"action": 15.5}, "connection", 40000),
    Case("an action beyond all", {"action": 10**30}, "connection", 80013),
    Case("a negative action", {"action": -3}, "connection", 80013),
    Case("a server's action", {"action": 4}, "connection", 80013),
    Case("10,000 levels", deep(10_000), "connection", 40000),
    Case("publish without a msgSerial", {**MESSAGE, "msgSerial": None}, "connection", 40000),
    Case("a negative msgSerial", {**MESSAGE, "msgSerial": -1}, "connection", 40003),
    Case("a msgSerial beyond 53 bit", {**MESSAGE, "msgSerial": 2**53}, "connection", 40003),
    Case("a msgSerial beyond 64 bit", {**MESSAGE, "msgSerial": 2**64}, "connection", 40003),
    Case("a msgSerial of 30 digits", {**MESSAGE, "msgSerial": 10**30}, "connection", 40003),
    Case("a presence msgSerial beyond", {**PRESENCE, "msgSerial": 2**63}, "connection", 40003),
    Case("a fraction of a msgSerial", {**MESSAGE, "msgSerial": 1.5}, "connection", 40000),
    Case("an unserved action, beyond", {"action": 21, "msgSerial": 2**64}, "connection", 40003),
    Case("AUTH without a token", {"action": 17}, "connection", 40101),
    Case("AUTH with garbage", {"action": 17, "auth": {"accessToken": "x"}}, "connection", 40101),
    Case("AUTH of no object", {"action": 17, "auth": [1]}, "connection", 40000),
    # What is wrong with a publish costs the publish.
    Case("messages of no list", {**MESSAGE, "messages": "x"}, "nack", 40000),
    Case("a message of no object", {**MESSAGE, "messages": [1]}, "nack", 40000),
    Case("no messages", {**MESSAGE, "messages": []}, "nack", 40030),
    Case("messages left out", {"action": 15, "channel": "c", "msgSerial": 0}, "nack", 40030),
    Case("1001 messages", {**MESSAGE, "messages": [{}] * 1001}, "nack", 40034),
    Case("too large", publish(data="x" * 65_537), "nack", 40009),
    Case("too large in all", {**MESSAGE, "messages": [{"data": "x" * 9000}] * 8}, "nack", 40009),
    Case("a frame too large", publish(data="x" * 262_145), "nack", 40009),
    Case("no channel", {**MESSAGE, "channel": None}, "nack", 40010),
    Case("an empty channel", {**MESSAGE, "channel": ""}, "nack", 40010),
    Case("a channel with NUL", {**MESSAGE, "channel": "a\0b"}, "nack", 40010),
    Case("a channel of a comma", {**MESSAGE, "channel": ",a"}, "nack", 40010),
    Case("a channel of 3000", {**MESSAGE, "channel": "c" * 3000}, "nack", 40010),
    Case("an unknown qualifier", {**MESSAGE, "channel": "[x]c"}, "nack", 40010),
    Case("a channel of a number", {**MESSAGE, "channel": 5}, "nack", 40000),
    Case("no base64", publish(data="!", encoding="base64"), "nack", 40013),
    Case("an object with an encoding", publish(data={}, encoding="utf-8"), "nack", 40013),
    Case("a name of a number", publish(name=1), "nack", 40000),
    Case("extras of a list", publish(extras=[1]), "nack", 40000),
    Case("extras beyond 64 bit", publish(extras={"n": 2**64}), "nack", 40032),
    Case(
        "extras of 300 levels", text(PUBLISH, b'"extras":{"a":' + deep(300), b"}}]}"), "nack", 40032
    ),
    Case(
        "extras of 980 levels",
        text(PUBLISH, b'"extras":{"a":' + deep(980), b"}}]}"),
        "connection",
        40000,
    ),
    Case("an empty id", publish(id=""), "nack", 40031),
    Case("an unknown message action", publish(action=9), "nack", 40003),
    Case("a message action beyond 64 bit", publish(action=10**30), "nack", 40003),
    Case("an update of no serial", publish(action=1), "nack", 40003),
    Case("an update of garbage", publish(action=1, serial="x"), "nack", 40003),
    Case(
        "an update of nothing",
        publish(action=1, serial="00000000000001-000@x:000"),
        "nack",
        40400,
    ),
    Case(
        "metadata beyond 64 bit",
        publish(action=1, serial="00000000000001-000@x:000", version={"metadata": {"n": 2**64}}),
        "nack",
        40013,
    ),
    Case("a clientId of '*'", publish(clientId="*"), "nack", 40012),
    Case("an empty clientId", publish(clientId=""), "nack", 40012),
    Case("an annotation", {"action": 21, "channel": "c", "msgSerial": 0}, "nack", 40000),
    Case("no presence", PRESENCE, "nack", 40000),
    Case("presence of nobody", {**PRESENCE, "presence": [{"action": 2}]}, "nack", 91000),
    Case(
        "an unknown presence action",
        {**PRESENCE, "presence": [{"action": 9, "clientId": "c"}]},
        "nack",
        40003,
    ),
    Case(
        "presence too large",
        {**PRESENCE, "presence": [{"action": 2, "clientId": "c", "data": "x" * 65_537}]},
        "nack",
        40009,
    ),
    Case(
        "presence extras of 500 levels",
        b'{"action":14,"channel":"c","msgSerial":0,"presence":[{"action":2,"clientId":"c","extras":{"a":'
        + deep(500)
        + b"}}]}",
        "nack",
        40032,
    ),
    # What is wrong with an attach costs the channel.
    Case("attach to nothing", {"action": 10}, "channel", 40010),
    Case("attach to NUL", {**ATTACH, "channel": "\0"}, "channel", 40010),
    Case("attach with bad modes", {**ATTACH, "params": {"modes": "fly"}}, "channel", 40003),
    Case("attach with a bad rewind", {**ATTACH, "params": {"rewind": "x"}}, "channel", 40003),
    Case("attach with a negative rewind", {**ATTACH, "params": {"rewind": "-1"}}, "channel", 40003),
    Case("attach with flags of text", {**ATTACH, "flags": "x"}, "channel", 40000),
    Case("attach with params of a list", {**ATTACH, "params": [1]}, "channel", 40000),
    # And what only looks wrong is served.
    Case("flags beyond 64 bit", {**ATTACH, "flags": 2**80}, "attached"),
    Case("negative flags", {**ATTACH, "flags": -1}, "attached"),
    Case("a rewind of 30 digits", {**ATTACH, "params": {"rewind": "9" * 30}}, "attached"),
    Case("a serial of garbage", {**ATTACH, "channelSerial": "x"}, "attached", 40003),
    Case(
        "a serial of the future",
        {**ATTACH, "channelSerial": "9" * 14 + "-999@x"},
        "attached",
        90003,
    ),
    Case("detach from nowhere", {"action": 12, "channel": "nowhere"}, "detached"),
    Case("publish before attach", MESSAGE, "ack"),
    Case("fields of the future", {**MESSAGE, "future": {"a": [1]}, "res": None}, "ack"),
    Case("data of 900 levels", text(PUBLISH, b'"data":' + deep(900), b"}]}"), "ack"),
    Case("NUL in data", publish(data="\0", name="\0"), "ack"),
    Case("the last msgSerial", {**MESSAGE, "msgSerial": 2**53 - 1}, "ack"),
)
ACTIONS = {"nack": NACK, "channel": ERROR, "attached": ATTACHED, "detached": DETACHED, "ack": ACK}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_a_malformed_frame_costs_no_more_than_it_must(
    watched: WatchedHub, case: Case
) -> None:
    wire = await Wire.open(watched.port, f"key={KEY}&echo=false")
    await wire.until(4)
    raw = case.sent if isinstance(case.sent, bytes) else json.dumps(case.sent).encode()
    wire.send(masked(TEXT, raw))

    if case.fate == "connection":
        told = await wire.all()
        assert [(m["action"], m["error"]["code"]) for m in told] == [(ERROR, case.code)]
        assert "channel" not in told[0]
        assert wire.closed_with == 1000
    else:
        answer = await wire.until(ACK, NACK, ERROR, ATTACHED, DETACHED)
        assert answer["action"] == ACTIONS[case.fate], answer
        assert answer.get("error", {}).get("code", 0) == case.code
        assert case.fate != "nack" or (answer["msgSerial"], answer["count"]) == (0, 1)
        # The connection goes on.
        wire.tell({**MESSAGE, "channel": "after", "msgSerial": 1})
        assert (await wire.until(ACK, NACK, ERROR))["action"] == ACK
    await wire.close()


PACKED = {
    "an ext as data": ({"data": msgpack.ExtType(5, b"x")}, 40013),
    "an ext in extras": ({"extras": {"a": msgpack.ExtType(5, b"x")}}, 40032),
    "bytes in extras": ({"extras": {"a": b"\xff"}}, 0),
    "a number as a key": ({"data": {1: 2}}, 0),
}


@pytest.mark.parametrize("name", PACKED)
async def test_what_messagepack_can_say_and_json_cannot(watched: WatchedHub, name: str) -> None:
    message, code = PACKED[name]
    wire = await Wire.open(watched.port, f"key={KEY}&format=msgpack&echo=false")
    wire.send(masked(BINARY, msgpack.packb({**MESSAGE, "messages": [message]})))
    while (told := msgpack.unpackb((await wire.frame())[1]))["action"] not in (ACK, NACK):
        pass
    assert told.get("error", {}).get("code", 0) == code
    await wire.close()


BYTES = {
    "a length beyond the end": b"\x82\xa6action\x0f\xa8messages\xdd\xff\xff\xff\xff",
    "text beyond the end": b"\x82\xa6action\x0f\xa2id\xdb\xff\xff\xff\xff",
    "invalid UTF-8": b"\x82\xa6action\x0a\xa7channel\xa2\xff\xff",
    "a surrogate": b"\x82\xa6action\x0a\xa7channel\xa3\xed\xa0\x80",
    "a key of a number": b"\x82\xa6action\x0a\x01\x02",
    "more after the end": b"\x81\xa6action\x00\xc0",
    "an unused type": b"\xc1",
    "nothing": b"",
    "10,000 levels": b"\x91" * 10_000 + b"\xc0",
    "a map of four thousand million": b"\xdf\xff\xff\xff\xff",
}


@pytest.mark.parametrize("name", BYTES)
async def test_broken_messagepack_ends_the_connection(watched: WatchedHub, name: str) -> None:
    wire = await Wire.open(watched.port, f"key={KEY}&format=msgpack")
    wire.send(masked(BINARY, BYTES[name]))
    told = []
    with pytest.raises(Closed):
        while True:
            opcode, raw = await wire.frame()
            if opcode == BINARY:
                told.append(msgpack.unpackb(raw))
    assert [m["action"] for m in told] == [4, ERROR]
    assert told[1]["error"]["code"] == 40000
    await wire.close()
