"""Who is present on a channel."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from aitransport_notebook.hub.protocol.encoding import portions
from aitransport_notebook.hub.protocol.frames import (
    Action,
    PresenceAction,
    PresenceMessage,
    ProtocolMessage,
)

SYNC_PAGE = 100

MemberKey = tuple[str, str]


class Members:
    """The presence set: one entry for each client id on each connection."""

    def __init__(self) -> None:
        self._members: dict[MemberKey, PresenceMessage] = {}

    def __len__(self) -> int:
        return len(self._members)

    def __iter__(self) -> Iterator[PresenceMessage]:
        return iter(self._members.values())

    def __contains__(self, key: MemberKey) -> bool:
        return key in self._members

    def change(self, event: PresenceMessage) -> None:
        """Take in an event that has been written."""
        if event.action in (PresenceAction.LEAVE, PresenceAction.ABSENT):
            self._members.pop(member_key(event), None)
        else:
            self._members[member_key(event)] = event

    def present(self, connection_id: str | None = None) -> list[PresenceMessage]:
        """All members, or those of one connection, as PRESENT."""
        return [
            msgspec.structs.replace(member, action=PresenceAction.PRESENT)
            for member in self._members.values()
            if connection_id in (None, member.connectionId)
        ]


def sync(
    members: Sequence[PresenceMessage], alias: str, serial: str, frame_size: int
) -> Iterator[ProtocolMessage]:
    """The frames that bring a client up to date; the last one has an empty cursor."""
    sequence = serial.partition("@")[0]
    end = 0
    for first in range(0, max(len(members), 1), SYNC_PAGE):
        for page in portions(members[first : first + SYNC_PAGE], alias, frame_size):
            end += len(page)
            cursor = str(end) if end < len(members) else ""
            yield ProtocolMessage(
                action=Action.SYNC,
                channel=alias,
                channelSerial=f"{sequence}:{cursor}",
                presence=page,
            )


def leaving(member: PresenceMessage, id: str) -> PresenceMessage:
    """The event by which the hub itself takes a member out."""
    return msgspec.structs.replace(member, id=id, action=PresenceAction.LEAVE, timestamp=None)


def recall(leave: PresenceMessage, last: PresenceMessage) -> None:
    """Let a leave that says nothing show what its member said last, but for a claim (RTP10a)."""
    own = leave.extras or {}
    if leave.data is None and own.keys() <= {"userClaim"}:
        kept = {name: value for name, value in (last.extras or {}).items() if name != "userClaim"}
        leave.data, leave.encoding, leave.extras = last.data, last.encoding, kept | own or None


def member_key(event: PresenceMessage) -> MemberKey:
    """Return what tells one member from another: the connection and the clientId."""
    return event.connectionId or "", event.clientId or ""
