"""Whether a Run waits for its user: for a call's output, or for a decision."""

from __future__ import annotations

from typing import Any

import pytest

from aitransport_notebook.codec.contract import OpenCall
from aitransport_notebook.codec.responses import ResponsesCodec
from aitransport_notebook.codec.text import TextCodec
from aitransport_notebook.codec.uimessage import UIMessageCodec, approved_tool_calls

ASKED = {"role": "user", "parts": [{"type": "text", "text": "What is it like?"}]}
SAID = {"role": "assistant", "parts": [{"type": "text", "text": "It rains."}]}


def calling(state: str, type: str = "tool-look", **others: Any) -> dict[str, Any]:
    part = {"type": type, "toolCallId": "c1", "state": state, "input": {"q": "rain"}, **others}
    return {"role": "assistant", "parts": [{"type": "step-start"}, part]}


@pytest.mark.parametrize(
    ("message", "waits"),
    [
        (calling("input-available"), True),
        (calling("input-available", "dynamic-tool", toolName="look"), True),
        (calling("approval-requested", approval={"id": "a"}), True),
        (calling("approval-requested", providerExecuted=True), True),
        (calling("input-available", providerExecuted=True), False),
        (calling("input-streaming"), False),
        (calling("approval-responded", approval={"id": "a", "approved": True}), False),
        (calling("output-available", output=1), False),
        (calling("output-error", errorText="no"), False),
        (calling("output-denied"), False),
        (SAID, False),
    ],
)
def test_a_call_waits_until_it_has_an_output_or_a_decision(message: Any, waits: bool) -> None:
    codec = UIMessageCodec()
    assert codec.waits([ASKED, message]) is waits
    told = codec.open_calls([ASKED, message])
    assert told == ([OpenCall("c1", "look", {"q": "rain"})] if waits else [])
    # What a user says meanwhile answers no call.
    assert codec.waits([ASKED, message, ASKED]) is waits
    # In two messages or in one.
    assert codec.waits([ASKED, message, SAID]) is waits
    # What came of an earlier turn is over.
    assert codec.waits([ASKED, message, ASKED, SAID]) is False


def test_nothing_said_waits_for_nobody() -> None:
    for codec in (UIMessageCodec(), TextCodec(), ResponsesCodec()):
        assert codec.waits([]) is False
    assert UIMessageCodec().waits([ASKED]) is False


CALL = {"type": "function_call", "call_id": "c1", "name": "look", "arguments": '{"q": "rain"}'}
OUTPUT = {"type": "function_call_output", "call_id": "c1", "output": "wet"}
QUESTION = {"role": "user", "items": [{"type": "message", "role": "user", "content": []}]}


def items(*given: Any, **states: Any) -> dict[str, Any]:
    return {"role": "assistant", "items": list(given), **states}


@pytest.mark.parametrize(
    ("said", "waits"),
    [
        ([items(CALL)], True),
        ([items(CALL), items(OUTPUT)], False),
        ([items(CALL, OUTPUT)], False),
        ([items(CALL, {**CALL, "call_id": "c2"}), items(OUTPUT)], True),
        ([items(CALL, toolCallStates={"c1": {"approval": "pending"}})], True),
        ([items(CALL, toolCallStates={"c1": {"approval": "approved"}})], False),
        ([items()], False),
    ],
)
def test_a_call_of_openai_waits_until_it_is_answered(said: list[Any], waits: bool) -> None:
    codec = ResponsesCodec()
    assert codec.waits([QUESTION, *said]) is waits
    told = codec.open_calls([QUESTION, *said])
    assert bool(told) is waits
    assert all(call[1:] == ("look", {"q": "rain"}) for call in told)
    assert codec.waits([QUESTION, *said, QUESTION]) is waits
    assert codec.waits([QUESTION, *said, QUESTION, items()]) is False


@pytest.mark.parametrize("arguments", ["no JSON", None])
def test_arguments_that_cannot_be_read_are_told_as_they_are(arguments: Any) -> None:
    call = {**CALL, "arguments": arguments}
    assert ResponsesCodec().open_calls([items(call)]) == [OpenCall("c1", "look", arguments)]


def test_a_codec_that_knows_no_calls_tells_of_none() -> None:
    assert TextCodec().open_calls([{"role": "assistant", "text": "hello"}]) == []


def test_a_call_is_run_with_the_arguments_that_the_user_approved_of() -> None:
    approved = {"id": "a", "approved": True}
    as_asked = calling("approval-responded", approval=approved)
    edited = calling("approval-responded", approval={**approved, "arguments": {"q": "sun"}})
    [call], [other] = approved_tool_calls([as_asked]), approved_tool_calls([edited])
    assert (call.call_id, call.name, call.input) == ("c1", "look", {"q": "rain"})
    assert other.input == {"q": "sun"}
    refused = calling("approval-responded", approval={"id": "a", "approved": False})
    assert approved_tool_calls([refused]) == []
