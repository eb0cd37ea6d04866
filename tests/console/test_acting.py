"""What Python does in a session by a console, and what it sees of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import pytest

from aitransport_notebook import Console, ResponsesCodec, TextCodec
from aitransport_notebook.console.news import NeedsPerson
from aitransport_notebook.console.protocol import Selection
from aitransport_notebook.errors import RequestError
from tests.agents.answers import echo, slowly, texts_of
from tests.console.answers import asking, asking_later, endless, wondering
from tests.console.conftest import Open
from tests.console.page import Page, until
from tests.support.hub_process import HubProcess

T = TypeVar("T")


async def aside(function: Callable[..., T], *given: Any, **named: Any) -> T:
    """Call what a cell would, beside the loop in which the agents of these tests live."""
    return await asyncio.to_thread(function, *given, **named)


@asynccontextmanager
async def answered(hub: HubProcess, name: str, answer: Any) -> AsyncIterator[None]:
    async with hub.session(name).answered_by(answer):
        yield


def said(console: Console) -> list[str]:
    return [texts_of(message).strip() for message in console.messages]


async def become(is_so: Callable[[], object]) -> None:
    await aside(until, is_so)


def statuses(console: Console) -> list[str]:
    return [run.status for run in console.view.runs]


async def test_a_conversation(hub: HubProcess, name: str, open_console: Open) -> None:
    console = open_console()
    async with answered(hub, name, echo):
        sent = await aside(console.send, "hello")
        await become(lambda: statuses(console) == ["complete"])
        view = await aside(lambda: console.view)
        assert [texts_of(message.message).strip() for message in view.messages] == [
            "hello",
            "you said hello",
        ]
        assert view.messages[0].codec_message_id == sent
        assert "op-1 (operator)" in view.text()
        assert "you said hello" in view.text()

        answer = view.messages[1].codec_message_id
        await aside(console.regenerate, answer)
        await become(lambda: console.view.messages[-1].codec_message_id != answer)
        await aside(console.edit, sent, "goodbye")
        await become(lambda: said(console)[-1] == "you said goodbye")
        assert said(console) == ["goodbye", "you said goodbye"]


async def test_a_view_is_as_it_was(hub: HubProcess, name: str, open_console: Open) -> None:
    console = open_console()
    async with answered(hub, name, slowly):
        await aside(console.send, "hello")
        await become(lambda: len(console.view.messages) == 2)
        view = await aside(lambda: console.view)
        before = texts_of(view.messages[1].message)
        await become(lambda: texts_of(console.view.messages[1].message) != before)
        assert texts_of(view.messages[1].message) == before


async def test_how_a_run_is_stands_with_it(hub: HubProcess, name: str, open_console: Open) -> None:
    console = open_console()
    async with answered(hub, name, endless):
        await aside(console.send, "go on")
        await become(lambda: "on on" in console.view.text())
        [run] = (await aside(lambda: console.view)).runs
        assert (run.status, run.verdict) == ("active", "working")
        await aside(console.cancel)
        await become(lambda: statuses(console) == ["cancelled"])
        [run] = (await aside(lambda: console.view)).runs
        assert run.verdict is None


async def test_a_run_is_steered_and_cancelled(
    hub: HubProcess, name: str, open_console: Open
) -> None:
    console = open_console()
    async with answered(hub, name, endless):
        await aside(console.send, "go on")
        await become(lambda: "on on" in console.view.text())
        await aside(console.steer, "stop there")
        await become(lambda: statuses(console) == ["complete"])
        assert "steered by stop there" in console.view.text()
        with pytest.raises(RequestError, match="no Run is at work"):
            await aside(console.steer, "too late")
        [ended] = console.view.runs
        with pytest.raises(RequestError, match="has ended"):
            await aside(console.steer, "too late", ended.run_id)
        with pytest.raises(RequestError, match=r"unable to cancel: .* has ended"):
            await aside(console.cancel, ended.run_id)
        with pytest.raises(RequestError, match=r"unable to cancel: .* is not known here"):
            await aside(console.cancel, "nope")
        assert await aside(console.cancel) == []

        await aside(console.send, "go on")
        await become(lambda: statuses(console) == ["complete", "active"])
        ids = await aside(console.cancel)
        assert ids == [console.view.runs[-1].run_id]
        await become(lambda: statuses(console) == ["complete", "cancelled"])


@pytest.mark.parametrize(
    "which", [{"client_id": "op-1"}, {"scope": "own"}, {"scope": "all"}, "run_id"]
)
async def test_runs_are_cancelled_by_whose_they_are(
    hub: HubProcess, name: str, open_console: Open, which: Any
) -> None:
    console, other = open_console(), open_console(connection=hub.connection("op-2", role="lead"))
    async with answered(hub, name, endless):
        await aside(other.send, "go on")
        await become(lambda: statuses(other) == ["active"])
        theirs = other.view.runs[0].run_id
        assert await aside(console.cancel, client_id="op-1") == []
        await aside(console.send, "go on")
        await become(lambda: statuses(console)[-1:] == ["active"] and len(statuses(console)) == 2)
        own = console.view.runs[-1].run_id
        given = {"run_id": own} if which == "run_id" else which
        ids = await aside(console.cancel, **given)
        assert ids == ([theirs, own] if given == {"scope": "all"} else [own])
        await aside(console.cancel, scope="all")
        await become(lambda: statuses(console) == ["cancelled", "cancelled"])


async def test_a_run_that_was_there_before_is_redirected(
    hub: HubProcess, name: str, open_console: Open
) -> None:
    first = open_console()
    async with answered(hub, name, endless):
        await aside(first.send, "go on")
        await become(lambda: "on on" in first.view.text())
        second = open_console()
        await aside(second.redirect, "say it short")
        await become(lambda: statuses(second) == ["cancelled", "complete"])
        shown = said(second)
        assert shown[0] == "go on"
        assert shown[1].startswith("on on")
        assert shown[2:] == ["say it short", "steered by say it short"]
        with pytest.raises(RequestError, match="no Run is at work"):
            await aside(second.redirect, "again")


async def test_a_run_that_waits_is_redirected_where_it_is_named(
    hub: HubProcess, name: str, open_console: Open
) -> None:
    console = open_console()
    async with answered(hub, name, wondering):
        await aside(console.send, "choose")
        await become(lambda: statuses(console) == ["suspended"])
        with pytest.raises(RequestError, match="no Run is at work"):
            await aside(console.redirect, "choose again")
        [waiting] = (await aside(lambda: console.view)).runs
        again = await aside(console.redirect, "choose again", waiting.run_id)
        await become(lambda: len(statuses(console)) == 2)
        assert again in [each.codec_message_id for each in console.view.messages]


@pytest.mark.parametrize("approves", [True, False])
async def test_a_tool_call_is_decided_by_its_id_alone(
    hub: HubProcess, name: str, open_console: Open, approves: bool
) -> None:
    console = open_console()
    needs: list[NeedsPerson] = []
    await aside(console.on, "needs-person", needs.append)
    async with answered(hub, name, asking):
        await aside(console.send, "send it")
        await become(lambda: needs)
        view = await aside(lambda: console.view)
        assert needs[0].run_id == view.runs[0].run_id
        [call] = needs[0].calls
        assert (call.tool, call.arguments) == ("send", {"to": "ann"})
        assert (call.message_id, call.call_id) == (view.messages[-1].codec_message_id, "c1")
        assert view.waiting == [call]
        with pytest.raises(RequestError, match="no message here has the tool call 'c9'"):
            await aside(console.approve, "c9")
        with pytest.raises(RequestError, match="no id of a tool call"):
            await aside(console.deny, None)
        if approves:
            await aside(console.approve, "c1", arguments={"to": "eve"})
        else:
            await aside(console.deny, "c1", reason="not now")
        await become(lambda: statuses(console) == ["complete"])
        assert (await aside(lambda: console.view)).waiting == []
        assert said(console)[-1] == ("sent" if approves else "not sent")
        assert ("eve" in console.view.text()) is approves


async def test_the_calls_of_a_run_that_was_there_before_are_told(
    hub: HubProcess, name: str, open_console: Open
) -> None:
    first, second = open_console(), open_console()
    needs: list[NeedsPerson] = []
    async with answered(hub, name, asking_later):
        await aside(first.send, "send it")
        await become(lambda: statuses(first) == ["active"])
        await aside(second.on, "needs-person", needs.append)
        await aside(first.steer, "now")
        await become(lambda: needs)
    assert [(call.call_id, call.arguments) for call in needs[0].calls] == [("c1", {"to": "ann"})]


@pytest.mark.parametrize("knows", [True, False])
async def test_a_call_is_answered_by_its_id_alone(
    hub: HubProcess, name: str, open_console: Open, knows: bool
) -> None:
    console = open_console()
    async with answered(hub, name, wondering):
        await aside(console.send, "choose")
        await become(lambda: statuses(console) == ["suspended"])
        if knows:
            await aside(console.answer, "c1", "green")
        else:
            await aside(console.fail, "c1", "colour-blind")
        await become(lambda: statuses(console) == ["complete"])
        assert said(console)[-1] == ("got green" if knows else "got colour-blind")


async def test_events_reach_python(hub: HubProcess, name: str, open_console: Open) -> None:
    console = open_console()
    heard: list[tuple[str, Any]] = []
    for event in ("run-start", "message", "run-end", "cancel-refused"):
        await aside(console.on, event, lambda value, event=event: heard.append((event, value)))
    async with hub.session(name).answered_by(endless, on_cancel=lambda request: False):
        await aside(console.send, "go on")
        await become(lambda: "on on" in console.view.text())
        [run_id] = await aside(console.cancel)
        await become(lambda: "cancel-refused" in [event for event, _ in heard])
        await aside(console.steer, "end")
        await become(lambda: "run-end" in [event for event, _ in heard])
        await become(lambda: len(heard) >= 6)
    names = [event for event, _ in heard]
    assert sorted(names[:2]) == ["message", "run-start"]
    assert names[2:6] == ["cancel-refused", "message", "run-end", "message"]
    told = dict(heard)
    assert {told[event].run_id for event in ("run-start", "run-end", "cancel-refused")} == {run_id}
    assert told["run-end"].reason == "complete"
    whole = [texts_of(value.message) for event, value in heard if event == "message"]
    assert whole[:2] == ["go on", "end"]
    assert whole[2].startswith("on on")


async def test_a_callback_may_use_its_console(
    hub: HubProcess, name: str, open_console: Open
) -> None:
    console = open_console()
    cancelled: list[str] = []
    await aside(console.on, "run-start", lambda run: cancelled.extend(console.cancel(run.run_id)))
    async with answered(hub, name, endless):
        await aside(console.send, "go on")
        await become(lambda: statuses(console) == ["cancelled"])
    assert cancelled == [console.view.runs[0].run_id]


@pytest.mark.parametrize("text", ["", " \n\t"])
def test_nothing_is_not_said(open_console: Open, text: str) -> None:
    console = open_console()
    sent = console.send("hello")
    for say in (
        console.send,
        console.steer,
        console.redirect,
        lambda text: console.edit(sent, text),
        lambda text: console.send([text]),
    ):
        with pytest.raises(RequestError, match="nothing to say") as caught:
            say(text)
        assert "white space" in caught.value.hint
    assert said(console) == ["hello"]


def test_what_the_page_selected_is_known(open_console: Open) -> None:
    console = open_console()
    heard: list[Selection] = []
    console.on("selection", heard.append)
    page = Page(console)
    ids = [console.send(text) for text in ("one", "two", "three")]
    assert console.selection == Selection(tuple(ids), None, ())
    page.say(kind="selection", messageIds=ids[:2], focused=ids[1], runIds=["r1"])
    until(lambda: heard)
    assert heard == [Selection(tuple(ids[:2]), ids[1], ("r1",))] == [console.selection]
    assert said(console) == ["one", "two"]


@pytest.mark.parametrize(
    "content",
    [
        {"kind": "selection"},
        {"kind": "selection", "messageIds": "m1", "focused": 5, "runIds": {"a": 1}},
        {"kind": "selection", "messageIds": [1, None, {}, ""], "focused": "", "runIds": [[]]},
    ],
)
def test_what_is_no_selection_selects_nothing(open_console: Open, content: Any) -> None:
    console = open_console()
    Page(console).say(**content)
    assert console.selection.message_ids == console.selection.run_ids == ()
    assert console.selection.focused is None
    assert console.messages == []


def test_older_messages_come_when_they_are_asked_for(open_console: Open) -> None:
    console = open_console()
    for number in range(60):
        console.send(str(number))
    late = open_console()
    assert len(late.view.messages) == 50
    assert late.view.has_older
    assert texts_of(late.load_older(5).messages[0].message) == "5"
    assert late.transcript("text").count("op-1 (operator)") == 60


async def test_members_are_known_by_what_their_tokens_say(
    hub: HubProcess, name: str, open_console: Open
) -> None:
    console = open_console()
    async with answered(hub, name, echo):
        await become(lambda: console.members)
        [member] = console.members
        assert (member.client_id, member.role) == ("agent", "agent")


async def test_sessions_of_other_codecs(hub: HubProcess, name: str, open_console: Open) -> None:
    for codec, given in ((TextCodec(), "text"), (ResponsesCodec(), ResponsesCodec())):
        console = open_console(f"{name}:{type(codec).__name__}", codec=given)
        await aside(console.send, "hello")
        assert "hello" in console.view.text()
        assert console.widget.codec == ("text" if given == "text" else "responses")


def test_the_page_is_told_what_to_show(open_console: Open) -> None:
    console = open_console()
    console.reveal("m1")
    assert Page(console).told("reveal") == [{"kind": "reveal", "messageId": "m1"}]
    with pytest.raises(RequestError, match="no message's id"):
        console.reveal("")
