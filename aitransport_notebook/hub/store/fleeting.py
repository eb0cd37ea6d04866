"""The ids of ephemeral messages, of which the log has no row: a retry is known by them."""

from __future__ import annotations

from aitransport_notebook.hub.protocol.log import Place
from aitransport_notebook.hub.protocol.serials import time_of
from aitransport_notebook.hub.store.lru import Lru

# How long after a publish it may be tried again.
_MEMORY_MS = 2 * 60 * 1000
_IDS = 10_000
_IDS_ROOM = 4 * 1024 * 1024


class FleetingIds:
    """Which number each recent ephemeral message was given."""

    def __init__(self) -> None:
        self._numbers: Lru[tuple[Place, str], int] = Lru(
            _IDS, _IDS_ROOM, lambda key, _: len(key[1])
        )

    def find(self, place: Place, own_id: str, now: int) -> int | None:
        """Return the number of a message by its own id, if it was delivered lately."""
        seq = self._numbers.get((place, own_id))
        return None if seq is None or time_of(seq) < now - _MEMORY_MS else seq

    def add(self, place: Place, own_id: str, seq: int) -> None:
        self._numbers.put((place, own_id), seq)

    def forget(self) -> None:
        """Believe nothing that may not have been delivered."""
        self._numbers.clear()
