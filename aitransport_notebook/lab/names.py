"""The demo sessions, by name."""

from __future__ import annotations

# Where the demo agent answers. It leaves alone the session whose own agent is gone.
ALL = "demo:*"
STREAMING = "demo:streaming"
APPROVAL = "demo:approval"
BRANCHES = "demo:branches"
ANSWERS = "demo:answers"
TROUBLE = "demo:trouble"
SESSIONS = (STREAMING, APPROVAL, BRANCHES, ANSWERS, TROUBLE)
