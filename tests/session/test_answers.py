"""What users answer to tool calls, and what of it reaches the agent that made them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from aitransport_notebook import ResponsesCodec, UIMessageCodec
from aitransport_notebook.codec.contract import Codec
from aitransport_notebook.codec.responses import approved_unexecuted_calls
from aitransport_notebook.errors import AITransportError
from aitransport_notebook.session.client.run import ClientRun
from aitransport_notebook.session.client.view import ClientView
from tests.support.company import Room

Answer = Callable[[ClientView, str], Awaitable[ClientRun]]
CHUNKS = [
    {"type": "start"},
    {
        "type": "tool-input-available",
        "toolCallId": "c1",
        "toolName": "look",
        "input": {"q": "rain"},
    },
    {"type": "tool-approval-request", "toolCallId": "c1", "approvalId": "a1"},
]
ITEM = {"type": "function_call", "id": "i1", "call_id": "c1", "name": "look", "arguments": "{}"}
EVENTS = [
    {"type": "response.output_item.added", "output_index": 0, "item": ITEM},
    {"type": "response.output_item.done", "output_index": 0, "item": ITEM},
]


async def answered(room: Room, codec: Codec[Any], said: list[Any], answer: Answer) -> Any:
    """Have a user answer a call, and return the messages that the agent then goes on with."""
    user, agent = await room.user(codec=codec), await room.agent(codec=codec)
    asked = await user.view.send("What is it like?")
    run = agent.create_run(asked.to_invocation())
    await run.start()
    await run.pipe(said)
    await run.suspend()
    await asked.wait()
    word = await answer(user.view, user.view.messages[-1].codec_message_id)
    goes_on = agent.create_run(word.to_invocation())
    await goes_on.start()
    assert goes_on.run_id == run.run_id
    messages = goes_on.messages
    await goes_on.end()
    return messages


@pytest.mark.parametrize(
    ("answer", "part"),
    [
        (
            lambda view, id: view.tool_result(id, "c1", {"wet": True}),
            {"state": "output-available", "output": {"wet": True}},
        ),
        (
            lambda view, id: view.tool_error(id, "c1", "no network"),
            {"state": "output-error", "errorText": "no network"},
        ),
        (
            lambda view, id: view.approve(id, "c1", reason="go on"),
            {
                "state": "approval-responded",
                "approval": {"id": "a1", "approved": True, "reason": "go on"},
            },
        ),
        (
            lambda view, id: view.approve(id, "c1", arguments={"q": "sun"}),
            {
                "state": "approval-responded",
                "approval": {"id": "a1", "approved": True, "arguments": {"q": "sun"}},
            },
        ),
        (
            lambda view, id: view.deny(id, "c1", reason="no"),
            {"state": "output-denied", "approval": {"id": "", "approved": False}},
        ),
    ],
)
async def test_an_answer_reaches_the_agent_in_messages_of_the_ai_sdk(
    room: Room, answer: Answer, part: dict[str, Any]
) -> None:
    messages = await answered(room, UIMessageCodec(), CHUNKS, answer)
    call = next(p for p in messages[-1]["parts"] if p["type"] == "tool-look")
    assert call["input"] == {"q": "rain"}
    assert {key: call[key] for key in part} == part


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (lambda view, id: view.tool_result(id, "c1", "42"), {"result": "ok"}),
        (lambda view, id: view.approve(id, "c1"), {"approval": "approved"}),
        (
            lambda view, id: view.approve(id, "c1", arguments={"q": "sun"}),
            {"approval": "approved", "edited": {"q": "sun"}},
        ),
        (
            lambda view, id: view.deny(id, "c1", reason="no"),
            {"approval": "denied", "reason": "no"},
        ),
    ],
)
async def test_an_answer_reaches_the_agent_in_messages_of_openai(
    room: Room, answer: Answer, state: dict[str, Any]
) -> None:
    messages = await answered(room, ResponsesCodec(), EVENTS, answer)
    assert messages[-1]["toolCallStates"] == {"c1": state}
    calls = approved_unexecuted_calls(messages)
    edited = '{"q":"sun"}' if "edited" in state else "{}"
    approved = [edited] if state.get("approval") == "approved" else []
    assert [call["arguments"] for call in calls] == approved


async def test_only_what_an_agent_said_can_be_answered(room: Room) -> None:
    user = await room.user()
    asked = await user.view.send("hello")
    for id in ("nowhere", asked.input_message_id):
        with pytest.raises(AITransportError, match="answer") as caught:
            await user.view.approve(id, "c1")
        assert caught.value.code == 40003
        assert caught.value.hint
