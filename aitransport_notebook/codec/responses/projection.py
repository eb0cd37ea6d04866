"""Messages as they grow, and what is needed to know where the next event goes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeGuard

from aitransport_notebook.codec.contract import CodecMessage

Part = dict[str, Any]
Message = dict[str, Any]
# A number only where somebody else wrote one into a header.
ItemId = str | int | float


class Item:
    """An agent's item that still grows. Its lists never show a part before the one below it."""

    __slots__ = ("_early", "value")

    def __init__(self, value: dict[str, Any]) -> None:
        self.value = value
        # Parts that came before one below them, by their list and place.
        self._early: dict[tuple[str, int], Part] = {}

    @property
    def type(self) -> str:
        type: str = self.value["type"]
        return type

    def part(self, name: str, index: object) -> Part | None:
        """Return the part at a place of one of the item's lists, shown or not."""
        if not is_place(index):
            return None
        parts = self.value.get(name)
        if isinstance(parts, list) and index < len(parts):
            return parts[index] if isinstance(parts[index], dict) else None
        return self._early.get((name, index))

    def put(self, name: str, index: object, part: Part) -> None:
        """Put a part in its place; it is shown once all below it are."""
        if not isinstance(self.value.get(name), list):
            self.value[name] = []
        if not is_place(index):
            return
        parts: list[Part] = self.value[name]
        if index < len(parts):
            parts[index] = part
            return
        self._early[name, index] = part
        while (name, len(parts)) in self._early:
            parts.append(self._early.pop((name, len(parts))))


@dataclass(slots=True)
class Draft:
    """A message, and its items that can be found by their id."""

    message: Message
    growing: dict[ItemId, Item] = field(default_factory=dict)

    @property
    def items(self) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = self.message["items"]
        return items

    def put_output(self, output: dict[str, Any]) -> None:
        """Put a call's output in the place of one that is there, or at the end."""
        for index, item in enumerate(self.items):
            if item.get("type") == output["type"] and item.get("call_id") == output["call_id"]:
                self.items[index] = output
                return
        self.items.append(output)

    def note(self, call_id: str, **states: Any) -> None:
        """Note how a tool call stands, beside what is known of it."""
        known = self.message.setdefault("toolCallStates", {})
        known[call_id] = {**known.get(call_id, {}), **states}


class Projection:
    """The messages of one Run or one input, in the order in which they began."""

    __slots__ = ("drafts", "messages")

    def __init__(self) -> None:
        self.messages: list[CodecMessage] = []
        self.drafts: dict[str, Draft] = {}

    def draft(self, id: str, role: str = "assistant") -> Draft:
        """Return the message under this id; begin one if there is none."""
        draft = self.drafts.get(id)
        if draft is None:
            draft = self.drafts[id] = Draft({"role": role, "items": []})
            self.messages.append(CodecMessage(id, draft.message))
        return draft

    def item(self, id: str, item_id: object) -> Item | None:
        """Return an item of the message under this id."""
        draft = self.drafts.get(id)
        return draft.growing.get(item_id) if draft is not None and is_id(item_id) else None


def is_id(value: object) -> TypeGuard[ItemId]:
    return isinstance(value, str | int | float)


def is_place(value: object) -> TypeGuard[int]:
    return type(value) is int and value >= 0
