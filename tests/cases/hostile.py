"""Channels whose messages name what means something to a language, or say what no codec expects."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Any

from aitransport_notebook.wire import names as wire
from tests.cases.odd import Odd, raw
from tests.cases.telling import Wire

# What objects of JavaScript have without being given it, and keys that it puts before others.
NAMES = ("__proto__", "constructor", "toString", "hasOwnProperty", "length", "10", "9", "")
# Python would take some of these for JSON, JavaScript others.
INPUTS = (
    *("NaN", "-Infinity", "1e999", "[-1e999]", "\ufeff1", "'a'", "01", "1 ", "{", ""),
    *(
        '{"__proto__": {"x": 1}, "10": 1, "9": 2}',
        '"\\ud800"',
        "12345678901.5",
        "[" * 99 + "]" * 99,
    ),
    *('{"a": 1, "a": 2}', '"a\tb"', "null", "true", '{"e": 1e-7, "f": -0.0}'),
)
STRANGE: tuple[Any, ...] = (7, True, None, ["a"], {"a": 1})


class _Channel:
    """Messages one after the other."""

    def __init__(self) -> None:
        self.live: list[Wire] = []

    def says(self, name: str, transport: Any, codec: Any = None, data: Any = None) -> Wire:
        message = raw(len(self.live) + 1, name, transport, codec, data)
        self.live.append(message)
        return message

    def streams(self, transport: Any, codec: Any, *texts: str, ends: bool = True) -> None:
        """Stream some texts as one message."""
        opened = {**transport, wire.STREAM: "true", wire.STATUS: "streaming"}
        begun = self.says(wire.AI_OUTPUT, opened, codec, "")
        for place, text in enumerate(texts, 1):
            status = "complete" if ends and place == len(texts) else "streaming"
            more = self.says(wire.AI_OUTPUT, {**opened, wire.STATUS: status}, codec, text)
            version = {"serial": more["serial"], "timestamp": more["timestamp"]}
            more |= {"action": 5, "serial": begun["serial"], "version": version}


def names_that_mean_something() -> Odd:
    """Everything that can have a name has each of these."""
    channel = _Channel()
    for before, name in zip(("", *NAMES), NAMES, strict=False):
        asked, run = f"ask {name}", {wire.RUN_ID: name, wire.MESSAGE_ID: name}
        input = {wire.ROLE: "user", wire.MESSAGE_ID: asked, wire.PARENT: before, name: name}
        said = {"kind": "user-message", "partType": f"data-{name}", "id": name, name: name}
        channel.says(wire.AI_INPUT, input, said, {name: {name: name}})
        begun = {wire.RUN_ID: name, wire.PARENT: asked, wire.INPUT_MESSAGE_ID: asked}
        channel.says(wire.RUN_START, begun)
        step = channel.says(wire.STEP_START, {wire.RUN_ID: name, wire.STEP_ID: name})
        run |= {wire.STEP_ID: name, wire.STEP_START_SERIAL: step["serial"]}
        metadata = json.dumps({name: 1})
        start = {"kind": "start", "messageId": name, "messageMetadata": metadata}
        channel.says(wire.AI_OUTPUT, run, start)
        channel.streams(run, {"kind": "text", "id": name}, name, name)
        call = {"toolCallId": name, "toolName": name}
        channel.streams(run, {"kind": "tool-input", **call}, json.dumps({name: 1}))
        channel.says(
            wire.AI_OUTPUT, run, {"kind": "tool-output-available", **call}, {"output": {name: 2}}
        )
        channel.says(wire.AI_OUTPUT, run, {"kind": f"data-{name}", "id": name}, {name: 3})
        channel.says(wire.AI_OUTPUT, run, {"kind": name}, {name: 4})
        channel.says(wire.RUN_END, {wire.RUN_ID: name, wire.RUN_REASON: name})
    return Odd(channel.live)


def names_in_items() -> Odd:
    channel = _Channel()
    for name in NAMES:
        run = {wire.RUN_ID: "run", wire.MESSAGE_ID: name}
        item = {"type": "function_call", "id": name, "call_id": name, "name": name, name: name}
        codec = {"kind": "function_call_arguments", "item": json.dumps(item), "output_index": "0"}
        channel.streams(run, codec, "{", "}")
        asked = {"kind": "tool-approval-request", "call_id": name, "name": name}
        channel.says(wire.AI_OUTPUT, run, asked, "{}")
        decided = {"kind": "tool-approval-response", "call_id": name, "approved": "true"}
        answer = {**run, wire.ROLE: "user"}
        channel.says(wire.AI_INPUT, answer, {**decided, "reason": name}, {"arguments": {name: 1}})
        channel.says(
            wire.AI_INPUT, answer, {"kind": "tool-result", "call_id": name}, {"output": name}
        )
    return Odd(channel.live, codec="responses")


def names_in_texts() -> Odd:
    channel = _Channel()
    for name in NAMES:
        said = {"kind": "user-message", "partType": "text"}
        asked = {wire.ROLE: "user", wire.MESSAGE_ID: f"ask {name}"}
        channel.says(wire.AI_INPUT, asked, said, name)
        run = {wire.RUN_ID: name, wire.MESSAGE_ID: name, wire.PARENT: f"ask {name}"}
        channel.streams(run, {"kind": "text", "id": name}, name, " and ", name)
    return Odd(channel.live, codec="text")


def inputs_that_are_no_json() -> Odd:
    channel = _Channel()
    run = {wire.RUN_ID: "run", wire.MESSAGE_ID: "m", wire.ROLE: "assistant"}
    for place, text in enumerate(INPUTS):
        codec = {"kind": "tool-input", "toolCallId": f"ended-{place}", "toolName": "look"}
        half = len(text) // 2
        channel.streams(run, codec, text[:half], text[half:], "")
        channel.streams(run, {**codec, "toolCallId": f"open-{place}"}, text, ends=False)
        channel.streams(run, {"kind": "text", "id": "t", "providerMetadata": text}, "")
        channel.says(wire.AI_OUTPUT, run, {"kind": "finish", "messageMetadata": text})
    return Odd(channel.live)


def headers_of_others(codec: str) -> Odd:
    """Each header in turn is what it should never be."""
    channel = _Channel()
    transport = {
        **{wire.RUN_ID: "run", wire.MESSAGE_ID: "m", wire.ROLE: "user", wire.PARENT: "m"},
        **{wire.STREAM: "false", wire.STEP_ID: "s", wire.STATUS: "complete"},
    }
    told = {"kind": "text", "id": "t", "partType": "text", "toolCallId": "c", "toolName": "look"}
    for strange in STRANGE:
        for name in (wire.AI_INPUT, wire.AI_OUTPUT, wire.RUN_START, wire.STEP_START, wire.RUN_END):
            channel.says(name, strange, told, strange)
            channel.says(name, transport, strange, strange)
        for key in transport:
            channel.says(wire.AI_OUTPUT, {**transport, key: strange}, told, "said")
            channel.says(
                wire.AI_INPUT, {**transport, key: strange}, {**told, "kind": "user-message"}, "x"
            )
        # No tool's name: it is part of a type, and languages write numbers each in its own way.
        for key in ("kind", "id", "partType", "toolCallId"):
            channel.says(
                wire.AI_OUTPUT, transport, {**told, "kind": "tool-input", key: strange}, strange
            )
        channel.live[-1]["extras"] = {"ai": strange}
        channel.says(wire.AI_OUTPUT, transport, {**told, "kind": "start"})["extras"] = strange
    return Odd(channel.live, codec=codec)


HOSTILE: dict[str, Callable[[], Odd]] = {
    "names-that-mean-something": names_that_mean_something,
    "names-in-items": names_in_items,
    "names-in-texts": names_in_texts,
    "inputs-that-are-no-json": inputs_that_are_no_json,
    **{
        f"headers-of-others-{codec}": partial(headers_of_others, codec)
        for codec in ("uimessage", "responses")
    },
}
