"""Which inputs wake an agent: folded from the channel, without one."""

from __future__ import annotations

from typing import Any

from aitransport_notebook import Tree, UIMessageCodec
from aitransport_notebook.codec.operations import Publish
from aitransport_notebook.console.waking import IN_TIME, Waking
from aitransport_notebook.wire import names as wire
from aitransport_notebook.wire.inbound import Inbound
from aitransport_notebook.wire.record import Record
from tests.interop.chunks import asks_approval, call

OWN, OTHER = {"userClaim": "own"}, {"userClaim": "other"}


class Channel:
    """Says things on a channel, and tells whom they wake."""

    def __init__(self) -> None:
        self.tree = Tree(UIMessageCodec())
        self.waking = Waking(self.tree, lambda record: record.extras == OWN)
        self.serial = 0
        # What the channel's clock shows, in milliseconds.
        self.now = 1_700_000_000_000

    def say(
        self, name: str, codec: Any = None, data: Any = "", extras: Any = OWN, **transport: str
    ) -> list[str]:
        """Say something; returns the event ids of the inputs that are due by then."""
        self.serial += 1
        headers = {key.replace("_", "-"): value for key, value in transport.items()}
        message = {
            "name": name,
            "serial": f"{self.serial:05}",
            "timestamp": self.now,
            "data": data,
            "extras": {"ai": {"transport": headers, "codec": codec or {}}, **extras},
        }
        self.tree.apply(message)
        self.waking.add(Record(Inbound(message)))
        return self.due()

    def due(self) -> list[str]:
        return [record.transport[wire.EVENT_ID] for record in self.waking.due()]

    def ask(self, id: str, **more: Any) -> list[str]:
        kind = {"kind": "user-message", "messageId": id, "partType": "text"}
        told = {"role": "user", "codec_message_id": id, "event_id": f"e-{id}", **more}
        return self.say(wire.AI_INPUT, kind, "words", **told)

    def answer(self, call: str, run: str, message: str, **more: Any) -> list[str]:
        codec = self.tree.codec
        given = {"toolCallId": call, "approved": True}
        [said] = codec.encode_input(codec.amend("tool-approval-response", message, given))
        told = {"codec_message_id": message, "event_id": f"e-{call}", "run_id": run, **more}
        return self.say(wire.AI_INPUT, said.codec, said.data, **told, **said.transport)

    def begin(self, run: str, asked: str) -> None:
        told = {"run_id": run, "input_codec_message_id": asked, "parent": asked}
        self.say(wire.RUN_START, extras={}, invocation_id="i", **told)

    def ask_approval(self, run: str, message: str, *calls: str) -> None:
        told = {"run_id": run, "codec_message_id": message, "stream": "false", "role": "assistant"}
        said = [chunk for id in calls for chunk in [*call("t", id, {}), *asks_approval(id, id)]]
        for chunk in ({"type": "start", "messageId": message}, *said):
            operation = self.tree.codec.encode_output(chunk, message)
            operation = getattr(operation, "otherwise", operation)
            assert isinstance(operation, Publish)
            self.say(wire.AI_OUTPUT, operation.codec, operation.data, extras={}, **told)

    def suspend(self, run: str) -> list[str]:
        return self.say(wire.RUN_SUSPEND, extras={}, run_id=run, invocation_id="i")


def test_a_new_input_wakes_the_agent_once() -> None:
    channel = Channel()
    assert channel.ask("m1") == ["e-m1"]
    assert channel.due() == []
    assert channel.ask("m1") == []


def test_what_others_say_is_theirs_to_have_answered() -> None:
    assert Channel().ask("m1", extras=OTHER) == []


def test_what_is_answered_already_wakes_nobody() -> None:
    channel = Channel()
    channel.begin("r1", "m1")
    assert channel.ask("m1") == []


def test_a_regenerate_wakes_and_a_cancel_does_not() -> None:
    channel = Channel()
    regenerate = {"kind": "regenerate"}
    told = {"codec_message_id": "m2", "event_id": "e2", "msg_regenerate": "m1"}
    assert channel.say(wire.AI_INPUT, regenerate, **told) == ["e2"]
    assert channel.say(wire.AI_CANCEL, event_id="e3", run_id="r1") == []


def test_a_steer_wakes_nobody_and_a_word_to_a_run_that_waits_does() -> None:
    channel = Channel()
    channel.ask("m1")
    channel.begin("r1", "m1")
    assert channel.ask("m2", run_id="r1") == []
    assert channel.suspend("r1") == []
    assert channel.ask("m3", run_id="r1") == ["e-m3"]
    channel.say(wire.RUN_END, extras={}, run_id="r1", run_reason="complete")
    assert channel.ask("m4", run_id="r1") == []
    assert channel.ask("m5", run_id="r9") == []


def test_words_to_a_run_whose_calls_wait_go_with_the_answer_to_the_last() -> None:
    channel = Channel()
    channel.ask("m1")
    channel.begin("r1", "m1")
    channel.ask_approval("r1", "m2", "c1")
    channel.suspend("r1")
    assert channel.ask("m3", run_id="r1") == []
    assert channel.answer("c1", "r1", "m2") == ["e-c1"]
    assert channel.ask("m4", run_id="r1") == []


def test_words_to_a_run_that_waits_wake_the_agent_once() -> None:
    channel = Channel()
    channel.ask("m1")
    channel.begin("r1", "m1")
    channel.suspend("r1")
    assert channel.ask("m2", run_id="r1", extras=OTHER) == []
    assert channel.ask("m3", run_id="r1") == [], "who spoke first has it go on, with both"


def test_where_others_have_woken_nobody_another_word_does() -> None:
    channel = Channel()
    channel.ask("m1")
    channel.begin("r1", "m1")
    channel.suspend("r1")
    assert channel.ask("m2", run_id="r1", extras=OTHER) == []
    channel.now += IN_TIME
    assert channel.ask("m3", run_id="r1") == ["e-m3"]
    channel.now += IN_TIME
    assert channel.ask("m4", run_id="r1") == ["e-m4"]
    channel.say(wire.RUN_RESUME, extras={}, run_id="r1", invocation_id="i")
    assert channel.ask("m5", run_id="r1") == []

    channel.ask_approval("r1", "m6", "c1")
    channel.suspend("r1")
    assert channel.answer("c1", "r1", "m6", extras=OTHER) == []
    assert channel.ask("m7", run_id="r1") == []
    channel.now += IN_TIME
    assert channel.ask("m8", run_id="r1") == ["e-m8"]


def test_the_answer_to_the_last_call_wakes_the_agent() -> None:
    channel = Channel()
    channel.ask("m1")
    channel.begin("r1", "m1")
    channel.ask_approval("r1", "m2", "c1", "c2")
    channel.suspend("r1")
    assert channel.answer("c1", "r1", "m2") == []
    assert channel.answer("c2", "r1", "m2") == ["e-c2"]


def test_an_answer_that_comes_before_the_run_waits_is_kept_until_it_does() -> None:
    channel = Channel()
    channel.ask("m1")
    channel.begin("r1", "m1")
    channel.ask_approval("r1", "m2", "c1")
    assert channel.answer("c1", "r1", "m2") == []
    assert channel.suspend("r1") == ["e-c1"]


def test_the_wish_that_a_suspended_run_end_wakes_the_agent() -> None:
    channel = Channel()
    channel.ask("m1")
    channel.begin("r1", "m1")
    assert channel.say(wire.AI_CANCEL, event_id="e-1", run_id="r1") == [], "it is at work"
    channel.ask_approval("r1", "m2", "c1")
    channel.say(wire.RUN_RESUME, extras={}, run_id="r1", invocation_id="i")
    assert channel.suspend("r1") == []
    assert channel.say(wire.AI_CANCEL, extras=OTHER, event_id="e-2", run_id="r1") == []
    refused = {"runId": "r1", "cancel": f"{channel.serial:05}"}
    channel.say(wire.CANCEL_REFUSED, data=refused, extras={})
    assert channel.say(wire.AI_CANCEL, extras=OTHER, event_id="e-3", run_id="r1") == []
    assert channel.say(wire.AI_CANCEL, event_id="e-4", run_id="r1") == ["e-4"], "theirs woke nobody"
    assert channel.due() == []
    told = {"run_id": "r1", "run_reason": "cancelled"}
    assert channel.say(wire.RUN_END, extras={}, **told) == []
    assert channel.say(wire.AI_CANCEL, event_id="e-5", run_id="r1") == []
