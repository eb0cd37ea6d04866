from __future__ import annotations

from typing import Any

from aitransport_notebook.hub.protocol.apps import Rule
from aitransport_notebook.hub.protocol.frames import PresenceMessage
from aitransport_notebook.hub.protocol.jobs import InTurn
from aitransport_notebook.hub.protocol.limits import Limits
from aitransport_notebook.hub.protocol.log import Place
from aitransport_notebook.hub.protocol.state import BATCH, State
from tests.hub.protocol.conftest import MakeBench
from tests.hub.protocol.harness import APP, ENTER, OTHER_APP, Bench

PLACE = Place(APP, "room")


def state_of(bench: Bench) -> State:
    return State(bench.core._given)


def test_a_channel_is_made_once_and_forgotten_when_nobody_is_on_it(bench: Bench) -> None:
    state = state_of(bench)
    channel = state.channel(PLACE)
    assert state.channel(PLACE) is channel
    assert state.channel(Place(OTHER_APP, "room")) is not channel
    channel.members.change(PresenceMessage(action=ENTER, clientId="ann", connectionId="c1"))
    state.tidy(PLACE)
    assert PLACE in state.channels
    channel.members.change(PresenceMessage(action=3, clientId="ann", connectionId="c1"))
    state.tidy(PLACE)
    state.tidy(PLACE)
    assert list(state.channels) == [Place(OTHER_APP, "room")]


def test_work_wakes_whoever_runs_it_and_comes_out_in_order_and_in_batches(bench: Bench) -> None:
    state = state_of(bench)
    done: list[int] = []

    def job(number: int) -> InTurn:
        return InTurn(lambda: done.append(number))

    for number in range(BATCH + 3):
        state.enqueue(job(number))
    assert bench.woken == BATCH + 3
    assert state.waiting == BATCH + 3
    sizes = []
    while batch := state.take():
        sizes.append(len(batch))
        for each in batch:
            each.settle(None)
    assert sizes == [BATCH, 3]
    assert done == list(range(BATCH + 3))


def test_a_core_is_crowded_while_more_than_the_next_batch_waits(bench: Bench) -> None:
    noted: list[Any] = []
    for _ in range(BATCH):
        bench.core.in_batch(int, noted.append, noted.append)
    assert not bench.core.crowded
    bench.core.in_batch(int, noted.append, noted.append)
    assert bench.core.crowded
    bench.core.take()
    assert not bench.core.crowded


def test_the_rule_is_that_of_the_app_and_an_unknown_app_has_none(bench: Bench) -> None:
    state = state_of(bench)
    assert state.rule_for(PLACE) == Rule(persisted=True, mutable=True)
    assert state.rule_for(Place("gone", "room")) == Rule()


def test_what_is_persisted_is_kept_for_good(make_bench: MakeBench) -> None:
    rules = {"kept": Rule(persisted=True), "passing": Rule()}
    hosted = state_of(make_bench(Limits(retention=120_000), rules=rules))
    assert hosted.retention_of(Place(APP, "kept:a")) is None
    assert hosted.retention_of(Place(APP, "passing:a")) == 120_000
    local = state_of(make_bench(rules=rules))
    assert local.retention_of(Place(APP, "passing:a")) is None
