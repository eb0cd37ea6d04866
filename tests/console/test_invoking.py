"""An agent behind HTTP is woken for what a console's page and Python say, and for nothing else."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from functools import partial
from http.server import ThreadingHTTPServer
from typing import Any
from uuid import uuid4

import httpx
import pytest

from aitransport_notebook import ClientSession, Console, UIMessageCodec, client, connect
from aitransport_notebook.agents.invocations import InvocationEndpoint
from aitransport_notebook.agents.tokens import TokenEndpoint
from aitransport_notebook.codec.uimessage.calls import approved_tool_calls
from aitransport_notebook.console.kernel_session import KernelSession
from aitransport_notebook.errors import AITransportError
from aitransport_notebook.session.agent.run import AgentRun
from aitransport_notebook.wire import names as wire
from tests.agents.answers import echo
from tests.agents.crew import counted
from tests.agents.people import authenticate, keyed, signed_in
from tests.console.answers import asking, endless
from tests.console.conftest import Open
from tests.console.page import Browser, Page
from tests.console.test_acting import aside, become, statuses
from tests.console.test_posting import Agent
from tests.support.hub_process import HubProcess
from tests.support.web import serving

# How often two people decide at the same moment.
ROUNDS = 20


class Door:
    """An agent's endpoint: what it was asked, and by whom."""

    def __init__(self, endpoint: InvocationEndpoint) -> None:
        self._endpoint = endpoint
        self.url = ""
        self.asked: list[dict[str, str]] = []
        self.headers: list[dict[str, str]] = []
        # What it answers in the place of the agent.
        self.refuses: int | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        body = b""
        while True:
            event = await receive()
            body += event.get("body", b"")
            if not event.get("more_body"):
                break
        self.asked.append(json.loads(body))
        self.headers.append({key.decode(): value.decode() for key, value in scope["headers"]})
        if self.refuses is not None:
            await send({"type": "http.response.start", "status": self.refuses, "headers": []})
            await send({"type": "http.response.body", "body": b"{}"})
            return

        async def again() -> Any:
            return {"type": "http.request", "body": body, "more_body": False}

        await self._endpoint(scope, again, send)


OpenDoor = Callable[..., Awaitable[Door]]


async def approve_at_once(one: Console, two: Console) -> None:
    """Have two people approve the same call, and the Run come to its end."""
    await aside(one.send, "send it")
    await become(lambda: statuses(one) == statuses(two) == ["suspended"])
    await asyncio.gather(*(aside(console.approve, "c1") for console in (one, two)))
    await become(lambda: statuses(one) == statuses(two) == ["complete"])


def is_told_of_all(door: Door, *consoles: Console) -> bool:
    """Whether pages have been told of whatever was asked at the door."""
    told = [told for console in consoles for told in Page(console).told("invoked")]
    return len(told) == len(door.asked)


@pytest.fixture
async def open_door(hub: HubProcess) -> AsyncIterator[OpenDoor]:
    """Puts an agent behind HTTP until the test ends."""
    async with AsyncExitStack() as stack:

        async def open_door(answer: Any = echo) -> Door:
            endpoint = InvocationEndpoint(answer, connection=keyed(hub))
            door = Door(endpoint)
            await stack.enter_async_context(endpoint)
            door.url = await stack.enter_async_context(serving(door))
            return door

        yield open_door


@pytest.fixture
async def join(hub: HubProcess) -> AsyncIterator[Callable[[Console], Awaitable[Any]]]:
    """Joins as the page of a console does: with the token that it was given."""
    async with AsyncExitStack() as stack:

        async def join(console: Console) -> ClientSession[Any]:
            told = await aside(Page(console).wait_for, "token")
            made = client(Browser.of(hub, told["token"]))
            stack.push_async_callback(made.close)
            session = ClientSession(made, console.name, UIMessageCodec())
            return await stack.enter_async_context(session)

        yield join


async def test_what_python_and_the_page_say_is_answered_once(
    open_console: Open, open_door: OpenDoor, join: Any
) -> None:
    door = await open_door()
    console = open_console(agent=door.url, agent_headers={"X-Who": "op"})
    assert console.widget.invokes
    await aside(console.send, "one")
    await become(lambda: statuses(console) == ["complete"])
    page = await join(console)
    run = await page.view.send("two")
    assert await asyncio.wait_for(run.wait(), 15) == "complete"
    told = await aside(Page(console).wait_for, "invoked", 2)
    assert told == {"kind": "invoked", "eventId": run.input_event_id, "ok": True}
    await asyncio.sleep(0.3)
    assert [asked["sessionName"] for asked in door.asked] == [console.name] * 2
    assert len({asked["inputEventId"] for asked in door.asked}) == 2
    assert [headers["x-who"] for headers in door.headers] == ["op", "op"]


async def test_what_others_say_is_not_answered_by_this_agent(
    hub: HubProcess, open_console: Open, open_door: OpenDoor
) -> None:
    door = await open_door()
    console, other = open_console(agent=door.url), open_console()
    await aside(other.send, "not for you")
    async with hub.session(console.name).user("ann") as ann:
        await ann.view.send("nor this")
    await aside(console.send, "for you")
    await become(lambda: statuses(console) == ["complete"])
    assert len(door.asked) == 1


async def test_what_the_page_said_before_the_kernel_came_is_answered(
    open_console: Open, open_door: OpenDoor, join: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    come, arrive = threading.Event(), KernelSession.open

    async def arrive_late(self: KernelSession) -> ClientSession[Any]:
        await asyncio.to_thread(come.wait, 15)
        return await arrive(self)

    monkeypatch.setattr(KernelSession, "open", arrive_late)
    door = await open_door()
    console = open_console(agent=door.url)
    page = await join(console)
    run = await page.view.send("early")
    assert not door.asked
    come.set()
    assert await asyncio.wait_for(run.wait(), 15) == "complete"
    assert len(door.asked) == 1


async def test_what_an_agent_at_work_hears_needs_no_waking_and_the_rest_does(
    open_console: Open, open_door: OpenDoor
) -> None:
    door = await open_door(endless)
    console = open_console(agent=door.url)
    await aside(console.send, "go on")
    await become(lambda: "on on" in console.view.text())
    await aside(console.steer, "stop")
    await become(lambda: statuses(console) == ["complete"])
    await aside(console.send, "go on")
    await become(lambda: statuses(console) == ["complete", "active"])
    await aside(console.cancel)
    await become(lambda: statuses(console) == ["complete", "cancelled"])
    assert len(door.asked) == 2

    other = await open_door(asking)
    second = open_console(f"{console.name}:2", agent=other.url)
    await aside(second.send, "send it")
    await become(lambda: statuses(second) == ["suspended"])
    await aside(second.approve, "c1")
    await become(lambda: statuses(second) == ["complete"])
    assert len(other.asked) == 2
    # Nobody is at a Run that waits for a person.
    third = open_console(f"{console.name}:3", agent=other.url)
    await aside(third.send, "send it")
    await become(lambda: statuses(third) == ["suspended"])
    await aside(third.cancel, scope="all")
    await become(lambda: statuses(third) == ["cancelled"])
    await become(partial(is_told_of_all, other, second, third))
    assert len(other.asked) == 4


async def test_where_somebody_elses_stop_woke_nobody_ones_own_does(
    hub: HubProcess, open_console: Open, open_door: OpenDoor
) -> None:
    door = await open_door(asking)
    console = open_console(agent=door.url)
    await aside(console.send, "send it")
    await become(lambda: statuses(console) == ["suspended"])
    other = open_console(console.name, connection=hub.connection("omar", role="operator"))
    await aside(other.cancel, scope="all")
    await become(lambda: statuses(console) == ["suspended"])
    await aside(console.cancel, scope="all")
    await become(lambda: statuses(console) == statuses(other) == ["cancelled"])
    assert len(door.asked) == 2


async def test_two_who_approve_at_once_have_the_tool_run_once(
    hub: HubProcess, open_console: Open, open_door: OpenDoor
) -> None:
    used: list[str] = []

    async def paying(run: AgentRun) -> AsyncIterator[Mapping[str, Any]]:
        if approved_tool_calls(run.messages):
            used.append(run.run_id)
        async for output in asking(run):
            yield output
            await asyncio.sleep(0)

    door = await open_door(paying)
    people = [hub.connection(who, role="operator") for who in ("op-1", "op-2")]
    for _ in range(ROUNDS):
        name = f"conversations:{uuid4()}"
        one, two = (open_console(name, agent=door.url, connection=who) for who in people)
        await approve_at_once(one, two)
        # By then each request was answered, and whatever Run it began or went on with is known.
        await become(partial(is_told_of_all, door, one, two))
        async with hub.session(name).user("ann") as ann:
            while await ann.load_page():
                pass
            assert counted(ann, wire.RUN_RESUME) == counted(ann, wire.RUN_END) == 1
        assert len(used) == 1
        used.clear()
        door.asked.clear()
        one.close()
        two.close()


async def test_an_agent_that_cannot_be_woken_is_told_of(
    open_console: Open, open_door: OpenDoor
) -> None:
    door = await open_door()
    door.refuses = 401
    console = open_console(agent=door.url)
    problems: list[AITransportError] = []
    console.on("problem", problems.append)
    await aside(console.send, "hello")
    told = await aside(Page(console).wait_for, "invoked")
    assert not told["ok"]
    assert "401" in told["message"]
    assert "agent_headers=" in told["hint"]
    await become(lambda: problems)
    assert "401" in problems[0].message
    # It was refused, and is not asked again.
    assert len(door.asked) == 1


async def test_an_agent_that_comes_back_in_time_is_woken(open_console: Open) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        place = listening.getsockname()
    console = open_console(agent=f"http://127.0.0.1:{place[1]}/200")
    await aside(console.send, "hello")
    await asyncio.sleep(0.2)
    Agent.asked.clear()
    with ThreadingHTTPServer(place, Agent) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        told = await aside(Page(console).wait_for, "invoked")
        server.shutdown()
    assert told["ok"]
    assert len(Agent.asked) == 1


async def test_an_agent_that_does_not_come_is_told_of(open_console: Open) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    console = open_console(agent=f"http://127.0.0.1:{port}/")
    await aside(console.send, "hello")
    told = await aside(Page(console).wait_for, "invoked")
    assert not told["ok"]
    assert "no answer from the agent" in told["message"]


async def test_where_another_server_makes_the_tokens_the_client_id_has_to_do(
    hub: HubProcess, open_console: Open, open_door: OpenDoor
) -> None:
    door = await open_door()
    async with serving(TokenEndpoint(authenticate, connection=keyed(hub))) as url:
        where = connect(
            token_url=url,
            token_headers=signed_in("lea"),
            endpoint=hub.host,
            port=hub.port,
            tls=False,
        )
        name = f"rooms:{httpx.URL(url).port}"
        # A cell that is run twice leaves two of them: each input wakes the agent once.
        first, second = (open_console(name, connection=where, agent=door.url) for _ in range(2))
        for console in (first, second):
            assert await aside(lambda console=console: console.view.messages) == []
        await aside(first.send, "hello")
        await become(lambda: statuses(first) == ["complete"])
        await asyncio.sleep(0.3)
        assert len(door.asked) == 1
