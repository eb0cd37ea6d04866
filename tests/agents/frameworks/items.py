"""What is said in the tests, in the words of OpenAI's Responses."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


def jane_writes(text: str) -> list[Json]:
    """Return an operator's words, as the console writes them."""
    at = {"item_id": "item-1", "output_index": 0, "content_index": 0}
    part = {"type": "output_text", "annotations": []}
    item = {"id": "item-1", "type": "message", "role": "assistant"}
    return [
        {
            "type": "response.output_item.added",
            "output_index": 0,
            "item": {**item, "status": "in_progress", "content": []},
        },
        {"type": "response.content_part.added", **at, "part": {**part, "text": ""}},
        {"type": "response.output_text.delta", **at, "delta": text},
        {"type": "response.output_text.done", **at, "text": text},
        {
            "type": "response.output_item.done",
            "output_index": 0,
            "item": {**item, "status": "completed", "content": [{**part, "text": text}]},
        },
    ]


def somebody_thinks() -> list[Json]:
    """Return a thought that is not of a model of OpenAI's."""
    item = {"id": "thought-1", "type": "reasoning", "summary": []}
    return [{"type": "response.output_item.added", "output_index": 0, "item": item}]


def text_in(message: Any) -> str:
    """Return the text of a message's items."""
    parts = [
        part for item in message["items"] if item["type"] == "message" for part in item["content"]
    ]
    return "".join(part["text"] for part in parts)


def outputs_in(message: Any) -> dict[str, Any]:
    """Return the outputs of calls that a message has, by the call."""
    items = message["items"]
    return {
        item["call_id"]: item["output"] for item in items if item["type"] == "function_call_output"
    }
