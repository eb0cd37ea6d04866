"""All that a tree and a fresh view of it show, as plain JSON. Its twin is js/tests/cases/shown.ts.

What is not there is left out, as Python has None for it and JavaScript undefined; what a message
contains stays as it is.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from aitransport_notebook.codec.contract import CodecMessage
from aitransport_notebook.tree.nodes import InputNode, Node, RunError, RunInfo, RunNode
from aitransport_notebook.tree.tree import Tree
from aitransport_notebook.tree.view import View

Json = dict[str, Any]


def shown(tree: Tree) -> Json:
    view = tree.view()
    messages = [message.message for message in view.messages]
    whole = {
        "messages": [_on_view(view, message) for message in view.messages],
        "runs": [_run(run) for run in view.runs],
        "branches": [_branch(view, id) for id in _branch_points(view)],
        "choices": list(_choices(tree, view)),
        "nodes": [_node(tree, node) for node in tree.nodes],
        "beginning_missing": view.beginning_missing,
        "waits": tree.codec.waits(messages),
        "problems": [problem.serial for problem in tree.problems],
    }
    plain: Json = json.loads(json.dumps(whole))
    return plain


def ids_of(view: View) -> list[str]:
    return [message.codec_message_id for message in view.messages]


def _on_view(view: View, message: CodecMessage) -> Json:
    run = view.run_for(message.codec_message_id)
    return _given(run=run.run_id if run else None, **_message(message))


def _run(run: RunInfo) -> Json:
    return _given(
        id=run.run_id,
        client=run.client_id,
        invocation=run.invocation_id,
        status=run.status,
        error=_error(run.error),
        steps=[
            _given(id=id, status=status, attempts=attempts, client=client)
            for id, status, attempts, client in run.steps
        ],
    )


def _branch(view: View, message_id: str) -> Json:
    branch = view.branch_at(message_id)
    return {"at": message_id, "index": branch.index, "siblings": branch.siblings}


def _choices(tree: Tree, view: View) -> Iterator[Json]:
    """Yield every other version that can be chosen, and those that can be chosen only then."""
    before = _branch_points(view)
    for choice in _others(view, before):
        chosen = _after(tree, choice)
        yield {"chosen": [choice], "messages": ids_of(chosen)}
        added = [id for id in _branch_points(chosen) if id not in before]
        for next in _others(chosen, added):
            yield {"chosen": [choice, next], "messages": ids_of(_after(tree, choice, next))}


def _after(tree: Tree, *choices: Json) -> View:
    view = tree.view()
    for choice in choices:
        view.branch_at(choice["at"]).select(choice["index"])
    return view


def _branch_points(view: View) -> list[str]:
    return [id for id in ids_of(view) if view.branch_at(id).has_siblings]


def _others(view: View, places: Sequence[str]) -> list[Json]:
    branches = [(place, view.branch_at(place)) for place in places]
    return [
        {"at": place, "index": index}
        for place, branch in branches
        for index in range(len(branch.siblings))
        if index != branch.index
    ]


def _node(tree: Tree, node: Node) -> Json:
    """Return a node, with the messages that it has of its own."""
    told: Json = {
        "kind": "run" if node.is_run else "input",
        "key": node.key,
        "serial": node.serial,
        "parent": node.parent,
        "messages": [_message(message) for message in tree.messages_of(node)],
        "versions": [sibling.key for sibling in tree.siblings(node.key)],
    }
    if isinstance(node, InputNode):
        told |= {"fork_of": node.fork_of}
    if isinstance(node, RunNode):
        told |= {
            "fork_of": node.fork_of,
            "regenerates": node.regenerates,
            "started": node.started,
            "end": node.end_serial,
            "run": _run(RunInfo.of(node)),
        }
    return _given(**told)


def _error(error: RunError | None) -> Json | None:
    return None if error is None else dict(error._asdict())


def _message(message: CodecMessage) -> Json:
    return {"id": message.codec_message_id, "message": message.message}


def _given(**values: Any) -> Json:
    return {name: value for name, value in values.items() if value is not None}
