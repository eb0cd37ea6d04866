"""The demo agent on a Run: reads what it is asked, and keeps the pauses of its script."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from itertools import takewhile

from aitransport_notebook.agents.answer import Answer
from aitransport_notebook.agents.demo.beats import Chunk, Pause
from aitransport_notebook.agents.demo.performance import perform
from aitransport_notebook.agents.demo.turn import Said, Turn
from aitransport_notebook.runs.authors import authors_of
from aitransport_notebook.runs.denials import denial_reasons
from aitransport_notebook.session.agent.run import AgentRun


def demo_answer(pace: float = 1.0) -> Answer:
    """Make the demo agent's answer; its pauses are `pace` times as long as in the script."""

    async def answer(run: AgentRun) -> AsyncIterator[Chunk]:
        taken_up = _steers(run)
        for beat in perform(_turn(run), lambda: bool(_steers(run) - taken_up)):
            if isinstance(beat, Pause):
                await asyncio.sleep(beat.seconds * pace)
            else:
                yield beat

    return answer


def _turn(run: AgentRun) -> Turn:
    prompt = run.prompt.messages
    authors = authors_of(run.tree, prompt)
    return Turn(
        [Said(message, author) for (_, message), author in zip(prompt, authors, strict=True)],
        steers=len(_steers(run)),
        again=run.trigger.regenerates is not None,
        version=_version(run),
        reason_of=lambda call_id: denial_reasons(run.tree, prompt).get(call_id),
    )


def _version(run: AgentRun) -> int:
    """Return how many answers stand before the Run in the same place."""
    keys = [node.key for node in run.tree.siblings(run.run_id)]
    return keys.index(run.run_id) if run.run_id in keys else 0


def _steers(run: AgentRun) -> set[str]:
    """Return the ids of what was said to the Run since it spoke last."""
    node = run.tree.run(run.run_id)
    own = {id for id, _ in run.tree.messages_of(node)} if node is not None else set()
    newest = takewhile(lambda said: said.message["role"] == "user", reversed(run.prompt.messages))
    return {id for id, _ in newest} & own
