"""What a pydantic-ai agent is given: a Run's prompt, as the AI SDK's messages that it reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_ai import DeferredToolResults, ToolApproved
from pydantic_ai.ui.vercel_ai.request_types import UIMessage

from aitransport_notebook.codec.fields import to_json
from aitransport_notebook.codec.turns import Message
from aitransport_notebook.codec.uimessage import approved_tool_calls
from aitransport_notebook.codec.uimessage.projection import Part, is_tool
from aitransport_notebook.errors import error_for

_APPROVAL = ("id", "approved", "reason")


def read_message(message: Message, denials: Mapping[str, str]) -> UIMessage:
    """Return a message as pydantic-ai takes it; `denials` has the reasons by the call."""
    parts = [_part(part, message["role"], denials) for part in message["parts"]]
    try:
        return UIMessage.model_validate({**message, "parts": parts})
    except ValidationError as error:
        first = error.errors()[0]
        raise error_for(
            40003,
            f"pydantic-ai cannot read the message {message.get('id')!r}: {first['msg']}",
            hint=f"See {'.'.join(map(str, first['loc']))} of it, and who published it.",
        ) from error


def approvals_in(messages: list[Message]) -> DeferredToolResults | None:
    """Return the approvals that are to be carried out now, with the arguments approved of."""
    calls = approved_tool_calls(messages)
    for call in calls:
        if not isinstance(call.input, dict):
            raise error_for(
                40003,
                f"{call.name!r} was approved with arguments that are not an object",
                hint="Give approve(..., arguments=...) a dict of the tool's parameters.",
            )
    approvals = {call.call_id: ToolApproved(override_args=call.input) for call in calls}
    return DeferredToolResults(approvals={**approvals}) if approvals else None


def _part(part: Part, role: str, denials: Mapping[str, str]) -> Part:
    if is_tool(part):
        return {**part, **dict(_tool_fields(part, denials))}
    if part["type"] == "file" and role == "assistant" and not part["url"].startswith("data:"):
        # Models take files that they made only in full.
        return {"type": "text", "text": f"[a file of type {part['mediaType']}: {part['url']}]"}
    return part


def _tool_fields(part: Part, denials: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
    """Yield what of a tool's part pydantic-ai wants otherwise."""
    given = part.get("input")
    yield "input", given if given is None or isinstance(given, dict | str) else to_json(given)
    if part["state"] == "output-available":
        yield "output", part.get("output")
    if isinstance(part.get("approval"), Mapping):
        approval = {key: part["approval"][key] for key in _APPROVAL if key in part["approval"]}
        if part["toolCallId"] in denials:
            approval.setdefault("reason", denials[part["toolCallId"]])
        yield "approval", approval
