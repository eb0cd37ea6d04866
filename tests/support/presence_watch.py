"""The members of a channel as a client sees them come and go."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.support.raw_client import (
    ATTACHED,
    ENTER,
    HAS_PRESENCE,
    LEAVE,
    PRESENCE,
    SYNC,
    UPDATE,
    Wire,
)

PRESENT = 1


@dataclass
class PresenceWatch:
    """Pass its `receive` as `on_presence`."""

    # Each member by connection and client; events as they came: action and client.
    members: dict[tuple[str, str], Wire] = field(default_factory=dict)
    events: list[tuple[int, str]] = field(default_factory=list)
    _synced: dict[tuple[str, str], Wire] = field(default_factory=dict)

    @property
    def clients(self) -> list[str]:
        return sorted(client for _, client in self.members)

    def left(self, client: str) -> bool:
        return (LEAVE, client) in self.events

    def receive(self, frame: Wire) -> None:
        if frame["action"] == ATTACHED:
            self._synced = {}
            if not frame.get("flags", 0) & HAS_PRESENCE:
                self.members.clear()
        elif frame["action"] == PRESENCE:
            for event in frame["presence"]:
                self.events.append((event["action"], event["clientId"]))
                self._change(event)
        elif frame["action"] == SYNC:
            for member in frame.get("presence") or []:
                self._synced[member["connectionId"], member["clientId"]] = member
            if not frame.get("channelSerial", "").partition(":")[2]:
                self.members, self._synced = self._synced, {}

    def _change(self, event: Wire) -> None:
        key = event["connectionId"], event["clientId"]
        if event["action"] == LEAVE:
            self.members.pop(key, None)
        elif event["action"] in (ENTER, UPDATE, PRESENT):
            self.members[key] = event
