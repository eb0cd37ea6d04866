"""The `agent` command: the demo agent at sessions of the user's hub, until it is interrupted."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress

from aitransport_notebook.agents.demo.answer import demo_answer
from aitransport_notebook.agents.demo.news import News
from aitransport_notebook.agents.worker import Worker
from aitransport_notebook.session.connection import Connection, connect

# What stands for the rest of a name, and for example.
STAR, EXAMPLE = "*", "1"


def run(sessions: Sequence[str], pace: float) -> None:
    """Answer until interrupted."""
    told = logging.StreamHandler(sys.stderr)
    told.addFilter(News())
    logging.basicConfig(level=logging.WARNING, format="%(message)s", handlers=[told])
    with suppress(KeyboardInterrupt, asyncio.CancelledError):
        connection = connect(client_id="demo-agent", role="agent")
        asyncio.run(_answer(sessions, pace, connection))


async def _answer(sessions: Sequence[str], pace: float, connection: Connection) -> None:
    this = asyncio.current_task()
    # Ctrl-C cancels the task anyhow. Windows knows no other signal.
    if this is not None and sys.platform != "win32":
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, this.cancel)
    async with Worker(*sessions, answer=demo_answer(pace), connection=connection) as worker:
        announcing = asyncio.create_task(_announce(worker, sessions, connection))
        try:
            await worker.run()
        finally:
            announcing.cancel()


async def _announce(worker: Worker, sessions: Sequence[str], connection: Connection) -> None:
    await worker.ready()
    print(
        f"The demo agent answers in {', '.join(sessions)} on the hub at {connection.url},"
        f" until Ctrl-C. Talk to it: {_talk(sessions[0])}",
        flush=True,
    )


def _talk(session: str) -> str:
    """Return a line of Python, for a notebook, that says something to the agent."""
    name = session.removesuffix(STAR) + EXAMPLE if session.endswith(STAR) else session
    return (
        f"async with ait.ClientSession(ait.client(client_id='you'), {name!r}, ait.UIMessageCodec())"
        " as session: run = await session.view.send('help'); await run.wait(); "
        "print(run.messages[-1]['parts'][-1]['text'])"
    )
