"""Which steers a Run has still to answer."""

from __future__ import annotations

import json
from collections.abc import Mapping

from aitransport_notebook.wire import names as wire
from aitransport_notebook.wire.record import Record


class Steers:
    """Steers as they go from said, over taken up, to answered."""

    def __init__(self) -> None:
        self._said: dict[str, None] = {}
        self._taken_up: dict[str, None] = {}

    def add(self, message_id: str) -> None:
        self._said[message_id] = None

    def take_up(self) -> bool:
        """Take up all that was said since the last time; False if there was nothing."""
        any_said = bool(self._said)
        self._taken_up.update(self._said)
        self._said.clear()
        return any_said

    def answer(self) -> list[str]:
        """Return those that what is said next answers."""
        answered = list(self._taken_up)
        self._taken_up.clear()
        return answered

    def is_unanswered(self, message_id: str) -> bool:
        return message_id in self._said or message_id in self._taken_up


def is_steer(record: Record) -> bool:
    """Tell whether a record of a Run is a new word of its user; an answer to a call is none."""
    return record.name == wire.AI_INPUT and record.codec.get(wire.KIND) == "user-message"


def is_decision(record: Record, message_id: str | None) -> bool:
    """Tell whether a record answers a call of this message."""
    is_input = record.name == wire.AI_INPUT and record.message_id is not None
    return is_input and record.message_id == message_id and not is_steer(record)


def steers_in(headers: Mapping[str, str]) -> list[str]:
    """Return the ids of the steers that an output says it answers."""
    try:
        ids = json.loads(headers.get(wire.STEERS, "[]"))
    except ValueError:
        return []
    return [id for id in ids if isinstance(id, str)] if isinstance(ids, list) else []
