"""OpenAI's Responses: the stream of its events, and messages of items that it takes as input."""

from aitransport_notebook.codec.responses.codec import ResponsesCodec
from aitransport_notebook.codec.responses.correlation import (
    approved_unexecuted_calls,
    resolved_call_ids,
    to_responses_input,
    unanswered_calls,
)

__all__ = [
    "ResponsesCodec",
    "approved_unexecuted_calls",
    "resolved_call_ids",
    "to_responses_input",
    "unanswered_calls",
]
