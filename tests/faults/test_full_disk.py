"""A disk that fills up: refused is refused, acknowledged is kept, and the hub goes on."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.fold import Fold, content_of
from tests.support.hub_process import KEY, HubProcess
from tests.support.raw_client import ERROR, RawClient, Refused
from tests.support.raw_rest import RawRest
from tests.support.small_disk import LimitedFiles, SmallDisk, tiny_filesystem
from tests.support.waiting import until

CHANNEL = "full:1"
BLOCK = "x" * 20_000


# The other kind of disk needs no rights, and fills up for everyone.
MOUNTS = pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0, reason="only root mounts a file system"
)


@pytest.fixture(params=["limit", pytest.param("filesystem", marks=MOUNTS)])
def disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SmallDisk]:
    if request.param == "limit":
        yield LimitedFiles(tmp_path)
        return
    with tiny_filesystem(tmp_path / "mounted") as made:
        yield made


class Tally:
    """What was acknowledged, and what was refused."""

    def __init__(self, client: RawClient, rest: RawRest) -> None:
        self._client = client
        self._rest = rest
        self.kept: list[str] = []
        self.refused: list[str] = []
        self.errors: list[Refused] = []

    async def publish(self, number: int, *, over_rest: bool = False) -> bool:
        text = f"{number} {BLOCK}"
        try:
            if over_rest:
                message = {"id": f"rest-{number}:0", "name": "n", "data": text}
                await self._rest.publish(CHANNEL, message)
            else:
                await self._client.publish(CHANNEL, {"name": "n", "data": text})
        except Refused as refusal:
            self.refused.append(text)
            self.errors.append(refusal)
            return False
        self.kept.append(text)
        return True

    async def fill(self, first: int) -> None:
        """Publish until nothing fits; then go on a little, by both ways."""
        for number in range(first, first + 2_000):
            if not await self.publish(number):
                break
        else:
            raise AssertionError("the disk does not fill up")
        for number in range(first + 2_000, first + 2_020):
            await self.publish(number, over_rest=number % 2 == 1)
        await asyncio.gather(*(self.publish(n) for n in range(first + 3_000, first + 3_040)))

    def check_errors(self) -> None:
        for refusal in self.errors:
            assert 50000 <= (refusal.code or 0) < 60000, refusal
            assert refusal.error["statusCode"] >= 500, refusal
            said = refusal.error["message"]
            assert "hub.sqlite3" in said, said
            assert "Free some space" in said or "Check that" in said, said


async def test_a_full_disk_loses_nothing_that_was_acknowledged(disk: SmallDisk) -> None:
    hub = HubProcess(data=disk.folder / "data", prefix=disk.prefix).start()
    fold = Fold()
    try:
        async with RawClient(hub.url, KEY) as client, RawRest(hub.url, KEY, patience=20) as rest:
            await client.attach(CHANNEL, fold.receive).attached.wait()
            tally = Tally(client, rest)
            await tally.fill(0)
            assert tally.kept and len(tally.refused) > 20
            tally.check_errors()
            assert content_texts(await rest.history(CHANNEL)) == tally.kept
            assert [text for _, text in fold.messages.values()] == tally.kept

            disk.make_room(hub.pid)
            assert await tally.publish(10_000)
            assert await tally.publish(10_001, over_rest=True)
            # What was refused may be tried again, under the ids that it had.
            number = int(tally.refused.pop().partition(" ")[0])
            assert await tally.publish(number)
            history = await rest.history(CHANNEL)
            assert content_texts(history) == tally.kept
            assert fold.content() == content_of(history)

            hub.restart()
            disk.make_room(hub.pid)
            assert await tally.publish(20_000)
            assert content_texts(await rest.history(CHANNEL)) == tally.kept
            await until(lambda: [text for _, text in fold.messages.values()] == tally.kept)
            assert not fold.problems
            assert client.resumes == 1
    finally:
        hub.stop()


async def test_a_stream_on_a_full_disk_is_what_was_acknowledged(disk: SmallDisk) -> None:
    hub = HubProcess(data=disk.folder / "data", prefix=disk.prefix).start()
    fold, text = Fold(), ""
    try:
        async with RawClient(hub.url, KEY) as client, RawRest(hub.url, KEY, patience=20) as rest:
            await client.attach(CHANNEL, fold.receive).attached.wait()
            (serial,) = await client.publish(CHANNEL, {"name": "s", "data": ""})
            refusals = 0
            for number in range(2_000):
                piece = f"{number} " + "y" * 4_000
                try:
                    await client.append(CHANNEL, serial, piece)
                except Refused:
                    refusals += 1
                    if refusals == 1:
                        continue
                    disk.make_room(hub.pid)
                    await client.append(CHANNEL, serial, piece)
                    text += piece
                    break
                text += piece
            assert refusals == 2
            (message,) = await rest.history(CHANNEL)
            assert message["data"] == text
            assert fold.content() == content_of([message])
    finally:
        hub.stop()


async def test_who_attaches_while_the_disk_is_full_is_attached(disk: SmallDisk) -> None:
    """Reading needs no room: a failed publish of others is not the failure of a channel."""
    hub = HubProcess(data=disk.folder / "data", prefix=disk.prefix).start()
    try:
        async with RawClient(hub.url, KEY) as client, RawRest(hub.url, KEY, patience=20) as rest:
            tally = Tally(client, rest)
            await tally.fill(0)
            async with RawClient(hub.url, KEY) as reader:
                for number in range(20):
                    publishes = [tally.publish(100_000 + number * 10 + n) for n in range(5)]
                    writing = asyncio.gather(*publishes)
                    await asyncio.sleep(0)
                    attachment = reader.attach(f"full:{number}")
                    await attachment.attached.wait()
                    await writing
                    assert [a for a in attachment.answers if a["action"] == ERROR] == []
    finally:
        hub.stop()


async def test_a_hub_that_starts_on_a_full_disk_says_so_or_serves(disk: SmallDisk) -> None:
    hub = HubProcess(data=disk.folder / "data", prefix=disk.prefix).start()
    try:
        async with RawClient(hub.url, KEY) as client, RawRest(hub.url, KEY, patience=20) as rest:
            tally = Tally(client, rest)
            await tally.fill(0)
            hub.restart()
            assert content_texts(await rest.history(CHANNEL)) == tally.kept
            await tally.fill(50_000)
            tally.check_errors()
            disk.make_room(hub.pid)
            assert await tally.publish(90_000)
            assert content_texts(await rest.history(CHANNEL)) == tally.kept
    finally:
        hub.stop()


def content_texts(history: list[dict[str, object]]) -> list[str]:
    return [str(message["data"]) for message in history]
