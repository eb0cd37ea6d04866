"""What chunks and inputs make of their messages, one after the other."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aitransport_notebook.codec.fields import Event
from aitransport_notebook.codec.uimessage import UIMessageCodec
from aitransport_notebook.codec.uimessage.projection import Projection

CODEC = UIMessageCodec()
CALL = {"toolCallId": "c", "toolName": "search"}
START: Event = {"type": "tool-input-start", **CALL}
READY: Event = {"type": "tool-input-available", **CALL, "input": {"q": 1}}
OUTPUT: Event = {"type": "tool-output-available", "toolCallId": "c", "output": "found"}
ERROR: Event = {"type": "tool-output-error", "toolCallId": "c", "errorText": "broken"}
REQUEST: Event = {"type": "tool-approval-request", "toolCallId": "c", "approvalId": "a"}
DENIED: Event = {"type": "tool-output-denied", "toolCallId": "c"}
PART = {"type": "tool-search", "toolCallId": "c"}
GIVEN = {**PART, "input": {"q": 1}}


def delta(text: str) -> Event:
    return {"type": "tool-input-delta", "toolCallId": "c", "inputTextDelta": text}


def amend(kind: str, target: str = "m", **payload: Any) -> Event:
    return CODEC.amend(kind, target, {"toolCallId": "c", **payload})


def take(projection: Projection, *events: Event, into: str | None = "m") -> Projection:
    for event in events:
        fold = CODEC.fold_input if "kind" in event else CODEC.fold_output
        fold(projection, event, into)
    return projection


def told(*events: Event) -> Any:
    """Return the one message that they make."""
    [(id, message)] = CODEC.messages(take(CODEC.empty(), *events))
    assert id == "m"
    return message


def parts(*events: Event) -> Any:
    return told(*events)["parts"]


@pytest.mark.parametrize("kind", ["text", "reasoning"])
def test_streams_side_by_side_keep_apart(kind: str) -> None:
    assert parts(
        {"type": f"{kind}-start", "id": "1"},
        {"type": f"{kind}-start", "id": "2"},
        {"type": f"{kind}-delta", "id": "1", "delta": "a"},
        {"type": f"{kind}-delta", "id": "2", "delta": "x"},
        {"type": f"{kind}-delta", "id": "1", "delta": "b"},
        {"type": f"{kind}-end", "id": "1"},
        {"type": f"{kind}-delta", "id": "1", "delta": "too late"},
        {"type": f"{kind}-delta", "id": "3", "delta": "never begun"},
        {"type": f"{kind}-delta", "id": "2", "delta": "y"},
    ) == [{"type": kind, "text": "ab"}, {"type": kind, "text": "xy"}]


def test_text_and_reasoning_may_have_the_same_id() -> None:
    assert parts(
        {"type": "text-start", "id": "1"},
        {"type": "reasoning-start", "id": "1"},
        {"type": "text-delta", "id": "1", "delta": "a"},
        {"type": "reasoning-delta", "id": "1", "delta": "b"},
    ) == [{"type": "text", "text": "a"}, {"type": "reasoning", "text": "b"}]


def test_a_stream_that_begins_again_is_another_part() -> None:
    assert parts(
        {"type": "text-start", "id": "1"},
        {"type": "text-start", "id": "1"},
        {"type": "text-delta", "id": "1", "delta": "a"},
    ) == [{"type": "text", "text": ""}, {"type": "text", "text": "a"}]


@pytest.mark.parametrize("kind", ["text", "reasoning"])
def test_the_end_of_a_step_ends_its_streams(kind: str) -> None:
    assert parts(
        {"type": "start-step"},
        {"type": f"{kind}-start", "id": "1"},
        {"type": "finish-step"},
        {"type": f"{kind}-delta", "id": "1", "delta": "a"},
    ) == [{"type": "step-start"}, {"type": kind, "text": ""}]


def test_a_start_names_its_message_and_metadata_is_the_last_that_came() -> None:
    assert told({"type": "start"}) == {"id": "m", "role": "assistant", "parts": []}
    message = told(
        {"type": "start", "messageId": "own", "messageMetadata": {"a": 1}},
        {"type": "message-metadata", "messageMetadata": {"b": 1}},
        {"type": "message-metadata"},
        {"type": "finish"},
    )
    assert message == {"id": "own", "role": "assistant", "parts": [], "metadata": {"b": 1}}


@pytest.mark.parametrize(
    "chunk",
    [
        {"type": "finish", "messageMetadata": {"a": 1}},
        {"type": "message-metadata", "messageMetadata": {"a": 1}},
        {"type": "finish-step"},
        {"type": "error", "errorText": "x"},
        {"type": "abort", "reason": "x"},
        {"type": "data-note", "data": 1, "transient": True},
        OUTPUT,
        ERROR,
        {"type": "unknown"},
    ],
)
def test_what_is_only_about_a_message_makes_none(chunk: Event) -> None:
    assert CODEC.messages(take(CODEC.empty(), chunk)) == []


def test_without_a_message_id_nothing_is_said() -> None:
    chunk = {"type": "file", "mediaType": "a/b", "url": "u"}
    assert CODEC.messages(take(CODEC.empty(), chunk, into=None)) == []


@pytest.mark.parametrize(
    ("chunk", "part"),
    [
        (
            {"type": "file", "mediaType": "a/b", "url": "u", "providerMetadata": {}},
            {"type": "file", "mediaType": "a/b", "url": "u"},
        ),
        ({"type": "source-url", "sourceId": "s", "url": "u"}, None),
        ({"type": "source-url", "sourceId": "s", "url": "u", "title": "T"}, None),
        ({"type": "source-document", "sourceId": "s", "mediaType": "a/b", "title": "T"}, None),
    ],
)
def test_what_is_attached_is_another_part_each_time(chunk: Event, part: Event | None) -> None:
    assert parts(chunk, chunk) == [part or chunk] * 2


def test_data_is_replaced_in_its_place_by_type_and_id() -> None:
    note = {"type": "data-note", "id": "1"}
    assert parts(
        {**note, "data": 1},
        {"type": "data-other", "id": "1", "data": 2},
        {"type": "data-note", "data": 3},
        {**note, "data": 4, "transient": False},
        {"type": "data-note", "data": 5},
        {**note, "data": 6, "transient": True},
    ) == [
        {**note, "data": 4},
        {"type": "data-other", "id": "1", "data": 2},
        {"type": "data-note", "data": 3},
        {"type": "data-note", "data": 5},
    ]


@pytest.mark.parametrize(
    ("chunks", "part"),
    [
        ([START], {**PART, "state": "input-streaming"}),
        ([START, delta('{"q"')], {**PART, "state": "input-streaming"}),
        ([START, delta('{"q"'), delta(": 1}")], {**GIVEN, "state": "input-streaming"}),
        ([START, delta("1"), delta("}")], {**PART, "state": "input-streaming"}),
        ([START, READY], {**GIVEN, "state": "input-available"}),
        ([START, READY, OUTPUT], {**GIVEN, "state": "output-available", "output": "found"}),
        ([START, OUTPUT], {**PART, "state": "output-available", "output": "found"}),
        ([START, READY, ERROR], {**GIVEN, "state": "output-error", "errorText": "broken"}),
        (
            [START, READY, {**OUTPUT, "preliminary": True}],
            {**GIVEN, "state": "output-available", "output": "found", "preliminary": True},
        ),
        (
            [START, READY, {**OUTPUT, "preliminary": True}, OUTPUT],
            {**GIVEN, "state": "output-available", "output": "found"},
        ),
        (
            [START, READY, REQUEST],
            {**GIVEN, "state": "approval-requested", "approval": {"id": "a"}},
        ),
        (
            [START, READY, REQUEST, DENIED],
            {**GIVEN, "state": "output-denied", "approval": {"id": "", "approved": False}},
        ),
        (
            [{"type": "tool-input-error", **CALL, "errorText": "bad", "input": "q"}],
            {**PART, "state": "output-error", "errorText": "bad", "input": "q"},
        ),
        (
            [START, READY, {"type": "tool-input-error", **CALL, "errorText": "bad"}],
            {**PART, "state": "output-error", "errorText": "bad"},
        ),
    ],
)
def test_the_life_of_a_tool_call(chunks: list[Event], part: Event) -> None:
    assert parts(*chunks) == [part]
    dynamic = [{**chunk, "dynamic": True} for chunk in chunks]
    assert parts(*dynamic) == [{**part, "type": "dynamic-tool", "toolName": "search"}]


def test_what_a_tool_is_called_stays() -> None:
    about = {"title": "T", "providerExecuted": True}
    assert parts({**START, **about}, READY, OUTPUT) == [
        {**GIVEN, **about, "state": "output-available", "output": "found"}
    ]


@pytest.mark.parametrize("chunk", [READY, REQUEST, DENIED, delta("1")])
def test_a_call_that_never_began_is_not_there(chunk: Event) -> None:
    assert parts(chunk, {"type": "start-step"}) == [{"type": "step-start"}]


def test_a_call_that_begins_again_is_another_part() -> None:
    begun = {**PART, "state": "input-streaming"}
    assert parts(START, delta("1"), START, delta("2"), READY) == [
        {**begun, "input": 1},
        {**GIVEN, "state": "input-available"},
    ]


def test_an_output_finds_its_call_in_another_message() -> None:
    projection = take(CODEC.empty(), START, READY)
    take(projection, OUTPUT, into="second")
    [(id, message)] = CODEC.messages(projection)
    assert (id, message["parts"][0]["state"]) == ("m", "output-available")


APPROVED = {**GIVEN, "state": "approval-responded"}


@pytest.mark.parametrize(
    ("chunks", "word", "part"),
    [
        ([], amend("tool-result", output=1), {**GIVEN, "state": "output-available", "output": 1}),
        ([], amend("tool-result"), {**GIVEN, "state": "output-available"}),
        (
            [],
            amend("tool-result-error", message="x"),
            {**GIVEN, "state": "output-error", "errorText": "x"},
        ),
        (
            [REQUEST],
            amend("tool-approval-response", approved=True, reason="ok"),
            {**APPROVED, "approval": {"id": "a", "approved": True, "reason": "ok"}},
        ),
        (
            [],
            amend("tool-approval-response", approved=True),
            {**APPROVED, "approval": {"id": "", "approved": True}},
        ),
        (
            [REQUEST],
            amend("tool-approval-response", approved=False, reason="no"),
            {**GIVEN, "state": "output-denied", "approval": {"id": "", "approved": False}},
        ),
    ],
)
def test_a_users_word_on_a_call(chunks: list[Event], word: Event, part: Event) -> None:
    assert parts(START, READY, *chunks, word) == [part]


def test_a_word_waits_for_its_call() -> None:
    early = amend("tool-result", output=1)
    projection = take(CODEC.empty(), early)
    assert CODEC.messages(projection) == []
    take(projection, START)
    [(_, message)] = CODEC.messages(projection)
    assert message["parts"] == [{**PART, "state": "output-available", "output": 1}]
    take(projection, READY)
    assert message["parts"] == [{**GIVEN, "state": "input-available"}], "it is said once"


def test_a_word_on_another_message_or_call_changes_nothing() -> None:
    other = CODEC.amend("tool-result", "m", {"toolCallId": "other", "output": 1})
    assert parts(START, amend("tool-result", "n", output=1), other) == [
        {**PART, "state": "input-streaming"}
    ]


def seeded(id: str, *own: Event) -> Event:
    message = {"id": f"own-{id}", "role": "assistant", "parts": list(own)}
    return {"codecMessageId": id, "message": message}


ODD_PARTS: list[Any] = [5, None, {}, {"type": 5}]


def test_a_fork_lays_out_what_it_answers() -> None:
    waiting = {**GIVEN, "state": "input-available"}
    before = {"type": "tool-other", "toolCallId": "o", "state": "output-available", "output": 0}
    seed = {"messages": [seeded("first", before), seeded("m", {"type": "step-start"}, waiting)]}
    answer = amend("tool-result", output=1, forkSeed=seed)
    projection = take(CODEC.empty(), answer)
    answered = {**GIVEN, "state": "output-available", "output": 1}
    [first, target] = CODEC.messages(projection)
    assert first == ("first", seeded("first", before)["message"])
    assert target == ("m", seeded("m", {"type": "step-start"}, answered)["message"])
    assert seed["messages"][1]["message"]["parts"][1] == waiting, "the seed itself is not changed"
    take(projection, answer, {**OUTPUT, "toolCallId": "o"})
    assert len(CODEC.messages(projection)) == 2
    assert CODEC.messages(projection)[0].message["parts"] == [{**before, "output": "found"}]


def test_a_seed_is_for_who_has_not_the_messages() -> None:
    seed = {"messages": [seeded("first"), seeded("m", {**PART, "state": "input-available"})]}
    assert parts(START, READY, amend("tool-result", output=1, forkSeed=seed)) == [
        {**GIVEN, "state": "output-available", "output": 1}
    ]


def test_a_static_tool_has_its_name_in_its_type_alone() -> None:
    named = {**GIVEN, "state": "input-available", "toolName": "search"}
    answer = amend("tool-result", output=1, forkSeed={"messages": [seeded("m", named)]})
    assert parts(answer) == [{**GIVEN, "state": "output-available", "output": 1}]


@pytest.mark.parametrize("id", [["x"], {"a": 1}, 5, None])
def test_a_seeded_call_whose_id_is_no_text_is_nobodys(id: Any) -> None:
    odd = {"type": "tool-search", "toolCallId": id, "state": "input-available"}
    answer = amend("tool-result", output=1, forkSeed={"messages": [seeded("m", odd)]})
    assert parts(answer) == [odd]


@pytest.mark.parametrize(
    ("data", "kept"),
    [
        ({"forkSeed": {"messages": [seeded("m")]}}, [seeded("m")]),
        ({"forkSeed": {"messages": []}}, []),
        ({"forkSeed": {"messages": [5, {}, {"codecMessageId": 5}, seeded("m")]}}, [seeded("m")]),
        ({"forkSeed": {"messages": [{"codecMessageId": "m", "message": {"parts": 5}}]}}, []),
        ({"forkSeed": {"messages": [seeded("m", *ODD_PARTS)]}}, [seeded("m")]),
        ({"forkSeed": {"messages": "none"}}, None),
        ({"forkSeed": None}, None),
        ("text", None),
    ],
)
def test_a_seed_is_read_without_what_is_no_message(data: Any, kept: Any) -> None:
    [event] = CODEC.inputs.decode({"kind": "tool-result"}, data, {})
    assert event["payload"].get("forkSeed") == (None if kept is None else {"messages": kept})


def test_the_parts_of_a_users_message_come_together() -> None:
    def part(text: str) -> Event:
        said = {"id": "d", "role": "user", "parts": [{"type": "text", "text": text}]}
        return {"kind": "user-message", "message": said}

    message = told(part("a"), part("b"))
    texts = [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]
    assert message == {"id": "d", "role": "user", "parts": texts}


LEAD_IN = [{"type": "start"}, {"type": "start-step"}]


@pytest.mark.parametrize(
    ("before", "kind", "streamed", "led"),
    [
        ([], "text", True, LEAD_IN),
        ([], "tool-input", True, LEAD_IN),
        ([], "tool-input", False, LEAD_IN),
        ([], "unknown", True, LEAD_IN),
        ([], "file", False, []),
        (["start"], "text", True, LEAD_IN[1:]),
        (["start-step"], "text", True, LEAD_IN[:1]),
        (["start", "start-step"], "text", True, []),
        (["start", "start-step", "finish-step"], "text", True, LEAD_IN[1:]),
        (["start", "start-step", "finish"], "text", True, LEAD_IN),
        (["start", "start-step", "error"], "text", True, LEAD_IN),
        (["start", "start-step", "abort"], "text", True, LEAD_IN),
    ],
)
def test_a_beginning_that_is_gone_is_made_up(
    before: list[str], kind: str, streamed: bool, led: list[Event]
) -> None:
    seen: set[str] = set()
    for earlier in before:
        assert CODEC.lead_in(seen, earlier, {}, False) == []
    assert CODEC.lead_in(seen, kind, {}, streamed) == led
    assert CODEC.lead_in(seen, "text", {}, True) == ([] if led or streamed else LEAD_IN)


def test_a_made_up_beginning_names_the_message_if_it_can() -> None:
    [start, _] = CODEC.lead_in(set(), "text", {"messageId": "own"}, True)
    assert start == {"type": "start", "messageId": "own"}


@given(st.lists(st.text("ab", max_size=3), max_size=8), st.data())
def test_text_is_the_same_in_any_pieces(deltas: list[str], data: st.DataObject) -> None:
    start, whole = {"type": "text-start", "id": "1"}, "".join(deltas)
    pieces = [{"type": "text-delta", "id": "1", "delta": text} for text in deltas]
    at_once = {"type": "text-delta", "id": "1", "delta": whole}
    assert parts(start, *pieces) == parts(start, at_once) == [{"type": "text", "text": whole}]
