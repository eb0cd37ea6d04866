"""Attaching to a channel: what is asked for, what is granted, and where it continues from."""

from __future__ import annotations

from collections.abc import Mapping

from aitransport_notebook.errors import AITransportError, error_for
from aitransport_notebook.hub.auth.grant import Grant
from aitransport_notebook.hub.protocol.channel import Attachment
from aitransport_notebook.hub.protocol.connection import Connection
from aitransport_notebook.hub.protocol.frames import (
    Flag,
    Message,
    ProtocolMessage,
)
from aitransport_notebook.hub.protocol.log import Log, Place, Replay
from aitransport_notebook.hub.protocol.names import MANY, ChannelName, Rewind, parse_rewind
from aitransport_notebook.hub.protocol.replaying import PAGE, ROOM, Replaying, gap
from aitransport_notebook.hub.protocol.serials import parse_serial
from aitransport_notebook.hub.protocol.state import State

# The capabilities of which any one lets a mode be used.
MODES: Mapping[Flag, tuple[str, ...]] = {
    Flag.PRESENCE: ("presence",),
    Flag.PUBLISH: ("publish",),
    Flag.SUBSCRIBE: ("subscribe",),
    Flag.PRESENCE_SUBSCRIBE: ("subscribe",),
    Flag.ANNOTATION_PUBLISH: ("annotation-publish",),
    Flag.ANNOTATION_SUBSCRIBE: ("annotation-subscribe",),
    Flag.OBJECT_SUBSCRIBE: ("object-subscribe",),
    Flag.OBJECT_PUBLISH: ("object-publish",),
}
DEFAULT_MODES = (
    Flag.PRESENCE
    | Flag.PUBLISH
    | Flag.SUBSCRIBE
    | Flag.PRESENCE_SUBSCRIBE
    | Flag.ANNOTATION_PUBLISH
)
ALL_MODES = Flag(sum(MODES))
# Parameters that are echoed as accepted. Those who ask for deltas must bear whole messages anyway.
KNOWN_PARAMS = frozenset({"rewind", "rewindLimit", "echo", "appendMode", "modes", "delta"})


def requested_modes(flags: int | None, params: Mapping[str, str]) -> Flag:
    """Return the modes that were asked for; none is the default ones. Raise 40003 on others."""
    if "modes" in params:
        asked = Flag(0)
        for word in params["modes"].split(","):
            name = word.strip().upper().replace("-", "_")
            if name not in Flag.__members__ or Flag[name] not in MODES:
                raise error_for(
                    40003,
                    f"unknown channel mode {word[:40]!r}",
                    hint=f"The modes are {', '.join(m.name or '' for m in MODES).lower()}.",
                )
            asked |= Flag[name]
        return asked
    return Flag((flags or 0) & ALL_MODES) or DEFAULT_MODES


def plain_params(params: Mapping[str, object] | None) -> dict[str, str]:
    """Return channel parameters as text, as which clients may send them or not."""
    given = {name: value for name, value in (params or {}).items() if value is not None}
    return {
        name: str(value).lower() if isinstance(value, bool) else str(value)
        for name, value in given.items()
    }


def granted_modes(asked: Flag, grant: Grant, channel: str) -> Flag:
    """Return what of the modes the grant allows; raise 40160 if that is nothing."""
    granted = Flag(0)
    for mode, operations in MODES.items():
        if mode & asked and any(grant.may(channel, operation) for operation in operations):
            granted |= mode
    if not granted:
        raise error_for(
            40160,
            f"the credentials allow none of what was asked for on channel {channel[:80]!r}",
            status=401,
            hint="Use a key or token with a capability for this channel.",
        )
    return granted


class AttachJob:
    """Attach in the log's order, so that replay and live messages meet without a gap."""

    writes = False

    def __init__(
        self, connection: Connection, name: ChannelName, asked: ProtocolMessage, state: State
    ) -> None:
        self._connection = connection
        self._transport = connection.transport
        self._place = Place(connection.grant.app_id, name.name)
        self._state = state
        self._serial_of = state.given.serial_of
        self._alias = asked.channel or name.name
        self._params = {**name.params, **plain_params(asked.params)}
        self._from = asked.channelSerial
        self._asked = requested_modes(asked.flags, self._params)
        self._modes = granted_modes(self._asked, connection.grant, name.name)
        rewind = self._params.get("rewind")
        # An IntFlag remembers every value that it was ever made of.
        again = (asked.flags or 0) & Flag.ATTACH_RESUME
        limit = self._params.get("rewindLimit")
        self._rewind = parse_rewind(rewind, limit) if rewind and not again else None
        self._head = 0
        self._backlog: list[Message] = []
        self._replay: Replay | None = None
        # What of it the client does not get.
        self._lack: AITransportError | None = None

    def apply(self, log: Log, now: int) -> bool:
        place = self._place
        self._head = log.head(place)
        self._backlog, self._lack = [], None
        self._replay = self._catch_up(log, place, self._from) if self._from else None
        if self._replay is None and self._rewind and self._modes & Flag.SUBSCRIBE:
            self._go_back(log, place, self._rewind, now)
        return False

    def _go_back(self, log: Log, place: Place, rewind: Rewind, now: int) -> None:
        count = MANY if rewind.count is None else rewind.count
        since = None
        if rewind.seconds is not None:
            span, kept = rewind.seconds * 1000, self._state.retention_of(place)
            since = now - (span if kept is None else min(span, kept))
        page = log.rewind(place, min(count, rewind.limit), since)
        self._backlog = page.items
        if page.cursor is not None and count > rewind.limit and self._lack is None:
            self._lack = error_for(
                90004,
                f"of what the rewind asks for only the newest {rewind.limit} messages are sent",
                status=404,
                hint="Load history to see those before.",
            )

    def _catch_up(self, log: Log, place: Place, serial: str) -> Replay | None:
        """Return what was missed since a serial, or what is kept of it."""
        try:
            after = parse_serial(serial)
        except AITransportError as error:
            self._lack = error
            return None
        if self._serial_of(after) != serial:
            # Another series is that of a log that this hub does not have: it kept nothing.
            self._lack = gap()
            return None
        replay = log.replay(place, after, PAGE, ROOM)
        self._head = replay.after
        if replay.after > after:
            self._lack = gap()
        return replay

    def settle(self, failure: AITransportError | None) -> None:
        connection = self._connection
        transport = connection.transport
        if transport is None or transport is not self._transport:
            return
        try:
            self._check(failure)
        except AITransportError as error:
            connection.refuse(self._alias, error)
            return
        channel = self._state.channel(self._place)
        params = {k: v for k, v in self._params.items() if k in KNOWN_PARAMS}
        attachment = Attachment(
            connection, channel, self._alias, self._modes, self._asked, params, self._head
        )
        channel.attach(attachment)
        self._backlog = [m for m in self._backlog if attachment.hears(m.connectionId)]
        if not attachment.may(Flag.SUBSCRIBE):
            self._backlog.clear()
        for frame in attachment.welcome(self._serial_of(self._head), self._flags(), self._lack):
            connection.tell(frame)
        replaying = Replaying(attachment, transport, self._serial_of, self._state.enqueue)
        replaying.rewind(self._backlog, self._head)
        if self._replay is not None:
            attachment.live = False
            replaying.tell(self._replay)

    def _check(self, failure: AITransportError | None) -> None:
        """Raise what stands against it by now: what was asked for together is told apart here."""
        if failure is not None:
            raise failure
        attachments = self._connection.attachments
        most = self._state.given.limits.channels_per_connection
        if most is not None and self._alias not in attachments and len(attachments) >= most:
            raise error_for(
                90010,
                f"a connection may be attached to {most} channels",
                status=400,
                hint="Detach from channels that are no longer needed.",
            )
        self._modes = granted_modes(self._asked, self._connection.grant, self._place.channel)

    def _flags(self) -> int:
        flags = 0
        missed = self._replay and self._replay.deliveries and self._modes & Flag.SUBSCRIBE
        if self._backlog or missed:
            flags |= int(Flag.HAS_BACKLOG)
        if self._replay and self._lack is None:
            flags |= int(Flag.RESUMED)
        return flags
