"""What an agent is given: the path from the beginning to the input that it answers.

A Run before it that did not complete is left out, with the input that it answered: it may hold a
call without a result, which models refuse. What is left out is named, so that nobody need wonder.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple

from aitransport_notebook.codec.contract import CodecMessage
from aitransport_notebook.tree.nodes import InputNode, Node, RunNode
from aitransport_notebook.tree.tree import Tree


class Prompt(NamedTuple):
    """The messages that an agent is given, oldest first, and the nodes that were left out."""

    messages: list[CodecMessage]
    dropped: list[Node]
    # Whether the first of them follows something that is not here.
    beginning_missing: bool


def prompt_for(
    tree: Tree,
    *,
    anchor: str | None,
    run_id: str,
    regenerates: str | None = None,
    is_unanswered: Callable[[str], bool] = lambda message_id: False,
    without: Collection[str] = (),
) -> Prompt:
    """Return what the Run is given that answers the message `anchor`, without some messages.

    A steer that no answer has taken in yet comes last, so that it is what the model answers.
    """
    chain, cut = _ancestors(tree, anchor)
    leaf = tree.node_of(anchor) if anchor is not None else None
    own = tree.run(run_id)
    if own is not None and own not in chain:
        chain.append(own)
    spared = [node for node in (own, leaf) if isinstance(node, RunNode)]
    dropped: list[Node] = [
        node
        for node in chain
        if isinstance(node, RunNode) and node not in spared and node.status != "complete"
    ]
    answered = {node.parent for node in dropped}
    dropped += [node for node in chain if isinstance(node, InputNode) and node.key in answered]
    messages: list[CodecMessage] = []
    for node in chain:
        if node in dropped:
            continue
        for message in _in_order(tree.messages_of(node), node, is_unanswered):
            if regenerates is not None and message.codec_message_id == regenerates:
                return Prompt(messages, dropped, cut)
            if message.codec_message_id not in without:
                messages.append(message)
    return Prompt(messages, dropped, cut)


def _ancestors(tree: Tree, anchor: str | None) -> tuple[list[Node], bool]:
    """Return the nodes that lead to a message, and whether one before them is not here."""
    chain: list[Node] = []
    while anchor is not None:
        node = tree.node_of(anchor)
        if node is None or node in chain:
            return chain[::-1], True
        chain.append(node)
        anchor = node.parent
    return chain[::-1], False


def _in_order(
    messages: Sequence[CodecMessage], node: Node, is_unanswered: Callable[[str], bool]
) -> Sequence[CodecMessage]:
    if not node.is_run:
        return messages
    return sorted(messages, key=lambda message: is_unanswered(message.codec_message_id))
