"""Channels of which something was not heard, or where somebody says what makes no sense."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from aitransport_notebook.codec.uimessage import UIMessageCodec
from aitransport_notebook.wire import names as wire
from aitransport_notebook.wire.inbound import Action
from tests.cases.channel import history_of, version_of
from tests.cases.telling import Wire
from tests.codec.conformance.channel import Channel, encode
from tests.codec.conformance.scripts import script_of
from tests.codec.responses.story import story_of
from tests.codec.responses.test_official import played, wire_of
from tests.tree.script import BEGAN, Script


@dataclass(frozen=True)
class Odd:
    """What was delivered, and what history has where that is not the same."""

    live: list[Wire]
    history: list[Wire] | None = None
    codec: str = "uimessage"

    @property
    def kept(self) -> list[Wire]:
        return history_of(self.live) if self.history is None else self.history

    @property
    def is_whole(self) -> bool:
        """Tell whether whoever heard it all needs no history."""
        return self.history is None


def _script(tell: Callable[[Script], None]) -> Script:
    script = Script()
    tell(script)
    return script


def _two_turns(script: Script) -> None:
    answer = script.answer(script.ask("what is it?"), "a sea and a ship")
    run = script.run(script.ask("whose?", answer))
    run.say("the captain's")
    run.steer("which one's?")
    run.say("of this very ship")
    run.end()


def beginning_is_gone() -> Odd:
    live = _script(_two_turns).live
    first = sorted({message["serial"] for message in live})[:5]
    return Odd([message for message in live if message["serial"] not in first])


def first_stream_is_gone() -> Odd:
    """What a Run began with is gone, and it goes on with a text in the same step."""
    live = _script(_two_turns).live
    gone = sorted({message["serial"] for message in live})[:6]
    return Odd([message for message in live if message["serial"] not in gone])


def end_of_a_stream_was_heard() -> Odd:
    script = _script(_two_turns)
    appends = [at for at, one in enumerate(script.live) if one["action"] == Action.APPEND]
    return Odd(script.live[appends[2] :], script.history)


def start_of_an_attempt_is_gone() -> Odd:
    script = Script()
    run = script.run(script.ask("go"))
    run.step("work")
    begun = len(script.live)
    run.say("half of")
    run.step("work")
    run.say("the whole")
    run.step("more")
    run.say("and more")
    return Odd(script.live[begun:])


def edits_of_edits() -> Odd:
    script = Script()
    versions = [script.ask("version 0")]
    for number in range(1, 6):
        versions.append(script.ask(f"version {number}", fork_of=versions[-1]))
    script.answer(versions[2], "an answer")
    return Odd(script.live)


def regenerated_here_and_there() -> Odd:
    script = Script()
    asked = script.ask("what?")
    run = script.run(asked)
    first, second = run.say("one"), run.say("two")
    run.end()
    after = script.ask("and then?", second)
    script.answer(after, "three")
    script.answer(asked, "another one", regenerates=first)
    script.answer(first, "another two", regenerates=second)
    script.answer(first, "yet another two", regenerates=second)
    script.ask("beside that", second)
    script.ask("below nothing", "not-here")
    return Odd(script.live)


def in_the_place_of_each_other() -> Odd:
    below_one = {wire.PARENT: "m1", wire.REGENERATES: "m2"}
    below_two = {wire.PARENT: "n1", wire.REGENERATES: "n2"}
    return Odd(
        [
            *(_start(1, "first", "m1"), _start(2, "first", "m2")),
            *(_start(3, "one", "n1", **below_one), _start(4, "one", "n2", **below_one)),
            _start(5, "two", "o1", **below_two),
            *(_start(6, "two", "m1", **below_two), _start(7, "two", "m2", **below_two)),
        ]
    )


def run_without_an_id() -> Odd:
    transport = {wire.RUN_ID: "", wire.MESSAGE_ID: "m", wire.ROLE: "assistant", wire.STREAM: "true"}
    begun = raw(1, wire.AI_OUTPUT, transport, {"kind": "text", "id": "t"}, "")
    more = {**begun, "action": 5, "data": "hi", "version": {"serial": _serial(3)}}
    return Odd([begun, _start(2, "another", "m"), more])


def twice_and_in_disorder() -> Odd:
    """The deliveries of one message keep their order, as one publisher's do."""
    script, rng = _script(_two_turns), random.Random(1)
    queues: dict[str, list[Wire]] = {}
    for message in script.live:
        queues.setdefault(message["serial"], []).append(message)
    mixed: list[Wire] = []
    while queues:
        serial = rng.choice(list(queues)[:6])
        mixed += [queues[serial].pop(0)] * rng.choice([1, 2])
        if not queues[serial]:
            del queues[serial]
    return Odd([*mixed, *rng.sample(mixed, 8)])


def beginning_of_a_message_comes_last() -> Odd:
    live = _script(_two_turns).live
    return Odd(sorted(live, key=version_of, reverse=True))


def changed_and_deleted() -> Odd:
    script = _script(_two_turns)
    live, last = list(script.live), len(script.live)
    said = [one for one in history_of(live) if one["name"] in (wire.AI_INPUT, wire.AI_OUTPUT)]
    for message in (said[0], said[3], said[-1]):
        last += 1
        live.append(_change(message, last, Action.UPDATE, data="as somebody else has it"))
    for message in (said[4], said[7], said[8]):
        last += 1
        live.append(_change(message, last, Action.DELETE, data=None))
    return Odd([*live, _change(said[7], last + 1, Action.UPDATE, data="back again")])


def not_kept() -> Odd:
    """What is ephemeral is told and shown to nobody; what is no text is encoded."""
    live = [*_script(_two_turns).live]
    note = {"kind": "data-note", "id": "n"}
    told = {wire.RUN_ID: "r1", wire.MESSAGE_ID: "m9"}
    passing = raw(900, wire.AI_OUTPUT, told, note, {"a": 1})
    passing["extras"]["ephemeral"] = True
    coded = raw(901, wire.AI_OUTPUT, told, note, '{"b":[1,2.5,null]}', encoding="json")
    bytes = raw(902, wire.AI_OUTPUT, told, note, "eyJjIjoxfQ==", encoding="json/utf-8/base64")
    wrong = raw(903, wire.AI_OUTPUT, told, {**note, "id": "w"}, "{", encoding="json")
    strange = raw(904, wire.AI_OUTPUT, told, {**note, "id": "s"}, "x", encoding="cipher/base64")
    return Odd([*live, passing, coded, bytes, wrong, strange])


def responses_by(seed: int) -> Odd:
    """A story with messages that nobody's codec writes."""
    channel = Channel()
    played(story_of(seed)["acts"], channel)
    return Odd([wire_of(delivery) for delivery in channel.deliveries], codec="responses")


def words_before_their_calls() -> Odd:
    """What users say of calls that come later, or never; and what was deleted before all that."""
    run = {wire.RUN_ID: "r", wire.MESSAGE_ID: "m"}
    gone = {"action": int(Action.DELETE), "version": {"serial": _serial(50)}}
    call, other = ({"toolCallId": id, "toolName": "look"} for id in ("c", "other"))
    decided = {"kind": "tool-approval-response", "approved": "true", "reason": "why not?", **call}
    result = {"kind": "tool-result", **call}
    user = {**run, wire.ROLE: "user"}
    return Odd(
        [
            raw(1, wire.AI_OUTPUT, {**run, wire.RUN_ID: "gone"}, {"kind": "start"}, **gone),
            raw(2, wire.AI_INPUT, user | {wire.RUN_ID: "gone, too"}, decided, **gone),
            raw(3, wire.RUN_START, {wire.RUN_ID: "r"}),
            raw(4, wire.AI_INPUT, user, result, {"output": "first"}),
            raw(5, wire.AI_INPUT, user, result | other, {"output": "of none"}),
            raw(6, wire.AI_INPUT, user, decided, {"arguments": {"instead": [1]}}),
            raw(7, wire.AI_OUTPUT, run, {"kind": "tool-input", **call}, {"asked": 1}),
            raw(8, wire.AI_INPUT, user, {**result, "kind": "tool-result-error"}, {"message": "no"}),
            raw(9, wire.AI_INPUT, user, decided, {"arguments": {"instead": [2]}}),
        ]
    )


def items_whose_beginning_is_gone() -> Odd:
    """Streams of a Run that began before all that is here, and say what they are part of."""
    told = responses_by(17)
    added = "response.output_item.added"
    gone = [one["serial"] for one in told.live if one["extras"]["ai"]["codec"]["kind"] == added]
    return Odd([one for one in told.live if one["serial"] not in gone], codec="responses")


def ui_messages_by(seed: int) -> Odd:
    """What agents and users can say of the AI SDK's messages, and some of it makes no sense."""
    told = encode(UIMessageCodec(), script_of(seed))
    return Odd([wire_of(delivery) for delivery in told["deliveries"]])


def raw(
    number: int, name: str, transport: Any, codec: Any = None, data: Any = None, **more: Any
) -> Wire:
    """Make a message as somebody might publish it."""
    ai = {"transport": transport, **({} if codec is None else {"codec": codec})}
    serial, timestamp = _serial(number), BEGAN + number
    return {
        "action": 0,
        "serial": serial,
        "name": name,
        "data": data,
        "extras": {"ai": ai},
        "timestamp": timestamp,
        "version": {"serial": serial, "timestamp": timestamp},
        **more,
    }


def _start(number: int, run_id: str, message_id: str, **headers: Any) -> Wire:
    transport = {wire.RUN_ID: run_id, wire.MESSAGE_ID: message_id, wire.ROLE: "assistant"}
    return raw(number, wire.AI_OUTPUT, {**transport, **headers}, {"kind": "start"})


def _change(message: Wire, number: int, action: int, **more: Any) -> Wire:
    version = {"serial": _serial(number), "timestamp": BEGAN + number}
    return {**message, "action": action, "version": version, **more}


def _serial(number: int) -> str:
    return f"{BEGAN + number}-000"


ODD: dict[str, Callable[[], Odd]] = {
    "nothing": lambda: Odd([]),
    "beginning-is-gone": beginning_is_gone,
    "first-stream-is-gone": first_stream_is_gone,
    "end-of-a-stream-was-heard": end_of_a_stream_was_heard,
    "start-of-an-attempt-is-gone": start_of_an_attempt_is_gone,
    "edits-of-edits": edits_of_edits,
    "regenerated-here-and-there": regenerated_here_and_there,
    "in-the-place-of-each-other": in_the_place_of_each_other,
    "run-without-an-id": run_without_an_id,
    "twice-and-in-disorder": twice_and_in_disorder,
    "beginning-of-a-message-comes-last": beginning_of_a_message_comes_last,
    "changed-and-deleted": changed_and_deleted,
    "not-kept": not_kept,
    "words-before-their-calls": words_before_their_calls,
    "items-whose-beginning-is-gone": items_whose_beginning_is_gone,
    **{f"chunks-and-words-{seed}": partial(ui_messages_by, seed) for seed in (20, 35, 57)},
    **{f"responses-story-{seed}": partial(responses_by, seed) for seed in (17, 40)},
}
