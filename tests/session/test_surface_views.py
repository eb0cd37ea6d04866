"""Views: several at once, how far back each looks, and what each tells."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from aitransport_notebook import AITransportError, ClientSession
from aitransport_notebook.codec.contract import CodecMessage
from aitransport_notebook.session.client.session_view import SessionView
from tests.interop.chunks import message, text
from tests.session.talking import answered, ids, talked, texts
from tests.support.company import UI_MESSAGES, Room
from tests.support.waiting import until


@asynccontextmanager
async def late(room: Room, page_size: int) -> AsyncIterator[ClientSession[Any]]:
    """Have someone come late, who reads history in pages of this size."""
    connection = room.connection("late")
    async with ClientSession(connection, room.name, UI_MESSAGES, page_size=page_size) as session:
        yield session


def is_message(id: str) -> Any:
    return lambda message: message.codec_message_id == id


@pytest.mark.parametrize("page_size", [1, 7, 1000])
async def test_who_comes_late_goes_back_as_far_as_asked(room: Room, page_size: int) -> None:
    known = await talked(await room.user(), await room.agent(), 4)
    async with late(room, page_size) as session:
        view = session.view
        assert (view.messages, view.runs, view.has_older) == ([], [], True)
        assert ids(await view.load_older(3)) == known[-3:] == ids(view.messages)
        # The Run of the oldest message on view, and that after it.
        assert len(view.runs) == 2
        assert ids(await view.load_older(2)) == known[-5:-3]
        assert ids(view.messages) == known[-5:]
        assert len(view.runs) == 2 + 1
        rest: list[str] = []
        while view.has_older:
            rest = [*ids(await view.load_older(2)), *rest]
        assert rest == known[:-5]
        assert (ids(view.messages), len(view.runs)) == (known, 4)
        assert await view.load_older() == []


async def test_history_comes_in_pages_of_the_size_that_is_set(room: Room) -> None:
    await talked(await room.user(), await room.agent(), 1)
    async with late(room, 3) as session:
        for read in (3, 6):
            assert await session.load_page()
            assert len(session.tree.records) == read


@pytest.mark.parametrize("page_size", [2, 1000])
async def test_who_asks_twice_at_once_gets_two_pages(room: Room, page_size: int) -> None:
    known = await talked(await room.user(), await room.agent(), 3)
    async with late(room, page_size) as session:
        for expected in (known[2:], known[:2]):
            pages = await asyncio.gather(session.view.load_older(2), session.view.load_older(2))
            assert sorted(id for page in pages for id in ids(page)) == sorted(expected)
        assert ids(session.view.messages) == known


@pytest.mark.parametrize("page_size", [1, 7, 1000])
async def test_who_keeps_a_conversation_elsewhere_gets_what_came_since(
    room: Room, page_size: int
) -> None:
    user, agent = await room.user(), await room.agent()
    known = await talked(user, agent, 4)
    async with late(room, page_size) as session:
        for kept in (known[:3], known[:2], known[:7]):
            view = session.create_view()
            newer = ids(await view.load_until(is_message(kept[-1])))
            assert [*kept, *newer] == known
            assert ids(view.messages) == newer
            # What is kept is there all the same, the message at the seam first.
            assert view.has_older
            assert ids(await view.load_older(1)) == [kept[-1]]
            assert ids(view.messages) == known[len(kept) - 1 :]


@pytest.mark.parametrize("page_size", [4, 1000])
async def test_nothing_stands_twice_where_the_kept_and_the_new_meet(
    room: Room, page_size: int
) -> None:
    user, agent = await room.user(), await room.agent()
    known = await talked(user, agent, 3)
    async with late(room, page_size) as session:
        view = session.view
        # Whoever keeps all of it wants any of it, and gets nothing.
        kept = set(known)
        assert await view.load_until(lambda message: message.codec_message_id in kept) == []
        assert view.messages == []
        # What is said then is new, and the only one.
        asked = await user.view.send("more?")
        await answered(agent, asked, "more!")
        await until(lambda: texts(view.messages) == ["more?", "more!"])
        newer = await view.load_until(lambda message: message.codec_message_id in kept)
        assert ids(newer) == ids(view.messages)
        assert [*known, *ids(newer)] == ids(user.view.messages)
        # The same again changes nothing, and neither does a part of what is kept.
        assert await view.load_until(is_message(known[-1])) == newer
        older = await view.load_until(is_message(known[1]))
        assert [*known[:2], *ids(older)] == ids(user.view.messages)


async def test_the_seam_may_be_within_a_run(room: Room) -> None:
    user, agent = await room.user(), await room.agent()
    asked = await user.view.send("twice")
    run = agent.create_run(asked.to_invocation())
    await run.start()
    for word in ("one", "two", "three"):
        await run.pipe(message(text(word), id=word))
    await run.end()
    await asked.wait()
    known = ids(user.view.messages)
    async with late(room, 2) as session:
        assert ids(await session.view.load_until(is_message(known[2]))) == known[3:]
        assert [one.run_id for one in session.view.runs] == [run.run_id]
        assert texts(await session.view.load_older(2)) == ["one", "two"]


async def test_who_keeps_what_the_channel_has_not_gets_all(room: Room) -> None:
    known = await talked(await room.user(), await room.agent(), 2)
    async with late(room, 3) as session:
        assert await session.view.load_until(is_message(known[-1])) == []
        newer = await session.view.load_until(lambda message: False)
        assert ids(newer) == ids(session.view.messages) == known
        assert not session.view.has_older


async def test_views_do_not_know_of_each_other(room: Room) -> None:
    user, agent = await room.user(), await room.agent()
    [first, answer] = await talked(user, agent, 1)
    other = user.create_view()
    await answered(agent, await user.view.regenerate(answer), "another")
    await until(lambda: texts(user.view.messages) == ["0?", "another"])
    assert texts(other.messages) == ["0?", "another"]
    other.branch_at(ids(other.messages)[1]).select(0)
    assert texts(other.messages) == ["0?", "0!"]
    assert texts(user.view.messages) == ["0?", "another"]
    # What is said follows what its own view shows.
    asked = await other.send("and?")
    assert asked.input_message_id == other.messages[-1].codec_message_id
    assert texts(other.messages) == ["0?", "0!", "and?"]
    assert texts(user.view.messages) == ["0?", "another"]
    assert user.view.run_for(first) != other.run_for(first)


async def test_a_branch_that_is_chosen_at_the_edge_leaves_older_ones_out_of_sight(
    room: Room,
) -> None:
    user, agent = await room.user(), await room.agent()
    known = await talked(user, agent, 2)
    await answered(agent, await user.view.regenerate(known[-1]), "another")
    async with late(room, 1000) as session:
        await session.view.load_older(1)
        [shown] = session.view.messages
        session.view.branch_at(shown.codec_message_id).select(0)
        assert ids(session.view.messages) == [known[-1]]
        assert ids(await session.view.load_older(2)) == known[1:3]


def told_by(view: SessionView) -> tuple[list[str], list[Any]]:
    """Listen to all that a view tells; returns what of, and the names of messages."""
    told: list[str] = []
    names: list[Any] = []
    view.on("update", lambda update: told.append("update"))
    view.on("run", lambda event: told.append(event.type))
    view.on("message", lambda message: names.append(message.name))
    return told, names


async def test_a_view_tells_of_what_is_on_it(room: Room) -> None:
    user, agent = await room.user(), await room.agent()
    await talked(user, agent, 1)
    view = user.create_view()
    told, names = told_by(view)
    asked = await user.view.send("more?")
    await answered(agent, asked, "more!")
    await asked.wait()
    await until(lambda: "end" in told)
    assert [one for one in told if one != "update"] == ["start", "end"]
    assert told[0] == "update"
    assert names[0] == "ai-input"
    assert {"ai-run-start", "ai-output", "ai-run-end"} <= set(names)

    # On another branch, all of that is none of its business.
    edited = await user.view.edit(asked.input_message_id, "rather?")
    assert texts(view.messages)[-1] == "more!"
    told.clear()
    names.clear()
    await answered(agent, edited, "rather!")
    await edited.wait()
    await until(lambda: texts(user.view.messages)[-1] == "rather!")
    assert not {"start", "end"} & set(told)
    assert "ai-output" not in names


async def test_a_view_tells_of_what_is_chosen_and_of_what_is_loaded(room: Room) -> None:
    user, agent = await room.user(), await room.agent()
    known = await talked(user, agent, 2)
    await answered(agent, await user.view.regenerate(known[-1]), "another")
    async with late(room, 1000) as session:
        view = session.view
        await view.load_older(1)
        told, _ = told_by(view)
        await view.load_older(2)
        assert told.count("update") == 1
        view.branch_at(ids(view.messages)[-1]).select(0)
        assert told.count("update") == 2


async def test_a_view_that_is_closed_tells_and_takes_nothing(room: Room) -> None:
    user, agent = await room.user(), await room.agent()
    view = user.create_view()
    told, names = told_by(view)
    view.close()
    view.close()
    [asked, _] = await talked(user, agent, 1)
    assert (told, names) == ([], [])
    assert texts(view.messages) == ["0?", "0!"]
    doings: list[Callable[[], Awaitable[Any]]] = [
        lambda: view.send("no"),
        lambda: view.edit(asked, "no"),
        lambda: view.regenerate(asked),
        lambda: view.load_older(),
        lambda: view.load_until(is_message(asked)),
    ]
    for do in doings:
        with pytest.raises(AITransportError, match="closed") as caught:
            await do()
        assert (caught.value.code, bool(caught.value.hint)) == (104004, True)
    assert len(user.view.messages) == 2


async def test_a_session_closes_its_views(room: Room) -> None:
    user = await room.user()
    view: SessionView = user.create_view()
    await user.close()
    for closed in (view, user.view):
        with pytest.raises(AITransportError, match="the view is closed"):
            await closed.load_older()
    with pytest.raises(AITransportError, match="closed"):
        user.create_view()


async def test_messages_that_are_loaded_are_those_that_were_live(room: Room) -> None:
    user = await room.user()
    await talked(user, await room.agent(), 2)
    async with late(room, 5) as session:
        found: list[CodecMessage] = []
        while session.view.has_older:
            found = [*await session.view.load_older(1), *found]
        assert found == list(user.view.messages)
