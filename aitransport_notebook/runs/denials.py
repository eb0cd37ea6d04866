"""Why users refused tool calls: the channel tells, and the AI SDK's messages do not."""

from __future__ import annotations

from collections.abc import Iterable

from aitransport_notebook.codec.contract import CodecMessage
from aitransport_notebook.codec.decoding import inputs_of
from aitransport_notebook.tree.tree import Tree


def denial_reasons(tree: Tree, messages: Iterable[CodecMessage]) -> dict[str, str]:
    """Return the reasons that users gave, by the id of the call."""
    nodes = {node.key: node for id, _ in messages if (node := tree.node_of(id)) is not None}
    events = (
        event
        for node in nodes.values()
        for record in node.content.records
        for event in inputs_of(tree.codec, record)
    )
    payloads = (e["payload"] for e in events if e["kind"] == "tool-approval-response")
    return {
        payload[tree.codec.call_key]: payload["reason"]
        for payload in payloads
        if not payload["approved"] and payload.get("reason")
    }
