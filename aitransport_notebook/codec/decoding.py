"""From a record to its events. What a stream has become is read the same as if it never grew."""

from __future__ import annotations

from typing import Any

from aitransport_notebook.codec.contract import Codec
from aitransport_notebook.codec.fields import Event
from aitransport_notebook.wire.names import AI_INPUT, AI_OUTPUT, KIND
from aitransport_notebook.wire.record import COMPLETE, Record


def kind_of(record: Record) -> str:
    kind: object = record.codec.get(KIND)
    return kind if isinstance(kind, str) else ""


def says_anything(codec: Codec[Any], record: Record, *, at_first: bool) -> bool:
    """Tell whether a record has events; `at_first` is whether its Run had no output before."""
    if record.deleted:
        return False
    if record.name == AI_INPUT:
        return not record.streamed and codec.inputs.knows(record.codec)
    if record.name != AI_OUTPUT:
        return False
    if codec.outputs.knows(kind_of(record), record.streamed):
        return True
    if not record.streamed or not at_first:
        return False
    return bool(codec.lead_in(set(), kind_of(record), record.codec, True))


def events_of(codec: Codec[Any], record: Record, seen: set[str] | None) -> list[Event]:
    """Return what a record says, be it a user's or an agent's; `seen` as in `outputs_of`."""
    if record.name == AI_INPUT:
        return inputs_of(codec, record)
    return outputs_of(codec, record, seen)


def inputs_of(codec: Codec[Any], record: Record) -> list[Event]:
    if record.deleted or record.streamed or record.name != AI_INPUT:
        return []
    return codec.inputs.decode(record.codec, record.data, record.transport)


def outputs_of(codec: Codec[Any], record: Record, seen: set[str] | None) -> list[Event]:
    """Return the outputs of a record.

    `seen` is what the codec noted of the Run before it; None where nobody asks for a lead-in.
    """
    if record.deleted or record.name != AI_OUTPUT:
        return []
    headers = record.codec
    kind = kind_of(record)
    events = [] if seen is None else codec.lead_in(seen, kind, headers, record.streamed)
    if not record.streamed:
        return events + codec.outputs.decode_whole(kind, headers, record.data)
    group = codec.outputs.streamed.get(kind)
    if group is None:
        return events
    events = [*events, group.decode_start(headers)]
    text = record.text
    if text:
        events.append(group.decode_delta(headers, text))
    # What says at its creation that it has ended was never streamed.
    grown = record.data is None or record.version != record.serial
    if record.status == COMPLETE and grown:
        events.append(group.decode_end(headers, text))
    return events


def growth_of(codec: Codec[Any], record: Record, added: str) -> list[Event]:
    """Return the events of a stream that has just grown by a text, or ended, or both."""
    group = codec.outputs.streamed.get(kind_of(record))
    if group is None or record.name != AI_OUTPUT:
        return []
    events = [group.decode_delta(record.codec, added)] if added else []
    if record.status == COMPLETE:
        events.append(group.decode_end(record.codec, record.text))
    return events
