"""The channel's messages, each as it stands, in the order of their serials."""

from __future__ import annotations

from bisect import insort
from operator import attrgetter

from aitransport_notebook.wire.inbound import Action, Inbound
from aitransport_notebook.wire.names import EVENT_ID
from aitransport_notebook.wire.record import Change, Record, SharedHeaders

_SERIAL = attrgetter("serial")
_KEPT = frozenset({Action.CREATE, Action.UPDATE, Action.DELETE, Action.APPEND})


class Log:
    """All records. What the channel does not keep is not among them."""

    def __init__(self) -> None:
        self.records: list[Record] = []
        self._by_serial: dict[str, Record] = {}
        self._events: dict[str, Record] = {}
        self._transports = SharedHeaders(4)
        self._codecs = SharedHeaders(8)

    def get(self, serial: str) -> Record | None:
        """Return the message that stands at a place of the channel."""
        return self._by_serial.get(serial)

    def find_event(self, event_id: str) -> Record | None:
        """Return the message that carried an event id."""
        return self._events.get(event_id)

    def merge(self, delivery: Inbound) -> tuple[Record | None, Change | None]:
        """Take a delivery in; returns its record and what changed, None for one that is new."""
        serial = delivery.serial
        record = self._by_serial.get(serial)
        if record is None or delivery.action != Action.APPEND:
            delivery.transport = self._transports.share(delivery.transport)
            delivery.codec = self._codecs.share(delivery.codec)
        if record is not None:
            return record, record.merge(delivery)
        if not serial or not _is_kept(delivery):
            return None, Change.NOTHING
        record = self._by_serial[serial] = Record(delivery)
        event_id = record.transport.get(EVENT_ID)
        if event_id is not None:
            self._events.setdefault(event_id, record)
        if self.records and self.records[-1].serial > serial:
            insort(self.records, record, key=_SERIAL)
        else:
            self.records.append(record)
        return record, None

    def is_last(self, record: Record) -> bool:
        return self.records[-1] is record


def _is_kept(delivery: Inbound) -> bool:
    if delivery.action not in _KEPT:
        return False
    extras = delivery.extras
    if isinstance(extras, dict) and extras.get("ephemeral") is True:
        return False
    # Of somebody else's stream, whose beginning nobody here saw.
    return delivery.action != Action.APPEND or bool(delivery.transport)
