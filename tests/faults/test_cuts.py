"""Sockets that are cut, stall, or lose what comes back: each publish still counts once."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path

from tests.faults.runs import SAMPLE, SMALL_SAMPLE, run_cuts
from tests.support.cutting_proxy import (
    CLEAN,
    CUT,
    HALF_OPEN,
    LOSE_ACK,
    NO_HALF_OPEN,
    STALL,
    ClientFrames,
    CuttingProxy,
)
from tests.support.fold import Fold, content_of
from tests.support.hub_process import KEY, HubProcess
from tests.support.raw_client import RawClient
from tests.support.raw_rest import RawRest
from tests.support.waiting import until


async def test_everything_survives_sockets_that_are_harmed(tmp_path: Path) -> None:
    # Official clients wait 15 s and more before they give up a half-open socket: see the long run.
    report = await run_cuts(21, SAMPLE, tmp_path, seconds=5, harms=NO_HALF_OPEN)
    assert not report.problems, report
    assert min(report.harm.get(harm, 0) for harm in (CUT, LOSE_ACK, STALL)) > 0, report
    assert report.resumes > 10, report
    assert report.retries > 0, report


async def test_everything_survives_both_at_once(tmp_path: Path) -> None:
    report = await run_cuts(22, SMALL_SAMPLE, tmp_path, kills=2, harms=NO_HALF_OPEN)
    assert not report.problems, report
    assert report.harm and report.resumes > 0, report


async def test_an_answer_that_is_lost_is_given_again_and_nothing_twice(hub: HubProcess) -> None:
    """Two connections of three lose the answers to what they publish."""
    proxy = await CuttingProxy(hub.port, random.Random(3), {LOSE_ACK: 2, CLEAN: 1}).start()
    fold, sent = Fold(), [f"{number}," for number in range(200)]
    try:
        async with RawClient(hub.url, KEY) as watcher, RawRest(hub.url, KEY) as rest:
            await watcher.attach("lost:1", fold.receive).attached.wait()
            client = await RawClient(proxy.url, KEY, patience=1).start()
            (serial,) = await client.publish("lost:1", {"name": "stream", "data": ""})
            versions: list[str] = []
            async with asyncio.timeout(60):
                for some in batched(sent, 4):
                    outcomes = [client.append("lost:1", serial, text) for text in some]
                    versions += [version for outcome in outcomes for version in await outcome]
            await client.vanish()
            (message,) = await rest.history("lost:1")
            assert message["data"] == "".join(sent)
            assert versions == sorted(set(versions))
            assert fold.content() == content_of([message])
            assert not fold.problems
    finally:
        await proxy.close()
    assert proxy.done[LOSE_ACK] > 1
    assert client.resumes > 1


async def test_a_half_open_socket_is_given_up_and_nothing_is_lost(hub: HubProcess) -> None:
    """The hub still has the old socket when the client is back: the newer one counts."""
    proxy = await CuttingProxy(hub.port, random.Random(5), {HALF_OPEN: 1}).start()
    fold = Fold()
    try:
        async with RawClient(hub.url, KEY) as other, RawRest(hub.url, KEY) as rest:
            client = await RawClient(proxy.url, KEY, patience=0.4).start()
            attachment = client.attach("half:1", fold.receive)
            async with asyncio.timeout(90):
                await attachment.attached.wait()
                for number in range(300):
                    await other.publish("half:1", {"name": "n", "data": f"{number} " + "x" * 3_000})
                    if proxy.done[HALF_OPEN] > 1:
                        break
                    await asyncio.sleep(0.02)
                proxy.calm()
                history = await rest.history("half:1")
                await until(lambda: fold.content() == content_of(history), 60)
            await client.vanish()
    finally:
        await proxy.close()
    assert proxy.done[HALF_OPEN] > 1
    assert client.resumes > 0
    assert not fold.problems
    assert not attachment.gaps


def test_frames_of_a_client_are_read_whatever_their_pieces() -> None:
    head = b"GET / HTTP/1.1\r\nUpgrade: websocket\r\n\r\n"
    payloads = [b"short", b"m" * 200, b"l" * 70_000]
    stream = head + b"".join(map(_masked, payloads))
    for size in (1, 7, 4096, len(stream)):
        frames = ClientFrames()
        pieces = [stream[at : at + size] for at in range(0, len(stream), size)]
        if size == 1:
            pieces, expected = pieces[: len(head) + 300], payloads[:2]
        else:
            expected = payloads
        assert [found for piece in pieces for found in frames.feed(piece)] == expected


def batched(texts: list[str], size: int) -> list[list[str]]:
    return [texts[at : at + size] for at in range(0, len(texts), size)]


def _masked(payload: bytes) -> bytes:
    size, mask = len(payload), b"\x01\x02\x03\x04"
    if size < 126:
        head = bytes((0x81, 0x80 | size))
    elif size < 65536:
        head = bytes((0x81, 0x80 | 126)) + size.to_bytes(2, "big")
    else:
        head = bytes((0x81, 0x80 | 127)) + size.to_bytes(8, "big")
    return head + mask + bytes(byte ^ mask[at % 4] for at, byte in enumerate(payload))
