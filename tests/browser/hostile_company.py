"""People and agents who want harm, in one session of a hub."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from aitransport_notebook import AgentSession, ClientSession, UIMessageCodec, client
from aitransport_notebook.errors import AITransportError
from aitransport_notebook.session.connection import Connection
from aitransport_notebook.session.tokens import EVERYTHING, TOKEN_LIFE, Capability
from tests.browser import hostile_content as hostile
from tests.interop.drivers import Where
from tests.support.raw_client import RawClient, Refused
from tests.support.raw_rest import RawRest

Wire = dict[str, Any]


@dataclass(frozen=True)
class Stranger(Connection):
    """One whom a server has let in under whatever name, and with whatever it claims to be."""

    def token(self, capability: Capability = EVERYTHING, *, life: float = TOKEN_LIFE) -> str:
        return self.token_for(self.client_id or "", capability, hostile.CLAIM, life=life)


@asynccontextmanager
async def participants(
    hub: Where, session: str
) -> AsyncIterator[tuple[ClientSession[Any], AgentSession[Any]]]:
    user, robot = (
        client(Stranger(hub.host, hub.port, False, name, None, True, hub.key))
        for name in (hostile.CLIENT, hostile.ROBOT)
    )
    async with (
        ClientSession(user, session, codec=UIMessageCodec()) as asks,
        AgentSession(robot, session, codec=UIMessageCodec()) as answers,
    ):
        yield asks, answers
    await user.close()
    await robot.close()


async def talk(hub: Where, session: str) -> None:
    """Have a conversation in which each field of each message has something harmful in it."""
    async with participants(hub, session) as (user, agent):
        for number in range(hostile.REPLIES):
            asked = await user.view.send(hostile.question(number))
            run = agent.create_run(asked.to_invocation())
            await run.start()
            await asked.started()
            if number % 3 == 0:
                await asked.steer(f"steer {hostile.HTML} {hostile.ODD}")
            await run.pipe(hostile.reply(number))
            if number % 3 == 1:
                text = f"error {hostile.HTML} {hostile.ODD}"
                await run.end("error", AITransportError(text, code=50000, hint=hostile.HTML))
            elif number % 3 == 2:
                await run.suspend()
            else:
                await run.end()


async def publish_what_is_broken(hub: Where, session: str) -> int:
    """Publish what makes no sense; returns how much of it the hub took."""
    taken = 0
    async with RawRest(f"http://{hub.host}:{hub.port}", hub.key) as rest:
        path = f"/channels/{quote(session, safe='')}/messages"
        told = await rest.history(session)
        known = [{name: wire[name] for name in KEPT if name in wire} for wire in told]
        for number, message in enumerate(hostile.broken(known, seed=7)):
            try:
                await rest.once("POST", path, {**message, "id": f"broken-{number}"})
                taken += 1
            except Refused:
                # What is wrong for the hub itself never gets to anybody.
                continue
    return taken


KEPT = ("name", "data", "extras", "clientId", "encoding")


@asynccontextmanager
async def crowd(hub: Where, session: str) -> AsyncIterator[None]:
    """People who are present under names that mislead, and say odd things of themselves."""
    here = []
    for number, data in enumerate(hostile.PRESENT):
        name = f"{hostile.CLIENT}{number}"
        one = RawClient(f"http://{hub.host}:{hub.port}", hub.key, client_id=name)
        await one.start()
        await one.attach(session).attached.wait()
        one.enter(session, data)
        here.append(one)
    yield
    for one in here:
        await one.stop()
