"""The tree: deliveries in, nodes and views out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any
from weakref import ref

from aitransport_notebook.codec.contract import Codec, CodecMessage
from aitransport_notebook.codec.decoding import outputs_of
from aitransport_notebook.codec.fields import Event
from aitransport_notebook.tree.branches import Branches
from aitransport_notebook.tree.content import Problem
from aitransport_notebook.tree.emitter import Emitter, Handler
from aitransport_notebook.tree.events import OutputEvent, RunEvent
from aitransport_notebook.tree.log import Log
from aitransport_notebook.tree.nodes import Node, RunNode
from aitransport_notebook.tree.structure import Structure
from aitransport_notebook.tree.view import View
from aitransport_notebook.wire import names as wire
from aitransport_notebook.wire.inbound import Inbound, deliveries_in
from aitransport_notebook.wire.record import Change, Record

Wire = Mapping[str, Any] | Inbound
_SERIAL = attrgetter("serial")
_VERSION = attrgetter("version")


class Tree:
    """A conversation folded from the channel's messages: the same, whatever way they came.

    `apply` takes messages as they are delivered, `load` many at once, as history or a file has
    them. What is delivered in the order of the channel is folded as it comes; anything else has
    the shape made anew, when it is next asked for.
    """

    def __init__(self, codec: Codec[Any]) -> None:
        self.codec = codec
        self._log = Log()
        self._structure = Structure(codec)
        self._branches = Branches(self._structure)
        self._stale = False
        self._proposed: dict[str, list[Record]] = {}
        self._emitter = Emitter("update", "run", "output", "message")
        self._views: list[ref[View]] = []

    # Reading.

    def view(self) -> View:
        """Return a new view; each has its own choice of branches."""
        view = View(self)
        self._views.append(ref(view, self._views.remove))
        return view

    @property
    def nodes(self) -> Sequence[Node]:
        """All nodes, in the order of the channel."""
        return self.structure.sorted

    def node(self, key: str) -> Node | None:
        return self.structure.nodes.get(key)

    def run(self, run_id: str) -> RunNode | None:
        return self.structure.run(run_id)

    def node_of(self, message_id: str) -> Node | None:
        """Return the node that a message belongs to."""
        return self.structure.owner(message_id)

    def siblings(self, key: str) -> list[Node]:
        return self.branches.siblings(key)

    def messages_of(self, node: Node) -> Sequence[CodecMessage]:
        return node.content.messages(self.codec, node.counts)

    def said_by(self, node: Node) -> list[Event]:
        """Return what the records of a Run say, as far as it counts."""
        seen: set[str] = set()
        said = ((outputs_of(self.codec, r, seen), node.counts(r)) for r in node.content.records)
        return [event for events, counts in said if counts for event in events]

    def find_event(self, event_id: str) -> Record | None:
        """Return the message that carried an event id."""
        return self._log.find_event(event_id)

    def record(self, serial: str) -> Record | None:
        """Return the message that stands at a place of the channel."""
        return self._log.get(serial)

    @property
    def problems(self) -> list[Problem]:
        """What could not be folded; the rest is as if it were not there."""
        for node in self.nodes:
            self.messages_of(node)
        return [problem for node in self.nodes for problem in node.content.problems]

    @property
    def records(self) -> Sequence[Record]:
        """All messages of the channel that are known, each as it stands."""
        return self._log.records

    def on(self, event: str, handler: Handler) -> Callable[[], None]:
        """Hear of changes: "update", "run", "output" or "message"; returns what ends it."""
        return self._emitter.on(event, handler)

    # Writing.

    def apply(self, delivery: Wire) -> None:
        """Take in one message as it was delivered."""
        inbound = delivery if isinstance(delivery, Inbound) else Inbound(delivery)
        record, change = self._log.merge(inbound)
        if record is None:
            self._announce_passing(inbound)
        elif change is None:
            self._take_new(record)
        elif change is Change.GREW:
            self._take_growth(record, inbound)
        elif change is not Change.NOTHING:
            self._take_other(record, change)
        if self._emitter.wanted("message"):
            self._emitter.emit("message", inbound)

    def load(self, deliveries: Iterable[Wire]) -> None:
        """Take in many messages, in any order, and tell of them once."""
        inbounds = sorted(deliveries_in(deliveries), key=_VERSION)
        # Those of one message stay in the order of their versions.
        inbounds.sort(key=_SERIAL)
        changed = False
        for inbound in inbounds:
            record, change = self._log.merge(inbound)
            changed = changed or change is not Change.NOTHING
            if change is None and record is not None and self._proposed:
                self._proposed.pop(_subject(record), None)
        if changed:
            self._stale = True
            self._touch(None)
            self._emitter.emit("update")

    def propose(self, messages: Iterable[Wire]) -> None:
        """Show messages that are about to be published, until the channel shows them."""
        for message in messages:
            record = Record(message if isinstance(message, Inbound) else Inbound(message))
            self._fix_views(record)
            self._proposed.setdefault(_subject(record), []).append(record)
            if not self._stale:
                self._touch(self._structure.apply(record))
        self._emitter.emit("update")

    def withdraw(self, subject: str) -> None:
        """Take back what was proposed for a message or a Run, as it was not published."""
        if self._proposed.pop(subject, None) is not None:
            self._stale = True
            self._touch(None)
            self._emitter.emit("update")

    @property
    def structure(self) -> Structure:
        if self._stale:
            self._rebuild()
        return self._structure

    @property
    def branches(self) -> Branches:
        if self._stale:
            self._rebuild()
        return self._branches

    def _rebuild(self) -> None:
        self._stale = False
        before, self._structure = self._structure, Structure(self.codec)
        self._branches = Branches(self._structure)
        for record in self._log.records:
            self._structure.apply(record)
        for proposed in self._proposed.values():
            for record in proposed:
                self._structure.apply(record)
        for key, node in self._structure.nodes.items():
            known = before.nodes.get(key)
            if known is not None:
                node.content.reuse(known.content, node.counts)

    def _take_new(self, record: Record) -> None:
        self._fix_views(record)
        self._proposed.pop(_subject(record), None)
        version = self._structure.version
        node: Node | None = None
        if self._stale or not self._log.is_last(record):
            self._stale = True
            self._touch(None)
        else:
            node = self._structure.apply(record)
            self._touch(node, record.message_id)
        if record.name in wire.RUN_LIFECYCLE:
            if record.run_id:
                self._emitter.emit("run", RunEvent.of(record))
        elif self._emitter.wanted("output"):
            self._announce(record, node, self._events_of(record, node))
        if self._stale or self._structure.version != version:
            self._emitter.emit("update")

    def _take_growth(self, record: Record, inbound: Inbound) -> None:
        node = None if self._stale else self._home(record)
        if node is None:
            return
        added = inbound.data if isinstance(inbound.data, str) else ""
        events = node.content.grow(self.codec, record, added, node.counts(record))
        self._touch(node, record.message_id)
        if events and self._emitter.wanted("output"):
            self._announce(record, node, events)

    def _take_other(self, record: Record, change: Change) -> None:
        node = None if self._stale else self._home(record)
        if change is Change.MOVED or node is None:
            self._stale = True
            self._touch(None)
            self._emitter.emit("update")
            return
        node.content.spoil()
        self._touch(node, record.message_id)
        self._announce(record, node, [])

    def _events_of(self, record: Record, node: Node | None) -> list[Event]:
        node = node or self._home(record)
        if node is None or not node.content.records or node.content.records[-1] is not record:
            return outputs_of(self.codec, record, None)
        return node.content.fold(self.codec, node.counts)

    def _announce(self, record: Record, node: Node | None, events: list[Event]) -> None:
        run_id = node.key if isinstance(node, RunNode) else None
        self._emitter.emit("output", OutputEvent(run_id, record.message_id, events, record))

    def _announce_passing(self, inbound: Inbound) -> None:
        """Tell of what the channel does not keep, and the tree neither."""
        if inbound.transport and self._emitter.wanted("output"):
            record = Record(inbound)
            events = outputs_of(self.codec, record, None)
            if events:
                self._announce(record, self.structure.run(record.run_id), events)

    def _home(self, record: Record) -> Node | None:
        run_id = record.run_id
        node = self.structure.nodes.get(run_id) if run_id is not None else None
        if node is None and record.message_id is not None:
            node = self.structure.owner(record.message_id)
        return node

    def _fix_views(self, record: Record) -> None:
        """Let views stay on what they show, where the record is another version of it."""
        if wire.FORK_OF in record.transport:
            for view in self._watching():
                view.catch_up()

    def _touch(self, node: Node | None, message_id: str | None = None) -> None:
        for view in self._watching():
            view.touch(node, message_id)

    def _watching(self) -> list[View]:
        return [view for known in self._views if (view := known()) is not None]


def _subject(record: Record) -> str:
    """Return what a proposal of this record would be about."""
    return (record.run_id if record.name in wire.RUN_LIFECYCLE else record.message_id) or ""


def fold(messages: Iterable[Wire], codec: Codec[Any]) -> Tree:
    """Fold messages into a tree: as REST history has them, or as they were delivered live.

    Both may be mixed, and in any order. What was delivered may still be in its frames, and what
    a client wrote down may name the actions (`message.create`).

    >>> from aitransport_notebook.codec.uimessage import UIMessageCodec
    >>> fold([], UIMessageCodec()).view().messages
    []
    """
    tree = Tree(codec)
    tree.load(messages)
    return tree
