"""Which inputs wait for an agent."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from aitransport_notebook.runs.headers import Trigger, of_cancel, of_input, of_run
from aitransport_notebook.runs.waiting import Waiting
from aitransport_notebook.wire import names as wire
from aitransport_notebook.wire.inbound import Inbound
from aitransport_notebook.wire.record import Record
from tests.tree.script import Script


def waiting(script: Script, order: list[int] | None = None) -> Waiting:
    found = Waiting()
    for number in range(len(script.history)) if order is None else order:
        found.add(Record(Inbound(script.history[number])))
    return found


def asked(found: Waiting) -> list[str | None]:
    return [record.message_id for record in found.new]


def answer(script: Script, run_id: str, message_id: str, **more: Any) -> None:
    """Say as a user what a Run waits for."""
    told = of_input(
        message_id=message_id, event_id=f"e-{message_id}", client_id="user", run_id=run_id
    )
    kind = more.get("kind", "tool-result")
    script.publish(wire.AI_INPUT, told, {wire.KIND: kind}, {"output": 1})


def turn(script: Script, name: str, run_id: str) -> None:
    script.publish(name, of_run(run_id, "i", Trigger("user", "user", "m9")))


def test_what_was_asked_waits_until_a_run_begins() -> None:
    script = Script()
    first, second = script.ask("one"), script.ask("two")
    assert asked(waiting(script)) == [first, second]
    script.run(first)
    assert asked(waiting(script)) == [second]
    script.run(second)
    assert asked(waiting(script)) == []


def test_what_was_cancelled_before_it_began_still_waits() -> None:
    script = Script()
    first = script.ask("one")
    # Whether who cancelled it may do so is for an agent to say.
    script.publish(wire.AI_CANCEL, of_cancel("e9", None, first))
    assert asked(waiting(script)) == [first]


def test_users_do_not_begin_runs() -> None:
    script = Script()
    first = script.ask("one")
    script.run(first)
    [start] = [one for one in script.history if one["name"] == wire.RUN_START]
    forged = {**start, "extras": {**start["extras"], "userClaim": '{"role": "user"}'}}
    found = Waiting()
    for message in (script.history[0], forged):
        found.add(Record(Inbound(message)))
    assert asked(found) == [first]


def test_a_message_into_a_run_asks_for_no_other() -> None:
    script = Script()
    run = script.run(script.ask("one"))
    script.ask("shorter", run_id=run.id)
    found = waiting(script)
    assert (asked(found), found.answers) == ([], [])


def test_an_answer_waits_until_its_run_goes_on() -> None:
    script = Script()
    run = script.run(script.ask("one"))
    answer(script, run.id, "m1")
    answer(script, run.id, "m2", kind="tool-approval-response")
    assert [record.message_id for record in waiting(script).answers] == ["m2"], "the newest"
    turn(script, wire.RUN_RESUME, run.id)
    assert waiting(script).answers == []
    answer(script, run.id, "m3")
    assert [record.message_id for record in waiting(script).answers] == ["m3"]
    turn(script, wire.RUN_END, run.id)
    assert waiting(script).answers == []


def test_words_to_a_suspended_run_wait_until_it_goes_on() -> None:
    script = Script()
    run = script.run(script.ask("one"))
    run.steer("said while it was at work")
    turn(script, wire.RUN_SUSPEND, run.id)
    assert waiting(script).answers == []
    first = run.steer("go on")
    run.steer("and hurry")
    assert [record.message_id for record in waiting(script).answers] == [first]
    answer(script, run.id, "m8")
    assert [record.message_id for record in waiting(script).answers] == ["m8"]
    run.steer("please")
    assert [record.message_id for record in waiting(script).answers] == ["m8"]
    turn(script, wire.RUN_RESUME, run.id)
    assert waiting(script).answers == []
    run.steer("said while it was at work again")
    assert waiting(script).answers == []
    turn(script, wire.RUN_SUSPEND, run.id)
    assert waiting(script).answers == []
    last = run.steer("still there?")
    assert [record.message_id for record in waiting(script).answers] == [last]
    turn(script, wire.RUN_END, run.id)
    assert waiting(script).answers == []


def stops(found: Waiting) -> list[str]:
    return [record.transport[wire.EVENT_ID] for wishes in found.stops for record in wishes]


def refuse(script: Script, run_id: str, cancel: str, **more: Any) -> None:
    script.publish(wire.CANCEL_REFUSED, {}, {}, {"runId": run_id, "cancel": cancel})
    script.history[-1]["extras"].update(more)


def test_the_wish_that_a_suspended_run_end_waits_until_that_is_seen_to() -> None:
    script = Script()
    first = script.ask("one")
    run = script.run(first)
    script.publish(wire.AI_CANCEL, of_cancel("e1", run.id, None))
    assert stops(waiting(script)) == [], "whoever is at it has heard that"
    turn(script, wire.RUN_SUSPEND, run.id)
    assert stops(waiting(script)) == ["e1"], "and has not done it"
    turn(script, wire.RUN_RESUME, run.id)
    turn(script, wire.RUN_SUSPEND, run.id)
    assert stops(waiting(script)) == [], "that it went on settles it"
    cancel = script.publish(wire.AI_CANCEL, of_cancel("e2", run.id, None))
    script.publish(wire.AI_CANCEL, of_cancel("e3", None, first))
    assert stops(waiting(script)) == ["e2", "e3"], "the first counts; others may have woken nobody"
    refuse(script, run.id, cancel, userClaim='{"role": "user"}')
    assert stops(waiting(script)) == ["e2", "e3"], "users refuse nothing"
    refuse(script, run.id, cancel)
    assert stops(waiting(script)) == ["e3"], "another may be granted what one is refused"
    assert waiting(script).meant_by(waiting(script).stops[0][0]) == run.id
    turn(script, wire.RUN_END, run.id)
    assert stops(waiting(script)) == []


def test_users_do_not_suspend_runs() -> None:
    script = Script()
    run = script.run(script.ask("one"))
    turn(script, wire.RUN_SUSPEND, run.id)
    run.steer("go on")
    suspension = script.history[-2]
    suspension["extras"] = {**suspension["extras"], "userClaim": '{"role": "user"}'}
    assert waiting(script).answers == []


@given(st.permutations(range(9)))
def test_the_order_in_which_it_is_told_changes_nothing(order: list[int]) -> None:
    script = Script()
    first, second = script.ask("one"), script.ask("two")
    run = script.run(first)
    script.publish(wire.AI_CANCEL, of_cancel("e9", None, second))
    third = script.ask("three")
    answer(script, run.id, "m7")
    turn(script, wire.RUN_RESUME, run.id)
    answer(script, run.id, "m8")
    assert len(script.history) == len(order)
    found = waiting(script, [*order, *order])
    assert asked(found) == [second, third]
    assert [record.message_id for record in found.answers] == ["m8"]


@given(st.permutations(range(9)))
def test_the_wish_that_it_end_waits_whatever_the_order_in_which_it_is_told(
    order: list[int],
) -> None:
    script = Script()
    first = script.ask("one")
    run = script.run(first)
    turn(script, wire.RUN_RESUME, run.id)
    cancel = script.publish(wire.AI_CANCEL, of_cancel("e1", None, first))
    turn(script, wire.RUN_SUSPEND, run.id)
    script.publish(wire.AI_CANCEL, of_cancel("e2", None, first))
    refuse(script, run.id, cancel)
    script.publish(wire.AI_CANCEL, of_cancel("e3", run.id, None))
    assert len(script.history) == len(order)
    assert stops(waiting(script, [*order, *order])) == ["e2", "e3"]


@given(st.permutations(range(8)))
def test_words_wait_whatever_the_order_in_which_they_are_told(order: list[int]) -> None:
    script = Script()
    run = script.run(script.ask("one"))
    turn(script, wire.RUN_SUSPEND, run.id)
    run.steer("go on")
    turn(script, wire.RUN_RESUME, run.id)
    turn(script, wire.RUN_SUSPEND, run.id)
    again = run.steer("go on again")
    assert len(script.history) == len(order)
    found = waiting(script, [*order, *order])
    assert [record.message_id for record in found.answers] == [again]
