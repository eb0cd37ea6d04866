"""What agents say: chunks of the AI SDK, as lists."""

from __future__ import annotations

from typing import Any

Chunk = dict[str, Any]
START: Chunk = {"type": "start", "messageId": "reply"}
START_STEP: Chunk = {"type": "start-step"}
FINISH_STEP: Chunk = {"type": "finish-step"}
FINISH: Chunk = {"type": "finish"}


def message(*parts: list[Chunk], id: str = "reply") -> list[Chunk]:
    """Return a whole message of one step."""
    said = [chunk for part in parts for chunk in part]
    return [{"type": "start", "messageId": id}, START_STEP, *said, FINISH_STEP, FINISH]


def text(*deltas: str, id: str = "t1") -> list[Chunk]:
    return [*begun(*deltas, id=id), {"type": "text-end", "id": id}]


def begun(*deltas: str, id: str = "t1") -> list[Chunk]:
    """Return a text that does not end."""
    return [{"type": "text-start", "id": id}, *more(*deltas, id=id)]


def more(*deltas: str, id: str = "t1") -> list[Chunk]:
    return [{"type": "text-delta", "id": id, "delta": delta} for delta in deltas]


def reasoning(*deltas: str, id: str = "r1") -> list[Chunk]:
    return [
        {"type": "reasoning-start", "id": id},
        *({"type": "reasoning-delta", "id": id, "delta": delta} for delta in deltas),
        {"type": "reasoning-end", "id": id},
    ]


def call(name: str, id: str, value: Any, *deltas: str, **more: Any) -> list[Chunk]:
    """Return a call of a tool; with deltas its input is streamed."""
    known = {"toolCallId": id, "toolName": name, **more}
    streamed = [
        {"type": "tool-input-start", **known},
        *(
            {"type": "tool-input-delta", "toolCallId": id, "inputTextDelta": delta}
            for delta in deltas
        ),
    ]
    return [
        *(streamed if deltas else []),
        {"type": "tool-input-available", **known, "input": value},
    ]


def output(id: str, value: Any, **more: Any) -> list[Chunk]:
    return [{"type": "tool-output-available", "toolCallId": id, "output": value, **more}]


def output_error(id: str, text: str, **more: Any) -> list[Chunk]:
    return [{"type": "tool-output-error", "toolCallId": id, "errorText": text, **more}]


def asks_approval(id: str, approval: str) -> list[Chunk]:
    return [{"type": "tool-approval-request", "toolCallId": id, "approvalId": approval}]


def reply(*deltas: str, id: str = "reply") -> list[Chunk]:
    """Return a message of one text."""
    return message(text(*deltas), id=id)
