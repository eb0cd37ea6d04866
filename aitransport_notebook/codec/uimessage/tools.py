"""How a tool call goes from its input to its output, by the agent's chunks and the user's word."""

from __future__ import annotations

from typing import Any

from aitransport_notebook.codec.fields import Event, pick
from aitransport_notebook.codec.uimessage.projection import Part, Projection
from aitransport_notebook.wire.strict_json import from_json


def begin_input(projection: Projection, chunk: Event, id: str) -> None:
    draft = projection.draft(id)
    call_id = chunk["toolCallId"]
    draft.calls.pop(call_id, None)
    draft.put_tool(call_id, {**_identity_in(chunk), "state": "input-streaming"})


def add_input(projection: Projection, chunk: Event, id: str) -> None:
    draft = projection.draft(id)
    call = draft.calls.get(chunk["toolCallId"])
    part = draft.tool(chunk["toolCallId"])
    if call is None:
        return
    call.input_text += chunk["inputTextDelta"]
    if part is None:
        return
    streaming = {**_identity(part), "state": "input-streaming"}
    try:
        streaming["input"] = from_json(call.input_text)
    except ValueError:
        # Not all of it is here yet.
        streaming.pop("input", None)
    draft.parts[call.index] = streaming


def end_input(projection: Projection, chunk: Event, id: str) -> None:
    draft = projection.draft(id)
    part = draft.tool(chunk["toolCallId"])
    if part is not None:
        ready = {**_identity(part), "state": "input-available", **pick(chunk, "input")}
        draft.put_tool(chunk["toolCallId"], ready)


def fail_input(projection: Projection, chunk: Event, id: str) -> None:
    draft = projection.draft(id)
    part = draft.tool(chunk["toolCallId"])
    identity = _identity_in(chunk) if part is None else _identity(part)
    failed = {**identity, "state": "output-error", **pick(chunk, "input", "errorText")}
    draft.put_tool(chunk["toolCallId"], failed)


def put_output(projection: Projection, chunk: Event, id: str) -> None:
    """Put the outcome to its call, wherever that is: a second pass has a message id of its own."""
    holder = projection.holder_of(chunk["toolCallId"])
    part = holder.tool(chunk["toolCallId"]) if holder else None
    if holder is not None and part is not None:
        holder.put_tool(chunk["toolCallId"], moved_on(part, chunk))


def put_decision(projection: Projection, chunk: Event, id: str) -> None:
    """Ask for an approval, or deny the call."""
    draft = projection.draft(id)
    part = draft.tool(chunk["toolCallId"])
    if part is not None:
        draft.put_tool(chunk["toolCallId"], moved_on(part, chunk))


def moved_on(part: Part, chunk: Event) -> Part:
    """Return the tool's part as it is after a chunk."""
    base = _identity(part)
    given = pick(part, "input")
    type = chunk["type"]
    if type == "tool-output-available":
        return {
            **base,
            "state": "output-available",
            **given,
            **pick(chunk, "output", "preliminary"),
        }
    if type == "tool-output-error":
        return {**base, "state": "output-error", **given, "errorText": chunk["errorText"]}
    if type == "tool-output-denied":
        return {**base, "state": "output-denied", **given, "approval": _DENIED.copy()}
    asked = {"id": chunk["approvalId"]}
    return {**base, "state": "approval-requested", **given, "approval": asked}


def resolved(part: Part, call_id: str, kind: str, payload: Event) -> Part:
    """Return the tool's part as it is after the user's word."""
    if kind == "tool-result":
        return moved_on(part, {"type": "tool-output-available", **pick(payload, "output")})
    if kind == "tool-result-error":
        return moved_on(part, {"type": "tool-output-error", "errorText": payload["message"]})
    if not payload["approved"]:
        return moved_on(part, {"type": "tool-output-denied"})
    approval = part.get("approval")
    answer: dict[str, Any] = {
        "id": approval.get("id", "") if isinstance(approval, dict) else "",
        "approved": True,
        **pick(payload, "reason", "arguments"),
    }
    base = _identity(part)
    return {**base, "state": "approval-responded", **pick(part, "input"), "approval": answer}


# What an agent's denial says; it names no request.
_DENIED = {"id": "", "approved": False}


def _identity(part: Part) -> Part:
    """Return what stays through all states: a static tool has its name in its type alone."""
    named = ("toolName",) if part["type"] == "dynamic-tool" else ()
    return pick(part, "type", "toolCallId", *named, "title", "providerExecuted")


def _identity_in(chunk: Event) -> Part:
    type = "dynamic-tool" if chunk.get("dynamic") else f"tool-{chunk['toolName']}"
    return _identity({**chunk, "type": type})
