"""Who wrote the messages of a conversation: as the server verified it, and not as they say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from aitransport_notebook.codec.contract import CodecMessage
from aitransport_notebook.tree.nodes import Node
from aitransport_notebook.tree.tree import Tree
from aitransport_notebook.wire import names as wire
from aitransport_notebook.wire.claims import claim_in, role_in
from aitransport_notebook.wire.record import Record

# The roles of people who speak for the team.
OPERATORS = frozenset({"operator", "lead"})


class Author(NamedTuple):
    """What the token of a message's publisher says of them."""

    client_id: str | None = None
    role: str | None = None

    @property
    def is_operator(self) -> bool:
        """Whether it is a person of the team."""
        return self.role in OPERATORS


def author_of(record: Record) -> Author:
    """Return who published a record."""
    return Author(record.client_id, role_in(claim_in(record.extras)))


def authors_of(tree: Tree, messages: Iterable[CodecMessage]) -> list[Author]:
    """Return who wrote each message.

    One that several have had a hand in has no author: nobody answers for all of it.
    """
    return [_author(tree.node_of(id), id) for id, _ in messages]


def _author(node: Node | None, message_id: str) -> Author:
    records = node.content.records if node is not None else ()
    found = {
        author
        for record in records
        if node is not None and record.message_id == message_id
        if _says_something(record) and node.counts(record)
        for author in _hands_in(record)
    }
    return found.pop() if len(found) == 1 else Author()


def _says_something(record: Record) -> bool:
    """Tell whether a record is part of what its message says: a word on a tool call is not."""
    return record.name == wire.AI_OUTPUT or (
        record.name == wire.AI_INPUT and record.codec.get(wire.KIND) == "user-message"
    )


def _hands_in(record: Record) -> Iterator[Author]:
    yield author_of(record)
    changed_by = record.version_client_id
    if changed_by is not None and changed_by != record.client_id:
        yield Author(changed_by)
