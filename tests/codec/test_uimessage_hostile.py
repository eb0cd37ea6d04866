"""No message on the channel, whoever wrote it, keeps the others from being folded."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from aitransport_notebook.codec.uimessage import UIMessageCodec
from aitransport_notebook.codec.uimessage.table import INPUTS, OUTPUTS
from aitransport_notebook.tree.tree import Tree, fold

KINDS = [*OUTPUTS.said, *OUTPUTS.streamed, *INPUTS.kinds, "data-note", "data-", "unknown", ""]
FIELDS = (
    *("toolCallId", "toolName", "id", "partType", "dynamic", "providerMetadata", "messageId"),
    *("messageMetadata", "approved", "transient", "approvalId", "finishReason", "reason"),
)
PLAIN = st.none() | st.booleans() | st.integers(-1, 9) | st.floats() | st.sampled_from("ab{[")
VALUES = st.recursive(
    PLAIN,
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("ab"), inner, max_size=2)
    ),
    max_leaves=4,
)
PARTS = st.fixed_dictionaries(
    {"type": st.sampled_from(["tool-a", "dynamic-tool", "text", "data-note"]) | VALUES},
    optional=dict.fromkeys(("toolCallId", "state", "text", "approval", "id", "input"), VALUES),
)
MESSAGES = st.fixed_dictionaries(
    {"parts": st.lists(PARTS | VALUES, max_size=3) | VALUES}, optional={"id": VALUES}
)
SEEDED = st.fixed_dictionaries({"codecMessageId": st.sampled_from("mn"), "message": MESSAGES})
SEEDS = st.fixed_dictionaries({"messages": st.lists(SEEDED | VALUES, max_size=3) | VALUES})
DATA = VALUES | st.fixed_dictionaries(
    {}, optional={"forkSeed": SEEDS | VALUES, "output": VALUES, "message": VALUES, "input": VALUES}
)
HEADERS = st.dictionaries(
    st.sampled_from(FIELDS),
    st.sampled_from(["a", "b", "true", "text", "data-note", "{}", ""]) | VALUES,
    max_size=4,
)
TRANSPORTS = st.fixed_dictionaries(
    {"run-id": st.sampled_from(["r", "r", "s"])},
    optional={
        "codec-message-id": st.sampled_from(["m", "n"]),
        "role": st.sampled_from(["user", "assistant", ""]),
        "stream": st.sampled_from(["true", "false"]),
        "status": st.sampled_from(["streaming", "complete", "cancelled"]) | VALUES,
    },
)


def wire(place: int, name: str, data: Any, kind: Any, codec: Any, transport: Any) -> Any:
    headers = {"transport": transport, "codec": {**codec, "kind": kind}}
    serial = f"{place:03}"
    return {"action": 1, "serial": serial, "name": name, "data": data, "extras": {"ai": headers}}


WIRES = st.builds(
    wire,
    st.integers(0, 99),
    st.sampled_from(["ai-output", "ai-input"]),
    DATA,
    st.sampled_from(KINDS) | VALUES,
    HEADERS,
    TRANSPORTS,
)
FORKS = st.builds(
    wire,
    st.integers(0, 99),
    st.just("ai-input"),
    st.fixed_dictionaries({"forkSeed": SEEDS}, optional={"output": VALUES}),
    st.sampled_from(["tool-result", "tool-result-error"]),
    st.fixed_dictionaries({"toolCallId": st.sampled_from("ab")}),
    TRANSPORTS,
)


def look_at(tree: Tree) -> None:
    for node in tree.nodes:
        tree.messages_of(node)
        assert not node.content.problems


@given(st.lists(WIRES | FORKS, max_size=6))
def test_whatever_is_on_the_channel_is_folded(wires: list[Any]) -> None:
    tree = Tree(UIMessageCodec())
    for one in wires:
        tree.apply(one)
        look_at(tree)
    look_at(fold(wires, UIMessageCodec()))
