"""What one reader sees: the messages on one path through the tree, and its branches."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from aitransport_notebook.codec.contract import CodecMessage
from aitransport_notebook.errors import error_for
from aitransport_notebook.tree.branches import Branches, Path
from aitransport_notebook.tree.emitter import Emitter, Handler
from aitransport_notebook.tree.events import Update
from aitransport_notebook.tree.flat import Flat
from aitransport_notebook.tree.nodes import InputNode, Node, RunInfo, RunNode
from aitransport_notebook.tree.selection import Group, Selection
from aitransport_notebook.tree.structure import Structure


class Source(Protocol):
    """What a view reads: a tree."""

    @property
    def structure(self) -> Structure: ...
    @property
    def branches(self) -> Branches: ...
    def messages_of(self, node: Node) -> Sequence[CodecMessage]: ...


class Branch:
    """The versions at the place of a message, and the one that is on view."""

    def __init__(self, view: View, group: Group | None, siblings: list[Any], index: int) -> None:
        self._view = view
        self._group = group
        # The messages themselves, oldest first.
        self.siblings = siblings
        self.index = index

    @property
    def has_siblings(self) -> bool:
        return len(self.siblings) > 1

    @property
    def selected(self) -> Any:
        return self.siblings[self.index] if self.siblings else None

    def select(self, index: int) -> None:
        """Show another version, and what follows it; the first or the last for one beyond."""
        _refuse_unless_number(index)
        if self._group is not None:
            self._view.choose(self._group, index)


class View:
    """One path through the tree. `messages` is live: copy it to keep it."""

    def __init__(self, tree: Source) -> None:
        self._tree = tree
        self._structure = tree.structure
        self._branches = tree.branches
        self._selection = Selection(self._structure, self._branches, tree.messages_of)
        self._path = Path(self._branches, {})
        self._flat = Flat(tree.messages_of)
        self._version = self._epoch = -1
        self._touched: set[Node] = set()
        self._emitter = Emitter("update")

    @property
    def messages(self) -> Sequence[CodecMessage]:
        """The messages on the path, oldest first."""
        self._refresh()
        return self._flat.messages

    @property
    def nodes(self) -> Sequence[Node]:
        """The nodes on the path, oldest first."""
        self._refresh()
        return self._path.nodes

    @property
    def runs(self) -> list[RunInfo]:
        """The Runs on the path, oldest first."""
        return [RunInfo.of(node) for node in self.nodes if isinstance(node, RunNode)]

    def place_of(self, key: str) -> int | None:
        """Return where on the path a node stands; None if it does not."""
        self._refresh()
        return self._path.position.get(key)

    @property
    def beginning_missing(self) -> bool:
        """Whether something here follows what is gone from the channel, or was not loaded."""
        self._refresh()
        return self._path.cut

    def run(self, run_id: str) -> RunInfo | None:
        """Return a Run by its id, also one that is not on the path."""
        run = self._tree.structure.run(run_id)
        return RunInfo.of(run) if run is not None else None

    def run_for(self, message_id: str) -> RunInfo | None:
        """Return the Run of a message: the one that it is from, or the one that answers it."""
        node = self._tree.structure.owner(message_id)
        if isinstance(node, InputNode):
            node = self._answer_to(node.key)
        return RunInfo.of(node) if isinstance(node, RunNode) else None

    def branch_at(self, message_id: str) -> Branch:
        """Return the versions at the place of a message; one alone where there are no others."""
        self._refresh()
        group = self._selection.group_at(message_id)
        if group is not None:
            found = [self._message(member.message_id) for member in group.members]
            siblings = [message.message for message in found if message is not None]
            if siblings:
                index = min(self._selection.index_in(group), len(siblings) - 1)
                return Branch(self, group, siblings, index)
        alone = self._message(message_id)
        return Branch(self, None, [] if alone is None else [alone.message], 0)

    def choose(self, group: Group, index: int) -> None:
        """Show a member of a group."""
        self._selection.choose(group, index)
        self._show()

    def follow_edit(self, message_id: str) -> None:
        """Show one's own edit."""
        self._refresh()
        self._selection.follow_edit(message_id)
        self._show()

    def follow_regenerate(self, message_id: str) -> None:
        """Show what comes in the place of a message, once it is there."""
        self._refresh()
        self._selection.follow_regenerate(message_id)
        self._show()

    def on(self, event: str, handler: Handler) -> Callable[[], None]:
        """Hear "update" with an `Update` when what is on view changes; returns what ends it."""
        return self._emitter.on(event, handler)

    def catch_up(self) -> None:
        """Note what is on view, before another version comes that it is to stay in spite of."""
        self._refresh()

    def touch(self, node: Node | None, message_id: str | None) -> None:
        """Note that a node may have changed, and which message of it; None is any."""
        if node is not None:
            self._touched.add(node)
        if self._emitter.wanted("update"):
            self._refresh()
            if node is None or node.key in self._path.position:
                self._emitter.emit("update", Update(message_id))

    def _show(self) -> None:
        """Show what was chosen, and tell of it."""
        self._rewalk()
        self._emitter.emit("update", Update(None))

    def _message(self, message_id: str) -> CodecMessage | None:
        node = self._tree.structure.owner(message_id)
        messages = self._tree.messages_of(node) if node is not None else ()
        return next((m for m in messages if m.codec_message_id == message_id), None)

    def _answer_to(self, message_id: str) -> RunNode | None:
        runs = self._branches.runs_for(message_id)
        chosen = self._selection.chosen
        wanted = chosen.get(self._branches.root(runs[0].key)) if len(runs) > 1 else None
        newest = runs[-1] if runs else None
        return next((run for run in runs if run.key == wanted), newest)

    def _refresh(self) -> None:
        """Catch up with the tree."""
        structure = self._tree.structure
        if structure is not self._structure:
            self._structure, self._branches = structure, self._tree.branches
            self._selection.rebase(structure, self._branches)
            self._selection.reconcile(self._path.nodes)
            self._rewalk()
        elif structure.version != self._version:
            if structure.epoch == self._epoch and self._path.can_extend():
                self._path.extend()
                self._flat.extend(self._path.nodes)
                self._version = structure.version
            else:
                self._selection.reconcile(self._path.nodes)
                self._rewalk()
        if self._touched:
            positions = [self._path.position.get(node.key) for node in self._touched]
            self._touched.clear()
            self._flat.renew(self._path.nodes, [at for at in positions if at is not None])

    def _rewalk(self) -> None:
        self._path = Path(self._branches, self._selection.chosen)
        self._path.extend()
        self._flat.anew(self._path.nodes, self._structure.regenerated, self._later)
        self._version, self._epoch = self._structure.version, self._structure.epoch
        self._touched.clear()

    def _later(self, target: str, before: str, owner: RunNode) -> tuple[list[RunNode], str]:
        runs = self._branches.regenerators(target, before)
        return runs, self._selection.later_member(target, owner.key, runs) if runs else owner.key


def _refuse_unless_number(index: object) -> None:
    if not isinstance(index, int):
        raise error_for(
            40003,
            f"{index!r:.80} is not the place of a version",
            hint="Give its index among the siblings, from 0.",
        )
