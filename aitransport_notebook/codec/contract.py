"""What a codec is: two tables for the wire, and a fold of their events into messages.

A codec holds no state. What it folds into, it makes with `empty`, and whoever folds keeps it.
Events are plain dicts: an input has a `kind` and comes from a user, an output has a `type` and
comes from an agent.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Generic, NamedTuple, TypeVar

from aitransport_notebook.codec.fields import Event, to_json
from aitransport_notebook.codec.inputs import InputTable
from aitransport_notebook.codec.operations import Operation, Publish
from aitransport_notebook.codec.outputs import OutputTable
from aitransport_notebook.codec.problems import malformed, unknown_input, wrong_direction
from aitransport_notebook.wire.names import Headers

P = TypeVar("P")
# What a table's functions raise when an event is not as they expect it.
SHAPE_ERRORS = (AttributeError, KeyError, TypeError, ValueError)


class CodecMessage(NamedTuple):
    """A message under the id that the wire knows it by; what is in it is the codec's own."""

    codec_message_id: str
    message: Any


class OpenCall(NamedTuple):
    """A tool call that has no output yet."""

    call_id: str
    name: str
    input: Any


class Codec(ABC, Generic[P]):
    """Writes what is said on the wire, reads it back, and folds it into messages."""

    # How Ably's statistics know the codec; None keeps it out of them.
    agent_tag: ClassVar[str | None] = None
    outputs: ClassVar[OutputTable]
    inputs: ClassVar[InputTable]
    # What the payload of an answer to a tool call names the call by.
    call_key: ClassVar[str] = "toolCallId"
    # Whether an answer may carry the Run that it makes another of, as its `forkSeed`.
    forks: ClassVar[bool] = False

    @abstractmethod
    def empty(self) -> P:
        """Return a projection of nothing yet."""

    @abstractmethod
    def fold_input(self, projection: P, event: Event, message_id: str | None) -> None:
        """Fold what a user said into the projection, in place."""

    @abstractmethod
    def fold_output(self, projection: P, event: Event, message_id: str | None) -> None:
        """Fold what an agent said into the projection, in place."""

    @abstractmethod
    def messages(self, projection: P) -> Sequence[CodecMessage]:
        """Return the messages of a projection in their order."""

    @abstractmethod
    def user_message(self, content: Any) -> Event:
        """Make an input of a new message: from a text, or from a message as the codec has it."""

    def waits(self, messages: Sequence[Any]) -> bool:
        """Tell whether the assistant's last turn has a call that only a user can answer.

        Its Run is then to be suspended, and not ended. What counts is a call without an output
        or a decision, or a request for an approval; once each has one the answer is False. A call
        that the agent runs itself is told apart by its output alone: publish that first.
        """
        return False

    def open_calls(self, messages: Sequence[Any]) -> list[OpenCall]:
        """Return the calls of the assistant's last turn that `waits` goes by, as far as known."""
        return []

    def has_call(self, message: Any, call_id: str) -> bool:
        """Tell whether a message has a tool call of this id; True where the codec cannot tell."""
        return True

    def lead_in(self, seen: set[str], kind: str, headers: Headers, streamed: bool) -> list[Event]:
        """Return events to fold before an output whose own beginning never came.

        `seen` is kept for each Run from its first output on, for the codec to write in.
        """
        return []

    def regenerate(self, target: str, parent: str) -> Event:
        """Make an input that asks for another reply in the place of a message."""
        return {"kind": "regenerate", "target": target, "parent": parent}

    def amend(self, kind: str, message_id: str, payload: Mapping[str, Any]) -> Event:
        """Make an input that changes a message: a tool's result or error, or an approval."""
        if not self.inputs.has(kind):
            raise unknown_input(kind, self.inputs.kinds)
        return {"kind": kind, "codecMessageId": message_id, "payload": dict(payload)}

    def encode_output(
        self, event: Mapping[str, Any], message_id: str | None = None
    ) -> Operation | None:
        """Return what an output asks of the channel; None if it stays off the wire.

        `message_id` is the one that it will be published under.
        """
        if not _says(event, "type"):
            raise wrong_direction(event, "output")
        try:
            operation = self.outputs.encode(event)
            if isinstance(operation, Publish):
                _refuse_unless_json(operation.data)
            return operation
        except SHAPE_ERRORS as error:
            raise malformed(event, error) from error

    def encode_input(self, event: Mapping[str, Any]) -> list[Publish]:
        """Return the messages that an input becomes."""
        if not _says(event, "kind"):
            raise wrong_direction(event, "input")
        try:
            published = self.inputs.encode(event)
            for operation in published:
                _refuse_unless_json(operation.data)
            return published
        except SHAPE_ERRORS as error:
            raise malformed(event, error) from error


def _says(event: object, key: str) -> bool:
    return isinstance(event, Mapping) and isinstance(event.get(key), str)


def _refuse_unless_json(data: Any) -> None:
    """Raise what `json` does: on its way to the channel it would be too late to say so."""
    if not isinstance(data, str | bytes | bytearray):
        to_json(data)
