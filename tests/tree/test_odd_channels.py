"""Channels of which the beginning was not heard, or where somebody says what makes no sense."""

from __future__ import annotations

from typing import Any

from aitransport_notebook.tree.tree import Tree, fold
from aitransport_notebook.tree.view import View
from aitransport_notebook.wire import names as wire
from aitransport_notebook.wire.inbound import Action
from tests.tree.script import BEGAN, CODEC, Script, Wire


def heard(messages: list[Wire]) -> Tree:
    """Hear messages one by one, and look each time."""
    tree = Tree(CODEC)
    view = tree.view()
    for message in messages:
        tree.apply(message)
        assert view.messages is not None
    return tree


def ids(view: View) -> list[str]:
    return [message.codec_message_id for message in view.messages]


def said(serial: int, run_id: str, message_id: str, **headers: Any) -> Wire:
    transport = {wire.RUN_ID: run_id, wire.MESSAGE_ID: message_id, wire.ROLE: "assistant"}
    ai = {"transport": {**transport, **headers}, "codec": {"kind": "start"}}
    return {
        "action": 0,
        "serial": f"{BEGAN + serial}-000",
        "name": wire.AI_OUTPUT,
        "extras": {"ai": ai},
    }


def test_history_has_more_of_a_stream_than_was_heard_of_the_same_version() -> None:
    script = Script()
    script.answer(script.ask("why?"), "because of the sea")
    [whole] = [message for message in script.history if message["action"] == Action.UPDATE]
    expected = list(fold([whole], CODEC).view().messages)
    appends = [message for message in script.live if message["action"] == Action.APPEND]
    assert appends[-1]["version"] == whole["version"]
    for append in appends:
        tree = heard([append])
        tree.load([whole])
        assert list(tree.view().messages) == expected


def test_an_attempt_whose_start_was_not_heard_counts_until_the_next_one() -> None:
    script = Script()
    run = script.run(script.ask("go"))
    run.step("work")
    begun = len(script.live)
    dead = run.say("half of")
    assert dead in ids(heard(script.live[begun:]).view())
    run.step("work")
    whole = run.say("the whole")
    assert ids(heard(script.live[begun:]).view()) == [whole]


def test_an_edit_of_an_edit_may_go_on_for_long() -> None:
    script = Script()
    versions = [script.ask("version 0")]
    for number in range(1, 300):
        versions.append(script.ask(f"version {number}", fork_of=versions[-1]))
    tree = fold(script.history, CODEC)
    assert ids(tree.view()) == versions[-1:]
    assert [node.key for node in tree.siblings(versions[7])] == versions


def test_runs_that_stand_in_the_place_of_each_other_are_shown_once() -> None:
    """Each answers for a later message of the other, as one has the other's message ids."""
    below_one = {wire.PARENT: "m1", wire.REGENERATES: "m2"}
    below_two = {wire.PARENT: "n1", wire.REGENERATES: "n2"}
    messages = [
        *(said(1, "first", "m1"), said(2, "first", "m2")),
        *(said(3, "one", "n1", **below_one), said(4, "one", "n2", **below_one)),
        said(5, "two", "o1", **below_two),
        *(said(6, "two", "m1", **below_two), said(7, "two", "m2", **below_two)),
    ]
    assert ids(fold(messages, CODEC).view()) == ["m1", "n1", "o1", "m1", "m2"]


def test_a_stream_grows_in_a_run_whose_id_is_empty() -> None:
    begun = said(1, "", "m", stream="true")
    begun["extras"]["ai"]["codec"] = {"kind": "text", "id": "t"}
    more = {**begun, "action": 5, "data": "hi", "version": {"serial": f"{BEGAN + 2}-000"}}
    tree = heard([begun, said(3, "another", "m"), more])
    node = tree.run("")
    assert node is not None
    [message] = tree.messages_of(node)
    assert message.message["parts"][-1] == {"type": "text", "text": "hi"}


def test_what_follows_a_question_that_is_gone_is_shown_with_its_versions() -> None:
    script = Script()
    asked = script.ask("why?")
    first = script.answer(asked, "because")
    second = script.answer(asked, "since", regenerates=first)
    then = script.ask("and then?", parent=second)
    view = fold([one for one in script.history if asked != _message_id(one)], CODEC).view()
    assert ids(view) == [second, then] and view.beginning_missing
    view.branch_at(second).select(0)
    assert ids(view) == [first]


def test_a_choice_stands_when_an_older_version_comes() -> None:
    script = Script()
    asked = script.ask("why?")
    begun = len(script.history)
    oldest = script.answer(asked, "because")
    ended = len(script.history)
    chosen = script.answer(asked, "since", regenerates=oldest)
    script.answer(asked, "as", regenerates=oldest)
    tree = fold([*script.history[:begun], *script.history[ended:]], CODEC)
    view = tree.view()
    view.branch_at(view.messages[-1].codec_message_id).select(0)
    assert ids(view) == [asked, chosen]
    tree.load(script.history[begun:ended])
    assert ids(view) == [asked, chosen] and view.branch_at(chosen).index == 1


def test_the_newest_version_stays_when_what_it_is_one_of_comes_in_older_pages() -> None:
    script = Script()
    asked = script.ask("one")
    script.answer(asked)
    for text in ("two", "three", "four"):
        newest = script.ask(text, fork_of=asked)
        answer = script.answer(newest)
    last = script.ask("and then?", parent=answer)
    for size in range(1, len(script.history)):
        tree = Tree(CODEC)
        view = tree.view()
        for end in range(len(script.history), 0, -size):
            tree.load(script.history[max(0, end - size) : end])
            assert ids(view)[-1] == last
        assert ids(view) == [newest, answer, last], f"in pages of {size}"


def _message_id(message: Wire) -> str | None:
    id: str | None = message["extras"]["ai"]["transport"].get(wire.MESSAGE_ID)
    return id
