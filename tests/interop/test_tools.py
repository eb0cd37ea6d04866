"""Tools: their input as it streams, their output from either side, and approvals."""

from __future__ import annotations

from typing import Any

from tests.interop.cast import Answer, Asked, Client
from tests.interop.chunks import (
    FINISH,
    FINISH_STEP,
    START,
    START_STEP,
    Chunk,
    asks_approval,
    call,
    message,
    output,
    output_error,
    reply,
    text,
)
from tests.interop.stage import Stage

QUESTION = "user: what is new?"


def waiting_for_a_user(stage: Stage, *more: Chunk) -> tuple[Client, Asked, Answer]:
    """Ask, and have the agent call a tool that is the user's; the run is suspended."""
    ann, ai = stage.client("ann"), stage.agent()
    asked = ann.send("what is new?")
    answer = ai.open(asked)
    calls = call("search", "c1", {"q": "news"}, '{"q"', ':"news"}')
    assert answer.pipe(message(text("Let me see. "), [*calls, *more])) == "complete"
    answer.suspend()
    ann.has_runs("suspended")
    return ann, asked, answer


def test_static_and_dynamic_tools_with_their_outputs(stage: Stage) -> None:
    ann, ai = stage.client("ann"), stage.agent()
    answer = ai.open(ann.send("what is new?"))
    more: dict[str, Any] = {"dynamic": True}
    known = {"providerExecuted": True, "title": "A title"}
    stream = answer.stream(
        START,
        START_STEP,
        *call("search", "c1", {"q": "a"}, '{"q', '":"a"}'),
        *call("run", "c2", [1, 2], "[1,", "2]", **more),
        *call("look", "c3", "x", **known),
        *call("peek", "c4", None, **more),
        {"type": "tool-input-start", "toolCallId": "c5", "toolName": "ask"},
        {"type": "tool-input-delta", "toolCallId": "c5", "inputTextDelta": '{"half":'},
    )
    running = "[search input-available][run input-available][look input-available]"
    ann.shows(QUESTION, f"assistant: {running}[peek input-available][ask input-streaming]")
    failed = {"toolCallId": "c5", "toolName": "ask", "input": '{"half":', "errorText": "cut"}
    ended = stream.finish(
        *output("c1", {"hits": [1, None, "ü"]}),
        *output("c2", "some", preliminary=True, **more),
        *output("c2", "all", **more),
        *output_error("c3", "it broke"),
        *output_error("c4", "it too", **more),
        {"type": "tool-input-error", **failed},
        FINISH_STEP,
        FINISH,
    )
    assert ended == "complete"
    answer.end()
    done = "[search output-available][run output-available][look output-error]"
    stage.agree([QUESTION, f"assistant: {done}[peek output-error][ask output-error]"], ["complete"])


def test_a_user_gives_the_result_and_the_run_goes_on(stage: Stage) -> None:
    ann, asked, answer = waiting_for_a_user(stage)
    mine = ann.ids[-1]
    result = ann.amend("tool-result", mine, toolCallId="c1", output={"hits": ["rain"]})
    ai = stage.agent("ai 2")
    again = ai.open(result)
    assert again.run_id == answer.run_id == result.started() == asked.started()
    searched = "assistant: Let me see. [search output-available]"
    assert again.prompt == [QUESTION, searched]
    again.pipe(reply("Rain."))
    again.end()
    shown = stage.agree([QUESTION, searched, "assistant: Rain."], ["complete"])
    assert shown["messages"][1]["message"]["parts"][-1]["output"] == {"hits": ["rain"]}


def test_a_user_gives_an_error_and_the_run_goes_on(stage: Stage) -> None:
    ann, _, answer = waiting_for_a_user(stage)
    result = ann.amend("tool-result-error", ann.ids[-1], toolCallId="c1", message="no network")
    again = stage.agent("ai 2").open(result)
    failed = "assistant: Let me see. [search output-error]"
    assert again.prompt == [QUESTION, failed]
    again.pipe(reply("I cannot see."))
    again.end()
    assert again.run_id == answer.run_id
    stage.agree([QUESTION, failed, "assistant: I cannot see."], ["complete"])


def test_a_user_gives_the_result_in_a_fork(stage: Stage) -> None:
    ann, _, answer = waiting_for_a_user(stage)
    forked = ann.fork(ann.ids[-1], "c1", output={"hits": []})
    again = stage.agent("ai 2").open(forked)
    searched = "assistant: Let me see. [search output-available]"
    assert again.run_id == forked.started() != answer.run_id
    assert again.prompt == [QUESTION, searched]
    again.pipe(reply("Nothing."))
    again.end()
    ann.shows(QUESTION, searched, "assistant: Nothing.")
    stage.agree([QUESTION, searched, "assistant: Nothing."], ["complete"])


def test_two_users_answer_in_forks_of_their_own(stage: Stage) -> None:
    ann, _, _ = waiting_for_a_user(stage)
    bob = stage.client("ann 2")
    bob.call("load_all")
    mine = ann.ids[-1]
    one = ann.fork(mine, "c1", error="not I")
    other = bob.fork(mine, "c1", output="I did")
    ai = stage.agent("ai 2")
    ai.reply(one, reply("Pity."))
    ai.reply(other, reply("Good."))
    searched = "assistant: Let me see. [search output-available]"
    shown = stage.agree([QUESTION, searched, "assistant: Good."], ["complete"])
    branch = shown["branches"][shown["messages"][1]["id"]]
    assert (len(branch["siblings"]), branch["index"]) == (2, 1)


def test_an_approval_is_given(stage: Stage) -> None:
    ann, _, answer = waiting_for_a_user(stage, *asks_approval("c1", "a1"))
    asks = "assistant: Let me see. [search approval-requested]"
    ann.shows(QUESTION, asks)
    approved = ann.amend(
        "tool-approval-response", ann.ids[-1], toolCallId="c1", approved=True, reason="go"
    )
    again = stage.agent("ai 2").open(approved)
    granted = "assistant: Let me see. [search approval-responded]"
    assert again.prompt == [QUESTION, granted]
    assert again.run_id == answer.run_id
    again.pipe([*output("c1", "sun"), *text("Sun.", id="t2")])
    again.end()
    done = "assistant: Let me see. [search output-available]"
    stage.agree([QUESTION, done, "assistant: Sun."], ["complete"])


def test_an_approval_is_denied(stage: Stage) -> None:
    ann, _, _ = waiting_for_a_user(stage, *asks_approval("c1", "a1"))
    denied = ann.amend(
        "tool-approval-response", ann.ids[-1], toolCallId="c1", approved=False, reason="no"
    )
    again = stage.agent("ai 2").open(denied)
    refused = "assistant: Let me see. [search output-denied]"
    assert again.prompt == [QUESTION, refused]
    again.pipe(reply("Then not."))
    again.end()
    stage.agree([QUESTION, refused, "assistant: Then not."], ["complete"])


def test_an_agent_denies_a_call(stage: Stage) -> None:
    ann, ai = stage.client("ann"), stage.agent()
    denied = {"type": "tool-output-denied", "toolCallId": "c1"}
    chunks = [*call("rm", "c1", {}), *asks_approval("c1", "a1"), denied]
    ai.reply(ann.send("what is new?"), message(chunks))
    stage.agree([QUESTION, "assistant: [rm output-denied]"], ["complete"])


def test_suspended_for_ever(stage: Stage) -> None:
    _, asked, answer = waiting_for_a_user(stage)
    assert asked.state["status"] == "suspended"
    expected = [QUESTION, "assistant: Let me see. [search input-available]"]
    stage.agree(expected, ["suspended"])
    assert asked.state["run_id"] == answer.run_id


def test_suspended_and_resumed_twice(stage: Stage) -> None:
    ann, _, answer = waiting_for_a_user(stage)
    ai = stage.agent("ai 2")
    first = ann.amend("tool-result", ann.ids[-1], toolCallId="c1", output=1)
    again = ai.open(first)
    again.pipe(message(call("search", "c2", {}), id="second"))
    again.suspend()
    ann.has_runs("suspended")
    second = ann.amend("tool-result", ann.ids[-1], toolCallId="c2", output=2)
    last = ai.open(second)
    assert last.run_id == answer.run_id
    assert last.identity["invocation_id"] != again.identity["invocation_id"]
    last.pipe(reply("Three."))
    last.end()
    done = "[search output-available]"
    expected = [QUESTION, f"assistant: Let me see. {done}", f"assistant: {done}"]
    stage.agree([*expected, "assistant: Three."], ["complete"])
