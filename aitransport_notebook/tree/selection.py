"""Which version one reader sees where there are several, and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import Enum, auto
from typing import NamedTuple

from aitransport_notebook.tree.branches import Branches, Messages
from aitransport_notebook.tree.nodes import InputNode, Node, RunNode
from aitransport_notebook.tree.structure import Structure


class Reason(Enum):
    """Why a version was chosen."""

    READER = auto()
    # The reader's own edit or regenerate, which follows what comes of it.
    OWN = auto()
    # What was on view when somebody else made another version.
    PINNED = auto()


class Kind(Enum):
    """What a group's members are versions of."""

    EDITS = auto()
    ANSWERS = auto()
    # Of a message that is not the first of its Run.
    LATER_MESSAGES = auto()


class Member(NamedTuple):
    """One version: its node, and the message that stands for it."""

    key: str
    message_id: str


class Group(NamedTuple):
    """The versions at one place, oldest first, under the key that a choice is kept by."""

    kind: Kind
    root: str
    members: list[Member]


class _Choice(NamedTuple):
    reason: Reason
    # None while it waits for a version to come.
    key: str | None


class Selection:
    """A reader's choices. Where there is none, the newest version is on view."""

    def __init__(self, structure: Structure, branches: Branches, messages: Messages) -> None:
        self._structure = structure
        self._branches = branches
        self._messages = messages
        self._choices: dict[Kind, dict[str, _Choice]] = {kind: {} for kind in Kind}

    def rebase(self, structure: Structure, branches: Branches) -> None:
        """Keep the choices for a structure that was made anew, and may have older versions."""
        self._structure, self._branches = structure, branches
        for kind in (Kind.EDITS, Kind.ANSWERS):
            self._choices[kind] = {
                branches.root(choice.key or root): choice
                for root, choice in self._choices[kind].items()
            }

    @property
    def chosen(self) -> dict[str, str]:
        """Return the chosen node of each group that a path can tell apart."""
        kinds = (self._choices[Kind.EDITS], self._choices[Kind.ANSWERS])
        return {
            root: choice.key
            for choices in kinds
            for root, choice in choices.items()
            if choice.key is not None
        }

    def choose(self, group: Group, index: int) -> None:
        member = group.members[max(0, min(index, len(group.members) - 1))]
        self._choices[group.kind][group.root] = _Choice(Reason.READER, member.key)

    def follow_edit(self, key: str) -> None:
        """Show the reader's own edit."""
        root = self._branches.root(key)
        self._choices[Kind.EDITS][root] = _Choice(Reason.OWN, key)

    def follow_regenerate(self, message_id: str) -> None:
        """Show what will come in the place of a message, once it is there."""
        run = self._structure.owner(message_id)
        if not isinstance(run, RunNode):
            return
        messages = self._messages(run)
        if messages and messages[0].codec_message_id == message_id:
            kind, root = Kind.ANSWERS, self._branches.root(run.key)
        else:
            kind, root = Kind.LATER_MESSAGES, message_id
        self._choices[kind][root] = _Choice(Reason.OWN, None)
        self._roll_on()

    def reconcile(self, on_view: Sequence[Node]) -> None:
        """Adapt to what has come: stay on an edited input's version, go on to a new answer."""
        edits = self._choices[Kind.EDITS]
        # Until what they are versions of is here all are on view, and only the newest is to stay.
        for node in reversed(on_view):
            if not isinstance(node, InputNode) or len(self._branches.siblings(node.key)) <= 1:
                continue
            edits.setdefault(self._branches.root(node.key), _Choice(Reason.PINNED, node.key))
        self._roll_on()

    def _roll_on(self) -> None:
        answers = self._choices[Kind.ANSWERS]
        for root, choice in answers.items():
            group = self._branches.siblings(root)
            if choice.reason is Reason.OWN and len(group) > 1:
                answers[root] = _Choice(Reason.OWN, group[-1].key)
        later = self._choices[Kind.LATER_MESSAGES]
        for target, choice in later.items():
            runs = self._regenerators_of(target)
            if choice.reason is Reason.OWN and runs:
                later[target] = _Choice(Reason.OWN, runs[-1].key)

    def later_member(self, target: str, owner: str, runs: Sequence[RunNode]) -> str:
        """Return the key of the chosen version of a message that is not the first of its Run."""
        choice = self._choices[Kind.LATER_MESSAGES].get(target)
        if choice is not None and choice.key in [owner, *(run.key for run in runs)]:
            return choice.key or owner
        return runs[-1].key if runs else owner

    def index_in(self, group: Group) -> int:
        choice = self._choices[group.kind].get(group.root)
        keys = [member.key for member in group.members]
        if choice is not None and choice.key in keys:
            return keys.index(choice.key)
        return len(keys) - 1

    def group_at(self, message_id: str) -> Group | None:
        """Return the versions at the place of a message, if it marks one."""
        node = self._structure.owner(message_id)
        if isinstance(node, InputNode):
            return self._whole(Kind.EDITS, node)
        if not isinstance(node, RunNode):
            return None
        messages = [id for id, _ in self._messages(node)]
        group = self._later_group(node, messages, message_id)
        if group is not None:
            return group
        return self._whole(Kind.ANSWERS, node) if messages[:1] == [message_id] else None

    def _whole(self, kind: Kind, node: Node) -> Group | None:
        siblings = self._branches.siblings(node.key)
        if len(siblings) <= 1:
            return None
        return Group(kind, self._branches.root(node.key), self._heads(siblings))

    def _later_group(self, run: RunNode, messages: list[str], message_id: str) -> Group | None:
        target, owner = message_id, run
        if messages[:1] == [message_id]:
            known = self._structure.owner(run.regenerates or "")
            if run.regenerates is None or not isinstance(known, RunNode):
                return None
            target, owner = run.regenerates, known
        runs = self._regenerators_of(target)
        if not runs:
            return None
        members = [Member(owner.key, target), *self._heads(runs)]
        return Group(Kind.LATER_MESSAGES, target, members)

    def _regenerators_of(self, target: str) -> list[RunNode]:
        owner = self._structure.owner(target)
        if not isinstance(owner, RunNode):
            return []
        ids = [id for id, _ in self._messages(owner)]
        place = ids.index(target) if target in ids else 0
        return self._branches.regenerators(target, ids[place - 1]) if place > 0 else []

    def _heads(self, nodes: Iterable[Node]) -> list[Member]:
        heads = ((node, self._messages(node)) for node in nodes)
        return [Member(node.key, said[0].codec_message_id) for node, said in heads if said]
