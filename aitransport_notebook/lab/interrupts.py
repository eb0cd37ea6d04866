"""Ctrl-C and its like, heard where `lab` waits, and never in the middle of something else."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from types import FrameType, TracebackType
from typing import Any, Self, TypeVar

# Whoever ends it, and however, it ends in the same way. Windows has no SIGHUP.
_NAMES = ("SIGINT", "SIGTERM", "SIGHUP")
# Windows tells of a signal only between two waits: how long one may be, in seconds.
_EVERY = 0.5

T = TypeVar("T")


class Interrupts:
    """Keeps an interruption until somebody waits: so all that is started is known, and ended.

    Nothing is broken off, as an exception would break off whatever holds a lock: what takes its
    time is done in a thread, and let go of.
    """

    def __init__(self) -> None:
        self._handlers: dict[signal.Signals, Any] = {}
        # What is done, or None where somebody wants the end. A handler of signals may put into it.
        self._news: SimpleQueue[Future[Any] | None] = SimpleQueue()
        self._is_told = False

    def wait(self, work: Callable[[], T]) -> T:
        """Do what takes its time; raise KeyboardInterrupt if told to end meanwhile, or before."""
        future: Future[T] = Future()
        future.add_done_callback(self._news.put)
        threading.Thread(target=_do, args=(work, future), daemon=True).start()
        while True:
            try:
                news = self._news.get(timeout=_EVERY)
            except Empty:
                continue
            if news is None:
                raise KeyboardInterrupt
            if news is future:
                return future.result()

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
            # Who is impatient while it ends already is told nothing else.
            signal.signal(number, signal.SIG_IGN if self._is_told else handler)

    def _hear(self, number: int, frame: FrameType | None) -> None:
        self._is_told = True
        self._news.put(None)


def _do(work: Callable[[], T], future: Future[T]) -> None:
    try:
        future.set_result(work())
    except BaseException as error:
        # It is raised where it is waited for.
        future.set_exception(error)
