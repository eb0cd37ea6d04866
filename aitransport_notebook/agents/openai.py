"""An agent of OpenAI's own client: the Responses API, and functions that the model may call."""

from __future__ import annotations

import inspect
import json
from collections.abc import AsyncGenerator, Callable, Collection, Iterable, Mapping
from contextlib import aclosing
from typing import Any

from aitransport_notebook.agents.answer import Answer
from aitransport_notebook.agents.needs import missing
from aitransport_notebook.agents.responses import (
    Event,
    Item,
    can_be_said,
    input_of,
    output_of,
    request_of,
)
from aitransport_notebook.codec.fields import to_json
from aitransport_notebook.codec.responses import approved_unexecuted_calls
from aitransport_notebook.codec.responses.slots import CALL, DONE
from aitransport_notebook.codec.turns import last_turn
from aitransport_notebook.errors import error_for
from aitransport_notebook.session.agent.run import AgentRun

try:
    from openai import AsyncOpenAI
except ImportError as error:
    raise missing("openai", error) from error

MOST_TURNS = 20


def answer_with(
    client: AsyncOpenAI,
    *,
    model: str,
    tools: Iterable[Mapping[str, Any]] = (),
    functions: Mapping[str, Callable[..., Any]] | None = None,
    needs_approval: Collection[str] = (),
    most_turns: int = MOST_TURNS,
    **params: Any,
) -> Answer:
    """Make an agent of a model of OpenAI's, for sessions with the `ResponsesCodec`.

    `tools` are as the API takes them, and `functions` those that run here, by name; they may be
    coroutines, and what they raise ends the Run. A call of any other function is the user's to
    answer, and one that `needs_approval` the user's to approve of: the Run is suspended, and their
    word has it go on. `params` go to `client.responses.create`: `instructions`, `reasoning` ...
    """
    ours = _Functions(functions or {}, needs_approval)
    asked = {"model": model, "tools": [dict(tool) for tool in tools], **params}

    async def answer(run: AgentRun) -> AsyncGenerator[Event, None]:
        items = input_of(run)
        for call in approved_unexecuted_calls(last_turn(run.messages)):
            output = await ours.run(call)
            items.append(output["item"])
            yield output
        for _ in range(most_turns):
            said: list[Item] = []
            async with aclosing(_response(client, {**asked, "input": items})) as events:
                async for event in events:
                    if event["type"] == DONE:
                        said.append(event["item"])
                    if can_be_said(event):
                        yield event
            items += said
            calls = [item for item in said if item["type"] == CALL]
            for call in calls:
                if ours.may_run(call):
                    output = await ours.run(call)
                    items.append(output["item"])
                    yield output
                elif call["name"] in needs_approval:
                    yield request_of(call)
            if not calls or not all(map(ours.may_run, calls)):
                return
        raise error_for(
            104008,
            f"the model calls functions without an end: {most_turns} times by now",
            hint="See what they return, or give a greater `most_turns`.",
        )

    return answer


class _Functions:
    """The functions that run here."""

    def __init__(
        self, functions: Mapping[str, Callable[..., Any]], needs_approval: Collection[str]
    ) -> None:
        self._functions = dict(functions)
        self._needs_approval = frozenset(needs_approval)
        unknown = self._needs_approval - self._functions.keys()
        if unknown:
            raise error_for(
                40003,
                f"no function here is called {', '.join(sorted(unknown))}",
                hint="Name in `needs_approval` what is in `functions`.",
            )

    def may_run(self, call: Item) -> bool:
        """Tell whether a call is run at once, and not a user's to decide on."""
        return call["name"] in self._functions and call["name"] not in self._needs_approval

    async def run(self, call: Item) -> Event:
        """Run a call; returns what is said of it."""
        function = self._functions.get(call["name"])
        if function is None:
            raise error_for(
                40003,
                f"no function here is called {call['name']!r}",
                hint="Give it in `functions`, to each process that answers.",
            )
        outcome = function(**json.loads(call["arguments"] or "{}"))
        if inspect.isawaitable(outcome):
            outcome = await outcome
        return output_of(call["call_id"], outcome if isinstance(outcome, str) else to_json(outcome))


async def _response(client: AsyncOpenAI, asked: Mapping[str, Any]) -> AsyncGenerator[Event, None]:
    """Yield the events of one response of the model."""
    create: Any = client.responses.create
    async with await create(**asked, stream=True) as events:
        async for sent in events:
            event: Event = sent.to_dict(mode="json")
            _raise_failure(event)
            yield event


def _raise_failure(event: Event) -> None:
    """Raise what the model says that it failed of."""
    if event["type"] == "response.failed":
        failure = event["response"].get("error")
    elif event["type"] == "error":
        failure = event
    else:
        return
    message = failure.get("message") if isinstance(failure, Mapping) else None
    raise error_for(104008, f"the model failed: {message or 'it does not say why'}")
