"""How what a user says changes the messages: a message of their own, or a word on a tool call."""

from __future__ import annotations

from aitransport_notebook.codec.fields import Event
from aitransport_notebook.codec.uimessage.projection import (
    Draft,
    Message,
    Projection,
    ToolCall,
    Waiting,
    is_tool,
)
from aitransport_notebook.codec.uimessage.tools import resolved


def add_message(projection: Projection, message: Message, id: str | None) -> None:
    """Add a user's message, or a further part of one that is there."""
    known = projection.drafts.get(id) if id is not None else None
    if known is None:
        projection.begin(message["id"] if id is None else id, message)
    else:
        known.parts.extend(message["parts"])


def resolve(projection: Projection, event: Event) -> None:
    """Put the user's word to its tool call, or keep it until the call comes."""
    payload = event["payload"]
    _seed(projection, event["codecMessageId"], payload)
    word = Waiting(event["codecMessageId"], payload["toolCallId"], event["kind"], payload)
    if not _settle(projection, word):
        projection.waiting.append(word)


def settle_waiting(projection: Projection) -> None:
    projection.waiting = [word for word in projection.waiting if not _settle(projection, word)]


def _settle(projection: Projection, word: Waiting) -> bool:
    draft = projection.drafts.get(word.message_id)
    part = draft.tool(word.call_id) if draft else None
    if draft is None or part is None:
        return False
    draft.put_tool(word.call_id, resolved(part, word.call_id, word.kind, word.payload))
    return True


def _seed(projection: Projection, target: str, payload: Event) -> None:
    """Lay out the messages of the Run that a fork answers for, which are not in its own."""
    seed = payload.get("forkSeed")
    if seed is None or target in projection.drafts:
        return
    for entry in seed["messages"]:
        if entry["codecMessageId"] in projection.drafts:
            continue
        message = {**entry["message"], "parts": list(entry["message"]["parts"])}
        draft: Draft = projection.begin(entry["codecMessageId"], message)
        for index, part in enumerate(draft.parts):
            if is_tool(part) and isinstance(part["toolCallId"], str):
                draft.calls[part["toolCallId"]] = ToolCall(index)
