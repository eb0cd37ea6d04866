"""What a customer says in a session, step by step. Each step is one input."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from aitransport_notebook.codec.contract import CodecMessage
from aitransport_notebook.session.client.run import ClientRun
from aitransport_notebook.session.client.session import ClientSession
from aitransport_notebook.session.client.view import ClientView
from aitransport_notebook.wire.names import AI_INPUT

# A reply takes no time where the agent makes no pauses; this long means that there is none.
PATIENCE = 30.0


class Say(NamedTuple):
    """Say something after what is on view."""

    words: str

    async def take(self, view: ClientView) -> ClientRun:
        return await view.send(self.words)


class Edit(NamedTuple):
    """Say something else in the place of what was said."""

    said: str
    words: str

    async def take(self, view: ClientView) -> ClientRun:
        place = _place_of(self.said, view.messages)
        return await view.edit(view.messages[place].codec_message_id, self.words)


class Again(NamedTuple):
    """Ask for another answer to what was said."""

    said: str

    async def take(self, view: ClientView) -> ClientRun:
        answer = view.messages[_place_of(self.said, view.messages) + 1]
        return await view.regenerate(answer.codec_message_id)


Step = Say | Edit | Again
Script = Sequence[Step]


async def steps_taken(session: ClientSession[Any]) -> int:
    """Return how many steps there have been of whoever this is, here or in an earlier life."""
    while await session.load_page():
        pass
    return sum(
        record.name == AI_INPUT and record.client_id == session.client_id
        for record in session.tree.records
    )


def _place_of(words: str, messages: Sequence[CodecMessage]) -> int:
    """Return where on view a customer's words stand."""
    return next(
        place
        for place, (_, message) in enumerate(messages)
        if [part.get("text") for part in message["parts"]] == [words]
    )
