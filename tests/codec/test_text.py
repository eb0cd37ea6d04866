"""The codec of plain texts, over the wire and back."""

from __future__ import annotations

from typing import Any

import pytest

from aitransport_notebook.codec.operations import Append, Close, Open
from aitransport_notebook.codec.text import TextCodec
from aitransport_notebook.errors import AITransportError
from aitransport_notebook.tree.tree import fold
from tests.codec.conformance.channel import Script, encode
from tests.codec.conformance.comparison import history_of, messages_in, wire_of

CODEC = TextCodec()


def folded(*steps: dict[str, Any]) -> tuple[Any, Any]:
    """Return what the steps of an agent and a user make: of history, and of what came live."""
    headers = {"run-id": "r", "codec-message-id": "m"}
    script: Script = {"encoders": {"agent": {"headers": headers}}, "steps": list(steps)}
    encoded = encode(CODEC, script)
    assert encoded["failed"] == []
    live = encoded["deliveries"]
    past, heard = (messages_in(fold(map(wire_of, f), CODEC)) for f in (history_of(live), live))
    return past, heard


def says(**event: Any) -> dict[str, Any]:
    return {"encoder": "agent", "output": event}


def asks(content: Any, id: str = "u") -> dict[str, Any]:
    return {"input": CODEC.user_message(content), "headers": {}, "messageId": id}


def test_a_question_and_its_answer() -> None:
    history, live = folded(
        asks("hello"),
        says(type="text-start", id="1"),
        says(type="text-delta", id="1", delta="good "),
        says(type="text-delta", id="1", delta="day"),
        says(type="text-end", id="1"),
    )
    assert (
        history
        == live
        == {
            "u": [{"codecMessageId": "u", "message": {"role": "user", "text": "hello"}}],
            "r": [{"codecMessageId": "m", "message": {"role": "assistant", "text": "good day"}}],
        }
    )


def test_streams_of_a_message_add_up() -> None:
    history, live = folded(
        says(type="text-start"),
        says(type="text-delta", delta="a"),
        says(type="text-end"),
        says(type="text-start", id="2"),
        says(type="text-delta", id="2", delta="b"),
    )
    assert history == live
    assert history["r"][0]["message"] == {"role": "assistant", "text": "ab"}


def test_an_empty_text_is_a_message() -> None:
    history, live = folded(asks(""), says(type="text-start", id="1"))
    assert history == live
    assert [message["message"]["text"] for [message] in history.values()] == ["", ""]


def test_what_its_events_ask_of_the_channel() -> None:
    headers = {"kind": "text", "id": "1"}
    assert CODEC.encode_output({"type": "text-start", "id": "1"}) == Open("1", headers)
    assert CODEC.encode_output({"type": "text-delta", "id": "1", "delta": "a"}) == Append("1", "a")
    assert CODEC.encode_output({"type": "text-end", "id": "1"}) == Close("1", headers)


def test_a_message_may_say_whose_it_is() -> None:
    event = {"kind": "user-message", "message": {"role": "system", "text": "be kind"}}
    [published] = CODEC.encode_input(event)
    assert published.transport == {"role": "system", "discrete": "true"}
    assert CODEC.inputs.decode(published.codec, published.data, published.transport) == [event]


@pytest.mark.parametrize("data", [None, 5, {"text": "hi"}])
def test_what_is_no_text_reads_as_an_empty_one(data: Any) -> None:
    [event] = CODEC.inputs.decode({"kind": "user-message", "partType": "text"}, data, {})
    assert event["message"] == {"role": "user", "text": ""}


@pytest.mark.parametrize("content", [None, 5, [], {}, {"text": 5}, {"role": "user"}])
def test_what_is_no_message_is_refused(content: Any) -> None:
    with pytest.raises(AITransportError, match="is not a message") as raised:
        CODEC.user_message(content)
    assert "role and text" in raised.value.hint


@pytest.mark.parametrize(
    "event",
    [{"type": "text-delta", "id": "1"}, {"type": "file"}, {"kind": "user-message"}, {}, "text"],
)
def test_an_output_of_the_wrong_shape_is_refused(event: Any) -> None:
    with pytest.raises(AITransportError) as raised:
        CODEC.encode_output(event)
    assert raised.value.hint


@pytest.mark.parametrize(
    "event", [{"kind": "user-message"}, {"kind": "tool-result"}, {"type": "text-start"}, None]
)
def test_an_input_of_the_wrong_shape_is_refused(event: Any) -> None:
    with pytest.raises(AITransportError) as raised:
        CODEC.encode_input(event)
    assert raised.value.hint


def test_it_has_no_tools() -> None:
    with pytest.raises(AITransportError, match="no input of kind 'tool-result'") as raised:
        CODEC.amend("tool-result", "m", {})
    assert raised.value.hint == "It knows regenerate, user-message."
