"""Stories: what an agent and its users say, seed by seed, as the Responses codec takes it."""

from __future__ import annotations

from typing import Any

from aitransport_notebook.wire import names
from tests.codec.conformance.chance import Chance
from tests.codec.responses.foreign import foreign
from tests.codec.responses.stream import Event, Response

Act = dict[str, Any]
# Later than anything that is delivered.
END = 1_000_000

REFUSED: tuple[Event, ...] = (
    {"type": "response.output_text.annotation.added", "item_id": "m", "annotation": {}},
    {"type": "response.web_search_call.searching", "item_id": "ws", "output_index": 0},
    {"type": "response.mcp_call_arguments.delta", "item_id": "mcp", "delta": "{"},
    {"type": "response.output_item.added", "item": {"type": "web_search_call", "id": "ws"}},
    {"type": "response.output_item.done", "item": {"type": "image_generation_call", "id": "i"}},
    {"type": "response.output_item.added", "item": {"type": "function_call", "call_id": "c"}},
    {"type": "response.content_part.added", "item_id": "m", "part": {"type": "audio"}},
    {"type": "response.output_text.delta", "item_id": "no", "content_index": 9, "delta": "x"},
    {"type": "response.refusal.done", "item_id": "no", "content_index": 9, "refusal": ""},
    {"type": "toString"},
)


def story_of(seed: int) -> dict[str, Any]:
    """Return what is said, and from where on others follow it."""
    chance = Chance(seed)
    acts = [act for _ in range(1 + chance.count(3)) for act in _turn(chance)]
    joins = [
        {"at": END, "lost": []},
        {"at": 0, "lost": []},
        {"at": chance.count(80), "lost": []},
        {"at": END, "lost": [chance.count(40) for _ in range(chance.count(12))]},
        {"at": chance.count(80), "lost": [chance.count(10) for _ in range(4)]},
    ]
    return {"acts": acts, "joins": joins}


def _turn(chance: Chance) -> list[Act]:
    acts = _prompt(chance)
    for _ in range(1 + chance.count(1)):
        id = chance.id("message")
        response = Response(chance)
        outputs = response.events()
        if chance.maybe(0.15):
            outputs = outputs[: chance.count(len(outputs))]
        acts += [{"id": id, "output": output} for output in outputs]
        if chance.maybe(0.2):
            acts.append({"id": id, "cancel": True})
        for call in response.calls:
            acts += _answer(chance, id, call)
    for _ in range(chance.count(2)):
        strange: Act = {"foreign": foreign(chance)}
        if chance.maybe(0.5):
            strange = {"id": chance.id("message"), "output": chance.pick(REFUSED)}
        acts.insert(chance.count(len(acts)), strange)
    return acts


def _prompt(chance: Chance) -> list[Act]:
    id, headers = chance.id("prompt"), {"client": "reader"}
    parts = [{"type": "input_text", "text": chance.text()} for _ in range(chance.count(3))]
    item: Event = {"type": "message", "role": "user", "content": parts}
    items = [item]
    if chance.maybe(0.1):
        image = {"type": "input_image", "image_url": "data:,"}
        wrong: tuple[list[Event], ...] = (
            [],
            [item, item],
            [{**item, "content": [*parts, image]}],
            [{"type": "function_call_output", "call_id": "c", "output": ""}],
        )
        items = chance.pick(wrong)
    role = "assistant" if chance.maybe(0.05) else "user"
    message: Event = {"kind": "user-message", "message": {"role": role, "items": items}}
    if chance.maybe(0.1):
        kind = chance.pick(("regenerate", "regenerate", "unheard-of"))
        message = {"kind": kind, "target": "message-2", "parent": "prompt-1"}
    return [{"id": id, "input": message, "headers": headers}]


def _answer(chance: Chance, id: str, call: Event) -> list[Act]:
    """Return what becomes of a call: the agent runs it, or the user does, or decides."""
    call_id = call["call_id"]
    ran: Event = {"type": "function_call_output", "call_id": call_id, "output": _result(chance)}
    by_agent = {
        "id": chance.id("output"),
        "output": {"type": "function_call_output", "item": {**ran, **chance.some(0.3, id="fco")}},
    }
    result = _reply(id, "tool-result", call_id, output=_result(chance))
    failure = _reply(id, "tool-result-error", call_id, message=chance.text())
    asked = {"type": "tool-approval-request", "call_id": call_id, "name": call["name"]}
    ask = {"id": id, "output": {**asked, "arguments": chance.text()}}
    approved = chance.maybe(0.6)
    reason = {"reason": chance.text()} if chance.maybe(0.5) else {}
    decided = _reply(id, "tool-approval-response", call_id, approved=approved, **reason)
    what_next = chance.pick(
        (
            [],
            [by_agent],
            [result],
            [failure],
            [result, failure],
            [ask],
            [ask, decided],
            [decided],
            [ask, decided, by_agent],
            [ask, decided, result],
        )
    )
    return [*what_next]


def _reply(id: str, kind: str, call_id: str, **payload: Any) -> Act:
    return {
        "id": id,
        "input": {
            "kind": kind,
            "codecMessageId": id,
            "payload": {"call_id": call_id, **payload},
        },
        "headers": {names.RUN_ID: "run"},
    }


def _result(chance: Chance) -> Any:
    return chance.pick((chance.text(), [{"type": "input_text", "text": chance.text()}]))
