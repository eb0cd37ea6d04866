"""The same tree, whatever way the messages came: live, from history, twice, or out of order."""

from __future__ import annotations

import random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from aitransport_notebook.tree.nodes import RunNode
from aitransport_notebook.tree.tree import Tree, fold
from tests.tree.script import CODEC, Running, Script, Wire


def conversation(seed: int) -> Script:
    """Talk at random: answers, edits, regenerates, steers, steps again, cancels, all at once."""
    rng, script = random.Random(seed), Script()
    said = [script.ask("begin")]
    under_way: list[tuple[Running, Any]] = []
    for _ in range(rng.randrange(2, 14)):
        choice = rng.randrange(8)
        if choice <= 1 or not under_way:
            run = script.run(rng.choice(said))
            id = f"said-{len(said)}-{rng.random()}"
            under_way.append((run, iter(run.each(_some_text(rng), id))))
            said.append(id)
        elif choice == 2:
            said.append(script.ask("next", rng.choice(said)))
        elif choice == 3:
            said.append(script.ask("edit", fork_of=rng.choice(said)))
        elif choice == 4:
            under_way[0][0].steer("to the point")
        elif choice == 5:
            under_way[0][0].step(f"{under_way[0][0].id}-0")
        elif choice == 6:
            under_way.pop(0)[0].end(rng.choice(["complete", "cancelled", "error"]))
        for _, events in under_way:
            for _ in range(rng.randrange(4)):
                next(events, None)
    return script


def _some_text(rng: random.Random) -> list[Wire]:
    events: list[Wire] = [{"type": "start"}, {"type": "start-step"}]
    for id in ("a", "b")[: rng.randrange(1, 3)]:
        events.append({"type": "text-start", "id": id})
        events += [{"type": "text-delta", "id": id, "delta": f"{n} "} for n in range(4)]
        if rng.random() < 0.8:
            events.append({"type": "text-end", "id": id})
    return [*events, {"type": "finish-step"}, {"type": "finish"}]


def shown(tree: Tree) -> Any:
    """All that a tree says, as plain values."""
    nodes = [
        (
            node.key,
            node.parent,
            [sibling.key for sibling in tree.siblings(node.key)],
            list(tree.messages_of(node)),
            (node.status, node.error, node.steps.infos()) if isinstance(node, RunNode) else None,
        )
        for node in tree.nodes
    ]
    view = tree.view()
    return nodes, list(view.messages), view.runs


def live(messages: list[Wire]) -> Tree:
    tree = Tree(CODEC)
    view = tree.view()
    for message in messages:
        tree.apply(message)
        assert view.messages is not None
    return tree


SEEDS = st.integers(0, 10_000)


@given(SEEDS)
def test_live_and_history_are_the_same(seed: int) -> None:
    script = conversation(seed)
    assert shown(live(script.live)) == shown(fold(script.history, CODEC))


@given(SEEDS, st.randoms(use_true_random=False))
def test_so_is_any_mixture_of_both(seed: int, rng: random.Random) -> None:
    script = conversation(seed)
    expected = shown(fold(script.history, CODEC))
    at = rng.randrange(len(script.live) + 1)
    tree = live(script.live[:at])
    tree.load(script.history)
    for message in script.live[rng.randrange(len(script.live) + 1) :]:
        tree.apply(message)
    assert shown(tree) == expected
    late = live(script.live[at:])
    pages = list(reversed(script.history))
    size = rng.randrange(1, 20)
    for begin in range(0, len(pages), size):
        late.load(pages[begin : begin + size])
        assert late.view().messages is not None
    assert shown(late) == expected


@given(SEEDS, st.randoms(use_true_random=False))
def test_twice_is_once(seed: int, rng: random.Random) -> None:
    script = conversation(seed)
    twice = [message for message in script.live for _ in range(rng.randrange(1, 3))]
    again = [*twice, *rng.sample(twice, min(5, len(twice)))]
    assert shown(live(again)) == shown(fold(script.history, CODEC))


@given(SEEDS, st.randoms(use_true_random=False))
def test_order_between_messages_does_not_matter(seed: int, rng: random.Random) -> None:
    """The deliveries of one message keep their order, as one publisher's do."""
    script = conversation(seed)
    queues: dict[str, list[Wire]] = {}
    for message in script.live:
        queues.setdefault(message["serial"], []).append(message)
    mixed = []
    while queues:
        serial = rng.choice(list(queues))
        mixed.append(queues[serial].pop(0))
        if not queues[serial]:
            del queues[serial]
    assert shown(live(mixed)) == shown(fold(script.history, CODEC))


@settings(max_examples=20)
@given(st.randoms(use_true_random=False))
def test_history_in_any_order(rng: random.Random) -> None:
    script = conversation(rng.randrange(10_000))
    mixed = rng.sample(script.history, len(script.history))
    assert shown(fold(mixed, CODEC)) == shown(fold(script.history, CODEC))


@given(SEEDS)
def test_messages_in_frames_and_with_named_actions(seed: int) -> None:
    script = conversation(seed)
    expected = shown(fold(script.history, CODEC))
    frames = [
        {"action": 15, "messages": script.live[at : at + 5]} for at in range(0, len(script.live), 5)
    ]
    assert shown(fold(frames, CODEC)) == expected
    names = {0: "message.create", 1: "message.update", 5: "message.append"}
    for messages in (script.live, script.history):
        named = [{**message, "action": names[message["action"]]} for message in messages]
        assert shown(fold(named, CODEC)) == expected
