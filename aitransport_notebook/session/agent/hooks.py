"""What an agent may be asked and told of a Run."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Self

from aitransport_notebook.runs.owners import first_asked_by
from aitransport_notebook.session.agent.steps import Write
from aitransport_notebook.tree.tree import Tree
from aitransport_notebook.wire.claims import claim_in, role_in
from aitransport_notebook.wire.record import Record


@dataclass(frozen=True, slots=True)
class CancelRequest:
    """Who wants a Run to end. The client id and the claim are as the token says them."""

    run_id: str
    client_id: str | None
    user_claim: Any
    record: Record
    # Who asked for what the Run answers, as their token says.
    asked_by: str | None = None

    @classmethod
    def of(cls, record: Record, run_id: str, tree: Tree, asked_by: str | None = None) -> Self:
        """Return who asks by a cancel; `asked_by` is who asked for the Run as far as one knows."""
        first = first_asked_by(tree, run_id) or asked_by
        return cls(run_id, record.client_id, claim_in(record.extras), record, first)

    @property
    def role(self) -> str | None:
        """The role that the token gives who asks; nothing in a message counts for it."""
        return role_in(self.user_claim)


Answer = bool | Awaitable[bool]


@dataclass(frozen=True, slots=True)
class Hooks:
    """What an agent wants to be asked and told of a Run."""

    # Says whether a cancel is granted; without it every one is.
    on_cancel: Callable[[CancelRequest], Answer] | None = None
    # May say a last word, once a cancel has stopped what was being said.
    on_cancelled: Callable[[Write], Awaitable[None]] | None = None
    on_steer: Callable[[], None] | None = None

    async def grant(self, request: CancelRequest) -> bool:
        """Ask whether a Run may be cancelled."""
        if self.on_cancel is None:
            return True
        answer = self.on_cancel(request)
        return bool(await answer if inspect.isawaitable(answer) else answer)
