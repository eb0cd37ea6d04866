"""A channel while someone is attached to it: who is, and how what happens reaches each of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from aitransport_notebook.errors import AITransportError
from aitransport_notebook.hub.protocol.connection import Connection, Frame
from aitransport_notebook.hub.protocol.encoding import portions
from aitransport_notebook.hub.protocol.frames import (
    Action,
    ErrorInfo,
    Flag,
    Message,
    PresenceMessage,
    ProtocolMessage,
)
from aitransport_notebook.hub.protocol.log import Delivery, Place, Written
from aitransport_notebook.hub.protocol.presence import Members, sync


class Attachment:
    """One connection's hold on one channel."""

    __slots__ = (
        "_has",
        "_unheard",
        "alias",
        "asked",
        "began",
        "channel",
        "connection",
        "live",
        "modes",
        "params",
    )

    def __init__(
        self,
        connection: Connection,
        channel: Channel,
        alias: str,
        modes: Flag,
        asked: Flag,
        params: dict[str, str],
        began: int,
    ) -> None:
        self.connection = connection
        self.channel = channel
        # What the client calls the channel: its name, with parameters before it if it put them.
        self.alias = alias
        self.modes = modes
        self.asked = asked
        self.params = params
        self.began = began
        # Until then it is sent what it has missed, and what comes in waits in the log.
        self.live = True
        echo = connection.hello.echo and params.get("echo") != "false"
        self._unheard = "" if echo else connection.id
        # Whether the client has a message with all its data, where that is not as expected.
        self._has: dict[int, bool] = {}

    def begin(self, number: int) -> None:
        """Begin anew, after this number: what the client has had before may have grown since."""
        self.began = number
        self._has.clear()

    def may(self, mode: Flag) -> bool:
        # The & of flags makes another one, which takes long where every subscriber is asked.
        return int.__and__(self.modes, mode) != 0

    def hears(self, source: str | None) -> bool:
        """Tell whether it is sent what a connection publishes: its own only with an echo."""
        return source != self._unheard

    def needs_whole(self, delivery: Delivery) -> bool:
        """Tell whether an append must come whole: the client has not all that was before it."""
        if delivery.whole is None:
            return False
        if self.params.get("appendMode") == "full":
            return True
        return not self._has.get(delivery.created, self._saw_created(delivery))

    def note(self, delivery: Delivery, *, told: bool) -> None:
        """Note that the client has the message with all its data, or that it was not told of it."""
        if told is self._saw_created(delivery):
            self._has.pop(delivery.created, None)
        else:
            self._has[delivery.created] = told

    def members(self) -> list[PresenceMessage]:
        """The members that it is told of: its connection's own ones whatever its modes (RTP17a)."""
        watches = self.may(Flag.PRESENCE_SUBSCRIBE)
        return self.channel.members.present(None if watches else self.connection.id)

    def welcome(
        self, serial: str, flags: int = 0, error: AITransportError | None = None
    ) -> Iterator[ProtocolMessage]:
        """The frames that say that it is attached, from this serial on, and who is there."""
        members = self.members()
        if members:
            flags |= int(Flag.HAS_PRESENCE)
        yield ProtocolMessage(
            action=Action.ATTACHED,
            channel=self.alias,
            channelSerial=serial,
            flags=int(self.modes) | flags,
            params={**self.params} or None,
            error=ErrorInfo.of(error) if error else None,
        )
        if members:
            yield from sync(members, self.alias, serial, self.channel.frame_size)

    def _saw_created(self, delivery: Delivery) -> bool:
        return delivery.created > self.began and self.hears(delivery.message.connectionId)


class Channel:
    """The live side of a channel."""

    def __init__(self, place: Place, frame_size: int) -> None:
        self.place = place
        # How large a frame may be, unless it carries one message alone.
        self.frame_size = frame_size
        self.attachments: dict[tuple[str, str], Attachment] = {}
        self.members = Members()

    @property
    def idle(self) -> bool:
        return not self.attachments and not self.members

    def attach(self, attachment: Attachment) -> None:
        self.attachments[attachment.connection.id, attachment.alias] = attachment
        attachment.connection.attachments[attachment.alias] = attachment

    def detach(self, attachment: Attachment) -> None:
        self.attachments.pop((attachment.connection.id, attachment.alias), None)
        attachment.connection.attachments.pop(attachment.alias, None)

    def has(self, connection: Connection) -> bool:
        """Tell whether the connection is attached, under any alias."""
        return any(connection.id == id for id, _ in self.attachments)

    def metrics(self) -> dict[str, int]:
        """How many are on the channel, by what they may do."""

        def able(mode: Flag) -> int:
            return len({a.connection.id for a in self.attachments.values() if a.may(mode)})

        return {
            "connections": len({a.connection.id for a in self.attachments.values()}),
            "presenceConnections": able(Flag.PRESENCE),
            "presenceMembers": len(self.members),
            "presenceSubscribers": able(Flag.PRESENCE_SUBSCRIBE),
            "publishers": able(Flag.PUBLISH),
            "subscribers": able(Flag.SUBSCRIBE),
        }

    def deliver(self, written: Written, source: str | None, frame_id: str | None) -> None:
        """Send what was written to all who subscribe; equal frames are built once."""
        built: dict[tuple[str, tuple[bool, ...]], list[Frame]] = {}
        deliveries = written.deliveries
        appends = any(delivery.whole is not None for delivery in deliveries)
        operates = appends or any(delivery.message.action for delivery in deliveries)
        for attachment in self.attachments.values():
            if not attachment.live or not attachment.may(Flag.SUBSCRIBE):
                continue
            told = attachment.hears(source)
            if told:
                whole = tuple(map(attachment.needs_whole, deliveries)) if appends else ()
                frames = built.get((attachment.alias, whole))
                if frames is None:
                    parts = portions(pick(deliveries, whole), attachment.alias, self.frame_size)
                    frames = message_frames(
                        attachment.alias, list(parts), written, source, frame_id
                    )
                    built[attachment.alias, whole] = frames
                for frame in frames:
                    attachment.connection.send(frame)
            if operates:
                for delivery in deliveries:
                    attachment.note(delivery, told=told)

    def announce(self, written: Written, source: str | None, frame_id: str | None) -> None:
        """Send presence events to all who watch presence, and to those whose they are."""
        built: dict[tuple[str, bool], list[Frame]] = {}
        whose = {event.connectionId for event in written.presence}

        def frames_of(attachment: Attachment, events: list[PresenceMessage]) -> list[Frame]:
            parts = portions(events, attachment.alias, self.frame_size)
            return presence_frames(attachment, list(parts), written, source, frame_id)

        for attachment in self.attachments.values():
            connection = attachment.connection
            if attachment.may(Flag.PRESENCE_SUBSCRIBE):
                frames = built.get((attachment.alias, attachment.live))
                if frames is None:
                    frames = frames_of(attachment, written.presence)
                    built[attachment.alias, attachment.live] = frames
            elif connection.id in whose:
                own = [event for event in written.presence if event.connectionId == connection.id]
                frames = frames_of(attachment, own)
            else:
                continue
            for frame in frames:
                connection.send(frame)


def pick(deliveries: Iterable[Delivery], whole: tuple[bool, ...]) -> list[Message]:
    """Choose for each delivery its message as it is, or whole."""
    if not whole:
        return [delivery.message for delivery in deliveries]
    return [
        delivery.whole() if entire and delivery.whole else delivery.message
        for delivery, entire in zip(deliveries, whole, strict=True)
    ]


def message_frames(
    alias: str,
    parts: list[list[Message]],
    written: Written,
    source: str | None,
    frame_id: str | None,
) -> list[Frame]:
    return [
        Frame(
            ProtocolMessage(
                action=Action.MESSAGE,
                # It numbers the messages of one frame.
                id=frame_id if len(parts) == 1 else None,
                channel=alias,
                # Who is cut off between two of them goes on with the second.
                channelSerial=serial_of(part[-1]) or written.channel_serial,
                connectionId=source,
                timestamp=written.timestamp,
                messages=part,
            )
        )
        for part in parts
    ]


def serial_of(message: Message) -> str | None:
    """Return the serial of the operation that made the message what it is."""
    return message.version.serial if message.version else None


def presence_frames(
    attachment: Attachment,
    parts: list[list[PresenceMessage]],
    written: Written,
    source: str | None,
    frame_id: str | None,
) -> list[Frame]:
    return [
        Frame(
            ProtocolMessage(
                action=Action.PRESENCE,
                id=frame_id if len(parts) == 1 else None,
                channel=attachment.alias,
                # A client resumes from the last serial it saw: not past messages on their way.
                channelSerial=written.channel_serial if attachment.live else None,
                connectionId=source,
                timestamp=written.timestamp,
                presence=part,
            )
        )
        for part in parts
    ]
