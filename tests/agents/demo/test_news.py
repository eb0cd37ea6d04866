"""What the `agent` command tells on stderr."""

from __future__ import annotations

import logging

from aitransport_notebook.agents.demo.news import SOON, News
from aitransport_notebook.agents.demo.scenes.words import ScriptedFailure


def record(
    text: str, at: float, error: Exception | None = None, name: str = "aitransport_notebook"
) -> logging.LogRecord:
    told = (type(error), error, None) if error is not None else None
    made = logging.LogRecord(name, logging.WARNING, "", 0, text, (), told)
    made.created = at
    return made


def test_the_same_is_told_once_a_minute() -> None:
    news = News()
    assert news.filter(record("the hub is lost", 0))
    assert not news.filter(record("the hub is lost", 1))
    assert news.filter(record("something else", 2))
    assert not news.filter(record("the hub is lost", SOON - 1))
    assert news.filter(record("the hub is lost", SOON))


def test_a_failure_is_told_unless_it_stands_in_the_script() -> None:
    news = News()
    assert not news.filter(record("failed", 0, ScriptedFailure()))
    assert news.filter(record("failed", 0, ValueError()))


def test_what_a_connection_goes_through_is_told_by_sessions_alone() -> None:
    assert News().filter(record("a", 0, ValueError()))
    assert not News().filter(record("b", 0, ValueError(), "ably.realtime"))
