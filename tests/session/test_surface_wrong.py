"""What cannot be meant, and what cannot be done: a clear error, and nothing is left of it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from ably import AblyRealtime

from aitransport_notebook import (
    AgentSession,
    AITransportError,
    ClientSession,
    ResponsesCodec,
    TextCodec,
    UIMessageCodec,
    connect,
)
from aitransport_notebook.codec.contract import Codec
from aitransport_notebook.session.client.view import ClientView
from tests.interop.chunks import call, message
from tests.session.talking import ids, talked, texts
from tests.support.company import UI_MESSAGES, Room
from tests.support.waiting import until

Do = Callable[..., Awaitable[Any]]


async def refused(do: Do, *given: Any, code: int = 40003, **how: Any) -> AITransportError:
    with pytest.raises(AITransportError) as caught:
        await do(*given, **how)
    assert caught.value.code == code, caught.value
    assert caught.value.hint, caught.value
    return caught.value


class Listener:
    """Hears the messages of a channel."""

    def __init__(self, room: Room, session: ClientSession[Any]) -> None:
        self._channel = room.connection("marker").channels.get(room.name)
        self._names: list[Any] = []
        session.on("message", lambda wire: self._names.append(wire["name"]))

    async def heard(self) -> list[Any]:
        """Return what was heard up to now: a mark is behind all that was published before."""
        await self._channel.publish("mark", "")
        await until(lambda: "mark" in self._names)
        return [name for name in self._names if name != "mark"]


NO_MESSAGES: list[Any] = [
    None,
    5,
    [],
    {},
    ("hello",),
    [None],
    ["one", "two"],
    {"kind": "unheard-of"},
    {"kind": "user-message"},
    {"kind": "user-message", "message": "text"},
    {"kind": "tool-result", "codecMessageId": "m"},
    {"type": "text-start", "id": "1"},
    {"role": "user", "parts": "hello"},
    {"role": "user", "parts": [5]},
    {"role": "user", "parts": [{"type": "text", "text": "a"}, {"type": "file"}]},
    {"role": "user", "parts": [{"type": "data-x", "data": {1, 2}}]},
    {"role": "user", "parts": [{"type": "data-x", "data": float("nan")}]},
]


async def test_what_is_no_message_is_neither_shown_nor_published(room: Room) -> None:
    user = await room.user()
    listener = Listener(room, user)
    for content in NO_MESSAGES:
        await refused(user.view.send, content)
        assert user.view.messages == [], content
    # What no channel takes is known only there.
    number = {"role": "user", "parts": [{"type": "data-x", "data": 5}]}
    await refused(user.view.send, number, code=40011)
    assert user.view.messages == []
    assert await listener.heard() == []
    await user.view.send("hello")
    for content in [one for one in NO_MESSAGES if one != []]:
        await refused(user.view.edit, ids(user.view.messages)[0], content)
    assert texts(user.view.messages) == ["hello"]


@pytest.mark.parametrize("codec", [TextCodec(), ResponsesCodec()], ids=["text", "responses"])
async def test_every_codec_says_what_is_no_message(room: Room, codec: Codec[Any]) -> None:
    user = await room.user(codec=codec)
    wrong: list[Any] = [None, 5, [], {}, {"parts": []}, {"items": [5]}, {"text": 5}]
    for content in wrong:
        error = await refused(user.view.send, content)
        assert "UIMessage" not in error.hint
        assert user.view.messages == []


NO_IDS: list[Any] = [None, 5, [], "", b"m", {"id": "m"}]
BY_ID: list[Callable[[ClientView, Any], Awaitable[Any]]] = [
    lambda view, id: view.regenerate(id),
    lambda view, id: view.edit(id, "other"),
    lambda view, id: view.tool_result(id, "c1", 1),
    lambda view, id: view.tool_error(id, "c1", "no"),
    lambda view, id: view.approve(id, "c1"),
    lambda view, id: view.deny(id, "c1"),
]


async def test_what_is_no_id_and_what_nobody_has(room: Room) -> None:
    user, agent = await room.user(), await room.agent()
    [asked, _] = await talked(user, agent, 1)
    listener = Listener(room, user)
    for do in BY_ID:
        for id in [*NO_IDS, "nobody's"]:
            await refused(do, user.view, id)
    # A question has no answer to be made again, and no call that could be answered.
    for do in [do for do in BY_ID if do is not BY_ID[1]]:
        await refused(do, user.view, asked)
    for id in NO_IDS:
        for look in (user.view.run_for, user.view.run, user.view.branch_at):
            with pytest.raises(AITransportError, match="id"):
                look(id)
        await refused(user.cancel, run_id=id)
    assert await listener.heard() == []
    assert texts(user.view.messages) == ["0?", "0!"]
    assert user.view.run_for("nobody's") is user.view.run("nobody's") is None
    assert user.view.branch_at("nobody's").siblings == []


async def test_a_call_is_answered_where_it_is(room: Room) -> None:
    user, agent = await room.user(), await room.agent()
    asked = await user.view.send("look")
    run = agent.create_run(asked.to_invocation())
    await run.start()
    await run.pipe(message(call("look", "c1", {})))
    await run.suspend()
    await asked.wait()
    id = ids(user.view.messages)[-1]
    listener = Listener(room, user)
    wrong: Any
    for wrong in ("c2", "", None, 5, []):
        error = await refused(user.view.tool_result, id, wrong, 1)
        assert "tool call" in error.message
    for unprintable in ({1}, float("inf"), object()):
        await refused(user.view.tool_result, id, "c1", unprintable)
        await refused(user.view.approve, id, "c1", arguments=unprintable)
    assert await listener.heard() == []
    [_, answer] = user.view.messages
    assert answer.message["parts"][1]["state"] == "input-available"
    await user.view.tool_result(id, "c1", 1)
    await until(lambda: user.view.messages[1].message["parts"][1]["state"] == "output-available")


async def test_only_some_codecs_can_fork_an_answer(room: Room) -> None:
    codec = ResponsesCodec()
    user, agent = await room.user(codec=codec), await room.agent(codec=codec)
    asked = await user.view.send("look")
    run = agent.create_run(asked.to_invocation())
    await run.start()
    item = {"type": "function_call", "id": "i", "call_id": "c1", "name": "f", "arguments": "{}"}
    await run.pipe([{"type": "response.output_item.added", "output_index": 0, "item": item}])
    await run.suspend()
    await asked.wait()
    id = ids(user.view.messages)[-1]
    error = await refused(user.view.tool_result, id, "c1", "1", fork=True)
    assert "ResponsesCodec" in error.message
    await refused(user.view.tool_result, id, "c2", "1")


async def test_what_a_reader_cannot_ask_for(room: Room) -> None:
    user = await room.user()
    wrong: Any
    for wrong in (0, -1, None, "3", 2.5):
        await refused(user.view.load_older, wrong)
    for wrong in (None, "id"):
        await refused(user.view.load_until, wrong)
    asked = await user.view.send("hello")
    for wrong in (None, "0", 1.5):
        with pytest.raises(AITransportError, match="version"):
            user.view.branch_at(asked.input_message_id).select(wrong)
    for wrong in ("m", {"parent": "m"}, 5):
        await refused(user.view.send, "hello", wrong)
    for wrong in ("nothing", "", None, 5):
        for on in (user.on, user.view.on, user.tree.on, user.presence.on, user.health.on):
            with pytest.raises(AITransportError, match="no event") as caught:
                on(wrong, lambda *_: None)
            assert caught.value.hint


async def test_what_cannot_be_cancelled(room: Room) -> None:
    user = await room.user()
    wrong: list[dict[str, Any]] = [
        {},
        {"run_id": "r", "scope": "all"},
        {"client_id": "ann", "scope": "own"},
        {"scope": "mine"},
        {"scope": ""},
        {"client_id": ""},
        {"client_id": 5},
    ]
    for given in wrong:
        await refused(user.cancel, **given)


async def test_what_cannot_be_said_into_a_run(room: Room) -> None:
    user, agent = await room.user(), await room.agent()
    asked = await user.view.send("go on")
    run = agent.create_run(asked.to_invocation())
    await run.start()
    await asked.started()
    listener = Listener(room, user)
    for content in (None, 5, {}, {"parts": 5}):
        await refused(asked.steer, content)
    assert await listener.heard() == []
    await run.end()
    await asked.wait()
    error = await refused(asked.steer, "too late")
    assert "ended" in error.message


async def test_of_what_no_session_can_be_made(room: Room) -> None:
    made = room.connection("ann")
    wrong: list[tuple[Any, Any, Any, dict[str, Any]]] = [
        (connect(key="app.id:secret"), "room", UI_MESSAGES, {}),
        (None, "room", UI_MESSAGES, {}),
        (made, "", UI_MESSAGES, {}),
        (made, 5, UI_MESSAGES, {}),
        (made, "room", UIMessageCodec, {}),
        (made, "room", None, {}),
        (made, "room", UI_MESSAGES, {"page_size": 0}),
        (made, "room", UI_MESSAGES, {"page_size": 1001}),
        (made, "room", UI_MESSAGES, {"modes": ["object_subscribe"]}),
        (made, "room", UI_MESSAGES, {"modes": "publish everything"}),
    ]
    for kind in (ClientSession, AgentSession):
        for client, name, codec, how in wrong:
            with pytest.raises(AITransportError) as caught:
                kind(client, name, codec, **how)
            assert (caught.value.code, bool(caught.value.hint)) == (40003, True)


async def test_shared_objects_are_not_to_be_had(room: Room) -> None:
    for session in (await room.user(), await room.agent()):
        with pytest.raises(AITransportError, match="LiveObjects") as caught:
            session.object  # noqa: B018
        assert caught.value.hint


async def test_more_may_be_asked_of_the_channel(room: Room) -> None:
    connection = room.connection("ann")
    modes = ["annotation_subscribe"]
    async with ClientSession(connection, room.name, UI_MESSAGES, modes=modes) as session:
        granted = {mode.name for mode in connection.channels.get(room.name).modes}
        assert {"ANNOTATION_SUBSCRIBE", "PUBLISH", "SUBSCRIBE", "PRESENCE"} <= granted
        await session.view.send("hello")
        assert texts(session.view.messages) == ["hello"]


def listener_only(room: Room) -> AblyRealtime:
    """Connect somebody who may not publish."""
    where = connect(
        key=room.hub.key, endpoint=room.hub.host, port=room.hub.port, tls=False, client_id="mute"
    )
    options = {key: value for key, value in where.options().items() if key != "auth_callback"}
    token = where.token({"*": ["subscribe", "history", "presence"]})
    return AblyRealtime(**options, token=token)


async def test_what_may_not_be_published_is_taken_back(room: Room) -> None:
    user, agent = await room.user(), await room.agent()
    [asked, answer] = await talked(user, agent, 1)
    connection = listener_only(room)
    async with ClientSession(connection, room.name, UI_MESSAGES) as mute:
        await mute.view.load_older()
        shown: list[int] = []
        mute.view.on("update", lambda update: shown.append(len(mute.view.messages)))
        for do in (
            lambda: mute.view.send("let me"),
            lambda: mute.view.edit(asked, "let me"),
            lambda: mute.view.regenerate(answer),
            lambda: mute.cancel(run_id="r"),
        ):
            error = await refused(do, code=40160)
            assert "capability" in error.hint
            assert ids(mute.view.messages) == [asked, answer]
            assert not mute.view.branch_at(asked).has_siblings
        # It was on view until it was known, and is no more.
        assert max(shown) == 3
        assert [node.key for node in mute.tree.nodes] == [asked, mute.view.runs[0].run_id]
    await connection.close()
    assert ids(user.view.messages) == [asked, answer]


async def test_what_is_given_up_on_its_way_is_taken_back(room: Room) -> None:
    user = await room.user()
    sending = asyncio.ensure_future(user.view.send("hello"))

    def give_up(update: object) -> None:
        sending.cancel()

    off = user.view.on("update", give_up)
    with pytest.raises(asyncio.CancelledError):
        await sending
    off()
    # It may have come to the channel all the same, and then it stands there.
    late = await room.user("late")
    await Listener(room, user).heard()
    await late.view.load_older()
    assert ids(user.view.messages) == ids(late.view.messages)


async def test_what_one_says_is_shown_once_before_and_after_the_channel_has_it(room: Room) -> None:
    user = await room.user()
    seen: list[list[str]] = []
    user.view.on("update", lambda update: seen.append(texts(user.view.messages)))
    asked = await user.view.send("hello")
    await Listener(room, user).heard()
    assert seen[0] == ["hello"]
    assert all(shown == ["hello"] for shown in seen)
    node = user.tree.node_of(asked.input_message_id)
    assert node is not None and node.serial
