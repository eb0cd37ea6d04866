"""A path's messages in one list, kept in step with as little work as the change needs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from aitransport_notebook.codec.contract import CodecMessage
from aitransport_notebook.tree.branches import Messages
from aitransport_notebook.tree.nodes import Node, RunNode

# The Runs that replace a message (its id, the id before it, its Run), and the key that is chosen.
Later = Callable[[str, str, RunNode], tuple[list[RunNode], str]]


class Flat:
    """The messages of a path's nodes, in their order."""

    def __init__(self, messages_of: Messages) -> None:
        self._messages_of = messages_of
        self.messages: list[CodecMessage] = []
        # Where each node's messages begin, and what they were when they were put there.
        self._starts: list[int] = []
        self._states: list[tuple[int, int]] = []
        self._later: Later | None = None

    def anew(self, nodes: Sequence[Node], regenerated: bool, later: Later) -> None:
        """Lay out a path from its beginning."""
        self._later = later if regenerated else None
        self._lay(nodes, 0)

    def extend(self, nodes: Sequence[Node]) -> None:
        """Lay out what the path has grown by."""
        if self._later is not None:
            self._lay(nodes, 0)
        elif len(nodes) > len(self._starts):
            self._lay(nodes, len(self._starts))

    def renew(self, nodes: Sequence[Node], positions: Iterable[int]) -> None:
        """Lay out again from the first of these nodes whose messages are others than before."""
        changed = [at for at in positions if self._state(nodes[at]) != self._states[at]]
        if changed:
            self._lay(nodes, 0 if self._later is not None else min(changed))

    def _lay(self, nodes: Sequence[Node], begin: int) -> None:
        if begin < len(self._starts):
            del self.messages[self._starts[begin] :]
            del self._starts[begin:]
            del self._states[begin:]
        replaced = self._replacing(nodes) if self._later is not None else ()
        for node in nodes[begin:]:
            self._starts.append(len(self.messages))
            if node.key not in replaced:
                self._put(node)
            self._states.append(self._state(node))

    def _state(self, node: Node) -> tuple[int, int]:
        count = len(self._messages_of(node))
        return node.content.version, count

    def _put(self, node: Node, around: tuple[str, ...] = ()) -> None:
        """Put a node's messages; `around` are the Runs in the place of whose message it stands."""
        own, passed = self._messages_of(node), (*around, node.key)
        if self._later is None or not isinstance(node, RunNode):
            self.messages.extend(own)
            return
        for index, message in enumerate(own):
            if index > 0:
                before = own[index - 1].codec_message_id
                runs, chosen = self._later(message.codec_message_id, before, node)
                other = next((run for run in runs if run.key == chosen), None)
                if other is not None and other.key not in passed:
                    self._put(other, passed)
                    return
            self.messages.append(message)

    def _replacing(self, nodes: Sequence[Node]) -> set[str]:
        """Return the Runs that stand in the place of another's message, and nowhere else."""
        keys: set[str] = set()
        for node in nodes:
            if self._later is None or not isinstance(node, RunNode):
                continue
            own = self._messages_of(node)
            for index in range(1, len(own)):
                target, before = own[index].codec_message_id, own[index - 1].codec_message_id
                keys.update(run.key for run in self._later(target, before, node)[0])
        return keys
