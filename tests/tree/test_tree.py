"""What a conversation is folded into: nodes, branches, steps, and what becomes of Runs."""

from __future__ import annotations

from typing import Any

import pytest

from aitransport_notebook.codec.uimessage import UIMessageCodec
from aitransport_notebook.errors import RequestError
from aitransport_notebook.tree.tree import Tree, fold
from aitransport_notebook.tree.view import View
from aitransport_notebook.wire import names as wire
from tests.tree.script import CODEC, Script


def folded(script: Script) -> Tree:
    return fold(script.history, CODEC)


def ids(view: View) -> list[str]:
    return [message.codec_message_id for message in view.messages]


def texts(view: View) -> list[str]:
    return [
        "".join(part.get("text", "") for part in message.message["parts"])
        for message in view.messages
    ]


def test_a_question_and_its_answer() -> None:
    script = Script()
    asked = script.ask("why?")
    answer = script.answer(asked, "because")
    view = folded(script).view()
    assert ids(view) == [asked, answer]
    assert texts(view) == ["why?", "because"]
    [run] = view.runs
    assert (run.status, run.client_id, run.error) == ("complete", "user", None)
    assert [step.status for step in run.steps] == ["active"], "no end of the step was told"
    assert view.run_for(asked) == view.run_for(answer) == run
    assert not view.beginning_missing


def test_an_edit_is_a_branch_and_the_newest_is_shown() -> None:
    script = Script()
    first = script.ask("one")
    answer = script.answer(first)
    edit = script.ask("two", fork_of=first)
    view = folded(script).view()
    assert ids(view) == [edit]
    branch = view.branch_at(edit)
    assert (branch.index, branch.has_siblings) == (1, True)
    assert [m["parts"][0]["text"] for m in branch.siblings] == ["one", "two"]
    branch.select(0)
    assert ids(view) == [first, answer]
    assert view.branch_at(first).index == 0
    assert ids(folded(script).view()) == [edit], "each view chooses for itself"


def test_a_regenerated_answer_takes_the_place_of_the_first() -> None:
    script = Script()
    asked = script.ask("why?")
    first = script.answer(asked, "because")
    second = script.answer(asked, "since", regenerates=first)
    view = folded(script).view()
    assert ids(view) == [asked, second]
    view.branch_at(second).select(0)
    assert ids(view) == [asked, first]


def test_a_later_message_of_a_run_may_be_regenerated_alone() -> None:
    script = Script()
    asked = script.ask("two things")
    run = script.run(asked)
    one, two, three = run.say("one"), run.say("two"), run.say("three")
    run.end()
    again = script.answer(one, "two again", regenerates=two)
    view = folded(script).view()
    assert ids(view) == [asked, one, again]
    view.branch_at(again).select(0)
    assert ids(view) == [asked, one, two, three]


@pytest.mark.parametrize(
    ("reason", "error", "expected"),
    [
        ("complete", None, ("complete", None)),
        ("cancelled", None, ("cancelled", None)),
        ("error", (42910, "too fast"), ("error", (42910, "too fast", 429))),
        ("error", None, ("error", (104008, "agent reported an error", 500))),
    ],
)
def test_how_a_run_ended(reason: str, error: Any, expected: tuple[str, Any]) -> None:
    script = Script()
    run = script.run(script.ask("go"))
    run.end(reason, error)
    [info] = folded(script).view().runs
    assert (info.status, info.error and tuple(info.error)) == expected


def test_a_run_waits_and_goes_on() -> None:
    script = Script()
    run = script.run(script.ask("go"))
    run.turn(wire.RUN_SUSPEND)
    assert [info.status for info in folded(script).view().runs] == ["suspended"]
    run.turn(wire.RUN_RESUME)
    assert [info.status for info in folded(script).view().runs] == ["active"]
    run.end()
    run.turn(wire.RUN_RESUME)
    assert [info.status for info in folded(script).view().runs] == ["complete"]


def test_a_step_that_is_tried_again_counts_once() -> None:
    script = Script()
    asked = script.ask("go")
    run = script.run(asked)
    run.step("work")
    dead = run.say("half of")
    run.step("work")
    whole = run.say("the whole")
    run.end()
    tree = folded(script)
    assert ids(tree.view()) == [asked, whole] != [asked, dead]
    [info] = tree.view().runs
    assert [(step.step_id, step.attempt_count) for step in info.steps][-1] == ("work", 2)


def test_a_steer_stands_in_its_run() -> None:
    script = Script()
    asked = script.ask("go")
    run = script.run(asked)
    first = run.say("going")
    steer = run.steer("shorter")
    second = run.say("gone")
    run.end()
    assert ids(folded(script).view()) == [asked, first, steer, second]


def test_what_is_left_of_a_beginning_that_is_gone_is_shown_and_said() -> None:
    script = Script()
    asked = script.ask("lost")
    answer = script.answer(asked, "kept")
    after = script.ask("and then?", answer)
    last = script.answer(after, "this")
    whole = folded(script).view()
    assert ids(whole) == [asked, answer, after, last] and not whole.beginning_missing
    for gone in range(1, len(script.history)):
        view = fold(script.history[gone:], CODEC).view()
        assert view.beginning_missing == bool(view.runs or view.messages)
        assert ids(view) == ids(whole)[4 - len(ids(view)) :]
    rest = fold(script.history[1:], CODEC).view()
    assert ids(rest) == [answer, after, last]


def test_a_view_stays_where_it_is_when_another_edits_and_follows_another_answer() -> None:
    script = Script()
    tree = Tree(CODEC)
    asked = script.ask("one")
    first = script.answer(asked)
    for message in script.live:
        tree.apply(message)
    view, seen = tree.view(), len(script.live)
    assert ids(view) == [asked, first]
    second = script.answer(asked, "other", regenerates=first)
    edit = script.ask("two", fork_of=asked)
    for message in script.live[seen:]:
        tree.apply(message)
        assert len(ids(view)) in (1, 2)
    assert ids(view) == [asked, second]
    assert ids(tree.view()) == [edit]


def test_what_the_channel_does_not_keep_is_told_and_not_kept() -> None:
    script = Script()
    run = script.run(script.ask("go"))
    tree = folded(script)
    heard: list[Any] = []
    tree.on("output", lambda event: heard.extend(event.events))
    passing = {**script.live[-1], "name": wire.AI_OUTPUT, "serial": "9", "data": {"at": 1}}
    transport = {"run-id": run.id, "codec-message-id": "m", "role": "assistant"}
    passing["extras"] = {
        "ai": {"transport": transport, "codec": {"kind": "data-progress", "transient": "true"}},
        "ephemeral": True,
    }
    tree.apply(passing)
    assert [event["type"] for event in heard] == ["data-progress"]
    assert len(tree.records) == len(script.history)


def test_what_is_proposed_is_shown_until_the_channel_shows_it() -> None:
    script = Script()
    asked = script.ask("one")
    script.answer(asked)
    tree = folded(script)
    view = tree.view()
    before = ids(view)
    mine = Script()
    proposed = mine.ask("mine", before[-1], id="mine")
    tree.propose([{**mine.live[0], "serial": None, "version": None}])
    assert ids(view) == [*before, proposed]
    other = script.ask("theirs", before[-1])
    tree.apply(script.live[-1])
    assert ids(view) == [*before, other, proposed], "what is not sent yet comes last"
    script.ask("mine", before[-1], id="mine")
    tree.apply(script.live[-1])
    assert texts(view)[-2:] == ["theirs", "mine"]
    assert ids(view) == [*before, other, proposed]
    assert ids(folded(script).view()) == ids(view)


def test_what_was_proposed_in_vain_is_taken_back() -> None:
    tree = Tree(UIMessageCodec())
    mine = Script()
    mine.ask("mine", id="mine")
    tree.propose([{**mine.live[0], "serial": None, "version": None}])
    assert ids(tree.view()) == ["mine"]
    tree.withdraw("mine")
    assert ids(tree.view()) == []


def test_a_view_tells_of_each_change_that_it_shows() -> None:
    script = Script()
    asked = script.ask("go")
    tree = folded(script)
    view, seen = tree.view(), len(script.live)
    told: list[str | None] = []
    view.on("update", lambda update: told.append(update.message_id))
    answer = script.answer(asked, "word by word")
    for message in script.live[seen:]:
        tree.apply(message)
    assert told.count(answer) >= 5
    assert texts(view)[-1] == "word by word"
    with pytest.raises(RequestError, match="update"):
        view.on("nothing", lambda: None)
