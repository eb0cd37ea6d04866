"""What is read of a channel whose messages are gone, or not what any codec would write."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import deepcopy
from typing import Any

from aitransport_notebook.wire.inbound import Action
from tests.codec.conformance.chance import Chance
from tests.codec.conformance.channel import Delivery

KINDS = (
    *("text", "reasoning", "tool-input", "start", "start-step", "finish-step", "finish"),
    *("message-metadata", "error", "abort", "file", "source-url", "source-document"),
    *("tool-input-error", "tool-output-available", "tool-output-error", "tool-output-denied"),
    *("tool-approval-request", "data-note", "text-start", "toString", "data", "", "tool-result"),
    *("tool-result-error", "tool-approval-response", "regenerate", "user-message"),
)
ENVELOPES: tuple[Any, ...] = (
    {"errorText": 5, "input": 1},
    {"errorText": None, "input": 1},
    {"message": 5},
    {"message": None},
    {"output": None},
    {"input": {}, "errorText": "e"},
    {"forkSeed": {"messages": "none"}, "output": 1},
    {"forkSeed": None},
    [],
)
TRANSPORTS = (
    *({"status": status} for status in ("complete", "cancelled", "streaming", "other")),
    *({"stream": stream} for stream in ("true", "false", "yes")),
    *({"role": role} for role in ("user", "assistant", "other")),
)


def damaged(history: Sequence[Delivery], seed: int) -> Iterator[list[Delivery]]:
    """Yield the history without its beginning, and with messages that nobody writes."""
    chance = Chance(seed)
    if len(history) > 1:
        yield list(history[1 + chance.count(len(history) - 2) :])
    wrong = deepcopy(list(history))
    for delivery in wrong:
        while chance.maybe(0.15):
            _damage(chance, delivery)
    yield wrong


def _damage(chance: Chance, delivery: Delivery) -> None:
    ai = delivery["extras"]["ai"]
    transport, codec = ai["transport"], ai.setdefault("codec", {})
    match chance.count(5):
        case 0:
            delivery["data"] = chance.pick((chance.value(), *ENVELOPES))
        case 1:
            codec["kind"] = chance.pick(KINDS)
        case 2:
            key = chance.pick([key for key in codec if key != "kind"] or ["id"])
            codec[key] = chance.pick(("", "text", "data-note", "true", "{", chance.text(), 5, 1.5))
        case 3:
            codec.pop(chance.pick(list(codec) or ["kind"]), None)
        case 4:
            transport |= chance.pick(TRANSPORTS)
            # Nothing is created with its end.
            delivery["action"] = int(Action.UPDATE)
        case _:
            transport.pop("codec-message-id", None)
    if delivery.get("data") is None:
        delivery.pop("data", None)
    if codec.get("kind") == "tool-input":
        # The id of the call stands in two headers; which of them is right, nobody says.
        transport["stream-id"] = codec.get("toolCallId", "")
