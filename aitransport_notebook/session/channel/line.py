"""One channel, as sessions use it.

Every edge of the Python client ends here, in the link that its sessions share, in its outbox, and
in what is told of its errors.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from ably.types.channelmode import ChannelMode
from ably.types.channeloptions import ChannelOptions
from ably.types.message import Message
from ably.types.presence import Presence, PresenceMessage
from ably.util.exceptions import AblyException

from aitransport_notebook._version import __version__
from aitransport_notebook.errors import AITransportError, error_for
from aitransport_notebook.session.channel.link import Link
from aitransport_notebook.session.channel.modes import modes_with
from aitransport_notebook.session.channel.paging import messages_of, pages_of
from aitransport_notebook.session.channel.telling import hint_for, telling, told

Wire = dict[str, Any]
AGENT = "aitransport-notebook"
# The most messages that Ably gives at once.
PAGE = 1000
_LOG = logging.getLogger("aitransport_notebook")

# How long a session waits for the server to let it go, in seconds.
LEAVING = 2.0


@dataclass(frozen=True, slots=True)
class Moved:
    """The channel is in another state, or the client is: "away" for long, or "closed"."""

    state: str
    # Whether it goes on where it was.
    resumed: bool
    reason: AITransportError | None


class Line:
    """Publishes to a channel, and hears what is on it."""

    def __init__(
        self,
        client: Any,
        name: str,
        agent_tag: str | None,
        *,
        page_size: int = PAGE,
        modes: Sequence[str] = (),
    ) -> None:
        tags = [AGENT, *([agent_tag] if agent_tag else [])]
        agent = " ".join(f"{tag}/{__version__}" for tag in tags)
        self.name = name
        self._client = client
        options = ChannelOptions(params={"agent": agent}, modes=modes_with(modes))
        self._link = Link.of(client)
        self._channel = self._link.channel(name, options)
        self._together = self._link.together(name)
        self._page_size = page_size
        self._is_open = False
        self._hear: Callable[[Wire], None] | None = None
        self._move: Callable[[Moved], None] | None = None
        self._meet: Callable[[Wire], None] | None = None
        self._offs: list[Callable[[], None]] = []

    @property
    def connection_id(self) -> str | None:
        """The connection that one is here over."""
        known: str | None = self._client.connection.connection_manager.connection_id
        return known

    @property
    def state(self) -> str:
        return str(self._channel.state.value)

    @property
    def is_live(self) -> bool:
        """Whether one hears what is on the channel as it comes."""
        # A channel counts as attached while its connection is lost, and may come back.
        return self.state == "attached" and self._link.is_up

    @property
    def steady_for(self) -> float | None:
        """The seconds since the connection came back; None if it was never lost."""
        return self._link.steady_for

    @property
    def client_id(self) -> str | None:
        """Who one is, as the token says; None for nobody in particular."""
        known = self._client.auth.client_id
        return known if known and known != "*" else None

    def refuse_other_loops(self) -> None:
        """Refuse to be used in another event loop than the client's own."""
        self._link.refuse_other_loops()

    async def settled(self) -> bool:
        """Wait for the connection; False where it is given up."""
        await self._link.settled()
        return self._link.is_up

    async def open(
        self,
        hear: Callable[[Wire], None],
        meet: Callable[[Wire], None],
        move: Callable[[Moved], None],
    ) -> None:
        """Hear every message from now on, who comes and goes, and the channel's state."""
        self._hear, self._meet, self._move = hear, meet, move
        if not self._is_open:
            self._is_open = True
            self._link.hold(self.name)
            self._channel.on(self._moved)
            self._offs = [
                self._link.on(state, partial(self._turned, state)) for state in ("away", "closed")
            ]
        try:
            await self._link.bring(self._channel, self._listen())
            self._refuse_if_deaf()
            if self._together.says(self):
                await self._tell_presence(anew=True)
        except BaseException:
            self._stop_listening()
            self._link.let_go(self.name)
            raise

    async def close(self) -> None:
        """Hear no more, and leave the channel unless another session over the client has it."""
        if not self._is_open:
            return
        self._stop_listening()
        said = self._together.says(self)
        self._together.unsay(self)
        try:
            async with asyncio.timeout(LEAVING):
                if self._link.let_go(self.name):
                    await self._channel.detach()
                elif said:
                    await self._tell_presence(anew=False)
        except (AblyException, AITransportError, TimeoutError) as error:
            # The connection is going or gone, and the channel with it.
            _LOG.debug("could not detach from %s: %s", self.name, error)

    async def publish(self, *messages: Wire) -> list[str | None]:
        """Publish messages that belong together; returns their serials."""
        with self._telling("publish"):
            result = await self._channel.publish([_outgoing(message) for message in messages])
        return list(result.serials or []) if result is not None else []

    async def append(self, message: Wire) -> None:
        """Add the data to the message with this serial."""
        with self._telling("append"):
            await self._channel.append_message(_outgoing(message))

    async def update(self, message: Wire) -> None:
        """Put the data in the place of that of the message with this serial."""
        with self._telling("update"):
            await self._channel.update_message(_outgoing(message))

    async def history(self) -> AsyncIterator[Sequence[Wire]]:
        """Yield the channel's messages page by page, the newest first."""
        first = messages_of(self._channel, self._page_size)
        async for page in pages_of("read history", first):
            yield [_incoming(message) for message in page.items]

    def members(self) -> list[Wire]:
        """All who are here."""
        return [_member(member) for member in self._channel.presence.members.list()]

    async def enter(self, data: Any) -> None:
        """Be a member with this data, and with that of other sessions over the client."""
        anew = not self._together
        self._together.say(self, data)
        try:
            await self._tell_presence(anew=anew)
        except AITransportError:
            self._together.unsay(self)
            raise

    async def leave(self) -> None:
        """Be no member any more, as far as this session goes."""
        self._together.unsay(self)
        await self._tell_presence(anew=False)

    async def presence_history(self, pages: int) -> AsyncIterator[Sequence[Wire]]:
        """Yield so many pages of who came and went, the newest first."""
        # The realtime channel's presence has no history: that of REST reads it.
        events = Presence(self._channel)
        first = partial(events.history, direction="backwards", limit=PAGE)
        async for page in pages_of("read presence history", first):
            yield [_member(event) for event in page.items]
            pages -= 1
            if not pages:
                return

    async def _listen(self) -> None:
        # Both listen before the channel is attached, and miss nothing of what comes then.
        self._stop_hearing()
        await asyncio.gather(
            self._channel.subscribe(self._heard), self._channel.presence.subscribe(self._met)
        )

    def _stop_listening(self) -> None:
        self._is_open = False
        self._hear = self._move = self._meet = None
        self._channel.off(self._moved)
        for off in self._offs:
            off()
        self._stop_hearing()

    def _stop_hearing(self) -> None:
        self._channel.unsubscribe(self._heard)
        self._channel.presence.unsubscribe(self._met)

    def _refuse_if_deaf(self) -> None:
        """Refuse a channel that one may only speak on: nobody would know what became of it."""
        modes = self._channel.modes
        if modes and ChannelMode.SUBSCRIBE not in modes:
            raise error_for(
                40160,
                f"unable to attach: the token does not allow to hear what is said in {self.name}",
                hint=hint_for(40160, "attach"),
            )

    async def _tell_presence(self, *, anew: bool) -> None:
        presence, data = self._channel.presence, self._together.data
        if not self._together:
            with self._telling("leave presence"):
                await presence.leave()
            return
        with self._telling("enter presence"):
            await (presence.enter(data) if anew else presence.update(data))

    def _telling(self, what: str) -> telling:
        return telling(what, self._link.why)

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

    def _turned(self, state: str, reason: AITransportError) -> None:
        if self._move is not None:
            self._move(Moved(state, False, reason))


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
