"""Codes that are good for one use: each stands for something that whoever carries it never sees."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from aitransport_notebook.errors import AITransportError

# What may be outstanding; beyond it the oldest is good no more.
MOST = 1000

T = TypeVar("T")


@dataclass(frozen=True)
class _Given(Generic[T]):
    worth: T
    expires: int


class OneTime(Generic[T]):
    """Codes that have been given out, for `life` ms each; `refusal` says that one is not good."""

    def __init__(self, life: int, refusal: Callable[[], AITransportError]) -> None:
        self._life = life
        self._refusal = refusal
        self._given: dict[str, _Given[T]] = {}

    def give(self, worth: T, now: int) -> str:
        """Make a code for it."""
        self._given = {code: given for code, given in self._given.items() if given.expires > now}
        while len(self._given) >= MOST:
            del self._given[next(iter(self._given))]
        code = secrets.token_urlsafe(24)
        self._given[code] = _Given(worth, now + self._life)
        return code

    def use(self, code: str, now: int) -> T:
        """Return what the code stands for, and use it up; raise the refusal if it is not good."""
        given = self._given.pop(code, None)
        if given is None or given.expires <= now:
            raise self._refusal()
        return given.worth
