"""What Python sees of a session: the newest path, as it was when it was asked for."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from aitransport_notebook.codec.contract import CodecMessage
from aitransport_notebook.console.reading import Entry, entries_of
from aitransport_notebook.console.transcript import as_text
from aitransport_notebook.session.client.session import ClientSession
from aitransport_notebook.tree.nodes import RunInfo


@dataclass(frozen=True)
class ConsoleView:
    """Messages, oldest first, and the Runs among them."""

    session: str
    # Each has a `codec_message_id`, and a `message`: the codec's own JSON.
    messages: list[CodecMessage]
    runs: list[RunInfo]
    # Whether there are older messages: `console.load_older()` brings them.
    has_older: bool
    entries: list[Entry] = field(repr=False)

    @classmethod
    def of(cls, session: ClientSession[Any]) -> ConsoleView:
        """Copy what is on view; to be called in the session's loop."""
        shown = list(session.view.messages)
        return cls(
            session.name,
            [CodecMessage(id, deepcopy(message)) for id, message in shown],
            session.view.runs,
            session.view.has_older,
            entries_of(session.tree, shown),
        )

    def text(self) -> str:
        """Return all of it as a text to read."""
        return as_text(self.session, self.entries)

    def __repr__(self) -> str:
        return f"<ConsoleView of {self.session!r}: {len(self.messages)} messages>"
