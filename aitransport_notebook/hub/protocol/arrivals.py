"""How connections come, come back, and go."""

from __future__ import annotations

from aitransport_notebook.errors import AITransportError, ServerError, error_for
from aitransport_notebook.hub.auth.grant import Grant
from aitransport_notebook.hub.protocol.connection import Connection, Hello, Transport
from aitransport_notebook.hub.protocol.frames import (
    Action,
    ConnectionDetails,
    ErrorInfo,
    PresenceMessage,
    ProtocolMessage,
)
from aitransport_notebook.hub.protocol.log import Place, Write, Written
from aitransport_notebook.hub.protocol.moment import Moment
from aitransport_notebook.hub.protocol.presence import leaving
from aitransport_notebook.hub.protocol.state import State

# A token that is about to end is announced this long before.
RENEWAL_NOTICE = 30_000


class Arrivals:
    """Connects, resumes, expires and closes connections."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._given = state.given
        # Connections that have ended, as long as those of before this hub's start may come back.
        self._ended: set[str] = set()
        # Leaves that could not be stored: by connection id, of which channel, and whose.
        self._missed: list[tuple[str, Place, list[PresenceMessage]]] = []

    def connect(self, grant: Grant, hello: Hello, transport: Transport, now: Moment) -> Connection:
        """Begin a connection or resume one, and tell the client which."""
        connection, failure = None, None
        earlier = hello.resume or hello.recover
        if earlier:
            try:
                connection = self._resume(earlier, grant, hello, now)
            except AITransportError as error:
                failure = error
        if connection is None:
            connection = self._begin(self._given.new_id(), grant, hello, now)
        connection.key = self._given.keys.make(
            connection.id, grant.app_id, self._given.new_id(), grant.client_id
        )
        connection.transport = transport
        self.watch_token(connection, now)
        connection.tell(self.connected(connection, failure))
        return connection

    def _begin(self, id: str, grant: Grant, hello: Hello, now: Moment) -> Connection:
        connection = Connection(id, grant, hello, now.steady)
        self._state.connections[id] = connection
        return connection

    def _resume(self, key: str, grant: Grant, hello: Hello, now: Moment) -> Connection:
        id = self._given.keys.read(key, grant.app_id)
        if not self._given.keys.belongs(key, grant.client_id):
            raise error_for(
                80018,
                "the connection belongs to another clientId",
                status=400,
                hint="Resume with the clientId of the connection.",
            )
        connection = self._state.connections.get(id)
        if connection is None:
            # A hub that has just started has forgotten its connections, but its log has not.
            if id in self._ended or self._is_settled(now):
                raise error_for(
                    80008, "the connection has expired", status=400, hint="Connect anew."
                )
            return self._begin(id, grant, hello, now)
        if connection.transport is not None:
            self._release(connection)
        connection.lost_at = None
        connection.grant = grant
        connection.hello = hello
        return connection

    def connected(
        self, connection: Connection, failure: AITransportError | None = None
    ) -> ProtocolMessage:
        limits = self._given.limits
        return ProtocolMessage(
            action=Action.CONNECTED,
            connectionId=connection.id,
            connectionKey=connection.key,
            error=ErrorInfo.of(failure) if failure else None,
            connectionDetails=ConnectionDetails(
                clientId=connection.told_client_id,
                connectionKey=connection.key,
                maxMessageSize=limits.message_size,
                maxFrameSize=limits.frame_size,
                maxInboundRate=limits.inbound_rate or 250,
                connectionStateTtl=limits.connection_ttl,
                maxIdleInterval=limits.idle_interval,
                serverId=self._given.server_id,
                siteCode="hub",
            ),
        )

    def lost(self, connection: Connection, transport: Transport, now: Moment) -> None:
        """Note that a transport is gone; the connection stays for a while."""
        if connection.transport is transport:
            self.release(connection, now)

    def release(self, connection: Connection, now: Moment) -> None:
        """Let go of the transport; the connection may be resumed."""
        self._release(connection)
        connection.lost_at = now.steady

    def close(self, connection: Connection) -> None:
        """End the connection for good: its members leave at once."""
        if connection.transport is not None:
            connection.tell(ProtocolMessage(action=Action.CLOSED))
        self._forget(connection)

    def disconnect(self, connection: Connection, error: AITransportError, now: Moment) -> None:
        """Send the client away for now; it may come back with better credentials."""
        connection.tell(ProtocolMessage(action=Action.DISCONNECTED, error=ErrorInfo.of(error)))
        self.release(connection, now)

    def fail(self, connection: Connection, error: AITransportError) -> None:
        """End the connection with an error: it may not come back as it is."""
        connection.tell(ProtocolMessage(action=Action.ERROR, error=ErrorInfo.of(error)))
        self._forget(connection)

    def tick(self, now: Moment) -> None:
        """Let time pass: heartbeats, tokens that end, connections that do not come back."""
        limits = self._given.limits
        self._make_up()
        if self._is_settled(now):
            self._ended.clear()
        for connection in list(self._state.connections.values()):
            if connection.lost_at is not None:
                away = now.steady - connection.lost_at
                grace = connection.hello.remain_present
                if away >= (limits.presence_grace if grace is None else grace):
                    self._leave_all(connection)
                if away >= limits.connection_ttl:
                    self._forget(connection)
                continue
            self._check_token(connection, now)
            connection.keep_alive(now.steady, limits.idle_interval)

    def _check_token(self, connection: Connection, now: Moment) -> None:
        expires = connection.grant.expires
        if expires is None:
            return
        if now.wall >= expires:
            error = error_for(
                40142, "the token has expired", status=401, hint="Connect with a new token."
            )
            self.disconnect(connection, error, now)
        elif connection.renew_at is not None and now.wall >= connection.renew_at:
            connection.renew_at = None
            connection.tell(ProtocolMessage(action=Action.AUTH))

    def watch_token(self, connection: Connection, now: Moment) -> None:
        """Note when to ask for a new token; one that is too short for it is left to expire."""
        expires = connection.grant.expires
        long_enough = expires is not None and expires - now.wall > RENEWAL_NOTICE
        connection.renew_at = expires - RENEWAL_NOTICE if expires and long_enough else None

    def _release(self, connection: Connection) -> None:
        """Let go of the transport and of the attachments, which the client will ask for again."""
        transport, connection.transport = connection.transport, None
        for attachment in list(connection.attachments.values()):
            attachment.channel.detach(attachment)
            self._state.tidy(attachment.channel.place)
        if transport is not None:
            transport.close()

    def _forget(self, connection: Connection) -> None:
        self._release(connection)
        self._leave_all(connection)
        self._state.connections.pop(connection.id, None)
        self._ended.add(connection.id)

    def _is_settled(self, now: Moment) -> bool:
        """Whether the hub has run for longer than any connection of before could wait for it."""
        return now.steady - self._given.started > self._given.limits.connection_ttl

    def _leave_all(self, connection: Connection) -> None:
        for place in list(connection.entered):
            self.leave(connection, place)

    def leave(self, connection: Connection, place: Place) -> None:
        """Take the connection's members out of the channel."""
        members = connection.entered.pop(place, {})
        if members:
            self._take_out(connection.id, place, list(members.values()))

    def _take_out(self, id: str, place: Place, members: list[PresenceMessage]) -> None:
        def failed(error: AITransportError) -> None:
            if isinstance(error, ServerError):
                self._missed.append((id, place, members))

        # An id that is not the connection's own tells clients that the hub made it.
        source = self._given.new_id()
        events = [leaving(member, f"{source}:0:{index}") for index, member in enumerate(members)]
        self._state.write_presence(Write(place, presence=events), None, _nothing, failed)

    def _make_up(self) -> None:
        """Try leaves again that could not be stored: nobody else would take those members out."""
        missed, self._missed = self._missed, []
        for id, place, members in missed:
            connection = self._state.connections.get(id)
            back = connection.entered.get(place, {}) if connection else {}
            gone = [member for member in members if member.clientId not in back]
            if gone:
                self._take_out(id, place, gone)


def _nothing(_: Written) -> None:
    """Nobody waits for a leave that the hub makes."""
