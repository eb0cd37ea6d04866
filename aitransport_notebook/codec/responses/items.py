"""How the events of a response's stream change its items.

An event whose item or part is not here changes nothing: who joins late lacks what came before.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aitransport_notebook.codec.fields import Event
from aitransport_notebook.codec.responses.projection import Item, Part, Projection, is_id
from aitransport_notebook.codec.responses.slots import (
    CALL,
    MESSAGE,
    MODELLED,
    REASONING,
    Slot,
    slot_of,
)

Fold = Callable[[Projection, Event, str], None]


def add(projection: Projection, event: Event, id: str) -> None:
    """Add an item. One that is there stays, as a lead-in may bring it again."""
    item = event.get("item")
    if not isinstance(item, dict) or item.get("type") not in MODELLED:
        return
    draft = projection.draft(id)
    item_id = item.get("id")
    if is_id(item_id) and item_id in draft.growing:
        return
    item = _own(item)
    if is_id(item_id):
        draft.growing[item_id] = Item(item)
    draft.items.append(item)


def finish(projection: Projection, event: Event, id: str) -> None:
    """Give an item what only its end tells; its text has come by the streams."""
    done = event.get("item")
    if not isinstance(done, dict):
        return
    item = projection.item(id, done.get("id"))
    if item is None or done.get("type") != item.type:
        return
    if "status" in done:
        item.value["status"] = done["status"]
    else:
        item.value.pop("status", None)
    if item.type == MESSAGE:
        _put_logprobs(item, done.get("content"))
    elif item.type == REASONING and isinstance(done.get("encrypted_content"), str):
        item.value["encrypted_content"] = done["encrypted_content"]


def open_part(projection: Projection, event: Event, id: str) -> None:
    item, part = projection.item(id, event.get("item_id")), event.get("part")
    slot = slot_of(part)
    if item is None or slot is None or not isinstance(part, dict):
        return
    if slot.item == item.type and slot.within == "content":
        item.put("content", event.get("content_index"), dict(part))


def open_summary(projection: Projection, event: Event, id: str) -> None:
    item, part = projection.item(id, event.get("item_id")), event.get("part")
    if item is not None and item.type == REASONING and isinstance(part, dict):
        summary = {"type": "summary_text", "text": part.get("text", "")}
        item.put("summary", event.get("summary_index"), summary)


def adder(slot: Slot) -> Fold:
    """Return what adds a delta to a part of this kind."""

    def add_text(projection: Projection, event: Event, id: str) -> None:
        part = _part(projection, event, id, slot)
        if part is not None:
            _append(part, slot.text, event["delta"])

    return add_text


def closer(slot: Slot) -> Fold:
    """Return what sets the whole text of a part of this kind."""

    def set_text(projection: Projection, event: Event, id: str) -> None:
        part = _part(projection, event, id, slot)
        if part is not None:
            part[slot.text] = event[slot.text]

    return set_text


def add_arguments(projection: Projection, event: Event, id: str) -> None:
    item = projection.item(id, event.get("item_id"))
    if item is not None and item.type == CALL:
        _append(item.value, "arguments", event["delta"])


def set_arguments(projection: Projection, event: Event, id: str) -> None:
    item = projection.item(id, event.get("item_id"))
    if item is not None and item.type == CALL:
        item.value["arguments"] = event["arguments"]


def _part(projection: Projection, event: Event, id: str, slot: Slot) -> Part | None:
    item = projection.item(id, event.get("item_id"))
    if item is None or item.type != slot.item:
        return None
    part = item.part(slot.within, event.get(slot.index))
    return part if part is not None and part.get("type") == slot.part else None


def _put_logprobs(item: Item, content: object) -> None:
    for index, given in enumerate(content if isinstance(content, list) else ()):
        if isinstance(given, dict) and given.get("type") == "output_text" and "logprobs" in given:
            part = item.part("content", index)
            if part is not None and part.get("type") == "output_text":
                part["logprobs"] = given["logprobs"]


def _own(item: dict[str, Any]) -> dict[str, Any]:
    """Copy what of an item will change: the message that it came in keeps its own."""
    own = dict(item)
    for name in ("content", "summary"):
        if isinstance(own.get(name), list):
            own[name] = [dict(part) if isinstance(part, dict) else part for part in own[name]]
    return own


def _append(target: dict[str, Any], key: str, text: str) -> None:
    known = target.get(key)
    target[key] = known + text if isinstance(known, str) else text
