from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from aitransport_notebook.errors import AITransportError, ServerError, error_for
from aitransport_notebook.hub.protocol.frames import Message
from aitransport_notebook.hub.protocol.jobs import BatchedJob, InTurn, WriteJob
from aitransport_notebook.hub.protocol.log import Log, Write, Written
from aitransport_notebook.hub.store import Store
from tests.hub.protocol.harness import FULL, NOW
from tests.hub.store.support import PLACE, operation

REFUSED = error_for(40003, "no", hint="Ask otherwise.")


class Told:
    """Notes what a job says in the end."""

    def __init__(self) -> None:
        self.done: list[Any] = []
        self.failed: list[AITransportError] = []


@pytest.fixture
def told() -> Told:
    return Told()


def write_job(told: Told, write: Write) -> WriteJob:
    return WriteJob(write, told.done.append, told.failed.append)


@pytest.fixture
def log() -> Iterator[Log]:
    store = Store.open(None)
    yield store
    store.close()


def test_a_write_tells_what_was_written(log: Log, told: Told) -> None:
    job = write_job(told, Write(PLACE, [Message(data="text")]))
    assert job.apply(log, NOW)
    assert (told.done, told.failed) == ([], [])
    job.settle(None)
    [written] = told.done
    assert isinstance(written, Written) and len(written.serials) == 1
    assert told.failed == []


def test_a_write_that_the_log_refuses_has_written_nothing(log: Log, told: Told) -> None:
    unknown = operation(5, "01795185759595-007@s:000", "x")
    job = write_job(told, Write(PLACE, [unknown]))
    assert not job.apply(log, NOW)
    job.settle(None)
    assert (told.done, [error.code for error in told.failed]) == ([], [40400])


def test_a_write_whose_batch_is_lost_has_failed(log: Log, told: Told) -> None:
    job = write_job(told, Write(PLACE, [Message(data="text")]))
    job.apply(log, NOW)
    job.settle(FULL)
    assert (told.done, told.failed) == ([], [FULL])


def test_a_write_that_was_never_reached_fails_with_its_batch(told: Told) -> None:
    write_job(told, Write(PLACE)).settle(FULL)
    assert (told.done, told.failed) == ([], [FULL])


@pytest.mark.parametrize("failure", [None, FULL])
def test_what_is_only_in_turn_happens_whatever_becomes_of_the_batch(
    log: Log, failure: AITransportError | None
) -> None:
    done: list[str] = []
    job = InTurn(lambda: done.append("done"))
    assert not job.apply(log, NOW)
    assert done == []
    job.settle(failure)
    assert done == ["done"]


def test_other_work_gives_its_result_or_the_batchs_failure(log: Log, told: Told) -> None:
    for failure in (None, FULL):
        job = BatchedJob(lambda: 5, told.done.append, told.failed.append)
        assert job.apply(log, NOW)
        job.settle(failure)
    assert (told.done, told.failed) == ([5], [FULL])


def test_other_work_that_is_refused_leaves_the_batch_alone(log: Log, told: Told) -> None:
    def refuse() -> int:
        raise REFUSED

    job = BatchedJob(refuse, told.done.append, told.failed.append)
    assert not job.apply(log, NOW)
    job.settle(None)
    assert (told.done, told.failed) == ([], [REFUSED])


def test_other_work_that_cannot_be_stored_fails_the_batch(log: Log, told: Told) -> None:
    def break_down() -> int:
        raise FULL

    job = BatchedJob(break_down, told.done.append, told.failed.append)
    with pytest.raises(ServerError):
        job.apply(log, NOW)
    job.settle(FULL)
    assert (told.done, told.failed) == ([], [FULL])
