"""What an agent reads from a conversation before it calls the model again.

All take the messages themselves, in their order: a call and its output may be in different ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from aitransport_notebook.codec.fields import to_json
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
    return [call for call, state in _open_calls(messages) if state.get("approval") != "approved"]


def approved_unexecuted_calls(messages: Sequence[Message]) -> list[Item]:
    """Return the calls that the user has approved, and the agent is to run now.

    Where the user put other arguments in the place of the model's, a call has those.
    """
    approved = ((c, s) for c, s in _open_calls(messages) if s.get("approval") == "approved")
    return [_edited(call, state) for call, state in approved]


def call_ids(message: Message | None) -> list[str]:
    """Return the ids of a message's calls, those among them that only an approval names."""
    if message is None:
        return []
    calls = [_call_id(item) for item in message["items"] if item.get("type") == CALL]
    return [*calls, *message.get("toolCallStates", {})]


def _open_calls(messages: Sequence[Message]) -> Iterator[tuple[Item, Mapping[str, Any]]]:
    """Yield each call without an output, and how it stands in its message."""
    resolved = resolved_call_ids(messages)
    for message in messages:
        states = message.get("toolCallStates", {})
        for item in message["items"]:
            if item.get("type") == CALL and _call_id(item) not in resolved:
                yield item, states.get(_call_id(item), {})


def _edited(call: Item, state: Mapping[str, Any]) -> Item:
    if "edited" not in state:
        return call
    arguments = state["edited"]
    return {**call, "arguments": arguments if isinstance(arguments, str) else to_json(arguments)}


def _call_id(item: Item) -> str:
    id = item.get("call_id")
    return id if isinstance(id, str) else ""
