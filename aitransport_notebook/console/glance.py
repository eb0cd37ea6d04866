"""The newest words of a session, at once or not at all: for the output that a notebook keeps."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from aitransport_notebook.codec.contract import Codec
from aitransport_notebook.console.reading import entries_of
from aitransport_notebook.console.seat import Seat
from aitransport_notebook.console.soon import soon
from aitransport_notebook.console.standing import Piece, with_runs
from aitransport_notebook.console.transcript import clipped
from aitransport_notebook.session.fetching import fetch
from aitransport_notebook.tree.tree import fold

MESSAGES = 20
# Of each block, in characters: a notebook is to stay small.
LONGEST = 2000


def glance(seat: Seat, codec: Codec[Any]) -> list[Piece] | None:
    """Return the newest pieces of a session; None where they cannot be had in time."""
    return soon(lambda: _look(seat, codec), f"what was said in {seat.session}")


def _look(seat: Seat, codec: Codec[Any]) -> list[Piece]:
    tree = fold(_newest(seat), codec)
    view = tree.view()
    entries = entries_of(tree, list(view.messages)[-MESSAGES:])
    return clipped(with_runs(tree, entries, view.runs), LONGEST)


def _newest(seat: Seat) -> list[dict[str, Any]]:
    messages_at = f"{seat.url}/channels/{quote(seat.session, safe='')}/messages"
    told = fetch(
        f"{messages_at}?direction=backwards&limit=100",
        {"Authorization": f"Bearer {seat.token()}", "Accept": "application/json"},
        directly=seat.is_local,
    )
    messages = json.loads(told)
    if not isinstance(messages, list):
        raise ValueError("the history is no list")
    return messages
