"""What wakes an agent: which input, in which session. All else stands on the channel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aitransport_notebook.errors import error_for


@dataclass(frozen=True, slots=True)
class Invocation:
    """Points at the input that an agent is to answer.

    >>> Invocation.of({"inputEventId": "e1", "sessionName": "room"}).to_json()
    {'inputEventId': 'e1', 'sessionName': 'room'}
    """

    input_event_id: str
    session_name: str

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> Invocation:
        """Read the body of a request that wakes an agent."""
        event_id, name = body.get("inputEventId"), body.get("sessionName")
        if not isinstance(event_id, str) or not isinstance(name, str) or not name:
            raise error_for(
                40003,
                "this is not an invocation",
                hint="Send inputEventId and sessionName, as run.to_invocation().to_json() gives.",
            )
        return cls(event_id, name)

    def to_json(self) -> dict[str, str]:
        return {"inputEventId": self.input_event_id, "sessionName": self.session_name}
