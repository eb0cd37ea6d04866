"""The hub, as the official Python client `ably` sees it, with JSON and with msgpack."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from ably import ChannelMode, ChannelOptions, MessageAction, MessageOperation
from ably.types.message import Message

from aitransport_notebook.session.tokens import TokenDetails, details_of
from tests.official.python_lab import (
    Inbox,
    Lab,
    data_of,
    in_state,
    listen,
    named,
    refused,
    states,
    watch,
    with_params,
)
from tests.support.hub_process import HubProcess

CREATE, UPDATE, DELETE, APPEND = (
    MessageAction.MESSAGE_CREATE,
    MessageAction.MESSAGE_UPDATE,
    MessageAction.MESSAGE_DELETE,
    MessageAction.MESSAGE_APPEND,
)
PRESENT, ENTER, LEAVE, CHANGE = 1, 2, 3, 4
VALUES: dict[str, Any] = {
    "text": "naïve 日本語 \U0001f9d1\U0001f3fd\u200d\U0001f680 \0",
    "empty": "",
    "object": {"a": [1, 2.5, None, True, {"b": "\U0001f600"}]},
    "list": [],
    "nothing": None,
    "bytes": bytes(range(256)),
}


@pytest_asyncio.fixture(params=["json", "msgpack"])
async def lab(hub: HubProcess, request: pytest.FixtureRequest) -> AsyncIterator[Lab]:
    made = Lab(hub, request.param)
    yield made
    await made.close()


def shown(message: Any) -> tuple[Any, Any, Any]:
    return message.action, message.name, message.data


def who(event: Any) -> tuple[Any, Any, Any]:
    return event.action, event.client_id, event.data


async def test_connects_pings_and_closes(lab: Lab) -> None:
    client = lab.realtime(client_id="ann", auto_connect=False)
    seen = states(client.connection)
    client.connect()
    await seen.up_to(in_state("connected"))
    assert client.connection.connection_details.client_id == "ann"
    assert client.connection.connection_manager.connection_id
    assert await client.connection.ping() >= 0
    await client.close()
    assert client.connection.state == "closed"


async def test_publishes_what_arrives(lab: Lab) -> None:
    writer = await lab.connected(client_id="ann")
    reader = await lab.connected()
    messages = await listen(reader.channels.get(lab.channel))
    extras = {"headers": {"trace": "x"}}
    published = await writer.channels.get(lab.channel).publish(
        Message(name="m", data="x", extras=extras)
    )
    message = await messages.next()
    assert published.serials == [message.serial]
    assert shown(message) == (CREATE, "m", "x")
    assert (message.client_id, message.extras) == ("ann", extras)
    assert message.connection_id == writer.connection.connection_manager.connection_id
    assert message.id == f"{message.connection_id}:0:0"
    assert message.version.serial == message.serial


@pytest.mark.parametrize("other", ["json", "msgpack"])
async def test_data_of_each_kind_comes_through(lab: Lab, other: str) -> None:
    writer, reader = await lab.connected(), await lab.connected(form=other)
    messages = await listen(reader.channels.get(lab.channel))
    channel, rest = writer.channels.get(lab.channel), lab.rest().channels.get(lab.channel)
    for name, data in VALUES.items():
        await channel.publish(name, data)
        await rest.publish(name, data)
    expected = [(name, data) for name, data in VALUES.items() for _ in range(2)]
    seen = await messages.take(len(expected))
    assert [(message.name, message.data) for message in seen] == expected
    page = await rest.history(direction="forwards")
    assert [(message.name, message.data) for message in page.items] == expected


async def test_several_are_published_as_one_or_not_at_all(lab: Lab) -> None:
    writer, reader = await lab.connected(client_id="ann"), await lab.connected()
    messages = await listen(reader.channels.get(lab.channel))
    channel = writer.channels.get(lab.channel)
    published = await channel.publish([Message(name="m", data=data) for data in "abc"])
    seen = await messages.take(3)
    assert data_of(seen) == ["a", "b", "c"]
    assert [message.serial for message in seen] == published.serials == sorted(published.serials)
    rest = lab.rest(client_id="ann")
    bad = [
        {"name": "m", "data": "good"},
        {"name": "m", "data": "bad", "clientId": "bob"},
    ]
    answer = await rest.request("POST", f"/channels/{lab.channel}/messages", "3", None, bad)
    assert (answer.status_code, int(answer.error_code)) == (400, 40012)
    assert len((await channel.history()).items) == 3


async def test_an_id_is_published_once(lab: Lab) -> None:
    client = await lab.connected()
    channel = client.channels.get(lab.channel)
    messages = await listen(channel)
    results = [
        await channel.publish(Message(id="chosen", name="m", data=data)) for data in ("a", "b")
    ]
    await lab.rest().channels.get(lab.channel).publish(Message(id="chosen", name="m", data="c"))
    await channel.publish("end", None)
    assert data_of(await messages.up_to(named("end"))) == ["a"]
    assert results[0].serials == results[1].serials


async def test_appends_updates_and_deletes(lab: Lab) -> None:
    writer, reader = await lab.connected(client_id="ann"), await lab.connected()
    messages = await listen(reader.channels.get(lab.channel))
    channel = writer.channels.get(lab.channel)
    serial = (await channel.publish("m", "one")).serials[0]
    said = MessageOperation(client_id="ann", description="why", metadata={"a": "b"})
    appended = await channel.append_message(Message(serial=serial, data=" two"))
    late = await listen(reader.channels.get(f"[?appendMode=full]{lab.channel}"))
    await channel.append_message(Message(serial=serial, data=" three"))
    updated = await channel.update_message(Message(serial=serial, data="four"), said)
    deleted = await channel.delete_message(Message(serial=serial, data=""))
    seen = await messages.take(5)
    assert [shown(message) for message in seen] == [
        (CREATE, "m", "one"),
        (APPEND, "m", " two"),
        (APPEND, "m", " three"),
        (UPDATE, "m", "four"),
        (DELETE, "m", ""),
    ]
    assert shown(await late.next()) == (UPDATE, "m", "one two three")
    serials = [message.version.serial for message in seen]
    assert serials == sorted(set(serials)) and serials[0] == serial
    given = [result.version_serial for result in (appended, updated, deleted)]
    assert [serials[1], serials[3], serials[4]] == given
    version = seen[3].version
    assert (version.client_id, version.description, version.metadata) == ("ann", "why", {"a": "b"})
    page = await channel.history()
    assert [shown(message) for message in page.items] == [(DELETE, "m", "")]


async def test_versions_over_rest(lab: Lab) -> None:
    channel = lab.rest(client_id="ann").channels.get(lab.channel)
    serial = (await channel.publish("m", "one")).serials[0]
    updated = await channel.update_message(Message(serial=serial, data="two"))
    await channel.append_message(Message(serial=serial, data=" three"))
    assert shown(await channel.get_message(serial)) == (UPDATE, "m", "two three")
    page = await channel.get_message_versions(serial)
    assert data_of(page.items) == ["one", "two", "two three"]
    assert page.items[1].version.serial == updated.version_serial
    await refused(channel.get_message("01700000000000-000@0000000000:000"), 40400, 404)


async def test_who_comes_in_the_middle_gets_the_whole(lab: Lab) -> None:
    writer, late = await lab.connected(), await lab.connected()
    channel = writer.channels.get(lab.channel)
    serial = (await channel.publish("m", "a")).serials[0]
    await channel.append_message(Message(serial=serial, data="b"))
    messages = await listen(late.channels.get(lab.channel))
    for data in "cd":
        await channel.append_message(Message(serial=serial, data=data))
    seen = [shown(message) for message in await messages.take(2)]
    assert seen == [(UPDATE, "m", "abc"), (APPEND, "m", "d")]


async def test_modes_and_rewind(lab: Lab) -> None:
    client = await lab.connected()
    channel = client.channels.get(lab.channel)
    for data in "1234":
        await channel.publish("m", data)
    other = await lab.connected()
    messages = await listen(other.channels.get(lab.channel, with_params(rewind="2")))
    await channel.publish("m", "5")
    assert data_of(await messages.take(3)) == ["3", "4", "5"]
    modes = ChannelOptions(modes=[ChannelMode.SUBSCRIBE])
    mute = other.channels.get(f"{lab.channel}:mute", modes)
    await mute.attach()
    assert mute.modes == [ChannelMode.SUBSCRIBE]
    await refused(mute.publish("m", "x"), 40160, 401)
    await refused(other.channels.get(":bad").attach(), 40010, 400)
    assert other.connection.state == "connected"


async def test_history_comes_in_pages(lab: Lab) -> None:
    client = await lab.connected()
    channel = client.channels.get(lab.channel)
    numbers = [str(number) for number in range(12)]
    await asyncio.gather(*(channel.publish("m", number) for number in numbers))
    for direction, expected in (("forwards", numbers), ("backwards", numbers[::-1])):
        page = await channel.history(direction=direction, limit=5)
        pages = [data_of(page.items)]
        while page.has_next():
            page = await page.next()
            pages.append(data_of(page.items))
        assert pages == [expected[:5], expected[5:10], expected[10:]]
        assert page.is_last()


async def test_presence(lab: Lab) -> None:
    ann, watcher = await lab.connected(client_id="ann"), await lab.connected()
    channel = ann.channels.get(lab.channel)
    watched = watcher.channels.get(lab.channel)
    events = await watch(watched)
    await channel.presence.enter({"mood": "\U0001f642"})
    await channel.presence.update(b"\x00\xff")
    assert [who(event) for event in await events.take(2)] == [
        (ENTER, "ann", {"mood": "\U0001f642"}),
        (CHANGE, "ann", b"\x00\xff"),
    ]
    late = await lab.connected()
    member = (ann.connection.connection_manager.connection_id, "ann", b"\x00\xff")
    over = lab.rest().channels.get(lab.channel).presence
    members = await late.channels.get(lab.channel).presence.get()
    for found in (members, (await over.get()).items):
        assert [(one.connection_id, one.client_id, one.data) for one in found] == [member]
    await channel.presence.leave("bye")
    assert who(await events.next()) == (LEAVE, "ann", "bye")
    assert await watched.presence.get() == []
    page = await over.history(direction="forwards")
    assert [event.action for event in page.items] == [ENTER, CHANGE, LEAVE]


async def test_who_vanishes_leaves_after_the_grace(lab: Lab) -> None:
    relay = await lab.relay()
    stay = {"remainPresentFor": "1000"}
    ann = await lab.connected(client_id="ann", port=relay.port, transport_params=stay)
    watcher = await lab.connected()
    events = await watch(watcher.channels.get(lab.channel))
    await ann.channels.get(lab.channel).presence.enter("here")
    entered = await events.next()
    await relay.close()
    left = await events.next()
    assert who(left)[:2] == (LEAVE, "ann")
    assert left.connection_id == entered.connection_id
    assert left.timestamp - entered.timestamp >= timedelta(seconds=1)


async def test_a_dropped_socket_resumes_and_nothing_is_missed(lab: Lab) -> None:
    relay = await lab.relay()
    client = await lab.connected(port=relay.port)
    messages = await listen(client.channels.get(lab.channel))
    id = client.connection.connection_manager.connection_id
    rest = lab.rest().channels.get(lab.channel)
    await rest.publish("m", "0")
    await messages.next()
    connection = states(client.connection)
    relay.mute()
    for data in "123":
        await rest.publish("m", data)
    relay.cut()
    await connection.up_to(in_state("connected"))
    await rest.publish("end", None)
    assert data_of(await messages.up_to(named("end"))) == ["1", "2", "3"]
    assert client.connection.connection_manager.connection_id == id


async def test_a_publish_whose_answer_was_lost_is_stored_once(lab: Lab) -> None:
    relay = await lab.relay()
    writer, reader = await lab.connected(port=relay.port), await lab.connected()
    messages: Inbox = await listen(reader.channels.get(lab.channel))
    channel = writer.channels.get(lab.channel)
    serial = (await channel.publish("m", "one")).serials[0]
    await messages.next()
    relay.mute()
    appending = asyncio.create_task(channel.append_message(Message(serial=serial, data=" two")))
    appended = await messages.next()
    assert appended.data == " two"
    relay.cut()
    result = await asyncio.wait_for(appending, 30)
    assert result.version_serial == appended.version.serial
    await channel.publish("end", None)
    assert await messages.up_to(named("end")) == []
    assert data_of((await channel.history()).items) == [None, "one two"]


async def test_an_expired_token_is_renewed(lab: Lab) -> None:
    asked = 0

    async def token(_: object) -> TokenDetails:
        nonlocal asked
        asked += 1
        return details_of(lab.at(client_id="ann").token(life=3 if asked == 1 else 600))

    client = await lab.connected(auth_callback=token)
    messages = await listen(client.channels.get(lab.channel))
    connection = states(client.connection)
    id = client.connection.connection_manager.connection_id
    ended = await connection.next()
    assert (ended.current, ended.reason.code) == ("disconnected", 40142)
    await connection.up_to(in_state("connected"))
    await client.channels.get(lab.channel).publish("m", "x")
    assert (await messages.next()).client_id == "ann"
    assert (asked, client.connection.connection_manager.connection_id) == (2, id)


async def test_a_new_token_on_an_open_connection(lab: Lab) -> None:
    operations = ["subscribe"], ["subscribe", "publish"]
    waiting = iter([*({lab.channel: each} for each in operations), {"other": ["*"]}])

    async def token(_: object) -> TokenDetails:
        return details_of(lab.at(client_id="ann").token(next(waiting)))

    client = await lab.connected(auth_callback=token)
    channel = client.channels.get(lab.channel)
    messages = await listen(channel)
    await refused(channel.publish("m", "x"), 40160, 401)
    await client.auth.authorize()
    await channel.publish("m", "x")
    assert (await messages.next()).data == "x"
    ending = states(channel)
    await client.auth.authorize()
    await ending.up_to(in_state("failed"))
    assert channel.error_reason.code == 40160
    assert client.connection.state == "connected"


async def test_the_token_of_connect_can_be_renewed(lab: Lab) -> None:
    client = await lab.connected(client_id="ann")
    connection = states(client.connection)
    rest = lab.rest(client_id="ann")
    await rest.channels.get(lab.channel).publish("m", "x")
    for _ in range(2):
        await client.auth.authorize()
        await rest.auth.authorize()
    await client.channels.get(lab.channel).publish("m", "y")
    page = await rest.channels.get(lab.channel).history(direction="forwards")
    assert [message.client_id for message in page.items] == ["ann", "ann"]
    assert {change.current for change in await connection.take(2)} == {"connected"}


async def test_a_token_request_is_exchanged(lab: Lab) -> None:
    name, secret = lab.hub.key.split(":")
    signer = lab.rest(auth_callback=None, key=lab.hub.key, use_token_auth=True)

    async def request(_: object) -> object:
        asked = {"client_id": "ann", "ttl": 60_000}
        return await signer.auth.create_token_request(asked, key_name=name, key_secret=secret)

    rest = lab.rest(auth_callback=request)
    await rest.channels.get(lab.channel).publish("m", "x")
    page = await rest.channels.get(lab.channel).history()
    assert [message.client_id for message in page.items] == ["ann"]
    details = rest.auth.token_details
    assert details.expires - details.issued == 60_000


async def test_the_role_is_a_claim_of_the_token(lab: Lab) -> None:
    operator = await lab.connected(client_id="ann", role="operator")
    plain = await lab.connected(client_id="bob")
    messages = await listen(plain.channels.get(lab.channel))
    forged = {"userClaim": json.dumps({"role": "owner"})}
    for client in (operator, plain):
        channel = client.channels.get(lab.channel)
        await channel.publish(Message(name="m", data="x", extras=forged))
    claimed, unclaimed = await messages.take(2)
    assert json.loads(claimed.extras["userClaim"]) == {"role": "operator"}
    assert not (unclaimed.extras or {}).get("userClaim")


async def test_what_rest_tells(lab: Lab) -> None:
    rest = lab.rest(client_id="ann")
    client = await lab.connected()
    await client.channels.get(lab.channel).attach()
    assert await rest.time() > 1_700_000_000_000
    status = await rest.channels.get(lab.channel).status()
    assert status.status.is_active is True
    metrics = status.status.occupancy.metrics
    assert (metrics.connections, metrics.subscribers, metrics.presence_members) == (1, 1, 0)
    listed = await rest.request("GET", "/channels", "3", {"prefix": lab.channel})
    assert [item["channelId"] for item in listed.items] == [lab.channel]
    names = await rest.request("GET", "/channels", "3", {"prefix": lab.channel, "by": "id"})
    assert names.items == [lab.channel]
    await refused(rest.channels.get(":bad").history(), 40010, 400)
