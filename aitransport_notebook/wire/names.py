"""The names on the wire: of messages, and of the headers in `extras.ai.transport`."""

from __future__ import annotations

from typing import Final

# Messages. Every codec event has one of the first two names, and its own kind in a codec header.
AI_INPUT: Final = "ai-input"
AI_OUTPUT: Final = "ai-output"
AI_CANCEL: Final = "ai-cancel"
# Ours: an agent says that it goes on in spite of a cancel.
CANCEL_REFUSED: Final = "cancel-refused"
# Ours: of several workers, one says that it answers an input.
CLAIM: Final = "claim"
RUN_START: Final = "ai-run-start"
RUN_SUSPEND: Final = "ai-run-suspend"
RUN_RESUME: Final = "ai-run-resume"
RUN_END: Final = "ai-run-end"
STEP_START: Final = "ai-step-start"
STEP_END: Final = "ai-step-end"

RUN_LIFECYCLE: Final = frozenset({RUN_START, RUN_SUSPEND, RUN_RESUME, RUN_END})
STEP_LIFECYCLE: Final = frozenset({STEP_START, STEP_END})

# Streams: a message that grows by appends.
STREAM: Final = "stream"
STATUS: Final = "status"
STREAM_ID: Final = "stream-id"
DISCRETE: Final = "discrete"

# Who and what a message belongs to.
ROLE: Final = "role"
MESSAGE_ID: Final = "codec-message-id"
EVENT_ID: Final = "event-id"
RUN_ID: Final = "run-id"
INVOCATION_ID: Final = "invocation-id"
INPUT_MESSAGE_ID: Final = "input-codec-message-id"
# Three scopes, one in the other: whose Run, whose input drove this invocation, whose shaped a step.
RUN_CLIENT_ID: Final = "run-client-id"
INPUT_CLIENT_ID: Final = "input-client-id"
STEP_CLIENT_ID: Final = "step-client-id"

# Branches.
PARENT: Final = "parent"
FORK_OF: Final = "fork-of"
REGENERATES: Final = "msg-regenerate"
SUPERSEDES: Final = "supersedes"

# Ends, and the steps between.
RUN_REASON: Final = "run-reason"
ERROR_CODE: Final = "error-code"
ERROR_MESSAGE: Final = "error-message"
STEP_ID: Final = "step-id"
STEP_START_SERIAL: Final = "step-start-serial"
STEP_REASON: Final = "step-reason"
STEERS: Final = "steer-codec-message-ids"

# The codec's own headers that every codec has.
KIND: Final = "kind"
PART_TYPE: Final = "partType"

Headers = dict[str, str]
