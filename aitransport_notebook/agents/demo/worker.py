"""The demo agent as a worker."""

from __future__ import annotations

from collections.abc import Collection

from aitransport_notebook.agents.demo.answer import demo_answer
from aitransport_notebook.agents.worker import Worker
from aitransport_notebook.session.connection import Connection


def demo_worker(
    *names: str,
    pace: float = 1.0,
    connection: Connection | None = None,
    except_for: Collection[str] = (),
) -> Worker:
    """Return one who plays the script in these sessions, and tells users what goes wrong in it."""
    return Worker(
        *names,
        answer=demo_answer(pace),
        connection=connection,
        describe_error=str,
        except_for=except_for,
    )
