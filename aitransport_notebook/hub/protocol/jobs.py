"""Work that passes through the log, one after the other.

Each job is applied inside a batch and settled once the batch is committed, or has failed. The
order of jobs is the order of everything that a channel shows.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

from aitransport_notebook.errors import AITransportError, ServerError
from aitransport_notebook.hub.protocol.log import Log, Write, Written

T = TypeVar("T")


class Job(Protocol):
    """One step of the log's work."""

    # Whether it may write: what only reads can be done again when a batch is lost.
    writes: bool

    def apply(self, log: Log, now: int) -> bool:
        """Do the work on the open batch; tell whether it wrote anything."""

    def settle(self, failure: AITransportError | None) -> None:
        """Tell the outcome; `failure` is why the whole batch was lost."""


class WriteJob:
    """A write, and what to do when it is done."""

    writes = True
    __slots__ = ("_done", "_failed", "_write", "_written")

    def __init__(
        self,
        write: Write,
        done: Callable[[Written], None],
        failed: Callable[[AITransportError], None],
    ) -> None:
        self._write = write
        self._written: Written | None = None
        self._done = done
        self._failed = failed

    def apply(self, log: Log, now: int) -> bool:
        self._written = log.write(self._write, now)
        return self._written.error is None

    def settle(self, failure: AITransportError | None) -> None:
        written = self._written
        failure = failure or (written.error if written else None)
        if failure is not None:
            self._failed(failure)
        elif written is not None:
            self._done(written)


class InTurn:
    """Something to be done after all that was asked for before it."""

    writes = False
    __slots__ = ("_do",)

    def __init__(self, do: Callable[[], None]) -> None:
        self._do = do

    def apply(self, log: Log, now: int) -> bool:
        return False

    def settle(self, failure: AITransportError | None) -> None:
        self._do()


class BatchedJob(Generic[T]):
    """Something else that reads or writes what the log keeps, in its turn."""

    writes = True
    __slots__ = ("_done", "_error", "_failed", "_result", "_work")

    def __init__(
        self,
        work: Callable[[], T],
        done: Callable[[T], None],
        failed: Callable[[AITransportError], None],
    ) -> None:
        self._work = work
        self._done = done
        self._failed = failed
        self._error: AITransportError | None = None

    def apply(self, log: Log, now: int) -> bool:
        try:
            self._result = self._work()
        except ServerError:
            raise
        except AITransportError as error:
            # What was asked for is refused; the rest of the batch has nothing to do with it.
            self._error = error
        return self._error is None

    def settle(self, failure: AITransportError | None) -> None:
        error = failure or self._error
        if error is not None:
            self._failed(error)
        else:
            self._done(self._result)
