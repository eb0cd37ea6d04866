"""Plain text: messages of a role and a text. Also the shortest example of a codec of one's own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from aitransport_notebook.codec.contract import Codec, CodecMessage
from aitransport_notebook.codec.fields import Event, text
from aitransport_notebook.codec.inputs import Composed, InputTable, Part, Signal
from aitransport_notebook.codec.outputs import OutputTable, Payload, Streamed
from aitransport_notebook.codec.problems import not_a_message, refuse_others_words
from aitransport_notebook.wire.names import ROLE, Headers

Messages = dict[str, dict[str, str]]


def _text_in(data: Any) -> Event:
    return {"text": data if isinstance(data, str) else ""}


def _assemble(part: Event, headers: Headers, transport: Headers) -> Event:
    return {"message": {"role": transport.get(ROLE, "user"), "text": part["text"]}}


class TextCodec(Codec[Messages]):
    """Messages like `{"role": "user", "text": "hello"}`.

    An agent says `{"type": "text-start", "id": "1"}`, then `text-delta` with a `delta`, then
    `text-end`; each stream adds to the message that it is published under.

    >>> TextCodec().user_message("hello")
    {'kind': 'user-message', 'message': {'role': 'user', 'text': 'hello'}}
    """

    agent_tag = "plain-text"
    outputs = OutputTable(
        Streamed(
            "text",
            "text-start",
            "text-delta",
            "text-end",
            stream_id=lambda event: str(event.get("id", "text")),
            delta_text="delta",
            fields=(text("id"),),
        )
    )
    inputs = InputTable(
        Signal("regenerate"),
        Composed(
            "user-message",
            (Part("text", (), Payload(lambda p: p["text"], _text_in)),),
            explode=lambda event: [{"type": "text", "text": event["message"]["text"]}],
            envelope=lambda event: ({}, {ROLE: event["message"].get("role", "user")}),
            assemble=_assemble,
        ),
    )

    def empty(self) -> Messages:
        return {}

    def fold_input(self, projection: Messages, event: Event, message_id: str | None) -> None:
        self._add(projection, message_id, event["message"]["role"], event["message"]["text"])

    def fold_output(self, projection: Messages, event: Event, message_id: str | None) -> None:
        self._add(projection, message_id, "assistant", event.get("delta", ""))

    def messages(self, projection: Messages) -> Sequence[CodecMessage]:
        return [CodecMessage(id, message) for id, message in projection.items()]

    def user_message(self, content: Any) -> Event:
        message = {"text": content} if isinstance(content, str) else content
        if not isinstance(message, dict) or not isinstance(message.get("text"), str):
            raise not_a_message(content, "a text, or a dict with role and text")
        refuse_others_words(message)
        return {"kind": "user-message", "message": {"role": "user", **message}}

    @staticmethod
    def _add(projection: Messages, id: str | None, role: str, text: str) -> None:
        message = projection.setdefault(id or "", {"role": role, "text": ""})
        message["text"] += text
