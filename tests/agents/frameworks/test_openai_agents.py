"""An agent of the OpenAI Agents SDK on a session, against a server that is no model."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from agents import (
    Agent,
    FunctionTool,
    OpenAIChatCompletionsModel,
    OpenAIResponsesModel,
    RunConfig,
    RunContextWrapper,
    Runner,
    ToolGuardrailFunctionOutput,
    function_tool,
    tool_input_guardrail,
)

from aitransport_notebook import ResponsesCodec
from aitransport_notebook.agents.openai_agents import answer_with
from aitransport_notebook.agents.openai_agents.events import events_of
from aitransport_notebook.agents.operators import NOTE
from tests.agents.frameworks.conversation import Conversation, talking
from tests.agents.frameworks.items import jane_writes, outputs_in, text_in
from tests.agents.frameworks.model_server import (
    Endless,
    ModelServer,
    Turn,
    calls,
    fails,
    model_server,
    says,
    thinks,
)
from tests.support.company import Room

CODEC = ResponsesCodec()
QUIET = RunConfig(tracing_disabled=True)


class Bank:
    """Functions that a model may call."""

    def __init__(self, needs_approval: Any = True) -> None:
        self.paid: list[int] = []

        @function_tool(needs_approval=needs_approval)
        def pay(amount: int) -> str:
            self.paid.append(amount)
            return f"paid {amount}"

        @function_tool
        def balance() -> int:
            return 40

        self.tools: list[Any] = [pay, balance]


@asynccontextmanager
async def banking(
    room: Room, tools: list[Any], *turns: Turn, **how: Any
) -> AsyncIterator[tuple[Conversation, ModelServer]]:
    async with model_server(*turns) as (server, client):
        agent: Agent[Any] = Agent(
            "bank",
            instructions="Be kind.",
            model=OpenAIResponsesModel("gpt-x", client),
            tools=tools,
        )
        answer = answer_with(agent, run_config=QUIET, **how)
        async with talking(room, answer, CODEC) as talk:
            yield talk, server


async def test_a_conversation_goes_to_the_model_whole_and_its_answer_comes_back(room: Room) -> None:
    turns = [thinks("Who is it?"), says("Hello, Ann.")], [says("Bye.")]
    async with banking(room, [], *turns) as (talk, server):
        asked = await talk.ask("I am Ann")
        assert asked.status == "complete"
        assert [item["type"] for item in talk.last["items"]] == ["reasoning", "message"]
        assert text_in(talk.last) == "Hello, Ann."
        await talk.ask("Thanks")
        assert text_in(talk.last) == "Bye."
    assert server.requests[-1]["instructions"] == "Be kind."
    assert [(item["type"], item.get("role")) for item in server.read] == [
        ("message", "user"),
        ("reasoning", None),
        ("message", "assistant"),
        ("message", "user"),
    ]


async def test_what_its_functions_return_is_on_the_channel(room: Room) -> None:
    turns = [calls("balance", "{}", "c1")], [says("You have 40.")], [says("Bye.")]
    async with banking(room, Bank().tools, *turns) as (talk, server):
        asked = await talk.ask("How much do I have?")
        assert asked.status == "complete"
        assert outputs_in(talk.last) == {"c1": "40"}
        assert text_in(talk.last) == "You have 40."
        await talk.ask("Thanks")
    assert [item["type"] for item in server.read] == [
        *("message", "function_call", "function_call_output", "message", "message")
    ]


@pytest.mark.parametrize("arguments", [None, {"amount": 5}])
async def test_an_approved_call_runs_once_with_what_was_approved(
    room: Room, arguments: dict[str, int] | None
) -> None:
    bank = Bank()
    turns = (
        [calls("pay", '{"amount": 30}', "c1"), calls("balance", "{}", "c2")],
        [calls("balance", "{}", "c3")],
        [says("Done.")],
    )
    async with banking(room, bank.tools, *turns) as (talk, server):
        asked = await talk.ask("Pay 30")
        assert asked.status == "suspended"
        assert talk.last["toolCallStates"]["c1"]["approval"] == "pending"
        assert outputs_in(talk.last) == {"c2": "40"}
        assert bank.paid == []
        again = await talk.go_on(talk.view.approve(talk.last_id, "c1", arguments=arguments))
        assert (again.status, again.run_id) == ("complete", asked.run_id)
        amount = 5 if arguments else 30
        assert bank.paid == [amount]
        assert outputs_in(talk.last) == {"c1": f"paid {amount}", "c3": "40"}
        assert text_in(talk.last) == "Done."
    outputs = [item["output"] for item in server.read if item["type"] == "function_call_output"]
    assert outputs == ["40", f"paid {amount}", "40"]
    assert len(server.requests) == 3


async def test_a_call_that_needs_no_approval_as_it_was_changed_runs_once(room: Room) -> None:
    async def large(context: RunContextWrapper[Any], arguments: dict[str, Any], id: str) -> bool:
        return int(arguments["amount"]) > 10

    bank = Bank(large)
    turns = [calls("pay", '{"amount": 30}', "c1")], [says("Done.")]
    async with banking(room, bank.tools, *turns) as (talk, server):
        await talk.ask("Pay 30")
        again = await talk.go_on(talk.view.approve(talk.last_id, "c1", arguments={"amount": 5}))
        assert again.status == "complete"
        assert bank.paid == [5]
        assert outputs_in(talk.last) == {"c1": "paid 5"}
        assert text_in(talk.last) == "Done."
    assert server.read[-1]["output"] == "paid 5"


async def test_a_guardrail_reads_what_the_user_put_in_the_place_of_the_arguments(
    room: Room,
) -> None:
    @tool_input_guardrail
    def no_millions(data: Any) -> ToolGuardrailFunctionOutput:
        if "1000000" in data.context.tool_arguments:
            return ToolGuardrailFunctionOutput.reject_content("never that much")
        return ToolGuardrailFunctionOutput.allow()

    bank = Bank()
    pay: FunctionTool = bank.tools[0]
    pay.tool_input_guardrails = [no_millions]
    turns = [calls("pay", '{"amount": 30}', "c1")], [says("I cannot.")]
    async with banking(room, bank.tools, *turns) as (talk, _):
        await talk.ask("Pay 30")
        edited = {"amount": 1000000}
        await talk.go_on(talk.view.approve(talk.last_id, "c1", arguments=edited))
        assert outputs_in(talk.last) == {"c1": "never that much"}
    assert bank.paid == []


async def test_a_denial_reaches_the_model_with_its_reason(room: Room) -> None:
    bank = Bank()
    turns = [calls("pay", '{"amount": 30}', "c1")], [says("I did not.")]
    async with banking(room, bank.tools, *turns) as (talk, server):
        asked = await talk.ask("Pay 30")
        again = await talk.go_on(talk.view.deny(talk.last_id, "c1", reason="too much"))
        assert (again.status, again.run_id) == ("complete", asked.run_id)
        assert text_in(talk.last) == "I did not."
    assert server.read[-1]["output"] == "too much"
    assert bank.paid == []


async def test_the_agent_that_was_handed_the_conversation_goes_on_with_it(room: Room) -> None:
    bank = Bank()
    turns = (
        [calls("transfer_to_bank", "{}", "c1")],
        [calls("pay", '{"amount": 30}', "c2")],
        [says("Done.")],
        [says("Bye.")],
    )
    async with model_server(*turns) as (server, client):
        model = OpenAIResponsesModel("gpt-x", client)
        other: Agent[Any] = Agent("bank", instructions="Pay.", model=model, tools=bank.tools)
        desk: Agent[Any] = Agent("desk", instructions="Hand on.", model=model, handoffs=[other])
        async with talking(room, answer_with(desk, run_config=QUIET), CODEC) as talk:
            asked = await talk.ask("Pay 30")
            assert asked.status == "suspended"
            assert list(outputs_in(talk.last)) == ["c1"]
            again = await talk.go_on(talk.view.approve(talk.last_id, "c2"))
            assert again.status == "complete"
            assert bank.paid == [30]
            await talk.ask("Thanks")
    assert [request["instructions"] for request in server.requests] == [
        *("Hand on.", "Pay.", "Pay.", "Pay.")
    ]


@pytest.mark.parametrize("made", ["ann", lambda run: run.trigger.client_id], ids=["value", "made"])
async def test_the_context_is_a_value_or_made_for_the_run(room: Room, made: Any) -> None:
    @function_tool
    def who(context: RunContextWrapper[str]) -> str:
        return context.context

    turns = [calls("who", "{}", "c1")], [says("You are Ann.")]
    async with banking(room, [who], *turns, context=made) as (talk, _):
        await talk.ask("Who am I?")
        assert outputs_in(talk.last) == {"c1": "ann"}


async def test_items_of_a_model_that_gives_all_the_same_id_are_told_apart(room: Room) -> None:
    call = {"index": 0, "id": "c1", "function": {"name": "balance", "arguments": "{}"}}
    async with model_server(
        [{"role": "assistant", "content": "Let me see."}, {"tool_calls": [call]}],
        [{"role": "assistant", "content": "You "}, {"content": "have 40."}],
        [{"role": "assistant", "content": "Bye."}],
    ) as (server, client):
        model = OpenAIChatCompletionsModel("gpt-x", client)
        agent: Agent[Any] = Agent("bank", model=model, tools=Bank().tools)
        async with talking(room, answer_with(agent, run_config=QUIET), CODEC) as talk:
            asked = await talk.ask("How much do I have?")
            assert asked.status == "complete"
            assert [item["type"] for item in talk.last["items"]] == [
                *("message", "function_call", "function_call_output", "message")
            ]
            assert text_in(talk.last) == "Let me see.You have 40."
            await talk.ask("Thanks")
            assert text_in(talk.last) == "Bye."
    assert [message["role"] for message in server.requests[-1]["messages"]] == [
        *("user", "assistant", "tool", "assistant", "user")
    ]


async def test_a_cancel_hangs_up(room: Room) -> None:
    async with banking(room, [], Endless()) as (talk, server):
        asked = await talk.begin(talk.view.send("Go on"))
        async for event in asked.events():
            if event["type"] == "response.output_text.delta":
                break
        await asked.cancel()
        assert await asked.wait() == "cancelled"
        async with asyncio.timeout(10):
            await server.left.wait()
        assert not [task for task in asyncio.all_tasks() if "packages/agents" in repr(task)]


async def test_a_run_that_nobody_listens_to_is_stopped() -> None:
    async with model_server(Endless()) as (server, client):
        agent: Agent[Any] = Agent("bank", model=OpenAIResponsesModel("gpt-x", client))
        events = events_of(Runner.run_streamed(agent, "Go on", run_config=QUIET))
        await anext(events)
        async with asyncio.timeout(10):
            await events.aclose()
            await server.left.wait()


async def test_a_models_failure_ends_the_run_in_error(room: Room) -> None:
    async with banking(room, [], [says("I think"), fails("overloaded")]) as (talk, _):
        asked = await talk.ask("Hi")
        assert asked.status == "error"
        assert asked.error is not None and "overloaded" in asked.error.message


async def test_a_run_of_too_many_turns_ends_in_error(room: Room) -> None:
    turns = [[calls("balance", "{}", f"c{number}")] for number in range(2)]
    async with banking(room, Bank().tools, *turns, max_turns=2) as (talk, _):
        asked = await talk.ask("How much?")
        assert asked.status == "error"
        assert asked.error is not None and "turns" in asked.error.message.lower()


@pytest.mark.parametrize("role", ["operator", "user"])
async def test_the_model_is_told_which_words_were_an_operators(room: Room, role: str) -> None:
    async with banking(room, [], [says("You are welcome.")]) as (talk, server):
        asked = await talk.view.send("It is broken")
        await talk.operator_answers(asked, jane_writes("A new one comes."), role=role)
        await talk.ask("Thanks!")
    mark, notes = ("", []) if role == "user" else ("[jane-1, a human operator, wrote:] ", [NOTE])
    *told, _, answered, _ = server.read
    assert [(item["role"], item["content"]) for item in told] == [("developer", n) for n in notes]
    assert answered["content"][0]["text"] == f"{mark}A new one comes."
    assert "id" not in answered
