"""The shape of the tree: records taken in the order of their serials become nodes and links.

Whoever has records out of that order makes a new structure of them all: it is a fold, and knows
no way back.
"""

from __future__ import annotations

from bisect import insort
from operator import attrgetter
from typing import Any

from aitransport_notebook.codec.contract import Codec
from aitransport_notebook.codec.decoding import says_anything
from aitransport_notebook.tree.nodes import (
    ACTIVE,
    ERROR,
    SUSPENDED,
    InputNode,
    Node,
    RunError,
    RunNode,
)
from aitransport_notebook.wire import names as wire
from aitransport_notebook.wire.record import Record

_PLACE = attrgetter("place")
# Keeps the order in which keys came, as a set does not.
Keys = dict[str, None]


class Structure:
    """Nodes, and how they hang together. `epoch` changes when more than a last node is new."""

    def __init__(self, codec: Codec[Any]) -> None:
        self._codec = codec
        self.nodes: dict[str, Node] = {}
        # In the order of their places.
        self.sorted: list[Node] = []
        # Which node has a message, by the message's id.
        self.owners: dict[str, str] = {}
        # Messages that are not here, for which the Runs stand that they asked for.
        self.absent: set[str] = set()
        self.children: dict[str | None, Keys] = {}
        self.replies: dict[str, Keys] = {}
        # Runs that a fork has answered for: nothing will come of them.
        self.superseded: set[str] = set()
        self.regenerated = False
        self.version = 0
        self.epoch = 0
        self._order = 0

    def owner(self, message_id: str) -> Node | None:
        key = self.owners.get(message_id)
        return None if key is None else self.nodes.get(key)

    def run(self, run_id: str | None) -> RunNode | None:
        node = self.nodes.get(run_id) if run_id is not None else None
        return node if isinstance(node, RunNode) else None

    def apply(self, record: Record) -> Node | None:
        """Take the next record in; returns the node that it concerns."""
        name = record.name
        if name in wire.RUN_LIFECYCLE:
            return self._turn(name, record) if record.run_id else None
        if name in wire.STEP_LIFECYCLE:
            return self._step(record)
        return self._content(record)

    # What is said.

    def _content(self, record: Record) -> Node | None:
        run_id, id = record.run_id, record.message_id
        if run_id is not None and run_id in self.nodes:
            return self._output(run_id, record)
        if not says_anything(self._codec, record, at_first=run_id is not None):
            return None
        if run_id is not None:
            return self._output(run_id, record)
        if id is None or record.name != wire.AI_INPUT:
            return None
        if record.transport.get(wire.ROLE) == "user":
            return self._input(id, record)
        return self._fork(id, record)

    def _input(self, id: str, record: Record) -> Node:
        node = self.nodes.get(id)
        if node is None:
            headers = record.transport
            parent, fork_of = headers.get(wire.PARENT), headers.get(wire.FORK_OF)
            node = InputNode(id, parent, record.serial, self._next(), fork_of)
            self._insert(node)
            self._own(id, id)
        elif not node.is_run and record.serial and not node.serial:
            self._promote(node, record.serial)
        node.content.add(record)
        return node

    def _fork(self, id: str, record: Record) -> Node:
        """A user's answer to a tool, as the beginning of another Run in the place of one."""
        superseded = record.transport.get(wire.SUPERSEDES)
        if superseded is not None and superseded not in self.superseded:
            self.superseded.add(superseded)
            self._changed()
        known = self.owner(id)
        return self._output(known.key if known is not None and known.is_run else id, record)

    def _output(self, run_id: str, record: Record) -> Node:
        headers = record.transport
        self._link_fork(headers.get(wire.INPUT_MESSAGE_ID), run_id)
        node = self.nodes.get(run_id)
        if node is None and record.message_id is not None:
            unsent = self.owner(record.message_id)
            node = unsent if unsent is not None and unsent.is_run and not unsent.serial else None
        if node is None:
            node = self._insert_run(run_id, record)
        elif record.serial and node.is_run and not node.serial:
            self._promote(node, record.serial)
        if record.message_id:
            self._own(record.message_id, node.key)
        if isinstance(node, RunNode):
            node.steps.note_output(headers)
        node.content.add(record)
        return node

    # How Runs go.

    def _turn(self, name: str, record: Record) -> Node | None:
        run_id = record.run_id or ""
        if name == wire.RUN_START:
            return self._start(run_id, record)
        run = self.run(run_id)
        if run is None:
            return None
        invocation = record.transport.get(wire.INVOCATION_ID, "")
        if name == wire.RUN_RESUME:
            run.last_resumed_by = invocation or run.last_resumed_by
            if run.status == SUSPENDED:
                run.status = ACTIVE
        elif name == wire.RUN_SUSPEND:
            # One that a later invocation has taken over has nothing to suspend any more.
            if invocation and run.last_resumed_by not in (None, invocation):
                return run
            run.status, run.error, run.end_serial = SUSPENDED, None, record.serial
        else:
            run.status = record.transport.get(wire.RUN_REASON, "complete")
            run.error = RunError.read(record.transport) if run.status == ERROR else None
            run.end_serial = record.serial
        return run

    def _start(self, run_id: str, record: Record) -> Node | None:
        trigger = record.transport.get(wire.INPUT_MESSAGE_ID)
        known = self.nodes.get(run_id)
        if known is None:
            run = self._adopt_fork(trigger, run_id)
            if run is not None:
                self._fill(run, record)
            else:
                run = self._insert_run(run_id, record)
                self._link_fork(trigger, run_id)
            run.started = True
            return run
        if not isinstance(known, RunNode):
            return None
        self._link_fork(trigger, run_id)
        if known.status == SUSPENDED:
            known.status = ACTIVE
        self._fill(known, record)
        known.started = True
        return known

    def _fill(self, run: RunNode, record: Record) -> None:
        """Take from a Run's start what its earlier messages did not tell."""
        headers = record.transport
        if record.serial and not run.serial:
            self._promote(run, record.serial)
        parent = headers.get(wire.PARENT)
        if run.parent is None and parent is not None:
            self._drop(self.children, None, run.key)
            run.parent = parent
            self.children.setdefault(parent, {})[run.key] = None
            self.replies.setdefault(parent, {})[run.key] = None
            self._changed()
        fork_of = self._fork_target(record)
        if run.fork_of is None and fork_of != run.key:
            run.fork_of = fork_of
        regenerates = headers.get(wire.REGENERATES)
        if run.regenerates is None and regenerates is not None:
            run.regenerates = regenerates
            self.regenerated = True
            self._changed()
        run.invocation_id = run.invocation_id or headers.get(wire.INVOCATION_ID, "")

    def _step(self, record: Record) -> Node | None:
        run_id, step_id = record.run_id, record.transport.get(wire.STEP_ID)
        if not run_id or not step_id:
            return None
        headers = record.transport
        if record.name == wire.STEP_START:
            if run_id not in self.nodes:
                self._insert(RunNode(run_id, None, "", self._next()))
            run = self.run(run_id)
            client_id = headers.get(wire.STEP_CLIENT_ID, "")
            if run is not None and run.steps.start(step_id, record.serial, client_id):
                run.content.spoil()
            return run
        run, attempt = self.run(run_id), headers.get(wire.STEP_START_SERIAL)
        if run is not None and attempt:
            run.steps.end(step_id, attempt, headers.get(wire.STEP_REASON, "complete"))
        return run

    # Forks that a user began before the agent named their Run.

    def _link_fork(self, message_id: str | None, run_id: str) -> None:
        if message_id is None or message_id == run_id:
            return
        if self._adopt_fork(message_id, run_id) is None and message_id not in self.owners:
            self._own(message_id, run_id)
            self.absent.add(message_id)

    def _adopt_fork(self, message_id: str | None, run_id: str) -> RunNode | None:
        """Give a fork that goes by its message's id the id that its agent chose."""
        if message_id is None or message_id == run_id or run_id in self.nodes:
            return None
        fork = self.run(message_id)
        if fork is None:
            return None
        del self.nodes[message_id]
        self.nodes[run_id] = fork
        fork.key = run_id
        self._drop(self.children, fork.parent, message_id)
        self.children.setdefault(fork.parent, {})[run_id] = None
        if fork.parent is not None:
            self._drop(self.replies, fork.parent, message_id)
            self.replies.setdefault(fork.parent, {})[run_id] = None
        self._own(message_id, run_id)
        self._changed()
        return fork

    # Nodes and their places.

    def _insert_run(self, run_id: str, record: Record) -> RunNode:
        headers = record.transport
        run = RunNode(run_id, headers.get(wire.PARENT), record.serial, self._next())
        run.fork_of = self._fork_target(record)
        run.regenerates = headers.get(wire.REGENERATES)
        run.client_id = headers.get(wire.RUN_CLIENT_ID, "")
        run.invocation_id = headers.get(wire.INVOCATION_ID, "")
        if run.regenerates is not None and not self.regenerated:
            # Whoever has laid out messages did not look for such Runs.
            self.regenerated = True
            self.epoch += 1
        self._insert(run)
        if run.parent is not None:
            self.replies.setdefault(run.parent, {})[run_id] = None
        return run

    def _fork_target(self, record: Record) -> str | None:
        fork_of = record.transport.get(wire.FORK_OF)
        return self.owners.get(fork_of) if fork_of else None

    def _insert(self, node: Node) -> None:
        self.nodes[node.key] = node
        self.children.setdefault(node.parent, {})[node.key] = None
        self.version += 1
        if not self.sorted or self.sorted[-1].place < node.place:
            self.sorted.append(node)
        else:
            insort(self.sorted, node, key=_PLACE)
            self.epoch += 1

    def _promote(self, node: Node, serial: str) -> None:
        self.sorted.remove(node)
        node.serial = serial
        insort(self.sorted, node, key=_PLACE)
        self._changed()

    def _own(self, message_id: str, key: str) -> None:
        self.absent.discard(message_id)
        if self.owners.get(message_id) != key:
            self.owners[message_id] = key
            if message_id in self.children:
                self._changed()

    def _changed(self) -> None:
        self.version += 1
        self.epoch += 1

    def _next(self) -> int:
        self._order += 1
        return self._order

    @staticmethod
    def _drop(index: dict[Any, Keys], parent: str | None, key: str) -> None:
        known = index.get(parent)
        if known is not None:
            known.pop(key, None)
