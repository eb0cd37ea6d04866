"""HTTP requests that no client should send, made of a seed."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from random import Random
from typing import Any
from urllib.parse import quote

from tests.hostile.frames import SERIAL, channel, message, presence
from tests.hostile.support import KEY
from tests.hostile.values import (
    NUMBERS,
    TEXTS,
    as_json,
    as_msgpack,
    damage,
    disturb,
    nested,
    value,
)

METHODS = ("GET", "POST", "PATCH", "PUT", "DELETE", "HEAD", "OPTIONS", "BREW")
PATHS = (
    *(
        "/time",
        "/channels",
        "/stats",
        "/apps",
        "/hub/about",
        "/hub/links",
        "/hub/sign-in",
        "/nothing",
    ),
    *("/keys/app.root/requestToken", "/keys/{x}/requestToken", "/apps/{x}", "/", "/static/{x}"),
    *("/channels/{c}", "/channels/{c}/messages", "/channels/{c}/history", "/channels/{c}/presence"),
    *("/channels/{c}/presence/history", "/channels/{c}/messages/{s}", "/channels/{c}/publish"),
    *("/channels/{c}/messages/{s}/versions", "/channels/{c}/messages", "/channels/{c}/messages"),
    *("/messages", "/push/channels", "/channels//messages", "/channels/%/messages", "/%2e%2e/etc"),
)
PARAMS = (
    *(
        "limit",
        "start",
        "end",
        "cursor",
        "from_serial",
        "direction",
        "format",
        "envelope",
        "prefix",
    ),
    *(
        "by",
        "clientId",
        "connectionId",
        "key",
        "access_token",
        "challenge",
        "rnd",
        "unit",
        "untilAttach",
    ),
)
WORDS = (
    *(
        "0",
        "1",
        "100",
        "1000",
        "1001",
        "-1",
        "backwards",
        "forwards",
        "sideways",
        "json",
        "msgpack",
    ),
    *(
        "9" * 18,
        "9" * 19,
        "9" * 400,
        "1.5",
        "1e3",
        "٣",
        "²",
        "NaN",
        " 1",
        "+1",
        SERIAL,
        "id",
        "value",
    ),
)
MEDIA = (
    *(
        "application/json",
        "application/json; charset=utf-16",
        "application/x-msgpack",
        "text/plain",
    ),
    *("multipart/form-data", "application/x-www-form-urlencoded", "a", "", "application/json" * 50),
)


@dataclass(frozen=True)
class Request:
    """The bytes, and whether they are whole: then they are owed an answer."""

    raw: bytes
    whole: bool


def request(dice: Random) -> Request:
    """One request, or something like it."""
    how = dice.random()
    if how < 0.05:
        return _garbage(dice)
    raw = _plausible(dice)
    if how < 0.85:
        return Request(raw, whole=True)
    if how < 0.93:
        return Request(damage(dice, raw), whole=False)
    return Request(raw[: dice.randrange(len(raw))], whole=False)


def _plausible(dice: Random) -> bytes:
    body, media = _body(dice)
    method = dice.choice(METHODS) if dice.random() < 0.3 else "POST" if body else "GET"
    if body and dice.random() < 0.25:
        method = "PATCH"
    if dice.random() < 0.1:
        media = dice.choice(MEDIA)
    lines = [
        f"{method} {_target(dice)} HTTP/1.1",
        "Host: 127.0.0.1",
        f"Content-Length: {len(body)}",
    ]
    if media:
        lines.append(f"Content-Type: {media}")
    lines += _credentials(dice)
    for _ in range(dice.choice((0, 0, 1, 2))):
        lines.append(_header(dice))
    return "\r\n".join(lines).encode("utf-8", "surrogateescape") + b"\r\n\r\n" + body


def _target(dice: Random) -> str:
    path = dice.choice(PATHS)
    path = path.replace("{c}", _part(dice, channel(dice)))
    path = path.replace("{s}", _part(dice, SERIAL if dice.random() < 0.5 else dice.choice(TEXTS)))
    path = path.replace("{x}", _part(dice, dice.choice(TEXTS)))
    params = []
    for _ in range(dice.choice((0, 0, 1, 2, 3, 60))):
        word = dice.choice(WORDS) if dice.random() < 0.8 else dice.choice(TEXTS)[:3000]
        params.append(f"{dice.choice(PARAMS)}={_part(dice, word)}")
    return f"{path}?{'&'.join(params)}" if params else path


def _part(dice: Random, text: str) -> str:
    how = dice.random()
    if how < 0.04:
        return dice.choice(
            ("%", "%g1", "%ff", "%00", "%ed%a0%80", "%c0%af", "%2f", "a%20b+c", "%u0041")
        )
    return quote(text[:5000].encode("utf-8", "surrogatepass"), safe="") or "_"


def _credentials(dice: Random) -> list[str]:
    how = dice.random()
    if how < 0.75:
        return [f"Authorization: Basic {b64encode(KEY.encode()).decode()}"]
    if how < 0.85:
        return []
    return [
        "Authorization: "
        + dice.choice(
            (
                "Basic !",
                "Basic",
                "Bearer",
                "Bearer x",
                "Bearer a.b.c",
                "Digest x",
                "Basic YTpi",
                "\udcff",
            )
        )
    ]


def _header(dice: Random) -> str:
    return dice.choice(
        (
            "Origin: http://evil.example",
            "Origin: \udcff\udcfe",
            "Origin: null",
            "Host: evil.example",
            "Host: [::1",
            "Host: a:b:c",
            "Host: \udcff",
            f"X-Ably-ClientId: {dice.choice(('!', 'Kg==', 'bWU=', '/w==', ''))}",
            "X-Big: " + "b" * dice.choice((10, 7000, 9000, 40_000)),
            "Accept: " + dice.choice(("application/x-msgpack", "*/*", "\udcff", "")),
            "Access-Control-Request-Headers: " + dice.choice(("x", "\udcff", "a" * 5000)),
            "Transfer-Encoding: chunked",
            "Expect: 100-continue",
            "Connection: close",
            "Upgrade: websocket",
            "Content-Encoding: gzip",
            "Cookie: session=\udcff",
            "Content-Length: 5",
            " folded: header",
            "no colon at all",
            ": nameless",
        )
    )


def _body(dice: Random) -> tuple[bytes, str]:
    """A body of some route's shape, more or less; or none."""
    if dice.random() < 0.45:
        return b"", ""
    thing: Any = dice.choice(
        (
            message(dice),
            [message(dice) for _ in range(dice.choice((0, 1, 3, 1100)))],
            {"keyName": "app.root", "ttl": 1000, "capability": "{}", "nonce": "n" * 16, "mac": "x"},
            {"timestamp": dice.choice(NUMBERS), "capability": value(dice), "clientId": value(dice)},
            {"link": "x", "renew": None},
            {
                "keys": [{"capability": None}],
                "channels": [{"name": "c", "presence": [presence(dice)]}],
            },
            {"action": dice.choice((0, 1, 2, 3, 5, 77)), "data": "x", "version": {"metadata": {}}},
        )
    )
    if dice.random() < 0.6:
        disturb(dice, thing)
    binary = dice.random() < 0.4
    raw = as_msgpack(thing) if binary else as_json(thing)
    how = dice.random()
    if how < 0.1:
        raw = nested(dice, dice.choice((100, 900, 990, 10_000)))[binary]
    elif how < 0.25:
        raw = damage(dice, raw)
    elif how < 0.28:
        raw = raw[:1] + b" " * 1_200_000
    return raw, MEDIA[2] if binary else MEDIA[0]


def _garbage(dice: Random) -> Request:
    return Request(
        dice.choice(
            (
                dice.randbytes(dice.randrange(1, 300)),
                b"GET / HTTP/9.9\r\n\r\n",
                b"GET  /  HTTP/1.1\r\n\r\n",
                b"GET / HTTP/1.1\nHost: x\n\n",
                b"\r\n" * 50,
                b"POST /apps HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                b"POST /apps HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFFF\r\n",
                b"POST /apps HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
                b"POST /apps HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\nx",
                b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
                b"GET / HTTP/1.1\r\n" + b"".join(b"X-%d: y\r\n" % n for n in range(3000)) + b"\r\n",
                b"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n",
                b"GET http://evil.example/time HTTP/1.1\r\nHost: x\r\n\r\n",
                b"CONNECT evil.example:443 HTTP/1.1\r\nHost: x\r\n\r\n",
                b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + dice.randbytes(40),
                b"GET /\0 HTTP/1.1\r\nHost: x\r\n\r\n",
                b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
            )
        ),
        whole=False,
    )
