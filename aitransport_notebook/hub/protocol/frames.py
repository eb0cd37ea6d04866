"""The shapes that travel: protocol messages and what is in them.

Field names are the wire's own (camelCase), so that encoding is the struct itself.
"""

from __future__ import annotations

from enum import IntEnum, IntFlag
from typing import Any

import msgspec

from aitransport_notebook.errors import AITransportError


class Action(IntEnum):
    """What a protocol message is for."""

    HEARTBEAT = 0
    ACK = 1
    NACK = 2
    CONNECT = 3
    CONNECTED = 4
    DISCONNECT = 5
    DISCONNECTED = 6
    CLOSE = 7
    CLOSED = 8
    ERROR = 9
    ATTACH = 10
    ATTACHED = 11
    DETACH = 12
    DETACHED = 13
    PRESENCE = 14
    MESSAGE = 15
    SYNC = 16
    AUTH = 17
    ACTIVATE = 18
    OBJECT = 19
    OBJECT_SYNC = 20
    ANNOTATION = 21


class Flag(IntFlag):
    """Bits of `flags` on ATTACH and ATTACHED."""

    HAS_PRESENCE = 1 << 0
    HAS_BACKLOG = 1 << 1
    RESUMED = 1 << 2
    TRANSIENT = 1 << 4
    ATTACH_RESUME = 1 << 5
    HAS_OBJECTS = 1 << 7
    PRESENCE = 1 << 16
    PUBLISH = 1 << 17
    SUBSCRIBE = 1 << 18
    PRESENCE_SUBSCRIBE = 1 << 19
    ANNOTATION_PUBLISH = 1 << 21
    ANNOTATION_SUBSCRIBE = 1 << 22
    OBJECT_SUBSCRIBE = 1 << 24
    OBJECT_PUBLISH = 1 << 25


class MessageAction(IntEnum):
    """What a message does to the log."""

    CREATE = 0
    UPDATE = 1
    DELETE = 2
    META = 3
    SUMMARY = 4
    APPEND = 5


class PresenceAction(IntEnum):
    """What a presence message says of its member."""

    ABSENT = 0
    PRESENT = 1
    ENTER = 2
    LEAVE = 3
    UPDATE = 4


class ErrorInfo(msgspec.Struct, omit_defaults=True, frozen=True):
    """An error as it travels."""

    message: str
    code: int
    statusCode: int
    href: str | None = None

    @classmethod
    def of(cls, error: AITransportError) -> ErrorInfo:
        text = f"{error.message}. {error.hint}" if error.hint else error.message
        return cls(text, error.code, error.status, f"https://help.ably.io/error/{error.code}")


class Version(msgspec.Struct, omit_defaults=True):
    """The latest operation on a message."""

    serial: str | None = None
    timestamp: int | None = None
    clientId: str | None = None
    description: str | None = None
    metadata: dict[str, Any] | None = None


class Message(msgspec.Struct, omit_defaults=True):
    """One message. Data is text or bytes by the time it is inside; see `encoding`."""

    id: str | None = None
    name: str | None = None
    data: Any = None
    encoding: str | None = None
    extras: dict[str, Any] | None = None
    clientId: str | None = None
    connectionId: str | None = None
    connectionKey: str | None = None
    timestamp: int | None = None
    serial: str | None = None
    action: int | None = None
    version: Version | None = None


class PresenceMessage(msgspec.Struct, omit_defaults=True):
    """One presence event, or one present member."""

    id: str | None = None
    action: int | None = None
    clientId: str | None = None
    connectionId: str | None = None
    data: Any = None
    encoding: str | None = None
    extras: dict[str, Any] | None = None
    timestamp: int | None = None


class ConnectionDetails(msgspec.Struct, omit_defaults=True):
    """What a client learns of its connection."""

    clientId: str | None = None
    connectionKey: str | None = None
    maxMessageSize: int = 0
    maxFrameSize: int = 0
    maxInboundRate: int = 0
    connectionStateTtl: int = 0
    maxIdleInterval: int = 0
    serverId: str = ""
    siteCode: str = ""


class AuthDetails(msgspec.Struct, omit_defaults=True):
    """The token of an in-band re-authentication."""

    accessToken: str | None = None


class PublishResult(msgspec.Struct):
    """The serials of one acknowledged protocol message."""

    serials: list[str | None]


class ProtocolMessage(msgspec.Struct, omit_defaults=True):
    """One frame."""

    # The default is no action of the protocol, so that HEARTBEAT (0) is always written.
    action: int = -1
    id: str | None = None
    channel: str | None = None
    channelSerial: str | None = None
    connectionId: str | None = None
    connectionKey: str | None = None
    connectionDetails: ConnectionDetails | None = None
    msgSerial: int | None = None
    count: int | None = None
    error: ErrorInfo | None = None
    flags: int | None = None
    params: dict[str, str | int | float | bool | None] | None = None
    timestamp: int | None = None
    messages: list[Message] | None = None
    presence: list[PresenceMessage] | None = None
    auth: AuthDetails | None = None
    res: list[PublishResult] | None = None
