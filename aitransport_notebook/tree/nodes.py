"""The two kinds of node: what a user said, and the Run that answers it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from aitransport_notebook.tree.content import Content
from aitransport_notebook.tree.steps import StepInfo, Steps
from aitransport_notebook.wire.record import Record

ACTIVE = "active"
SUSPENDED = "suspended"
ERROR = "error"
# How a Run can have ended.
TERMINAL = frozenset({"complete", "cancelled", ERROR})
# A node that the channel has not shown yet sorts after all that it has.
UNSENT = "\uffff"


class RunError(NamedTuple):
    """Why a Run ended in error, as its agent told it."""

    code: int
    message: str
    status: int

    @classmethod
    def read(cls, headers: Mapping[str, str]) -> RunError:
        code = _number(headers.get("error-code", ""))
        status = code // 100 if 10_000 <= code < 60_000 else 500
        return cls(code, headers.get("error-message", "agent reported an error"), status)


class Node:
    """What both kinds have: a place in the tree, and messages."""

    __slots__ = ("content", "key", "order", "parent", "serial")

    is_run = False

    def __init__(self, key: str, parent: str | None, serial: str, order: int) -> None:
        self.key = key
        # The id of the message that it follows.
        self.parent = parent
        self.serial = serial
        self.order = order
        self.content: Content[Any] = Content()

    @property
    def place(self) -> tuple[str, int]:
        return self.serial or UNSENT, self.order

    def counts(self, record: Record) -> bool:
        """Tell whether what a record says is still part of the node."""
        return True


class InputNode(Node):
    """A user's message. Its key is the id of that message."""

    __slots__ = ("fork_of",)

    def __init__(
        self, key: str, parent: str | None, serial: str, order: int, fork_of: str | None
    ) -> None:
        super().__init__(key, parent, serial, order)
        # The id of the message that it was made from by an edit.
        self.fork_of = fork_of


class RunNode(Node):
    """An agent's answer. Its key is the Run's id."""

    __slots__ = (
        "client_id",
        "end_serial",
        "error",
        "fork_of",
        "invocation_id",
        "last_resumed_by",
        "regenerates",
        "started",
        "status",
        "steps",
    )

    is_run = True

    def __init__(self, key: str, parent: str | None, serial: str, order: int) -> None:
        super().__init__(key, parent, serial, order)
        self.fork_of: str | None = None
        # The id of the message that it is another version of.
        self.regenerates: str | None = None
        # Whose Run it is: the user's, not the agent's.
        self.client_id = ""
        self.invocation_id = ""
        self.last_resumed_by: str | None = None
        self.status = ACTIVE
        self.error: RunError | None = None
        self.started = False
        self.end_serial: str | None = None
        self.steps = Steps()

    def counts(self, record: Record) -> bool:
        return self.steps.counts(record.transport)


class RunInfo(NamedTuple):
    """A Run as a reader sees it."""

    run_id: str
    client_id: str
    invocation_id: str
    status: str
    error: RunError | None
    steps: tuple[StepInfo, ...]

    @classmethod
    def of(cls, run: RunNode) -> RunInfo:
        return cls(
            run.key, run.client_id, run.invocation_id, run.status, run.error, run.steps.infos()
        )


def _number(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        return 104008
