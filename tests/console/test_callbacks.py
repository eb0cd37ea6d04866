"""Callbacks: on one thread, in order, and heard of when they fail."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from aitransport_notebook.console.callbacks import Callbacks
from aitransport_notebook.errors import RequestError
from tests.console.page import until


def test_callbacks_are_told_in_order_on_one_thread_of_their_own() -> None:
    callbacks = Callbacks("a", "b")
    heard: list[tuple[int, threading.Thread]] = []
    off = callbacks.on("a", lambda value: heard.append((value, threading.current_thread())))
    callbacks.on("b", lambda value: heard.append((value, threading.current_thread())))
    for number in range(50):
        callbacks.tell("ab"[number % 2], number)
    until(lambda: len(heard) == 50)
    assert [value for value, _ in heard] == list(range(50))
    assert len({thread for _, thread in heard}) == 1
    assert heard[0][1] is not threading.current_thread()
    off()
    callbacks.tell("a", 50)
    callbacks.tell("b", 51)
    until(lambda: heard[-1][0] == 51)
    assert len(heard) == 51
    callbacks.close()
    until(lambda: not heard[0][1].is_alive())


@pytest.mark.parametrize("raised", [ValueError, SystemExit])
def test_one_that_raises_is_shown_and_the_others_are_told(
    raised: type[BaseException],
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    callbacks = Callbacks("a")
    heard: list[int] = []

    def fail(value: int) -> None:
        raise raised(f"cannot take {value}")

    callbacks.on("a", fail)
    callbacks.on("a", heard.append)
    callbacks.tell("a", 1)
    until(lambda: heard == [1])
    assert "cannot take 1" in caplog.text
    assert "cannot take 1" in capsys.readouterr().err
    callbacks.close()


async def coroutine(value: Any) -> None:
    pass


@pytest.mark.parametrize("callback", [None, "print", coroutine])
def test_what_cannot_be_called_is_refused(callback: Any) -> None:
    with pytest.raises(RequestError, match="plain function"):
        Callbacks("a").on("a", callback)


@pytest.mark.parametrize("event", ["a", [], None])
def test_an_event_that_does_not_exist_is_refused(event: Any) -> None:
    with pytest.raises(RequestError, match="no event"):
        Callbacks("b").on(event, print)
