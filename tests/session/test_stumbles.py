"""What people stumble over who say something for the first time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from aitransport_notebook import (
    AITransportError,
    ClientSession,
    ResponsesCodec,
    TextCodec,
    UIMessageCodec,
)
from aitransport_notebook.codec.contract import Codec
from aitransport_notebook.session import health
from aitransport_notebook.session.agent.writer import MOST_AT_ONCE
from tests.interop.chunks import output, reply
from tests.session.joining import Tokens, plain_client
from tests.session.talking import answered, ids, talked, texts
from tests.support.company import Room
from tests.support.hub_process import HubProcess
from tests.support.waiting import until

HALF = "caf\u00e9 \ud83d"
LARGE = "x" * 200_000


def refused(*words: str, code: int = 40003) -> Any:
    """Expect an error of ours that says these words, in what happened or in the mend."""

    def fits(error: AITransportError) -> bool:
        return error.code == code and bool(error.hint) and all(word in str(error) for word in words)

    return pytest.raises(AITransportError, check=fits)


async def test_who_returns_goes_on_with_the_conversation(room: Room) -> None:
    agent = await room.agent()
    said = await talked(await room.user(), agent, 2)
    again = await room.user()
    updates: list[list[str]] = []
    again.view.on("update", lambda _: updates.append(texts(again.view.messages)))
    other = again.create_view()
    asked = await again.view.send("And then?")
    run = await answered(agent, asked, "then!")
    await asked.wait()
    assert [
        part["text"] for message in run.messages for part in message["parts"] if "text" in part
    ] == [*("0?", "0!", "1?", "1!", "And then?", "then!")]
    # What was there before is shown once it is asked for, and not before.
    assert texts(again.view.messages) == texts(other.messages) == ["And then?", "then!"]
    assert not any("1!" in shown for shown in updates)
    assert again.view.has_older
    assert ids(await again.view.load_older(1)) == said[-1:]
    assert texts(again.view.messages) == ["1!", "And then?", "then!"]


async def test_many_who_return_at_once_make_one_conversation(room: Room) -> None:
    await talked(await room.user(), await room.agent(), 1)
    again = await room.user()
    await asyncio.gather(*(again.view.send(f"{n}") for n in range(5)))
    late = await room.user("late")
    await late.view.load_older(20)
    assert texts(late.view.messages) == ["0?", "0!", "0", "1", "2", "3", "4"]


async def test_what_comes_while_one_looks_back_is_shown(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    user, agent = await room.user(), await room.agent()
    await talked(user, agent, 1)
    again, load = await room.user("again"), ClientSession._load_next

    async def slowly(session: ClientSession[Any]) -> bool:
        heard = len(session.tree.records)
        await user.view.send("meanwhile")
        await until(lambda: len(session.tree.records) > heard)
        return await load(session)

    monkeypatch.setattr(ClientSession, "_load_next", slowly)
    await again.view.send("again")
    assert texts(again.view.messages) == ["meanwhile", "again"]


async def test_who_may_not_read_history_can_speak(hub: HubProcess) -> None:
    narrow = Tokens(capability={"room:*": ["subscribe", "publish"]})
    made = plain_client(hub.port, narrow)
    async with ClientSession(made, "room:mute", UIMessageCodec()) as session:
        await session.view.send("hello")
        assert texts(session.view.messages) == ["hello"]
    await made.close()


async def test_what_people_say_is_no_sign_that_an_agent_lives(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "STALL", 0.5)
    user, agent = await room.user(), await room.agent()
    asked = await user.view.send("hello")
    run = agent.create_run(asked.to_invocation())
    await run.start()

    def verdict() -> str | None:
        known = user.health.of(run.run_id)
        return known.verdict if known is not None else None

    await until(lambda: verdict() == "stalled")
    heard: list[str] = []
    user.on("message", lambda message: heard.append(message["name"]))
    await asked.steer("Are you there?")
    await until(lambda: heard == ["ai-input"])
    assert verdict() == "stalled"
    await asked.cancel()
    await until(lambda: heard == ["ai-input", "ai-cancel"])
    assert verdict() == "stalled"
    await run.end("cancelled")


async def test_half_a_character_is_refused_and_the_next_word_is_not(room: Room) -> None:
    user = await room.user()
    with refused("half a character", "ud83d", "ignore"):
        await user.view.send(HALF)
    assert user.view.messages == []
    await user.view.send("hello")
    assert texts(user.view.messages) == ["hello"]


async def test_an_agent_that_says_half_a_character_ends_with_an_error(room: Room) -> None:
    user, agent = await room.user(), await room.agent()
    for words in ([HALF], ["well ", HALF, " on"]):
        asked = await user.view.send("hello")
        run = agent.create_run(asked.to_invocation())
        await run.start()
        piped = await run.pipe(reply(*words))
        assert piped.reason == "error"
        assert isinstance(piped.error, AITransportError)
        assert "half a character" in str(piped.error)
        await run.end("error", piped.error)
        assert await asked.wait() == "error"
    asked = await user.view.send("hello")
    run = agent.create_run(asked.to_invocation())
    await run.start()
    await run.end("error", ValueError(HALF))
    assert await asked.wait() == "error"
    assert asked.error is not None
    assert asked.error.message == "caf\u00e9 ?"


async def test_a_delta_of_any_length_is_said(room: Room) -> None:
    user, agent = await room.user(), await room.agent()
    asked = await user.view.send("Go on!")
    appended: list[str] = []
    user.on("message", lambda message: appended.append(message["data"]))
    run = agent.create_run(asked.to_invocation())
    await run.start()
    piped = await run.pipe(reply("a", LARGE, "", "z"))
    assert piped.reason == "complete", piped.error
    await run.end()
    await asked.wait()
    assert texts(user.view.messages)[-1] == f"a{LARGE}z"
    assert max(len(data) for data in appended if data) <= MOST_AT_ONCE


async def test_what_is_too_large_and_cannot_be_split_says_so(room: Room) -> None:
    user, agent = await room.user(), await room.agent()
    with refused("several messages", "one after the other", code=40009):
        await user.view.send(LARGE)
    assert user.view.messages == []
    asked = await user.view.send("Go on!")
    run = agent.create_run(asked.to_invocation())
    await run.start()
    piped = await run.pipe([{"type": "start"}, *output("c1", LARGE)])
    assert isinstance(piped.error, AITransportError)
    assert piped.error.code == 40009
    assert "say where it is" in piped.error.hint
    await run.end("error", piped.error)
    assert await asked.wait() == "error"


async def test_a_users_message_and_an_agents_are_told_apart(room: Room) -> None:
    user, agent = await room.user(), await room.agent()
    question, answer = await talked(user, agent, 1)
    view = user.view
    wrong: list[Callable[[], Any]] = [
        lambda: view.regenerate(question),
        lambda: view.approve(question, "c1"),
        lambda: view.deny(question, "c1"),
        lambda: view.tool_result(question, "c1", 1),
    ]
    for do in wrong:
        with refused("it is a user's message", question):
            await do()
    with refused("it is an agent's message", answer, "regenerate()"):
        await view.edit(answer, "rather")
    with refused("there is no such message"):
        await view.edit("nobody's", "rather")
    assert ids(view.messages) == [question, answer]


@pytest.mark.parametrize(
    ("codec", "said"),
    [
        (UIMessageCodec(), {"parts": [{"type": "text", "text": "I said it"}]}),
        (TextCodec(), {"text": "I said it"}),
        (ResponsesCodec(), {"items": []}),
    ],
    ids=["ui", "text", "responses"],
)
def test_nobody_says_what_others_say(codec: Codec[Any], said: dict[str, Any]) -> None:
    for role in ("assistant", "system", None):
        with refused("role", repr(role)):
            codec.user_message({"role": role, **said})
    assert codec.user_message({"role": "user", **said})["message"]["role"] == "user"


async def test_a_message_without_an_id_gets_one(room: Room) -> None:
    user, late = await room.user(), await room.user("late")
    said = {"parts": [{"type": "text", "text": "hello"}]}
    await user.view.send(said)
    await user.view.send({**said, "id": "mine"})
    await until(lambda: len(late.view.messages) == 2)
    one, other = (message.message["id"] for message in late.view.messages)
    assert isinstance(one, str) and one
    assert other == "mine"


async def test_who_listens_can_be_told(room: Room) -> None:
    user = await room.user()
    listening: list[Callable[..., Any]] = [
        user.on,
        user.view.on,
        user.tree.on,
        user.presence.on,
        user.health.on,
    ]
    events = ["error", "update", "run", "enter", "change"]
    for on, event in zip(listening, events, strict=True):
        nothing: Any = None
        with refused(repr(event), "a function"):
            on(event, nothing)


async def test_each_says_what_it_is(room: Room) -> None:
    user, agent = await room.user(), await room.agent()
    asked = await user.view.send("hello")
    assert repr(asked) == "<ClientRun (not begun): active>"
    run = agent.create_run(asked.to_invocation())
    assert repr(run) == f"<AgentRun {run.run_id}: not begun>"
    await run.start()
    await asked.started()
    steer = await asked.steer("more")
    assert repr(steer) == f"<Steer {steer.message_id} of the run {run.run_id}: not settled>"
    await run.end()
    await asked.wait()
    await steer.outcome
    assert repr(asked) == f"<ClientRun {run.run_id}: complete>"
    assert repr(run) == f"<AgentRun {run.run_id}: complete>"
    assert "consumed=False" in repr(steer)
    assert repr(user) == f"<ClientSession {room.name!r} as 'ann': attached>"
    assert repr(agent) == f"<AgentSession {room.name!r} as 'ai': attached>"
    assert repr(user.view) == f"<ClientView: {len(user.view.messages)} messages>"
    await user.close()
    assert repr(user) == f"<ClientSession {room.name!r} as 'ann': closed>"


async def test_a_message_that_the_hub_has_forgotten_is_gone() -> None:
    with HubProcess() as hub:
        async with Room(hub) as room:
            user, agent = await room.user(), await room.agent()
            asked = await user.view.send("hello")
            run = agent.create_run(asked.to_invocation())
            await run.start()

            async def on() -> AsyncIterator[dict[str, Any]]:
                for chunk in reply("well", id="r")[:-3]:
                    yield chunk
                await asyncio.to_thread(hub.restart)
                yield {"type": "text-delta", "id": "t1", "delta": " on"}

            piped = await run.pipe(on())
            assert isinstance(piped.error, AITransportError)
            assert "no such app or key" not in piped.error.hint
            assert "--data" in piped.error.hint
