"""What our fold shows of a recording, in the form in which the official SDK's is written down."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from aitransport_notebook.codec.contract import CodecMessage
from aitransport_notebook.codec.uimessage import UIMessageCodec
from aitransport_notebook.tree.nodes import InputNode, Node, RunError, RunInfo, RunNode
from aitransport_notebook.tree.steps import StepInfo
from aitransport_notebook.tree.tree import Tree, fold
from aitransport_notebook.tree.view import View
from aitransport_notebook.wire import names as wire
from tests.differential.recordings import (
    MORE_THAN_ONCE,
    Recording,
    Wire,
    expectation,
    read,
)

CODEC = UIMessageCodec()
NAMING = (
    *(wire.RUN_ID, wire.MESSAGE_ID, wire.PARENT, wire.FORK_OF, wire.REGENERATES),
    *(wire.INPUT_MESSAGE_ID, wire.SUPERSEDES),
)
DELETED = 2
Choice = dict[str, Any]


def ways(recording: Recording) -> Iterator[tuple[str, Tree]]:
    """Yield trees of the same session that were told of it in different ways."""
    rng = random.Random(recording.seed)
    live, history = recording.live, recording.history
    at, size = rng.randrange(len(live) + 1), rng.randrange(1, 40)
    yield "history", fold(history, CODEC)
    yield "live", _heard(live)
    yield "live at once", fold(live, CODEC)
    first = _heard(live[:at])
    first.load(history)
    for message in live[at:]:
        first.apply(message)
    yield f"the first {at} live, then history, then the rest", first
    late = _heard(live[at:])
    newest_first = history[::-1]
    for begin in range(0, len(newest_first), size):
        late.load(newest_first[begin : begin + size])
        assert late.view().messages is not None
    yield f"live from {at} on, then history by pages of {size}", late
    yield "live in some disorder and twice, between pages of history", _mixed(recording, rng)


def shown(tree: Tree, history: Sequence[Wire]) -> dict[str, Any]:
    """Return all that a fresh view shows, and the nodes below it, as plain JSON."""
    view = tree.view()
    ids = _ids(view)
    whole = {
        "messages": _listed(view.messages),
        "runs": [_run(run) for run in view.runs],
        "run_of": {id: _run_of(view, id) for id in ids},
        "branches": {id: _branch(view, id) for id in ids},
        "selections": sorted(_selections(tree, view), key=json.dumps),
        "nodes": sorted((_node(tree, node) for node in _named(tree, history)), key=_key),
    }
    plain: dict[str, Any] = json.loads(json.dumps(whole))
    return plain


def watched(recording: Recording) -> list[str]:
    """Return the ids that a view shows in the end which was open all the time."""
    tree = Tree(CODEC)
    view = tree.view()
    for message in recording.live:
        tree.apply(message)
        assert view.messages is not None
    return _ids(view)


def sorted_as_shown(expected: dict[str, Any]) -> dict[str, Any]:
    """Return the official form with its unordered lists in our order."""
    selections = sorted(expected["selections"], key=json.dumps)
    return {**expected, "selections": selections, "nodes": sorted(expected["nodes"], key=_key)}


def difference_in(folder: Path, seed: int) -> str | None:
    """Return where our fold of a recording differs from what the official SDK shows of it."""
    recording = read(folder, seed)
    expected = sorted_as_shown(expectation(folder, seed))
    doubled = MORE_THAN_ONCE in recording.kinds
    for way, tree in ways(recording):
        got = shown(tree, recording.history)
        if doubled:
            got, expected = each_part_once(got), each_part_once(expected)
        if loses_an_input(recording):
            theirs = [message["id"] for message in expected["messages"]]
            ours = [message["id"] for message in got["messages"]]
            missing = [id for id in theirs if id not in ours]
            difference = f"these are missing: {missing}" if missing else None
        else:
            difference = first_difference(got, expected)
        if difference is not None:
            return f"{way}: {difference}"
    return None


def each_part_once(value: Any) -> Any:
    """Drop what users said once more: the SDK doubles some of it, and we do not."""
    if isinstance(value, list):
        return [each_part_once(item) for item in value]
    if not isinstance(value, dict):
        return value
    kept = {key: each_part_once(item) for key, item in value.items()}
    if kept.get("role") == "user":
        kept["parts"] = [
            part for at, part in enumerate(kept["parts"]) if part not in kept["parts"][:at]
        ]
    return kept


def loses_an_input(recording: Recording) -> bool:
    """Tell whether somebody deleted a user's message: the SDK hides all that followed it."""
    return any(m["action"] == DELETED and m.get("name") == wire.AI_INPUT for m in recording.history)


def first_difference(got: Any, expected: Any, path: str = "") -> str | None:
    """Return where two values of JSON part, and what stands there; None where they are equal."""
    if isinstance(got, dict) and isinstance(expected, dict):
        keys = sorted({*got, *expected})
        pairs = [(f"{path}.{key}", got.get(key, ...), expected.get(key, ...)) for key in keys]
    elif isinstance(got, list) and isinstance(expected, list) and len(got) == len(expected):
        pairs = [
            (f"{path}[{at}]", *pair) for at, pair in enumerate(zip(got, expected, strict=True))
        ]
    else:
        return None if got == expected else f"{path}: {got!r:.300} is not {expected!r:.300}"
    found = (first_difference(ours, theirs, at) for at, ours, theirs in pairs)
    return next((difference for difference in found if difference is not None), None)


def _heard(messages: Sequence[Wire]) -> Tree:
    tree = Tree(CODEC)
    view = tree.view()
    for message in messages:
        tree.apply(message)
        assert view.messages is not None
    return tree


def _mixed(recording: Recording, rng: random.Random) -> Tree:
    """Tell of what is heard from some place on, and of pages of history in any order between.

    The deliveries of one message keep their order, as one publisher's do.
    """
    live, history = recording.live, recording.history
    queues: dict[str, list[Wire]] = {}
    for message in live[rng.choice([0, rng.randrange(len(live) + 1)]) :]:
        queues.setdefault(message["serial"], []).append(message)
    waiting, size = list(queues.values()), rng.choice([1, 5, 40])
    pages = [history[begin : begin + size] for begin in range(0, len(history), size)]
    rng.shuffle(pages)
    tree, disorder, liking = Tree(CODEC), rng.choice([1, 4, 20]), rng.random()
    while waiting or pages:
        if waiting and (not pages or rng.random() < liking):
            at = rng.randrange(min(disorder, len(waiting)))
            message = waiting[at].pop(0)
            for _ in range(rng.choice([1, 1, 1, 2])):
                tree.apply(message)
            if not waiting[at]:
                del waiting[at]
        else:
            tree.load(pages.pop())
        if rng.random() < 0.3:
            assert tree.view().messages is not None
    return tree


def _selections(tree: Tree, view: View) -> Iterator[Choice]:
    """Yield every other branch that can be chosen, and those that can be chosen only then."""
    before = _branch_points(view)
    for choice in _choices(view, before):
        chosen = _after(tree, choice)
        yield {**choice, "messages": _ids(chosen)}
        added = [id for id in _branch_points(chosen) if id not in before]
        for deeper in _choices(chosen, added):
            last = _after(tree, choice, deeper)
            yield {"after": choice, **deeper, "messages": _ids(last)}


def _after(tree: Tree, *choices: Choice) -> View:
    view = tree.view()
    for choice in choices:
        view.branch_at(choice["anchor"]).select(choice["index"])
    return view


def _branch_points(view: View) -> list[str]:
    return [id for id in _ids(view) if view.branch_at(id).has_siblings]


def _choices(view: View, anchors: Sequence[str]) -> list[Choice]:
    branches = [(anchor, view.branch_at(anchor)) for anchor in anchors]
    return [
        {"anchor": anchor, "index": index}
        for anchor, branch in branches
        for index in range(len(branch.siblings))
        if index != branch.index
    ]


def _named(tree: Tree, history: Sequence[Wire]) -> list[Node]:
    """Return the nodes that the headers of the messages name."""
    found: dict[Any, Node] = {}
    for message in history:
        extras: Any = message.get("extras")
        ai = extras.get("ai") if isinstance(extras, dict) else None
        headers = ai.get("transport") if isinstance(ai, dict) else None
        ids = [headers.get(name) for name in NAMING] if isinstance(headers, dict) else []
        for id in (id for id in ids if isinstance(id, str)):
            nodes = (tree.run(id), tree.node_of(id))
            found.update({node.key: node for node in nodes if node is not None})
    return list(found.values())


def _node(tree: Tree, node: Node) -> dict[str, Any]:
    told: dict[str, Any] = {
        "kind": "run" if node.is_run else "input",
        "key": node.key,
        "parent": node.parent,
        "messages": _listed(tree.messages_of(node)),
        "siblings": [sibling.key for sibling in tree.siblings(node.key)],
    }
    if isinstance(node, InputNode):
        told["fork_of"] = node.fork_of
    if isinstance(node, RunNode):
        told |= {
            "fork_of": node.fork_of,
            "regenerates": node.regenerates,
            "client_id": node.client_id,
            "invocation_id": node.invocation_id,
            "status": node.status,
            "error": _error(node.error),
            "steps": [
                _given(
                    step_id=step.step_id,
                    status=step.status,
                    attempt_count=step.attempt_count,
                    step_client_id=step.client_id,
                )
                for step in node.steps.infos()
            ],
        }
    return _given(**told)


def _run(run: RunInfo) -> dict[str, Any]:
    return _given(
        runId=run.run_id,
        clientId=run.client_id,
        invocationId=run.invocation_id,
        status=run.status,
        error=_error(run.error),
        steps=[_step(step) for step in run.steps],
    )


def _step(step: StepInfo) -> dict[str, Any]:
    return _given(
        stepId=step.step_id,
        status=step.status,
        attemptCount=step.attempt_count,
        stepClientId=step.client_id,
    )


def _run_of(view: View, message_id: str) -> str | None:
    run = view.run_for(message_id)
    return run.run_id if run is not None else None


def _branch(view: View, message_id: str) -> dict[str, Any]:
    branch = view.branch_at(message_id)
    return {
        "siblings": branch.siblings,
        "index": branch.index,
        "has_siblings": branch.has_siblings,
    }


def _error(error: RunError | None) -> dict[str, Any] | None:
    if error is None:
        return None
    return {"code": error.code, "message": error.message, "statusCode": error.status}


def _listed(messages: Sequence[CodecMessage]) -> list[dict[str, Any]]:
    return [{"id": message.codec_message_id, "message": message.message} for message in messages]


def _ids(view: View) -> list[str]:
    return [message.codec_message_id for message in view.messages]


def _key(node: dict[str, Any]) -> str:
    return str(node["key"])


def _given(**values: Any) -> dict[str, Any]:
    """Leave out what JavaScript has as undefined."""
    return {name: value for name, value in values.items() if value is not None}
