"""Which nodes are versions of each other, and which of them lie on a chosen path."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter

from aitransport_notebook.codec.contract import CodecMessage
from aitransport_notebook.tree.nodes import InputNode, Node, RunNode
from aitransport_notebook.tree.structure import Structure

_PLACE = attrgetter("place")
Messages = Callable[[Node], Sequence[CodecMessage]]


class Branches:
    """Reads a structure: groups of siblings, and the path that a choice among them makes."""

    def __init__(self, structure: Structure) -> None:
        self._structure = structure
        self._groups: dict[str, list[Node]] = {}
        self._of_version = structure.version

    def siblings(self, key: str) -> list[Node]:
        """Return the versions of a node, oldest first: edits of an input, answers to one."""
        if self._of_version != self._structure.version:
            self._groups.clear()
            self._of_version = self._structure.version
        group = self._groups.get(key)
        if group is None:
            group = self._find_group(key)
            for node in group:
                self._groups[node.key] = group
            self._groups[key] = group
        return group

    def has_versions(self, node: Node) -> bool:
        """Tell whether there is more than one version of a node; most follow theirs alone."""
        alone = len(self._structure.children[node.parent]) == 1
        return not alone and len(self.siblings(node.key)) > 1

    def root(self, key: str) -> str:
        """Return the key by which a group is known, whatever member is asked for."""
        node = self._structure.nodes.get(key)
        if isinstance(node, InputNode):
            return self._first_version(node).key
        group = self.siblings(key)
        return group[0].key if group else key

    def runs_for(self, message_id: str) -> list[RunNode]:
        """Return the Runs that follow a message, oldest first."""
        structure = self._structure
        runs = (structure.run(key) for key in structure.replies.get(message_id, ()))
        found = [run for run in runs if run is not None and run.key not in structure.superseded]
        return sorted(found, key=_PLACE)

    def regenerators(self, target: str, before: str) -> list[RunNode]:
        """Return the Runs that replace a message which is not the first of its Run."""
        return [run for run in self.runs_for(before) if run.regenerates == target]

    def path(self, chosen: Mapping[str, str]) -> list[Node]:
        """Return the nodes on the path that the choices make, newest versions where none is."""
        return Path(self, chosen).extend()

    def is_hidden(self, node: Node) -> bool:
        return node.key in self._structure.superseded

    def parent_of(self, node: Node) -> str | None:
        """Return the key of the node that it follows; None also where that one is not here."""
        if node.parent is None:
            return None
        structure = self._structure
        owner = structure.owner(node.parent)
        if node.parent in structure.absent and owner is not None and owner.parent == node.parent:
            # It follows what is not here just as the Run does that stands for that.
            return None
        return structure.owners.get(node.parent)

    @property
    def nodes(self) -> list[Node]:
        return self._structure.sorted

    def _find_group(self, key: str) -> list[Node]:
        node = self._structure.nodes.get(key)
        if node is None:
            return []
        first = self._first_version(node) if isinstance(node, InputNode) else node
        nodes = self._structure.nodes
        candidates = (nodes.get(key) for key in self._structure.children.get(first.parent, ()))
        group = [
            candidate
            for candidate in candidates
            if candidate is not None
            and not self.is_hidden(candidate)
            and self._is_version_of(candidate, first)
        ]
        return sorted(group, key=_PLACE)

    def _is_version_of(self, node: Node, first: Node) -> bool:
        if node.is_run != first.is_run or node.parent != first.parent:
            return False
        return node.is_run or first.key in self._edited(node)

    def _edited(self, node: Node) -> set[str]:
        """Return the keys that a chain of edits leads back through, its own among them."""
        keys = {node.key}
        while isinstance(node, InputNode) and node.fork_of is not None:
            if node.fork_of in keys:
                break
            keys.add(node.fork_of)
            target = self._structure.nodes.get(node.fork_of)
            if target is None:
                break
            node = target
        return keys

    def _first_version(self, node: InputNode) -> InputNode:
        seen = {node.key}
        while node.fork_of is not None and node.fork_of not in seen:
            target = self._structure.nodes.get(node.fork_of)
            if not isinstance(target, InputNode) or target.parent != node.parent:
                break
            node = target
            seen.add(node.key)
        return node


class Path:
    """A path as it grows. What it passed it does not look at again."""

    def __init__(self, branches: Branches, chosen: Mapping[str, str]) -> None:
        self._branches = branches
        self._chosen = chosen
        self._picked: dict[str, str] = {}
        self._passed = 0
        self.nodes: list[Node] = []
        self.position: dict[str, int] = {}
        # Whether a node follows one that is gone from the channel, or has not been loaded.
        self.cut = False

    def extend(self) -> list[Node]:
        """Take in the nodes that are new since the last time."""
        nodes = self._branches.nodes
        for node in nodes[self._passed :]:
            if self._is_on(node):
                self.position[node.key] = len(self.nodes)
                self.nodes.append(node)
        self._passed = len(nodes)
        return self.nodes

    def can_extend(self) -> bool:
        """Tell whether all that is new is without a version that was passed."""
        return not any(self._branches.has_versions(node) for node in self._new())

    def _new(self) -> list[Node]:
        return self._branches.nodes[self._passed :]

    def _is_on(self, node: Node) -> bool:
        branches = self._branches
        if branches.is_hidden(node):
            return False
        parent = branches.parent_of(node)
        if parent is not None and parent not in self.position:
            return False
        if branches.has_versions(node):
            root = branches.root(node.key)
            if root not in self._picked:
                group = branches.siblings(node.key)
                wanted = self._chosen.get(root)
                known = any(member.key == wanted for member in group)
                self._picked[root] = wanted if known and wanted is not None else group[-1].key
            if self._picked[root] != node.key:
                return False
        begun = not isinstance(node, RunNode) or node.started
        self.cut = self.cut or not begun or (node.parent is not None and parent is None)
        return True
