"""Which chunk of the AI SDK, and which input, is which message on the wire."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aitransport_notebook.codec.fields import (
    Event,
    choice,
    flag,
    pick,
    read_fields,
    structured,
    text,
    text_of,
)
from aitransport_notebook.codec.inputs import EDITED, Amendment, Composed, InputTable, Part, Signal
from aitransport_notebook.codec.outputs import OutputTable, Payload, Said, Streamed
from aitransport_notebook.wire.names import ROLE, Headers
from aitransport_notebook.wire.strict_json import from_json

ID = text("id")
MESSAGE_ID = text("messageId")
META = structured("providerMetadata")
MESSAGE_META = structured("messageMetadata")
CALL = text("toolCallId", "")
TOOL = text("toolName", "")
DYNAMIC = flag("dynamic")
TITLE = text("title")
BY_PROVIDER = flag("providerExecuted")
MEDIA = text("mediaType", "")
SOURCE = text("sourceId", "")
FINISH = choice(
    "finishReason", ("stop", "length", "content-filter", "tool-calls", "error", "other"), "stop"
)

TOOL_START = (CALL, TOOL, DYNAMIC, TITLE, BY_PROVIDER, META)


def message_in(data: Any, key: str) -> str:
    value = data.get(key, "") if isinstance(data, Mapping) else ""
    return value if isinstance(value, str) else ""


def _failure_in(data: Any) -> Event:
    text = data.get("errorText", "") if isinstance(data, Mapping) else None
    given = pick(data, "input") if isinstance(text, str) else {}
    return {"errorText": message_in(data, "errorText"), **given}


def _end_of_tool_input(headers: Headers, whole: str) -> Event:
    event = {
        "type": "tool-input-available",
        "toolCallId": CALL.read(headers),
        "toolName": TOOL.read(headers),
        **read_fields((META,), headers),
    }
    if whole:
        try:
            event["input"] = from_json(whole)
        except ValueError:
            event["input"] = whole
    return event


def _whole_tool_input(headers: Headers, data: Any) -> list[Event]:
    end = {"type": "tool-input-available", **read_fields((CALL, TOOL, META), headers)}
    return [
        {"type": "tool-input-start", **read_fields(TOOL_START, headers)},
        end if data is None else {**end, "input": data},
    ]


def _streamed(kind: str) -> Streamed:
    return Streamed(
        kind,
        f"{kind}-start",
        f"{kind}-delta",
        f"{kind}-end",
        stream_id=lambda chunk: str(chunk["id"]),
        delta_text="delta",
        fields=(ID, META),
        delta_fields=(ID,),
    )


def _address(kind: str, *fields: Any) -> Said:
    return Said(
        kind, fields, Payload(lambda chunk: chunk["url"], lambda data: {"url": text_of(data)})
    )


OUTPUTS = OutputTable(
    _streamed("text"),
    _streamed("reasoning"),
    Streamed(
        "tool-input",
        "tool-input-start",
        "tool-input-delta",
        "tool-input-available",
        stream_id=lambda chunk: str(chunk["toolCallId"]),
        delta_text="inputTextDelta",
        fields=TOOL_START,
        delta_fields=(CALL,),
        closing=("toolCallId", "toolName", "providerMetadata"),
        rebuild_end=_end_of_tool_input,
        whole=Payload(lambda chunk: chunk.get("input"), lambda data: {}),
        rebuild_whole=_whole_tool_input,
    ),
    Said("start", (MESSAGE_ID, MESSAGE_META)),
    Said("start-step"),
    Said("finish-step"),
    Said("finish", (FINISH, MESSAGE_META)),
    Said("message-metadata", (MESSAGE_META,)),
    Said(
        "error",
        payload=Payload(
            lambda chunk: chunk["errorText"], lambda data: {"errorText": text_of(data)}
        ),
    ),
    Said(
        "abort",
        payload=Payload(
            lambda chunk: chunk.get("reason") or "",
            lambda data: {"reason": data} if data and isinstance(data, str) else {},
        ),
    ),
    _address("file", MEDIA, META),
    _address("source-url", SOURCE, TITLE, META),
    Said("source-document", (SOURCE, MEDIA, text("title", ""), text("filename"), META)),
    Said(
        "tool-input-error",
        TOOL_START,
        Payload(
            lambda chunk: pick(chunk, "errorText", "input"),
            _failure_in,
        ),
    ),
    Said(
        "tool-output-available",
        (CALL, DYNAMIC, BY_PROVIDER, flag("preliminary")),
        Payload(lambda chunk: pick(chunk, "output"), lambda data: pick(data, "output")),
    ),
    Said(
        "tool-output-error",
        (CALL, DYNAMIC, BY_PROVIDER),
        Payload(
            lambda chunk: pick(chunk, "errorText"),
            lambda data: {"errorText": message_in(data, "errorText")},
        ),
    ),
    Said("tool-approval-request", (CALL, text("approvalId", ""))),
    Said("tool-output-denied", (CALL,)),
    Said(
        "data-*",
        (ID, flag("transient")),
        Payload(
            lambda chunk: chunk.get("data"),
            lambda data: {} if data is None else {"data": data},
        ),
        ephemeral=lambda chunk: chunk.get("transient") is True,
    ),
)


def seed_in(data: Any) -> Event:
    """Return the fork's seed that a tool's result carries, rid of what is not a message."""
    seed = data.get("forkSeed") if isinstance(data, Mapping) else None
    messages = seed.get("messages") if isinstance(seed, Mapping) else None
    if not isinstance(messages, list):
        return {}
    kept = []
    for entry in messages:
        message = entry.get("message") if isinstance(entry, Mapping) else None
        id = entry.get("codecMessageId") if isinstance(entry, Mapping) else None
        if not isinstance(id, str) or not isinstance(message, Mapping):
            continue
        parts = message.get("parts")
        if isinstance(parts, list):
            parts = [p for p in parts if isinstance(p, dict) and isinstance(p.get("type"), str)]
            kept.append({"codecMessageId": id, "message": {**message, "parts": parts}})
    return {"forkSeed": {"messages": kept}}


def _explode(event: Event) -> list[Event]:
    parts = [part for part in event["message"].get("parts", []) if _can_be_sent(part)]
    return parts or [{"type": "text", "text": ""}]


def _can_be_sent(part: Event) -> bool:
    type = part.get("type", "")
    return type in ("text", "file") or type.startswith("data-")


def _envelope(event: Event) -> tuple[Headers, Headers]:
    message = event["message"]
    id = MESSAGE_ID.print(message.get("id"))
    return ({} if id is None else {"messageId": id}), {ROLE: message.get("role", "user")}


def _assemble(part: Event, headers: Headers, transport: Headers) -> Event:
    id = MESSAGE_ID.read(headers) or ""
    return {"message": {"id": id, "role": transport.get(ROLE, "user"), "parts": [part]}}


INPUTS = InputTable(
    Amendment(
        "tool-result",
        (CALL,),
        Payload(
            lambda payload: pick(payload, "output", "forkSeed"),
            lambda data: {**pick(data, "output"), **seed_in(data)},
        ),
    ),
    Amendment(
        "tool-result-error",
        (CALL,),
        Payload(
            lambda payload: pick(payload, "message", "forkSeed"),
            lambda data: {"message": message_in(data, "message"), **seed_in(data)},
        ),
    ),
    Amendment("tool-approval-response", (CALL, flag("approved", False), text("reason")), EDITED),
    Signal("regenerate"),
    Composed(
        "user-message",
        (
            Part("text", (), Payload(lambda p: p["text"], lambda data: {"text": text_of(data)})),
            Part("file", (MEDIA,), Payload(lambda p: p["url"], lambda d: {"url": text_of(d)})),
            Part(
                "data-*",
                (ID,),
                Payload(
                    lambda part: part.get("data"),
                    lambda data: {} if data is None else {"data": data},
                ),
            ),
        ),
        explode=_explode,
        envelope=_envelope,
        assemble=_assemble,
    ),
)
