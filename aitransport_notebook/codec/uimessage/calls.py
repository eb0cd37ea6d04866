"""Which tool calls of a conversation are still open, and whose turn it is.

All take the messages themselves, in their order, as an agent's Run or a view has them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from aitransport_notebook.codec.contract import OpenCall
from aitransport_notebook.codec.turns import Message, last_turn
from aitransport_notebook.codec.uimessage.projection import Part, is_tool


def pending_tool_calls(messages: Sequence[Message]) -> list[OpenCall]:
    """Return the calls of the assistant's last message that the model has just made.

    Which of them the agent runs, and which are at the user's, is for who has the tools to say.

    >>> call = {"type": "tool-look", "toolCallId": "c1", "state": "input-available", "input": {}}
    >>> pending_tool_calls([{"role": "assistant", "parts": [call]}])
    [OpenCall(call_id='c1', name='look', input={})]
    """
    parts = _tools_in(last_turn(messages)[-1:])
    return [_call(part) for part in parts if part["state"] == "input-available" if "input" in part]


def approved_tool_calls(messages: Sequence[Message]) -> list[OpenCall]:
    """Return the calls of the assistant's last message that a user has approved, to be run now.

    Where the user put other arguments in the place of the model's, a call has those.
    """
    return [
        _call({**part, "input": part["approval"].get("arguments", part["input"])})
        for part in _tools_in(last_turn(messages)[-1:])
        if part["state"] == "approval-responded"
        if "input" in part and _is_approved(part.get("approval"))
    ]


def calls_for_user(messages: Sequence[Message]) -> list[OpenCall]:
    """Return the calls in the assistant's last turn that have neither an output nor a decision."""
    return [
        _call(part)
        for part in _tools_in(last_turn(messages))
        if part["state"] == "approval-requested"
        or (part["state"] == "input-available" and not part.get("providerExecuted"))
    ]


def call_ids(message: Message | None) -> list[Any]:
    """Return the ids of a message's tool calls."""
    return [part["toolCallId"] for part in _tools_in([message] if message is not None else [])]


def _tools_in(messages: Sequence[Message]) -> Iterator[Part]:
    return (part for message in messages for part in message["parts"] if is_tool(part))


def _call(part: Part) -> OpenCall:
    name = (
        part.get("toolName", "") if part["type"] == "dynamic-tool" else part["type"][len("tool-") :]
    )
    return OpenCall(part["toolCallId"], name, part.get("input"))


def _is_approved(approval: object) -> bool:
    return isinstance(approval, dict) and approval.get("approved") is True
