"""What is said in the tests, in the words of the AI SDK."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


def jane_says(text: str, name: str | None = "Jane") -> list[Json]:
    """Return an operator's words, as the console writes them."""
    author = {"name": name, "human": True}
    return [
        {"type": "start", "messageMetadata": {"author": author}},
        {"type": "text-start", "id": "1"},
        {"type": "text-delta", "id": "1", "delta": text},
        {"type": "text-end", "id": "1"},
        {"type": "finish", "messageMetadata": {"author": author}},
    ]


def text_of(message: Any) -> str:
    return "".join(part["text"] for part in message["parts"] if part["type"] == "text")


def tool_of(message: Any, name: str) -> Json:
    """Return the part of a tool's call."""
    [found] = [part for part in message["parts"] if part["type"] == f"tool-{name}"]
    return dict(found)
