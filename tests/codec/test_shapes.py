"""Messages of the wrong shape say nothing, and make no Run of what they name."""

from __future__ import annotations

from typing import Any

import pytest

from aitransport_notebook.codec.uimessage import UIMessageCodec
from aitransport_notebook.tree.tree import Tree, fold

SERIAL = "01795185759001-000@abcdef0001:000"


def heard(kind: str, data: Any = "", codec: Any = None, **transport: str) -> Tree:
    headers = {"run-id": "r", "codec-message-id": "m", **transport}
    ai = {"transport": headers, "codec": {"kind": kind, **(codec or {})}}
    message = {"serial": SERIAL, "name": "ai-output", "data": data, "extras": {"ai": ai}}
    return fold([message], UIMessageCodec())


@pytest.mark.parametrize(
    ("kind", "stream", "says"),
    [
        ("text", "true", True),
        ("reasoning", "true", True),
        # Neither has a way to come in one piece; the input of a tool has.
        ("text", "false", False),
        ("reasoning", "false", False),
        ("tool-input", "false", True),
        ("file", "false", True),
        ("data-note", "false", True),
        ("unheard-of", "false", False),
    ],
)
def test_a_message_says_something_only_in_the_shape_of_its_kind(
    kind: str, stream: str, says: bool
) -> None:
    assert (heard(kind, stream=stream).run("r") is not None) is says


def test_a_stream_that_is_created_ended_has_only_begun() -> None:
    codec = {"toolCallId": "c", "toolName": "look", "id": "s"}
    transport = {"stream": "true", "stream-id": "c", "status": "complete"}
    tree = heard("tool-input", '{"q":1}', codec, **transport)
    [(_, message)] = tree.messages_of(tree.nodes[0])
    assert message["parts"][-1]["state"] == "input-streaming"
