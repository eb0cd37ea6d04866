"""The invocation endpoint: who may wake an agent, for what, and what the caller is told."""

from __future__ import annotations

import asyncio
import time
from typing import Any
from uuid import uuid4

import httpx
import pytest

from aitransport_notebook import Invocation, connect
from aitransport_notebook.agents.asgi import LARGEST_BODY, Request
from aitransport_notebook.agents.invocations import InvocationEndpoint
from aitransport_notebook.agents.tokens import TokenEndpoint
from aitransport_notebook.errors import error_for
from aitransport_notebook.session.roles import Identity
from tests.agents.answers import slowly, texts_of
from tests.agents.door import Door, Open
from tests.agents.people import keyed
from tests.support.company import Room
from tests.support.hub_process import HubProcess
from tests.support.waiting import until
from tests.support.web import serving


def refused(answer: httpx.Response, status: int, code: int) -> str:
    error = answer.json()["error"]
    assert (answer.status_code, error["statusCode"], error["code"]) == (status, status, code)
    assert error["hint"]
    return str(error["message"])


async def test_an_input_is_answered_by_the_run_that_the_caller_is_told(
    room: Room, open_door: Open
) -> None:
    door, ann = await open_door(), await room.user()
    asked = await ann.view.send("hello")
    answer = await door.invoke(asked.to_invocation())
    assert answer.status_code == 200
    told = answer.json()
    assert set(told) == {"runId", "invocationId"}
    assert all(told.values())
    assert await asked.wait() == "complete"
    assert asked.run_id == told["runId"]
    said = [texts_of(message.message) for message in ann.view.messages]
    assert said == ["hello", "you said hello "]


async def test_the_caller_does_not_wait_for_the_end(room: Room, open_door: Open) -> None:
    door, ann = await open_door(slowly), await room.user()
    asked = await ann.view.send("hello")
    answer = await door.invoke(asked.to_invocation())
    assert answer.status_code == 200
    assert asked.status == "active"
    assert await asked.wait() == "complete"


async def test_an_input_that_is_posted_often_is_answered_once(room: Room, open_door: Open) -> None:
    door, ann = await open_door(), await room.user()
    asked = await ann.view.send("hello")
    answers = [door.invoke(asked.to_invocation()) for _ in range(5)]
    told = [answer.json() for answer in await asyncio.gather(*answers)]
    await asked.wait()
    told.append((await door.invoke(asked.to_invocation())).json())
    assert told == [told[0]] * 6
    await ann.view.send("the end")
    assert [run.run_id for run in ann.view.runs] == [told[0]["runId"]]
    first, second, _ = ann.view.messages
    assert [texts_of(shown.message) for shown in (first, second)] == ["hello", "you said hello "]
    assert len(ann.view.branch_at(second.codec_message_id).siblings) == 1


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
async def test_only_posts_are_answered(open_door: Open, method: str) -> None:
    answer = await (await open_door()).post(b"", method)
    refused(answer, 405, 40500)
    assert answer.headers["allow"] == "POST"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"nonsense",
        b"\xff\xfe",
        b"[" * 60_000,
        [],
        None,
        {},
        {"inputEventId": "e"},
        {"inputEventId": "e", "sessionName": ""},
        {"inputEventId": 5, "sessionName": "room"},
        {"inputEventId": "e", "sessionName": ["room"]},
        {"inputEventId": "", "sessionName": "room"},
    ],
    ids=lambda body: repr(body)[:30],
)
async def test_what_is_no_invocation_is_refused(open_door: Open, body: Any) -> None:
    refused(await (await open_door()).post(body), 400, 40003)


async def test_what_is_too_large_is_refused(open_door: Open) -> None:
    answer = await (await open_door()).post(b" " * (LARGEST_BODY + 1))
    refused(answer, 413, 40009)


async def test_an_input_that_is_not_there_does_not_hold_up_its_caller(
    room: Room, open_door: Open
) -> None:
    door = await open_door(patience=0.5)
    begun = time.monotonic()
    answer = await door.invoke(Invocation(str(uuid4()), room.name))
    assert time.monotonic() - begun < 5
    assert "0.5 s" in refused(answer, 504, 104010)


async def test_an_input_that_was_not_there_can_be_asked_for_again(
    room: Room, open_door: Open
) -> None:
    door, ann = await open_door(patience=0.5), await room.user()
    asked = await ann.view.send("hello")
    elsewhere = Invocation(asked.input_event_id, f"{room.name}:other")
    refused(await door.invoke(elsewhere), 504, 104010)
    assert (await door.invoke(asked.to_invocation())).status_code == 200
    assert await asked.wait() == "complete"


async def test_an_invocation_for_another_session_is_not_that_of_this_one(
    room: Room, open_door: Open
) -> None:
    """Who may not be here can neither learn of an answer nor keep it from being given."""
    door, ann = await open_door(patience=2.0), await room.user()
    asked = await ann.view.send("hello")
    elsewhere = Invocation(asked.input_event_id, f"{room.name}:other")
    first = asyncio.create_task(door.invoke(elsewhere))
    await asyncio.sleep(0.5)
    assert (await door.invoke(asked.to_invocation())).status_code == 200
    refused(await first, 504, 104010)
    refused(await door.invoke(elsewhere), 504, 104010)


async def test_the_hook_is_given_what_the_caller_sent(room: Room, open_door: Open) -> None:
    given: list[tuple[Invocation, Request]] = []

    async def authorize(invocation: Invocation, request: Request) -> bool:
        given.append((invocation, request))
        return request.headers.get("authorization") == "Bearer right"

    door, ann = await open_door(authorize=authorize), await room.user()
    asked = await ann.view.send("hello")
    invocation = asked.to_invocation()
    for headers in ({}, {"Authorization": "Bearer wrong"}):
        message = refused(await door.invoke(invocation, **headers), 403, 40300)
        assert room.name in message
    assert not ann.view.runs
    answer = await door.invoke(invocation, Authorization="Bearer right")
    assert answer.status_code == 200
    assert await asked.wait() == "complete"
    assert [told for told, _ in given] == [invocation] * 3
    assert given[-1][1].headers["Authorization"] == "Bearer right"


async def test_a_hook_may_say_why_it_refuses(room: Room, open_door: Open) -> None:
    def authorize(invocation: Invocation, request: Request) -> bool:
        raise error_for(42900, "the plan has no questions left", hint="Wait until tomorrow.")

    door = await open_door(authorize=authorize)
    answer = await door.invoke(Invocation("e", room.name))
    assert refused(answer, 429, 42900) == "the plan has no questions left"


@pytest.mark.parametrize(
    ("agent", "code"), [(Identity("ai", "agent", ["halls:*"]), 40160), (None, 40170)]
)
async def test_what_the_agent_itself_may_not_do_is_not_the_callers_fault(
    hub: HubProcess,
    room: Room,
    open_door: Open,
    agent: Identity | None,
    code: int,
) -> None:
    ann = await room.user()
    asked = await ann.view.send("hello")
    async with serving(TokenEndpoint(lambda request: agent, connection=keyed(hub))) as url:
        where = connect(token_url=url, endpoint=hub.host, port=hub.port, tls=False)
        door = await open_door(connection=where)
        answer = await door.invoke(asked.to_invocation())
    message = refused(answer, 502, code)
    assert message.startswith("the agent could not begin: ")


async def test_a_server_that_is_not_there_is_told_of(open_door: Open) -> None:
    nowhere = connect(key="app.key:secret", endpoint="127.0.0.1", port=1, tls=False)
    door = await open_door(connection=nowhere, patience=1.0)
    begun = time.monotonic()
    answer = await door.invoke(Invocation("e", "rooms:1"))
    assert answer.status_code == 503
    assert time.monotonic() - begun < 8


async def test_after_its_end_it_answers_nothing(room: Room, open_door: Open) -> None:
    door, ann = await open_door(slowly), await room.user()
    asked = await ann.view.send("hello")
    assert (await door.invoke(asked.to_invocation())).status_code == 200
    await until(lambda: len(ann.view.messages) == 2)
    async with door.endpoint:
        pass
    assert await asked.wait() == "cancelled"
    again = await ann.view.send("and now?")
    refused(await door.invoke(again.to_invocation()), 503, 104004)


async def test_who_waits_for_an_agent_that_ends_is_told(room: Room, open_door: Open) -> None:
    door = await open_door()
    waiting = asyncio.create_task(door.invoke(Invocation(str(uuid4()), room.name)))
    await asyncio.sleep(0.3)
    await door.endpoint.close()
    refused(await waiting, 503, 104004)


async def test_a_bare_server_ends_the_open_runs(hub: HubProcess, room: Room) -> None:
    ann = await room.user()
    asked = await ann.view.send("hello")
    endpoint = InvocationEndpoint(slowly, connection=keyed(hub))
    async with serving(endpoint) as url:
        assert (await Door(url, endpoint).invoke(asked.to_invocation())).status_code == 200
    assert await asked.wait() == "cancelled"


async def test_a_cancel_is_the_agents_to_grant(room: Room, open_door: Open) -> None:
    door = await open_door(slowly, on_cancel=lambda request: request.role == "operator")
    ann, bob = await room.user("ann"), await room.user("bob", "operator")
    asked = await ann.view.send("hello")
    answer = await door.invoke(asked.to_invocation())
    refusals: list[object] = []
    ann.on("cancel-refused", refusals.append)
    await asked.cancel()
    await until(lambda: bool(refusals))
    await bob.cancel(run_id=answer.json()["runId"])
    assert await asked.wait() == "cancelled"
