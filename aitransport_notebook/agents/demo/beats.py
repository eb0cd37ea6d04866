"""What a script is made of: chunks of the AI SDK, and the pauses between them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

Chunk = dict[str, Any]

# How fast it speaks, in seconds a word: a little faster than one reads.
TALKING = 0.04
# How long a tool of the demo takes, in seconds.
WORKING = 1.0
_WORDS = re.compile(r"\s*\S+\s*")
_LETTERS = 12


class Pause(NamedTuple):
    """So many seconds in which nothing is said."""

    seconds: float


Beat = Chunk | Pause
Beats = Iterator[Beat]


def say(text: str, *, id: str = "text", word: float = TALKING) -> Beats:
    """Say a text word by word. Texts of one step have different ids."""
    return _stream("text", text, id, word)


def think(text: str, *, id: str = "thought", word: float = TALKING) -> Beats:
    """Show a train of thought."""
    return _stream("reasoning", text, id, word)


def next_step() -> Beats:
    """End a step of the model, and begin the next."""
    yield {"type": "finish-step"}
    yield {"type": "start-step"}


def call(call_id: str, tool: str, arguments: Any, **how: Any) -> Beats:
    """Call a tool, with its arguments as they are thought of; `how` is of the AI SDK's start."""
    yield {"type": "tool-input-start", "toolCallId": call_id, "toolName": tool, **how}
    written = json.dumps(arguments, ensure_ascii=False)
    for start in range(0, len(written), _LETTERS):
        letters = written[start : start + _LETTERS]
        yield {"type": "tool-input-delta", "toolCallId": call_id, "inputTextDelta": letters}
        yield Pause(TALKING)
    yield {
        "type": "tool-input-available",
        "toolCallId": call_id,
        "toolName": tool,
        "input": arguments,
        **how,
    }


def result(call_id: str, output: Any, **how: Any) -> Chunk:
    """Say what came of a tool call."""
    return {"type": "tool-output-available", "toolCallId": call_id, "output": output, **how}


def failure(call_id: str, error: str, **how: Any) -> Chunk:
    """Say why nothing came of a tool call."""
    return {"type": "tool-output-error", "toolCallId": call_id, "errorText": error, **how}


def _stream(kind: str, text: str, id: str, word: float) -> Beats:
    yield {"type": f"{kind}-start", "id": id}
    for spoken in _WORDS.findall(text):
        yield {"type": f"{kind}-delta", "id": id, "delta": spoken}
        yield Pause(word)
    yield {"type": f"{kind}-end", "id": id}
