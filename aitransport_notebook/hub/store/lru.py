"""A bounded map that forgets what was used longest ago."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


def _free(_key: object, _value: object) -> int:
    return 0


class Lru(Generic[K, V]):
    """At most `entries` values, whose sizes add up to at most `room`."""

    def __init__(self, entries: int, room: int = 0, size_of: Callable[[K, V], int] = _free) -> None:
        self._values: OrderedDict[K, V] = OrderedDict()
        self._entries = entries
        self._room = room
        self._size_of = size_of
        self._size = 0

    def __len__(self) -> int:
        return len(self._values)

    @property
    def size(self) -> int:
        """The sizes of all values, added up."""
        return self._size

    def get(self, key: K) -> V | None:
        value = self._values.get(key)
        if value is not None:
            self._values.move_to_end(key)
        return value

    def put(self, key: K, value: V) -> None:
        self.drop(key)
        self._values[key] = value
        self._size += self._size_of(key, value)
        while len(self._values) > self._entries or self._size > self._room:
            self._size -= self._size_of(*self._values.popitem(last=False))

    def drop(self, key: K) -> None:
        value = self._values.pop(key, None)
        if value is not None:
            self._size -= self._size_of(key, value)

    def clear(self) -> None:
        self._values.clear()
        self._size = 0
