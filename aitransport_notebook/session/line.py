"""One channel, as sessions use it. Every edge of the Python client ends here."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ably.types.channeloptions import ChannelOptions
from ably.types.message import Message
from ably.types.presence import Presence, PresenceMessage
from ably.util.exceptions import AblyException

from aitransport_notebook._version import __version__
from aitransport_notebook.errors import AITransportError, error_for

Wire = dict[str, Any]
AGENT = "aitransport-notebook"
PAGE = 1000
_LOG = logging.getLogger("aitransport_notebook")

HINTS = {
    40160: "The token lacks a capability for this channel: ask for one that has it.",
    40142: "The token has expired and no new one came: check the token endpoint.",
    42911: "Too many messages on one connection: send fewer, or several at once.",
    80003: "No connection: check the network, or a proxy that blocks WebSockets.",
    90001: "The channel is not attached: connect() the session again.",
    93002: (
        "The channel's namespace does not allow it: enable 'Message annotations, updates, deletes,"
        " and appends' for it."
    ),
}


@dataclass(frozen=True, slots=True)
class Moved:
    """The channel is in another state."""

    state: str
    # Whether it goes on where it was.
    resumed: bool
    reason: AITransportError | None


class Line:
    """Publishes to a channel, and hears what is on it."""

    def __init__(self, client: Any, name: str, agent_tag: str | None) -> None:
        tags = [AGENT, *([agent_tag] if agent_tag else [])]
        agent = " ".join(f"{tag}/{__version__}" for tag in tags)
        self.name = name
        self._client = client
        self._channel = client.channels.get(name, ChannelOptions(params={"agent": agent}))
        self._hear: Callable[[Wire], None] | None = None
        self._move: Callable[[Moved], None] | None = None
        self._meet: Callable[[Wire], None] | None = None

    @property
    def connection_id(self) -> str | None:
        """The connection that one is here over."""
        known: str | None = self._client.connection.connection_manager.connection_id
        return known

    @property
    def state(self) -> str:
        return str(self._channel.state.value)

    @property
    def client_id(self) -> str | None:
        """Who one is, as the token says; None for nobody in particular."""
        known = self._client.auth.client_id
        return known if known and known != "*" else None

    async def open(
        self,
        hear: Callable[[Wire], None],
        meet: Callable[[Wire], None],
        move: Callable[[Moved], None],
    ) -> None:
        """Hear every message from now on, who comes and goes, and the channel's state."""
        self._hear, self._meet, self._move = hear, meet, move
        self._channel.on(self._moved)
        with _told("attach"):
            # Both listen before the channel is attached, and miss nothing of what comes then.
            await asyncio.gather(
                self._channel.subscribe(self._heard), self._channel.presence.subscribe(self._met)
            )

    async def close(self) -> None:
        """Hear no more, and leave the channel."""
        self._hear = self._move = self._meet = None
        self._channel.unsubscribe(self._heard)
        self._channel.presence.unsubscribe(self._met)
        self._channel.off(self._moved)
        try:
            await self._channel.detach()
        except AblyException as error:
            # The connection is going or gone, and the channel with it.
            _LOG.debug("could not detach from %s: %s", self.name, error)

    async def publish(self, *messages: Wire) -> list[str | None]:
        """Publish messages that belong together; returns their serials."""
        with _told("publish"):
            result = await self._channel.publish([_outgoing(message) for message in messages])
        return list(result.serials or []) if result is not None else []

    async def append(self, message: Wire) -> None:
        """Add the data to the message with this serial."""
        with _told("append"):
            await self._channel.append_message(_outgoing(message))

    async def update(self, message: Wire) -> None:
        """Put the data in the place of that of the message with this serial."""
        with _told("update"):
            await self._channel.update_message(_outgoing(message))

    async def history(self) -> AsyncIterator[Sequence[Wire]]:
        """Yield the channel's messages page by page, the newest first."""
        with _told("read history"):
            page = await self._channel.history(direction="backwards", limit=PAGE)
        while True:
            yield [_incoming(message) for message in page.items]
            if not page.has_next():
                return
            with _told("read history"):
                page = await page.next()

    def members(self) -> list[Wire]:
        """All who are here."""
        return [_member(member) for member in self._channel.presence.members.list()]

    async def enter(self, data: Any, *, again: bool) -> None:
        """Be a member with this data."""
        presence = self._channel.presence
        with _told("enter presence"):
            await (presence.update(data) if again else presence.enter(data))

    async def leave(self) -> None:
        """Be no member any more."""
        with _told("leave presence"):
            await self._channel.presence.leave()

    async def presence_history(self, pages: int) -> AsyncIterator[Sequence[Wire]]:
        """Yield so many pages of who came and went, the newest first."""
        with _told("read presence history"):
            # The realtime channel's presence has no history: that of REST reads it.
            events = Presence(self._channel)
            page = await events.history(direction="backwards", limit=PAGE)
        for left in range(pages - 1, -1, -1):
            yield [_member(event) for event in page.items]
            if not left or not page.has_next():
                return
            with _told("read presence history"):
                page = await page.next()

    def _met(self, event: PresenceMessage) -> None:
        if self._meet is not None:
            self._meet(_member(event))

    def _heard(self, message: Message) -> None:
        if self._hear is not None:
            self._hear(_incoming(message))

    def _moved(self, change: Any) -> None:
        if self._move is not None:
            reason = told(change.reason, "keep the channel") if change.reason else None
            self._move(Moved(str(change.current.value), bool(change.resumed), reason))


def told(error: AblyException, what: str) -> AITransportError:
    """Return the client's error as one of ours, with the mend where it is known."""
    code = int(error.code or 50000)
    message = f"unable to {what}: {error.message}"
    return error_for(code, message, status=error.status_code, hint=HINTS.get(code, ""))


class _told:
    """Raises the client's errors as ours."""

    def __init__(self, what: str) -> None:
        self._what = what

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, AblyException):
            raise told(error, self._what) from error


def _outgoing(message: Wire) -> Message:
    return Message(
        name=message.get("name"),
        data=message.get("data"),
        extras=message.get("extras"),
        serial=message.get("serial"),
    )


def _member(event: Any) -> Wire:
    return {
        "action": int(event.action),
        "clientId": event.client_id or "",
        "connectionId": event.connection_id or "",
        "data": event.data,
        "extras": event.extras,
    }


def _incoming(message: Any) -> Wire:
    """Return a message as the wire has it, with its data decoded."""
    version = message.version
    return {
        "action": 0 if message.action is None else int(message.action),
        "serial": message.serial,
        "name": message.name,
        "data": message.data,
        "extras": message.extras,
        "clientId": message.client_id,
        "timestamp": message.timestamp,
        "version": {
            "serial": version.serial,
            "timestamp": version.timestamp,
            "clientId": version.client_id,
        }
        if version is not None
        else None,
    }


def ai_message(
    name: str,
    transport: Mapping[str, str],
    codec: Mapping[str, str] | None = None,
    data: Any = None,
) -> Wire:
    """Return a message of AI Transport, to be published."""
    ai = {"transport": dict(transport), **({"codec": dict(codec)} if codec else {})}
    return {"name": name, "data": data, "extras": {"ai": ai}}
