"""What people said to tool calls, which the messages of no codec tell: who, when, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from aitransport_notebook.codec.contract import Codec
from aitransport_notebook.codec.decoding import inputs_of
from aitransport_notebook.codec.fields import Event
from aitransport_notebook.runs.authors import Author, author_of
from aitransport_notebook.wire import names as wire
from aitransport_notebook.wire.record import Record

APPROVED: Final = "approved"
DENIED: Final = "denied"
RESULT: Final = "result"
FAILURE: Final = "error"
_DECISION = "tool-approval-response"
_KINDS = {"tool-result": RESULT, "tool-result-error": FAILURE}


class CallAnswer(NamedTuple):
    """What a person said to a tool call: a decision on it, or its result."""

    call_id: str
    # "approved", "denied", "result" or "error".
    kind: str
    by: Author
    # In ms since 1970, as the server says.
    at: int | None
    reason: str | None = None
    # What they put in the place of the model's arguments.
    arguments: Any = None
    # Where it stands on the channel.
    serial: str = ""
    # Whether the agent went on with this one, where there are several and that is known.
    counted: bool | None = None


def answers_in(codec: Codec[Any], records: Iterable[Record]) -> list[CallAnswer]:
    """Return what records say to calls, in the order of the channel."""
    ordered = sorted(records, key=lambda record: record.serial)
    return [answer for record in ordered for answer in _answers(codec, record)]


def with_counted(
    answers: Sequence[CallAnswer], run_id: str, records: Iterable[Record]
) -> Sequence[CallAnswer]:
    """Return the answers to one call of a Run, with which of them counted, of a channel's records.

    An agent that goes on does so with what was said last by then; until one has, nobody knows.
    """
    if len(answers) < 2:
        return answers
    resumes = (
        record.serial
        for record in records
        if record.name == wire.RUN_RESUME and record.run_id == run_id
    )
    after = min((serial for serial in resumes if serial > answers[0].serial), default=None)
    if after is None:
        return answers
    counted = max(answer.serial for answer in answers if answer.serial < after)
    return [answer._replace(counted=answer.serial == counted) for answer in answers]


def _answers(codec: Codec[Any], record: Record) -> Iterator[CallAnswer]:
    for event in inputs_of(codec, record):
        payload = event.get("payload")
        if not isinstance(payload, dict):
            continue
        kind, call_id = _kind_of(event, payload), payload.get(codec.call_key)
        if kind is None or not isinstance(call_id, str):
            continue
        reason, arguments = payload.get("reason"), payload.get("arguments")
        told = reason if isinstance(reason, str) and reason else None
        by, at, serial = author_of(record), record.timestamp, record.serial
        yield CallAnswer(call_id, kind, by, at, told, arguments, serial)


def _kind_of(event: Event, payload: Mapping[str, Any]) -> str | None:
    if event["kind"] == _DECISION:
        return APPROVED if payload.get("approved") is True else DENIED
    return _KINDS.get(event["kind"])
