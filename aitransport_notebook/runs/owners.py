"""Whose a Run is: as the server verified who asked for it, and not as headers say."""

from __future__ import annotations

from aitransport_notebook.tree.tree import Tree
from aitransport_notebook.wire import names as wire


def first_asked_by(tree: Tree, run_id: str) -> str | None:
    """Return who asked for a Run in the beginning; None where that is not known here.

    Others may have answered a call since, or approved of one: the Run is not theirs.
    """
    started = next(
        (one for one in tree.records if one.name == wire.RUN_START and one.run_id == run_id), None
    )
    asked = started.transport.get(wire.INPUT_MESSAGE_ID) if started is not None else None
    inputs = (one for one in tree.records if one.name == wire.AI_INPUT and one.message_id == asked)
    first = next(inputs, None) if asked else None
    return first.client_id if first is not None else None
