"""Why users refused tool calls: the channel tells, and the AI SDK's messages do not."""

from __future__ import annotations

from collections.abc import Iterable

from aitransport_notebook.codec.contract import CodecMessage
from aitransport_notebook.runs.answers import DENIED, answers_in
from aitransport_notebook.tree.tree import Tree


def denial_reasons(tree: Tree, messages: Iterable[CodecMessage]) -> dict[str, str]:
    """Return the reasons that users gave, by the id of the call."""
    nodes = {node.key: node for id, _ in messages if (node := tree.node_of(id)) is not None}
    answers = (
        answer for node in nodes.values() for answer in answers_in(tree.codec, node.content.records)
    )
    return {
        answer.call_id: answer.reason
        for answer in answers
        if answer.kind == DENIED
        if answer.reason is not None
    }
