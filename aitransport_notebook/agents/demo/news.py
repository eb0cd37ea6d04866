"""What is worth telling who runs the demo agent in a terminal."""

from __future__ import annotations

import logging

from aitransport_notebook.agents.demo.scenes.words import ScriptedFailure

# What is said again within so many seconds is no news: a lost hub is tried several times a second.
SOON = 60.0


class News(logging.Filter):
    """Keeps back what was just said, what is in the script, and what sessions tell better."""

    def __init__(self) -> None:
        super().__init__()
        self._said: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info and isinstance(record.exc_info[1], ScriptedFailure):
            return False
        if record.name.split(".")[0] == "ably":
            # They say what becomes of a connection, and what helps.
            return False
        text, now = record.getMessage(), record.created
        self._said = {said: at for said, at in self._said.items() if now - at < SOON}
        is_news = text not in self._said
        if is_news:
            self._said[text] = now
        return is_news
