"""The `agent` command: the demo agent at sessions of the user's hub, until it is interrupted."""

from __future__ import annotations

import logging
import shlex
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
    first = sessions[0]
    name = first.removesuffix(STAR) + EXAMPLE if first.endswith(STAR) else first
    page = f"open --page customer --session {shlex.quote(name)} --as you"
    print(
        f"The demo agent answers in {', '.join(sessions)} on the hub at {url}, until Ctrl-C.",
        f"Talk to it on a page: aitransport-notebook {page}",
        "Or in a notebook: import aitransport_notebook as ait; ait.connect();"
        f" ait.Console({name!r})",
        sep="\n",
        flush=True,
    )
