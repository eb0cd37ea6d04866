"""A word into a run that works: taken in by an answer, or not."""

from __future__ import annotations

from tests.interop.chunks import FINISH, FINISH_STEP, START, START_STEP, begun, message, reply, text
from tests.interop.stage import Stage

REST = [{"type": "text-end", "id": "t1"}, FINISH_STEP, FINISH]


def test_a_steer_is_taken_in_by_the_next_answer(stage: Stage) -> None:
    ann, ai = stage.client("ann"), stage.agent()
    asked = ann.send("tell me")
    answer = ai.open(asked)
    assert answer.has_input()
    stream = answer.stream(START, START_STEP, *begun("Once upon"))
    ann.shows("user: tell me", "assistant: Once upon")
    steer = asked.steer("shorter")
    answer.is_told("steer")
    assert answer.prompt[-1] == "user: shorter"
    assert stream.finish(*REST) == "complete"
    assert answer.has_input()
    assert answer.prompt == ["user: tell me", "assistant: Once upon", "user: shorter"]
    answer.pipe(reply("The end.", id="short"))
    assert not answer.has_input()
    answer.end()
    assert steer.outcome() == (True, "complete")
    shown = stage.agree(
        ["user: tell me", "assistant: Once upon", "user: shorter", "assistant: The end."],
        ["complete"],
    )
    assert len(set(shown["run_for"].values())) == 1


def test_a_steer_comes_before_the_first_word(stage: Stage) -> None:
    ann, ai = stage.client("ann"), stage.agent()
    asked = ann.send("tell me")
    answer = ai.open(asked)
    steer = asked.steer("shortly")
    answer.is_told("steer")
    assert answer.has_input()
    assert answer.prompt == ["user: tell me", "user: shortly"]
    answer.pipe(reply("Yes."))
    assert not answer.has_input()
    answer.end()
    assert steer.outcome() == (True, "complete")
    stage.agree(["user: tell me", "user: shortly", "assistant: Yes."], ["complete"])


def test_a_steer_that_an_answer_came_too_early_for_is_answered_next(stage: Stage) -> None:
    ann, ai = stage.client("ann"), stage.agent()
    asked = ann.send("tell me")
    answer = ai.open(asked)
    assert answer.has_input()
    steer = asked.steer("shortly")
    answer.is_told("steer")
    answer.pipe(reply("At length.", id="long"))
    ann.shows("user: tell me", "user: shortly", "assistant: At length.")
    assert answer.has_input()
    # What a model is to answer comes last, wherever it stands on the channel.
    assert answer.prompt == ["user: tell me", "assistant: At length.", "user: shortly"]
    answer.pipe(reply("Short.", id="short"))
    assert not answer.has_input()
    answer.end()
    assert steer.outcome() == (True, "complete")
    said = ["user: tell me", "user: shortly", "assistant: At length.", "assistant: Short."]
    stage.agree(said, ["complete"])


def test_a_steer_that_no_answer_takes_in(stage: Stage) -> None:
    ann, ai = stage.client("ann"), stage.agent()
    asked = ann.send("tell me")
    answer = ai.open(asked)
    assert answer.has_input()
    answer.pipe(reply("All of it."))
    steer = asked.steer("too late")
    answer.is_told("steer")
    answer.end()
    assert steer.outcome() == (False, "complete")
    ann.has_runs("complete")
    ann.is_refused(lambda: asked.steer("much too late").outcome())
    stage.agree(["user: tell me", "assistant: All of it.", "user: too late"], ["complete"])


def test_two_steers_and_a_cancel(stage: Stage) -> None:
    ann, ai = stage.client("ann"), stage.agent()
    asked = ann.send("tell me")
    answer = ai.open(asked)
    assert answer.has_input()
    answer.pipe(reply("One.", id="one"))
    first = asked.steer("more")
    answer.is_told("steer")
    assert answer.has_input()
    stream = answer.stream(START, START_STEP, *begun("Two"))
    ann.shows("user: tell me", "assistant: One.", "user: more", "assistant: Two")
    second = asked.steer("even more")
    answer.is_told("steer", 2)
    asked.cancel()
    assert stream.ended() == "cancelled"
    assert not answer.has_input()
    answer.end("cancelled")
    assert first.outcome() == (True, "cancelled")
    assert second.outcome() == (False, "cancelled")
    expected = ["user: tell me", "assistant: One.", "user: more", "assistant: Two"]
    stage.agree([*expected, "user: even more"], ["cancelled"])


def test_a_steer_waits_while_the_run_is_suspended(stage: Stage) -> None:
    ann, ai = stage.client("ann"), stage.agent()
    asked = ann.send("tell me")
    answer = ai.open(asked)
    call = {"type": "tool-input-available", "toolCallId": "c1", "toolName": "ask", "input": {}}
    answer.pipe(message(text("Wait."), [call]))
    mine = None
    ann.shows("user: tell me", "assistant: Wait.[ask input-available]")
    mine = ann.ids[-1]
    steer = asked.steer("and be quick")
    answer.is_told("steer")
    answer.suspend()
    ann.has_runs("suspended")
    resumed = ann.amend("tool-result", mine, toolCallId="c1", output="yes")
    again = stage.agent("ai 2").open(resumed)
    assert again.has_input()
    done = "assistant: Wait.[ask output-available]"
    assert again.prompt == ["user: tell me", done, "user: and be quick"]
    again.pipe(reply("Quick.", id="quick"))
    assert not again.has_input()
    again.end()
    assert steer.outcome() == (True, "complete")
    stage.agree(["user: tell me", done, "user: and be quick", "assistant: Quick."], ["complete"])
