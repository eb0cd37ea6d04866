"""Whatever is done to a store, it agrees with the model."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from aitransport_notebook.hub.protocol.frames import Message, Version
from aitransport_notebook.hub.protocol.log import Place, Range, Write, Written
from aitransport_notebook.hub.protocol.serials import parse_serial
from aitransport_notebook.hub.store import Store
from tests.hub.store.model import APPEND, DELETE, UPDATE, Model, fold, texts
from tests.hub.store.support import (
    NOW,
    ROOM,
    everything,
    whole,
)

PLACES = [Place("app", "one"), Place("app", "two")]
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=4)
DATA = st.none() | TEXT | st.binary(max_size=4)
FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "data": DATA,
    "encoding": st.sampled_from([None, None, None, "json"]),
    "name": st.sampled_from([None, "n", "m"]),
    "extras": st.sampled_from([None, {"a": 1}, {"a": True}, {"b": {"c": "é"}}]),
}
CREATES = st.builds(Message, clientId=st.just("ann"), connectionId=st.just("conn"), **FIELDS)
OPERATIONS = st.builds(
    Message,
    action=st.sampled_from([UPDATE, DELETE, *[APPEND] * 5]),
    version=st.sampled_from(
        [Version(), Version(clientId="bob", description="d", metadata={"m": 1})]
    ),
    **FIELDS,
)


class StoreMachine(RuleBasedStateMachine):
    """Two channels of one store. `seen` is what their subscribers have."""

    @initialize(in_memory=st.booleans())
    def begin(self, in_memory: bool) -> None:
        self.folder = TemporaryDirectory()
        self.path = None if in_memory else Path(self.folder.name)
        self.store = Store.open(self.path)
        self.models = [Model() for _ in PLACES]
        self.committed = deepcopy(self.models)
        self.seen: list[dict[str, Message]] = [{} for _ in PLACES]
        self.now = NOW
        self.msg_serial = 0

    def teardown(self) -> None:
        self.store.close()
        self.folder.cleanup()

    @rule(forwards=st.integers(-2, 3))
    def time_passes(self, forwards: int) -> None:
        self.now += forwards

    @rule(which=st.integers(0, 1), messages=st.lists(CREATES, min_size=1, max_size=3))
    def creates(self, which: int, messages: list[Message]) -> None:
        written = self.write(which, messages)
        assert written.error is None
        for index, message in enumerate(messages):
            own_id = f"conn:{self.msg_serial}:{index}"
            self.models[which].create(written.serials[index] or "", message, own_id)
        self.deliver(which, written)

    @precondition(lambda self: any(model.messages for model in self.models))
    @rule(choice=st.integers(0, 1000), messages=st.lists(OPERATIONS, min_size=1, max_size=3))
    def operates(self, choice: int, messages: list[Message]) -> None:
        targets = [(which, s) for which in (0, 1) for s in self.models[which].messages]
        which, target = targets[choice % len(targets)]
        for message in messages:
            message.serial = target
        written = self.write(which, messages)
        after = deepcopy(self.models[which])
        for index, message in enumerate(messages):
            if after.refuses(message):
                assert written.error is not None
                assert written.error.code == 40013
                return
            # What is refused further on has no serials, and is not looked at again.
            serial = target if written.error else written.serials[index]
            after.operate(serial or "", message)
        assert written.error is None
        self.models[which] = after
        self.deliver(which, written)

    @rule()
    def commits(self) -> None:
        self.store.commit()
        self.committed = deepcopy(self.models)

    @rule()
    def loses_the_batch(self) -> None:
        self.store.rollback()
        self.go_back()

    @precondition(lambda self: self.path is not None)
    @rule()
    def restarts(self) -> None:
        self.store.close()
        self.store = Store.open(self.path)
        self.go_back()

    @rule(choice=st.integers(0, 1000))
    def replays(self, choice: int) -> None:
        for place, model in zip(PLACES, self.models, strict=True):
            begin = choice % (len(model.told) + 1)
            after = parse_serial(model.told[begin - 1][0]) if begin else 0
            replay = self.store.replay(place, after, 1000, ROOM)
            told = [(serial, repr(whole(delivery))) for serial, delivery in replay.deliveries]
            assert told == [(serial, repr(message)) for serial, message in model.told[begin:]]
            seen = {serial: m for s, m in model.told[:begin] if (serial := m.serial or "")}
            for _, delivery in replay.deliveries:
                fold(seen, delivery)
            assert texts(seen.values()) == texts(model.messages.values())

    @invariant()
    def reads_agree(self) -> None:
        for place, model in zip(PLACES, self.visible(), strict=True):
            expected = list(model.messages.values())
            assert texts(everything(self.store, place)) == texts(expected)
            for serial, versions in model.versions.items():
                page = self.store.reader.versions(place, parse_serial(serial), Range(limit=99))
                assert texts(page.items) == texts(versions)

    @invariant()
    def the_batch_sees_itself(self) -> None:
        for place, model in zip(PLACES, self.models, strict=True):
            newest = list(model.messages.values())[-3:]
            assert texts(self.store.rewind(place, 3).items) == texts(newest)
            assert self.store.head(place) == (parse_serial(model.told[-1][0]) if model.told else 0)

    def write(self, which: int, messages: list[Message]) -> Written:
        """Write, and try again at once: the second time nothing happens."""
        self.msg_serial += 1
        write = Write(PLACES[which], messages, connection_id="conn", msg_serial=self.msg_serial)
        written = self.store.write(write, self.now)
        if written.error is None:
            again = self.store.write(deepcopy(write), self.now)
            assert (again.serials, again.deliveries) == (written.serials, [])
        return written

    def deliver(self, which: int, written: Written) -> None:
        seen, model = self.seen[which], self.models[which]
        for delivery in written.deliveries:
            fold(seen, delivery)
        for serial, message in model.messages.items():
            assert repr(seen[serial]) == repr(message)
        told = model.told[-len(written.deliveries) :]
        assert texts(map(whole, written.deliveries)) == texts(message for _, message in told)

    def visible(self) -> list[Model]:
        return self.committed if self.store.reader.threadsafe else self.models

    def go_back(self) -> None:
        self.models = deepcopy(self.committed)
        self.seen = [deepcopy(model.messages) for model in self.models]


TestStore = StoreMachine.TestCase
TestStore.settings = settings(max_examples=100, stateful_step_count=30, deadline=None)
