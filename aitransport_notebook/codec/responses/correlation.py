"""What an agent reads from a conversation before it calls the model again.

All take the messages themselves, in their order: a call and its output may be in different ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from aitransport_notebook.codec.responses.slots import CALL
from aitransport_notebook.codec.responses.tools import OUTPUT

Message = Mapping[str, Any]
Item = dict[str, Any]


def to_responses_input(messages: Iterable[Message]) -> list[Item]:
    """Return the `input` of the next call to the model: all items, as they are.

    >>> to_responses_input([{"role": "user", "items": [{"type": "message", "role": "user"}]}])
    [{'type': 'message', 'role': 'user'}]
    """
    return [item for message in messages for item in message["items"]]


def resolved_call_ids(messages: Iterable[Message]) -> set[str]:
    """Return the ids of all calls that have an output."""
    items = to_responses_input(messages)
    return {_call_id(item) for item in items if item.get("type") == OUTPUT}


def unanswered_calls(messages: Sequence[Message]) -> list[Item]:
    """Return the calls that wait for a user: the model refuses to go on while there are any."""
    return [call for call, approved in _open_calls(messages) if not approved]


def approved_unexecuted_calls(messages: Sequence[Message]) -> list[Item]:
    """Return the calls that the user has approved, and the agent is to run now."""
    return [call for call, approved in _open_calls(messages) if approved]


def _open_calls(messages: Sequence[Message]) -> Iterator[tuple[Item, bool]]:
    """Yield each call without an output, and whether its message has it approved."""
    resolved = resolved_call_ids(messages)
    for message in messages:
        states = message.get("toolCallStates", {})
        for item in message["items"]:
            if item.get("type") == CALL and _call_id(item) not in resolved:
                yield item, states.get(_call_id(item), {}).get("approval") == "approved"


def _call_id(item: Item) -> str:
    id = item.get("call_id")
    return id if isinstance(id, str) else ""
