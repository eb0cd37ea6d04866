"""Stopping a run: by its input or by its id, before it began or in the middle, or in vain."""

from __future__ import annotations

import pytest

from tests.interop.chunks import FINISH, FINISH_STEP, START, START_STEP, begun, reply, text
from tests.interop.stage import SIDES, Stage
from tests.interop.wire import history_of
from tests.support.hub_process import HubProcess

# A client of this project can do more than the official one.
OUR_CLIENTS = [("python", agents) for agents in SIDES]


def test_a_cancel_before_the_run_has_begun(stage: Stage) -> None:
    ann, ai = stage.client("ann"), stage.agent()
    asked = ann.send("never mind")
    asked.cancel()
    stage.settle()
    answer = ai.open(asked)
    answer.is_cancelled()
    assert not answer.has_input()
    assert answer.pipe(reply("too late")) == "cancelled"
    answer.end("cancelled")
    ann.has_runs("cancelled")
    assert asked.state["status"] == "cancelled"
    shown = stage.agree(["user: never mind"], ["cancelled"])
    assert shown["runs"][0]["steps"] == []


def test_a_cancel_in_the_middle(stage: Stage) -> None:
    ann, ai = stage.client("ann"), stage.agent()
    asked = ann.send("go on")
    answer = ai.open(asked)
    stream = answer.stream(START, START_STEP, *begun("one ", "two "))
    ann.shows("user: go on", "assistant: one two ")
    asked.cancel()
    assert stream.ended() == "cancelled"
    answer.end("cancelled")
    ann.has_runs("cancelled")
    shown = stage.agree(["user: go on", "assistant: one two "], ["cancelled"])
    assert [step["status"] for step in shown["runs"][0]["steps"]] == ["cancelled"]


def test_a_cancel_by_the_id_of_the_run(stage: Stage) -> None:
    ann, bob, ai = stage.client("ann"), stage.client("bob"), stage.agent()
    answer = ai.open(ann.send("go on"))
    stream = answer.stream(START, START_STEP, *begun("one "))
    bob.shows("user: go on", "assistant: one ")
    bob.cancel_run(answer.run_id)
    assert answer.is_told("cancel") == ["bob"]
    assert stream.ended() == "cancelled"
    answer.end("cancelled")
    stage.agree(["user: go on", "assistant: one "], ["cancelled"])


def test_an_agent_has_a_last_word(stage: Stage) -> None:
    ann, ai = stage.client("ann"), stage.agent()
    asked = ann.send("go on")
    last_words = [
        {"type": "text-delta", "id": "t1", "delta": "stopped"},
        {"type": "text-end", "id": "t1"},
        {"type": "abort", "reason": "the user asked for it"},
    ]
    answer = ai.open(asked, last_words=last_words)
    stream = answer.stream(START, START_STEP, *begun("one "))
    ann.shows("user: go on", "assistant: one ")
    asked.cancel()
    assert stream.ended() == "cancelled"
    answer.end("cancelled")
    stage.agree(["user: go on", "assistant: one stopped"], ["cancelled"])


def test_a_cancel_that_is_refused(stage: Stage, interop_hub: HubProcess) -> None:
    ann, bob, ai = stage.client("ann"), stage.client("bob"), stage.agent()
    asked = ann.send("go on")
    answer = ai.open(asked, refuses=True)
    stream = answer.stream(START, START_STEP, *begun("one "))
    bob.shows("user: go on", "assistant: one ")
    bob.cancel_run(answer.run_id)
    asked.cancel()
    assert answer.is_told("cancel", 2) == ["bob", "ann"]
    ended = stream.finish(*text("two", id="t2"), FINISH_STEP, FINISH)
    assert ended == "complete"
    answer.end()
    stage.agree(["user: go on", "assistant: one two"], ["complete"])
    # The official SDK refuses in silence; ours tells those who know what it means.
    told = [m.get("name") for m in history_of(interop_hub, stage.channel)].count("cancel-refused")
    assert told == (2 if stage.agents_are == "python" else 0)


def test_a_cancel_for_another_run_changes_nothing(stage: Stage) -> None:
    ann, ai = stage.client("ann"), stage.agent()
    old = ann.send("one")
    first = ai.reply(old, reply("1", id="1"))
    ann.has_runs("complete")
    answer = ai.open(ann.send("two"))
    ann.cancel_run(first.run_id)
    ann.cancel_run("nobody's")
    old.cancel()
    stage.settle()
    assert answer.has_input()
    assert answer.pipe(reply("2", id="2")) == "complete"
    answer.end()
    stage.agree(["user: one", "assistant: 1", "user: two", "assistant: 2"], ["complete"] * 2)


def test_after_a_cancel_it_goes_on(stage: Stage) -> None:
    ann, ai = stage.client("ann"), stage.agent()
    asked = ann.send("go on")
    answer = ai.open(asked)
    stream = answer.stream(START, START_STEP, *begun("one "))
    ann.shows("user: go on", "assistant: one ")
    asked.cancel()
    stream.ended()
    answer.end("cancelled")
    ann.has_runs("cancelled")
    again = ai.open(ann.send("rather this"))
    assert again.prompt == ["user: rather this"]
    again.pipe(reply("well"))
    again.end()
    expected = ["user: go on", "assistant: one ", "user: rather this", "assistant: well"]
    stage.agree(expected, ["cancelled", "complete"])


def test_a_suspended_run_is_cancelled_by_who_answers(stage: Stage) -> None:
    ann, ai = stage.client("ann"), stage.agent()
    answer = ai.open(ann.send("do it"))
    call = {"type": "tool-input-available", "toolCallId": "c1", "toolName": "rm", "input": {}}
    answer.pipe([START, START_STEP, call, FINISH_STEP, FINISH])
    answer.suspend()
    ann.has_runs("suspended")
    resumed = ann.amend("tool-result", ann.ids[-1], toolCallId="c1", output="no")
    resumed.cancel()
    stage.settle()
    again = ai.open(resumed)
    again.is_cancelled()
    again.end("cancelled")
    stage.agree(["user: do it", "assistant: [rm output-available]"], ["cancelled"])


def test_an_agent_that_leaves_ends_what_is_open(stage: Stage) -> None:
    ann, ai = stage.client("ann"), stage.agent()
    answer = ai.open(ann.send("go on"))
    stream = answer.stream(START, START_STEP, *begun("one "))
    ann.shows("user: go on", "assistant: one ")
    ai.end_session()
    assert stream.ended() == "cancelled"
    ann.has_runs("cancelled")
    stage.agree(["user: go on", "assistant: one "], ["cancelled"])


@pytest.mark.parametrize("stage", OUR_CLIENTS, indirect=True, ids="-asks-".join)
def test_our_clients_cancel_what_is_theirs_or_all(stage: Stage) -> None:
    ann, bob, ai = stage.client("ann"), stage.client("bob"), stage.agent()
    who = [ann, bob, ann, bob]
    runs = [ai.open(one.send(f"{at}?")) for at, one in enumerate(who)]
    stage.settle()
    assert bob.cancel_all(scope="own") == [runs[1].run_id, runs[3].run_id]
    for run in (runs[1], runs[3]):
        run.is_cancelled()
        run.end("cancelled")
    ann.has_runs("active", "cancelled", "active", "cancelled")
    runs[2].end()
    ann.has_runs("active", "cancelled", "complete", "cancelled")
    assert bob.cancel_all(client_id="ann") == [runs[0].run_id]
    runs[0].is_cancelled()
    runs[0].end("cancelled")
    last = ai.open(ann.send("last"))
    stage.settle()
    assert bob.cancel_all(scope="all") == [last.run_id]
    last.is_cancelled()
    last.end("cancelled")
    bob.is_refused(lambda: bob.cancel_all(scope="mine"))
    asked = [f"user: {at}?" for at in range(4)]
    stage.agree(
        [*asked, "user: last"], ["cancelled", "cancelled", "complete", "cancelled", "cancelled"]
    )


@pytest.mark.parametrize("stage", OUR_CLIENTS, indirect=True, ids="-asks-".join)
def test_our_clients_redirect_a_run(stage: Stage) -> None:
    ann, ai = stage.client("ann"), stage.agent()
    asked = ann.send("write about cats")
    answer = ai.open(asked)
    stream = answer.stream(START, START_STEP, *begun("Cats "))
    ann.shows("user: write about cats", "assistant: Cats ")
    redirect = asked.redirect("rather about dogs")
    assert stream.ended() == "cancelled"
    answer.end("cancelled")
    again = ai.open(redirect.asked())
    assert again.prompt == ["user: rather about dogs"]
    again.pipe(reply("Dogs."))
    again.end()
    expected = ["user: write about cats", "assistant: Cats "]
    expected += ["user: rather about dogs", "assistant: Dogs."]
    stage.agree(expected, ["cancelled", "complete"])
