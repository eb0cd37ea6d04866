"""The codec of the AI SDK's messages, and the fold of its chunks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import uuid4

from aitransport_notebook.codec.contract import Codec, CodecMessage, OpenCall
from aitransport_notebook.codec.fields import Event
from aitransport_notebook.codec.operations import Operation
from aitransport_notebook.codec.problems import not_a_message, refuse_others_words
from aitransport_notebook.codec.uimessage import inputs, parts, tools
from aitransport_notebook.codec.uimessage.calls import call_ids, calls_for_user
from aitransport_notebook.codec.uimessage.projection import Projection
from aitransport_notebook.codec.uimessage.table import INPUTS, MESSAGE_ID, OUTPUTS
from aitransport_notebook.wire.names import Headers

Fold = Callable[[Projection, Event, str], None]

_FOLDS: dict[str, Fold] = {
    "start": parts.start,
    "start-step": parts.start_step,
    "finish-step": parts.finish_step,
    "finish": parts.set_metadata,
    "message-metadata": parts.set_metadata,
    "text-start": parts.begin_text,
    "text-delta": parts.add_text,
    "text-end": parts.end_text,
    "reasoning-start": parts.begin_text,
    "reasoning-delta": parts.add_text,
    "reasoning-end": parts.end_text,
    "tool-input-start": tools.begin_input,
    "tool-input-delta": tools.add_input,
    "tool-input-available": tools.end_input,
    "tool-input-error": tools.fail_input,
    "tool-output-available": tools.put_output,
    "tool-output-error": tools.put_output,
    "tool-output-denied": tools.put_decision,
    "tool-approval-request": tools.put_decision,
    "file": parts.attach,
    "source-url": parts.attach,
    "source-document": parts.attach,
}
_ENDS_OF_MESSAGE = frozenset({"finish", "error", "abort"})


class UIMessageCodec(Codec[Projection]):
    """Messages of the AI SDK (`UIMessage`), and its chunks as an agent streams them.

    >>> UIMessageCodec().user_message("hello")["message"]["parts"]
    [{'type': 'text', 'text': 'hello'}]
    """

    agent_tag = "vercel-ai-sdk-ui-message"
    forks = True
    outputs = OUTPUTS
    inputs = INPUTS

    def empty(self) -> Projection:
        return Projection()

    def fold_input(self, projection: Projection, event: Event, message_id: str | None) -> None:
        if event["kind"] == "user-message":
            inputs.add_message(projection, event["message"], message_id)
        else:
            inputs.resolve(projection, event)
        if projection.waiting:
            inputs.settle_waiting(projection)

    def fold_output(self, projection: Projection, event: Event, message_id: str | None) -> None:
        if message_id is None:
            return
        type = event["type"]
        fold = _FOLDS.get(type)
        if fold is not None:
            fold(projection, event, message_id)
        elif type.startswith("data-"):
            parts.put_data(projection, event, message_id)
        if projection.waiting:
            inputs.settle_waiting(projection)

    def messages(self, projection: Projection) -> Sequence[CodecMessage]:
        return projection.messages

    def waits(self, messages: Sequence[Any]) -> bool:
        """Tell whether a user has a call to answer, or an approval to give.

        A call counts that is in state `input-available` and not the provider's own, or in
        `approval-requested`.
        """
        return bool(calls_for_user(messages))

    def open_calls(self, messages: Sequence[Any]) -> list[OpenCall]:
        return calls_for_user(messages)

    def has_call(self, message: Any, call_id: str) -> bool:
        return call_id in call_ids(message)

    def user_message(self, content: Any) -> Event:
        if isinstance(content, str):
            text = {"type": "text", "text": content}
            content = {"parts": [text]}
        if not isinstance(content, Mapping) or not isinstance(content.get("parts"), list):
            raise not_a_message(content, "a text, or a UIMessage with parts")
        refuse_others_words(content)
        message = {"id": str(uuid4()), "role": "user", **content}
        return {"kind": "user-message", "message": message}

    def encode_output(
        self, event: Mapping[str, Any], message_id: str | None = None
    ) -> Operation | None:
        """Encode a chunk; a `start` that names no message gets the id it is published under."""
        match event:
            case {"type": "start"} if event.get("messageId") is None:
                event = {**event, "messageId": message_id}
        return super().encode_output(event, message_id)

    def lead_in(self, seen: set[str], kind: str, headers: Headers, streamed: bool) -> list[Event]:
        """Give a message its `start` and `start-step` where those are gone from the channel."""
        if not streamed and kind != "tool-input":
            if kind in ("start", "start-step"):
                seen.add(kind)
            elif kind == "finish-step":
                seen.discard("start-step")
            elif kind in _ENDS_OF_MESSAGE:
                seen.clear()
            return []
        events: list[Event] = []
        if "start" not in seen:
            id = MESSAGE_ID.read(headers)
            events.append({"type": "start"} if id is None else {"type": "start", "messageId": id})
        if "start-step" not in seen:
            events.append({"type": "start-step"})
        seen.update(("start", "start-step"))
        return events
