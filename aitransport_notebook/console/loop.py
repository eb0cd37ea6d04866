"""The one event loop of the notebook layer, in a thread of its own: no cell keeps it busy."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from concurrent.futures import Future, wait
from threading import Event, Lock, Thread, current_thread
from typing import Any, ClassVar, TypeVar

from aitransport_notebook.errors import error_for

T = TypeVar("T")
# How often to look for a Ctrl-C while waiting, in seconds: not every system interrupts a wait.
GLANCE = 0.25
# How long work that is cancelled may take to say how far it was, in seconds.
STOPPING = 1.0
_LOG = logging.getLogger("aitransport_notebook")


class BackgroundLoop:
    """An event loop in a daemon thread."""

    _shared: ClassVar[BackgroundLoop | None] = None
    _making: ClassVar[Lock] = Lock()

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, name="aitransport", daemon=True)
        self._thread.start()

    @classmethod
    def shared(cls) -> BackgroundLoop:
        """Return the loop of this process, which is started when it is first asked for."""
        with cls._making:
            # The thread of a process does not go with it when it forks.
            if cls._shared is None or not cls._shared._thread.is_alive():
                cls._shared = cls()
            return cls._shared

    def call(self, work: Coroutine[Any, Any, T], limit: float | None = None) -> T:
        """Run a coroutine to its end, and return what it returns; Ctrl-C cancels it.

        What it notes on its CancelledError is noted on the KeyboardInterrupt then. It works in a
        cell and in a script, whether or not an event loop runs there. After `limit` seconds it is
        cancelled, and raises TimeoutError.
        """
        if current_thread() is self._thread:
            work.close()
            raise error_for(
                40000,
                "the background loop cannot wait for itself",
                hint="Call this from a cell, a thread or a callback of on().",
            )
        ending = _Ending()
        try:
            future = self._submit(ending.of(_within(work, limit)))
            while wait([future], GLANCE).not_done:
                pass
        except BaseException as interrupt:
            # It may have come before the future was here.
            self.soon(ending.come)
            for note in ending.notes():
                interrupt.add_note(note)
            raise
        return future.result()

    def begin(self, work: Coroutine[Any, Any, Any]) -> Future[Any]:
        """Have a coroutine run by itself; what it raises is logged."""
        future = self._submit(work)
        future.add_done_callback(_log_failure)
        return future

    def soon(self, callback: Callable[..., object], *values: Any) -> None:
        """Have a function called in the loop, from whatever thread."""
        self._loop.call_soon_threadsafe(callback, *values)

    def _submit(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        return asyncio.run_coroutine_threadsafe(work, self._loop)


class _Ending:
    """The end of work that another thread has cancelled, and what it had to say then."""

    def __init__(self) -> None:
        self._notes: list[str] = []
        self._over = Event()
        self._task: asyncio.Task[Any] | None = None
        self._has_come = False

    async def of(self, work: Coroutine[Any, Any, T]) -> T:
        self._task = asyncio.current_task()
        try:
            if self._has_come:
                work.close()
                raise asyncio.CancelledError
            return await work
        except asyncio.CancelledError as cancelled:
            self._notes += getattr(cancelled, "__notes__", [])
            raise
        finally:
            self._over.set()

    def come(self) -> None:
        """Cancel the work, begun or not; to be called in its loop."""
        self._has_come = True
        if self._task is not None:
            self._task.cancel()

    def notes(self) -> list[str]:
        """Wait for the end, not for long, and return what was noted."""
        self._over.wait(STOPPING)
        return self._notes


async def _within(work: Coroutine[Any, Any, T], limit: float | None) -> T:
    async with asyncio.timeout(limit):
        return await work


def _log_failure(future: Future[Any]) -> None:
    error = None if future.cancelled() else future.exception()
    if error is not None:
        _LOG.error("work in the background failed", exc_info=error)
