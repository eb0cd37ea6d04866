"""A conversation of two, as messages that a channel delivers."""

from __future__ import annotations

import json
from typing import Any

Json = dict[str, Any]
STARTED = {"run-id": "r", "invocation-id": "i", "parent": "m1"}
SAID = {**STARTED, "codec-message-id": "m2", "role": "assistant"}


def message(
    name: str, who: str, role: str | None, transport: Json, codec: Json, data: Any = "", **more: Any
) -> Json:
    claim = {} if role is None else {"userClaim": json.dumps({"role": role})}
    extras = {"ai": {"transport": transport, "codec": codec}, **claim}
    return {"action": 0, "name": name, "clientId": who, "data": data, "extras": extras, **more}


ASKED = message(
    "ai-input",
    "ann",
    "user",
    {"role": "user", "codec-message-id": "m1", "event-id": "e"},
    {"kind": "user-message", "messageId": "m1", "partType": "text"},
    "Hello!",
)
BEGUN = message("ai-run-start", "jane", "operator", STARTED, {})


def output(who: str, role: str | None, text: str = "", **more: Any) -> Json:
    codec = {"kind": "data-said"}
    return message("ai-output", who, role, {**SAID, "stream": "false"}, codec, text, **more)
