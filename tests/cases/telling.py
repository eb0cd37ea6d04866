"""How a tree can be told of a session: what is delivered, what is loaded, and who looks on."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from aitransport_notebook.codec.contract import Codec
from aitransport_notebook.codec.responses import ResponsesCodec
from aitransport_notebook.codec.text import TextCodec
from aitransport_notebook.codec.uimessage import UIMessageCodec
from aitransport_notebook.tree.tree import Tree
from aitransport_notebook.tree.view import View
from tests.cases.digest import digest
from tests.cases.shown import Json, shown

Wire = dict[str, Any]
# `{"apply": messages}`: one by one, with a look at the view that is always open after each;
# `{"load": messages}`: at once.
Step = dict[str, list[Wire]]
CODECS: dict[str, Codec[Any]] = {
    "uimessage": UIMessageCodec(),
    "responses": ResponsesCodec(),
    "text": TextCodec(),
}


def told(codec: str, steps: Sequence[Step]) -> Json:
    """Return what a tree shows in the end, and `seen`: what a view did that was always open.

    That is a digest for each message that was applied, and for each time that some were loaded.
    """
    tree = Tree(CODECS[codec])
    view = tree.view()
    seen: list[str] = []
    for step in steps:
        for message in step.get("apply", []):
            tree.apply(message)
            seen.append(_seen(view))
        if "load" in step:
            tree.load(step["load"])
            seen.append(_seen(view))
    return {"shown": shown(tree), "seen": seen}


def _seen(view: View) -> str:
    return digest(
        {
            "messages": [[id, message] for id, message in view.messages],
            "runs": [[run.run_id, run.status] for run in view.runs],
        }
    )


def mixed(live: Sequence[Wire], history: Sequence[Wire], rng: random.Random) -> list[Step]:
    """Hear what comes from some place on, in some disorder and twice, between pages of history.

    The deliveries of one message keep their order, as one publisher's do.
    """
    queues: dict[str, list[Wire]] = {}
    for message in live[rng.choice([0, rng.randrange(len(live) + 1)]) :]:
        queues.setdefault(message["serial"], []).append(message)
    waiting, size = list(queues.values()), rng.choice([1, 5, 40])
    pages = [list(history[begin : begin + size]) for begin in range(0, len(history), size)]
    rng.shuffle(pages)
    steps: list[Step] = []
    disorder, liking = rng.choice([1, 4, 20]), rng.random()
    while waiting or pages:
        if waiting and (not pages or rng.random() < liking):
            at = rng.randrange(min(disorder, len(waiting)))
            steps.append({"apply": [waiting[at].pop(0)] * rng.choice([1, 1, 1, 2])})
            if not waiting[at]:
                del waiting[at]
        else:
            steps.append({"load": pages.pop()})
    return steps
