"""How the Runs of a conversation stand, each told under the last that it said.

One that ran through needs no word. Whether an agent is still at its Run only who is there can tell.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from aitransport_notebook.console.plain import one_line, when, who_is
from aitransport_notebook.console.reading import Entry, calls_in
from aitransport_notebook.runs.answers import answers_in
from aitransport_notebook.runs.authors import Author, author_of
from aitransport_notebook.runs.cancels import cancels_in
from aitransport_notebook.tree.nodes import ACTIVE, ERROR, SUSPENDED, RunInfo, RunNode
from aitransport_notebook.tree.tree import Tree
from aitransport_notebook.wire import names as wire
from aitransport_notebook.wire.record import Record

if TYPE_CHECKING:
    from aitransport_notebook.session.health import Verdict

_LONGEST_MESSAGE = 400
# Of a Run that has not ended, by what is known of its agent.
_AT_WORK: Mapping[Verdict | None, str] = {
    None: "is answering, as far as the channel tells",
    "working": "is answering",
    "stalled": "is not over, and its agent has fallen silent",
    "crashed": "is not over, and its agent is gone",
}
_TOLD = frozenset({ACTIVE, SUSPENDED, "cancelled", ERROR})


class RunLine(NamedTuple):
    """What there is to say of a Run."""

    run_id: str
    text: str


Piece = Entry | RunLine


def with_runs(
    tree: Tree,
    entries: Sequence[Entry],
    runs: Iterable[RunInfo],
    verdicts: Mapping[str, Verdict] = MappingProxyType({}),
) -> list[Piece]:
    """Return entries, and under the last one of each Run how it stands.

    A Run that has said nothing stands under what it answers.
    """
    nodes = [node for run in runs if (node := tree.run(run.run_id)) and node.status in _TOLD]
    if not nodes:
        return list(entries)
    facts = _Facts(tree, verdicts)
    places = {entry.message_id: at for at, entry in enumerate(entries)}
    under: dict[int, list[RunLine]] = {}
    for node in nodes:
        said = [places[id] for id, _ in tree.messages_of(node) if id in places]
        at = max(said, default=places.get(facts.asked_in(node), -1))
        # What is over and stands before all that is shown is no news.
        if at >= 0 or node.status in (ACTIVE, SUSPENDED):
            under.setdefault(at if at >= 0 else len(entries) - 1, []).append(facts.line(node))
    pieces: list[Piece] = list(under.get(-1, ()))
    for at, entry in enumerate(entries):
        pieces += [entry, *under.get(at, ())]
    return pieces


class _Facts:
    """What the channel tells of Runs beside what they say."""

    def __init__(self, tree: Tree, verdicts: Mapping[str, Verdict]) -> None:
        self._tree = tree
        self._verdicts = verdicts
        self._cancels: Mapping[str, Sequence[Record]] = cancels_in(tree.records)
        starts = [one for one in tree.records if one.name == wire.RUN_START and one.run_id]
        self._asked = {
            one.run_id: one.transport.get(wire.INPUT_MESSAGE_ID, "") for one in reversed(starts)
        }

    def asked_in(self, node: RunNode) -> str:
        """Return the message that a Run answers."""
        asked = self._asked.get(node.key, "")
        return asked if self._tree.node_of(asked) is not None else node.parent or ""

    def line(self, node: RunNode) -> RunLine:
        """Return how a Run stands that is not complete."""
        records = node.content.records
        said = next((one for one in reversed(records) if one.name == wire.AI_OUTPUT), None)
        by = f" of {who_is(author_of(said))}" if said is not None else ""
        asked = self._tree.node_of(self.asked_in(node))
        first = asked.content.records[:1] if asked is not None else []
        owner = author_of(first[0]) if first else Author(node.client_id)
        return RunLine(node.key, f"The Run{by} for {who_is(owner)} {self._how(node)}")

    def _how(self, node: RunNode) -> str:
        if node.status == SUSPENDED:
            return f"is suspended{self._at(node)}: it waits for {_waits_for(self._tree, node)}"
        cancel = self._cancel(node)
        if node.status == ACTIVE:
            told = _AT_WORK[self._verdicts.get(node.key)]
            return f"{told}; {who_is(author_of(cancel))} asked it to stop" if cancel else told
        if node.error is not None:
            message = one_line(node.error.message, _LONGEST_MESSAGE)
            return f"failed with {node.error.code}{self._at(node)}: {message}"
        by = f", as {who_is(author_of(cancel))} asked" if cancel else ""
        return f"was cancelled{by}{self._at(node)}"

    def _cancel(self, node: RunNode) -> Record | None:
        """Return the newest cancel, of one that is over the newest before its end."""
        end = None if node.status == ACTIVE else node.end_serial
        found = [c for c in self._cancels.get(node.key, ()) if end is None or c.serial < end]
        return found[-1] if found else None

    def _at(self, node: RunNode) -> str:
        record = self._tree.record(node.end_serial) if node.end_serial else None
        return when(record.timestamp) if record is not None else ""


def _waits_for(tree: Tree, node: RunNode) -> str:
    """Return what brings a Run on: a person's word on its calls, or its agent once they have it."""
    calls = calls_in(tree, node)
    awaited = [(call, what) for call in calls if (what := call.awaits(node.status))]
    if len(awaited) > 1:
        return f"{len(awaited)} decisions or answers"
    for call, what in awaited:
        name = one_line(call.name) or "a tool without a name"
        return f"approval of {name}" if what == "approval" else f"an answer to {name}"
    answered = {answer.call_id for answer in answers_in(tree.codec, node.content.records)}
    return "its agent to go on" if calls and calls[-1].call_id in answered else "a person"
