"""Agents of the official SDK, and of other codecs, as a console shows them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any
from uuid import uuid4

import pytest
from anyio.from_thread import BlockingPortal
from playwright.sync_api import Locator, Page, expect

from aitransport_notebook import ResponsesCodec, TextCodec, UIMessageCodec
from aitransport_notebook.agents.text import answer_with
from aitransport_notebook.agents.worker import Worker
from aitransport_notebook.codec.contract import Codec
from aitransport_notebook.session.agent.run import AgentRun
from aitransport_notebook.session.client.run import ClientRun
from tests.browser.console import Console
from tests.browser.pages import console_page
from tests.browser.people import People
from tests.browser.waiting import PATIENCE
from tests.cases import items
from tests.interop import chunks
from tests.interop.drivers import Driver
from tests.support.hub_process import HubProcess

THOUGHT = ("Whoever asks ", "wants to know.")
WORDS = ("It **is** ", "12 degrees", " in Ystad.\n\n", "```py\nprint(12)\n", "```")
CODECS: dict[str, Codec[Any]] = {
    "uimessage": UIMessageCodec(),
    "responses": ResponsesCodec(),
    "text": TextCodec(),
}


@pytest.fixture(scope="module")
def official(hub: HubProcess) -> Iterator[Driver]:
    with Driver("javascript", hub) as driver:
        yield driver


class Room:
    """One session: a user of this project asks, and an operator looks on."""

    def __init__(self, hub: HubProcess, portal: BlockingPortal, page: Page, codec: str) -> None:
        self.name = f"room:{uuid4()}"
        self.codec = codec
        self._people = People(hub, portal)
        self._ann = self._people.customer(self.name, codec=CODECS[codec])
        omar = self._people.connection("omar", "operator")
        self.console = console_page(page, omar, self.name, codec)

    def ask(self, text: str) -> ClientRun:
        asked: ClientRun = self._ann.do(self._ann.session.view.send, text)
        return asked

    def wait(self, run: ClientRun) -> None:
        assert self._ann.wait(run) == "complete"

    def leave(self) -> None:
        self._people.leave()


@pytest.fixture
def room(
    request: pytest.FixtureRequest, hub: HubProcess, portal: BlockingPortal, page: Page
) -> Iterator[Room]:
    room = Room(hub, portal, page, request.param)
    yield room
    room.leave()


def tool(console: Console, state: str) -> Locator:
    return console.messages.get_by_role("region", name=f"Tool call: look, {state}")


def expect_whole(console: Console, question: str) -> None:
    """Wait until the answer is there, as the agent gave it."""
    expect(console.run_line()).to_contain_text("Complete", timeout=PATIENCE)
    assert console.said() == [question, "".join(WORDS)]
    expect(console.messages.get_by_text("Thinking")).to_be_hidden()
    console.messages.get_by_role("button", name="Thought").click()
    expect(console.messages).to_contain_text("".join(THOUGHT))


# What each codec says of the same answer, up to the middle of each stream and after it.
ANSWERS = {
    "uimessage": [
        [chunks.START, chunks.START_STEP, *chunks.reasoning(*THOUGHT)[:-1]],
        [
            *chunks.reasoning(*THOUGHT)[-1:],
            *chunks.call("look", "call-1", {"place": "Ystad"}, '{"place"', ': "Ystad"}')[:-2],
        ],
        [
            *chunks.call("look", "call-1", {"place": "Ystad"}, '{"place"', ': "Ystad"}')[-2:],
            *chunks.output("call-1", {"degrees": 12}),
            *chunks.begun(*WORDS[:2]),
        ],
        [*chunks.more(*WORDS[2:]), chunks.text()[-1], chunks.FINISH_STEP, chunks.FINISH],
    ],
    "responses": [
        items.thought(*THOUGHT)[:-2],
        [*items.thought(*THOUGHT)[-2:], *items.call("call-1", '{"place"', ': "Ystad"}')[:2]],
        [
            *items.call("call-1", '{"place"', ': "Ystad"}')[2:],
            *items.returned("call-1", '{"degrees": 12}'),
            *items.text(*WORDS, number=1)[:4],
        ],
        items.text(*WORDS, number=1)[4:],
    ],
}


@pytest.mark.parametrize("room", ANSWERS, indirect=True)
def test_an_official_agent_is_shown_as_it_speaks(room: Room, official: Driver) -> None:
    console, agent = room.console, f"agent {room.codec}"
    official.call(agent, "serve", channel=room.name, codec=room.codec, **{"as": "js-agent"})
    asked = room.ask("Is it warm?")
    run = {"run": "1"}
    invocation = asked.to_invocation().to_json()
    official.call(agent, "open", **run, invocation=invocation, identity={}, hooks={})
    official.call(agent, "stream", stream="said", **run)
    thought, called, spoke, rest = ANSWERS[room.codec]

    official.call(agent, "say", stream="said", chunks=thought)
    expect(console.messages.get_by_role("button", name="Thinking…")).to_be_visible(timeout=PATIENCE)
    console.says("".join(THOUGHT))
    official.call(agent, "say", stream="said", chunks=called)
    expect(tool(console, "writing the arguments")).to_contain_text('{"place"', timeout=PATIENCE)
    official.call(agent, "say", stream="said", chunks=spoke)
    expect(tool(console, "done")).to_be_visible(timeout=PATIENCE)
    console.says("It is 12 degrees")
    expect(console.messages.get_by_text("js-agent").first).to_be_visible()
    official.call(agent, "say", stream="said", chunks=rest)
    official.call(agent, "finish", stream="said")
    official.call(agent, "end", **run, reason="complete", error=None)
    room.wait(asked)

    expect_whole(console, "Is it warm?")
    tool(console, "done").get_by_role("button").first.click()
    for words in ("place", "Ystad", "degrees", "12"):
        expect(tool(console, "done")).to_contain_text(words)
    live = console.said()
    console.page.reload()
    console.is_live()
    expect_whole(console, "Is it warm?")
    assert console.said() == live
    official.call(agent, "leave")


async def greet(run: AgentRun) -> AsyncIterator[str]:
    for word in WORDS:
        yield word


@pytest.mark.parametrize("room", ["text"], indirect=True)
def test_plain_text_is_heard_and_said(room: Room, hub: HubProcess, portal: BlockingPortal) -> None:
    connection = hub.connection("poet", role="agent")
    worker = Worker(room.name, answer=answer_with(greet), codec=TextCodec(), connection=connection)
    with portal.wrap_async_context_manager(worker):
        portal.start_task_soon(worker.run)
        portal.call(worker.ready)
        room.wait(room.ask("Is it warm?"))
        room.console.says("12 degrees in Ystad")
        assert room.console.said() == ["Is it warm?", "".join(WORDS)]
        room.console.say("And now?")
        expect(room.console.root.locator(".ait-run")).to_have_count(2, timeout=PATIENCE)
        expect(room.console.run_line()).to_contain_text("Complete", timeout=PATIENCE)
        assert room.console.said() == ["Is it warm?", "".join(WORDS), "And now?", "".join(WORDS)]
