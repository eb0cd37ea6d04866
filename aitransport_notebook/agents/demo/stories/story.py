"""One answer of a conversation that is written down, in as many versions as there are."""

from __future__ import annotations

from typing import NamedTuple

from aitransport_notebook.agents.demo.beats import TALKING, Beats, say
from aitransport_notebook.agents.demo.scenes.words import break_off
from aitransport_notebook.agents.demo.turn import Turn


class Story(NamedTuple):
    """What is asked, and the answer to it; further versions are for who asks for another."""

    question: str
    versions: tuple[str, ...]
    # How fast it is told, in seconds a word.
    word: float = TALKING
    # Whether it breaks off with an error.
    fails: bool = False

    def play(self, turn: Turn) -> Beats:
        text = self.versions[turn.version % len(self.versions)]
        yield from break_off(text) if self.fails else say(text, word=self.word)
