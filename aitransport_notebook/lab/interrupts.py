"""Ctrl-C and its like, heard where `lab` waits, and never in the middle of something else."""

from __future__ import annotations

import signal
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Any, Self, TypeVar

# Whoever ends it, and however, it ends in the same way. Windows has no SIGHUP.
_NAMES = ("SIGINT", "SIGTERM", "SIGHUP")

T = TypeVar("T")


class Interrupts:
    """Keeps an interruption until somebody waits: so all that is started is known, and ended."""

    def __init__(self) -> None:
        self._handlers: dict[signal.Signals, Any] = {}
        self._is_waiting = self._is_told = False

    def wait(self, work: Callable[[], T]) -> T:
        """Do what takes its time; raise KeyboardInterrupt if told to end meanwhile, or before."""
        self._is_waiting = True
        try:
            if self._is_told:
                self._interrupt()
            return work()
        finally:
            self._is_waiting = False

    def __enter__(self) -> Self:
        for name in _NAMES:
            if hasattr(signal, name):
                number = signal.Signals[name]
                self._handlers[number] = signal.signal(number, self._hear)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for number, handler in self._handlers.items():
            signal.signal(number, handler)

    def _hear(self, number: int, frame: FrameType | None) -> None:
        self._is_told = True
        if self._is_waiting:
            self._interrupt()

    def _interrupt(self) -> None:
        # What is done about it is not interrupted in turn, unless that waits itself.
        self._is_waiting = self._is_told = False
        raise KeyboardInterrupt
