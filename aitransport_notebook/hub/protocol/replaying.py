"""Bringing an attachment from a serial to what is live: a page at a time, as its client reads.

Each page is read in the log's order, so the last one and the first live message meet. However
much a client has missed, only a page of it waits in memory.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from aitransport_notebook.errors import AITransportError, error_for
from aitransport_notebook.hub.protocol.channel import Attachment, pick
from aitransport_notebook.hub.protocol.connection import Transport
from aitransport_notebook.hub.protocol.frames import (
    Action,
    Flag,
    Message,
    ProtocolMessage,
)
from aitransport_notebook.hub.protocol.jobs import Job
from aitransport_notebook.hub.protocol.log import Log, Replay
from aitransport_notebook.hub.protocol.serials import parse_serial

# What a page holds at most: operations, and bytes of data.
PAGE = 500
ROOM = 1 << 20


def gap() -> AITransportError:
    """The error of an attachment that does not get all that it missed."""
    return error_for(
        90003,
        "messages since the last one received are no longer kept",
        hint="Load history to see what is there.",
    )


class Replaying:
    """An attachment on its way to what is live."""

    def __init__(
        self,
        attachment: Attachment,
        transport: Transport,
        serial_of: Callable[[int], str],
        enqueue: Callable[[Job], None],
    ) -> None:
        self.attachment = attachment
        self._transport = transport
        self._serial_of = serial_of
        self._enqueue = enqueue

    @property
    def goes_on(self) -> bool:
        """Whether the client is still there, and still wants this attachment."""
        connection = self.attachment.connection
        current = connection.attachments.get(self.attachment.alias)
        return connection.transport is self._transport and current is self.attachment

    def tell(self, page: Replay) -> None:
        """Send a page; after the last one the attachment is live."""
        attachment = self.attachment
        if not attachment.may(Flag.SUBSCRIBE):
            attachment.live = True
            return
        then, room, last = page.next, ROOM, 0
        for serial, delivery in page.deliveries:
            if room <= 0:
                # What is sent whole takes more than what the log has of it: read the rest again.
                then = last
                break
            last = parse_serial(serial)
            told = attachment.hears(delivery.source)
            if told:
                [message] = pick([delivery], (attachment.needs_whole(delivery),))
                self._send(message, serial)
                room -= len(message.data or "")
            attachment.note(delivery, told=told)
        if then is None:
            attachment.live = True
        else:
            self._go_on(then)

    def rewind(self, backlog: list[Message], head: int) -> None:
        """Send messages as they were at the head; then the attachment is live."""
        room = ROOM
        for index, message in enumerate(backlog):
            if room <= 0:
                self.attachment.live = False
                self._transport.when_drained(partial(self._rewind_on, backlog[index:], head))
                return
            self._send(message, self._serial_of(head))
            room -= len(message.data or "")
        if not self.attachment.live:
            self._go_on(head)

    def _rewind_on(self, backlog: list[Message], head: int) -> None:
        if self.goes_on:
            self.rewind(backlog if self.attachment.may(Flag.SUBSCRIBE) else [], head)

    def _send(self, message: Message, serial: str) -> None:
        attachment = self.attachment
        attachment.connection.tell(
            ProtocolMessage(
                action=Action.MESSAGE,
                channel=attachment.alias,
                channelSerial=serial,
                messages=[message],
            )
        )

    def _go_on(self, after: int) -> None:
        job = NextPage(self, after)
        self._transport.when_drained(partial(self._enqueue, job))

    def tell_gap(self, page: Replay) -> None:
        """Say that something is missing, and go on with what is kept after it."""
        attachment = self.attachment
        attachment.begin(page.after)
        flags = int(Flag.HAS_BACKLOG) if page.deliveries else 0
        for frame in attachment.welcome(self._serial_of(page.after), flags, gap()):
            attachment.connection.tell(frame)
        self.tell(page)

    def end(self, error: AITransportError) -> None:
        """Give the attachment up."""
        self.attachment.channel.detach(self.attachment)
        self.attachment.connection.refuse(self.attachment.alias, error)


class NextPage:
    """Reads one page, and tells it."""

    writes = False

    def __init__(self, replaying: Replaying, after: int) -> None:
        self._replaying = replaying
        self._after = after
        self._page = Replay([], after)

    def apply(self, log: Log, now: int) -> bool:
        if self._replaying.goes_on:
            place = self._replaying.attachment.channel.place
            self._page = log.replay(place, self._after, PAGE, ROOM)
        return False

    def settle(self, failure: AITransportError | None) -> None:
        replaying = self._replaying
        if not replaying.goes_on:
            return
        if failure is not None:
            replaying.end(failure)
        elif self._page.after > self._after:
            replaying.tell_gap(self._page)
        else:
            replaying.tell(self._page)
