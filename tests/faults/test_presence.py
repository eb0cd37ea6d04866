"""Presence when clients and hubs go and come back."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.support.hub_process import KEY, HubProcess
from tests.support.presence_watch import PresenceWatch
from tests.support.raw_client import RawClient
from tests.support.raw_rest import RawRest
from tests.support.waiting import until

# In ms, and in seconds, with room for a machine that does something else.
SHORT, LONG = 1_000, 4_000
LATEST = 8.0


@asynccontextmanager
async def watching(hub: HubProcess, channel: str) -> AsyncIterator[PresenceWatch]:
    watch = PresenceWatch()
    async with RawClient(hub.url, KEY, client_id="watcher") as client:
        await client.attach(channel, on_presence=watch.receive).attached.wait()
        yield watch


async def member(hub: HubProcess, channel: str, name: str, grace: int) -> RawClient:
    client = RawClient(hub.url, KEY, client_id=name, query={"remainPresentFor": str(grace)})
    await client.start()
    await client.attach(channel).attached.wait()
    await client.enter(channel, f"I am {name}")
    return client


async def present(hub: HubProcess, channel: str) -> list[str]:
    async with RawRest(hub.url, KEY) as rest:
        members = await rest.once("GET", f"/channels/{channel}/presence")
        return sorted(one["clientId"] for one in members)


async def test_a_client_that_is_killed_leaves_after_the_grace(hub: HubProcess) -> None:
    async with watching(hub, "gone") as watch:
        client = await member(hub, "gone", "ada", SHORT)
        await until(lambda: watch.clients == ["ada"])
        began = time.monotonic()
        await client.vanish()
        await until(lambda: watch.left("ada"))
        took = time.monotonic() - began
        assert SHORT / 1000 - 0.1 <= took < LATEST
        assert watch.clients == []
        assert await present(hub, "gone") == []


async def test_a_client_that_says_goodbye_leaves_at_once(hub: HubProcess) -> None:
    async with watching(hub, "goodbye") as watch:
        client = await member(hub, "goodbye", "ada", 60_000)
        await until(lambda: watch.clients == ["ada"])
        await client.stop()
        await until(lambda: watch.left("ada"), LATEST)


async def test_a_client_that_resumes_within_the_grace_never_left(hub: HubProcess) -> None:
    async with watching(hub, "back") as watch:
        client = await member(hub, "back", "ada", LONG)
        await until(lambda: watch.clients == ["ada"])
        for times in range(1, 3):
            # Long enough for the hub to notice, by its clock that ticks twice a second.
            client.drop(away=1.5)
            await until(lambda times=times: client.resumes == times)  # type: ignore[misc]
            await until(client.channels["back"].attached.is_set)
        # Past the grace of every one of the losses.
        await asyncio.sleep(LONG / 1000 + 1)
        assert not watch.left("ada")
        assert watch.clients == ["ada"]
        assert await present(hub, "back") == ["ada"]
        await client.vanish()


async def test_the_last_word_of_a_client_that_is_gone_is_its_leave(hub: HubProcess) -> None:
    """It is killed with its enter on the way: it must not stay for ever."""
    async with watching(hub, "flight") as watch:
        clients = [
            RawClient(hub.url, KEY, client_id=f"c{n}", query={"remainPresentFor": "0"})
            for n in range(10)
        ]
        for client in clients:
            await client.start()
            client.attach("flight")
            client.enter("flight").add_done_callback(lambda outcome: outcome.cancelled())
            await asyncio.sleep(0.003)
            await client.vanish()
        await asyncio.sleep(2)
        await until(lambda: watch.clients == [])
        assert await present(hub, "flight") == []


async def test_members_are_there_once_after_a_restart(durable_hub: HubProcess) -> None:
    hub, names = durable_hub, [f"c{number}" for number in range(6)]
    async with watching(hub, "again") as watch:
        clients = [await member(hub, "again", name, SHORT) for name in names]
        await until(lambda: watch.clients == names)
        for times in range(1, 3):
            lost = clients.pop()
            names.pop()
            await asyncio.to_thread(hub.kill)
            await lost.vanish()
            await asyncio.to_thread(hub.start)
            for client in clients:
                await until(lambda c=client, t=times: c.resumes == t)  # type: ignore[misc]
            await until(lambda: watch.clients == names)
            # Whoever did not come back is not there, now or later.
            await asyncio.sleep(SHORT / 1000 + 1)
            assert watch.clients == names
            assert await present(hub, "again") == names
        for client in clients:
            await client.vanish()
