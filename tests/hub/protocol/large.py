"""What takes much room in a frame."""

from __future__ import annotations

import base64
from typing import Any

from tests.hub.protocol.harness import ATTACHED, Bench, Client, Wire

MIB = 1 << 20
# The most that one publish may carry, of what takes most in JSON.
WORST = {
    "text": "a" * 65_000,
    "quotes": '"' * 65_000,
    "control characters": "\x01" * 43_000,
    "bytes": base64.b64encode(b"\xff" * 65_000).decode(),
}


def worst(kind: str, **fields: object) -> Wire:
    return {"data": WORST[kind], **({"encoding": "base64"} if kind == "bytes" else {}), **fields}


def attached(bench: Bench, **asked: Any) -> Client:
    client = bench.connect()
    assert client.attach("room", **asked)["action"] == ATTACHED
    client.take()
    return client
