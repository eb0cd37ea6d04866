"""Scenes of words alone: long ones, formatted ones, thoughts."""

from __future__ import annotations

import re

from aitransport_notebook.agents.demo.beats import Beats, Pause, next_step, say, think
from aitransport_notebook.agents.demo.scenes import texts
from aitransport_notebook.agents.demo.turn import Turn

# How far it counts where nobody says, and at most.
USUALLY, AT_MOST = 10, 1000
_COUNTING = 0.1
_HESITATING = 0.8
_NUMBER = re.compile(r"\d+")


def long(turn: Turn) -> Beats:
    yield from say(texts.LONG)


def markdown(turn: Turn) -> Beats:
    yield from say(texts.MARKDOWN)


def code(turn: Turn) -> Beats:
    yield from say(texts.CODE)


def thinking(turn: Turn) -> Beats:
    yield from think(texts.FIRST_THOUGHT, id="first")
    yield Pause(0.5)
    yield from think(texts.SECOND_THOUGHT, id="second")
    yield from next_step()
    yield from say(texts.AFTER_THINKING)


def count(turn: Turn) -> Beats:
    found = _NUMBER.search(turn.asked.text)
    wanted = int(found[0][:9]) if found else USUALLY
    last = min(wanted, AT_MOST)
    yield from say(" ".join(str(number) for number in range(1, last + 1)), word=_COUNTING)
    if wanted > last:
        yield from say(f"\n\nI stop at {AT_MOST}.", id="limit")


def slow(turn: Turn) -> Beats:
    yield from say(texts.SLOW, word=_HESITATING)


def fail(turn: Turn) -> Beats:
    yield from break_off(texts.BEFORE_FAILING)


def break_off(text: str) -> Beats:
    """End in an error, with a text still open."""
    failure = ScriptedFailure()
    *begun, _end = say(text)
    yield from begun
    yield {"type": "error", "errorText": str(failure)}
    raise failure


class ScriptedFailure(Exception):
    """The error that the script has in it."""

    def __init__(self) -> None:
        super().__init__("this answer was to fail, as its script says: nothing is broken")
