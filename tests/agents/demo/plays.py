"""What the demo agent's script amounts to."""

from __future__ import annotations

from typing import Any

from aitransport_notebook import UIMessageCodec
from aitransport_notebook.agents.demo.beats import Beats, Chunk, Pause
from aitransport_notebook.agents.demo.turn import Said, Turn

CODEC = UIMessageCodec()


def user(text: str) -> Said:
    return Said({"id": "u", "role": "user", "parts": [{"type": "text", "text": text}]})


def agent(*parts: Any) -> Said:
    """Return a message that the demo agent has said before."""
    return Said(
        {"id": "a", "role": "assistant", "parts": list(parts), "metadata": {"model": "scripted"}}
    )


def asked(text: str) -> Turn:
    """Return the turn of somebody who begins a conversation."""
    return Turn([user(text)])


def chunks_of(beats: Beats) -> list[Chunk]:
    return [beat for beat in beats if not isinstance(beat, Pause)]


def message_of(chunks: list[Chunk]) -> dict[str, Any]:
    """Return the message that chunks become."""
    projection = CODEC.empty()
    for chunk in chunks:
        CODEC.fold_output(projection, dict(chunk), "a")
    [(_, message)] = CODEC.messages(projection)
    return dict(message)


def text_of(message: Any) -> str:
    return "".join(part["text"] for part in message["parts"] if part["type"] == "text")
