"""The demo agent as a worker, which may leave some of the sessions that a star covers alone."""

from __future__ import annotations

from collections.abc import Collection

from aitransport_notebook.agents.demo.answer import demo_answer
from aitransport_notebook.agents.worker import Worker
from aitransport_notebook.session.connection import Connection


class DemoWorker(Worker):
    """Plays the script in all sessions that it is given, but for those it is to leave alone."""

    def __init__(
        self,
        *names: str,
        pace: float = 1.0,
        connection: Connection | None = None,
        leaves: Collection[str] = (),
    ) -> None:
        super().__init__(
            *names, answer=demo_answer(pace), connection=connection, describe_error=str
        )
        self._leaves = frozenset(leaves)

    def _man(self, name: str) -> None:
        if name not in self._leaves:
            super()._man(name)
