"""Every chunk of the AI SDK: on the wire and back, and what it makes of its message."""

from __future__ import annotations

from typing import Any

import pytest

from aitransport_notebook.codec.fields import Event
from aitransport_notebook.codec.operations import Append, Close, Open, Publish
from aitransport_notebook.codec.uimessage import UIMessageCodec
from aitransport_notebook.codec.uimessage.table import OUTPUTS
from aitransport_notebook.errors import AITransportError

CODEC = UIMessageCodec()
META: Event = {"provider": {"a": 1}}
CALL = {"toolCallId": "c", "toolName": "search"}
ABOUT: Event = {"dynamic": True, "title": "T", "providerExecuted": True, "providerMetadata": META}

WHOLE: list[Event] = [
    {"type": "start"},
    {"type": "start", "messageId": "own", "messageMetadata": {"model": "x"}},
    {"type": "start-step"},
    {"type": "finish-step"},
    {"type": "finish", "finishReason": "length", "messageMetadata": [1]},
    {"type": "message-metadata", "messageMetadata": {"a": None}},
    {"type": "error", "errorText": "broken"},
    {"type": "abort"},
    {"type": "abort", "reason": "no more"},
    {"type": "file", "mediaType": "image/png", "url": "data:,", "providerMetadata": META},
    {"type": "source-url", "sourceId": "s", "url": "https://a.test", "title": "T"},
    {"type": "source-document", "sourceId": "s", "mediaType": "a/b", "title": "T", "filename": "f"},
    {"type": "tool-input-error", **CALL, **ABOUT, "errorText": "bad", "input": {"a": 1}},
    {"type": "tool-input-error", **CALL, "errorText": "bad"},
    {"type": "tool-output-available", "toolCallId": "c", "output": [1], "preliminary": True},
    {"type": "tool-output-available", "toolCallId": "c", "output": None, "dynamic": False},
    {"type": "tool-output-error", "toolCallId": "c", "errorText": "x", "providerExecuted": True},
    {"type": "tool-approval-request", "toolCallId": "c", "approvalId": "a"},
    {"type": "tool-output-denied", "toolCallId": "c"},
    {"type": "data-note", "data": {"a": [None]}},
    {"type": "data-note", "id": "1", "data": "text", "transient": True},
]


@pytest.mark.parametrize("chunk", WHOLE, ids=lambda chunk: chunk["type"])
def test_a_chunk_comes_back_from_the_wire_as_it_was(chunk: Event) -> None:
    asked = CODEC.encode_output(chunk)
    assert isinstance(asked, Publish)
    assert asked.ephemeral is chunk.get("transient", False)
    assert OUTPUTS.decode_whole(asked.codec["kind"], asked.codec, asked.data) == [chunk]


@pytest.mark.parametrize("chunk", [{"type": "abort"}, {"type": "abort", "reason": None}])
def test_an_abort_without_a_reason_has_an_empty_one(chunk: Event) -> None:
    assert CODEC.encode_output(chunk) == Publish("", {"kind": "abort"})


@pytest.mark.parametrize("kind", ["text", "reasoning"])
def test_words_are_a_stream(kind: str) -> None:
    about = {"id": "1", "providerMetadata": META}
    headers = {"kind": kind, "id": "1", "providerMetadata": '{"provider":{"a":1}}'}
    start, end = {"type": f"{kind}-start", **about}, {"type": f"{kind}-end", **about}
    delta = {"type": f"{kind}-delta", "id": "1", "delta": "hi"}
    assert CODEC.encode_output(start) == Open("1", headers)
    assert CODEC.encode_output({**delta, **about}) == Append("1", "hi")
    assert CODEC.encode_output(end) == Close("1", headers)
    group = OUTPUTS.streamed[kind]
    assert group.decode_start(headers) == start
    assert group.decode_delta(headers, "hi") == delta
    assert group.decode_end(headers, "hi") == end


def test_the_input_of_a_tool_is_a_stream_that_ends_with_what_came() -> None:
    start = {"type": "tool-input-start", **CALL, **ABOUT}
    opened = CODEC.encode_output(start)
    assert isinstance(opened, Open)
    assert opened.stream_id == "c"
    group = OUTPUTS.streamed["tool-input"]
    assert group.decode_start(opened.codec) == start
    delta = {"type": "tool-input-delta", "toolCallId": "c", "inputTextDelta": "{"}
    assert CODEC.encode_output(delta) == Append("c", "{")
    assert group.decode_delta(opened.codec, "{") == delta
    end = {"type": "tool-input-available", **CALL, **ABOUT, "input": {"a": 1}}
    closed = CODEC.encode_output(end)
    assert isinstance(closed, Close)
    assert closed.codec.keys() == {"kind", "toolCallId", "toolName", "providerMetadata"}
    ready = {"type": "tool-input-available", **CALL, "providerMetadata": META}
    assert group.decode_end(closed.codec, '{"a": 1}') == {**ready, "input": {"a": 1}}
    assert group.decode_end(closed.codec, "no JSON") == {**ready, "input": "no JSON"}
    assert group.decode_end(closed.codec, "") == ready


def test_the_input_of_a_tool_that_never_began_is_said_at_once() -> None:
    end = {"type": "tool-input-available", **CALL, **ABOUT, "input": {"a": 1}}
    closed = CODEC.encode_output(end)
    assert isinstance(closed, Close)
    said = closed.otherwise
    assert said is not None
    assert OUTPUTS.decode_whole("tool-input", said.codec, said.data) == [
        {"type": "tool-input-start", **CALL, **ABOUT},
        {"type": "tool-input-available", **CALL, "providerMetadata": META, "input": {"a": 1}},
    ]


def test_every_chunk_is_tried_here() -> None:
    streams = {"text", "reasoning", "tool-input"}
    assert {chunk["type"] for chunk in WHOLE} == {*OUTPUTS.said, "data-note"}
    assert set(OUTPUTS.streamed) == streams


@pytest.mark.parametrize("given", [{}, {"messageId": None}])
def test_a_start_without_a_message_is_of_the_one_it_is_published_under(given: Event) -> None:
    asked = CODEC.encode_output({"type": "start", **given}, "m")
    assert asked == Publish("", {"kind": "start", "messageId": "m"})
    own = CODEC.encode_output({"type": "start", "messageId": "own"}, "m")
    assert own == Publish("", {"kind": "start", "messageId": "own"})
    assert CODEC.encode_output({"type": "start", **given}) == Publish("", {"kind": "start"})


@pytest.mark.parametrize(
    ("kind", "data", "expected"),
    [
        ("tool-input-error", {"errorText": 5, "input": 1}, {"errorText": ""}),
        ("tool-input-error", {"input": 1}, {"errorText": "", "input": 1}),
        ("tool-output-error", "text", {"errorText": ""}),
        ("tool-output-error", {"errorText": None}, {"errorText": ""}),
        ("tool-output-available", [1], {}),
        ("error", {"a": 1}, {"errorText": ""}),
        ("abort", {"a": 1}, {}),
        ("abort", "", {}),
        ("file", None, {"url": "", "mediaType": ""}),
        ("data-note", None, {}),
        ("finish", "", {"finishReason": "stop"}),
    ],
)
def test_what_nobody_writes_is_read_all_the_same(kind: str, data: Any, expected: Event) -> None:
    [event] = OUTPUTS.decode_whole(kind, {}, data)
    assert {key: value for key, value in event.items() if value != "" or key in expected} == {
        "type": kind,
        **expected,
    }


@pytest.mark.parametrize(
    "event",
    [
        {"type": "text-start"},
        {"type": "text-delta", "id": "1"},
        {"type": "text-delta", "id": "1", "delta": 5},
        {"type": "text-delta", "id": "1", "delta": None},
        {"type": "text-end"},
        {"type": "tool-input-start"},
        {"type": "error"},
        {"type": "file"},
        {"type": "message-metadata", "messageMetadata": {"at": object()}},
        {"type": "message-metadata", "messageMetadata": {"cost": float("nan")}},
        {"type": "unknown"},
        {"kind": "user-message", "message": {"parts": []}},
        {"type": 5},
        {},
        5,
        None,
    ],
)
def test_an_output_of_the_wrong_shape_is_refused(event: Any) -> None:
    with pytest.raises(AITransportError) as raised:
        CODEC.encode_output(event, "m")
    assert (raised.value.code, bool(raised.value.hint)) == (40003, True)


@pytest.mark.parametrize(
    "event",
    [
        {"kind": "user-message"},
        {"kind": "user-message", "message": None},
        {"kind": "user-message", "message": {"parts": ["text"]}},
        {"kind": "user-message", "message": {"parts": [{"type": "text"}]}},
        {"kind": "user-message", "message": {"parts": [{"type": "file"}]}},
        {"kind": "tool-result"},
        {"kind": "unknown"},
        {"type": "text-start", "id": "1"},
        {"kind": None},
        "text",
    ],
)
def test_an_input_of_the_wrong_shape_is_refused(event: Any) -> None:
    with pytest.raises(AITransportError) as raised:
        CODEC.encode_input(event)
    assert (raised.value.code, bool(raised.value.hint)) == (40003, True)


@pytest.mark.parametrize("content", [None, 5, {}, {"parts": "text"}, {"role": "user"}, ["text"]])
def test_what_is_no_message_is_refused(content: Any) -> None:
    with pytest.raises(AITransportError, match="is not a message") as raised:
        CODEC.user_message(content)
    assert "UIMessage" in raised.value.hint


def test_an_error_tells_what_is_missing() -> None:
    with pytest.raises(AITransportError, match="it has no 'delta'"):
        CODEC.encode_output({"type": "text-delta", "id": "1"})


def test_an_amendment_of_an_unknown_kind_is_refused() -> None:
    with pytest.raises(AITransportError, match="no input of kind 'tool-resul'") as raised:
        CODEC.amend("tool-resul", "m", {})
    assert "tool-result" in raised.value.hint


MESSAGE = {
    "id": "domain",
    "role": "user",
    "parts": [
        {"type": "text", "text": "hi"},
        {"type": "step-start"},
        {"type": "file", "mediaType": "a/b", "url": "data:,", "filename": "f"},
        {"type": "data-note", "id": "1", "data": {"a": 1}},
    ],
}


def test_a_users_message_is_a_message_for_each_part() -> None:
    published = CODEC.encode_input(CODEC.user_message(MESSAGE))
    assert [message.codec.get("partType") for message in published] == ["text", "file", "data-note"]
    assert {message.codec["messageId"] for message in published} == {"domain"}
    assert all(message.transport == {"role": "user", "discrete": "true"} for message in published)
    [file] = CODEC.inputs.decode(published[1].codec, published[1].data, published[1].transport)
    parts = [{"type": "file", "mediaType": "a/b", "url": "data:,"}]
    assert file["message"] == {"id": "domain", "role": "user", "parts": parts}


@pytest.mark.parametrize("parts", [[], [{"type": "step-start"}], [{"type": "tool-a"}]])
def test_a_message_of_nothing_that_can_be_sent_is_an_empty_text(parts: list[Event]) -> None:
    event = {"kind": "user-message", "message": {"id": "d", "role": "user", "parts": parts}}
    [published] = CODEC.encode_input(event)
    assert (published.data, published.codec["partType"]) == ("", "text")


def test_a_text_is_a_users_message_of_its_own_id() -> None:
    one, other = (CODEC.user_message("hi")["message"] for _ in range(2))
    assert one["id"] != other["id"]
    assert (one["role"], one["parts"]) == ("user", [{"type": "text", "text": "hi"}])


def test_a_regenerate_says_nothing_but_that() -> None:
    event = CODEC.regenerate("m", "u")
    assert CODEC.encode_input(event) == [Publish("", {"kind": "regenerate"})]
    assert CODEC.inputs.decode({"kind": "regenerate"}, "", {}) == []


@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        ("tool-result", {"toolCallId": "c", "output": {"a": 1}}),
        ("tool-result", {"toolCallId": "c", "output": None}),
        ("tool-result-error", {"toolCallId": "c", "message": "broken"}),
        ("tool-approval-response", {"toolCallId": "c", "approved": True}),
        ("tool-approval-response", {"toolCallId": "c", "approved": False, "reason": "no"}),
    ],
)
def test_an_amendment_comes_back_from_the_wire_as_it_was(kind: str, payload: Event) -> None:
    event = CODEC.amend(kind, "m", payload)
    [published] = CODEC.encode_input(event)
    transport = {"codec-message-id": "m"}
    assert CODEC.inputs.decode(published.codec, published.data, transport) == [event]
