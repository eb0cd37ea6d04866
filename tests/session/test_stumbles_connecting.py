"""What people stumble over who connect for the first time, or lose the connection."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from ably import AblyException
from ably.types.connectionstate import ConnectionState

from aitransport_notebook import (
    AgentSession,
    AITransportError,
    AuthError,
    ClientSession,
    LinkError,
    RequestError,
    UIMessageCodec,
    client,
    connect,
)
from aitransport_notebook.session.channel import outage
from aitransport_notebook.session.channel.link import Link
from aitransport_notebook.session.channel.paging import AGAIN
from aitransport_notebook.session.channel.pauses import LONGEST
from aitransport_notebook.session.connection import default_connection
from aitransport_notebook.session.tokens import EVERYTHING, sign_token
from tests.session.joining import HOST, client_at
from tests.session.talking import talked, texts
from tests.support.company import Room
from tests.support.hub_process import KEY, HubProcess
from tests.support.waiting import until

CODEC = UIMessageCodec()
# What is told at once is told within this, in seconds.
SOON = 5.0


async def test_a_client_of_ones_own_leaves_the_default_as_it_is(hub: HubProcess) -> None:
    where: dict[str, Any] = {"key": KEY, "endpoint": HOST, "port": hub.port, "tls": False}
    agents = connect(**where, client_id="helper", role="agent")
    users = client(**where, client_id="ann")
    assert default_connection() is agents
    default = client()
    for made, who in ((users, "ann"), (default, "helper")):
        async with ClientSession(made, "room:default", CODEC) as session:
            assert session.client_id == who
        await made.close()


async def test_who_waits_for_a_run_is_told_that_the_client_was_closed(room: Room) -> None:
    agent, made = await room.agent(), client_at(room.hub.port)
    user = ClientSession(made, room.name, CODEC)
    begun = await user.view.send("one?")
    run = agent.create_run(begun.to_invocation())
    await run.start()
    await begun.started()
    steer = await begun.steer("shorter")
    waiting_for = await user.view.send("two?")

    async def read() -> None:
        async for _ in begun.events():
            pass

    async def settle() -> None:
        await steer.outcome

    work: list[Coroutine[Any, Any, Any]] = [
        *(begun.wait(), read(), settle(), waiting_for.started(), waiting_for.wait())
    ]
    waiting = [asyncio.create_task(one) for one in work]
    await asyncio.sleep(0.1)
    await made.close()
    async with asyncio.timeout(SOON):
        told = await asyncio.gather(*waiting, return_exceptions=True)
    for error in told:
        assert isinstance(error, LinkError), error
        assert error.code == 80017
        assert "was closed" in error.message
        assert "make another" in error.hint
    # Whoever asks only now is told, too.
    with pytest.raises(LinkError, match="was closed"):
        await asyncio.wait_for(begun.wait(), SOON)
    await run.end()
    await user.close()


async def test_an_outage_is_told_once_and_what_is_said_waits(
    durable_hub: HubProcess, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(outage, "LONG", 0.5)
    hub = durable_hub
    async with Room(hub) as room:
        user = await room.user()
        errors: list[AITransportError] = []
        user.on("error", errors.append)
        for outages in (1, 2):
            await asyncio.to_thread(hub.kill)
            await until(lambda: not user._line.is_live)
            sending = asyncio.create_task(user.view.send("Are you there?"))
            await until(lambda n=outages: len(errors) == n)  # type: ignore[misc]
            await asyncio.sleep(1.2)
            assert not sending.done()
            await asyncio.to_thread(hub.start)
            await asyncio.wait_for(sending, 10)
        assert len(errors) == 2
        for error in errors:
            assert isinstance(error, LinkError)
            assert "reach the server" in error.message
            assert error.hint
    warnings = [r for r in caplog.records if r.name == "aitransport_notebook"]
    assert [r.levelno for r in warnings if "reach the server" in r.message] == [logging.WARNING] * 2


async def test_who_returns_while_the_hub_is_away_still_goes_on(durable_hub: HubProcess) -> None:
    hub = durable_hub
    async with Room(hub) as room:
        await talked(await room.user(), await room.agent(), 1)
        again = await room.user("again")
        await asyncio.to_thread(hub.kill)
        await until(lambda: not again._line.is_live)
        sending = asyncio.create_task(again.view.send("And then?"))
        # For longer than a page of history is asked for.
        await asyncio.sleep(sum(AGAIN) + 1)
        assert not sending.done()
        await asyncio.to_thread(hub.start)
        await asyncio.wait_for(sending, 10)
        assert texts(again.view.messages) == ["And then?"]
        await again.view.load_older(10)
        assert texts(again.view.messages) == ["0?", "0!", "And then?"]


async def test_a_cut_that_is_short_is_no_outage(
    durable_hub: HubProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outage, "LONG", 60.0)
    async with Room(durable_hub) as room:
        user = await room.user()
        errors: list[AITransportError] = []
        user.on("error", errors.append)
        await asyncio.to_thread(durable_hub.kill)
        await asyncio.to_thread(durable_hub.start)
        await user.view.send("hello")
        assert user._line._link._outage._timer is None
        assert errors == []


class TokenEndpoint:
    """Gives a token that lives for a moment, and then refuses."""

    def __init__(self) -> None:
        self.asked: list[float] = []
        self.port = 0
        self.refuses = False

    @property
    def gaps(self) -> list[float]:
        """The seconds between one request and the next."""
        return [then - now for now, then in zip(self.asked, self.asked[1:], strict=False)]

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[TokenEndpoint]:
        server = await asyncio.start_server(self._answer, HOST, 0)
        self.port = server.sockets[0].getsockname()[1]
        async with server:
            yield self

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.closing(writer):
            await reader.readuntil(b"\r\n\r\n")
            self.asked.append(asyncio.get_running_loop().time())
            token = sign_token(KEY, "ann", EVERYTHING, None, 2)
            status, body = ("401 No", "") if self.refuses else ("200 OK", token)
            head = f"HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {len(body)}"
            writer.write(f"{head}\r\n\r\n{body}".encode())
            await writer.drain()


async def test_a_token_endpoint_that_refuses_is_told_of_and_left_in_peace(
    hub: HubProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outage, "LONG", 1.0)
    async with TokenEndpoint().serving() as tokens:
        url = f"http://{HOST}:{tokens.port}/token"
        made = client(token_url=url, endpoint=HOST, port=hub.port, tls=False)
        user = ClientSession(made, "room:refused", CODEC)
        await user.connect()
        errors: list[AITransportError] = []
        user.on("error", errors.append)
        tokens.refuses = True
        await until(lambda: bool(errors))
        assert isinstance(errors[0], AuthError)
        assert (errors[0].code, "401" in errors[0].message) == (40170, True)
        await until(lambda: max(tokens.gaps, default=0) > 2)
        tokens.refuses = False
        await asyncio.wait_for(user.view.send("hello"), 20)
        assert len(errors) == 1
        await user.close()
        await made.close()


def test_a_client_wants_a_loop_that_runs() -> None:
    with pytest.raises(RequestError, match="event loop") as caught:
        client(key=KEY, endpoint=HOST, port=1, tls=False)
    assert "async function" in caught.value.hint


@pytest.mark.parametrize("kind", [ClientSession, AgentSession])
def test_a_client_of_another_loop_is_refused_at_once(hub: HubProcess, kind: type[Any]) -> None:
    async def make() -> tuple[Any, Any]:
        made = client_at(hub.port)
        session = kind(made, "room:loops", CODEC)
        await session.connect()
        return made, session

    async def use(session: Any) -> None:
        with pytest.raises(RequestError, match="another event loop") as caught:
            await asyncio.wait_for(session.connect(), SOON)
        assert "same asyncio.run()" in caught.value.hint

    with asyncio.Runner() as first, asyncio.Runner() as second:
        made, session = first.run(make())
        second.run(use(session))
        second.run(use(kind(made, "room:others", CODEC)))
        first.run(session.close())
        first.run(made.close())


@pytest.mark.parametrize(
    ("where", "words"),
    [
        ({"endpoint": "http://127.0.0.1:8080"}, "the host alone"),
        ({"endpoint": "127.0.0.1:8080"}, "the host alone"),
        ({"endpoint": "example.com/"}, "the host alone"),
        ({"endpoint": ""}, "the host alone"),
        ({"endpoint": HOST, "port": "8080"}, "as a number"),
        ({"endpoint": HOST, "port": 0}, "as a number"),
        ({"endpoint": HOST, "port": True}, "as a number"),
        ({"endpoint": HOST, "port": 65536}, "as a number"),
    ],
)
def test_an_address_that_is_none(where: dict[str, Any], words: str) -> None:
    with pytest.raises(RequestError, match=r"the (endpoint|port) ") as caught:
        connect(key=KEY, **where)
    assert words in caught.value.hint


@pytest.mark.parametrize("host", ["::1", "fe80::1%eth0", "my-hub.local", "10.0.0.1", "h_1"])
def test_an_address_that_is_one(host: str) -> None:
    assert host in connect(key=KEY, endpoint=host, port=8080, tls=False).url


async def test_who_closes_while_it_reconnects_hears_no_complaint(
    durable_hub: HubProcess,
) -> None:
    complaints: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, told: complaints.append(told))
    hub = durable_hub
    for pause in (0.0, 0.02, 0.05, 0.1, 0.2, 0.4):
        made = client_at(hub.port)
        user = ClientSession(made, "room:closing", CODEC)
        await user.connect()
        await asyncio.to_thread(hub.kill)
        await asyncio.to_thread(hub.start)
        await asyncio.sleep(pause)
        await made.close()
        await user.close()
    await asyncio.sleep(0.5)
    assert complaints == []


async def test_who_closes_while_it_is_refused_stays_closed(tmp_path: Path) -> None:
    turns: list[Any] = []

    def is_refused_again() -> bool:
        reasons = [turn.reason for turn in turns if isinstance(turn.reason, AblyException)]
        return [reason.code for reason in reasons].count(40144) == 2

    with HubProcess(data=tmp_path / "hub") as hub:
        made = client_at(hub.port)
        made.connection.on(lambda turn: turns.append(turn))
        await until(lambda: Link.of(made).is_up)
        hub.kill()
        with HubProcess("--key", "app.key:another", data=tmp_path / "hub", port=hub.port):
            # The second time comes at once, while it pauses from the first.
            await until(is_refused_again)
            await made.close()
            await asyncio.sleep(LONGEST / 1000 / 2)
    assert turns[-1].current == ConnectionState.CLOSED


async def test_who_gives_up_joining_hears_no_complaint(durable_hub: HubProcess) -> None:
    complaints: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, told: complaints.append(told))
    made = client_at(durable_hub.port)
    await asyncio.to_thread(durable_hub.kill)
    user = ClientSession(made, "room:given-up", CODEC)
    joining = asyncio.create_task(user.connect())
    await asyncio.sleep(0.05)
    joining.cancel()
    await asyncio.wait({joining})
    opening = user._connecting
    assert opening is not None
    # It is over by itself, with nobody there to be told.
    await made.close()
    await asyncio.wait({opening}, timeout=15)
    assert opening.done()
    del user, joining, opening
    gc.collect()
    await asyncio.sleep(0)
    assert complaints == []
