"""What a pydantic-ai agent says, as chunks that the `UIMessageCodec` takes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from typing import Any, Final

from pydantic_ai import AgentRunResult, AgentRunResultEvent
from pydantic_ai.exceptions import RunCancelled
from pydantic_ai.ui.vercel_ai import VercelAIEventStream
from pydantic_ai.ui.vercel_ai.response_types import (
    BaseChunk,
    DoneChunk,
    ErrorChunk,
    FinishChunk,
    MessageMetadataChunk,
)

Chunk = dict[str, Any]
# The oldest version of the AI SDK with approvals: pydantic-ai leaves them out for those before.
SDK_VERSION: Final = 6
# Where None is a value, and does not say that nothing is there.
_NULLABLE = frozenset({"data", "input", "output"})
_SAID_BEFORE = frozenset({"tool-input-start", "tool-input-delta", "tool-input-available"})


class Events(VercelAIEventStream[Any, Any]):
    """The chunks of one run of an agent.

    An error is raised and not said, so that it ends the Run. All that there is to know of the
    message comes with its end, as a codec takes the last word on it for the whole.
    """

    _metadata: dict[str, Any] | None = None

    async def handle_run_result(self, event: AgentRunResultEvent[Any]) -> AsyncIterator[BaseChunk]:
        self._metadata = usage_of(event.result)
        async for chunk in super().handle_run_result(event):
            if isinstance(chunk, MessageMetadataChunk):
                self._metadata = {**chunk.message_metadata, **self._metadata}
            else:
                yield chunk

    async def on_error(self, error: Exception) -> AsyncIterator[BaseChunk]:
        async for chunk in super().on_error(error):
            if not isinstance(chunk, ErrorChunk):
                yield chunk
        raise error

    async def on_cancelled(self, cancelled: RunCancelled) -> AsyncIterator[BaseChunk]:
        # By its own limit of time, or by who has its token: a cancel of the Run closes all of this.
        raise cancelled
        yield  # What makes it a generator.

    async def after_stream(self) -> AsyncIterator[BaseChunk]:
        async for chunk in super().after_stream():
            if isinstance(chunk, FinishChunk):
                chunk.message_metadata = self._metadata
            if not isinstance(chunk, DoneChunk):
                yield chunk


def usage_of(result: AgentRunResult[Any]) -> dict[str, Any]:
    """Return what a run took, under the names that the AI SDK has for it."""
    used = result.usage
    usage = {
        "inputTokens": used.input_tokens,
        "outputTokens": used.output_tokens,
        "totalTokens": used.input_tokens + used.output_tokens,
        "cachedInputTokens": used.cache_read_tokens,
        "reasoningTokens": used.output_reasoning_tokens,
        "requests": used.requests,
    }
    return {"usage": usage, "model": result.response.model_name}


def chunk_of(chunk: BaseChunk, approved: Collection[str]) -> Chunk | None:
    """Return a chunk as the codec takes it; `approved` are the calls that only now are carried out.

    Those are on the channel already, so what is said of their input is left out.
    """
    whole = chunk.model_dump(mode="json", by_alias=True)
    said = {key: value for key, value in whole.items() if value is not None or key in _NULLABLE}
    if said.get("toolCallId") not in approved:
        return said
    if said["type"] == "tool-input-error":
        failure = {key: said[key] for key in ("toolCallId", "errorText")}
        return {"type": "tool-output-error", **failure}
    return None if said["type"] in _SAID_BEFORE else said
