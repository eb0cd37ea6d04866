"""The demo agent as `lab` runs it, and as one that can be killed."""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from aitransport_notebook.agents.demo.command import NAME, tell_news
from aitransport_notebook.agents.demo.worker import demo_worker
from aitransport_notebook.errors import HubError
from aitransport_notebook.lab.children import MODULE
from aitransport_notebook.lab.names import ALL, TROUBLE
from aitransport_notebook.lab.telling import tell
from aitransport_notebook.session.connection import connection_to
from aitransport_notebook.wire.claims import AGENT


def serve(sessions: Sequence[str]) -> None:
    """Answer in sessions, or in all but the one in trouble, until told to end."""
    tell_news()
    names = sessions or [ALL]
    connection = connection_to(client_id=NAME, role=AGENT)
    leaves = () if sessions else (TROUBLE,)
    worker = demo_worker(*names, connection=connection, except_for=leaves)
    worker.serve(lambda: tell(f"The demo agent answers in {', '.join(names)}."))


@asynccontextmanager
async def quick(*sessions: str) -> AsyncIterator[None]:
    """Have the demo agent answer in sessions, with no pauses."""
    connection = connection_to(client_id=NAME, role=AGENT)
    async with demo_worker(*sessions, pace=0, connection=connection) as worker:
        working = asyncio.create_task(worker.run())
        try:
            await worker.ready()
            yield
        finally:
            working.cancel()
            await asyncio.wait([working])


@asynccontextmanager
async def mortal(session: str) -> AsyncIterator[Process]:
    """Run the demo agent as a process, which is killed sooner or later."""
    command = (sys.executable, "-m", MODULE, "agent", session)
    process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE)
    try:
        if process.stdout is None or not await process.stdout.readline():
            raise HubError(
                f"the agent of {session} ended before it was there", hint="See what it said."
            )
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
