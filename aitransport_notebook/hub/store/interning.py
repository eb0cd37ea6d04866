"""Texts, extras and channels that rows refer to by number, each kept once."""

from __future__ import annotations

import sqlite3
from hashlib import blake2b
from typing import Any

from aitransport_notebook.hub.protocol.log import Place
from aitransport_notebook.hub.store.content import decode_extras, encode
from aitransport_notebook.hub.store.head import Extras
from aitransport_notebook.hub.store.lru import Lru

_TERMS = 16_384
_CHANNELS = 16_384
_EXTRAS = 4_096
_EXTRAS_ROOM = 8 * 1024 * 1024
_DIGEST_BYTES = 16


class Interning:
    """Finds the number of a thing, or gives it one."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._terms: Lru[str, int] = Lru(_TERMS)
        self._channels: Lru[Place, int] = Lru(_CHANNELS)
        self._extras: Lru[bytes, Extras] = Lru(_EXTRAS, _EXTRAS_ROOM, lambda body, _: len(body))

    def term(self, text: str | None) -> int | None:
        """Return the number of a text."""
        if text is None:
            return None
        return self._terms.get(text) or self.known_term(text) or self._new_term(text)

    def known_term(self, text: str) -> int | None:
        """Return the number of a text that has one."""
        ref = self._one("SELECT id FROM term WHERE text = ?", text)
        if ref is not None:
            self._terms.put(text, ref)
        return ref

    def channel(self, place: Place) -> int:
        """Return the number of a channel."""
        ref = self._channels.get(place)
        if ref is None:
            ref = self._one(
                "SELECT id FROM channel WHERE app = ? AND name = ?", place.app, place.channel
            ) or self._add("INSERT INTO channel(app, name) VALUES (?, ?)", place.app, place.channel)
            self._channels.put(place, ref)
        return ref

    def extras(self, value: dict[str, Any] | None) -> Extras | None:
        """Return extras with their number; raise 40013 if they are not JSON."""
        if value is None:
            return None
        body = encode(value)
        extras = self._extras.get(body)
        if extras is None:
            extras = Extras(self._extras_ref(body), decode_extras(body))
            self._extras.put(body, extras)
        return extras

    def forget(self) -> None:
        """Believe nothing that may not have been stored."""
        self._terms.clear()
        self._channels.clear()
        self._extras.clear()

    def _new_term(self, text: str) -> int:
        ref = self._add("INSERT INTO term(text) VALUES (?)", text)
        self._terms.put(text, ref)
        return ref

    def _extras_ref(self, body: bytes) -> int:
        digest = blake2b(body, digest_size=_DIGEST_BYTES).digest()
        return self._one("SELECT id FROM extras WHERE digest = ?", digest) or self._add(
            "INSERT INTO extras(digest, body) VALUES (?, ?)", digest, body.decode()
        )

    def _one(self, query: str, *parameters: object) -> int | None:
        row = self._connection.execute(query, parameters).fetchone()
        return None if row is None else row[0]

    def _add(self, statement: str, *parameters: object) -> int:
        ref = self._connection.execute(statement, parameters).lastrowid
        assert ref is not None
        return ref
