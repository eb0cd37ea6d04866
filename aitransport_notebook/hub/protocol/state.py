"""What the realtime side knows: connections, channels, and the work that waits for the log."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from aitransport_notebook.errors import AITransportError
from aitransport_notebook.hub.auth.authenticate import Authenticator
from aitransport_notebook.hub.protocol.apps import Apps, Rule
from aitransport_notebook.hub.protocol.channel import Channel
from aitransport_notebook.hub.protocol.connection import Connection, ConnectionKeys
from aitransport_notebook.hub.protocol.frames import PresenceAction
from aitransport_notebook.hub.protocol.jobs import Job, WriteJob
from aitransport_notebook.hub.protocol.limits import Limits
from aitransport_notebook.hub.protocol.log import Place, Write, Written
from aitransport_notebook.hub.protocol.presence import MemberKey, member_key

BATCH = 2_000


@dataclass(frozen=True)
class Surroundings:
    """What the core is given by whoever runs it."""

    apps: Apps
    authenticator: Authenticator
    limits: Limits
    keys: ConnectionKeys
    serial_of: Callable[[int], str]
    new_id: Callable[[], str]
    wake: Callable[[], None]
    # On the steady clock.
    started: int
    server_id: str


class State:
    """Shared by the parts of the core; changed only from within its calls."""

    def __init__(self, given: Surroundings) -> None:
        self.given = given
        self.connections: dict[str, Connection] = {}
        self.channels: dict[Place, Channel] = {}
        # Members whose enter or update has still to be written.
        self.entering: dict[Place, Counter[MemberKey]] = {}
        # Connections with acknowledgements to be sent when the batch is done.
        self.to_flush: set[Connection] = set()
        self._work: list[Job] = []

    def channel(self, place: Place) -> Channel:
        channel = self.channels.get(place)
        if channel is None:
            channel = self.channels[place] = Channel(place, self.given.limits.frame_size)
        return channel

    def tidy(self, place: Place) -> None:
        """Forget the channel's live side if nobody is on it."""
        channel = self.channels.get(place)
        if channel is not None and channel.idle:
            del self.channels[place]

    def rule_for(self, place: Place) -> Rule:
        app = self.given.apps.get(place.app)
        return app.rule_for(place.channel) if app else Rule()

    def retention_of(self, place: Place) -> int | None:
        """How long the channel keeps its messages, in ms; None is for good."""
        return None if self.rule_for(place).persisted else self.given.limits.retention

    def enqueue(self, job: Job) -> None:
        self._work.append(job)
        self.given.wake()

    @property
    def waiting(self) -> int:
        return len(self._work)

    def take(self) -> list[Job]:
        """Hand out the next batch of work."""
        batch, self._work = self._work[:BATCH], self._work[BATCH:]
        return batch

    def write_messages(
        self,
        write: Write,
        frame_id: str | None,
        done: Callable[[Written], None],
        failed: Callable[[AITransportError], None],
    ) -> None:
        """Write messages, then deliver them, then say so."""

        def deliver(written: Written) -> None:
            done(written)
            channel = self.channels.get(write.place)
            if channel is not None and written.deliveries:
                channel.deliver(written, write.connection_id, frame_id)

        self.enqueue(WriteJob(write, deliver, failed))

    def write_presence(
        self,
        write: Write,
        frame_id: str | None,
        done: Callable[[Written], None],
        failed: Callable[[AITransportError], None],
    ) -> None:
        """Write presence events, then change the set and announce them, then say so."""
        on_their_way = [
            member_key(event) for event in write.presence if event.action != PresenceAction.LEAVE
        ]
        entering = self.entering.setdefault(write.place, Counter())
        entering.update(on_their_way)

        def arrived() -> None:
            entering.subtract(on_their_way)
            if not +entering:
                self.entering.pop(write.place, None)

        def fail(error: AITransportError) -> None:
            arrived()
            failed(error)

        def change(written: Written) -> None:
            arrived()
            done(written)
            channel = self.channel(write.place)
            for event in written.presence:
                channel.members.change(event)
            channel.announce(written, write.connection_id, frame_id)
            self.tidy(write.place)

        self.enqueue(WriteJob(write, change, fail))
