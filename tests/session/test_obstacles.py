"""What stands in the way of a session is told, soon, with what mends it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import httpx
import pytest

from aitransport_notebook import AgentSession, ClientSession, UIMessageCodec, client, connect
from aitransport_notebook.errors import AITransportError, LinkError
from aitransport_notebook.runs.invocation import Invocation
from aitransport_notebook.session.channel import directory, link, paging
from aitransport_notebook.session.channel.telling import HINTS, hint_for, told
from aitransport_notebook.session.tokens import (
    EVERYTHING,
    Capability,
    details_of,
    sign_token,
)
from tests.interop.chunks import reply
from tests.session.joining import HOST, Tokens, client_at, plain_client
from tests.support.company import Room
from tests.support.hub_process import KEY, HubProcess
from tests.support.ports import free_port
from tests.support.waiting import until

CODEC = UIMessageCodec()
# A time in which nobody waits in vain; one that no machine is too slow for.
SHORT, LATEST = 1.5, 8.0


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link, "PATIENCE", SHORT)


@contextmanager
def refused(code: int, *words: str) -> Iterator[None]:
    """Expect an error that is of use, and in time."""
    began = time.monotonic()
    with pytest.raises(AITransportError) as caught:
        yield
    assert caught.value.code == code, caught.value
    assert caught.value.hint
    for word in words:
        assert word in str(caught.value)
    assert time.monotonic() - began < LATEST


async def join(made: Any, kind: type[Any] = ClientSession) -> None:
    """Try to join a session, and let go of the client."""
    try:
        async with kind(made, "room:1", CODEC):
            pass
    finally:
        await made.close()


async def listed(made: Any) -> list[str]:
    """Try to list sessions, and let go of the client."""
    try:
        return [each.name async for each in directory.sessions_of(made, "room:")]
    finally:
        await made.close()


@asynccontextmanager
async def server_that_answers(answer: bytes) -> AsyncIterator[int]:
    """Give the port of one that answers so to whatever it is asked."""

    writers: list[asyncio.StreamWriter] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        await reader.readuntil(b"\r\n\r\n")
        if answer:
            writer.write(answer)
            writer.close()

    server = await asyncio.start_server(serve, HOST, 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for writer in writers:
            writer.close()
            await asyncio.wait({asyncio.ensure_future(writer.wait_closed())})


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("kind", [ClientSession, AgentSession])
async def test_a_server_that_does_not_run(kind: type[Any]) -> None:
    with refused(80000, "could not connect", "check the address"):
        await join(client_at(free_port()), kind)
    with refused(80000, "could not connect", "check the address"):
        await join(plain_client(free_port(), Tokens()), kind)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("status", ["403 Forbidden", "200 OK", "502 Bad Gateway"])
async def test_a_proxy_that_blocks_websockets(status: str) -> None:
    answer = f"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n".encode()
    async with server_that_answers(answer) as port:
        with refused(80003, f"HTTP {status[:3]}", "block WebSockets"):
            await join(client_at(port))


@pytest.mark.usefixtures("impatient")
async def test_a_server_that_never_answers() -> None:
    async with server_that_answers(b"") as port:
        with refused(50003, "check that it runs"):
            await join(client_at(port))


async def test_a_list_that_nobody_gives_has_nothing_to_do_with_websockets(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    failure = told(httpx.ConnectError("no way"), "list sessions")
    assert (failure.code, failure.hint) == (80000, HINTS[80000])
    monkeypatch.setattr(directory, "PATIENCE", 0.5)
    async with server_that_answers(b"") as port:
        with refused(50003, "unable to list sessions", "check that it runs"):
            await listed(client_at(port))


async def test_a_key_that_is_not_the_servers(hub: HubProcess) -> None:
    where = connect(key="app.key:another", endpoint=HOST, port=hub.port, tls=False, client_id="ann")
    with refused(40144, "the key that it was made with"):
        await join(client(where))
    where = connect(key="app.other:key", endpoint=HOST, port=hub.port, tls=False, client_id="ann")
    with refused(40400, "check"):
        await join(client(where))


@pytest.mark.usefixtures("impatient")
async def test_a_token_endpoint_that_refuses_or_is_not_there(hub: HubProcess) -> None:
    async with server_that_answers(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n") as port:
        url = f"http://{HOST}:{port}/token"
        where = connect(token_url=url, endpoint=HOST, port=hub.port, tls=False)
        with refused(40170, "403 Forbidden", str(port)):
            await join(client(where))
    where = connect(token_url=url, endpoint=HOST, port=hub.port, tls=False)
    with refused(80000, str(port)):
        await join(client(where))


async def test_who_was_refused_joins_once_there_is_another_token(hub: HubProcess) -> None:
    tokens = Tokens()
    tokens.always = details_of(sign_token("app.key:another", "ann", EVERYTHING, None, 60))
    made = plain_client(hub.port, tokens)
    session = ClientSession(made, "room:6", CODEC)
    for _ in range(2):
        with refused(40144):
            await session.connect()
    tokens.always = None
    await session.connect()
    await session.view.send("hello")
    await session.close()
    await made.close()


@pytest.mark.usefixtures("impatient")
async def test_a_token_that_has_expired_and_cannot_be_renewed(hub: HubProcess) -> None:
    tokens = Tokens(life=1)
    tokens.always = await tokens.give()
    await asyncio.sleep(1.1)
    with refused(40142, "expired", "token endpoint"):
        await join(plain_client(hub.port, tokens, disconnected_retry_timeout=200))


@asynccontextmanager
async def joined(
    hub: HubProcess, capability: Capability, kind: Callable[..., Any] = ClientSession
) -> AsyncIterator[Any]:
    made = plain_client(hub.port, Tokens(capability=capability))
    try:
        async with kind(made, "room:narrow", CODEC) as session:
            yield session
    finally:
        await made.close()


async def test_a_token_that_lacks_a_capability(hub: HubProcess) -> None:
    with refused(40160, "'subscribe'"):
        async with joined(hub, {"elsewhere": ["*"]}):
            pass
    with refused(40160, "'subscribe'"):
        async with joined(hub, {"room:*": ["publish", "history", "presence"]}):
            pass
    async with joined(hub, {"room:*": ["subscribe"]}) as session:
        with refused(40160, "'history'"):
            await session.view.load_older()
        with refused(40160, "'presence'"):
            await session.presence.enter({"status": "reading"})
        with refused(40160, "'publish'"):
            await session.view.send("hello")
        assert session.view.messages == [], "what was not published is not shown"
        with refused(40160, "'publish'"):
            await session.cancel(run_id="r")


async def test_an_agent_that_may_not_say_that_it_is_there_works(hub: HubProcess) -> None:
    narrow = {"room:*": ["subscribe", "publish", "history", "message-update-own"]}
    async with joined(hub, narrow, AgentSession) as agent, joined(hub, narrow) as user:
        asked = await user.view.send("hello")
        run = agent.create_run(asked.to_invocation())
        await run.start()
        assert (await run.pipe(reply("well"))).reason == "complete"
        await run.end()
        assert await asked.wait() == "complete"


async def test_a_namespace_that_refuses_appends() -> None:
    with HubProcess("--limits", "ably", "--rule", "fixed=persisted") as hub:
        async with Room(hub) as room:
            room.name = "fixed:1"
            user, agent = await room.user(), await room.agent()
            asked = await user.view.send("hello")
            run = agent.create_run(asked.to_invocation())
            await run.start()
            piped = await run.pipe(reply("well"))
            assert piped.reason == "error"
            assert isinstance(piped.error, AITransportError)
            assert "enable 'Message annotations, updates, deletes, and appends'" in piped.error.hint
            await run.end("error", piped.error)
            assert await asked.wait() == "error"


async def test_a_session_that_is_refused_while_it_goes_on(hub: HubProcess) -> None:
    tokens = Tokens()
    made = plain_client(hub.port, tokens)
    async with ClientSession(made, "room:2", CODEC) as user:
        errors: list[AITransportError] = []
        user.on("error", errors.append)
        tokens.capability = {"elsewhere": ["*"]}
        await made.auth.authorize()
        await until(lambda: bool(errors))
        assert (errors[0].code, "'subscribe'" in errors[0].hint) == (104006, True)
        with refused(104007, "connect() again"):
            await user.view.send("hello")
        with refused(40160, "'subscribe'"):
            await user.connect()
        tokens.capability = {"*": ["*"]}
        await made.auth.authorize()
        await user.connect()
        heard: list[str] = []
        user.on("message", lambda message: heard.append(message["name"]))
        await user.view.send("hello again")
        await until(lambda: bool(heard))
        assert heard == ["ai-input"], "each message is heard once"
    await made.close()


async def test_a_connection_that_fails_while_something_is_on_its_way(hub: HubProcess) -> None:
    tokens = Tokens()
    made = plain_client(hub.port, tokens)
    async with ClientSession(made, "room:3", CODEC) as user:
        await user.view.send("at first")
        errors: list[AITransportError] = []
        user.on("error", errors.append)
        tokens.who = "bob"
        made.auth._configure_client_id = lambda _: None
        renewing = asyncio.create_task(made.auth.authorize())
        sending = asyncio.create_task(user.view.send("hello"))
        with refused(40102, "another client_id"):
            await asyncio.wait_for(sending, LATEST)
        with refused(40102, "another client_id"):
            await user._line.publish({"name": "hello?"})
        await until(lambda: bool(errors))
        assert errors[0].code == 104006
        await asyncio.wait([renewing], timeout=1)
        renewing.cancel()
    await made.close()


async def test_a_client_that_was_closed(hub: HubProcess) -> None:
    made = client_at(hub.port)
    await made.close()
    with refused(80017, "make another"):
        await join(made)


async def test_an_input_that_is_nowhere(room: Room) -> None:
    agent = await room.agent()
    run = agent.create_run(Invocation("nowhere", room.name))
    with refused(104010, "'nowhere'", "names this session"):
        await run.start(patience=0.2)
    assert not run.is_located


@pytest.mark.usefixtures("impatient")
async def test_who_could_not_join_joins_once_the_server_is_there(durable_hub: HubProcess) -> None:
    hub = durable_hub
    await asyncio.to_thread(hub.kill)
    made = client_at(hub.port)
    session = ClientSession(made, "room:4", CODEC)
    with refused(80000):
        await session.connect()
    await asyncio.to_thread(hub.start)
    await session.connect()
    heard: list[str] = []
    session.on("message", lambda message: heard.append(message["name"]))
    await session.view.send("hello")
    await until(lambda: bool(heard))
    await asyncio.sleep(0.1)
    assert heard == ["ai-input"]
    await session.close()
    await made.close()


async def test_leaving_takes_no_server(durable_hub: HubProcess) -> None:
    made = client_at(durable_hub.port)
    session = ClientSession(made, "room:5", CODEC)
    await session.connect()
    await asyncio.to_thread(durable_hub.kill)
    await until(lambda: not session._line.is_live)
    began = time.monotonic()
    await session.close()
    await made.close()
    assert time.monotonic() - began < LATEST


async def test_history_is_asked_for_again_when_the_hub_is_back(
    durable_hub: HubProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    # For longer than any machine takes to start a hub.
    monkeypatch.setattr(paging, "AGAIN", (0.3,) * 100)
    hub = durable_hub
    async with Room(hub) as room:
        await (await room.user()).view.send("hello")
        late = await room.user("late")
        await asyncio.to_thread(hub.kill)
        loading = asyncio.create_task(late.view.load_older())
        await asyncio.sleep(0.5)
        await asyncio.to_thread(hub.start)
        assert len(await asyncio.wait_for(loading, 30)) == 1


@pytest.mark.parametrize("code", sorted(HINTS))
def test_each_hint_says_what_to_do(code: int) -> None:
    from ably.util.exceptions import AblyException

    error = told(AblyException("it is so", 400, code), "publish")
    assert (error.code, error.hint) == (code, HINTS[code])
    assert error.hint[0].isupper() and error.hint.endswith(".")
    assert "it is so" in error.message
    # The client sometimes has the two the wrong way round.
    assert told(AblyException("it is so", code, 500), "publish").code == code


def test_a_capability_is_named_by_what_was_tried() -> None:
    for what, needed in (("publish", "publish"), ("read history", "history")):
        assert f"'{needed}'" in hint_for(40160, what)


def test_what_the_clients_http_says_is_a_link_that_failed() -> None:
    import httpx

    error = told(httpx.ConnectError("all attempts failed"), "read history")
    assert isinstance(error, LinkError)
    assert KEY not in str(error)
