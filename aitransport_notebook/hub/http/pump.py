"""Puts the core's work through the log: in batches, each committed before it is told."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Executor

from aitransport_notebook.errors import AITransportError, error_for
from aitransport_notebook.hub.protocol.core import Core
from aitransport_notebook.hub.protocol.jobs import Job
from aitransport_notebook.hub.store import Store

logger = logging.getLogger(__name__)


class Pump:
    """While one batch is being committed, the next one gathers: a commit serves many."""

    def __init__(
        self,
        store: Store,
        clock: Callable[[], int],
        executor: Executor,
        flush: Callable[[], None],
    ) -> None:
        self._store = store
        self._clock = clock
        self._executor = executor
        self._flush = flush
        self._work = asyncio.Event()
        self.wake = self._work.set
        self._has_room = asyncio.Event()
        self._has_room.set()

    async def room(self) -> None:
        """Wait while more work waits than one batch takes: readers pause, memory is bounded."""
        if not self._has_room.is_set():
            await self._has_room.wait()

    async def run(self, core: Core) -> None:
        while True:
            await self._work.wait()
            self._work.clear()
            while batch := core.take():
                if core.crowded:
                    self._has_room.clear()
                failure = unread = await self._put_through(batch)
                if failure is not None:
                    # Nobody's reading fails because nothing can be written.
                    unread = await self._put_through([job for job in batch if not job.writes])
                core.settle(batch, failure, unread)
                self._flush()
                if not core.crowded:
                    self._has_room.set()

    async def _put_through(self, batch: Sequence[Job]) -> AITransportError | None:
        store = self._store
        try:
            now = self._clock()
            wrote = False
            for job in batch:
                wrote |= job.apply(store, now)
            if wrote:
                await self._commit()
        except AITransportError as error:
            store.rollback()
            logger.error("nothing of %d operations was kept: %s", len(batch), error)
            return error
        except Exception:
            store.rollback()
            logger.exception("nothing of %d operations was kept", len(batch))
            return error_for(50000, "the hub failed to write", hint="The hub's own log says more.")
        return None

    async def _commit(self) -> None:
        if not self._store.reader.threadsafe:
            self._store.commit()
        else:
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(self._executor, self._store.commit)
