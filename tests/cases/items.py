"""What an agent says in the words of OpenAI's Responses: the events of one item each."""

from __future__ import annotations

from typing import Any

Event = dict[str, Any]


def text(*deltas: str, number: int = 0, ends: bool = True) -> list[Event]:
    """Return a message of one text."""
    part = {"type": "output_text", "text": "", "annotations": []}
    return _message(number, part, "text", deltas, ends)


def refusal(*deltas: str) -> list[Event]:
    return _message(0, {"type": "refusal", "refusal": ""}, "refusal", deltas, True)


def thought(*deltas: str) -> list[Event]:
    """Return what the model says of how it came to what follows."""
    id, part = "rs-0", {"type": "summary_text", "text": ""}
    at = {"item_id": id, "output_index": 0, "summary_index": 0}
    item = {"id": id, "type": "reasoning", "summary": []}
    kind = "response.reasoning_summary"
    return [
        _added(0, item),
        {"type": f"{kind}_part.added", **at, "part": part},
        *({"type": f"{kind}_text.delta", **at, "delta": delta} for delta in deltas),
        {"type": f"{kind}_text.done", **at, "text": "".join(deltas)},
        _done(0, {**item, "encrypted_content": "secret"}),
    ]


def call(call_id: str, *deltas: str) -> list[Event]:
    """Return a call of a tool."""
    id = f"fc-{call_id}"
    item = {"id": id, "type": "function_call", "call_id": call_id, "name": "look", "arguments": ""}
    at = {"item_id": id, "output_index": 0}
    kind, arguments = "response.function_call_arguments", "".join(deltas)
    return [
        _added(0, {**item, "status": "in_progress"}),
        *({"type": f"{kind}.delta", **at, "delta": delta} for delta in deltas),
        {"type": f"{kind}.done", **at, "arguments": arguments, "name": "look"},
        _done(0, {**item, "arguments": arguments, "status": "completed"}),
    ]


def asking(call_id: str, arguments: str) -> list[Event]:
    """Return a call that a user has to approve of."""
    asked = {"type": "tool-approval-request", "call_id": call_id, "name": "look"}
    return [*call(call_id, arguments), {**asked, "arguments": arguments}]


def returned(call_id: str, output: Any) -> list[Event]:
    """Return what a tool of the agent's own returned."""
    kind = "function_call_output"
    return [{"type": kind, "item": {"type": kind, "call_id": call_id, "output": output}}]


def _message(
    number: int, part: Event, key: str, deltas: tuple[str, ...], ends: bool
) -> list[Event]:
    id, kind, whole = f"msg-{number}", part["type"], "".join(deltas)
    at = {"item_id": id, "output_index": number, "content_index": 0}
    item = {"id": id, "type": "message", "role": "assistant"}
    end: list[Event] = [
        {"type": f"response.{kind}.done", **at, key: whole},
        _done(number, {**item, "status": "completed", "content": [{**part, key: whole}]}),
    ]
    return [
        _added(number, {**item, "status": "in_progress", "content": []}),
        {"type": "response.content_part.added", **at, "part": part},
        *({"type": f"response.{kind}.delta", **at, "delta": delta} for delta in deltas),
        *(end if ends else []),
    ]


def _added(index: int, item: Event) -> Event:
    return {"type": "response.output_item.added", "output_index": index, "item": item}


def _done(index: int, item: Event) -> Event:
    return {"type": "response.output_item.done", "output_index": index, "item": item}
