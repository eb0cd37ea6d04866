"""An agent of the OpenAI Agents SDK."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from typing import Any

from aitransport_notebook.agents.answer import Answer
from aitransport_notebook.agents.needs import missing, value_for
from aitransport_notebook.agents.responses import Event, Item, input_of, output_of
from aitransport_notebook.codec.responses import approved_unexecuted_calls
from aitransport_notebook.codec.responses.slots import CALL
from aitransport_notebook.codec.turns import last_turn
from aitransport_notebook.session.agent.run import AgentRun

try:
    from agents import Agent, Handoff, RunConfig, Runner
    from agents.models.fake_id import FAKE_RESPONSES_ID

    from aitransport_notebook.agents.openai_agents.approvals import GoingOn, approved
    from aitransport_notebook.agents.openai_agents.events import events_of
except ImportError as error:
    raise missing("openai-agents", error) from error


def answer_with(
    agent: Agent[Any] | Callable[[AgentRun], Agent[Any]],
    *,
    context: Any = None,
    run_config: RunConfig | None = None,
    **settings: Any,
) -> Answer:
    """Make an agent of one of the Agents SDK's, for sessions with the `ResponsesCodec`.

    `agent` and `context` may be functions of the Run. The agent that the conversation was handed
    to last goes on with it, if the `handoffs` have that agent itself. `settings` go to `Runner`:
    `max_turns`, `hooks` ... The SDK needs no session of its own, as this one has all.

    A function that `needs_approval` suspends the Run; the user's word has it go on.
    """

    async def answer(run: AgentRun) -> AsyncGenerator[Event, None]:
        items = input_of(run, foreign_id=FAKE_RESPONSES_ID)
        given = {
            **settings,
            "context": await value_for(run, context),
            "run_config": run_config or RunConfig(),
        }
        speaker = _speaker(await value_for(run, agent), items)
        calls = approved_unexecuted_calls(last_turn(run.messages))
        on = await approved(speaker, items, calls, **given) if calls else GoingOn(items, [])
        for item in on.outputs:
            yield output_of(item["call_id"], item["output"])
        async with aclosing(events_of(Runner.run_streamed(speaker, on.start, **given))) as events:
            async for event in events:
                yield event

    return answer


def _speaker(agent: Agent[Any], items: Sequence[Item]) -> Agent[Any]:
    """Return the agent that the conversation was handed to last."""
    for item in items:
        if item.get("type") == CALL:
            to = (other for other in agent.handoffs if isinstance(other, Agent))
            found = (other for other in to if Handoff.default_tool_name(other) == item["name"])
            agent = next(found, agent)
    return agent
