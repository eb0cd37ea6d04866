"""What each event and each input is on the wire, and what is read of it."""

from __future__ import annotations

from typing import Any

import pytest

from aitransport_notebook.codec.decoding import inputs_of, outputs_of
from aitransport_notebook.codec.operations import Append, Close, Open, Publish
from aitransport_notebook.codec.responses import ResponsesCodec
from aitransport_notebook.errors import RequestError
from aitransport_notebook.wire.inbound import Inbound
from aitransport_notebook.wire.record import Record

Event = dict[str, Any]
CODEC = ResponsesCodec()
LOGPROBS = [{"token": "a", "bytes": [97], "logprob": -1, "top_logprobs": []}]
MESSAGE = {"id": "m", "type": "message", "role": "assistant", "status": "in_progress"}
CALL = {"id": "f", "type": "function_call", "call_id": "c", "name": "look", "arguments": ""}
OUTPUT = {"type": "function_call_output", "call_id": "c", "output": "42"}
ADDED, DONE = "response.output_item.added", "response.output_item.done"
TEXT = {"type": "output_text", "text": "all", "annotations": [{"type": "url_citation"}]}


def record(
    name: str, data: Any, codec: dict[str, str], transport: dict[str, str] | None = None
) -> Record:
    ai = {"codec": codec, "transport": {"codec-message-id": "id", **(transport or {})}}
    return Record(Inbound({"action": 1, "name": name, "data": data, "extras": {"ai": ai}}))


def read(asked: Publish) -> list[Event]:
    return outputs_of(CODEC, record("ai-output", asked.data, asked.codec), set())


WHOLE: list[tuple[Event, Publish, Event]] = [
    (
        {"type": ADDED, "output_index": 0, "sequence_number": 2, "item": MESSAGE},
        Publish({"item": MESSAGE}, {"kind": ADDED}),
        {"type": ADDED, "item": MESSAGE},
    ),
    (
        {"type": DONE, "output_index": 0, "item": {**MESSAGE, "content": [TEXT]}},
        Publish({"item": {"type": "message", "id": "m", "status": "in_progress"}}, {"kind": DONE}),
        {"type": DONE, "item": {"type": "message", "id": "m", "status": "in_progress"}},
    ),
    (
        {
            "type": DONE,
            "item": {
                "id": "m",
                "type": "message",
                "content": [
                    {"type": "refusal", "refusal": "no"},
                    {**TEXT, "logprobs": LOGPROBS},
                    {**TEXT, "logprobs": []},
                ],
            },
        },
        Publish(
            {
                "item": {
                    "type": "message",
                    "id": "m",
                    "content": [
                        {"type": "refusal"},
                        {"type": "output_text", "logprobs": LOGPROBS},
                        {"type": "output_text"},
                    ],
                }
            },
            {"kind": DONE},
        ),
        {},
    ),
    (
        {"type": DONE, "item": {**CALL, "arguments": "{}", "status": "completed"}},
        Publish(
            {"item": {"type": "function_call", "id": "f", "status": "completed"}}, {"kind": DONE}
        ),
        {},
    ),
    (
        {
            "type": DONE,
            "item": {"type": "reasoning", "id": "r", "summary": [TEXT], "encrypted_content": "x"},
        },
        Publish(
            {"item": {"type": "reasoning", "id": "r", "encrypted_content": "x"}}, {"kind": DONE}
        ),
        {},
    ),
    (
        {"type": "function_call_output", "item": OUTPUT},
        Publish({"item": OUTPUT}, {"kind": "function_call_output"}),
        {"type": "function_call_output", "item": OUTPUT},
    ),
    (
        {"type": "tool-approval-request", "call_id": "c", "name": "look", "arguments": "{}"},
        Publish("{}", {"kind": "tool-approval-request", "call_id": "c", "name": "look"}),
        {"type": "tool-approval-request", "call_id": "c", "name": "look", "arguments": "{}"},
    ),
]


@pytest.mark.parametrize(("event", "asked", "again"), WHOLE)
def test_an_event_that_is_one_message(event: Event, asked: Publish, again: Event) -> None:
    assert CODEC.encode_output(event) == asked
    assert read(asked) == [again or {"type": event["type"], **asked.data}]


SLOTS = [
    ("output_text", "output_text", "content", "text", "message"),
    ("refusal", "refusal", "content", "refusal", "message"),
    ("reasoning_text", "reasoning_text", "content", "text", "reasoning"),
    ("reasoning_summary_text", "summary_text", "summary", "text", "reasoning"),
]


@pytest.mark.parametrize(("kind", "part", "within", "key", "item"), SLOTS)
def test_a_stream_of_a_part(kind: str, part: str, within: str, key: str, item: str) -> None:
    at: Event = {"item_id": "i", "output_index": 1, f"{within}_index": 2}
    opening = "content_part" if within == "content" else "reasoning_summary_part"
    start = {"type": f"response.{opening}.added", **at, "part": {"type": part, key: ""}}
    end = {"type": f"response.{kind}.done", **at, key: "ab"}
    id = "i:2" if within == "content" else "i:summary:2"
    places = {"item_id": "i", "output_index": "1", f"{within}_index": "2"}
    headers = {"kind": kind, **places, "part": f'{{"type":"{part}","{key}":""}}'}

    assert CODEC.encode_output({**start, "sequence_number": 7}) == Open(id, headers)
    delta = {"type": f"response.{kind}.delta", **at, "delta": "a", "logprobs": []}
    assert CODEC.encode_output(delta) == Append(id, "a")
    closed = CODEC.encode_output({**end, "logprobs": LOGPROBS})
    assert closed == Close(id, {"kind": kind, **places})

    whole = record("ai-output", "ab", headers, {"stream": "true", "status": "complete"})
    added, *events = outputs_of(CODEC, whole, set())
    grown = {"type": f"response.{kind}.delta", "item_id": "i", f"{within}_index": 2, "delta": "ab"}
    assert events == [start, grown, end]
    assert (added["type"], added["output_index"]) == (ADDED, 1)
    assert (added["item"]["id"], added["item"]["type"]) == ("i", item)


def test_a_stream_of_arguments() -> None:
    type = "response.function_call_arguments"
    start = {"type": ADDED, "item": CALL, "output_index": 0}
    opened = CODEC.encode_output(start)
    assert isinstance(opened, Open) and opened.stream_id == "f"
    assert opened.codec.keys() == {"kind", "item", "output_index"}
    delta = {"type": f"{type}.delta", "item_id": "f", "output_index": 0, "delta": "{"}
    assert CODEC.encode_output(delta) == Append("f", "{")
    end = {"type": f"{type}.done", "item_id": "f", "output_index": 0, "arguments": "{}"}
    closed = Close("f", {"kind": "function_call_arguments", "output_index": "0"})
    assert CODEC.encode_output(end) == closed

    state = {"stream": "true", "status": "complete"}
    events = outputs_of(CODEC, record("ai-output", "{}", opened.codec, state), set())
    grown = {**delta, "delta": "{}"}
    assert events == [start, grown, {**end, "name": "look"}]


@pytest.mark.parametrize(
    "type",
    [
        "response.created",
        "response.queued",
        "response.in_progress",
        "response.completed",
        "response.incomplete",
        "response.failed",
        "error",
        "response.content_part.done",
        "response.reasoning_summary_part.done",
    ],
)
def test_what_stays_off_the_wire(type: str) -> None:
    assert CODEC.encode_output({"type": type, "response": {}}) is None


@pytest.mark.parametrize(
    ("event", "said"),
    [
        ({"type": "response.web_search_call.searching"}, "web_search_call.searching"),
        ({"type": "response.output_text.annotation.added"}, "annotation.added"),
        ({"type": "response.content_part.added", "part": {"type": "audio"}}, "content_part.added"),
        ({"type": "response.content_part.added"}, "content_part.added"),
        ({"type": ADDED, "item": {"type": "web_search_call"}}, "'web_search_call'"),
        ({"type": DONE, "item": {"type": "mcp_call"}}, "'mcp_call'"),
        ({"type": ADDED}, "None"),
        ({"type": ADDED, "item": {"type": "function_call"}}, "without an id"),
        ({"kind": "user-message"}, "not an output"),
    ],
)
def test_an_output_that_is_refused(event: Event, said: str) -> None:
    with pytest.raises(RequestError, match=said) as caught:
        CODEC.encode_output(event)
    assert caught.value.code == 40003
    assert caught.value.hint


def message(*items: Event) -> Event:
    return {"kind": "user-message", "message": {"role": "user", "items": list(items)}}


def item(*parts: Event) -> Event:
    return {"type": "message", "role": "user", "content": list(parts)}


def text(value: str) -> Event:
    return {"type": "input_text", "text": value}


def test_each_part_of_a_users_message_is_a_message() -> None:
    asked = CODEC.encode_input(message(item(text("one"), text("two"))))
    codec = {"kind": "user-message", "partType": "input_text"}
    transport = {"role": "user", "discrete": "true"}
    assert asked == [Publish(data, codec, transport=transport) for data in ("one", "two")]
    [first, _] = asked
    read = inputs_of(CODEC, record("ai-input", first.data, first.codec, first.transport))
    assert read == [message(item(text("one")))]


def test_a_message_of_no_parts_is_an_empty_text() -> None:
    [asked] = CODEC.encode_input(message(item()))
    assert (asked.data, asked.codec["partType"]) == ("", "input_text")


ANSWERS: list[tuple[str, Event, Any, dict[str, str]]] = [
    ("tool-result", {"call_id": "c", "output": [text("x")]}, {"output": [text("x")]}, {}),
    ("tool-result-error", {"call_id": "c", "message": "broken"}, {"message": "broken"}, {}),
    ("tool-approval-response", {"call_id": "c", "approved": True}, "", {"approved": "true"}),
    (
        "tool-approval-response",
        {"call_id": "c", "approved": False, "reason": "no"},
        "",
        {"approved": "false", "reason": "no"},
    ),
]


@pytest.mark.parametrize(("kind", "payload", "data", "headers"), ANSWERS)
def test_an_answer(kind: str, payload: Event, data: Any, headers: dict[str, str]) -> None:
    input = CODEC.amend(kind, "id", payload)
    [asked] = CODEC.encode_input(input)
    assert asked == Publish(data, {"kind": kind, "call_id": "c", **headers})
    assert inputs_of(CODEC, record("ai-input", asked.data, asked.codec)) == [input]


@pytest.mark.parametrize(
    ("data", "payload"),
    [
        ("text", {"output": ""}),
        (None, {"output": ""}),
        ([], {}),
        ({}, {}),
        ({"output": 0}, {"output": 0}),
    ],
)
def test_a_result_as_others_wrote_it(data: Any, payload: Event) -> None:
    [read] = inputs_of(CODEC, record("ai-input", data, {"kind": "tool-result"}))
    assert read["payload"] == {"call_id": "", **payload}


def test_asking_again_says_nothing_but_that() -> None:
    assert CODEC.encode_input(CODEC.regenerate("m", "u")) == [Publish("", {"kind": "regenerate"})]
    assert inputs_of(CODEC, record("ai-input", "", {"kind": "regenerate"})) == []


@pytest.mark.parametrize(
    "input",
    [
        message(),
        message(item(), item()),
        message({"type": "function_call_output", "call_id": "c", "output": ""}),
        message({"type": "message", "role": "user", "content": "a text"}),
        message(item(text("x"), {"type": "input_image", "image_url": "data:,"})),
        {"kind": "unheard-of"},
        {"kind": "tool-result"},
        {"type": "error"},
    ],
)
def test_an_input_that_is_refused(input: Event) -> None:
    with pytest.raises(RequestError) as caught:
        CODEC.encode_input(input)
    assert caught.value.code == 40003
    assert caught.value.hint


def test_what_a_user_message_is_made_from() -> None:
    made = CODEC.user_message("hello")
    assert made == message(item(text("hello")))
    assert CODEC.user_message({"items": [item(text("hello"))]}) == made
    for wrong in (5, {"role": "user", "parts": []}, None):
        with pytest.raises(RequestError, match="not a message"):
            CODEC.user_message(wrong)
