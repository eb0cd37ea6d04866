"""What is published comes once and in order, whatever becomes of the connection in between."""

from __future__ import annotations

import asyncio
import random
from typing import Any

import pytest

from aitransport_notebook import ClientSession, UIMessageCodec
from aitransport_notebook.errors import AITransportError
from aitransport_notebook.session.channel.line import ai_message
from tests.session.joining import Tokens, client_at, cuttable, over, plain_client
from tests.support.company import Room
from tests.support.cutting_proxy import CLEAN, LOSE_ACK, CuttingProxy
from tests.support.hub_process import KEY, HubProcess
from tests.support.raw_rest import RawRest
from tests.support.waiting import until

CODEC = UIMessageCodec()


async def data_of(hub: HubProcess, name: str) -> list[Any]:
    async with RawRest(hub.url, KEY) as rest:
        return [message.get("data") for message in await rest.history(name)]


async def test_many_at_once_keep_their_order_through_cuts(room: Room) -> None:
    async with (
        cuttable(room.hub) as proxy,
        over(proxy, ClientSession, room.name) as user,
    ):
        expected = [f"{number}" for number in range(600)]
        publishing, cuts, chance = [], [], random.Random(5)
        for number, text in enumerate(expected):
            publishing.append(asyncio.create_task(user._line.publish({"name": "n", "data": text})))
            await asyncio.sleep(0.002)
            if number % 150 == 75:
                # Too long for the first attempt to come back, and for the second.
                cuts.append(asyncio.create_task(proxy.interrupt(chance.uniform(0.1, 0.5))))
        serials = await asyncio.wait_for(asyncio.gather(*publishing), 30)
        await asyncio.gather(*cuts)
        assert await data_of(room.hub, room.name) == expected
        given = [serial or "" for [serial] in serials]
        assert given == sorted(set(given))


async def test_what_is_applied_and_not_acknowledged_counts_once(room: Room) -> None:
    proxy = CuttingProxy(room.hub.port, random.Random(3), {LOSE_ACK: 3, CLEAN: 1})
    await proxy.start()
    made = client_at(proxy.port)
    async with ClientSession(made, room.name, CODEC) as user:
        expected = [f"{number}" for number in range(200)]
        publishing = []
        for text in expected:
            publishing.append(asyncio.create_task(user._line.publish({"name": "n", "data": text})))
            await asyncio.sleep(0.005)
        await asyncio.wait_for(asyncio.gather(*publishing), 60)
        assert proxy.done[LOSE_ACK] > 1
        proxy.calm()
        assert await data_of(room.hub, room.name) == expected
    await made.close()
    await proxy.close()


async def test_over_another_connection_appends_are_given_back_and_the_rest_is_sent(
    room: Room,
) -> None:
    """Its server cannot know what it has had: the text of a stream can be said whole again."""
    async with (
        cuttable(room.hub) as proxy,
        over(proxy, ClientSession, room.name) as user,
    ):
        line = user._line
        [serial] = await line.publish(ai_message("n", {"stream": "true"}, None, ""))
        manager = line._client.connection.connection_manager
        before = manager.connection_id
        cutting = asyncio.create_task(proxy.interrupt(0.5))
        await until(lambda: not line.is_live)
        appending = asyncio.create_task(line.append({"serial": serial, "data": "text"}))
        publishing = asyncio.create_task(line.publish({"name": "m", "data": "more"}))
        # As after two minutes away: there is nothing to resume.
        manager._ConnectionManager__connection_details = None
        await cutting
        with pytest.raises(AITransportError) as caught:
            await asyncio.wait_for(appending, 10)
        assert (caught.value.code, bool(caught.value.hint)) == (80008, True)
        await asyncio.wait_for(publishing, 10)
        assert manager.connection_id != before
        await line.publish({"name": "m", "data": "and more"})
        assert await data_of(room.hub, room.name) == ["", "more", "and more"]


async def test_what_is_cancelled_before_it_goes_out_is_not_sent_unless_it_is_part_of_a_stream(
    room: Room,
) -> None:
    async with (
        cuttable(room.hub) as proxy,
        over(proxy, ClientSession, room.name) as user,
    ):
        line = user._line
        [serial] = await line.publish(ai_message("n", {"stream": "true"}, None, ""))
        cutting = asyncio.create_task(proxy.interrupt(0.5))
        await until(lambda: not line.is_live)
        appending = asyncio.create_task(line.append({"serial": serial, "data": "text"}))
        first, second, third = (
            asyncio.create_task(line.publish({"name": "m", "data": data})) for data in "123"
        )
        await asyncio.sleep(0)
        for task in (appending, second):
            task.cancel()
        await cutting
        await asyncio.wait_for(asyncio.gather(first, third), 10)
        await line.publish({"name": "m", "data": "4"})
        assert await data_of(room.hub, room.name) == ["text", "1", "3", "4"]


async def test_what_cannot_be_written_down_is_refused_and_harms_nothing(room: Room) -> None:
    user = await room.user()
    wrong = {"name": "n", "data": "", "extras": {"not": object()}}
    with pytest.raises(TypeError):
        await user._line.publish(wrong)
    results = await asyncio.gather(*(user._line.publish({"data": f"{n}"}) for n in range(3)))
    assert await data_of(room.hub, room.name) == ["0", "1", "2"]
    assert all(serial for [serial] in results)


async def test_history_does_not_disturb_the_connection(room: Room) -> None:
    """The Python client would attach all channels anew with each request."""
    user = await room.user()
    await user.view.send("hello")
    moves: list[object] = []
    user._line._channel.on(lambda change: moves.append(change))
    late = await room.user("late")
    late._line._channel.on(lambda change: moves.append(change))
    await late.view.load_older()
    assert moves == []


async def test_a_client_that_is_in_use_already_goes_on(hub: HubProcess) -> None:
    """What it had published before it was given to a session is acknowledged all the same."""
    made = plain_client(hub.port, Tokens())
    channel = made.channels.get("room:used")
    early = [asyncio.create_task(channel.publish("n", f"{n}")) for n in range(5)]
    await asyncio.sleep(0)
    async with ClientSession(made, "room:used", CODEC) as user:
        await asyncio.wait_for(asyncio.gather(*early), 10)
        await user._line.publish({"name": "n", "data": "5"})
        assert await data_of(hub, "room:used") == ["0", "1", "2", "3", "4", "5"]
    await made.close()
