"""The realtime server as a state machine: frames in; frames, and work for the log, out.

It has no socket, no file and no clock. Whoever runs it passes frames and the time in, and puts
the work through the log in batches, whenever `wake` was called:

    batch = core.take()
    wrote = [job.apply(log, now.wall) for job in batch]
    ...commit what was written...
    core.settle(batch, failure=None)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from aitransport_notebook.errors import AITransportError, error_for
from aitransport_notebook.hub.auth.grant import Grant
from aitransport_notebook.hub.protocol.arrivals import Arrivals
from aitransport_notebook.hub.protocol.channel import Channel
from aitransport_notebook.hub.protocol.connection import Connection, Hello, Transport
from aitransport_notebook.hub.protocol.encoding import (
    MalformedFrame,
    normalise_data,
    normalise_extras,
)
from aitransport_notebook.hub.protocol.frames import Message, PresenceMessage, ProtocolMessage
from aitransport_notebook.hub.protocol.jobs import BatchedJob, Job
from aitransport_notebook.hub.protocol.log import Place, Write, Written
from aitransport_notebook.hub.protocol.moment import Moment
from aitransport_notebook.hub.protocol.publishing import (
    Publisher,
    owner_needed,
    prepare_messages,
)
from aitransport_notebook.hub.protocol.state import BATCH, State, Surroundings
from aitransport_notebook.hub.protocol.traffic import Traffic

T = TypeVar("T")


class Core:
    """The one object that the shells talk to."""

    def __init__(self, given: Surroundings) -> None:
        self._given = given
        self._state = State(given)
        self._arrivals = Arrivals(self._state)
        self._traffic = Traffic(self._state, self._arrivals)

    def connect(self, grant: Grant, hello: Hello, transport: Transport, now: Moment) -> Connection:
        return self._arrivals.connect(grant, hello, transport, now)

    def receive(self, connection: Connection, frame: ProtocolMessage, now: Moment) -> None:
        self._traffic.receive(connection, frame, now)

    def receive_malformed(self, connection: Connection, fault: MalformedFrame) -> None:
        self._traffic.receive_malformed(connection, fault)

    def lost(self, connection: Connection, transport: Transport, now: Moment) -> None:
        self._arrivals.lost(connection, transport, now)

    def tick(self, now: Moment) -> None:
        self._arrivals.tick(now)

    def take(self) -> list[Job]:
        return self._state.take()

    @property
    def crowded(self) -> bool:
        """Whether more work waits than the next batch will take."""
        return self._state.waiting > BATCH

    @property
    def in_use(self) -> bool:
        """Whether any client is connected, and not only remembered."""
        return any(known.transport is not None for known in self._state.connections.values())

    @property
    def connections(self) -> int:
        return len(self._state.connections)

    def settle(
        self,
        batch: Sequence[Job],
        failure: AITransportError | None,
        unread: AITransportError | None = None,
    ) -> None:
        """Tell the outcome of a batch, in its order: `failure` is of what writes.

        What only reads was done again after a failure, and fails with `unread` if at all.
        """
        for job in batch:
            job.settle(failure if job.writes else unread)
        for connection in self._state.to_flush:
            connection.flush()
        self._state.to_flush.clear()

    def publish(
        self,
        place: Place,
        messages: Sequence[Message],
        grant: Grant,
        done: Callable[[Written], None],
        failed: Callable[[AITransportError], None],
    ) -> None:
        """Publish as a request does: raise what is wrong with it, tell the rest later."""
        publisher = self._on_behalf(messages, grant) or Publisher(grant, grant.resolve_client_id)
        rule = self._state.rule_for(place)
        prepare_messages(messages, place.channel, publisher, rule, self._given.limits)
        owner = owner_needed(messages, place.channel, publisher)
        claim = grant.claim_for(place.channel)
        write = Write(
            place,
            messages=messages,
            connection_id=publisher.connection_id,
            only_of=owner,
            claim=claim,
            largest=self._given.limits.whole_size,
        )
        self._state.write_messages(write, None, done, failed)

    def _on_behalf(self, messages: Sequence[Message], grant: Grant) -> Publisher | None:
        """Return the connection that the messages name by its key, if they do: its owner asks."""
        keys = {message.connectionKey for message in messages} - {None}
        if not keys:
            return None
        key = keys.pop() or ""
        try:
            connection = self._state.connections.get(self._given.keys.read(key, grant.app_id))
        except AITransportError:
            connection = None
        if connection is None or keys:
            raise error_for(
                40006,
                "the connectionKey is not that of a connection of this app",
                hint="Give the key of a connection that is open, the same for all messages.",
            )
        for message in messages:
            message.connectionKey = None
        own = connection.grant.client_id

        def identify(claimed: str | None) -> str | None:
            if own not in (None, "*") and claimed in (None, own):
                return grant.resolve_client_id(own)
            return grant.resolve_client_id(claimed)

        return Publisher(grant, identify, connection.id)

    def in_batch(
        self,
        work: Callable[[], T],
        done: Callable[[T], None],
        failed: Callable[[AITransportError], None],
    ) -> None:
        """Do other work on what the log keeps, in its turn."""
        self._state.enqueue(BatchedJob(work, done, failed))

    def members(self, place: Place) -> list[PresenceMessage]:
        channel = self._state.channels.get(place)
        return channel.members.present() if channel else []

    def active(self, app_id: str) -> list[str]:
        """The names of the app's channels that someone is on."""
        return [place.channel for place in self._state.channels if place.app == app_id]

    def status(self, place: Place) -> dict[str, object]:
        """How many are on the channel, as Ably's channel status has it."""
        nobody = Channel(place, self._given.limits.frame_size)
        channel = self._state.channels.get(place, nobody)
        # To ask for a channel's status is to make it active.
        return {"isActive": True, "occupancy": {"metrics": channel.metrics()}}

    def seat(self, place: Place, members: Sequence[PresenceMessage]) -> None:
        """Put members on a channel that no connection stands behind; raise what is wrong."""
        for member in members:
            normalise_data(member)
            member.extras = normalise_extras(member.extras)
        self._state.write_presence(Write(place, presence=members), None, _ignore, _ignore)

    def hang_up(self, now: Moment) -> None:
        """Let go of all clients, as a hub that ends: they may come back to the next one."""
        for connection in list(self._state.connections.values()):
            self._arrivals.release(connection, now)

    def drop_app(self, app_id: str) -> None:
        """End all connections of an app that is no more."""
        error = error_for(40400, "the app has been deleted", hint="Use another app.")
        for connection in list(self._state.connections.values()):
            if connection.grant.app_id == app_id:
                self._arrivals.fail(connection, error)


def _ignore(_: Written | AITransportError) -> None:
    """Nobody asked to be told."""
