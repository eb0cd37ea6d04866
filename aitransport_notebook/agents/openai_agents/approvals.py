"""Carries out, with the OpenAI Agents SDK, what users have approved of.

The SDK resumes from a state of its own, which no other process has. What the channel has is enough
to make one: a model that says again what was said has the run stop where it stopped before.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from agents import (
    Agent,
    AgentsException,
    Model,
    ModelResponse,
    RunConfig,
    Runner,
    Usage,
)
from agents.items import TResponseStreamEvent
from openai.types.responses import ResponseFunctionToolCall

from aitransport_notebook.agents.responses import Item
from aitransport_notebook.codec.responses.slots import CALL
from aitransport_notebook.codec.responses.tools import OUTPUT


class _NoMoreToSay(AgentsException):
    """All that was said has been said again."""


class _SaysAgain(Model):
    """A model that makes the calls it made before, and nothing else."""

    def __init__(self, calls: Sequence[Item]) -> None:
        self._calls = [ResponseFunctionToolCall.model_validate(call) for call in calls]

    async def get_response(self, *args: Any, **kwargs: Any) -> ModelResponse:
        if not self._calls:
            raise _NoMoreToSay
        calls, self._calls = self._calls, []
        return ModelResponse(output=[*calls], usage=Usage(), response_id=None)

    def stream_response(self, *args: Any, **kwargs: Any) -> AsyncIterator[TResponseStreamEvent]:
        raise NotImplementedError


class GoingOn(NamedTuple):
    """Where a run goes on: from a state of the SDK's, or from the input of a new one."""

    start: Any
    # What the calls returned that have been run already.
    outputs: list[Item]


async def approved(
    agent: Agent[Any],
    items: Sequence[Item],
    calls: Sequence[Item],
    *,
    run_config: RunConfig,
    **settings: Any,
) -> GoingOn:
    """Return where a run goes on that stopped for these calls, now that they are approved.

    With the arguments that a user gave a call may need no approval any more; then it is run here.
    """
    ids = {call["call_id"] for call in calls}
    before: list[Any] = [
        item for item in items if item.get("type") != CALL or item["call_id"] not in ids
    ]
    again = replace(run_config, model=_SaysAgain(calls), tracing_disabled=True)
    try:
        result = await Runner.run(agent, before, run_config=again, **settings)
    except _NoMoreToSay as stopped:
        made = stopped.run_data.new_items if stopped.run_data is not None else []
        said: list[Any] = [item.to_input_item() for item in made]
        return GoingOn(before + said, [item for item in said if item["type"] == OUTPUT])
    state = result.to_state()
    for asked in result.interruptions:
        state.approve(asked)
    return GoingOn(state, [])
