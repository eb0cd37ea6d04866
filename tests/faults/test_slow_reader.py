"""A subscriber that stops reading while the others go on."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from tests.support.fold import Fold, content_of
from tests.support.hub_process import KEY, HubProcess
from tests.support.raw_client import RawClient, Wire
from tests.support.raw_rest import RawRest
from tests.support.waiting import until

MIB = 1 << 20
BLOCK = 60_000
FLOOD = 2_000  # messages: about 115 MiB
MISSED = 400
# What the hub may grow by, whatever is published: its cache of messages (64 MiB), what waits for
# a client that does not read (4 MiB), one batch, and what the allocator keeps of them.
MOST_GROWTH = 120 * MIB
# How long others may wait for a message on a machine that has much else to do.
MOST_DELAY = 2.0
UNDER_WAY = 8


def memory_of(pid: int) -> int:
    """The resident set of a process, in bytes."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    raise AssertionError(f"process {pid} has no memory")


class Flood:
    """Publishes much, watches the hub's memory, and how long others wait meanwhile."""

    def __init__(self, hub: HubProcess, publisher: RawClient, other: RawClient) -> None:
        self._pid = hub.pid
        self._publisher = publisher
        self._other = other
        self.before = memory_of(hub.pid)
        self.most = self.before
        self.delays: list[float] = []

    @property
    def growth(self) -> int:
        return self.most - self.before

    def look(self) -> None:
        self.most = max(self.most, memory_of(self._pid))

    async def keep_looking(self) -> None:
        while True:
            self.look()
            await asyncio.sleep(0.02)

    async def run(self, channel: str, messages: int) -> None:
        beat = asyncio.create_task(self._measure(f"{channel}:beat"))
        waiting: list[asyncio.Future[list[str]]] = []
        for number in range(messages):
            text = f"{number} " + "z" * BLOCK
            waiting.append(self._publisher.publish(channel, {"name": "n", "data": text}))
            if len(waiting) >= UNDER_WAY:
                await waiting.pop(0)
            if number % 20 == 0:
                self.look()
        await asyncio.gather(*waiting)
        self.look()
        beat.cancel()
        await asyncio.gather(beat, return_exceptions=True)

    async def _measure(self, channel: str) -> None:
        arrived = asyncio.Event()
        await self._other.attach(channel, lambda _: arrived.set()).attached.wait()
        while True:
            arrived.clear()
            began = time.monotonic()
            self._other.publish(channel, {"name": "beat"})
            await arrived.wait()
            self.delays.append(time.monotonic() - began)
            await asyncio.sleep(0.02)


async def stalled_client(hub: HubProcess, channel: str, fold: Fold) -> RawClient:
    client = await RawClient(hub.url, KEY, receive_buffer=65_536).start()
    await client.attach(channel, fold.receive).attached.wait()
    client.pause()
    return client


async def connections_on(rest: RawRest, channel: str) -> int:
    answer = await rest.once("GET", f"/channels/{channel}")
    connections: int = answer["status"]["occupancy"]["metrics"]["connections"]
    return connections


async def test_one_that_does_not_read_harms_nobody_else(durable_hub: HubProcess) -> None:
    hub, fold, stalled_folds = durable_hub, Fold(), [Fold() for _ in range(3)]
    async with (
        RawClient(hub.url, KEY) as publisher,
        RawClient(hub.url, KEY) as other,
        RawClient(hub.url, KEY) as reader,
        RawRest(hub.url, KEY, patience=60) as rest,
    ):
        await reader.attach("slow", fold.receive).attached.wait()
        stalled = [await stalled_client(hub, "slow", fold) for fold in stalled_folds]
        assert await connections_on(rest, "slow") == 4
        flood = Flood(hub, publisher, other)
        await flood.run("slow", FLOOD)

        assert await connections_on(rest, "slow") == 1, "who does not read is cut off"
        assert flood.growth < MOST_GROWTH, f"it grew by {flood.growth / MIB:.0f} MiB"
        assert len(flood.delays) > 20
        assert max(flood.delays) < MOST_DELAY, sorted(flood.delays)[-5:]
        await until(lambda: len(fold.messages) == FLOOD)
        assert fold.content() == content_of(await rest.history("slow"))
        assert not fold.problems and len(reader.answers) == 1
        for client in stalled:
            await client.vanish()


async def read_again(client: RawClient, fold: Fold, messages: int) -> list[Wire]:
    """Wait until a client that reads again has everything, or was told of gaps: returns those."""
    client.go_on()
    attachment = client.channels["slow"]
    await until(lambda: len(fold.messages) == messages or bool(attachment.gaps), 60)
    return attachment.gaps


async def test_one_that_reads_again_gets_all_that_it_missed(durable_hub: HubProcess) -> None:
    hub, fold = durable_hub, Fold()
    async with (
        RawClient(hub.url, KEY) as publisher,
        RawClient(hub.url, KEY) as other,
        RawRest(hub.url, KEY, patience=60) as rest,
    ):
        client = await stalled_client(hub, "slow", fold)
        await Flood(hub, publisher, other).run("slow", MISSED)
        gaps = await read_again(client, fold, MISSED)
        await client.vanish()
        history = await rest.history("slow")
        assert len(history) == MISSED
        assert client.resumes > 0
        assert not fold.problems
        if gaps:
            assert [gap["error"]["code"] for gap in gaps] == [90003]
        else:
            assert fold.content() == content_of(history)


async def test_a_long_replay_does_not_cut_off_who_reads_it(durable_hub: HubProcess) -> None:
    """Ably's clients wait 15 s before they come back a second time."""
    hub, fold = durable_hub, Fold()
    async with RawClient(hub.url, KEY) as publisher, RawClient(hub.url, KEY) as other:
        client = await stalled_client(hub, "slow", fold)
        await Flood(hub, publisher, other).run("slow", MISSED)
        await read_again(client, fold, MISSED)
        await client.vanish()
        assert len(client.answers) <= 2, f"it had to connect {len(client.answers)} times"


async def test_a_long_replay_does_not_fill_the_memory(durable_hub: HubProcess) -> None:
    """Or the client is told of the gap, and pages through history."""
    hub, fold = durable_hub, Fold()
    async with RawClient(hub.url, KEY) as publisher, RawClient(hub.url, KEY) as other:
        client = await stalled_client(hub, "slow", fold)
        flood = Flood(hub, publisher, other)
        await flood.run("slow", FLOOD)
        looking = asyncio.create_task(flood.keep_looking())
        await read_again(client, fold, FLOOD)
        looking.cancel()
        await client.vanish()
        assert flood.growth < MOST_GROWTH, f"it grew by {flood.growth / MIB:.0f} MiB"
