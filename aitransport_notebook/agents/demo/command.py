"""The `agent` command: the demo agent at sessions of the user's hub, until it is interrupted."""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence

from aitransport_notebook.agents.demo.news import News
from aitransport_notebook.agents.demo.worker import demo_worker
from aitransport_notebook.session.connection import connect

# Who it is in a session.
NAME = "demo-agent"
# What stands for the rest of a name, and for example.
STAR, EXAMPLE = "*", "1"


def run(sessions: Sequence[str], pace: float) -> None:
    """Answer until interrupted."""
    tell_news()
    connection = connect(client_id=NAME, role="agent")
    worker = demo_worker(*sessions, pace=pace, connection=connection)
    worker.serve(lambda: _announce(sessions, connection.url))


def tell_news() -> None:
    """Have whoever runs the agent in a terminal told what goes wrong, and no more."""
    told = logging.StreamHandler(sys.stderr)
    told.addFilter(News())
    logging.basicConfig(level=logging.WARNING, format="%(message)s", handlers=[told])


def _announce(sessions: Sequence[str], url: str) -> None:
    print(
        f"The demo agent answers in {', '.join(sessions)} on the hub at {url},"
        f" until Ctrl-C. Talk to it: {_talk(sessions[0])}",
        flush=True,
    )


def _talk(session: str) -> str:
    """Return a line of Python that says something to the agent."""
    name = session.removesuffix(STAR) + EXAMPLE if session.endswith(STAR) else session
    return (
        f"async with ait.ClientSession(ait.client(client_id='you'), {name!r}, ait.UIMessageCodec())"
        " as session: run = await session.view.send('help'); await run.wait(); "
        "print(run.messages[-1]['parts'][-1]['text'])"
    )
