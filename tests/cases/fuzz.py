"""Sessions that nobody has had, and whether both folds make the same of them."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Iterator
from copy import deepcopy
from typing import Any

from aitransport_notebook.wire import names as wire
from aitransport_notebook.wire.inbound import Action
from tests.cases import files
from tests.cases.channel import history_of, version_of
from tests.cases.node import Node
from tests.cases.odd import responses_by, ui_messages_by
from tests.cases.telling import Step, Wire, mixed, told
from tests.codec.conformance.damage import ENVELOPES, KINDS
from tests.codec.responses.foreign import ITEMS, PARTS, WHOLE
from tests.differential.comparison import first_difference

# Enough to go wrong in.
LONGEST = 120
HEADERS = (
    *("run-id", "codec-message-id", "parent", "fork-of", "msg-regenerate", "step-id", "status"),
    *("input-codec-message-id", "supersedes", "step-start-serial", "invocation-id", "run-reason"),
    *("role", "stream", "run-client-id", "step-client-id", "error-code", "error-message"),
)
CODEC = (
    *("id", "partType", "toolCallId", "toolName", "dynamic", "providerMetadata", "messageId"),
    *("messageMetadata", "approved", "transient", "approvalId", "finishReason", "reason", "title"),
    *("item_id", "part", "item", "content_index", "summary_index", "output_index", "call_id"),
)
TEXTS = (
    *("", "true", "false", "text", "data-note", "{", "null", "NaN", "1e999", "__proto__", "0", "1"),
    *("constructor", "7", "-1", "{}", "[]", "complete", "cancelled", "user", "assistant", "error"),
    *map(json.dumps, (*ITEMS, *PARTS)),
)
# Python has one key for 1 and true, and says of 1.0 and of true other words than JavaScript does.
OTHERS: tuple[Any, ...] = (None, 7, 2.5, [], {}, ["a"], {"__proto__": 1})
DATA: tuple[Any, ...] = (
    *(None, "", "text", 7, [], {}, {"item": None}, {"message": "failed"}, {"__proto__": {"a": 1}}),
    *({"item": item} for item in ITEMS),
    *ENVELOPES,
)
NAMES = (
    *(wire.AI_INPUT, wire.AI_OUTPUT, wire.RUN_START, wire.RUN_SUSPEND, wire.RUN_RESUME),
    *(wire.RUN_END, wire.STEP_START, wire.STEP_END, "unheard-of"),
)
ALL_KINDS = (*KINDS, *WHOLE, "output_text", "reasoning_text", "function_call_arguments")


def differences(seeds: Iterable[int]) -> Iterator[tuple[int, str | None]]:
    """Yield for each seed where the folds part; None where they do not."""
    with Node() as node:
        for seed in seeds:
            codec, steps = session_of(seed)
            theirs = node.told(codec, steps)
            error = theirs.get("error")
            yield seed, error or first_difference(theirs, told(codec, steps))


def session_of(seed: int) -> tuple[str, list[Step]]:
    """Return a codec, and how a tree is told of a session."""
    rng = random.Random(seed)
    codec, live = _said(rng)
    at = rng.randrange(max(1, len(live) - LONGEST))
    live = deepcopy(live[at : at + LONGEST])
    wrong = rng.choice((0, 0, 0.02, 0.1, 0.4))
    for message in live:
        while rng.random() < wrong:
            _damage(rng, message, live)
    live = [message for message in live if rng.random() >= wrong / 2]
    history = [message for message in history_of(live) if rng.random() >= wrong / 4]
    steps = rng.choice(
        (
            [{"load": history}],
            [{"apply": live}],
            [{"apply": _shuffled(rng, live)}],
            mixed(live, history, rng),
            mixed(_shuffled(rng, live), history, rng),
        )
    )
    return codec, steps


def _said(rng: random.Random) -> tuple[str, list[Wire]]:
    """Return what is recorded of a session, or what one is made of."""
    made = rng.choice((None, ui_messages_by, responses_by))
    if made is not None:
        odd = made(rng.randrange(100_000))
        return odd.codec, odd.live
    case = files.read(rng.choice(files.names()))
    return case.codec, case.live


def _shuffled(rng: random.Random, live: list[Wire]) -> list[Wire]:
    """Put messages among their neighbours, those of one message too; some come twice."""
    reach = rng.choice((2, 10, 100))
    twice = [message for message in live for _ in range(rng.choice((1, 1, 1, 2)))]
    keyed = [(place + rng.random() * reach, message) for place, message in enumerate(twice)]
    return [message for _, message in sorted(keyed, key=lambda pair: pair[0])]


def _damage(rng: random.Random, message: Wire, live: list[Wire]) -> None:
    """Change something in a message, as somebody might who publishes what they like."""
    choice = rng.randrange(9)
    if choice == 0:
        message["data"] = deepcopy(rng.choice(DATA))
    elif choice == 1:
        message["name"] = rng.choice(NAMES)
    elif choice == 2:
        message["action"] = rng.choice((Action.UPDATE, Action.DELETE, Action.APPEND, Action.META))
    elif choice == 3:
        _follow(message, rng.choice(live))
    elif choice == 4 and rng.random() < 0.2:
        message["extras"] = deepcopy(rng.choice((*OTHERS, {"ephemeral": True})))
    else:
        _change_headers(rng, message, live)


def _follow(message: Wire, other: Wire) -> None:
    """Make it a later word on another message."""
    message["action"] = int(Action.UPDATE)
    message["version"] = {"serial": version_of(message)}
    message["serial"] = other["serial"]


def _change_headers(rng: random.Random, message: Wire, live: list[Wire]) -> None:
    transport, codec = _headers(message, "transport"), _headers(message, "codec")
    if transport is None:
        return
    key = rng.choice(HEADERS)
    how = rng.random()
    if how < 0.4:
        # What other messages say there makes the most of it.
        said = [given for one in live if (given := _headers(one, "transport")) and key in given]
        transport[key] = rng.choice(said)[key] if said else "x"
    elif how < 0.55:
        transport.pop(key, None)
    elif how < 0.65:
        transport[key] = deepcopy(rng.choice((*TEXTS, *OTHERS)))
    elif codec is not None and how < 0.8:
        codec["kind"] = rng.choice(ALL_KINDS)
    elif codec is not None:
        codec[rng.choice(CODEC)] = deepcopy(rng.choice((*TEXTS, *OTHERS)))


def _headers(message: Wire, name: str) -> dict[str, Any] | None:
    extras = message.get("extras")
    ai = extras.get("ai") if isinstance(extras, dict) else None
    given = ai.get(name) if isinstance(ai, dict) else None
    return given if isinstance(given, dict) else None
