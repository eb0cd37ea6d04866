"""The four places where an item's text streams in: its slots, each one of a list in the item."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from aitransport_notebook.codec.fields import Event

ADDED = "response.output_item.added"
DONE = "response.output_item.done"
ARGUMENTS = "response.function_call_arguments"
MESSAGE, REASONING, CALL = "message", "reasoning", "function_call"
# What an agent's item can be: each is also valid input of a later call.
MODELLED = (MESSAGE, REASONING, CALL)


@dataclass(frozen=True, slots=True)
class Slot:
    """One kind of part: the stream that fills it, the item and the list in it that have it."""

    stream: str
    part: str
    item: str
    # The list in the item, by which its index is called too.
    within: str
    # Where the part has its text.
    text: str
    opening: str

    @property
    def delta(self) -> str:
        return f"response.{self.stream}.delta"

    @property
    def done(self) -> str:
        return f"response.{self.stream}.done"

    @property
    def index(self) -> str:
        return f"{self.within}_index"

    def stream_id(self, event: Event) -> str:
        """Name the stream: both lists of a reasoning item count from 0."""
        infix = "" if self.within == "content" else f"{self.within}:"
        return f"{event['item_id']}:{infix}{event[self.index]}"

    def shell(self, item_id: str) -> dict[str, Any]:
        """Make an item that has nothing but the place for such parts."""
        if self.item == REASONING:
            return {"id": item_id, "type": REASONING, "summary": []}
        return {
            "id": item_id,
            "type": MESSAGE,
            "role": "assistant",
            "status": "in_progress",
            "content": [],
        }


_PART_ADDED = "response.content_part.added"
_SUMMARY_ADDED = "response.reasoning_summary_part.added"
SLOTS = (
    Slot("output_text", "output_text", MESSAGE, "content", "text", _PART_ADDED),
    Slot("refusal", "refusal", MESSAGE, "content", "refusal", _PART_ADDED),
    Slot("reasoning_text", "reasoning_text", REASONING, "content", "text", _PART_ADDED),
    Slot("reasoning_summary_text", "summary_text", REASONING, "summary", "text", _SUMMARY_ADDED),
)


def slot_of(part: object) -> Slot | None:
    """Return the slot that a part goes to, by its type."""
    type = part.get("type") if isinstance(part, dict) else None
    return next((slot for slot in SLOTS if slot.part == type), None)
