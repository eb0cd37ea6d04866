"""Both endpoints in an application of FastAPI, with people who have no key, on the hub."""

from __future__ import annotations

import asyncio
import json
import subprocess
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from ably import AblyRealtime
from fastapi import FastAPI, Request

from aitransport_notebook import (
    AgentSession,
    AITransportError,
    CancelRequest,
    ClientSession,
    Invocation,
    UIMessageCodec,
    client,
)
from aitransport_notebook.agents import asgi
from aitransport_notebook.agents.invocations import InvocationEndpoint
from aitransport_notebook.agents.tokens import TokenEndpoint
from aitransport_notebook.session.agent.run import AgentRun
from aitransport_notebook.session.channel.directory import sessions_of
from aitransport_notebook.session.client.run import ClientRun
from aitransport_notebook.session.roles import Identity
from aitransport_notebook.wire import names as wire
from tests.agents.answers import said, slowly, texts_of
from tests.agents.people import PEOPLE, at_door, authenticate, keyed, signed_in
from tests.official.scenarios import PACKAGES
from tests.support.company import Room
from tests.support.hub_process import HubProcess
from tests.support.waiting import until
from tests.support.web import serving

USER = Path(__file__).parent / "javascript" / "user.mjs"
CODEC = UIMessageCodec()


def may_ask(invocation: Invocation, request: asgi.Request) -> bool:
    person = authenticate(request)
    return person is not None and person.covers(invocation.session_name)


class House:
    """An application with an agent and a door, and those who come through it."""

    def __init__(self, hub: HubProcess, name: str) -> None:
        self.hub, self.name = hub, name
        self.url = ""
        self.requests: list[CancelRequest] = []
        self.runs: list[AgentRun] = []
        self.invocations = InvocationEndpoint(
            self._answer, connection=keyed(hub), authorize=may_ask, on_cancel=self._may_cancel
        )
        self.app = FastAPI(lifespan=self.invocations.lifespan)
        # It takes any ASGI application, but its types know only of functions.
        add: Any = self.app.add_route
        add("/token", TokenEndpoint(authenticate, connection=keyed(hub)))
        add("/invocations", self.invocations)
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> House:
        self.url = await self._stack.enter_async_context(serving(self.app))
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    def client(self, name: str, query: str = "") -> Any:
        """Connect somebody who has signed in."""
        made = client(at_door(self.hub, self.url, name, query))
        self._stack.push_async_callback(made.close)
        return made

    async def visit(self, name: str, query: str = "") -> ClientSession[Any]:
        session = ClientSession(self.client(name, query), self.name, CODEC)
        return await self._stack.enter_async_context(session)

    async def work(self, name: str) -> AgentSession[Any]:
        session = AgentSession(self.client(name), self.name, CODEC)
        return await self._stack.enter_async_context(session)

    async def invoke(self, asked: ClientRun, name: str) -> httpx.Response:
        async with httpx.AsyncClient(trust_env=False, headers=signed_in(name)) as http:
            body = asked.to_invocation().to_json()
            return await http.post(f"{self.url}/invocations", json=body)

    def _answer(self, run: AgentRun) -> Any:
        self.runs.append(run)
        return slowly(run) if "slowly" in texts_of(run.messages[-1]) else said("It is so.")

    def _may_cancel(self, request: CancelRequest) -> bool:
        self.requests.append(request)
        return request.role == "lead"


@pytest.fixture
async def house(hub: HubProcess) -> AsyncIterator[House]:
    async with House(hub, f"rooms:{uuid4()}") as house:
        yield house


async def test_a_user_with_no_key_is_answered_and_known(house: House) -> None:
    ann = await house.visit("ann")
    assert ann.client_id == "ann"
    asked = await ann.view.send("Is it so?")
    answer = await house.invoke(asked, "ann")
    assert answer.status_code == 200
    assert await asked.wait() == "complete"
    assert [texts_of(shown.message) for shown in ann.view.messages] == ["Is it so?", "It is so. "]
    [run] = house.runs
    assert run.run_id == answer.json()["runId"]
    assert run.trigger.client_id == "ann"
    assert run.trigger.user_claim == {"role": "user", "name": "Ann", "plan": "gold"}


async def test_a_foreign_caller_wakes_nobody(house: House) -> None:
    ann = await house.visit("ann")
    asked = await ann.view.send("Is it so?")
    for name in ("", "nobody"):
        assert (await house.invoke(asked, name)).status_code == 403
    elsewhere = Invocation(asked.input_event_id, "halls:1").to_json()
    async with httpx.AsyncClient(trust_env=False, headers=signed_in("ann")) as http:
        assert (await http.post(f"{house.url}/invocations", json=elsewhere)).status_code == 403
    assert not house.runs
    assert (await house.invoke(asked, "eve")).status_code == 200
    assert await asked.wait() == "complete"


async def test_who_says_that_they_are_a_lead_is_none(house: House) -> None:
    """In the request for a token, in presence, in a message's data, headers and claims."""
    eve = await house.visit("eve", "?role=lead&clientId=eve&claims=%7B%22role%22%3A%22lead%22%7D")
    lea = await house.visit("lea")
    await eve.presence.enter({"role": "lead", "status": "leading"})
    said = {"id": "1", "role": "user", "metadata": {"role": "lead"}}
    asked = await eve.view.send({**said, "parts": _text("slowly, please")})
    answer = await house.invoke(asked, "eve")
    run_id = answer.json()["runId"]
    refusals: list[object] = []
    eve.on("cancel-refused", refusals.append)

    transport = {wire.EVENT_ID: "e", wire.RUN_ID: run_id, wire.ROLE: "lead"}
    extras = {"ai": {"transport": transport}, "userClaim": '{"role": "lead"}'}
    channel = house.client("eve").channels.get(house.name)
    await channel.publish({"name": wire.AI_CANCEL, "data": {"role": "lead"}, "extras": extras})
    await until(lambda: bool(refusals))
    [request] = house.requests
    assert (request.client_id, request.role) == ("eve", "user")
    assert request.user_claim == {"role": "user"}
    assert await _role_of(lea, "eve") == "user"
    assert house.runs[0].trigger.user_claim == {"role": "user"}
    assert asked.status == "active"

    await lea.cancel(run_id=run_id)
    assert await asked.wait() == "cancelled"
    told = [(one.client_id, one.role, one.asked_by) for one in house.requests]
    assert told == [("eve", "user", "eve"), ("lea", "lead", "eve")]


async def _role_of(session: ClientSession[Any], client_id: str) -> str | None:
    def found() -> list[str | None]:
        members = session.presence.members
        return [member.role for member in members if member.client_id == client_id]

    await until(lambda: bool(found()))
    [role] = found()
    return role


def _text(text: str) -> list[dict[str, str]]:
    return [{"type": "text", "text": text}]


async def test_nobody_can_be_another(house: House) -> None:
    for query in ("?clientId=lea", "?clientId=*"):
        connection = at_door(house.hub, house.url, "eve", query)
        with pytest.raises(AITransportError, match="is not that of who asks") as refused:
            await asyncio.to_thread(connection.token)
        assert refused.value.hint == "Leave the clientId out: the token says who one is."
    session = ClientSession(house.client("eve", "?clientId=lea"), house.name, CODEC)
    with pytest.raises(AITransportError, match="is not that of who asks"):
        await session.connect()
    await session.close()


@pytest.mark.parametrize("name", ["ai", "oskar", "lea"])
async def test_who_may_answer_can_do_all_that_an_agent_does(house: House, name: str) -> None:
    ann, agent = await house.visit("ann"), await house.work(name)
    complaints: list[object] = []
    agent.on("error", complaints.append)
    asked = await ann.view.send("Is it so?")
    run = agent.create_run(asked.to_invocation(), on_cancel=lambda request: False)
    await run.start()
    assert (await run.pipe(said("Let me see, it is"))).error is None
    await until(lambda: any(run.run_id in member.runs for member in ann.presence.members))
    refusals: list[object] = []
    ann.on("cancel-refused", refusals.append)
    await asked.cancel()
    await until(lambda: bool(refusals))
    assert [known.verdict for known in agent.health.runs] == ["working"]
    await run.suspend()
    assert await asked.wait() == "suspended"
    assert texts_of(ann.view.messages[1].message) == "Let me see, it is "

    # Later, with nothing but history.
    again = await ann.view.send("And now?")
    other = await house.work(name)
    later = other.create_run(again.to_invocation())
    await later.start()
    await later.end()
    assert await again.wait() == "complete"
    assert not complaints


async def test_a_user_cannot_answer_in_the_place_of_an_agent(house: House) -> None:
    ann, eve = await house.visit("ann"), await house.work("eve")
    asked = await ann.view.send("Is it so?")
    run = eve.create_run(asked.to_invocation())
    await run.start()
    piped = await run.pipe(said("I am the agent"))
    assert piped.reason == "error"
    assert "message-update-own" in str(piped.error)


@pytest.mark.parametrize(
    ("name", "sees_notes", "lists"),
    [("ann", False, False), ("ai", False, True), ("oskar", True, False), ("lea", True, True)],
)
async def test_notes_and_lists_are_for_those_who_need_them(
    house: House, name: str, sees_notes: bool, lists: bool
) -> None:
    visitor = house.client(name)
    await (await house.visit("ann")).view.send("hello")
    notes = ClientSession(visitor, f"ops:{house.name}", CODEC)
    if sees_notes:
        async with notes:
            await notes.view.send("a word among us")
    else:
        with pytest.raises(AITransportError) as refused:
            await notes.connect()
        assert refused.value.code == 40160
        await notes.close()
    try:
        names = [listed.name async for listed in sessions_of(visitor, "rooms:")]
    except AITransportError as error:
        assert (lists, error.code) == (False, 40160)
    else:
        assert lists
        assert house.name in names


async def test_the_end_of_the_application_ends_the_runs(hub: HubProcess, room: Room) -> None:
    room.name = f"rooms:{uuid4()}"
    ann = await room.user("ann")
    asked = await ann.view.send("slowly, please")
    async with House(hub, room.name) as house:
        assert (await house.invoke(asked, "ann")).status_code == 200
        await asked.started()
    assert await asked.wait() == "cancelled"


async def test_an_outer_application_may_have_signed_people_in(hub: HubProcess) -> None:
    def from_outside(request: asgi.Request) -> Identity | None:
        return PEOPLE.get(request.scope["state"]["user"])

    app = FastAPI()

    @app.middleware("http")
    async def sign_in(request: Request, go_on: Any) -> Any:
        request.state.user = request.cookies.get("user")
        return await go_on(request)

    app.mount("/mounted/token", TokenEndpoint(from_outside, connection=keyed(hub)))
    async with serving(app) as url, httpx.AsyncClient(trust_env=False) as http:
        place = f"{url}/mounted/token/"
        assert (await http.get(place)).status_code == 401
        known = await http.get(place, headers={"Cookie": "user=ann"})
        assert (known.status_code, known.headers["content-type"]) == (200, "application/jwt")


async def test_a_session_outlives_its_tokens(hub: HubProcess) -> None:
    given: list[str] = []

    def known(request: asgi.Request) -> Identity | None:
        given.append(request.path)
        return authenticate(request)

    name = f"rooms:{uuid4()}"
    async with serving(TokenEndpoint(known, connection=keyed(hub), life=2)) as url:
        ann = client(at_door(hub, url, "ann"))
        try:
            async with ClientSession(ann, name, CODEC) as session:
                complaints: list[object] = []
                session.on("error", complaints.append)
                for text in ("one", "two", "three"):
                    await session.view.send(text)
                    await asyncio.sleep(2)
                assert len(session.view.messages) == 3
        finally:
            await ann.close()
    assert len(given) > 2
    assert not complaints


async def test_the_official_python_client_takes_its_address(house: House) -> None:
    options = {**keyed(house.hub).options(), "auth_callback": None}
    for how in ({}, {"auth_method": "POST"}):
        made = AblyRealtime(
            **{**options, **how}, auth_url=f"{house.url}/token", auth_headers=signed_in("ann")
        )
        try:
            channel = made.channels.get(house.name)
            await channel.publish("m", "x")
            [message, *_] = (await channel.history()).items
            assert (message.client_id, message.data) == ("ann", "x")
        finally:
            await made.close()


async def in_javascript(house: House, name: str = "ann", **given: Any) -> Any:
    """Run a user of the official SDK; returns what it tells."""
    assert PACKAGES.is_dir(), "run `npm ci` in js/ first"
    given.setdefault("options", {})
    given["options"] = {
        "authUrl": f"{house.url}/token",
        "authHeaders": signed_in(name),
        **given["options"],
    }
    told = json.dumps(
        {
            "host": house.hub.host,
            "port": house.hub.port,
            "invoke": f"{house.url}/invocations",
            "headers": signed_in(name),
            **given,
        }
    )
    ended = await asyncio.to_thread(
        subprocess.run, ["node", str(USER), told], capture_output=True, text=True, timeout=60
    )
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"authMethod": "POST", "clientId": "ann"},
        {"authMethod": "POST", "authParams": {"role": "lead", "clientId": "ann"}},
        {"defaultTokenParams": {"ttl": 60_000, "capability": '{"*":["*"]}'}},
    ],
)
async def test_a_user_in_javascript_is_answered(house: House, options: dict[str, Any]) -> None:
    told = await in_javascript(house, session=house.name, options=options)
    assert told["clientId"] == "ann"
    assert told["status"] == 200
    assert told["runId"] == told["answer"]["runId"]
    assert told["run"] == "complete"
    assert told["messages"] == [["user", "Hello from JavaScript!"], ["assistant", "It is so. "]]
    assert house.runs[0].trigger.user_claim == {"role": "user", "name": "Ann", "plan": "gold"}


async def test_who_is_refused_in_javascript_is_told_why(house: House) -> None:
    nobody = await in_javascript(house, "nobody", session=house.name)
    assert nobody["error"]["cause"] == 40101
    lea = await in_javascript(house, "eve", session=house.name, options={"clientId": "lea"})
    assert lea["error"]["code"] == 40102
    foreign = await in_javascript(house, session=house.name, headers={})
    assert foreign["status"] == 403
    assert foreign["answer"]["error"]["code"] == 40300
    assert not house.runs
