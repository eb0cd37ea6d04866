"""Steps of one's own: tried again in one process, and by another that takes the run over."""

from __future__ import annotations

from typing import Any

from tests.interop.chunks import FINISH, FINISH_STEP, START, START_STEP, begun, more, reply, text
from tests.interop.stage import SIDES, Stage, other


def steps_in(shown: dict[str, Any]) -> list[tuple[str, str, int]]:
    """Return the steps of the first run: what they are called, their status, and attempts."""
    return [(s["step_id"], s["status"], s["attempts"]) for s in shown["runs"][0]["steps"]]


def test_a_run_in_steps(stage: Stage) -> None:
    ann, ai = stage.client("ann"), stage.agent()
    answer = ai.open(ann.send("three things"))
    think = answer.step("think")
    think.put({"type": "data-plan", "id": "p", "data": ["look", "say"]})
    think.end()
    say = answer.step()
    assert say.pipe(reply("one", id="one")) == "complete"
    assert say.pipe(reply("two", id="two")) == "complete"
    say.end()
    answer.end()
    shown = stage.agree(
        ["user: three things", "assistant: <data-plan>", "assistant: one", "assistant: two"],
        ["complete"],
    )
    assert steps_in(shown) == [("think", "complete", 1), (say.step_id, "complete", 1)]


def test_a_step_is_tried_again(stage: Stage) -> None:
    ann, ai = stage.client("ann"), stage.agent()
    answer = ai.open(ann.send("try"))
    first = answer.step("say")
    assert first.stream(START, START_STEP, *begun("bro")).fail("it broke") == "error"
    ann.shows("user: try", "assistant: bro")
    first.end()
    again = answer.step("say")
    again.pipe(reply("done"))
    ann.shows("user: try", "assistant: done")
    again.end()
    answer.end()
    shown = stage.agree(["user: try", "assistant: done"], ["complete"])
    assert steps_in(shown) == [("say", "complete", 2)]


def test_what_failed_is_tried_again_without_a_name(stage: Stage) -> None:
    ann, ai = stage.client("ann"), stage.agent()
    answer = ai.open(ann.send("try"))
    first = answer.step()
    first.stream(START, START_STEP, *begun("bro")).fail("it broke")
    first.end()
    again = answer.step()
    assert again.step_id == first.step_id
    again.pipe(reply("done"))
    again.end("complete")
    third = answer.step()
    assert third.step_id != again.step_id
    third.end("cancelled")
    answer.end()
    shown = stage.agree(["user: try", "assistant: done"], ["complete"])
    assert [step[1:] for step in steps_in(shown)] == [("complete", 2), ("cancelled", 1)]


def test_another_step_keeps_what_the_failed_one_said(stage: Stage) -> None:
    ann, ai = stage.client("ann"), stage.agent()
    answer = ai.open(ann.send("try"))
    first = answer.step("one")
    first.stream(START, START_STEP, *begun("bro")).fail("it broke")
    first.end()
    answer.step("two").pipe(reply("done", id="done"))
    # The end of a run ends the step that is open.
    answer.end()
    shown = stage.agree(["user: try", "assistant: bro", "assistant: done"], ["complete"])
    assert steps_in(shown) == [("one", "failed", 1), ("two", "complete", 1)]


def test_one_step_at_a_time(stage: Stage) -> None:
    ann, ai = stage.client("ann"), stage.agent()
    answer = ai.open(ann.send("try"))
    step = answer.step("one")
    for attempt in (answer.step, lambda: answer.pipe(reply("no")), answer.suspend):
        ai.is_refused(attempt)
    step.end()
    ai.is_refused(lambda: step.pipe(reply("no")))
    answer.end()
    stage.agree(["user: try"], ["complete"])


def test_another_process_takes_over_from_one_that_was_killed(stage: Stage) -> None:
    ann = stage.client("ann")
    asked = ann.send("try")
    mortal, process = stage.mortal_agent()
    answer = mortal.open(asked)
    done = answer.step("look")
    done.pipe(reply("looked", id="looked"))
    done.end()
    answer.step("say").stream(START, START_STEP, *begun("hal", "f"))
    ann.shows("user: try", "assistant: looked", "assistant: half")
    process.kill()
    adopted = stage.agent("ai 2").adopt(asked, answer.identity)
    assert adopted.run_id == answer.run_id
    assert adopted.status == "active"
    again = adopted.step("say")
    again.pipe(reply("whole", id="whole"))
    again.end()
    adopted.end()
    shown = stage.agree(["user: try", "assistant: looked", "assistant: whole"], ["complete"])
    assert steps_in(shown) == [("look", "complete", 1), ("say", "complete", 2)]


def test_an_agent_of_the_other_side_takes_over(stage: Stage) -> None:
    ann, ai = stage.client("ann"), stage.agent()
    asked = ann.send("try")
    answer = ai.open(asked)
    answer.step("say").stream(START, START_STEP, *begun("half"))
    ann.shows("user: try", "assistant: half")
    ai.call("vanish")
    ai.is_there = False
    helper = stage.agent("helper", other(stage.agents_are))
    adopted = helper.adopt(asked, answer.identity)
    step = adopted.step("say")
    stream = step.stream(START, START_STEP, *begun("w", "h"))
    ann.shows("user: try", "assistant: wh")
    asked.cancel()
    assert stream.ended() == "cancelled"
    adopted.end("cancelled")
    shown = stage.agree(["user: try", "assistant: wh"], ["cancelled"])
    assert steps_in(shown) == [("say", "cancelled", 2)]


def test_what_has_ended_is_not_taken_over(stage: Stage) -> None:
    ann, ai = stage.client("ann"), stage.agent()
    asked = ann.send("try")
    answer = ai.reply(asked, reply("done"))
    ann.has_runs("complete")
    helper = stage.agent("ai 2")
    helper.is_refused(lambda: helper.adopt(asked, answer.identity))
    stage.agree(["user: try", "assistant: done"], ["complete"])


def test_an_adopted_run_has_the_steers_that_nobody_answered(stage: Stage) -> None:
    ann, ai = stage.client("ann"), stage.agent()
    asked = ann.send("try")
    answer = ai.open(asked)
    assert answer.has_input()
    answer.pipe(reply("one", id="one"))
    first = asked.steer("more")
    answer.is_told("steer")
    assert answer.has_input()
    answer.pipe([*reply("two", id="two")])
    second = asked.steer("even more")
    answer.is_told("steer", 2)
    ai.call("vanish")
    ai.is_there = False
    # The steps of an invocation are counted; in a new process the count would begin anew.
    identity = {"run_id": answer.run_id, "invocation_id": "another"}
    adopted = stage.agent("ai 2").adopt(asked, identity)
    said = ["user: try", "assistant: one", "user: more", "assistant: two", "user: even more"]
    assert adopted.has_input()
    assert adopted.prompt == said
    adopted.pipe(reply("three", id="three"))
    assert not adopted.has_input()
    adopted.end()
    assert first.outcome() == second.outcome() == (True, "complete")
    stage.agree([*said, "assistant: three"], ["complete"])


def test_who_joins_in_the_middle_of_a_stream(stage: Stage) -> None:
    ann, ai = stage.client("ann"), stage.agent()
    answer = ai.open(ann.send("tell me"))
    stream = answer.stream(START, START_STEP, *begun("one ", "two "))
    ann.shows("user: tell me", "assistant: one two ")
    joined = [stage.late(side, "joined") for side in SIDES]
    for one in joined:
        one.shows("user: tell me", "assistant: one two ")
        one.has_runs("active")
    stream.say(*more("three "))
    for one in joined:
        one.shows("user: tell me", "assistant: one two three ")
    end = {"type": "text-end", "id": "t1"}
    stream.finish(end, *text("four", id="t2"), FINISH_STEP, FINISH)
    answer.end()
    for one in joined:
        one.has_runs("complete")
    stage.agree(["user: tell me", "assistant: one two three four"], ["complete"])
