"""One client's connection: who it is, what it is attached to, and how frames reach it."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from aitransport_notebook.errors import AITransportError, error_for
from aitransport_notebook.hub.auth.grant import Grant
from aitransport_notebook.hub.protocol.allowance import Allowance
from aitransport_notebook.hub.protocol.frames import (
    Action,
    ErrorInfo,
    PresenceAction,
    PresenceMessage,
    ProtocolMessage,
    PublishResult,
)
from aitransport_notebook.hub.protocol.log import Place

if TYPE_CHECKING:
    from aitransport_notebook.hub.protocol.channel import Attachment

# How many serials one frame acknowledges: with those of one more publish it stays a small one.
MOST_ACKED = 4000

Encoder = Callable[[ProtocolMessage], bytes]


class Frame:
    """A protocol message on its way out, written at most once by each encoder."""

    __slots__ = ("_written", "message")

    def __init__(self, message: ProtocolMessage) -> None:
        self.message = message
        self._written: dict[Encoder, bytes] = {}

    def written_by(self, encoder: Encoder) -> bytes:
        written = self._written.get(encoder)
        if written is None:
            written = self._written[encoder] = encoder(self.message)
        return written


class Transport(Protocol):
    """What carries frames to one client. No call waits."""

    def send(self, frame: Frame) -> None: ...

    def ping(self) -> None: ...

    def when_drained(self, then: Callable[[], None]) -> None:
        """Call `then` once the client has taken most of what was sent; never, if it is gone."""

    def close(self) -> None: ...


@dataclass(frozen=True)
class Hello:
    """What a client asks for when it connects."""

    resume: str | None = None
    recover: str | None = None
    echo: bool = True
    heartbeats: bool = True
    # How long members stay once the connection is lost, in ms; None is the hub's own grace.
    remain_present: int | None = None
    # How long appends to one message count as one, in ms.
    append_rollup: int = 40


class Connection:
    """The state of one connection. It outlives its transport for a while."""

    def __init__(self, id: str, grant: Grant, hello: Hello, now: int) -> None:
        self.id = id
        self.key = ""
        self.grant = grant
        self.hello = hello
        self.transport: Transport | None = None
        self.attachments: dict[str, Attachment] = {}
        # What it has entered, noted as it asks: a leave must follow an enter still on its way.
        self.entered: dict[Place, dict[str, PresenceMessage]] = {}
        # The greatest msgSerial of a presence event that has been written.
        self.last_presence = -1
        self.lost_at: int | None = None
        self.renew_at: int | None = None
        self.allowance = Allowance(now)
        self._sent = True
        self._sent_at = now
        self._acks: list[PublishResult] = []
        self._acked_from = 0
        self._acked = 0

    @property
    def told_client_id(self) -> str | None:
        """The client id that the client learns: a key's owner may be anyone, and is told none."""
        own = self.grant.client_id
        return None if own == "*" and self.grant.is_basic else own

    def note_presence(self, place: Place, event: PresenceMessage) -> PresenceMessage | None:
        """Note an event, and return the member's one before."""
        members = self.entered.setdefault(place, {})
        before = members.get(event.clientId or "")
        if event.action == PresenceAction.LEAVE:
            members.pop(event.clientId or "", None)
        else:
            members[event.clientId or ""] = event
        return before

    def has_entered(self, place: Place, event: PresenceMessage) -> bool:
        """Tell whether this very event, by its id, is the member's latest."""
        latest = self.entered.get(place, {}).get(event.clientId or "")
        return event.id is not None and latest is not None and latest.id == event.id

    def send(self, frame: Frame) -> None:
        if self.transport is not None:
            self._sent = True
            self.transport.send(frame)

    def tell(self, message: ProtocolMessage) -> None:
        self.send(Frame(message))

    def refuse(self, alias: str | None, error: AITransportError) -> None:
        """Tell the client that a channel has failed."""
        self.tell(ProtocolMessage(action=Action.ERROR, channel=alias, error=ErrorInfo.of(error)))

    def ack(self, serial: int, serials: list[str | None]) -> None:
        """Acknowledge one publish; neighbours go out together at the next `flush`."""
        if self._acks and serial != self._acked_from + len(self._acks):
            self.flush()
        if not self._acks:
            self._acked_from = serial
        self._acks.append(PublishResult(serials))
        self._acked += len(serials)
        if self._acked >= MOST_ACKED:
            self.flush()

    def nack(self, serial: int, error: AITransportError) -> None:
        self.flush()
        self.tell(
            ProtocolMessage(
                action=Action.NACK, msgSerial=serial, count=1, error=ErrorInfo.of(error)
            )
        )

    def flush(self) -> None:
        """Send the acknowledgements that are due."""
        if self._acks:
            acks, self._acks, self._acked = self._acks, [], 0
            self.tell(
                ProtocolMessage(
                    action=Action.ACK, msgSerial=self._acked_from, count=len(acks), res=acks
                )
            )

    def keep_alive(self, now: int, interval: int) -> None:
        """Send a heartbeat if nothing else was sent for two thirds of the interval."""
        if self._sent:
            self._sent = False
            self._sent_at = now
        elif self.transport is not None and now - self._sent_at >= interval * 2 // 3:
            self._sent_at = now
            if self.hello.heartbeats:
                self.transport.send(Frame(ProtocolMessage(action=Action.HEARTBEAT)))
            else:
                self.transport.ping()


# The owner of a connection whose client may be anyone.
ANYBODY = "any"


class ConnectionKeys:
    """Connection keys that prove themselves, so that a restarted hub knows its own."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def make(self, connection_id: str, app_id: str, once: str, client_id: str | None = None) -> str:
        """Make a key; `once` tells apart the keys that one connection is given in its life."""
        once = f"{once}.{self._owner(client_id)}"
        return f"{connection_id}!{once}-{self._proof(connection_id, app_id, once)}"

    def read(self, key: str, app_id: str) -> str:
        """Return the connection's id; raise 80018 if the key is not one of this hub's."""
        connection_id, _, rest = key.partition("!")
        once, _, proof = rest.rpartition("-")
        expected = self._proof(connection_id, app_id, once)
        if not hmac.compare_digest(proof.encode(), expected.encode()):
            raise error_for(
                80018, "invalid connection key", status=400, hint="Connect without resuming."
            )
        return connection_id

    def belongs(self, key: str, client_id: str | None) -> bool:
        """Tell whether a key that has been read may be used by this client id."""
        owner = key.rpartition("-")[0].rpartition(".")[2]
        return owner in (ANYBODY, self._owner(client_id))

    def _owner(self, client_id: str | None) -> str:
        if client_id in (None, "*"):
            return ANYBODY
        return hmac.digest(self._secret, f"owner:{client_id}".encode(), "sha256").hex()[:12]

    def _proof(self, connection_id: str, app_id: str, once: str) -> str:
        text = f"{app_id}:{connection_id}!{once}".encode()
        return hmac.new(self._secret, text, hashlib.sha256).hexdigest()[:24]
