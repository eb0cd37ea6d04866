"""Frames that no client should send, made of a seed: the same seed, the same frame."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from tests.hostile.support import BINARY, CLOSE, PING, PONG, TEXT, masked
from tests.hostile.values import (
    HUGE,
    NUMBERS,
    TEXTS,
    as_json,
    as_msgpack,
    damage,
    disturb,
    nested,
    value,
)

SERIAL = "01795185759595-007@3e06b1c737:000"
DEPTHS = (50, 200, 480, 900, 970, 985, 990, 995, 1005, 10_000)


def channel(dice: Random) -> str:
    if dice.random() < 0.85:
        return f"{dice.choice(('room', 'open', 'a:b'))}-{dice.randrange(40)}"
    return dice.choice(TEXTS)


def message(dice: Random) -> dict[str, Any]:
    made: dict[str, Any] = {"name": "n", "data": dice.choice(("text", {"a": 1}, [1], None, "aGk="))}
    if dice.random() < 0.4:
        made |= {"action": dice.choice((0, 1, 2, 5, 3, 4, 6, -1)), "serial": SERIAL}
        made["version"] = {"clientId": "me", "description": "d", "metadata": {"k": "v"}}
    if dice.random() < 0.4:
        made["extras"] = dice.choice(
            ({"ai": {"transport": {"run-id": "r"}}}, {"ephemeral": True}, {"userClaim": "root"})
        )
    if dice.random() < 0.3:
        made["encoding"] = dice.choice(("base64", "json", "utf-8/base64", "json/utf-8", "zip"))
    if dice.random() < 0.2:
        made["id"] = f"id-{dice.randrange(50)}"
    if dice.random() < 0.2:
        made |= {"clientId": "somebody", "connectionId": "x", "connectionKey": "x!y-z"}
    return made


def presence(dice: Random) -> dict[str, Any]:
    return {
        "action": dice.choice((2, 3, 4, 0, 1, 9)),
        "clientId": f"c{dice.randrange(9)}",
        "data": "d",
    }


def _attach(dice: Random) -> dict[str, Any]:
    frame: dict[str, Any] = {"action": 10, "channel": channel(dice)}
    if dice.random() < 0.4:
        frame["flags"] = dice.choice((0, 32, 1 << 16, 1 << 18, dice.getrandbits(30), 2**70, -1))
    if dice.random() < 0.4:
        frame["params"] = {
            dice.choice(("rewind", "modes", "appendMode", "delta", "agent", "\ud800")): dice.choice(
                (
                    "1",
                    "100",
                    "2m",
                    "-1",
                    "x",
                    "publish",
                    "subscribe,presence",
                    "full",
                    "9" * 30,
                    "٣m",
                )
            )
        }
    if dice.random() < 0.3:
        frame["channelSerial"] = dice.choice((SERIAL, "x", "", "00000000000000-000@x", "9" * 40))
    return frame


def _publish(dice: Random) -> dict[str, Any]:
    count = dice.choice((1, 1, 1, 2, 0, 30))
    return {
        "action": 15,
        "channel": channel(dice),
        "msgSerial": _serial(dice),
        "messages": [message(dice) for _ in range(count)],
    }


def _present(dice: Random) -> dict[str, Any]:
    events = [presence(dice) for _ in range(dice.choice((1, 1, 2, 0)))]
    return {"action": 14, "channel": channel(dice), "msgSerial": _serial(dice), "presence": events}


def _serial(dice: Random) -> Any:
    """Mostly plausible: out of order and repeated, that is."""
    return dice.randrange(60) if dice.random() < 0.85 else dice.choice(NUMBERS)


def _auth(dice: Random) -> dict[str, Any]:
    token = dice.choice(
        ("", "x", "app.abc", "a.b.c", "eyJhbGciOiJub25lIn0.e30.", "\0", "app." * 99)
    )
    return {"action": 17, "auth": {"accessToken": token}}


def _other(dice: Random) -> dict[str, Any]:
    action = dice.choice((*range(-2, 25), 99, 255, 2**40, 2**70))
    return (
        {"action": action, "channel": channel(dice), "msgSerial": 1}
        if dice.random() < 0.5
        else {"action": action}
    )


def _bare(action: int) -> Callable[[Random], dict[str, Any]]:
    return lambda dice: {"action": action, "channel": channel(dice)}


SHAPES: tuple[tuple[int, Callable[[Random], dict[str, Any]]], ...] = (
    (30, _publish),
    (14, _attach),
    (10, _present),
    (6, _bare(12)),
    (4, _bare(16)),
    (3, _bare(0)),
    (3, _auth),
    (6, _other),
    (1, _bare(7)),
)


def shape(dice: Random) -> dict[str, Any]:
    (make,) = dice.choices([make for _, make in SHAPES], [weight for weight, _ in SHAPES])
    return make(dice)


def payload(dice: Random, *, binary: bool) -> bytes:
    """What stands in a frame."""
    how = dice.random()
    if how < 0.06:
        return _crafted(dice, binary=binary)
    frame: Any = shape(dice)
    for _ in range(dice.choice((0, 0, 1, 1, 1, 2, 4))):
        disturb(dice, frame)
    if how < 0.1:
        frame = value(dice)
    raw = as_msgpack(frame) if binary else as_json(frame)
    return damage(dice, raw) if dice.random() < 0.2 else raw


def _crafted(dice: Random, *, binary: bool) -> bytes:
    """What no encoder writes."""
    depth = dice.choice(DEPTHS)
    text, packed = nested(dice, depth)
    place = dice.choice(("extras", "data", "metadata"))
    if binary:
        return dice.choice(
            (
                b"\x84\xa6action\x0f\xa7channel\xa1c\xa9msgSerial\x01\xa8messages\x91"
                + _wrapped(place, packed),
                packed,
                b"\xdf\xff\xff\xff\xff",
                b"\x82\xa6action\x0f\xa8messages\xdd\xff\xff\xff\xff",
                b"\x82\xa6action\x0f\xa2id\xdb\xff\xff\xff\xff",
                b"\x82\xa6action\x0a\xa7channel\xa2\xff\xff",
                b"\x82\xa6action\x0a\xa7channel\xa3\xed\xa0\x80",
                b"\x82\xa6action\x0a\x01\x02",
                b"\x82\xa6action\x0f\xc0\xc0",
                b"\x81\xa6action\xd6\xff\x00\x00\x00\x00",
                b"\x81\xa6action\xc7\x0c\xff" + b"\xff" * 12,
                b"\x84\xa6action\x0f\xa7channel\xa1c\xa9msgSerial\x01\xa8messages\x91\x81\xa4data"
                b"\xc7\xff\x05" + b"e" * 255,
                b"\x84\xa6action\x0f\xa7channel\xa1c\xa9msgSerial\x01\xa8messages\x91\x81\xa6extras"
                b"\x81\xa1a\xd6\xff\x00\x00\x00\x01",
                b"\xc1",
                b"",
            )
        )
    return dice.choice(
        (
            b'{"action":15,"channel":"c","msgSerial":1,"messages":[' + _quoted(place, text) + b"]}",
            text,
            b'{"action":15,"msgSerial":NaN}',
            b'{"action":15,"msgSerial":Infinity,"channel":"c","messages":[{"data":-Infinity}]}',
            b'{"action":15,"channel":"c","msgSerial":1,"messages":[{"data":{"n":1e999}}]}',
            b'{"action":15,"channel":"c","msgSerial":' + b"9" * 5000 + b"}",
            b'{"action":15,"channel":"c","msgSerial":1,"messages":[{"extras":{"n":'
            + b"9" * 99
            + b"}}]}",
            b'{"action":10,"channel":"\\ud800"}',
            b'{"action":10,"action":15,"channel":"a","channel":"b"}',
            b'\xef\xbb\xbf{"action":0}',
            b'{"action":0}{"action":0}',
            b'{"action":10,"channel":"' + HUGE.encode() * 5 + b'"}',
            b'{"action":10,"channel":"\xed\xa0\x80"}',
            b"\xff\xfe{\0",
            b"",
        )
    )


def _wrapped(place: str, packed: bytes) -> bytes:
    if place == "metadata":
        return b"\x83\xa6action\x01\xa6serial\xa1x\xa7version\x81\xa8metadata\x81\xa1a" + packed
    return b"\x81" + bytes((0xA0 + len(place),)) + place.encode() + b"\x81\xa1a" + packed


def _quoted(place: str, text: bytes) -> bytes:
    inner = b'{"a":' + text + b"}"
    if place == "metadata":
        return b'{"action":1,"serial":"x","version":{"metadata":' + inner + b"}}"
    return b'{"' + place.encode() + b'":' + inner + b"}"


def websocket(dice: Random, *, binary: bool) -> bytes:
    """The bytes of a frame, or of what is none."""
    how = dice.random()
    own = BINARY if binary else TEXT
    if how < 0.92:
        return masked(own, payload(dice, binary=binary))
    data = payload(dice, binary=binary)[:5000]
    if how < 0.94:
        return masked(TEXT if binary else BINARY, data)
    if how < 0.96:
        cut = dice.randrange(len(data) + 1)
        rest = masked(PING, b"between") if dice.random() < 0.5 else b""
        return masked(own, data[:cut], fin=False) + rest + masked(0, data[cut:])
    return dice.choice(
        (
            masked(PING, b"p" * dice.choice((0, 125, 126))),
            masked(PONG, b"unasked"),
            masked(own, data, bits=dice.choice((0x40, 0x20, 0x10, 0x70))),
            masked(dice.choice((3, 5, 7, 11, 15)), data),
            masked(0, data),
            masked(
                CLOSE,
                dice.choice((b"", b"\x03", b"\x03\xe8", b"\0\0", b"\xff\xff", b"\x03\xe8\xff")),
            ),
            masked(PING, b"in parts", fin=False),
            masked(own, data, fin=False) + masked(own, data),
            bytes((0x80 | own, min(len(data), 125))) + data[:125],
            b"\x81\xff\xff\xff\xff\xff\xff\xff\xff\xff",
            dice.randbytes(dice.randrange(1, 60)),
        )
    )
