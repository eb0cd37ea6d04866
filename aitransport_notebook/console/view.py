"""What Python sees of a session: the newest path, as it was when it was asked for."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from aitransport_notebook.codec.contract import CodecMessage
from aitransport_notebook.console.reading import entries_of
from aitransport_notebook.console.standing import Piece, with_runs
from aitransport_notebook.console.transcript import as_text
from aitransport_notebook.console.waiting import WaitingCall, waiting_calls
from aitransport_notebook.tree.nodes import SUSPENDED, RunError
from aitransport_notebook.tree.steps import StepInfo

if TYPE_CHECKING:
    from aitransport_notebook.session.client.session import ClientSession
    from aitransport_notebook.session.health import Verdict


class ConsoleRun(NamedTuple):
    """A Run as a reader sees it, and whether its agent is still at it."""

    run_id: str
    client_id: str
    invocation_id: str
    status: str
    error: RunError | None
    steps: tuple[StepInfo, ...]
    # None unless it is active.
    verdict: Verdict | None


@dataclass(frozen=True)
class ConsoleView:
    """Messages, oldest first, and the Runs among them."""

    session: str
    # Each has a `codec_message_id`, and a `message`: the codec's own JSON.
    messages: list[CodecMessage]
    runs: list[ConsoleRun]
    # The tool calls among them that wait for a person.
    waiting: list[WaitingCall]
    # Whether there are older messages: `console.load_older()` brings them.
    has_older: bool
    pieces: list[Piece] = field(repr=False)

    @classmethod
    def of(cls, session: ClientSession[Any]) -> ConsoleView:
        """Copy what is on view; to be called in the session's loop."""
        shown, runs = list(session.view.messages), session.view.runs
        verdicts = session.health.verdicts
        waiting = [run.run_id for run in runs if run.status == SUSPENDED]
        return cls(
            session.name,
            [CodecMessage(id, deepcopy(message)) for id, message in shown],
            [ConsoleRun(*run, verdicts.get(run.run_id)) for run in runs],
            [call for run_id in waiting for call in waiting_calls(session, run_id)],
            session.view.has_older,
            with_runs(session.tree, entries_of(session.tree, shown), runs, verdicts),
        )

    def text(self) -> str:
        """Return all of it as a text to read."""
        return as_text(self.session, self.pieces)

    def __repr__(self) -> str:
        return f"<ConsoleView of {self.session!r}: {len(self.messages)} messages>"
