"""What a session that lost its place on the channel has to hear again."""

from __future__ import annotations

from typing import NamedTuple, Self

from aitransport_notebook.session.channel.line import Wire
from aitransport_notebook.tree.nodes import ACTIVE
from aitransport_notebook.tree.tree import Tree
from aitransport_notebook.wire.inbound import Action

# Clocks differ by so much at most, in ms.
SKEW = 10_000


class Since(NamedTuple):
    """A place on the channel: a serial, or a time where nothing is known yet."""

    serial: str
    time: float

    @classmethod
    def known(cls, tree: Tree, began: float) -> Self:
        """Return up to where all is known for good: streams that are open may have grown."""
        records = tree.records
        if not records:
            return cls("", began - SKEW)
        open_streams = (
            record.serial
            for record in records
            if record.streamed and record.status is None and _is_at_work(tree, record.run_id)
        )
        return cls(min(records[-1].serial, next(open_streams, records[-1].serial)), began)

    def covers(self, message: Wire) -> bool:
        """Tell whether a message is there or after it."""
        if self.serial:
            return bool((message["serial"] or "") >= self.serial)
        return bool((message["timestamp"] or 0) >= self.time)


def as_growth(tree: Tree, message: Wire) -> Wire:
    """Return an update that does nothing but add to a stream as the append that it stands for.

    A server sends the whole of a message that it does not know one to have, and so does history:
    who listens to a stream is to be told what is new of it.
    """
    if message["action"] != Action.UPDATE:
        return message
    record, data = tree.record(message["serial"] or ""), message["data"]
    if record is None or not record.streamed or record.deleted or not isinstance(data, str):
        return message
    if record.data is not None and record.data != "":
        return message
    text = record.text
    if not data.startswith(text):
        return message
    return {**message, "action": int(Action.APPEND), "data": data[len(text) :]}


def _is_at_work(tree: Tree, run_id: str | None) -> bool:
    run = tree.run(run_id) if run_id is not None else None
    return run is not None and run.status == ACTIVE
