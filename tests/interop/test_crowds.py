"""Several at once: users, runs, agents; and strangers on the channel."""

from __future__ import annotations

from tests.interop.chunks import FINISH, FINISH_STEP, START, START_STEP, begun, more, reply
from tests.interop.stage import Stage, other

END = [{"type": "text-end", "id": "t1"}, FINISH_STEP, FINISH]


def test_runs_at_the_same_time(stage: Stage) -> None:
    ann, bob, ai = stage.client("ann"), stage.client("bob"), stage.agent()
    first = ai.open(ann.send("one?"))
    one = first.stream(START, START_STEP, *begun("o"))
    bob.shows("user: one?", "assistant: o")
    second = ai.open(bob.send("two?"))
    two = second.stream({**START, "messageId": "two"}, START_STEP, *begun("t"))
    one.say(*more("n"))
    two.say(*more("w"))
    for who in (ann, bob, *stage.watchers):
        who.shows("user: one?", "assistant: on", "user: two?", "assistant: tw")
    assert two.finish(*more("o"), *END) == "complete"
    second.end()
    ann.has_runs("active", "complete")
    assert one.finish(*more("e"), *END) == "complete"
    first.end()
    stage.agree(["user: one?", "assistant: one", "user: two?", "assistant: two"], ["complete"] * 2)


def test_two_ask_in_the_same_place(stage: Stage) -> None:
    ann, bob, ai = stage.client("ann"), stage.client("bob"), stage.agent()
    ai.reply(ann.send("hi"), reply("hello"))
    bob.shows("user: hi", "assistant: hello")
    last = bob.ids[-1]
    asked = [who.send(f"{who.name}?", parent=last) for who in (ann, bob)]
    for one in asked:
        ai.reply(one, reply("yes"))
    # Nobody edited anything: both are there, one after the other.
    both = ["user: ann?", "user: bob?", "assistant: yes", "assistant: yes"]
    stage.agree(["user: hi", "assistant: hello", *both], ["complete"] * 3)


def test_two_agents_answer_one_input(stage: Stage) -> None:
    ann, ai = stage.client("ann"), stage.agent()
    helper = stage.agent("helper", other(stage.agents_are))
    asked = ann.send("who is there?")
    first = ai.open(asked)
    one = first.stream(START, START_STEP, *begun("I, "))
    ann.shows("user: who is there?", "assistant: I, ")
    second = helper.open(asked)
    two = second.stream({**START, "messageId": "two"}, START_STEP, *begun("no, I"))
    # The newest answer takes the place of the one before, also while that is being said.
    ann.shows("user: who is there?", "assistant: no, I")
    assert two.finish(*END) == "complete"
    second.end()
    assert one.finish(*more("the first"), *END) == "complete"
    first.end()
    shown = stage.agree(["user: who is there?", "assistant: no, I"], ["complete"])
    branch = shown["branches"][shown["messages"][1]["id"]]
    assert [s["parts"][-1]["text"] for s in branch["siblings"]] == ["I, the first", "no, I"]


def test_a_cancel_reaches_both_agents_by_the_input_and_one_by_the_run(stage: Stage) -> None:
    ann, ai = stage.client("ann"), stage.agent()
    helper = stage.agent("helper", other(stage.agents_are))
    asked = ann.send("who is there?")
    first = ai.open(asked)
    one = first.stream(START, START_STEP, *begun("I"))
    ann.shows("user: who is there?", "assistant: I")
    second = helper.open(asked)
    two = second.stream({**START, "messageId": "two"}, START_STEP, *begun("no, I"))
    ann.shows("user: who is there?", "assistant: no, I")
    ann.cancel_run(first.run_id)
    assert one.ended() == "cancelled"
    first.end("cancelled")
    stage.settle()
    assert second.status == "active"
    asked.cancel()
    assert two.ended() == "cancelled"
    second.end("cancelled")
    stage.agree(["user: who is there?", "assistant: no, I"], ["cancelled"])


def test_one_user_twice(stage: Stage) -> None:
    tabs, ai = [stage.client("ann 1"), stage.client("ann 2")], stage.agent()
    ai.reply(tabs[0].send("one"), reply("1", id="1"))
    tabs[1].shows("user: one", "assistant: 1")
    ai.reply(tabs[1].send("two"), reply("2", id="2"))
    for tab in tabs:
        tab.shows("user: one", "assistant: 1", "user: two", "assistant: 2")
    shown = stage.agree(
        ["user: one", "assistant: 1", "user: two", "assistant: 2"], ["complete"] * 2
    )
    assert {run["client_id"] for run in shown["runs"]} == {"ann"}


def test_a_client_of_each_side_in_one_conversation(stage: Stage) -> None:
    ann = stage.client("ann")
    bob = stage.client("bob", other(stage.clients_are))
    ai, helper = stage.agent(), stage.agent("helper", other(stage.agents_are))
    ai.reply(ann.send("from ann"), reply("to ann", id="1"))
    bob.shows("user: from ann", "assistant: to ann")
    answer = helper.open(bob.send("from bob"))
    assert answer.prompt == ["user: from ann", "assistant: to ann", "user: from bob"]
    answer.pipe(reply("to bob", id="2"))
    answer.end()
    ann.shows("user: from ann", "assistant: to ann", "user: from bob", "assistant: to bob")
    ai.reply(ann.regenerate(ann.ids[-1]), reply("to all", id="3"))
    bob.shows("user: from ann", "assistant: to ann", "user: from bob", "assistant: to all")
    ai.reply(bob.edit(bob.ids[2], "bob again"), reply("yes", id="4"))
    bob.shows("user: from ann", "assistant: to ann", "user: bob again", "assistant: yes")
    stage.agree(
        ["user: from ann", "assistant: to ann", "user: bob again", "assistant: yes"],
        ["complete"] * 2,
    )


def test_sessions_do_not_complain(stage: Stage) -> None:
    ann, ai = stage.client("ann"), stage.agent()
    ai.reply(ann.send("all well?"), reply("yes"))
    stage.agree(["user: all well?", "assistant: yes"], ["complete"])
    assert [one.complaints() for one in (ann, ai, *stage.watchers)] == [[]] * 4
