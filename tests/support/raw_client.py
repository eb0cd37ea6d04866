"""A realtime client that does on faults what Ably's clients do, and shows what it was told.

It resumes with its connection key. What was not acknowledged is sent again: under the same
msgSerial if the connection is still the same one, numbered from 0 if not. Channels are attached
again from the serial of the last frame that they received.
"""

from __future__ import annotations

import asyncio
import json
import random
import socket
from base64 import b64encode
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import pairwise
from types import TracebackType
from typing import Any

import aiohttp

Wire = dict[str, Any]

HEARTBEAT, ACK, NACK, CONNECTED, DISCONNECTED = 0, 1, 2, 4, 6
CLOSE, CLOSED, ERROR, ATTACH, ATTACHED, DETACHED = 7, 8, 9, 10, 11, 13
PRESENCE, MESSAGE, SYNC = 14, 15, 16
HAS_PRESENCE, RESUMED, ATTACH_RESUME = 1, 4, 32
ENTER, LEAVE, UPDATE = 2, 3, 4

OPENING = 5.0
LARGEST_FRAME = 1 << 24


class Refused(Exception):
    """The hub said no: the error as it came."""

    def __init__(self, error: Wire) -> None:
        super().__init__(f"{error.get('code')} {error.get('message')}")
        self.error = error
        self.code = error.get("code")


class _Dropped(Exception):
    """The connection is over, and another one is due."""


def _ignore(_: Wire) -> None:
    """Nobody listens."""


@dataclass
class Attachment:
    """A channel of a client: what it hears, and from where it goes on."""

    channel: str
    on_message: Callable[[Wire], None] = _ignore
    on_presence: Callable[[Wire], None] = _ignore
    params: Mapping[str, str] = field(default_factory=dict)
    serial: str | None = None
    # The ATTACHED frames, and the errors, that came for it.
    answers: list[Wire] = field(default_factory=list)
    attached: asyncio.Event = field(default_factory=asyncio.Event)
    members: dict[str, Wire] = field(default_factory=dict)

    @property
    def gaps(self) -> list[Wire]:
        """The answers after the first that did not promise to have left nothing out."""
        return [answer for answer in self.answers[1:] if not answer.get("flags", 0) & RESUMED]


@dataclass
class Sent:
    """A frame that waits for its acknowledgement."""

    frame: Wire
    outcome: asyncio.Future[list[str]]


class RawClient:
    """One realtime connection, kept up until `stop`."""

    def __init__(
        self,
        url: str,
        key: str,
        *,
        client_id: str | None = None,
        query: Mapping[str, str] | None = None,
        patience: float = 10.0,
        receive_buffer: int | None = None,
    ) -> None:
        self._url = url.replace("http", "ws", 1) + "/"
        self._key = key
        self._query = {"v": "6", "format": "json", **(query or {})}
        if client_id is not None:
            self._query["clientId"] = client_id
        # How long nothing may come before the hub is asked, and again before it is given up.
        self._patience = patience
        self._receive_buffer = receive_buffer
        self._key_of_connection: str | None = None
        self.connection_id: str | None = None
        # The CONNECTED frames, and the connection's own errors.
        self.answers: list[Wire] = []
        self.failure: Refused | None = None
        self.channels: dict[str, Attachment] = {}
        self.pending: dict[int, Sent] = {}
        self.connected = asyncio.Event()
        self._next_serial = 0
        self._away = 0.0
        self._outbox: asyncio.Queue[str] = asyncio.Queue()
        self._reading = asyncio.Event()
        self._reading.set()
        self._task: asyncio.Task[None] | None = None
        self._socket: aiohttp.ClientWebSocketResponse | None = None

    @property
    def resumes(self) -> int:
        """How often it came back as the connection that it was."""
        ids = [answer.get("connectionId") for answer in self.answers]
        return sum(1 for one, other in pairwise(ids) if one == other)

    async def start(self, limit: float = 30.0) -> RawClient:
        self._task = asyncio.create_task(self._stay_connected())
        async with asyncio.timeout(limit):
            await self.connected.wait()
        if self.failure is not None:
            raise self.failure
        return self

    async def stop(self) -> None:
        """Close the connection for good, as a client that has finished does."""
        if self.connected.is_set():
            self._send({"action": CLOSE})
            await asyncio.sleep(0.05)
        await self.vanish()

    async def vanish(self) -> None:
        """End without a word, as a process that is killed does."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    def drop(self, away: float = 0.0) -> None:
        """Lose the socket; another one follows, after so many seconds."""
        self._away = away
        if self._socket is not None and self._socket._response.connection is not None:
            transport = self._socket._response.connection.transport
            if transport is not None:
                transport.abort()

    def pause(self) -> None:
        """Stop reading, while the socket stays open."""
        self._reading.clear()

    def go_on(self) -> None:
        self._reading.set()

    def attach(
        self,
        channel: str,
        on_message: Callable[[Wire], None] = _ignore,
        on_presence: Callable[[Wire], None] = _ignore,
        params: Mapping[str, str] | None = None,
    ) -> Attachment:
        """Attach to a channel from now on; wait for its `attached` where that matters."""
        attachment = Attachment(channel, on_message, on_presence, params or {})
        self.channels[channel] = attachment
        if self.connected.is_set():
            self._ask_to_attach(attachment)
        return attachment

    def publish(self, channel: str, *messages: Wire) -> asyncio.Future[list[str]]:
        """Publish; the future has the serials once the hub has acknowledged."""
        return self._number({"action": MESSAGE, "channel": channel, "messages": list(messages)})

    def append(self, channel: str, serial: str, text: str) -> asyncio.Future[list[str]]:
        return self.publish(channel, {"action": 5, "serial": serial, "data": text})

    def enter(self, channel: str, data: Any = "") -> asyncio.Future[list[str]]:
        """Enter presence now, and again whenever the channel is attached anew."""
        member: Wire = {"action": ENTER, "data": data}
        self.channels[channel].members[""] = member
        return self._present(channel, member)

    def leave(self, channel: str) -> asyncio.Future[list[str]]:
        self.channels[channel].members.clear()
        return self._present(channel, {"action": LEAVE})

    def _present(self, channel: str, event: Wire) -> asyncio.Future[list[str]]:
        return self._number({"action": PRESENCE, "channel": channel, "presence": [event]})

    def _number(self, frame: Wire) -> asyncio.Future[list[str]]:
        frame["msgSerial"] = self._next_serial
        self._next_serial += 1
        outcome: asyncio.Future[list[str]] = asyncio.get_running_loop().create_future()
        if self.failure is not None:
            outcome.set_exception(self.failure)
            return outcome
        self.pending[frame["msgSerial"]] = Sent(frame, outcome)
        if self.connected.is_set():
            self._send(frame)
        return outcome

    def _send(self, frame: Wire) -> None:
        self._outbox.put_nowait(json.dumps(frame))

    async def _stay_connected(self) -> None:
        connector = aiohttp.TCPConnector(force_close=True, socket_factory=self._make_socket)
        basic = b64encode(self._key.encode()).decode()
        headers = {"Authorization": f"Basic {basic}"}
        async with aiohttp.ClientSession(connector=connector, headers=headers) as session:
            while self.failure is None:
                with suppress(aiohttp.ClientError, OSError, TimeoutError, _Dropped, ValueError):
                    await self._serve_one_socket(session)
                self._lose()
                await asyncio.sleep(self._away or random.uniform(0.02, 0.15))

    def _make_socket(self, address: Any) -> socket.socket:
        family, kind, protocol, _, _ = address
        made = socket.socket(family=family, type=kind, proto=protocol)
        if self._receive_buffer is not None:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, self._receive_buffer)
        return made

    async def _serve_one_socket(self, session: aiohttp.ClientSession) -> None:
        query = dict(self._query)
        if self._key_of_connection is not None:
            query["resume"] = self._key_of_connection
        async with asyncio.timeout(OPENING):
            opened = await session.ws_connect(
                self._url,
                params=query,
                max_msg_size=LARGEST_FRAME,
                timeout=aiohttp.ClientWSTimeout(ws_close=0.05),
            )
        self._socket = opened
        self._outbox = asyncio.Queue()
        sender = asyncio.create_task(_send_all(opened, self._outbox))
        try:
            while True:
                await self._reading.wait()
                self._receive(json.loads(await self._next(opened)))
        finally:
            sender.cancel()
            self.drop(self._away)
            await opened.close()

    async def _next(self, opened: aiohttp.ClientWebSocketResponse) -> str:
        """Return the next frame; where none comes, ask whether anyone is there."""
        try:
            message = await opened.receive(timeout=self._patience)
        except TimeoutError:
            self._send({"action": HEARTBEAT, "id": "still there?"})
            message = await opened.receive(timeout=self._patience)
        if message.type is not aiohttp.WSMsgType.TEXT:
            raise _Dropped
        return str(message.data)

    def _lose(self) -> None:
        self.connected.clear()
        self._socket = None
        for attachment in self.channels.values():
            attachment.attached.clear()

    def _receive(self, frame: Wire) -> None:
        action = frame["action"]
        attachment = self.channels.get(frame.get("channel", ""))
        if action == CONNECTED:
            self._be_connected(frame)
        elif action in (ACK, NACK):
            self._settle(frame)
        elif action in (DISCONNECTED, CLOSED):
            raise _Dropped
        elif action == ERROR and attachment is None:
            self._fail(frame)
        elif attachment is not None:
            _hear(attachment, frame)
            if action == ATTACHED and attachment.members:
                for member in attachment.members.values():
                    self._present(attachment.channel, dict(member))
            if action == DETACHED:
                self._ask_to_attach(attachment)

    def _be_connected(self, frame: Wire) -> None:
        self.answers.append(frame)
        self._away = 0.0
        self._key_of_connection = frame["connectionDetails"]["connectionKey"]
        same = frame["connectionId"] == self.connection_id
        if self.connection_id is not None and not same:
            self._renumber()
        self.connection_id = frame["connectionId"]
        self.connected.set()
        for sent in self.pending.values():
            self._send(sent.frame)
        for attachment in self.channels.values():
            self._ask_to_attach(attachment)

    def _renumber(self) -> None:
        waiting, self.pending = list(self.pending.values()), {}
        for number, sent in enumerate(waiting):
            sent.frame["msgSerial"] = number
            self.pending[number] = sent
        self._next_serial = len(waiting)

    def _ask_to_attach(self, attachment: Attachment) -> None:
        frame: Wire = {"action": ATTACH, "channel": attachment.channel}
        if attachment.params:
            frame["params"] = dict(attachment.params)
        if attachment.serial is not None:
            frame.update(channelSerial=attachment.serial, flags=ATTACH_RESUME)
        self._send(frame)

    def _settle(self, frame: Wire) -> None:
        results = frame.get("res") or []
        for index in range(frame.get("count", 1)):
            sent = self.pending.pop(frame["msgSerial"] + index, None)
            if sent is None or sent.outcome.done():
                continue
            if frame["action"] == NACK:
                sent.outcome.set_exception(Refused(frame.get("error") or {}))
            else:
                sent.outcome.set_result(results[index]["serials"] if results else [])

    def _fail(self, frame: Wire) -> None:
        self.answers.append(frame)
        self.failure = Refused(frame.get("error") or {})
        for sent in self.pending.values():
            if not sent.outcome.done():
                sent.outcome.set_exception(self.failure)
        self.connected.set()
        raise _Dropped

    async def __aenter__(self) -> RawClient:
        return await self.start()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()


def _hear(attachment: Attachment, frame: Wire) -> None:
    action = frame["action"]
    if action in (ATTACHED, ERROR):
        attachment.answers.append(frame)
        attachment.attached.set()
    if action in (ATTACHED, MESSAGE, PRESENCE) and frame.get("channelSerial"):
        attachment.serial = frame["channelSerial"]
    if action == MESSAGE:
        attachment.on_message(frame)
    elif action in (ATTACHED, PRESENCE, SYNC):
        attachment.on_presence(frame)


async def _send_all(opened: aiohttp.ClientWebSocketResponse, outbox: asyncio.Queue[str]) -> None:
    with suppress(aiohttp.ClientError, OSError):
        while True:
            await opened.send_str(await outbox.get())
