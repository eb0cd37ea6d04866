"""Fills the demo sessions. What is there already stays, and is not said again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from aitransport_notebook.codec.uimessage import UIMessageCodec
from aitransport_notebook.errors import AITransportError
from aitransport_notebook.lab import lifeline
from aitransport_notebook.lab.names import ANSWERS, APPROVAL, BRANCHES, TROUBLE
from aitransport_notebook.lab.people import agent, trouble
from aitransport_notebook.lab.people.script import PATIENCE, Script, steps_taken
from aitransport_notebook.lab.people.scripts import ASKING, PLANNING, TELLING_THE_TEAM
from aitransport_notebook.lab.telling import tell
from aitransport_notebook.session.channel.client import client
from aitransport_notebook.session.client.session import ClientSession
from aitransport_notebook.session.connection import connection_to
from aitransport_notebook.tree.nodes import SUSPENDED, RunNode
from aitransport_notebook.wire.claims import USER

Session = ClientSession[Any]


def run() -> int:
    """Fill all sessions at once; returns how many could not be."""
    failures: list[str] = []
    lifeline.run_until_told(_fill_all(failures))
    return len(failures)


@asynccontextmanager
async def customer(client_id: str, session: str) -> AsyncIterator[Session]:
    """Let a customer in, as a person with a token that says so."""
    made = client(connection_to(client_id=client_id, role=USER))
    try:
        async with ClientSession(made, session, UIMessageCodec()) as joined:
            yield joined
    finally:
        await made.close()


async def _fill_all(failures: list[str]) -> None:
    async with agent.quick(APPROVAL, BRANCHES, ANSWERS):
        await asyncio.gather(
            _fill(failures, "ann", BRANCHES, "a journey is planned, and changed", _plan),
            _fill(failures, "ann", ANSWERS, "all that an answer can be made of", _ask),
            _fill(failures, "carla", APPROVAL, "a tool waits for your approval", _want_approval),
            _fill(failures, "ben", TROUBLE, "nothing goes well, and nobody answers", trouble.make),
        )


async def _fill(
    failures: list[str],
    who: str,
    name: str,
    about: str,
    fill: Callable[[Session], Awaitable[bool]],
) -> None:
    """Fill one session, and tell of it; what goes wrong there does not keep others from theirs."""
    try:
        async with customer(who, name) as session:
            is_new = await fill(session)
    except AITransportError as error:
        failures.append(name)
        tell(f"{name} could not be filled: {error}")
    except TimeoutError:
        failures.append(name)
        tell(f"{name} could not be filled: no agent answered for {PATIENCE:.0f} s")
    else:
        tell(f"{name}: {about}{'' if is_new else ' (as it was)'}")


async def _plan(session: Session) -> bool:
    return await _play(session, PLANNING)


async def _ask(session: Session) -> bool:
    return await _play(session, ASKING)


async def _want_approval(session: Session) -> bool:
    """Have something wait for approval; what waited the last time may be decided by now."""
    await steps_taken(session)
    if any(isinstance(node, RunNode) and node.status == SUSPENDED for node in session.tree.nodes):
        return False
    return await _play(session, (TELLING_THE_TEAM,), taken=0)


async def _play(session: Session, script: Script, taken: int | None = None) -> bool:
    """Take the steps that have not been taken; returns whether there were any."""
    left = script[await steps_taken(session) if taken is None else taken :]
    for step in left:
        run = await step.take(session.view)
        async with asyncio.timeout(PATIENCE):
            await run.wait()
    return bool(left)
