"""Where in a conversation something new belongs, as far as its tree tells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from aitransport_notebook.codec.contract import CodecMessage
from aitransport_notebook.runs.sending import Sending
from aitransport_notebook.tree.nodes import Node, RunNode
from aitransport_notebook.tree.tree import Tree


def before(tree: Tree, shown: Sequence[CodecMessage], message_id: str) -> str | None:
    """Return the id of the message before this one, among those shown or else in the tree."""
    ids = [message.codec_message_id for message in shown]
    if message_id in ids:
        place = ids.index(message_id)
        return ids[place - 1] if place > 0 else None
    node = tree.node_of(message_id)
    return _before_in(tree, node, message_id) if node is not None else None


def last_of(tree: Tree, node: Node | None) -> str | None:
    """Return the id of a node's last message; of what it follows, where it has none."""
    if node is None:
        return None
    messages = tree.messages_of(node)
    return messages[-1].codec_message_id if messages else node.parent


def fork_of(tree: Tree, run: RunNode, message_id: str) -> tuple[str, dict[str, Any], Sending]:
    """Lay out a Run for another to take its place.

    Returns the new id of one of its messages, what an answer has to carry of the rest, and where
    that is to be sent.
    """
    copies = {id: (str(uuid4()), message) for id, message in tree.messages_of(run)}
    seed = [{"codecMessageId": id, "message": message} for id, message in copies.values()]
    sending = Sending(parent=run.parent, role="assistant", supersedes=run.key)
    return copies[message_id][0], {"forkSeed": {"messages": seed}}, sending


def _before_in(tree: Tree, node: Node, message_id: str) -> str | None:
    own = [message.codec_message_id for message in tree.messages_of(node)]
    place = own.index(message_id) if message_id in own else 0
    if place > 0:
        return own[place - 1]
    parent = tree.node_of(node.parent) if node.parent is not None else None
    messages = tree.messages_of(parent) if parent is not None else ()
    return messages[-1].codec_message_id if messages else None
