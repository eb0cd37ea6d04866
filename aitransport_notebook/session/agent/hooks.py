"""What an agent may be asked and told of a Run."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from aitransport_notebook.session.agent.steps import Write
from aitransport_notebook.wire.claims import role_in
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
