"""Numbers out of order, and more than is allowed at once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.hostile.support import KEY, TEXT, WatchedHub, Wire, call, masked


def publish(serial: int, text: str, channel: str = "order") -> dict[str, Any]:
    return {"action": 15, "channel": channel, "msgSerial": serial, "messages": [{"data": text}]}


async def test_a_msgserial_counts_once_in_whatever_order(watched: WatchedHub) -> None:
    wire = await Wire.open(watched.port, f"key={KEY}&echo=false")
    given: dict[int, str] = {}
    for serial in (5, 3, 4, 3, 5, 1000, 0, 4, 2**53 - 1, 1, 0):
        wire.tell(publish(serial, f"text {serial} {len(given)}"))
        told = await wire.until(1, 2)
        assert (told["action"], told["msgSerial"]) == (1, serial)
        stored = told["res"][0]["serials"][0]
        # The same number is the same publish, whatever is in it now.
        assert given.setdefault(serial, stored) == stored
    history = (await call(watched, "GET", "/channels/order/messages?direction=forwards")).json
    assert [message["serial"] for message in history] == list(given.values())
    await wire.close()


async def test_numbers_of_one_connection_are_nothing_to_another(watched: WatchedHub) -> None:
    wires = [await Wire.open(watched.port, f"key={KEY}&echo=false") for _ in range(3)]
    serials = set()
    for wire in wires:
        wire.tell(publish(0, "x", "apart"))
        serials.add((await wire.until(1))["res"][0]["serials"][0])
        await wire.close()
    assert len(serials) == 3


async def test_what_is_asked_for_at_once_is_held_to_the_limits(tmp_path: Path) -> None:
    with WatchedHub(tmp_path, "--limits", "ably") as hub:
        wire = await Wire.open(hub.port, f"key={KEY}")
        await wire.until(4)
        asked = [{"action": 10, "channel": f"c-{number}"} for number in range(260)]
        wire.send(b"".join(masked(TEXT, json.dumps(frame).encode()) for frame in asked))
        answers = [await wire.until(9, 11) for _ in asked]
        refused = [answer for answer in answers if answer["action"] == 9]
        assert [answer["error"]["code"] for answer in refused] == [90010] * 60
        assert hub.ask()["attachments"] == 200
        sent = [publish(serial, "x", "c-1") for serial in range(120)]
        wire.send(b"".join(masked(TEXT, json.dumps(frame).encode()) for frame in sent))
        codes, left = [], 120
        while left:
            told = await wire.until(1, 2)
            left -= told["count"]
            if told["action"] == 2:
                codes += [told["error"]["code"]] * told["count"]
        assert set(codes) == {42911}
        assert len(codes) >= 50
        await wire.close()
        assert not hub.complaints(whole=True)
