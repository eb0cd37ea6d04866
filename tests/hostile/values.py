"""Values that programs stumble over, and how they are written."""

from __future__ import annotations

import json
from copy import deepcopy
from random import Random
from typing import Any

import msgpack

HUGE = "H" * 70_000
WIDE = "".join(
    map(chr, (0, 7, 0x7F, 0x85, 0x200B, 0x202E, 0x2028, 0xFEFF, 0xFFFD, 0xFFFF, 0x1F600))
)
TEXTS = (
    *(
        "",
        "x",
        "\0",
        "a\0b",
        "*",
        "[*]*",
        "null",
        "true",
        "0",
        "-1",
        "1e999",
        "NaN",
        "ü",
        WIDE,
        HUGE,
    ),
    *(
        "\ud800",
        "\udfff",
        "a\udc80b",
        "\\ud800",
        "%00",
        "%ff",
        "../..",
        "..%2f..",
        "[?rewind=1]room",
    ),
    *(
        "[meta]log",
        "[x]y",
        "[",
        "]",
        "[?",
        ":",
        ",",
        "a,b",
        "a:b:c",
        " ",
        "\r\n\r\n",
        "'; DROP TABLE op",
    ),
    *("01795185759595-007@3e06b1c737:000", "99999999999999-999@x:000", "-", "@", "utf-8/base64"),
    *("json", "base64", "base64/base64/base64", "vcdiff", "cipher+aes-128-cbc", "==", "!!!!"),
)
NUMBERS = (
    *(0, -1, 1, 2, 3, 5, 17, 42, 255, 2**15, 2**16, 2**31 - 1, 2**31, -(2**31) - 1, 2**32),
    *(
        2**53,
        2**53 + 1,
        2**63 - 1,
        2**63,
        -(2**63),
        -(2**63) - 1,
        2**64 - 1,
        2**64,
        10**30,
        -(10**40),
    ),
    *(
        0.0,
        -0.0,
        0.5,
        1.0,
        15.0,
        1e15,
        1e16,
        1e308,
        5e-324,
        float("nan"),
        float("inf"),
        float("-inf"),
    ),
)
OTHERS: tuple[Any, ...] = (None, True, False, [], {}, [[]], {"": ""}, [None], {"a": {"b": [1, 2]}})


def value(dice: Random, depth: int = 0) -> Any:
    kind = dice.random()
    if kind < 0.35:
        return dice.choice(NUMBERS)
    if kind < 0.7:
        return dice.choice(TEXTS)
    if kind < 0.85 or depth > 3:
        return deepcopy(dice.choice(OTHERS))
    if kind < 0.92:
        return [value(dice, depth + 1) for _ in range(dice.randrange(4))]
    return {str(dice.choice(TEXTS))[:20]: value(dice, depth + 1) for _ in range(dice.randrange(4))}


def alike(dice: Random, thing: Any) -> Any:
    """Another value of the same type: what a decoder lets through."""
    if isinstance(thing, str):
        return dice.choice(TEXTS)
    if isinstance(thing, int):
        return dice.choice([number for number in NUMBERS if isinstance(number, int)])
    return value(dice)


def places(thing: Any) -> list[tuple[Any, Any]]:
    """Every (container, key) in a value."""
    found: list[tuple[Any, Any]] = []
    if isinstance(thing, dict):
        for key, inner in thing.items():
            found += [(thing, key), *places(inner)]
    elif isinstance(thing, list):
        for index, inner in enumerate(thing):
            found += [(thing, index), *places(inner)]
    return found


def disturb(dice: Random, thing: Any) -> None:
    """Change one place of a value, in place: another value, gone, or one more."""
    spots = places(thing)
    if not spots:
        return
    container, key = dice.choice(spots)
    how = dice.random()
    if how < 0.4:
        container[key] = alike(dice, container[key])
    elif how < 0.65:
        container[key] = value(dice)
    elif how < 0.8:
        del container[key]
    elif isinstance(container, dict):
        container[str(dice.choice(TEXTS))[:30]] = value(dice)
    else:
        container.extend(container[:] * dice.choice((1, 3, 40)))


def as_json(thing: Any) -> bytes:
    return json.dumps(thing, ensure_ascii=True).encode()


def as_msgpack(thing: Any) -> bytes:
    packed: bytes = msgpack.packb(_packable(thing), unicode_errors="surrogatepass")
    return packed


def _packable(thing: Any) -> Any:
    """What JSON can say and MessagePack cannot, said in an extension type instead."""
    if isinstance(thing, dict):
        return {key: _packable(inner) for key, inner in thing.items()}
    if isinstance(thing, list):
        return [_packable(inner) for inner in thing]
    if isinstance(thing, int) and not -(2**63) <= thing < 2**64:
        return msgpack.ExtType(7, str(thing).encode())
    return thing


def damage(dice: Random, data: bytes) -> bytes:
    """Change some bytes: flipped, cut, doubled, put in, or moved."""
    raw = bytearray(data[:100_000])
    for _ in range(dice.choice((1, 1, 1, 2, 5, 20))):
        if not raw:
            break
        at = dice.randrange(len(raw))
        how = dice.randrange(6)
        if how == 0:
            raw[at] ^= 1 << dice.randrange(8)
        elif how == 1:
            del raw[at:]
        elif how == 2:
            del raw[at : at + dice.randrange(1, 9)]
        elif how == 3:
            raw[at:at] = bytes(dice.randrange(256) for _ in range(dice.randrange(1, 9)))
        elif how == 4:
            raw[at:at] = raw[at : at + dice.randrange(1, 40)]
        else:
            raw[at] = dice.choice(b'\x00\xff\xc1\xdf\xdd\xc9"{}[],:\\-')
    return bytes(raw)


def nested(dice: Random, depth: int) -> tuple[bytes, bytes]:
    """Nothing but depth, as JSON and as MessagePack."""
    if dice.random() < 0.5:
        return b"[" * depth + b"]" * depth, b"\x91" * depth + b"\xc0"
    return b'{"a":' * depth + b"1" + b"}" * depth, b"\x81\xa1a" * depth + b"\xc0"
