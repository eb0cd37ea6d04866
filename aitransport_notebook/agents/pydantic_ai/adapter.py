"""An agent of a pydantic-ai `Agent`."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

from aitransport_notebook.agents.answer import Answer
from aitransport_notebook.agents.needs import missing, need_codec, value_for
from aitransport_notebook.agents.operators import marked
from aitransport_notebook.codec.uimessage import UIMessageCodec
from aitransport_notebook.runs.denials import denial_reasons
from aitransport_notebook.session.agent.run import AgentRun
from aitransport_notebook.session.agent.steps import each

try:
    from pydantic_ai.agent import AbstractAgent
    from pydantic_ai.ui.vercel_ai import VercelAIAdapter
    from pydantic_ai.ui.vercel_ai.request_types import SubmitMessage

    from aitransport_notebook.agents.pydantic_ai.history import approvals_in, read_message
    from aitransport_notebook.agents.pydantic_ai.stream import SDK_VERSION, Chunk, Events, chunk_of
except ImportError as error:
    raise missing("pydantic-ai", error) from error


def answer_with(agent: AbstractAgent[Any, Any], *, deps: Any = None, **settings: Any) -> Answer:
    """Make an agent of one of pydantic-ai's, for sessions with the `UIMessageCodec`.

    `deps` are the agent's dependencies, or a function of the Run that returns or awaits them. The
    `settings` go to the agent's own run: `model`, `model_settings`, `usage_limits`, `toolsets` ...

    A tool that requires an approval suspends the Run, and so does one that is run elsewhere; the
    user's answer has it go on. Give the agent `DeferredToolRequests` among its `output_type`. What
    a message took stands in its metadata, as `usage` and `model`.
    """

    async def answer(run: AgentRun) -> AsyncGenerator[Chunk, None]:
        need_codec(run, UIMessageCodec)
        messages, note = marked(run)
        denials = denial_reasons(run.tree, run.prompt.messages)
        prompt = SubmitMessage(
            id=run.line.name, messages=[read_message(message, denials) for message in messages]
        )
        approved = approvals_in(messages)
        given = {**settings, "instructions": _instructions(settings.get("instructions"), note)}
        adapter = VercelAIAdapter(agent, prompt, sdk_version=SDK_VERSION)
        native = adapter.run_stream_native(
            deps=await value_for(run, deps), deferred_tool_results=approved, **given
        )
        carried_out = approved.approvals if approved is not None else ()
        stream = Events(prompt, sdk_version=SDK_VERSION).transform_stream(native)
        async with aclosing(each(stream)) as chunks:
            async for chunk in chunks:
                said = chunk_of(chunk, carried_out)
                if said is not None:
                    yield said

    return answer


def _instructions(given: Any, note: str) -> Any:
    """Add what the model must know of operators to the instructions that it is given anyway."""
    if not note:
        return given
    return [*(given if isinstance(given, list | tuple) else [given] if given else []), note]
