"""Whatever happens in whatever order, every client that folds what it gets sees what is stored."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import product
from typing import Any

import hypothesis.strategies as st
from hypothesis import HealthCheck, given, settings

from tests.hub.protocol.harness import (
    ACK,
    APPEND,
    ATTACH,
    ATTACHED,
    DETACH,
    DETACHED,
    ERROR,
    FULL,
    MESSAGE,
    NACK,
    UPDATE,
    Bench,
    Client,
    Wire,
)
from tests.support.fold import Content, Fold

RESUMED, ATTACH_RESUME = 4, 32
CHANNELS = ("one", "two")
CLIENTS = st.integers(0, 2)
NAMES = st.sampled_from(CHANNELS)
Step = tuple[str, tuple[Any, ...]]


@dataclass
class View:
    """One channel as one client sees it."""

    fold: Fold = field(default_factory=Fold)
    serial: str | None = None
    wanted: bool = False
    attached: bool = False
    # The versions in which history showed the messages: what is not newer is known already.
    read: dict[str, str] = field(default_factory=dict)
    # Where it began, if it did not read history: of older messages it sees those that change.
    since: str = ""

    def hear(self, frame: Wire) -> None:
        self.serial = frame["channelSerial"]
        fresh = [m for m in frame["messages"] if m["version"]["serial"] > self._read(m)]
        self.fold.receive({"messages": fresh})

    def _read(self, message: Wire) -> str:
        return self.read.get(message["serial"], "")

    def load(self, bench: Bench, channel: str) -> None:
        """Begin with what is stored."""
        self.fold, self.read = Fold(), {}
        for message in bench.history(channel):
            assert message.serial and message.version and message.version.serial
            self.fold.messages[message.serial] = (message.name or "", message.data)
            self.read[message.serial] = message.version.serial


class Folding:
    """An official client, in small: it publishes again what was not answered, and resumes."""

    def __init__(self, bench: Bench, *, reads_history: bool) -> None:
        self.bench = bench
        self.reads_history = reads_history
        self.client: Client | None = bench.connect()
        self.before = self.client
        self.views = {name: View() for name in CHANNELS}
        self.unanswered: dict[int, Wire] = {}
        self.created: list[str] = []
        self.number = 0

    def want(self, channel: str, wanted: bool) -> None:
        view = self.views[channel]
        if view.wanted is wanted:
            return
        view.wanted = wanted
        if self.client is None:
            view.serial = view.serial if wanted else None
        elif wanted:
            self._ask(channel)
        else:
            self.client.send(DETACH, channel)

    def publish(self, channel: str, *messages: Wire) -> None:
        frame: Wire = {"channel": channel, "msgSerial": self.number, "messages": list(messages)}
        self.unanswered[self.number] = frame
        self.number += 1
        if self.client is not None:
            self.client.send(MESSAGE, **frame)

    def drop(self, heard: int) -> None:
        """Lose the socket, and all but the first frames that are in it."""
        if self.client is not None:
            self.client.drop()
            for frame in self.client.take()[:heard]:
                self._hear(frame)
            self.client = None

    def come_back(self) -> None:
        if self.client is not None:
            return
        self.before = self.client = self.before.resume()
        assert "error" not in self.client.connected
        for frame in self.unanswered.values():
            self.client.send(MESSAGE, **frame)
        for channel, view in self.views.items():
            view.attached = False
            if view.wanted:
                self._ask(channel)

    def _ask(self, channel: str) -> None:
        assert self.client is not None
        serial = self.views[channel].serial
        again: Wire = {"channelSerial": serial, "flags": ATTACH_RESUME} if serial else {}
        self.client.send(ATTACH, channel, **again)

    def take(self) -> None:
        for frame in self.client.take() if self.client else ():
            self._hear(frame)

    def _hear(self, frame: Wire) -> None:
        action = frame["action"]
        if action in (ACK, NACK):
            self._settle(frame)
            return
        view = self.views[frame["channel"]]
        if action == ATTACHED:
            self._attached(frame, view)
        elif action == MESSAGE:
            assert view.attached
            view.hear(frame)
        elif action == DETACHED:
            view.attached, view.serial = False, None
        elif action == ERROR:
            view.attached = False
            if view.wanted:
                self._ask(frame["channel"])

    def _attached(self, frame: Wire, view: View) -> None:
        view.attached = True
        if view.serial is None and self.reads_history:
            view.load(self.bench, frame["channel"])
        elif view.serial is None:
            view.fold, view.since = Fold(), frame["channelSerial"]
        else:
            assert frame["flags"] & RESUMED
        view.serial = frame["channelSerial"]

    def _settle(self, frame: Wire) -> None:
        """Take an answer as Ably's client does: it must be for the oldest publishes."""
        count = frame["count"]
        oldest = list(self.unanswered)[:count]
        assert oldest == list(range(frame["msgSerial"], frame["msgSerial"] + count))
        assert frame["action"] == NACK or len(frame["res"]) == count
        for index, number in enumerate(oldest):
            sent = self.unanswered.pop(number)
            if frame["action"] == ACK and "action" not in sent["messages"][0]:
                self.created += frame["res"][index]["serials"]


class Interleaving:
    """Three clients, two channels, and batches that are settled, or lost, whenever it happens."""

    def __init__(self) -> None:
        self.bench = Bench()
        self.clients = [Folding(self.bench, reads_history=who < 2) for who in range(3)]
        self.published = 0
        for client, channel in product(self.clients, CHANNELS):
            client.want(channel, True)
            client.publish(channel, self._message())
            self.settle()

    def run(self, steps: Sequence[Step]) -> None:
        try:
            for name, arguments in steps:
                getattr(self, name)(*arguments)
            self._come_to_rest()
            self._check()
        finally:
            self.bench.store.close()

    def _check(self) -> None:
        stored = [self._stored(channel) for channel in CHANNELS]
        parts = re.findall("<[0-9]+>", "".join(text for each in stored for *_, text in each))
        assert len(parts) == len(set(parts)), "something was applied twice"
        kept = {serial for each in stored for serial, *_ in each}
        assert kept >= {serial for client in self.clients for serial in client.created}
        self._check_views()

    def _check_views(self) -> None:
        for channel in CHANNELS:
            stored = self._stored(channel)
            for client in self.clients:
                view = client.views[channel]
                assert view.fold.problems == []
                if view.attached:
                    known = view.fold.messages
                    assert view.fold.content() == [
                        message
                        for message in stored
                        if message[0] > view.since or message[0] in known
                    ]

    def attach(self, who: int, channel: str) -> None:
        self.clients[who].want(channel, True)

    def detach(self, who: int, channel: str) -> None:
        self.clients[who].want(channel, False)

    def publish(self, who: int, channel: str, count: int) -> None:
        self.clients[who].publish(channel, *(self._message() for _ in range(count)))

    def change(self, who: int, which: int, action: int) -> None:
        targets = [(name, m.serial) for name in CHANNELS for m in self.bench.history(name)]
        if not targets:
            return
        channel, serial = targets[which % len(targets)]
        self.clients[who].publish(channel, {**self._message(), "action": action, "serial": serial})

    def publish_what_is_refused(self, who: int, channel: str) -> None:
        self.clients[who].publish(channel, {**self._message(), "clientId": "forged"})

    def drop(self, who: int) -> None:
        self.clients[who].drop(0)

    def drop_while_it_reads(self, who: int, heard: int) -> None:
        self.bench.put_through(self.bench.core.take())
        self.clients[who].drop(heard)
        self._all_take()

    def come_back(self, who: int) -> None:
        self.clients[who].come_back()

    def blink(self, who: int, channel: str) -> None:
        self.publish(who, channel, 1)
        self.drop(who)
        self.come_back(who)

    def settle(self) -> None:
        self._put_through(None)

    def lose_a_batch(self) -> None:
        self._put_through(FULL)

    def settle_while_more_is_sent(self, part: int) -> None:
        with self._open_batch():
            self.publish(part - 1, CHANNELS[part % 2], part)

    def restart(self) -> None:
        for client in self.clients:
            client.drop(0)
        self.bench.restart()

    def time_passes(self, ms: int) -> None:
        self.bench.now += ms

    @contextmanager
    def _open_batch(self) -> Iterator[None]:
        batch = self.bench.core.take()
        yield
        self.bench.put_through(batch)
        self._all_take()

    def _put_through(self, failure: Any) -> None:
        self.bench.put_through(self.bench.core.take(), failure)
        self._all_take()

    def _all_take(self) -> None:
        for client in self.clients:
            client.take()

    def _message(self) -> Wire:
        self.published += 1
        return {"data": f"<{self.published}>"}

    def _stored(self, channel: str) -> Content:
        return [(m.serial or "", m.name or "", m.data) for m in self.bench.history(channel)]

    def _come_to_rest(self) -> None:
        for _ in range(3):
            for client in self.clients:
                client.come_back()
            self.bench.pump()
            self._all_take()
        assert [client.unanswered for client in self.clients] == [{}, {}, {}]


def step(name: str, *arguments: st.SearchStrategy[Any]) -> st.SearchStrategy[Step]:
    return st.tuples(st.just(name), st.tuples(*arguments))


STEPS = st.one_of(
    step("_all_take"),
    step("attach", CLIENTS, NAMES),
    step("attach", CLIENTS, NAMES),
    step("detach", CLIENTS, NAMES),
    step("publish", CLIENTS, NAMES, st.integers(1, 3)),
    step("change", CLIENTS, st.integers(0, 99), st.sampled_from([APPEND, APPEND, UPDATE])),
    step("change", CLIENTS, st.integers(0, 3), st.just(APPEND)),
    step("publish_what_is_refused", CLIENTS, NAMES),
    step("drop", CLIENTS),
    step("blink", CLIENTS, NAMES),
    step("drop_while_it_reads", CLIENTS, st.integers(0, 4)),
    step("come_back", CLIENTS),
    step("come_back", CLIENTS),
    step("settle"),
    step("settle"),
    step("settle_while_more_is_sent", st.integers(1, 3)),
    step("lose_a_batch"),
    step("restart"),
    step("time_passes", st.integers(-2, 5)),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(STEPS, min_size=30, max_size=90))
def test_every_view_is_what_is_stored(steps: list[Step]) -> None:
    Interleaving().run(steps)
