"""Why a user refused a tool call is found where it was said."""

from __future__ import annotations

from typing import Any

import pytest

from aitransport_notebook import ResponsesCodec, UIMessageCodec, fold
from aitransport_notebook.codec.contract import Codec
from aitransport_notebook.runs.denials import denial_reasons
from tests.runs.messages import ASKED, BEGUN, message, output


def said(key: str, call: str, approved: str, **more: str) -> Any:
    transport = {"role": "user", "codec-message-id": "m2", "run-id": "r", "event-id": call}
    codec = {"kind": "tool-approval-response", key: call, "approved": approved, **more}
    return message("ai-input", "ann", "user", transport, codec)


@pytest.mark.parametrize(
    ("codec", "key"), [(UIMessageCodec(), "toolCallId"), (ResponsesCodec(), "call_id")]
)
def test_the_reason_is_found_by_the_call(codec: Codec[Any], key: str) -> None:
    messages = [
        ASKED,
        BEGUN,
        output("ai", "agent"),
        said(key, "c1", "false", reason="too much"),
        said(key, "c2", "false"),
        said(key, "c3", "true", reason="go on"),
    ]
    tree = fold([{**one, "serial": f"{n:04}"} for n, one in enumerate(messages)], codec)
    [run] = [node for node in tree.nodes if node.is_run]
    assert len(run.content.records) > 1
    assert denial_reasons(tree, tree.view().messages) == {"c1": "too much"}
    assert denial_reasons(tree, []) == {}
