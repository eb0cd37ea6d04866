"""Callbacks of a notebook's user: on one thread, in order, and none of their errors is lost."""

from __future__ import annotations

import inspect
import logging
import traceback
from collections.abc import Callable
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Any

from aitransport_notebook.errors import error_for
from aitransport_notebook.tree.emitter import Emitter

Callback = Callable[[Any], object]
_LOG = logging.getLogger("aitransport_notebook")


class Callbacks:
    """Tells callbacks of events. Whoever tells does not wait for them."""

    def __init__(self, *names: str) -> None:
        self._emitter = Emitter(*names)
        self._queue: SimpleQueue[tuple[Callback, str, Any] | None] = SimpleQueue()
        self._thread: Thread | None = None
        self._starting = Lock()

    def on(self, name: object, callback: object) -> Callable[[], None]:
        """Have a callback told of an event; returns what ends it."""
        if not callable(callback) or inspect.iscoroutinefunction(callback):
            raise error_for(
                40003,
                f"{callback!r:.80} cannot be told of {name!r:.40}",
                hint="Give a plain function, which takes what the event brings.",
            )
        if not isinstance(name, str):
            raise error_for(
                40003,
                f"{name!r:.80} is no event",
                hint="Give its name as a text, such as 'message'.",
            )
        told: Callback = callback
        off = self._emitter.on(name, lambda value: self._queue.put((told, name, value)))
        with self._starting:
            if self._thread is None:
                self._thread = Thread(target=self._run, name="aitransport-callbacks", daemon=True)
                self._thread.start()
        return off

    def tell(self, name: str, value: Any) -> None:
        """Have the callbacks of an event called, soon."""
        self._emitter.emit(name, value)

    def close(self) -> None:
        """End the thread, once it has told what it has to tell."""
        self._queue.put(None)

    def _run(self) -> None:
        while (told := self._queue.get()) is not None:
            callback, name, value = told
            try:
                callback(value)
            except BaseException as error:
                # Also one that would end the thread, and with it all that others wait to hear.
                _show(name, error)


def _show(name: str, error: BaseException) -> None:
    _LOG.error("a callback of %r raised", name, exc_info=error)
    # Without handlers the log itself comes to the notebook.
    if _LOG.hasHandlers():
        traceback.print_exception(error)
