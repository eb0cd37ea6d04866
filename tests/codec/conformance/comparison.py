"""Ours against the official codec: what is written, and what it folds into, seed by seed."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from difflib import unified_diff
from pathlib import Path
from random import Random
from typing import Any

from aitransport_notebook.codec.uimessage import (
    OpenCall,
    UIMessageCodec,
    approved_tool_calls,
    pending_tool_calls,
)
from aitransport_notebook.tree.tree import Tree, fold
from aitransport_notebook.wire.inbound import Action
from tests.codec.conformance.channel import Delivery, Script, encode
from tests.codec.conformance.damage import damaged
from tests.codec.conformance.scripts import script_of

HERE = Path(__file__).parent
PACKAGES = HERE.parents[2] / "js" / "node_modules"
# Headers that are JSON: each language may print the same value in its own way.
PRINTED = ("providerMetadata", "messageMetadata")
Wire = dict[str, Any]
Nodes = dict[str, Any]


class Official:
    """The official codec, in a process of its own that answers until the end."""

    def __init__(self) -> None:
        assert PACKAGES.is_dir(), "run `npm ci` in js/ first"
        self._node = subprocess.Popen(
            ["node", "official.mjs"],
            cwd=HERE,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )

    def __enter__(self) -> Official:
        return self

    def __exit__(self, *raised: object) -> None:
        self._node.communicate()

    def encode(self, script: Script) -> dict[str, Any]:
        answer: dict[str, Any] = self._ask({"encode": script})
        return answer

    def fold(self, deliveries: Sequence[Delivery]) -> Nodes:
        answer: Nodes = self._ask({"fold": deliveries})
        return answer

    def calls(self, messages: Sequence[Any]) -> dict[str, Any]:
        answer: dict[str, Any] = self._ask({"calls": messages})
        return answer

    def _ask(self, question: dict[str, Any]) -> Any:
        assert self._node.stdin is not None and self._node.stdout is not None
        try:
            self._node.stdin.write(f"{json.dumps(question)}\n")
            self._node.stdin.flush()
            return json.loads(self._node.stdout.readline())
        except (BrokenPipeError, json.JSONDecodeError) as error:
            raise OfficialEnded("the official codec has ended; it said why") from error


class OfficialEnded(Exception):
    """There is nobody to compare with any more."""


class Difference(AssertionError):
    """What ours and the official codec say differently."""

    def __init__(self, about: str, ours: Any, theirs: Any) -> None:
        lines = [_canonical(value, indent=1).splitlines() for value in (theirs, ours)]
        shown = unified_diff(lines[0], lines[1], "theirs", "ours", n=9, lineterm="")
        super().__init__("\n".join([about, *shown]))


def check(official: Official, seed: int) -> None:
    """Raise a difference of a seed, if there is one."""
    check_script(official, script_of(seed), seed)


def check_script(official: Official, script: Script, seed: int) -> None:
    theirs = official.encode(script)
    ours = encode(UIMessageCodec(), script)
    _same("what is written", _written(ours), _written(theirs))
    history = history_of(theirs["deliveries"])
    expected = official.fold(history)
    live = [_without_null(delivery) for delivery in theirs["deliveries"]]
    _same("the fold of history", _folded(history), expected)
    _same("the fold of live", _folded(live), expected)
    _same("live, looked at now and then", messages_in(_watched(live, seed)), expected)
    # Theirs, too, where their history does not contradict it.
    if not says_more_after_its_end(live):
        _same("the official fold of live", expected, official.fold(live))
    for messages in messages_of(expected):
        _same("the open calls", calls_in(messages), official.calls(messages))
    for form in damaged(history, seed):
        _same(f"the fold of the damaged\n{json.dumps(form)}", _folded(form), official.fold(form))


def history_of(deliveries: Sequence[Delivery]) -> list[Delivery]:
    """Return the messages as history has them: each once, with all that was appended to it."""
    messages: dict[str, Delivery] = {}
    for delivery in deliveries:
        serial = delivery["serial"]
        if delivery["action"] == Action.CREATE:
            if not delivery["extras"].get("ephemeral"):
                messages[serial] = _without_null(delivery)
            continue
        known = messages[serial]
        whole = known["data"] + delivery["data"]
        messages[serial] = {**known, **delivery, "action": int(Action.UPDATE), "data": whole}
    return list(messages.values())


def wire_of(delivery: Delivery) -> Wire:
    """Return a message as REST has it: what is neither text nor bytes goes as JSON."""
    wire: Wire = {**delivery, "version": {"serial": delivery["version"]}}
    if not isinstance(delivery.get("data", ""), str):
        wire |= {"data": json.dumps(delivery["data"]), "encoding": "json"}
    return wire


def messages_in(tree: Tree) -> Nodes:
    found = {}
    for node in tree.nodes:
        messages = [
            {"codecMessageId": id, "message": message} for id, message in tree.messages_of(node)
        ]
        if messages:
            found[node.key] = messages
    return found


def messages_of(nodes: Nodes) -> list[list[Any]]:
    """Return the messages of each node, as an application has them."""
    return [[entry["message"] for entry in entries] for entries in nodes.values()]


def calls_in(messages: Sequence[Any]) -> dict[str, Any]:
    """Return the open calls in the form that the official SDK gives them."""
    open_calls = {
        "pending": pending_tool_calls(messages),
        "approved": approved_tool_calls(messages),
    }
    return {about: list(map(_plain, calls)) for about, calls in open_calls.items()}


def _plain(call: OpenCall) -> dict[str, Any]:
    # JSON has no undefined: a name that is not there is left out.
    named = {"toolName": call.name} if call.name else {}
    return {"toolCallId": call.call_id, "input": call.input, **named}


def _folded(form: Sequence[Delivery]) -> Nodes:
    return messages_in(fold(map(wire_of, form), UIMessageCodec()))


def _watched(live: Sequence[Delivery], seed: int) -> Tree:
    tree, random = Tree(UIMessageCodec()), Random(seed)
    for delivery in live:
        tree.apply(wire_of(delivery))
        if random.random() < 0.3:
            messages_in(tree)
    return tree


def says_more_after_its_end(live: Sequence[Delivery]) -> bool:
    """Tell whether a stream goes on when it has ended, or ends with other headers than it had."""
    first: dict[str, Any] = {}
    ended = set()
    for delivery in live:
        serial, ai = delivery["serial"], delivery["extras"]["ai"]
        if serial in ended or first.setdefault(serial, ai["codec"]) != ai["codec"]:
            return True
        if ai["transport"].get("status") in ("complete", "cancelled"):
            ended.add(serial)
    return False


def _written(encoded: dict[str, Any]) -> dict[str, Any]:
    return {**encoded, "deliveries": [_parsed(delivery) for delivery in encoded["deliveries"]]}


def _parsed(delivery: Delivery) -> Delivery:
    delivery = _without_null(delivery)
    codec = dict(delivery["extras"]["ai"].get("codec", {}))
    codec |= {key: json.loads(codec[key]) for key in PRINTED if key in codec}
    ai = {**delivery["extras"]["ai"], "codec": codec}
    return {**delivery, "extras": {**delivery["extras"], "ai": ai}}


def _without_null(delivery: Delivery) -> Delivery:
    """Return it as it arrives: no data is what becomes of data that is null."""
    return {key: value for key, value in delivery.items() if value is not None}


def _same(about: str, ours: Any, theirs: Any) -> None:
    if _canonical(ours) != _canonical(theirs):
        raise Difference(about, ours, theirs)


def _canonical(value: Any, indent: int | None = None) -> str:
    """Return JSON of the value in which 1.0 is 1, as in JavaScript, and true is not."""
    plain = json.loads(json.dumps(value), parse_float=_number, parse_int=_number)
    return json.dumps(plain, ensure_ascii=False, indent=indent, sort_keys=True)


def _number(raw: str) -> float | int:
    value = float(raw)
    return int(value) if value.is_integer() else value
