"""What events and inputs make of the messages."""

from __future__ import annotations

from copy import deepcopy
from random import Random
from typing import Any

import pytest

from aitransport_notebook.codec.responses import (
    ResponsesCodec,
    approved_unexecuted_calls,
    resolved_call_ids,
    to_responses_input,
    unanswered_calls,
)
from aitransport_notebook.tree.tree import fold
from tests.codec.conformance.chance import Chance

Event = dict[str, Any]
Message = dict[str, Any]
CODEC = ResponsesCodec()
MESSAGE = {"id": "m", "type": "message", "role": "assistant", "status": "in_progress"}
CALL = {"id": "f", "type": "function_call", "call_id": "c", "name": "look", "arguments": ""}


def added(item: Event) -> Event:
    return {"type": "response.output_item.added", "item": item}


def done(item: Event) -> Event:
    return {"type": "response.output_item.done", "item": item}


def part(index: int, text: str = "", item_id: str = "m") -> Event:
    part = {"type": "output_text", "text": text}
    at = {"item_id": item_id, "content_index": index}
    return {"type": "response.content_part.added", **at, "part": part}


def delta(index: int, text: str) -> Event:
    type = "response.output_text.delta"
    return {"type": type, "item_id": "m", "content_index": index, "delta": text}


class Folded:
    """A projection, and what is said into it."""

    def __init__(self) -> None:
        self.projection = CODEC.empty()

    def say(self, *events: Event, id: str | None = "id") -> Folded:
        for event in events:
            CODEC.fold_output(self.projection, event, id)
        return self

    def answer(self, kind: str, **payload: Any) -> Folded:
        event = CODEC.amend(kind, "id", {"call_id": "c", **payload})
        CODEC.fold_input(self.projection, event, "id")
        return self

    @property
    def messages(self) -> list[Message]:
        return [message for _, message in CODEC.messages(self.projection)]

    @property
    def items(self) -> list[Event]:
        return [item for message in self.messages for item in message["items"]]


def texts(folded: Folded) -> list[str]:
    [item] = folded.items
    return [part["text"] for part in item["content"]]


def test_parts_are_shown_once_all_below_them_are() -> None:
    folded = Folded().say(added({**MESSAGE, "content": []}), part(2), delta(2, "c"), part(1))
    assert texts(folded) == []
    folded.say(delta(1, "b"), part(0), delta(0, "a"))
    assert texts(folded) == ["a", "b", "c"]
    folded.say(part(1, "again"))
    assert texts(folded) == ["a", "again", "c"]


def test_a_place_far_away_costs_nothing() -> None:
    folded = Folded().say(added({**MESSAGE, "content": []}), part(10**12), part(-1))
    assert texts(folded) == []


def test_an_item_that_comes_again_stays_as_it_was() -> None:
    first = added({**MESSAGE, "content": []})
    folded = Folded().say(first, part(0), delta(0, "a"), first, delta(0, "b"))
    assert texts(folded) == ["ab"]


def test_items_without_an_id_are_all_kept() -> None:
    bare = {"type": "function_call", "call_id": "c", "name": "look", "arguments": "{}"}
    assert Folded().say(added(bare), added(bare)).items == [bare, bare]


def test_a_message_grows_in_place() -> None:
    folded = Folded().say(added({**MESSAGE, "content": []}))
    [message] = folded.messages
    folded.say(part(0), delta(0, "a"), done({"type": "message", "id": "m", "status": "completed"}))
    folded.answer("tool-result", output="42")
    assert folded.messages[0] is message
    assert message["items"][0]["content"] == [{"type": "output_text", "text": "a"}]
    assert message["items"][0]["status"] == "completed"
    assert message["toolCallStates"] == {"c": {"result": "ok"}}


def test_what_is_folded_is_left_as_it_was() -> None:
    summary = [{"type": "summary_text", "text": ""}]
    content = [{"type": "output_text", "text": ""}]
    whole = [
        added({**MESSAGE, "content": content}),
        added({"id": "r", "type": "reasoning", "summary": summary}),
        added(CALL),
    ]
    before = deepcopy(whole)
    arguments = {"type": "response.function_call_arguments.delta", "item_id": "f", "delta": "{"}
    type = "response.reasoning_summary_text.delta"
    more = {"type": type, "item_id": "r", "summary_index": 0, "delta": "x"}
    Folded().say(*whole, delta(0, "a"), part(1), more, arguments)
    assert whole == before


def test_an_end_without_a_status_takes_it_away() -> None:
    folded = Folded().say(added({**CALL, "status": "in_progress"}))
    assert folded.say(done({"type": "function_call", "id": "f"})).items == [CALL]


def test_an_end_of_another_type_changes_nothing() -> None:
    folded = Folded().say(added(CALL), done({"type": "message", "id": "f", "status": "x"}))
    assert folded.items == [CALL]


def test_logprobs_go_to_their_parts_even_if_not_shown() -> None:
    given = [{"type": "refusal"}, {"type": "output_text", "logprobs": [1]}]
    end = done({"type": "message", "id": "m", "status": "completed", "content": given})
    folded = Folded().say(added({**MESSAGE, "content": []}), part(1, "b"), end, part(0, "a"))
    [item] = folded.items
    assert [part.get("logprobs") for part in item["content"]] == [None, [1]]


def test_the_end_of_a_stream_has_the_last_word() -> None:
    end = {"type": "response.output_text.done", "item_id": "m", "content_index": 0, "text": "all"}
    folded = Folded().say(added({**MESSAGE, "content": []}), part(0, "a"), delta(0, "b"), end)
    assert texts(folded) == ["all"]
    type = "response.function_call_arguments"
    grown = {"type": f"{type}.delta", "item_id": "f", "delta": "{"}
    whole = {"type": f"{type}.done", "item_id": "f", "arguments": "{}"}
    folded = Folded().say(added({**CALL, "arguments": "["}), grown)
    assert folded.items[0]["arguments"] == "[{"
    assert folded.say(whole).items[0]["arguments"] == "{}"


def test_a_text_goes_to_no_part_of_another_type() -> None:
    refusal = {"type": "refusal", "refusal": "no"}
    folded = Folded().say(added({**MESSAGE, "content": [refusal]}), delta(0, "a"))
    assert folded.items[0]["content"] == [refusal]


def test_only_what_has_a_message_is_folded() -> None:
    folded = Folded().say(added({**MESSAGE, "content": []}), id=None)
    assert folded.messages == []


@pytest.mark.parametrize("type", ["web_search_call", "function_call_output", None])
def test_an_unknown_item_leaves_no_empty_message(type: str | None) -> None:
    assert Folded().say(added({"type": type, "id": "x"}), part(0, item_id="x")).messages == []


def test_a_run_begins_with_a_stream_only_if_that_says_something() -> None:
    """A kind of stream that only later versions know still has its item, if it names a part."""
    named = {"kind": "new", "item_id": "m", "part": '{"type":"output_text"}'}
    for codec, nodes in (({"kind": "new"}, 0), (named, 1)):
        transport = {"run-id": "run", "codec-message-id": "id", "stream": "true"}
        extras = {"ai": {"transport": transport, "codec": codec}}
        wire = {"serial": "1", "name": "ai-output", "data": "", "extras": extras}
        assert len(fold([wire], CODEC).nodes) == nodes


def test_parts_of_a_users_message_become_one_item() -> None:
    projection = CODEC.empty()
    for text in ("one", "two"):
        CODEC.fold_input(projection, CODEC.user_message(text), "id")
    parts = [{"type": "input_text", "text": text} for text in ("one", "two")]
    item = {"type": "message", "role": "user", "content": parts}
    assert CODEC.messages(projection) == [("id", {"role": "user", "items": [item]})]


def test_a_message_has_the_role_of_its_last_part() -> None:
    projection = CODEC.empty()
    for role in ("user", "assistant"):
        message = {**CODEC.user_message("x")["message"], "role": role}
        CODEC.fold_input(projection, {"kind": "user-message", "message": message}, "id")
    [(_, folded)] = CODEC.messages(projection)
    assert folded["role"] == "assistant"


# Tools.

ASKED = {"type": "tool-approval-request", "call_id": "c", "name": "look", "arguments": "{}"}


def outputs(folded: Folded) -> list[Any]:
    return [item["output"] for item in folded.items if item["type"] == "function_call_output"]


def states(folded: Folded) -> Event:
    [message] = folded.messages
    state: Event = message["toolCallStates"]["c"]
    return state


def test_the_last_answer_of_a_user_counts() -> None:
    folded = Folded().say(added(CALL)).answer("tool-result", output="42")
    folded.answer("tool-result-error", message="broken")
    assert outputs(folded) == ["broken"]
    assert states(folded) == {"result": "failed"}


def test_what_the_agent_ran_is_all_kept() -> None:
    output = {"type": "function_call_output", "call_id": "c", "output": "42"}
    event = {"type": "function_call_output", "item": output}
    assert outputs(Folded().say(event, event)) == ["42", "42"]


def test_an_approval_waits_for_its_result() -> None:
    folded = Folded().say(added(CALL), ASKED)
    asked = {"approval": "pending", "name": "look", "arguments": "{}"}
    assert states(folded) == asked
    folded.answer("tool-approval-response", approved=True)
    assert states(folded) == {**asked, "approval": "approved"}
    assert outputs(folded) == []
    folded.answer("tool-result", output="42")
    assert states(folded) == {**asked, "approval": "approved", "result": "ok"}


@pytest.mark.parametrize(
    ("given", "told"),
    [({}, "Tool execution was not approved."), ({"reason": "no"}, "no"), ({"reason": ""}, "")],
)
def test_a_denial_is_an_answer(given: Event, told: str) -> None:
    folded = Folded().say(added(CALL)).answer("tool-approval-response", approved=False, **given)
    assert outputs(folded) == [told]
    assert states(folded) == {"approval": "denied", **given}


def test_a_request_without_its_call_is_a_message_without_items() -> None:
    [message] = Folded().say(ASKED).messages
    assert message["items"] == []
    assert to_responses_input([message]) == []


def test_which_calls_wait_and_which_are_to_run() -> None:
    folded = Folded().say(added(CALL))
    assert unanswered_calls(folded.messages) == [CALL]
    folded.say(ASKED)
    assert unanswered_calls(folded.messages) == [CALL]
    folded.answer("tool-approval-response", approved=True)
    assert unanswered_calls(folded.messages) == []
    assert approved_unexecuted_calls(folded.messages) == [CALL]
    output = {"type": "function_call_output", "call_id": "c", "output": "42"}
    folded.say({"type": "function_call_output", "item": output}, id="other")
    assert approved_unexecuted_calls(folded.messages) == []
    assert resolved_call_ids(folded.messages) == {"c"}
    assert to_responses_input(folded.messages) == [CALL, output]


# Damage.


@pytest.mark.parametrize("seed", range(40))
def test_nothing_on_the_wire_breaks_the_fold(seed: int) -> None:
    """Whatever stands in headers and data; the official codec leaves such messages out."""
    chance, random = Chance(seed), Random(seed)
    kinds = [*CODEC.outputs.said, *CODEC.outputs.streamed, *CODEC.inputs.kinds, "other"]
    keys = ("item_id", "output_index", "content_index", "summary_index", "part", "item", "call_id")
    texts = ("0", "1", "null", "{", "[]", '{"type":"output_text"}', '{"type":[]}', "m", "r")
    items = (
        {"type": "message", "id": "m"},
        {"type": "reasoning", "id": "r"},
        {"type": "function_call", "id": "f"},
    )
    wires = []
    for serial in range(60):
        headers: Event = {key: random.choice(texts) for key in keys if chance.maybe(0.6)}
        kind = random.choice(kinds)
        transport = {"run-id": "run", "codec-message-id": random.choice("ab")}
        transport |= {"stream": random.choice(("true", "false")), "status": "complete"}
        data = random.choice(
            (chance.value(), {"item": chance.value()}, {"item": random.choice(items)}, "x")
        )
        ai = {"transport": transport, "codec": {"kind": kind, **headers}}
        name = random.choice(("ai-input", "ai-output", "ai-output"))
        wires.append(
            {
                "action": 1,
                "serial": f"{serial:03}",
                "name": name,
                "data": data,
                "extras": {"ai": ai},
            }
        )
    tree = fold(wires, CODEC)
    messages = [message.message for node in tree.nodes for message in tree.messages_of(node)]
    assert messages
    assert len(unanswered_calls(messages)) <= len(to_responses_input(messages))
