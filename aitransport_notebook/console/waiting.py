"""The tool calls that wait for a person."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from aitransport_notebook.session.client.session import ClientSession


class WaitingCall(NamedTuple):
    """A call that a person is to decide on, or to answer."""

    message_id: str
    call_id: str
    tool: str
    # As the model gave them; others may be given with an approval.
    arguments: Any


def waiting_calls(session: ClientSession[Any], run_id: str) -> list[WaitingCall]:
    """Return the calls of a Run that wait, as far as its messages are known."""
    codec, node = session.codec, session.tree.run(run_id)
    messages = list(session.tree.messages_of(node)) if node is not None else []
    return [
        WaitingCall(message_id, call.call_id, call.name, deepcopy(call.input))
        for call in codec.open_calls([message for _, message in messages])
        for message_id, message in messages
        if codec.has_call(message, call.call_id)
    ]
