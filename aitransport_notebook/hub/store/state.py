"""Reading messages back as they were at a moment: one query for any number of them."""

from __future__ import annotations

from hashlib import blake2b
from typing import Any

from aitransport_notebook.hub.protocol.frames import Version
from aitransport_notebook.hub.protocol.log import Place
from aitransport_notebook.hub.protocol.serials import format_serial, time_of
from aitransport_notebook.hub.store.content import decode_extras, decode_note
from aitransport_notebook.hub.store.head import (
    APPEND,
    CREATE,
    UPDATE,
    Body,
    Extras,
    Head,
    Operation,
    Origin,
)

# `pick` names messages (seq) and moments (at). The ordered subquery keeps appends in order within
# group_concat; max(data) tells text from bytes, as SQLite orders every blob after every text.
_STATE = """
WITH pick(seq, at) AS MATERIALIZED ({pick})
SELECT
    m.seq, m.id, (SELECT text FROM term WHERE id = m.conn), m.msg_serial, m.idx,
    (SELECT text FROM term WHERE id = m.client),
    last.seq, last.action, (SELECT text FROM term WHERE id = last.client), last.note,
    (SELECT text FROM term WHERE id = iif(last.seq IS NULL, m.encoding, last.encoding)),
    (SELECT text FROM term WHERE id = iif(last.seq IS NULL, m.name, last.name)),
    kept.id, kept.body,
    iif(edit.seq IS NULL, m.data, edit.data),
    (
        SELECT iif(
            typeof(max(data)) = 'blob', CAST(group_concat(data, '') AS BLOB), group_concat(data, '')
        )
        FROM (
            SELECT data FROM op
            WHERE target = m.seq AND seq > coalesce(edit.seq, 0) AND seq <= pick.at
            ORDER BY seq
        )
    )
FROM pick
JOIN message m ON m.seq = pick.seq
LEFT JOIN op last ON last.seq =
    (SELECT max(seq) FROM op WHERE target = m.seq AND seq <= pick.at)
LEFT JOIN op edit ON edit.seq =
    (SELECT max(seq) FROM op WHERE target = m.seq AND seq <= pick.at AND action <> 5)
LEFT JOIN extras kept ON kept.id = iif(last.seq IS NULL, m.extras, last.extras)
"""


def state_query(pick: str) -> str:
    """Return the query for the state of the messages, at the moments, that `pick` selects."""
    return _STATE.format(pick=pick)


class Shaper:
    """Makes what the protocol knows out of rows."""

    def __init__(self, series: str) -> None:
        self.series = series

    def serial(self, seq: int) -> str:
        return format_serial(seq, self.series)

    def message_id(
        self, connection_id: str | None, msg_serial: int | None, index: int, seq: int
    ) -> str:
        """Return the id of a message whose publisher chose none."""
        if connection_id is not None and msg_serial is not None:
            return f"{connection_id}:{msg_serial}:{index}"
        # The numbers of a publish follow one another, so this is the same for all of it.
        publish = self.serial(seq - index).encode()
        return f"{blake2b(publish, digest_size=8).hexdigest()}:{index}"

    def version(self, seq: int, client_id: str | None = None, note: str | None = None) -> Version:
        version = Version(serial=self.serial(seq), timestamp=time_of(seq), clientId=client_id)
        if note is not None:
            said = decode_note(note)
            version.description, version.metadata = said.description, said.metadata
        return version

    def heads(self, rows: list[tuple[Any, ...]], place: Place) -> list[Head]:
        """Read the rows of a state query."""
        known: dict[int, Extras] = {}
        return [self._head(row, place, known) for row in rows]

    def operations(self, rows: list[tuple[Any, ...]]) -> list[tuple[int, Operation, str | None]]:
        """Read the rows of the operations query: of which message, what, by which connection."""
        known: dict[int, Extras] = {}
        return [
            (
                target,
                Operation(
                    seq=seq,
                    action=action,
                    data=data,
                    encoding=encoding,
                    name=name,
                    extras=_extras(ref, body, known),
                    version=self.version(seq, client_id, note),
                ),
                connection_id,
            )
            for (
                seq,
                target,
                action,
                data,
                encoding,
                name,
                ref,
                body,
                client_id,
                note,
                connection_id,
            ) in rows
        ]

    def _head(self, row: tuple[Any, ...], place: Place, known: dict[int, Extras]) -> Head:
        seq, own_id, connection_id, msg_serial, index, client_id = row[:6]
        latest, action, editor, note, encoding, name, ref, extras, base, appended = row[6:]
        if latest is None:
            action, latest = CREATE, seq
        return Head(
            origin=Origin(
                seq=seq,
                place=place,
                serial=self.serial(seq),
                id=own_id or self.message_id(connection_id, msg_serial, index, seq),
                client_id=client_id,
                connection_id=connection_id,
            ),
            latest=latest,
            action=UPDATE if action == APPEND else action,
            body=Body.of(base, appended),
            encoding=encoding,
            name=name,
            extras=_extras(ref, extras, known),
            version=self.version(latest, editor, note),
        )


def _extras(ref: int | None, body: str | None, known: dict[int, Extras]) -> Extras | None:
    if ref is None or body is None:
        return None
    extras = known.get(ref)
    if extras is None:
        extras = known[ref] = Extras(ref, decode_extras(body))
    return extras
