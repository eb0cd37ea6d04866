"""What is worth telling who runs the demo agent in a terminal."""

from __future__ import annotations

import logging

from aitransport_notebook.agents.demo.scenes.words import ScriptedFailure

# What is said again within so many seconds is no news: a lost hub is tried several times a second.
SOON = 60.0


class News(logging.Filter):
    """Keeps back what was just said, and failures that stand in the script."""

    def __init__(self) -> None:
        super().__init__()
        self._said: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info and isinstance(record.exc_info[1], ScriptedFailure):
            return False
        if record.name.split(".")[0] == "ably":
            # Sessions tell what becomes of a connection, with what helps.
            return False
        text, now = record.getMessage(), record.created
        self._said = {said: at for said, at in self._said.items() if now - at < SOON}
        is_news = text not in self._said
        if is_news:
            self._said[text] = now
        return is_news
