"""What clients send over an open connection, and what becomes of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeGuard

from aitransport_notebook.errors import AITransportError, error_for
from aitransport_notebook.hub.auth.credentials import Credentials
from aitransport_notebook.hub.protocol.arrivals import Arrivals
from aitransport_notebook.hub.protocol.attaching import AttachJob, granted_modes
from aitransport_notebook.hub.protocol.connection import Connection
from aitransport_notebook.hub.protocol.encoding import MalformedFrame
from aitransport_notebook.hub.protocol.frames import (
    Action,
    Flag,
    Message,
    PresenceAction,
    PresenceMessage,
    ProtocolMessage,
)
from aitransport_notebook.hub.protocol.jobs import InTurn
from aitransport_notebook.hub.protocol.log import Place, Write, Written
from aitransport_notebook.hub.protocol.moment import Moment
from aitransport_notebook.hub.protocol.names import ChannelName, parse_channel
from aitransport_notebook.hub.protocol.presence import Members, member_key, recall, sync
from aitransport_notebook.hub.protocol.publishing import (
    Publisher,
    owner_needed,
    prepare_messages,
    prepare_presence,
)
from aitransport_notebook.hub.protocol.state import State

Handler = Callable[[Connection, ProtocolMessage, Moment], None]

# Beyond this, numbers are not exact in every client.
MOST_SERIAL = 2**53 - 1


class Answer:
    """The answer to one publish, for the transport that brought it.

    A client that has come back publishes again what was not answered, and takes a second answer
    for a fault.
    """

    __slots__ = ("_connection", "_serial", "_state", "_transport")

    def __init__(self, state: State, connection: Connection, serial: int) -> None:
        self._state = state
        self._connection = connection
        self._transport = connection.transport
        self._serial = serial

    def done(self, written: Written) -> None:
        if self._connection.transport is self._transport:
            self._connection.ack(self._serial, written.serials)
            self._state.to_flush.add(self._connection)

    def failed(self, error: AITransportError) -> None:
        if self._connection.transport is self._transport:
            self._connection.nack(self._serial, error)

    def in_turn(self, tell: Callable[[], None]) -> None:
        """Answer after all that was published before: clients take one answer to cover it."""
        self._state.enqueue(InTurn(tell))

    def refuse(self, error: AITransportError) -> None:
        self.in_turn(partial(self.failed, error))


class Traffic:
    """Answers each frame that a client sends."""

    def __init__(self, state: State, arrivals: Arrivals) -> None:
        self._state = state
        self._given = state.given
        self._arrivals = arrivals
        self._handlers: dict[int, Handler] = {
            Action.HEARTBEAT: self._heartbeat,
            Action.DISCONNECT: self._disconnect,
            Action.CLOSE: self._close,
            Action.ATTACH: self._attach,
            Action.DETACH: self._detach,
            Action.MESSAGE: self._publish,
            Action.PRESENCE: self._presence,
            Action.SYNC: self._sync,
            Action.AUTH: self._authenticate,
        }

    def receive(self, connection: Connection, frame: ProtocolMessage, now: Moment) -> None:
        if connection.transport is None:
            # It has been closed or lost: what was still in the pipe is nobody's.
            return
        handler = self._handlers.get(frame.action)
        if frame.msgSerial is not None and not _is_serial(frame.msgSerial):
            self._arrivals.fail(
                connection,
                error_for(
                    40003,
                    f"invalid msgSerial {str(frame.msgSerial)[:40]}",
                    hint="Number what the connection publishes from 0 on.",
                ),
            )
        elif handler is not None:
            handler(connection, frame, now)
        elif frame.msgSerial is not None:
            error = error_for(
                40000, f"action {frame.action} is not served here", hint="Use messages."
            )
            Answer(self._state, connection, frame.msgSerial).refuse(error)
        else:
            self._arrivals.fail(
                connection,
                error_for(
                    80013,
                    f"a client does not send action {frame.action}",
                    status=400,
                    hint="See Ably's protocol.",
                ),
            )

    def receive_malformed(self, connection: Connection, fault: MalformedFrame) -> None:
        """Answer a frame that could not be read: as narrowly as what was read of it allows."""
        if connection.transport is None:
            return
        address = fault.address
        serial = address.msgSerial
        if address.action in (Action.MESSAGE, Action.PRESENCE) and _is_serial(serial):
            Answer(self._state, connection, serial).refuse(fault.error)
        elif address.action == Action.ATTACH and isinstance(address.channel, str):
            refused = partial(connection.refuse, address.channel, fault.error)
            self._end_attachment(connection, address.channel, refused)
        else:
            self._arrivals.fail(connection, fault.error)

    def _heartbeat(self, connection: Connection, frame: ProtocolMessage, now: Moment) -> None:
        connection.tell(ProtocolMessage(action=Action.HEARTBEAT, id=frame.id))

    def _disconnect(self, connection: Connection, frame: ProtocolMessage, now: Moment) -> None:
        self._arrivals.release(connection, now)

    def _close(self, connection: Connection, frame: ProtocolMessage, now: Moment) -> None:
        self._arrivals.close(connection)

    def _attach(self, connection: Connection, frame: ProtocolMessage, now: Moment) -> None:
        try:
            name = parse_channel(frame.channel)
            job = AttachJob(connection, name, frame, self._state)
        except AITransportError as error:
            refused = partial(connection.refuse, frame.channel, error)
            self._end_attachment(connection, frame.channel, refused)
            return
        self._state.enqueue(job)

    def _detach(self, connection: Connection, frame: ProtocolMessage, now: Moment) -> None:
        detached = ProtocolMessage(action=Action.DETACHED, channel=frame.channel)
        self._end_attachment(connection, frame.channel, partial(connection.tell, detached))

    def _end_attachment(
        self, connection: Connection, alias: str | None, tell: Callable[[], None]
    ) -> None:
        """Detach, after an attach that is still on its way."""
        transport = connection.transport

        def end() -> None:
            if connection.transport is transport:
                self._drop(connection, alias)
                tell()

        self._state.enqueue(InTurn(end))

    def _drop(self, connection: Connection, alias: str | None) -> None:
        attachment = connection.attachments.get(alias or "")
        if attachment is None:
            return
        channel = attachment.channel
        channel.detach(attachment)
        if not channel.has(connection):
            self._arrivals.leave(connection, channel.place)
        self._state.tidy(channel.place)

    def _publish(self, connection: Connection, frame: ProtocolMessage, now: Moment) -> None:
        serial, messages = frame.msgSerial, frame.messages or []
        if serial is None:
            self._no_serial(connection)
            return
        answer = Answer(self._state, connection, serial)
        try:
            name, publisher = self._publisher(connection, frame, Flag.PUBLISH)
            self._spend_messages(connection, name, messages, now)
            place = Place(connection.grant.app_id, name.name)
            rule = self._state.rule_for(place)
            prepare_messages(messages, name.name, publisher, rule, self._given.limits)
            owner = owner_needed(messages, name.name, publisher)
        except AITransportError as error:
            answer.refuse(error)
            return
        write = Write(
            place,
            messages=messages,
            connection_id=connection.id,
            msg_serial=serial,
            only_of=owner,
            claim=connection.grant.claim_for(name.name),
            largest=self._given.limits.whole_size,
        )
        self._state.write_messages(write, f"{connection.id}:{serial}", answer.done, answer.failed)

    def _presence(self, connection: Connection, frame: ProtocolMessage, now: Moment) -> None:
        serial, events = frame.msgSerial, frame.presence or []
        if serial is None:
            self._no_serial(connection)
            return
        answer = Answer(self._state, connection, serial)
        try:
            name, publisher = self._publisher(connection, frame, Flag.PRESENCE)
            self._spend(connection, len(events), now)
            prepare_presence(events, name.name, publisher, self._given.limits)
            place = Place(connection.grant.app_id, name.name)
            self._check_room(place, events)
        except AITransportError as error:
            answer.refuse(error)
            return
        again = serial <= connection.last_presence
        if again or all(connection.has_entered(place, event) for event in events):
            # It was written, but its answer was lost; or a client that was away enters again
            # what it never left. Nobody need hear of it.
            answer.in_turn(partial(answer.done, Written()))
            return
        for index, event in enumerate(events):
            event.id = f"{connection.id}:{serial}:{index}"
            before = connection.note_presence(place, event)
            if before is not None and event.action == PresenceAction.LEAVE:
                recall(event, before)
        write = Write(place, presence=events, connection_id=connection.id, msg_serial=serial)

        def done(written: Written) -> None:
            connection.last_presence = max(connection.last_presence, serial)
            answer.done(written)

        self._state.write_presence(write, f"{connection.id}:{serial}", done, answer.failed)

    def _check_room(self, place: Place, events: list[PresenceMessage]) -> None:
        """Keep the presence set within its limit."""
        channel = self._state.channels.get(place)
        members = channel.members if channel else Members()
        entering = {key for key, count in self._state.entering.get(place, {}).items() if count > 0}
        entering |= {member_key(event) for event in events if event.action != PresenceAction.LEAVE}
        fresh = sum(1 for key in entering if key not in members)
        limit = self._given.limits.members_per_channel
        if fresh and len(members) + fresh > limit:
            raise error_for(
                91003,
                f"the channel has its {limit} members",
                status=400,
                hint="Let members leave first.",
            )

    def _publisher(
        self, connection: Connection, frame: ProtocolMessage, mode: Flag
    ) -> tuple[ChannelName, Publisher]:
        """Return the channel and who publishes; raise where the attachment lacks the mode."""
        name = parse_channel(frame.channel)
        attachment = connection.attachments.get(frame.channel or "")
        if attachment is not None and not attachment.may(mode):
            raise error_for(
                40160,
                f"the channel is attached without the {mode.name} mode",
                status=401,
                hint="Attach with that mode.",
            )
        return name, Publisher(connection.grant, connection.grant.resolve_client_id, connection.id)

    def _spend_messages(
        self, connection: Connection, name: ChannelName, messages: list[Message], now: Moment
    ) -> None:
        rate, window = self._given.limits.inbound_rate, connection.hello.append_rollup
        if rate is not None and not connection.allowance.take_messages(
            name.name, messages, rate, window, now.steady
        ):
            raise _too_fast(rate)

    def _spend(self, connection: Connection, count: int, now: Moment) -> None:
        rate = self._given.limits.inbound_rate
        if rate is not None and not connection.allowance.take(count, rate, now.steady):
            raise _too_fast(rate)

    def _no_serial(self, connection: Connection) -> None:
        error = error_for(
            40000, "a publish without a msgSerial", hint="Number what the connection publishes."
        )
        self._arrivals.fail(connection, error)

    def _sync(self, connection: Connection, frame: ProtocolMessage, now: Moment) -> None:
        attachment = connection.attachments.get(frame.channel or "")
        if attachment is None:
            return
        members = attachment.members()
        if members or attachment.may(Flag.PRESENCE_SUBSCRIBE):
            serial = self._given.serial_of(attachment.began)
            for page in sync(members, attachment.alias, serial, attachment.channel.frame_size):
                connection.tell(page)

    def _authenticate(self, connection: Connection, frame: ProtocolMessage, now: Moment) -> None:
        token = frame.auth.accessToken if frame.auth else None
        try:
            own = connection.grant.client_id
            grant = self._given.authenticator.authenticate(
                Credentials("bearer", token or ""), now.wall, None if own == "*" else own
            )
            if grant.app_id != connection.grant.app_id:
                raise error_for(
                    40102,
                    "the new token is of another app",
                    status=401,
                    hint="Renew with a token for the same app.",
                )
        except AITransportError as error:
            self._arrivals.fail(connection, error)
            return
        connection.grant = grant
        self._arrivals.watch_token(connection, now)
        connection.tell(self._arrivals.connected(connection))
        self._narrow(connection)

    def _narrow(self, connection: Connection) -> None:
        """Hold the attachments to what the new token allows."""
        for attachment in list(connection.attachments.values()):
            channel = attachment.channel.place.channel
            try:
                attachment.modes = granted_modes(attachment.asked, connection.grant, channel)
            except AITransportError as error:
                self._drop(connection, attachment.alias)
                connection.refuse(attachment.alias, error)


def _too_fast(rate: int) -> AITransportError:
    return error_for(
        42911,
        f"rate limit exceeded: more than {rate} messages a second on one connection",
        status=429,
        hint="Publish more slowly.",
    )


def _is_serial(value: object) -> TypeGuard[int]:
    return type(value) is int and 0 <= value <= MOST_SERIAL
