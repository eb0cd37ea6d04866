"""A core with a real log behind it, a clock that the test sets, and clients that note every frame.

What a client sends is read as the hub reads it, and what it gets is what was written for it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

from aitransport_notebook.errors import AITransportError, error_for
from aitransport_notebook.hub.auth.authenticate import Authenticator
from aitransport_notebook.hub.auth.capability import Capability
from aitransport_notebook.hub.auth.grant import Grant
from aitransport_notebook.hub.auth.keys import Key
from aitransport_notebook.hub.auth.tokens import issue_token
from aitransport_notebook.hub.protocol.apps import App, Apps, Rule
from aitransport_notebook.hub.protocol.connection import ConnectionKeys, Frame, Hello
from aitransport_notebook.hub.protocol.core import Core
from aitransport_notebook.hub.protocol.encoding import (
    Format,
    MalformedFrame,
    decode_frame,
    encode_frame,
)
from aitransport_notebook.hub.protocol.frames import Message, ProtocolMessage
from aitransport_notebook.hub.protocol.jobs import Job
from aitransport_notebook.hub.protocol.limits import LOCAL, Limits
from aitransport_notebook.hub.protocol.log import Place, Range
from aitransport_notebook.hub.protocol.moment import Moment
from aitransport_notebook.hub.protocol.serials import format_serial
from aitransport_notebook.hub.protocol.state import Surroundings
from aitransport_notebook.hub.store import Store

Wire = dict[str, Any]

NOW = 1_800_000_000_000
SECOND = 1000
MINUTE = 60 * SECOND
APP, OTHER_APP = "app1", "app2"
HEARTBEAT, ACK, NACK, CONNECTED, DISCONNECT, DISCONNECTED = 0, 1, 2, 4, 5, 6
CLOSE, CLOSED, ERROR, ATTACH, ATTACHED, DETACH, DETACHED = 7, 8, 9, 10, 11, 12, 13
PRESENCE, MESSAGE, SYNC, AUTH = 14, 15, 16, 17
CREATE, UPDATE, DELETE, APPEND = 0, 1, 2, 5
PRESENT, ENTER, LEAVE, CHANGE = 1, 2, 3, 4

FULL = error_for(50003, "the disk is full", hint="Free some space.")


def key_of(app_id: str = APP, capability: str | None = None) -> Key:
    return Key(app_id, "k1", f"{app_id}-secret-that-is-long-enough", Capability.parse(capability))


def grant_of(
    capability: Mapping[str, object] | None = None,
    client_id: str | None = "ann",
    *,
    app_id: str = APP,
    basic: bool = False,
    **fields: Any,
) -> Grant:
    return Grant(
        app_id,
        f"{app_id}.k1",
        Capability.parse(capability),
        client_id,
        token_id=None if basic else "t1",
        **fields,
    )


BASIC = grant_of(client_id="*", basic=True)


class Wiretap:
    """A transport that notes what is sent through it."""

    def __init__(self, bench: Bench) -> None:
        self._encoder = bench.encode
        self.frames: list[Wire] = []
        self.largest = 0
        self.pings = 0
        self.closed = False
        # A client that reads slowly: what waits for it to catch up.
        self.reads_slowly = False
        self.waiting: list[Callable[[], None]] = []

    def send(self, frame: Frame) -> None:
        assert not self.closed, "a frame was sent after the transport was closed"
        written = frame.written_by(self._encoder)
        self.largest = max(self.largest, len(written))
        self.frames.append(json.loads(written))

    def ping(self) -> None:
        self.pings += 1

    def when_drained(self, then: Callable[[], None]) -> None:
        self.waiting.append(then)
        if not self.reads_slowly:
            self.drain()

    def drain(self) -> None:
        """Read all that was sent."""
        waiting, self.waiting = self.waiting, []
        for then in waiting:
            then()

    def close(self) -> None:
        self.closed = True


class Client:
    """One connection as its client sees it."""

    def __init__(self, bench: Bench, grant: Grant, hello: Hello) -> None:
        self._bench = bench
        self.grant = grant
        self.wire = Wiretap(bench)
        self.connection = bench.core.connect(grant, hello, self.wire, bench.moment)
        self.connected = self.one(CONNECTED)
        self._serials = count()

    @property
    def id(self) -> str:
        return str(self.connected["connectionId"])

    @property
    def key(self) -> str:
        return str(self.connected["connectionDetails"]["connectionKey"])

    def send(self, action: int, channel: str | None = None, **fields: Any) -> None:
        frame = {"action": action, **fields}
        if channel is not None:
            frame["channel"] = channel
        self.send_raw(json.dumps(frame))

    def send_raw(self, raw: str) -> None:
        core = self._bench.core
        try:
            frame = decode_frame(raw, Format.JSON)
        except MalformedFrame as fault:
            core.receive_malformed(self.connection, fault)
        else:
            core.receive(self.connection, frame, self._bench.moment)

    def take(self) -> list[Wire]:
        """Return what came since the last time."""
        frames, self.wire.frames = self.wire.frames, []
        return frames

    def took(self, action: int) -> list[Wire]:
        """Return the frames of one kind; the others are forgotten."""
        return [frame for frame in self.take() if frame["action"] == action]

    def one(self, action: int) -> Wire:
        (frame,) = self.took(action)
        return frame

    def attach(self, channel: str, *, flags: int = 0, **fields: Any) -> Wire:
        """Attach, and return the answer to it; what came before is forgotten."""
        self.take()
        self.send(ATTACH, channel, flags=flags, **fields)
        self._bench.pump()
        first = next(f for f in self.wire.frames if f["action"] in (ATTACHED, ERROR))
        self.wire.frames.remove(first)
        return first

    def publish(self, channel: str, *messages: Wire, serial: int | None = None) -> int:
        """Send messages under the next msgSerial, which is returned."""
        number = next(self._serials) if serial is None else serial
        self.send(MESSAGE, channel, msgSerial=number, messages=list(messages))
        return number

    def create(self, channel: str, data: object = "", **fields: Any) -> str:
        """Publish one message, settle it, and return its serial."""
        self.publish(channel, {"data": data, **fields})
        self._bench.pump()
        serial: str = self.acked()[-1]
        return serial

    def append(self, channel: str, serial: str, data: str, **fields: Any) -> int:
        return self.publish(channel, {"action": APPEND, "serial": serial, "data": data, **fields})

    def acked(self) -> list[Any]:
        """Return all serials that have been acknowledged; fail if anything was refused."""
        frames = self.take()
        assert not [f for f in frames if f["action"] in (NACK, ERROR)], frames
        acks = [f for f in frames if f["action"] == ACK]
        return [serial for ack in acks for result in ack["res"] for serial in result["serials"]]

    def refused(self, code: int) -> Wire:
        """Expect exactly one NACK, of this code, with something that helps."""
        frame = self.one(NACK)
        assert frame["error"]["code"] == code, frame
        assert ". " in frame["error"]["message"], "no hint"
        return frame

    def present(self, channel: str, action: int, serial: int | None = None, **fields: Any) -> int:
        number = next(self._serials) if serial is None else serial
        event = {"action": action, **fields}
        self.send(PRESENCE, channel, msgSerial=number, presence=[event])
        return number

    def drop(self) -> None:
        """Lose the socket."""
        self._bench.core.lost(self.connection, self.wire, self._bench.moment)

    def resume(self, grant: Grant | None = None, **hello: Any) -> Client:
        again = self._bench.connect(grant or self.grant, resume=self.key, **hello)
        again._serials = self._serials
        return again


class Bench:
    """A core, its log, and the time."""

    def __init__(
        self,
        limits: Limits = LOCAL,
        *,
        rules: Mapping[str, Rule] | None = None,
        folder: Path | None = None,
    ) -> None:
        self.now = NOW
        # What the wall clock was put forward by.
        self._set_by = 0
        self.limits = limits
        self.store = Store.open(folder, clock=lambda: self.now)
        # Whoever runs the core; the tests themselves, where nobody does.
        self.on_wake: Callable[[], None] = lambda: None
        self.apps = Apps()
        for app_id in (APP, OTHER_APP):
            key = key_of(app_id)
            self.apps.add(App(app_id, {key.name: key}, rules or {}))
        self.encoded = 0
        self._ids = count()
        self.start()

    def start(self) -> None:
        """Begin anew, as a process does that finds its data folder."""
        self.woken = 0
        self.core = Core(
            Surroundings(
                apps=self.apps,
                authenticator=Authenticator(self.apps.find_key),
                limits=self.limits,
                keys=ConnectionKeys(self.store.secret("connection-keys")),
                serial_of=partial(format_serial, series=self.store.series),
                new_id=lambda: f"id{next(self._ids)}",
                wake=self._wake,
                started=self.moment.steady,
                server_id="hub-test",
            )
        )

    def _wake(self) -> None:
        self.woken += 1
        self.on_wake()

    def restart(self) -> None:
        """End without a word to anybody, and start again: what waited for the log is gone."""
        self.store.rollback()
        self.start()

    def encode(self, message: ProtocolMessage) -> bytes:
        self.encoded += 1
        return encode_frame(message, Format.JSON)

    def connect(self, grant: Grant | None = None, **hello: Any) -> Client:
        return Client(self, grant or grant_of(), Hello(**hello))

    def pump(self, failure: AITransportError | None = None) -> None:
        """Put all work through the log, batch by batch; the first one may be made to fail."""
        while batch := self.core.take():
            self.put_through(batch, failure)
            failure = None

    def put_through(self, batch: Sequence[Job], failure: AITransportError | None = None) -> None:
        wrote = [job.apply(self.store, self.now) for job in batch]
        if failure is not None:
            self.store.rollback()
            for job in batch:
                if not job.writes:
                    job.apply(self.store, self.now)
        elif any(wrote):
            self.store.commit()
        self.core.settle(batch, failure)

    def pass_time(self, ms: int) -> None:
        """Let time pass, and the core notice."""
        self.now += ms
        self.core.tick(self.moment)
        self.pump()

    def set_clock(self, ms: int) -> None:
        """Put the wall clock forward or back, as no time passes."""
        self.now += ms
        self._set_by += ms

    @property
    def moment(self) -> Moment:
        return Moment(self.now, self.now - self._set_by - NOW)

    def token(self, client_id: str | None = "ann", *, app_id: str = APP, **fields: Any) -> str:
        ttl = fields.pop("ttl", None)
        capability = Capability.parse(fields.pop("capability", None))
        return issue_token(
            key_of(app_id),
            client_id=client_id,
            capability=capability,
            ttl=ttl,
            now=self.now,
            randomness=bytes(16),
        ).token

    def history(self, channel: str) -> list[Message]:
        """Return all messages of a channel, oldest first."""
        span = Range(direction="forwards", limit=1000)
        return self.store.reader.history(Place(APP, channel), span).items

    def texts(self, channel: str) -> list[Any]:
        return [message.data for message in self.history(channel)]

    def members(self, channel: str) -> list[str | None]:
        return [member.clientId for member in self.core.members(Place(APP, channel))]


def messages_of(frames: Sequence[Wire]) -> list[Wire]:
    return [m for frame in frames if frame["action"] == MESSAGE for m in frame["messages"]]


def events_of(frames: Sequence[Wire]) -> list[tuple[int, str]]:
    """Return the presence events as (action, clientId)."""
    return [
        (event["action"], event["clientId"])
        for frame in frames
        if frame["action"] == PRESENCE
        for event in frame["presence"]
    ]
