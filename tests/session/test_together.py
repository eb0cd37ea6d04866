"""Several sessions over one client, on one channel."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from aitransport_notebook import AgentSession, ClientSession, ResponsesCodec, UIMessageCodec
from aitransport_notebook.errors import AITransportError
from aitransport_notebook.session.channel.together import merged
from aitransport_notebook.session.presence import Member
from tests.interop.chunks import reply
from tests.support.company import Room
from tests.support.waiting import until

CODEC = UIMessageCodec()


@pytest.mark.parametrize(
    ("said", "comes_to"),
    [
        ([], None),
        (["reading"], "reading"),
        ([{"status": "reading"}, {"typing": True}], {"status": "reading", "typing": True}),
        (
            [{"runs": ["a"], "status": "working"}, {"runs": ["b"], "status": "working"}],
            {"runs": ["a", "b"], "status": "working"},
        ),
        (
            [{"runs": [], "status": "idle"}, {"status": "reading"}],
            {"runs": [], "status": "idle"},
        ),
    ],
)
def test_what_they_say_is_put_together(said: list[Any], comes_to: Any) -> None:
    assert merged(said) == comes_to


async def test_two_agents_over_one_client_are_at_the_runs_of_both(room: Room) -> None:
    user = await room.user()
    shared = room.connection("ai", "agent")
    first, second = (AgentSession(shared, room.name, CODEC) for _ in range(2))
    await first.connect()
    await second.connect()

    def shown() -> Member | None:
        return next((who for who in user.presence.members if who.client_id == "ai"), None)

    def runs() -> frozenset[str]:
        known = shown()
        return known.runs if known is not None else frozenset()

    asked = [await user.view.send(f"{n}") for n in range(2)]
    one = first.create_run(asked[0].to_invocation())
    await one.start()
    two = second.create_run(asked[1].to_invocation())
    await two.start()
    await until(lambda: runs() == {one.run_id, two.run_id})
    await one.end()
    await until(lambda: runs() == {two.run_id})
    known = shown()
    assert known is not None and known.status == "working"

    # Neither leaves the channel for both.
    await first.close()
    assert (await two.pipe(reply("still here"))).reason == "complete"
    await asked[1].cancel()
    await asyncio.wait_for(two.cancelled.wait(), 10)
    await two.end("cancelled")
    await until(lambda: runs() == frozenset() and shown() is not None)
    await second.close()
    await until(lambda: shown() is None)


async def test_a_person_and_an_agent_over_one_client_do_not_take_words_from_each_other(
    room: Room,
) -> None:
    """As an operator has it, who watches and answers."""
    user = await room.user()
    shared = room.connection("operator")
    watching = ClientSession(shared, room.name, CODEC)
    answering = AgentSession(shared, room.name, ResponsesCodec())
    await watching.connect()
    await watching.presence.enter({"typing": True})
    await answering.connect()
    await until(lambda: [who.is_agent for who in user.presence.members] == [True])
    [operator] = user.presence.members
    assert operator.data == {"typing": True, "runs": [], "status": "idle"}
    await answering.close()
    await until(lambda: [who.data for who in user.presence.members] == [{"typing": True}])
    await watching.presence.leave()
    await until(lambda: user.presence.members == [])
    await watching.view.send("still here")
    await until(lambda: len(user.view.messages) == 1)
    await watching.close()


async def test_what_does_not_add_up_is_refused(room: Room) -> None:
    shared = room.connection("operator")
    async with (
        ClientSession(shared, room.name, CODEC) as one,
        ClientSession(shared, room.name, CODEC) as other,
    ):
        await one.presence.enter("reading")
        with pytest.raises(AITransportError, match="one member") as caught:
            await other.presence.enter({"status": "writing"})
        assert caught.value.code == 40003
        assert "its own client" in caught.value.hint
        await until(lambda: [who.data for who in one.presence.members] == ["reading"])
