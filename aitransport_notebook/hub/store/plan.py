"""Working out what a write will store and answer, before any of it is stored."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aitransport_notebook.errors import error_for
from aitransport_notebook.hub.protocol.frames import Message, PresenceMessage, Version
from aitransport_notebook.hub.protocol.limits import check_size
from aitransport_notebook.hub.protocol.log import Place, Write, Written
from aitransport_notebook.hub.protocol.serials import PER_MS, next_seq, parse_serial, time_of
from aitransport_notebook.hub.store.content import Note, encode
from aitransport_notebook.hub.store.head import (
    APPEND,
    CREATE,
    Body,
    Extras,
    Head,
    Operation,
    Origin,
)
from aitransport_notebook.hub.store.interning import Interning
from aitransport_notebook.hub.store.receipts import Numbers
from aitransport_notebook.hub.store.state import Shaper

Row = tuple[Any, ...]


@dataclass(slots=True)
class Plan:
    """What a write will store, and what it will answer."""

    write: Write
    channel: int
    answer: Written
    newest: int = 0
    messages: list[Row] = field(default_factory=list)
    operations: list[Row] = field(default_factory=list)
    presence: list[Row] = field(default_factory=list)
    # What the messages that it touches become; the ids that it takes; the numbers that it gives.
    heads: dict[int, Head] = field(default_factory=dict)
    ids: dict[str, int] = field(default_factory=dict)
    stored: Numbers = field(default_factory=dict)
    ephemeral: Numbers = field(default_factory=dict)


class Planner:
    """Applies writes in thought. Of the log it changes nothing but what is interned."""

    def __init__(
        self,
        interning: Interning,
        shape: Shaper,
        find_head: Callable[[Place, int], Head | None],
        find_own_id: Callable[[Place, str, int], int | None],
    ) -> None:
        self._interning = interning
        self._shape = shape
        self._find_head = find_head
        self._find_own_id = find_own_id

    def plan(self, write: Write, previous: int, now: int) -> Plan:
        """Number the operations of a write, from `previous` on, and apply them."""
        seq = next_seq(previous, now)
        plan = Plan(write, self._interning.channel(write.place), Written(timestamp=time_of(seq)))
        for index, message in enumerate(write.messages):
            if message.action:
                seq = self._operate(plan, message, index, seq) + 1
            else:
                self._create(plan, message, index, seq)
                seq += 1
        for index, event in enumerate(write.presence):
            self._enter(plan, event, index, seq + index)
        return plan

    def _create(self, plan: Plan, message: Message, index: int, seq: int) -> None:
        if message.id:
            first = plan.ids.get(message.id) or self._find_own_id(
                plan.write.place, message.id, time_of(seq)
            )
            if first is not None:
                plan.answer.serials.append(self._shape.serial(first))
                return
        ephemeral = message.extras is not None and message.extras.get("ephemeral") is True
        head = self._created(plan, message, index, seq, ephemeral=ephemeral)
        _check_size(plan.write, head)
        plan.newest, plan.answer.channel_serial = seq, head.origin.serial
        plan.answer.serials.append(head.origin.serial)
        plan.answer.deliveries.append(head.delivery())
        if message.id:
            plan.ids[message.id] = seq
        if ephemeral:
            plan.ephemeral[index] = seq
            return
        plan.heads[seq] = head
        plan.stored[index] = seq
        term = self._interning.term
        plan.messages.append(
            (
                seq,
                plan.channel,
                message.id or None,
                term(head.origin.connection_id),
                plan.write.msg_serial,
                index,
                term(message.clientId),
                message.data,
                term(message.encoding),
                term(message.name),
                _ref(head.extras),
            )
        )

    def _created(
        self, plan: Plan, message: Message, index: int, seq: int, *, ephemeral: bool
    ) -> Head:
        version = self._shape.version(seq)
        connection_id = plan.write.connection_id or message.connectionId
        own_id = message.id or self._shape.message_id(
            connection_id, plan.write.msg_serial, index, seq
        )
        extras = (
            Extras(0, message.extras or {}) if ephemeral else self._interning.extras(message.extras)
        )
        return Head(
            origin=Origin(
                seq, plan.write.place, version.serial or "", own_id, message.clientId, connection_id
            ),
            latest=seq,
            action=CREATE,
            body=Body.of(_unicode(message.data)),
            encoding=message.encoding,
            name=message.name,
            extras=extras,
            version=version,
        )

    def _operate(self, plan: Plan, message: Message, index: int, seq: int) -> int:
        """Apply an operation, and return its number: of a later ms than the message's own."""
        before = self._target(plan, message)
        seq = max(seq, (time_of(before.origin.seq) + 1) * PER_MS)
        operation, note = self._operation(plan, message, before, seq)
        head = before.apply(operation)
        before.check_decodable(operation)
        _check_size(plan.write, head, before)
        target = head.origin.seq
        serial = operation.version.serial or ""
        appended = operation if operation.action == APPEND else None
        plan.heads[target] = head
        plan.newest, plan.answer.channel_serial = seq, serial
        plan.stored[index] = seq
        plan.answer.serials.append(serial)
        plan.answer.deliveries.append(head.delivery(appended))
        term = self._interning.term
        plan.operations.append(
            (
                seq,
                target,
                plan.channel,
                operation.action,
                term(plan.write.connection_id),
                plan.write.msg_serial,
                index,
                operation.data if appended else head.body.data,
                term(head.encoding),
                term(head.name),
                _ref(head.extras),
                term(operation.version.clientId),
                note,
            )
        )
        return seq

    def _target(self, plan: Plan, message: Message) -> Head:
        target = parse_serial(message.serial or "")
        head = plan.heads.get(target) or self._find_head(plan.write.place, target)
        if head is None:
            raise error_for(
                40400,
                f"message {message.serial} not found",
                hint="Check the serial and the channel; retention may have removed the message.",
            )
        owner = plan.write.only_of
        if owner is not None and head.origin.client_id != owner:
            raise error_for(
                40160,
                f"message {message.serial} is not one of {owner!r}",
                status=401,
                hint="Use credentials that may change the messages of others.",
            )
        return head

    def _operation(
        self, plan: Plan, message: Message, before: Head, seq: int
    ) -> tuple[Operation, str | None]:
        version = self._shape.version(seq)
        note = _describe(version, message.version)
        operation = Operation(
            seq=seq,
            action=int(message.action or CREATE),
            data=_unicode(message.data),
            encoding=message.encoding,
            name=message.name,
            extras=self._interning.extras(_extras(message, before, plan.write.claim)),
            version=version,
        )
        return operation, note

    def _enter(self, plan: Plan, event: PresenceMessage, index: int, seq: int) -> None:
        msg_serial = plan.write.msg_serial
        connection_id = plan.write.connection_id or event.connectionId
        derived_id = self._shape.message_id(connection_id, msg_serial, index, seq)
        extras = self._interning.extras(event.extras)
        plan.newest, plan.answer.channel_serial = seq, self._shape.serial(seq)
        plan.answer.presence.append(
            PresenceMessage(
                id=event.id or derived_id,
                action=event.action,
                clientId=event.clientId,
                connectionId=connection_id,
                data=event.data,
                encoding=event.encoding,
                extras=event.extras,
                timestamp=time_of(seq),
            )
        )
        term = self._interning.term
        plan.presence.append(
            (
                seq,
                plan.channel,
                None if event.id == derived_id else event.id or None,
                term(connection_id),
                msg_serial,
                index,
                term(event.clientId),
                int(event.action or 0),
                _unicode(event.data),
                term(event.encoding),
                _ref(extras),
            )
        )


def _check_size(write: Write, head: Head, before: Head | None = None) -> None:
    """Raise 40009 if a message becomes too large; one that was may still be made smaller."""
    largest = write.largest
    if largest is None or (head.is_plain and head.body.room_taken <= largest // 4):
        # Most are far from it, and measuring takes a fifth of the time of a write.
        return
    size = head.room_taken
    if before is None or size > before.room_taken:
        check_size(size, largest, "Go on in a new message.")


def _describe(version: Version, said: Version | None) -> str | None:
    """Take over what an operation's author says of it; return what of that is to be stored."""
    if said is None:
        return None
    version.clientId = said.clientId
    if said.description is None and said.metadata is None:
        return None
    version.description, version.metadata = said.description, said.metadata
    return encode(Note(said.description, said.metadata)).decode()


def _extras(message: Message, before: Head, claim: str | None) -> dict[str, Any] | None:
    """Return what an operation sets the extras to. What it leaves alone keeps no other's claim."""
    kept = before.extras.value if before.extras else {}
    if message.extras is not None or kept.get("userClaim") == claim:
        return message.extras
    own = {} if claim is None else {"userClaim": claim}
    return {name: value for name, value in kept.items() if name != "userClaim"} | own


def _ref(extras: Extras | None) -> int | None:
    return None if extras is None else extras.ref


def _unicode(data: str | bytes | None) -> str | bytes | None:
    """Return data that can be stored; raise UnicodeEncodeError if it is half a character."""
    if isinstance(data, str) and not data.isascii():
        data.encode()
    return data
