from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aitransport_notebook.errors import AITransportError
from aitransport_notebook.hub.protocol.allowance import Allowance
from aitransport_notebook.hub.protocol.frames import Message
from aitransport_notebook.hub.protocol.serials import format_serial
from tests.hub.protocol.harness import APPEND, NOW, UPDATE

WINDOW = 40


def append(number: int, action: int = APPEND) -> Message:
    return Message(action=action, serial=format_serial(number, "s"), data="x")


def takes(
    allowance: Allowance, *messages: Message, at: int, window: int = WINDOW, channel: str = "room"
) -> bool:
    return allowance.take_messages(channel, messages, 10, window, NOW + at)


def test_an_allowance_is_one_seconds_messages_and_fills_with_time() -> None:
    allowance = Allowance(NOW)
    assert allowance.take(6, 10, NOW) and allowance.take(4, 10, NOW)
    assert not allowance.take(1, 10, NOW + 99)
    assert allowance.take(1, 10, NOW + 100)
    assert not allowance.take(1, 10, NOW + 150)
    assert allowance.take(10, 10, NOW + 60_000)
    assert not allowance.take(1, 10, NOW + 60_000)


def test_what_is_refused_costs_nothing() -> None:
    allowance = Allowance(NOW)
    assert not allowance.take(11, 10, NOW)
    assert allowance.take(10, 10, NOW)


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(1, 12)), min_size=1, max_size=40))
def test_never_more_than_the_burst_and_the_rate(asked: list[tuple[int, int]]) -> None:
    allowance, now, taken = Allowance(NOW), NOW, 0
    for later, count in asked:
        now += later
        taken += count if allowance.take(count, 10, now) else 0
        assert taken <= 10 + (now - NOW) * 10 / 1000 + 1e-6


def test_appends_to_one_message_within_a_window_are_one() -> None:
    allowance = Allowance(NOW)
    assert all(takes(allowance, append(1), append(1), at=0) for _ in range(100))
    assert takes(allowance, *[Message()] * 9, at=0)
    assert takes(allowance, append(1), at=WINDOW - 1)
    assert not takes(allowance, append(1), at=WINDOW)
    assert takes(allowance, append(1), at=100)


@pytest.mark.parametrize(("window", "goes_through"), [(100, True), (40, False)])
def test_the_window_begins_with_the_append_that_counts(window: int, goes_through: bool) -> None:
    allowance = Allowance(NOW)
    taken = [takes(allowance, append(1), at=at, window=window) for at in range(0, 2000, 10)]
    assert all(taken) == goes_through


@pytest.mark.parametrize("window", [0, WINDOW])
def test_everything_else_counts_each_time(window: int) -> None:
    allowance = Allowance(NOW)
    assert takes(allowance, append(1), at=0, window=window)
    assert takes(allowance, append(2), at=0, window=window)
    assert takes(allowance, append(1), at=0, window=window, channel="another")
    assert takes(allowance, *[append(1, UPDATE)] * 3, at=0, window=window)
    assert takes(allowance, *[Message(data="x")] * 4, at=0, window=window)
    assert not takes(allowance, Message(), at=0, window=window)


def test_without_a_window_each_append_counts() -> None:
    allowance = Allowance(NOW)
    assert not takes(allowance, *[append(1)] * 11, at=0, window=0)
    assert takes(allowance, *[append(1)] * 10, at=0, window=0)
    assert not takes(allowance, append(1), at=0, window=0)


def test_a_refused_append_begins_no_window() -> None:
    allowance = Allowance(NOW)
    assert takes(allowance, *[Message()] * 10, at=0)
    assert not takes(allowance, append(1), at=0)
    assert not takes(allowance, append(1), at=1)


def test_an_append_to_what_is_no_message_is_refused_at_once() -> None:
    with pytest.raises(AITransportError) as caught:
        takes(Allowance(NOW), Message(action=APPEND, serial="x"), at=0)
    assert caught.value.code == 40003
