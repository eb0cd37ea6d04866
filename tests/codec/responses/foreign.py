"""Messages that no codec of ours wrote: of a later version, or of somebody else."""

from __future__ import annotations

import json
from typing import Any

from tests.codec.conformance.chance import Chance

STREAMS = (
    *("output_text", "refusal", "reasoning_text", "reasoning_summary_text"),
    *("function_call_arguments", "code_interpreter_call_code", "toString"),
)
PARTS: tuple[Any, ...] = (
    {"type": "output_text", "text": "", "annotations": []},
    {"type": "refusal", "refusal": ""},
    {"type": "reasoning_text", "text": ""},
    {"type": "summary_text", "text": ""},
    {"type": "audio"},
    {"type": ["output_text"]},
    {},
    [],
    "text",
)
WHOLE = (
    *("response.output_item.added", "response.output_item.done", "function_call_output"),
    *("tool-approval-request", "response.web_search_call.searching", "output_text"),
    *("response.output_text.delta", "hasOwnProperty", ""),
)
# The official codec shows nothing of a Run any more with an item that lacks its lists, or with an
# output that is no item.
ITEMS: tuple[Any, ...] = (
    {"type": "message", "id": "msg-2", "role": "assistant", "status": "completed", "content": []},
    {"type": "message", "id": "msg-3", "status": "incomplete", "content": [{"type": "refusal"}]},
    {"type": "function_call", "id": "fc-1", "call_id": "c", "arguments": ""},
    {"type": "function_call", "call_id": "c", "arguments": "{}", "name": "bare"},
    {"type": "function_call_output", "call_id": "call-4", "output": "seen"},
    {"type": "reasoning", "id": "rs-1", "summary": [], "encrypted_content": 5},
    {"type": "web_search_call", "id": "ws"},
    {},
)
DATA: tuple[Any, ...] = ("text", {}, {"item": None}, [], {"output": None}, {"message": 5})


def foreign(chance: Chance) -> dict[str, Any]:
    """Return a message as it is published, and what is appended to it if it is a stream."""
    id = chance.pick(("message-2", "message-3", chance.id("message")))
    transport = {"run-id": "run", "codec-message-id": id}
    if chance.maybe(0.2):
        kind = chance.pick(("tool-result", "tool-result-error", "tool-approval-response", "input"))
        data = chance.pick((*DATA, {"output": "given"}, {"message": "failed"}))
        return _message("ai-input", data, transport, {"kind": kind, "call_id": "call-4"})
    if chance.maybe(0.4):
        kind = chance.pick(WHOLE)
        items = tuple({"item": item} for item in ITEMS)
        data = chance.pick(items if kind == "function_call_output" else (*DATA, *items))
        part = {"item_id": "msg-2", "part": '{"type":"output_text"}'}
        codec = {"kind": kind, **chance.some(0.5, call_id="call-4", name="look", **part)}
        return _message("ai-output", data, transport, codec)
    headers = {
        "item_id": chance.pick(("msg-2", "rs-1", chance.id("msg"))),
        "part": chance.pick(("{", "null", *map(json.dumps, PARTS))),
        "content_index": chance.pick(("0", "1", "2", "-1", "1000000000", "x", "{}")),
        "summary_index": chance.pick(("0", "1", "true")),
        "output_index": chance.pick(("0", "7", "x")),
        "item": json.dumps(chance.pick(ITEMS)),
    }
    kept = {key: value for key, value in headers.items() if chance.maybe(0.8)}
    streamed = {**transport, "stream": "true", "status": "streaming", "stream-id": chance.id("s")}
    message = _message("ai-output", "", streamed, {"kind": chance.pick(STREAMS), **kept})
    return {**message, "appended": chance.text()}


def _message(
    name: str, data: Any, transport: dict[str, str], codec: dict[str, Any]
) -> dict[str, Any]:
    codec = {key: value for key, value in codec.items() if value is not None}
    transport = {"stream": "false", **transport}
    return {"name": name, "data": data, "extras": {"ai": {"transport": transport, "codec": codec}}}
