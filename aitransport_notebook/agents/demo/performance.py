"""A whole answer: a scene with what goes before and after it, and where it may be broken off."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain
from typing import Any

from aitransport_notebook.agents.demo.beats import Beats, Chunk, Pause, say
from aitransport_notebook.agents.demo.playbill import SOON, echo, scene_for, take_up
from aitransport_notebook.agents.demo.scenes.tools import go_on
from aitransport_notebook.agents.demo.stories.book import story_of
from aitransport_notebook.agents.demo.turn import MODEL, Turn

INTRODUCTION = (
    "Hello! I am a demo agent. There is no model behind me: everything I say is written in a "
    "script. Say **help** to see what I can show you.\n\n"
)
AGAIN = "Another version, as you asked for one:\n\n"


def perform(turn: Turn, is_interrupted: Callable[[], bool] = lambda: False) -> Beats:
    """Answer: the same turn is always answered alike.

    Once somebody says something into it, it ends at the next pause at which no tool is at work.
    """
    hesitation, scene = _play(turn)
    yield Pause(hesitation)
    yield {"type": "start", "messageMetadata": {"model": MODEL}}
    yield {"type": "start-step"}
    said = _Open()
    for beat in chain(_opening(turn), scene):
        if not isinstance(beat, Pause):
            said.note(beat)
        elif not said.calls and is_interrupted():
            break
        yield beat
    for kind, id in said.streams:
        yield {"type": f"{kind}-end", "id": id}
    yield {"type": "finish-step"}
    yield {
        "type": "finish",
        "finishReason": "tool-calls" if said.calls else "stop",
        "messageMetadata": {"model": MODEL, "usage": _usage(turn, said.deltas)},
    }


def _play(turn: Turn) -> tuple[float, Beats]:
    """Choose what to say, and how long to hesitate before."""
    if turn.steers:
        return SOON, chain(go_on(turn), take_up(turn))
    if turn.decided:
        return SOON, go_on(turn)
    story = story_of(turn.asked.text)
    if story is not None:
        return SOON, story.play(turn)
    scene = scene_for(turn.asked.text)
    return (scene.hesitation, scene.play(turn)) if scene is not None else (SOON, echo(turn))


def _opening(turn: Turn) -> Beats:
    if story_of(turn.asked.text) is not None:
        # Who plays a part does not say that it is one.
        return
    if turn.is_first:
        yield from say(INTRODUCTION, id="introduction")
    if turn.again and not turn.steers:
        yield from say(AGAIN, id="again")


def _usage(turn: Turn, deltas: int) -> dict[str, int]:
    """Count words as a model would tokens."""
    given = turn.input_words
    return {"inputTokens": given, "outputTokens": deltas, "totalTokens": given + deltas}


class _Open:
    """What has been begun and not ended."""

    def __init__(self) -> None:
        self.streams: dict[tuple[str, str], None] = {}
        self.calls: set[str] = set()
        self.deltas = 0

    def note(self, chunk: Chunk) -> None:
        kind, _, what = chunk["type"].rpartition("-")
        if what == "delta":
            self.deltas += 1
        elif kind == "tool-input" and what == "start":
            self.calls.add(chunk["toolCallId"])
        elif chunk["type"] in ("tool-output-available", "tool-output-error"):
            self._end_call(chunk)
        elif what == "start":
            self.streams[kind, chunk["id"]] = None
        elif what == "end":
            del self.streams[kind, chunk["id"]]

    def _end_call(self, chunk: dict[str, Any]) -> None:
        if not chunk.get("preliminary"):
            self.calls.discard(chunk["toolCallId"])
