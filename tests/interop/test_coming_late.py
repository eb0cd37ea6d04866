"""Agents that were not there when it began: they are given all that leads to the question."""

from __future__ import annotations

from tests.interop.chunks import call, message, reply, text
from tests.interop.stage import Stage


def test_an_agent_hears_the_question_but_not_what_was_before(stage: Stage) -> None:
    ann, ai = stage.client("ann"), stage.agent()
    said: list[str] = []
    for turn in ("one", "two"):
        ai.reply(ann.send(turn), reply(f"{turn}!", id=turn))
        said += [f"user: {turn}", f"assistant: {turn}!"]
        ann.shows(*said)
    helper = stage.agent("ai 2")
    asked = ann.send("three")
    stage.settle()
    answer = helper.open(asked)
    assert answer.prompt == [*said, "user: three"]
    answer.pipe(reply("three!", id="three"))
    answer.end()
    stage.agree([*said, "user: three", "assistant: three!"], ["complete"] * 3)


def test_an_agent_hears_the_result_but_not_the_call(stage: Stage) -> None:
    ann, ai = stage.client("ann"), stage.agent()
    asked = ann.send("look")
    answer = ai.open(asked)
    answer.pipe(message(text("Wait."), call("ask", "c1", {})))
    ann.shows("user: look", "assistant: Wait.[ask input-available]")
    mine = ann.ids[-1]
    steer = asked.steer("quick")
    answer.is_told("steer")
    answer.suspend()
    ann.has_runs("suspended")
    helper = stage.agent("ai 2")
    resumed = ann.amend("tool-result", mine, toolCallId="c1", output="yes")
    stage.settle()
    again = helper.open(resumed)
    assert again.run_id == answer.run_id
    assert again.is_told("steer") == [None]
    assert again.has_input()
    done = "assistant: Wait.[ask output-available]"
    # The official SDK loses the question: it takes the answer that it heard first for the run.
    question = ["user: look"] if stage.agents_are == "python" else []
    assert again.prompt == [*question, done, "user: quick"]
    again.pipe(reply("There.", id="there"))
    assert not again.has_input()
    again.end()
    assert steer.outcome() == (True, "complete")
    stage.agree(["user: look", done, "user: quick", "assistant: There."], ["complete"])


def test_an_agent_goes_on_after_results_that_it_did_not_hear(stage: Stage) -> None:
    ann, ai = stage.client("ann"), stage.agent()
    answer = ai.open(ann.send("look"))
    answer.pipe(message(call("first", "c1", {}), id="one"))
    answer.suspend()
    ann.has_runs("suspended")
    again = ai.open(ann.amend("tool-result", ann.ids[-1], toolCallId="c1", output=1))
    again.pipe(message(call("second", "c2", {}), id="two"))
    again.suspend()
    ann.has_runs("suspended")
    second = ann.amend("tool-result", ann.ids[-1], toolCallId="c2", output=2)
    last = stage.agent("ai 2").open(second)
    done = [f"assistant: [{name} output-available]" for name in ("first", "second")]
    assert last.prompt == ["user: look", *done]
    assert last.has_input()
    # The official SDK takes a result that it finds in history for a steer, and says it answers it.
    stage.header_that_differs = "steer-codec-message-ids"
    last.pipe(reply("Three.", id="three"))
    assert not last.has_input()
    last.end()
    stage.agree(["user: look", *done, "assistant: Three."], ["complete"])


def test_an_agent_hears_only_that_it_should_try_again(stage: Stage) -> None:
    ann, ai = stage.client("ann"), stage.agent()
    ai.reply(ann.send("hi"), reply("hello", id="hello"))
    ann.shows("user: hi", "assistant: hello")
    ai.reply(ann.send("a number"), reply("one", id="one"))
    ann.shows("user: hi", "assistant: hello", "user: a number", "assistant: one")
    helper = stage.agent("ai 2")
    again = ann.regenerate(ann.ids[-1])
    stage.settle()
    answer = helper.open(again)
    assert answer.prompt == ["user: hi", "assistant: hello", "user: a number"]
    answer.pipe(reply("two", id="two"))
    answer.end()
    expected = ["user: hi", "assistant: hello", "user: a number", "assistant: two"]
    stage.agree(expected, ["complete"] * 2)


def test_an_agent_hears_an_edit_of_what_it_did_not_hear(stage: Stage) -> None:
    ann, ai = stage.client("ann"), stage.agent()
    ai.reply(ann.send("hi"), reply("hello", id="hello"))
    ann.shows("user: hi", "assistant: hello")
    ai.reply(ann.send("a numbre"), reply("what?", id="what"))
    ann.shows("user: hi", "assistant: hello", "user: a numbre", "assistant: what?")
    helper = stage.agent("ai 2")
    edited = ann.edit(ann.ids[2], "a number")
    stage.settle()
    answer = helper.open(edited)
    assert answer.prompt == ["user: hi", "assistant: hello", "user: a number"]
    answer.pipe(reply("one", id="one"))
    answer.end()
    expected = ["user: hi", "assistant: hello", "user: a number", "assistant: one"]
    stage.agree(expected, ["complete"] * 2)


def test_an_agent_is_called_for_what_is_long_past(stage: Stage) -> None:
    ann, ai = stage.client("ann"), stage.agent()
    forgotten = ann.send("anyone?")
    ai.reply(ann.send("hello?"), reply("hello"))
    ann.shows("user: anyone?", "user: hello?", "assistant: hello")
    answer = stage.agent("ai 2").open(forgotten)
    assert answer.prompt == ["user: anyone?"]
    answer.pipe(reply("yes", id="yes"))
    answer.end()
    shown = ["user: anyone?", "user: hello?", "assistant: hello", "assistant: yes"]
    stage.agree(shown, ["complete"] * 2)
