"""The Responses codec against the official one: what each writes, and what it folds into."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from aitransport_notebook.codec.decoding import inputs_of, outputs_of
from aitransport_notebook.codec.responses import (
    ResponsesCodec,
    approved_unexecuted_calls,
    resolved_call_ids,
    to_responses_input,
    unanswered_calls,
)
from aitransport_notebook.errors import AITransportError
from aitransport_notebook.tree.tree import Tree, fold
from aitransport_notebook.wire import names
from aitransport_notebook.wire.inbound import Action, Inbound
from aitransport_notebook.wire.record import Record
from tests.codec.conformance.channel import Channel, Delivery, Encoder
from tests.codec.responses.story import Act, story_of
from tests.codec.responses.stream import Event

HERE = Path(__file__).parent
PACKAGES = HERE.parents[2] / "js" / "node_modules"
SEEDS = range(120)
TIMEOUT = 60
CODEC = ResponsesCodec()


@pytest.fixture(scope="module")
def theirs() -> dict[int, dict[str, Any]]:
    """What the official codec makes of each story."""
    return dict(zip(SEEDS, official(map(story_of, SEEDS)), strict=True))


def official(stories: Iterator[dict[str, Any]]) -> list[dict[str, Any]]:
    assert PACKAGES.is_dir(), "run `npm ci` in js/ first"
    lines = "".join(f"{json.dumps(story)}\n" for story in stories)
    ended = subprocess.run(
        ["node", "official.mjs"],
        cwd=HERE,
        input=lines,
        capture_output=True,
        encoding="utf-8",
        timeout=TIMEOUT,
    )
    assert ended.returncode == 0, ended.stderr
    # Not splitlines: a text may have a U+2028.
    return [json.loads(line) for line in ended.stdout.strip("\n").split("\n")]


@pytest.mark.parametrize("seed", SEEDS)
def test_both_write_the_same(seed: int, theirs: dict[int, dict[str, Any]]) -> None:
    channel = Channel()
    refused = played(story_of(seed)["acts"], channel)
    assert refused == theirs[seed]["refused"]
    assert list(map(bare, channel.deliveries)) == list(map(bare, theirs[seed]["deliveries"]))


@pytest.mark.parametrize("seed", SEEDS)
def test_both_read_the_same(seed: int, theirs: dict[int, dict[str, Any]]) -> None:
    told = theirs[seed]
    history = history_of(told["deliveries"])
    for delivery, expected in zip(history, told["events"], strict=True):
        record = Record(Inbound(wire_of(delivery)))
        events = inputs_of(CODEC, record) + outputs_of(CODEC, record, set())
        if expected is not None:
            assert list(map(said, events)) == list(map(said, expected)), delivery


@pytest.mark.parametrize("seed", SEEDS)
def test_both_fold_the_same(seed: int, theirs: dict[int, dict[str, Any]]) -> None:
    told = theirs[seed]
    for join, expected in zip(story_of(seed)["joins"], told["nodes"], strict=True):
        tree = followed(told["deliveries"], join)
        assert nodes_of(tree) == expected, join


@pytest.mark.parametrize("seed", SEEDS)
def test_both_read_the_same_calls(seed: int, theirs: dict[int, dict[str, Any]]) -> None:
    told = theirs[seed]
    messages = [entry["message"] for node in told["nodes"][0].values() for entry in node]
    assert sorted(resolved_call_ids(messages)) == sorted(told["resolved"])
    assert unanswered_calls(messages) == told["unanswered"]
    assert approved_unexecuted_calls(messages) == told["approved"]
    assert to_responses_input(messages) == told["input"]


def played(acts: Sequence[Act], channel: Channel) -> list[int | None]:
    """Do what a story tells; return the code with which each act was refused."""
    encoders: dict[str, Encoder] = {}
    refused: list[int | None] = []
    for act in acts:
        try:
            done = play(act, channel, encoders)
        except AITransportError as error:
            refused.append(error.code)
        else:
            # What goes to a stream that is not open is refused by its writer.
            refused.append(None if done else 40003)
    return refused


def play(act: Act, channel: Channel, encoders: dict[str, Encoder]) -> bool:
    if "foreign" in act:
        publish_foreign(act["foreign"], channel)
        return True
    own = {names.MESSAGE_ID: act["id"]}
    if "input" in act:
        for message in CODEC.encode_input(act["input"]):
            Encoder(channel, {}).publish(names.AI_INPUT, message, {**act["headers"], **own})
        return True
    encoder = encoders.setdefault(act["id"], Encoder(channel, {names.RUN_ID: "run", **own}))
    if "output" in act:
        return encoder.do(CODEC.encode_output(act["output"], act["id"]))
    encoder.cancel()
    return True


def publish_foreign(given: dict[str, Any], channel: Channel) -> None:
    ai = given["extras"]["ai"]
    serial = channel.create(given["name"], given["data"], ai, False)
    if "appended" in given:
        ended = {**ai["transport"], names.STATUS: "complete"}
        channel.append(serial, given["appended"], {**ai, "transport": ended})


def followed(deliveries: Sequence[Delivery], join: dict[str, Any]) -> Tree:
    """Fold what was there when somebody joined, and then what came live, looking each time."""
    history = history_of(deliveries[: join["at"]])
    history = [one for place, one in enumerate(history) if place not in join["lost"]]
    tree = fold(map(wire_of, history), CODEC)
    nodes_of(tree)
    for delivery in deliveries[join["at"] :]:
        tree.apply(wire_of(delivery))
        nodes_of(tree)
    return tree


def history_of(deliveries: Sequence[Delivery]) -> list[Delivery]:
    """Return the messages as history has them: each once, with all that was appended to it."""
    known: dict[str, Delivery] = {}
    for delivery in deliveries:
        serial = delivery["serial"]
        if serial in known:
            whole = known[serial]["data"] + delivery["data"]
            delivery = {**known[serial], **delivery, "action": int(Action.UPDATE), "data": whole}
        known[serial] = delivery
    return list(known.values())


def wire_of(delivery: Delivery) -> dict[str, Any]:
    """Return a message as REST has it: what is not text goes as JSON."""
    wire = {**delivery, "version": {"serial": delivery["version"]}}
    if delivery["action"] == Action.APPEND:
        wire["name"] = names.AI_OUTPUT
    if isinstance(delivery.get("data"), str):
        return wire
    return {**wire, "data": json.dumps(delivery.get("data")), "encoding": "json"}


def nodes_of(tree: Tree) -> dict[str, Any]:
    """Return the messages of each node that has some."""
    nodes = {node.key: tree.messages_of(node) for node in tree.nodes}
    return {
        key: [{"id": id, "message": message} for id, message in messages]
        for key, messages in nodes.items()
        if messages
    }


def said(event: Event) -> Event:
    """Return what an event says: a header that is null is as good as none."""
    return {key: value for key, value in event.items() if value is not None}


def bare(delivery: Delivery) -> Delivery:
    """Return a delivery without what is not said: no data, or no headers of the codec's."""
    ai = {key: value for key, value in delivery["extras"]["ai"].items() if value}
    said = {key: value for key, value in delivery.items() if value is not None}
    return {**said, "extras": {**delivery["extras"], "ai": ai}}


def test_the_stories_have_everything() -> None:
    """A part of the table that no seed comes to would be a part that nothing compares."""
    acts = [act for seed in SEEDS for act in story_of(seed)["acts"]]
    said = {act["output"]["type"] for act in acts if "output" in act}
    table = CODEC.outputs
    groups = table.streamed.values()
    streamed = {type for group in groups for type in (group.start, group.delta, group.end)}
    assert said >= {*table.said, *streamed}
    asked = {act["input"]["kind"] for act in acts if "input" in act}
    assert asked >= set(CODEC.inputs.kinds)


def test_some_stories_grow_out_of_order(theirs: dict[int, dict[str, Any]]) -> None:
    """A stream that grows after a later one began is what has a fold made anew."""
    mixed = [told for told in theirs.values() if any_out_of_order(told["deliveries"])]
    assert len(mixed) > len(SEEDS) / 10


def any_out_of_order(deliveries: Sequence[Delivery]) -> bool:
    return any(b["serial"] < a["serial"] for a, b in pairwise(deliveries))
