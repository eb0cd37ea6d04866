"""Messages as they grow, and what is needed to know where the next chunk goes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from aitransport_notebook.codec.contract import CodecMessage

Part = dict[str, Any]
Message = dict[str, Any]


@dataclass(slots=True)
class ToolCall:
    """Where a tool's part stands in its message, and its input as far as it has come."""

    index: int
    input_text: str = ""


@dataclass(slots=True)
class Draft:
    """A message, and the streams in it that are open."""

    message: Message
    text: dict[str, Part] = field(default_factory=dict)
    reasoning: dict[str, Part] = field(default_factory=dict)
    calls: dict[str, ToolCall] = field(default_factory=dict)

    @property
    def parts(self) -> list[Part]:
        parts: list[Part] = self.message["parts"]
        return parts

    def tool(self, call_id: str) -> Part | None:
        """Return the part of a tool call, if it is one."""
        call = self.calls.get(call_id)
        if call is None or call.index >= len(self.parts):
            return None
        part = self.parts[call.index]
        return part if is_tool(part) else None

    def put_tool(self, call_id: str, part: Part) -> None:
        """Put a part in the place of the tool call's, or at the end."""
        call = self.calls.get(call_id)
        if call is not None and call.index < len(self.parts) and is_tool(self.parts[call.index]):
            self.parts[call.index] = part
        else:
            self.calls[call_id] = ToolCall(len(self.parts))
            self.parts.append(part)


@dataclass(slots=True)
class Waiting:
    """What a user decided about a tool call that is not there yet."""

    message_id: str
    call_id: str
    kind: str
    payload: dict[str, Any]


class Projection:
    """The messages of one Run or one input, in the order in which they began."""

    __slots__ = ("drafts", "messages", "waiting")

    def __init__(self) -> None:
        self.messages: list[CodecMessage] = []
        self.drafts: dict[str, Draft] = {}
        self.waiting: list[Waiting] = []

    def draft(self, id: str) -> Draft:
        """Return the message under this id; begin one of the assistant's if there is none."""
        found = self.drafts.get(id)
        return found or self.begin(id, {"id": id, "role": "assistant", "parts": []})

    def begin(self, id: str, message: Message) -> Draft:
        draft = self.drafts[id] = Draft(message)
        self.messages.append(CodecMessage(id, message))
        return draft

    def holder_of(self, call_id: str) -> Draft | None:
        """Return the message with this tool call, whichever it is."""
        drafts = (self.drafts[id] for id, _ in self.messages)
        return next((draft for draft in drafts if draft.tool(call_id) is not None), None)


def is_tool(part: Part) -> bool:
    type = part["type"]
    return (type == "dynamic-tool" or type.startswith("tool-")) and (
        "toolCallId" in part and "state" in part
    )
