"""Which event of the Responses stream, and which input, is which message on the wire."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from aitransport_notebook.codec.fields import (
    Event,
    flag,
    pick,
    read_fields,
    structured,
    text,
    text_of,
)
from aitransport_notebook.codec.inputs import EDITED, Amendment, Composed, InputTable, Part, Signal
from aitransport_notebook.codec.outputs import OutputTable, Payload, Said, Streamed, Unsaid
from aitransport_notebook.codec.responses.problems import (
    call_without_id,
    not_one_item,
    unknown_item,
    unknown_part,
)
from aitransport_notebook.codec.responses.slots import (
    ADDED,
    ARGUMENTS,
    CALL,
    DONE,
    MESSAGE,
    MODELLED,
    REASONING,
    SLOTS,
    Slot,
)
from aitransport_notebook.wire.names import ROLE, Headers

ITEM_ID = text("item_id")
OUTPUT_INDEX = structured("output_index")
# The same where an event is made that must have it.
POSITION = replace(OUTPUT_INDEX, default=0)
PART = structured("part")
ITEM = structured("item")
CALL_ID = text("call_id", "")


# Items on their way to the wire.


def _type_in(value: object) -> object:
    return value.get("type") if isinstance(value, Mapping) else None


def _modelled(event: Event) -> Any:
    item = event.get("item")
    if _type_in(item) not in MODELLED:
        raise unknown_item(_type_in(item))
    return item


def _ending(event: Event) -> Event:
    """Return what only the end of an item tells; all else of it has been streamed."""
    item = _modelled(event)
    end = {"type": item["type"], **pick(item, "id", "status")}
    if item["type"] == REASONING and isinstance(item.get("encrypted_content"), str):
        end["encrypted_content"] = item["encrypted_content"]
    parts = item.get("content") if item["type"] == MESSAGE else None
    if parts and any(_has_logprobs(part) for part in parts):
        # Every part has its place here, as places are how the reader knows them.
        end["content"] = [
            pick(part, "type", "logprobs") if _has_logprobs(part) else pick(part, "type")
            for part in parts
        ]
    return end


def _has_logprobs(part: Event) -> bool:
    return part.get("type") == "output_text" and bool(part.get("logprobs"))


# Streams.


def _slot_stream(slot: Slot) -> Streamed:
    index = structured(slot.index)
    always = (text("item_id", ""), POSITION, replace(index, default=0))

    def starts_with(event: Event) -> bool:
        # Only the summary has an opening event of its own.
        return slot.within == "summary" or _type_in(event.get("part")) == slot.part

    def end(headers: Headers, whole: str) -> Event:
        return {"type": slot.done, **read_fields(always, headers), slot.text: whole}

    return Streamed(
        slot.stream,
        slot.opening,
        slot.delta,
        slot.done,
        stream_id=slot.stream_id,
        delta_text="delta",
        fields=(ITEM_ID, OUTPUT_INDEX, index, PART),
        delta_fields=(ITEM_ID, index),
        starts_with=starts_with,
        rebuild_end=end,
    )


def _id_of_call(event: Event) -> str:
    """Name the stream of a call's arguments: its start is the item, and has the id within."""
    if event["type"] != ADDED:
        return str(event["item_id"])
    id = event["item"].get("id")
    if not isinstance(id, str):
        raise call_without_id()
    return id


def _of_call(type: str, headers: Headers) -> tuple[Event, Event]:
    """Return an event of a call's arguments without them, and the item of the call."""
    item = ITEM.read(headers)
    item = item if isinstance(item, dict) else {}
    position = POSITION.read(headers)
    return {"type": type, "item_id": item.get("id") or "", "output_index": position}, item


def _delta_of_arguments(headers: Headers, added: str) -> Event:
    event, _ = _of_call(f"{ARGUMENTS}.delta", headers)
    return {**event, "delta": added}


def _end_of_arguments(headers: Headers, whole: str) -> Event:
    event, item = _of_call(f"{ARGUMENTS}.done", headers)
    name = pick(item, "name") if item.get("type") == CALL else {"name": ""}
    return {**event, "arguments": whole, **name}


OUTPUTS = OutputTable(
    *map(_slot_stream, SLOTS),
    Streamed(
        "function_call_arguments",
        ADDED,
        f"{ARGUMENTS}.delta",
        f"{ARGUMENTS}.done",
        stream_id=_id_of_call,
        delta_text="delta",
        fields=(ITEM, OUTPUT_INDEX),
        starts_with=lambda event: _type_in(event.get("item")) == CALL,
        rebuild_end=_end_of_arguments,
        rebuild_delta=_delta_of_arguments,
    ),
    Said(ADDED, (), Payload(lambda event: {"item": _modelled(event)}, lambda d: pick(d, "item"))),
    Said(DONE, (), Payload(lambda event: {"item": _ending(event)}, lambda d: pick(d, "item"))),
    # The agent's own, which OpenAI has no events for.
    Said(
        "function_call_output",
        (),
        Payload(lambda event: pick(event, "item"), lambda data: pick(data, "item")),
    ),
    Said(
        "tool-approval-request",
        (CALL_ID, text("name", "")),
        Payload(lambda event: event.get("arguments"), lambda data: {"arguments": text_of(data)}),
    ),
    # How a response goes is told by its Run, and the end of a part by the end of its stream.
    *map(
        Unsaid,
        (
            "response.created",
            "response.queued",
            "response.in_progress",
            "response.completed",
            "response.incomplete",
            "response.failed",
            "error",
            "response.content_part.done",
            "response.reasoning_summary_part.done",
        ),
    ),
)


# Inputs.


def _message_in(data: Any) -> str:
    return text_of(data.get("message")) if isinstance(data, Mapping) else ""


def _output_in(data: Any) -> Event:
    return pick(data, "output") if isinstance(data, Mapping | list) else {"output": ""}


def _explode(event: Event) -> list[Event]:
    items: list[Any] = event["message"].get("items") or []
    item = items[0] if len(items) == 1 else None
    parts = item.get("content") if isinstance(item, Mapping) else None
    if _type_in(item) != MESSAGE or not isinstance(parts, list):
        raise not_one_item()
    for part in parts:
        if _type_in(part) != "input_text":
            raise unknown_part(_type_in(part))
    return parts or [{"type": "input_text", "text": ""}]


def _assemble(part: Event, headers: Headers, transport: Headers) -> Event:
    item = {"type": MESSAGE, "role": "user", "content": [part]}
    return {"message": {"role": transport.get(ROLE, "user"), "items": [item]}}


INPUTS = InputTable(
    Amendment(
        "tool-result", (CALL_ID,), Payload(lambda payload: pick(payload, "output"), _output_in)
    ),
    Amendment(
        "tool-result-error",
        (CALL_ID,),
        Payload(
            lambda payload: pick(payload, "message"), lambda data: {"message": _message_in(data)}
        ),
    ),
    Amendment("tool-approval-response", (CALL_ID, flag("approved", False), text("reason")), EDITED),
    Signal("regenerate"),
    Composed(
        "user-message",
        (Part("input_text", (), Payload(lambda p: p["text"], lambda d: {"text": text_of(d)})),),
        explode=_explode,
        envelope=lambda event: ({}, {ROLE: event["message"].get("role", "user")}),
        assemble=_assemble,
    ),
)
