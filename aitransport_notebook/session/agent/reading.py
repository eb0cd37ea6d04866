"""Reads what an agent yields, until it ends or its Run is cancelled."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from types import TracebackType
from typing import Self, TypeVar

T = TypeVar("T")


class Reading:
    """Waits for what comes next, and no longer once an event is set.

    All is read in the one task of its reader: what a generator holds while it waits, such as a
    timeout, a group of tasks or a context variable, belongs to the task that it was begun in.
    """

    def __init__(self, stop: asyncio.Event) -> None:
        self._stop = stop
        self._reader: asyncio.Task[object] | None = None
        self._interrupted = False

    def __enter__(self) -> Self:
        self._watching = asyncio.ensure_future(self._watch())
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._watching.cancel()

    async def next(self, events: AsyncIterator[T]) -> T | None:
        """Return what comes next; None at the end, or once the event is set."""
        if self._stop.is_set():
            return None
        reader = self._reader = asyncio.current_task()
        assert reader is not None
        cancelling = reader.cancelling()
        try:
            # A source that never waits would keep everybody else from being heard.
            await asyncio.sleep(0)
            event = await anext(events, None)
        except asyncio.CancelledError:
            # Somebody may have cancelled the reader itself at the same time.
            if not self._interrupted or reader.cancelling() > cancelling + 1:
                raise
            return None
        finally:
            self._reader = None
            if self._interrupted:
                reader.uncancel()
        return None if self._stop.is_set() else event

    async def _watch(self) -> None:
        await self._stop.wait()
        if self._reader is not None:
            self._interrupted = True
            self._reader.cancel()
