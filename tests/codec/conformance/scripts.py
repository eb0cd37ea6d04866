"""A seed's script: what several agents and a user say on one channel, in one order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aitransport_notebook.wire import names
from tests.codec.conformance.chance import Chance
from tests.codec.conformance.channel import Script, Step
from tests.codec.conformance.chunks import Agent, Call

RUNS = ("run-a", "run-b")


def script_of(seed: int) -> Script:
    """Return encoders by name, and the steps: outputs, inputs and cancellations."""
    chance = Chance(seed)
    agent = Agent(chance)
    encoders: dict[str, Any] = {}
    tracks: list[list[Step]] = []
    for number in range(1 + chance.count(3)):
        name, message_id = f"encoder-{number}", f"message-{number}"
        run_id = chance.pick(RUNS)
        headers = {names.RUN_ID: run_id, names.ROLE: "assistant"}
        if not chance.oddly():
            headers[names.MESSAGE_ID] = message_id
        encoders[name] = {"headers": headers}
        if chance.maybe(0.8):
            encoders[name]["messageId"] = message_id
        track: list[Step] = [
            {"encoder": name, "output": chunk} for chunk in agent.reply(message_id, run_id)
        ]
        if chance.maybe(0.2):
            track.insert(chance.count(len(track)), {"cancel": name})
        tracks.append(track)
    user = User(chance, agent.calls)
    tracks += [[user.says()] for _ in range(chance.count(6))]
    return {"encoders": encoders, "steps": _merged(chance, tracks)}


def _merged(chance: Chance, tracks: list[list[Step]]) -> list[Step]:
    """Return all steps: one track after the other, or drawn from any."""
    if chance.maybe(0.3):
        return [step for track in tracks for step in track]
    steps: list[Step] = []
    left = [list(track) for track in tracks if track]
    while left:
        track = chance.pick(left)
        steps += [track.pop(0) for _ in range(min(len(track), 1 + chance.count(5)))]
        left = [track for track in left if track]
    return steps


class User:
    """Draws what a user says, of their own and about tool calls."""

    def __init__(self, chance: Chance, calls: list[Call]) -> None:
        self._chance = chance
        self._calls = calls

    def says(self) -> Step:
        chance = self._chance
        kinds: dict[str, Callable[[], Step]] = {
            "message": self._message,
            "result": self._result,
            "approval": self._approval,
            "fork": self._fork,
            "regenerate": self._regenerate,
        }
        weights = {"message": 3.0, "result": 3, "approval": 3, "fork": 1, "regenerate": 0.5}
        return kinds[chance.weighted(weights)]()

    def _message(self) -> Step:
        """Return a new message: of its own, or one that steers a Run."""
        chance = self._chance
        role = chance.pick(("user", "user", "system"))
        message = {"id": chance.id("domain"), "role": role, "parts": self._parts()}
        headers = {names.RUN_ID: chance.pick(RUNS)} if chance.maybe(0.3) else {}
        step = {"input": {"kind": "user-message", "message": message}, "headers": headers}
        if headers and chance.oddly():
            return step
        return {**step, "messageId": chance.id("user")}

    def _parts(self) -> list[dict[str, Any]]:
        chance = self._chance
        makers: dict[str, Callable[[], dict[str, Any]]] = {
            "text": lambda: {"text": chance.text()},
            "file": lambda: {"mediaType": "image/png", "url": "data:,", "filename": "f"},
            "data-note": lambda: {"data": chance.value(), **chance.some(0.5, id="1")},
            "step-start": lambda: {},
            "tool-search": lambda: {"toolCallId": "1", "state": "input-available", "input": {}},
        }
        drawn = [chance.pick(list(makers)) for _ in range(chance.count(4))]
        return [{"type": type, **makers[type]()} for type in drawn]

    def _call(self) -> Call:
        chance = self._chance
        if self._calls and not chance.oddly():
            return chance.pick(self._calls)
        return Call(chance.id("call"), "search", "message-0", chance.pick(RUNS))

    def _amend(self, kind: str, call: Call, payload: dict[str, Any]) -> Step:
        message_id = "message-1" if self._chance.oddly() else call.message_id
        amendment = {
            "kind": kind,
            "codecMessageId": message_id,
            "payload": {"toolCallId": call.id, **payload},
        }
        headers = {names.RUN_ID: call.run_id}
        return {"input": amendment, "headers": headers, "messageId": message_id}

    def _result(self) -> Step:
        chance, call = self._chance, self._call()
        if chance.maybe(0.6):
            return self._amend("tool-result", call, {"output": chance.value()})
        return self._amend("tool-result-error", call, {"message": chance.text()})

    def _approval(self) -> Step:
        chance, call = self._chance, self._call()
        payload = {"approved": chance.maybe(0.6), **chance.some(0.4, reason=chance.text())}
        return self._amend("tool-approval-response", call, payload)

    def _fork(self) -> Step:
        """Return an answer that lays out the Run which it forks."""
        chance, call = self._chance, self._call()
        target = chance.id("seeded")
        messages = [self._seeded(chance.id("seeded")) for _ in range(chance.count(2))]
        messages.append(self._seeded(target, call.id))
        kind, payload = "tool-result", {"output": chance.value()}
        if chance.maybe(0.4):
            kind, payload = "tool-result-error", {"message": chance.text()}
        seed = {"messages": messages}
        headers = {names.RUN_ID: "run-fork"} if chance.maybe(0.3) else {}
        amendment = {
            "kind": kind,
            "codecMessageId": target,
            "payload": {"toolCallId": call.id, **payload, "forkSeed": seed},
        }
        return {"input": amendment, "headers": headers, "messageId": target}

    def _seeded(self, id: str, *calls: str) -> dict[str, Any]:
        chance = self._chance
        parts: list[Any] = [{"type": "step-start"}, {"type": "text", "text": chance.text()}]
        states = ("input-available", "approval-requested", "output-available")
        for call in (*calls, chance.id("call")):
            tool = {"toolCallId": call, "state": chance.pick(states), **chance.some(0.8, input={})}
            tool |= chance.some(0.2, title="T", approval=chance.pick(({"id": "1"}, {}, "yes")))
            name = chance.pick(("search", "dynamic"))
            if name == "dynamic" or chance.oddly():
                tool["toolName"] = "x"
            parts.append({"type": "dynamic-tool" if name == "dynamic" else "tool-search", **tool})
        if chance.oddly():
            parts.insert(chance.count(len(parts)), chance.value())
        message = {"id": chance.id("own"), "role": "assistant", "parts": parts}
        return {"codecMessageId": id, "message": message | chance.some(0.2, metadata={"a": 1})}

    def _regenerate(self) -> Step:
        regenerate = {"kind": "regenerate", "target": "message-0", "parent": "message-1"}
        return {"input": regenerate, "headers": {}, "messageId": self._chance.id("user")}
