"""What is published over a connection: in order, and each once, whatever becomes of the connection.

The Python client sends again what was not acknowledged, too, but not always behind what was
published before it, nor always once, and not at all where the server said goodbye; and it sends
what nobody waits for any more, though it has not gone out yet.
"""

from __future__ import annotations

import asyncio
from typing import Any

from ably.realtime.connectionmanager import PendingMessage
from ably.transport.websockettransport import WebSocketException
from ably.types.connectionstate import ConnectionState
from ably.types.message import MessageAction
from ably.types.operations import PublishResult
from ably.util.exceptions import AblyException

Frame = dict[str, Any]
APPEND = int(MessageAction.MESSAGE_APPEND)
WAITING = (ConnectionState.INITIALIZED, ConnectionState.CONNECTING, ConnectionState.DISCONNECTED)
# What a CancelledError is told where it comes too late to know.
MAY_ARRIVE = (
    "It was on its way, and may still arrive: see whether it is there before you repeat it."
)


class Outbox:
    """Takes the place of what a connection manager has for it."""

    def __init__(self, manager: Any) -> None:
        self._manager = manager
        # By their number, which each is given when it goes out.
        self._unanswered: dict[int, PendingMessage] = {}
        self._unsent: list[PendingMessage] = []
        self._next = 0
        self._connection_id: str | None = None
        self._outgoing: asyncio.Queue[PendingMessage] = asyncio.Queue()
        self._writer: asyncio.Task[None] | None = None
        self._take_over(manager)

    async def send(self, frame: Frame) -> Any:
        """Send a frame, and wait until it is acknowledged if it is of those that are."""
        state = self._manager.state
        connected = state == ConnectionState.CONNECTED
        may_wait = state in WAITING and self._manager.options.queue_messages
        if not connected and not may_wait:
            raise AblyException(f"Cannot send message while connection is {state}", 400, 90000)
        message = PendingMessage(frame)
        if message.ack_required:
            self._unsent.append(message)
        if connected:
            self._outgoing.put_nowait(message)
        # What asks for no acknowledgement is asked for anew by who needs it, once connected.
        return await self._answer_to(message) if message.ack_required else None

    def begin(self) -> None:
        """Send again what was not acknowledged, now that there is a connection."""
        self.pause()
        manager = self._manager
        if manager.connection_id != self._connection_id:
            self._connection_id = manager.connection_id
            self._renumber()
        self._outgoing = asyncio.Queue()
        for message in (*self._unanswered.values(), *self._unsent):
            self._outgoing.put_nowait(message)
        self._writer = asyncio.ensure_future(self._write(manager.transport, self._outgoing))

    def pause(self) -> None:
        """Send nothing more over the connection that was."""
        if self._writer is not None:
            self._writer.cancel()
            self._writer = None

    def acknowledge(self, serial: int, count: int, results: list[PublishResult] | None) -> None:
        for index in range(count):
            message = self._unanswered.pop(serial + index, None)
            if message is not None and not message.future.done():
                known = results[index : index + 1] if results else []
                message.future.set_result(known[0] if known else PublishResult())

    def refuse(self, serial: int, count: int, error: AblyException | None) -> None:
        reason = error or AblyException("the server refused it, and did not say why", 500, 50001)
        for number in range(serial, serial + count):
            _fail(self._unanswered.pop(number, None), reason)

    def fail(self, error: Exception | None) -> None:
        """Give up all that was not acknowledged."""
        given_up = [*self._unanswered.values(), *self._unsent]
        self._unanswered, self._unsent = {}, []
        for message in given_up:
            _fail(message, error or AblyException("the connection is closed", 400, 80017))

    def _take_over(self, manager: Any) -> None:
        known = [*manager.pending_message_queue.messages, *reversed(manager.queued_messages)]
        for message in known:
            if message.ack_required:
                self._unanswered.setdefault(message.message["msgSerial"], message)
        self._next = manager.msg_serial
        self._connection_id = manager.connection_id
        manager.send_protocol_message = self.send
        manager.send_queued_messages = self.begin
        manager.requeue_pending_messages = self.pause
        manager.fail_queued_messages = self.fail
        manager.on_ack = self.acknowledge
        manager.on_nack = self.refuse
        if manager.state == ConnectionState.CONNECTED:
            # What was published before is on its way already.
            self._writer = asyncio.ensure_future(self._write(manager.transport, self._outgoing))

    async def _answer_to(self, message: PendingMessage) -> PublishResult:
        """Wait for the acknowledgement; who stops waiting takes back what has not gone out."""
        try:
            return await message.future
        except asyncio.CancelledError as cancelled:
            # An append belongs to its stream: those that follow it count on it.
            if message in self._unsent and not _only_appends(message.message):
                self._unsent.remove(message)
            else:
                cancelled.add_note(MAY_ARRIVE)
            raise

    def _renumber(self) -> None:
        """Begin anew over another connection, whose server cannot know what it has had before.

        An append that it has had would double what it says: who appends can say the whole again.
        """
        sent = [message for message in self._unanswered.values() if _goes_on(message)]
        for number, message in enumerate(sent):
            message.message["msgSerial"] = number
        self._unanswered = dict(enumerate(sent))
        self._unsent = [message for message in self._unsent if _goes_on(message)]
        self._next = len(sent)

    async def _write(self, transport: Any, outgoing: asyncio.Queue[PendingMessage]) -> None:
        while True:
            message = await outgoing.get()
            frame = message.message
            if message in self._unsent:
                self._number(message)
            elif message.ack_required and "msgSerial" not in frame:
                # It was taken back.
                continue
            try:
                await transport.send(frame)
            except WebSocketException:
                # The next connection begins with all that was not acknowledged.
                return
            except Exception as error:
                # It cannot be written down, and never will be.
                _fail(self._unanswered.pop(frame.get("msgSerial", -1), None), error)

    def _number(self, message: PendingMessage) -> None:
        self._unsent.remove(message)
        message.message["msgSerial"] = self._next
        self._unanswered[self._next] = message
        self._next += 1


def _only_appends(frame: Frame) -> bool:
    messages: list[Frame] = frame.get("messages") or []
    return bool(messages) and all(message.get("action") == APPEND for message in messages)


def _fail(message: Any, error: Exception) -> None:
    if message is not None and not message.future.done():
        message.future.set_exception(error)


def _goes_on(message: PendingMessage) -> bool:
    """Tell whether a message is sent over another connection; who waits for an append is told."""
    if _only_appends(message.message):
        _fail(message, AblyException("the connection could not be resumed", 400, 80008))
    return not message.future.done()
