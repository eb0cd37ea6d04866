"""Which words call which scene, and what there is to see."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from aitransport_notebook.agents.demo.beats import Beats, say
from aitransport_notebook.agents.demo.scenes import attachments, people, tools, words
from aitransport_notebook.agents.demo.scenes.people import quoted
from aitransport_notebook.agents.demo.turn import Turn

# How long it takes to begin, in seconds.
SOON, LATE = 0.4, 6.0
_IN_SHORT = re.compile(r"\b(short(er|ly)?|brief(ly)?|less)\b", re.IGNORECASE)


class Scene(NamedTuple):
    """Something to see, and the words that call it."""

    name: str
    called_by: str
    about: str
    play: Callable[[Turn], Beats]
    hesitation: float = SOON

    def is_called(self, text: str) -> bool:
        return re.search(rf"\b({self.called_by})\b", text, re.IGNORECASE) is not None


def _help(turn: Turn) -> Beats:
    rows = "\n".join(f"| **{scene.name}** | {scene.about} |" for scene in SCENES)
    yield from say(f"{_BEFORE}\n\n| Say | and you see |\n|:--|:--|\n{rows}\n\n{_AFTER}")


# Of the scenes that someone's words call, the first one is played.
SCENES = (
    Scene("help", r"help", "this list", _help),
    Scene("count 10", r"count", "numbers, as many as you say", words.count),
    Scene("long", r"long", "a long text, while it is written", words.long),
    Scene("markdown", r"markdown", "headings, lists, a table, a quote", words.markdown),
    Scene("code", r"code", "code in several languages", words.code),
    Scene("slow", r"slow(ly)?", "an agent that takes its time", words.slow, LATE),
    Scene("fail", r"fail", "an answer that breaks off with an error", words.fail),
    Scene("approve", r"approve|approval", "a tool that runs once you allow it", tools.approve),
    Scene("tool", r"tools?", "a tool that works, and one that does not", tools.tools),
    Scene("files", r"files?", "a picture and a table", attachments.files),
    Scene("sources", r"sources?", "what an answer rests on", attachments.sources),
    Scene("data", r"data", "data for components of your own", attachments.data),
    Scene("recall", r"recall", "what you and the team have told me", people.recall),
    Scene("person", r"person|human|operator", "how a person is asked for", people.person),
    Scene("think", r"think", "thoughts before an answer", words.thinking),
    Scene("ask", r"ask", "a question that only you can answer", tools.ask),
)
_BEFORE = "This is what I can show you. Say one of these words, alone or in a sentence:"
_AFTER = (
    "While I speak you can **say something** into it, which I take up in the middle, or **stop** "
    "me. Afterwards you can **edit** what you said, or have me answer **again**: what was there "
    "before remains as another version."
)


def scene_for(text: str) -> Scene | None:
    """Return the scene that these words call, if any.

    >>> scene_for("Could you COUNT to 5?").name
    'count 10'
    """
    return next((scene for scene in SCENES if scene.is_called(text)), None)


def echo(turn: Turn) -> Beats:
    """Answer what calls no scene."""
    text, parts = turn.asked.text, turn.asked.message["parts"]
    heard = [f"You said: “{quoted(text)}”."] if text else ["You said nothing in words."]
    if any(part["type"] == "file" for part in parts):
        heard.append("I cannot read the file that you sent.")
    yield from say(
        f"{' '.join(heard)} That is all I can make of it, as I only follow a script. "
        "Say **help** to see what is in it."
    )


def take_up(turn: Turn) -> Beats:
    """Say what was understood in the middle of an answer, and act on it."""
    heard = ", and then ".join(f"“{quoted(text)}”" for text in turn.interruptions)
    yield from say(f"Understood, in the middle of it: {heard}.\n\n", id="heard")
    scene = scene_for(turn.asked.text)
    if scene is not None:
        yield from scene.play(turn)
    elif _IN_SHORT.search(turn.asked.text):
        yield from say("In short, then: I am a script, and you can interrupt me.")
    else:
        yield from say(
            "I have broken off there. A model would go on now as you said; I can only show that "
            "your words have reached me. Say **help** to see what else there is."
        )
