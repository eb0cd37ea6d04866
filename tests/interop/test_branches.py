"""Other answers and other questions in the same place, and choosing among them."""

from __future__ import annotations

from typing import Any

from tests.interop.cast import Agent, Client
from tests.interop.chunks import reply
from tests.interop.stage import Stage


def asked_and_answered(stage: Stage, *said: str) -> tuple[Client, Agent]:
    """Have a user ask and an agent answer, in turns."""
    ann, ai = stage.client("ann"), stage.agent()
    for question, answer in zip(said[::2], said[1::2], strict=True):
        ai.reply(ann.send(question), reply(answer, id=answer))
        ann.has_runs(*["complete"] * (said.index(answer) // 2 + 1))
    return ann, ai


def branch_at(snapshot: dict[str, Any], place: int) -> tuple[list[str], int]:
    """Return the texts of the versions of a message, and which one is on view."""
    branch = snapshot["branches"][snapshot["messages"][place]["id"]]
    texts = [sibling["parts"][-1]["text"] for sibling in branch["siblings"]]
    assert branch["has_siblings"] == (len(texts) > 1)
    return texts, branch["index"]


def test_a_reply_is_generated_again(stage: Stage) -> None:
    ann, ai = asked_and_answered(stage, "a number", "one")
    first = ann.ids[-1]
    answer = ai.open(ann.regenerate(first))
    assert answer.prompt == ["user: a number"]
    answer.pipe(reply("two", id="two"))
    answer.end()
    for one in (ann, *stage.watchers):
        one.shows("user: a number", "assistant: two")
    shown = stage.agree(["user: a number", "assistant: two"], ["complete"])
    assert branch_at(shown, 1) == (["one", "two"], 1)
    for one in (ann, *stage.watchers):
        one.select(one.ids[-1], 0)
        one.shows("user: a number", "assistant: one")
        assert one.ids[-1] == first
    assert branch_at(ann.snapshot(), 1) == (["one", "two"], 0)


def test_what_was_regenerated_is_regenerated_again(stage: Stage) -> None:
    ann, ai = asked_and_answered(stage, "a number", "one")
    for number in ("two", "three"):
        ai.reply(ann.regenerate(ann.ids[-1]), reply(number, id=number))
        ann.shows("user: a number", f"assistant: {number}")
    shown = stage.agree(["user: a number", "assistant: three"], ["complete"])
    assert branch_at(shown, 1) == (["one", "two", "three"], 2)


def test_who_went_back_to_a_reply_sees_the_one_they_then_ask_for(stage: Stage) -> None:
    ann, ai = asked_and_answered(stage, "a number", "one")
    ai.reply(ann.regenerate(ann.ids[-1]), reply("two", id="two"))
    for watcher in stage.watchers:
        watcher.shows("user: a number", "assistant: two")
        watcher.select(watcher.ids[-1], 0)
    ann.select(ann.ids[-1], 0)
    ann.shows("user: a number", "assistant: one")
    ai.reply(ann.regenerate(ann.ids[-1]), reply("three", id="three"))
    ann.shows("user: a number", "assistant: three")
    shown = stage.agree(["user: a number", "assistant: three"], ["complete"])
    assert branch_at(shown, 1) == (["one", "two", "three"], 2)
    # Who did not ask stays with what they chose.
    assert stage.watchers[0].now()[0] == ["user: a number", "assistant: one"]


def test_a_later_message_of_a_run_is_generated_again(stage: Stage) -> None:
    ann, ai = stage.client("ann"), stage.agent()
    answer = ai.open(ann.send("two words"))
    for word in ("hello", "wrold"):
        answer.pipe(reply(word, id=word))
    answer.end()
    ann.shows("user: two words", "assistant: hello", "assistant: wrold")
    again = ai.open(ann.regenerate(ann.ids[-1]))
    assert again.prompt == ["user: two words", "assistant: hello"]
    again.pipe(reply("world", id="world"))
    again.end()
    shown = stage.agree(
        ["user: two words", "assistant: hello", "assistant: world"], ["complete", "complete"]
    )
    assert branch_at(shown, 2) == (["wrold", "world"], 1)
    for one in (ann, *stage.watchers):
        one.select(one.ids[-1], 0)
        one.shows("user: two words", "assistant: hello", "assistant: wrold")


def test_an_earlier_reply_is_generated_again(stage: Stage) -> None:
    ann, ai = asked_and_answered(stage, "one?", "one", "two?", "two")
    ai.reply(ann.regenerate(ann.ids[1]), reply("1", id="1"))
    ann.shows("user: one?", "assistant: 1")
    shown = stage.agree(["user: one?", "assistant: 1"], ["complete"])
    assert branch_at(shown, 1) == (["one", "1"], 1)
    ann.select(ann.ids[-1], 0)
    ann.shows("user: one?", "assistant: one", "user: two?", "assistant: two")


def test_a_message_is_edited(stage: Stage) -> None:
    ann, ai = asked_and_answered(stage, "a numbre", "what?")
    answer = ai.open(ann.edit(ann.ids[0], "a number"))
    assert answer.prompt == ["user: a number"]
    answer.pipe(reply("one", id="one"))
    answer.end()
    ann.shows("user: a number", "assistant: one")
    shown = stage.agree(["user: a number", "assistant: one"], ["complete"])
    assert branch_at(shown, 0) == (["a numbre", "a number"], 1)
    ann.select(ann.ids[0], 0)
    ann.shows("user: a numbre", "assistant: what?")
    # Who watched was not asked, and stays where they were.
    for watcher in stage.watchers:
        watcher.shows("user: a numbre", "assistant: what?")


def test_a_message_in_the_middle_is_edited_twice(stage: Stage) -> None:
    ann, ai = asked_and_answered(stage, "hi", "hello", "a number", "one")
    for text, answer in (("a letter", "a"), ("a colour", "red")):
        ai.reply(ann.edit(ann.ids[2], text), reply(answer, id=answer))
        ann.shows("user: hi", "assistant: hello", f"user: {text}", f"assistant: {answer}")
    shown = stage.agree(
        ["user: hi", "assistant: hello", "user: a colour", "assistant: red"],
        ["complete", "complete"],
    )
    assert branch_at(shown, 2) == (["a number", "a letter", "a colour"], 2)


def test_one_goes_on_in_a_branch_that_was_left(stage: Stage) -> None:
    ann, ai = asked_and_answered(stage, "a number", "one")
    ai.reply(ann.regenerate(ann.ids[-1]), reply("two", id="two"))
    ann.shows("user: a number", "assistant: two")
    ann.select(ann.ids[-1], 0)
    answer = ai.open(ann.send("double it"))
    # An agent is given what the user who asks has on view.
    assert answer.prompt == ["user: a number", "assistant: one", "user: double it"]
    answer.pipe(reply("two again", id="again"))
    answer.end()
    ann.shows("user: a number", "assistant: one", "user: double it", "assistant: two again")
    shown = stage.agree(["user: a number", "assistant: two"], ["complete"])
    assert branch_at(shown, 1) == (["one", "two"], 1)


def test_a_regenerated_reply_follows_an_edit(stage: Stage) -> None:
    ann, ai = asked_and_answered(stage, "a", "1")
    ai.reply(ann.edit(ann.ids[0], "b"), reply("2", id="2"))
    ann.shows("user: b", "assistant: 2")
    ai.reply(ann.regenerate(ann.ids[-1]), reply("3", id="3"))
    ann.shows("user: b", "assistant: 3")
    shown = stage.agree(["user: b", "assistant: 3"], ["complete"])
    assert branch_at(shown, 0) == (["a", "b"], 1)
    assert branch_at(shown, 1) == (["2", "3"], 1)


def test_what_is_not_there_is_neither_edited_nor_regenerated(stage: Stage) -> None:
    ann, _ = asked_and_answered(stage, "a", "1")
    ann.is_refused(lambda: ann.regenerate("nothing"))
    ann.is_refused(lambda: ann.edit("nothing", "b"))
    ann.is_refused(lambda: ann.regenerate(ann.ids[0]))
    stage.agree(["user: a", "assistant: 1"], ["complete"])
