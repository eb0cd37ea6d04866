"""What the demo agent is asked, and what was said before: all that its answer depends on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from aitransport_notebook.codec.uimessage.projection import is_tool
from aitransport_notebook.runs.authors import Author

Message = Mapping[str, Any]

# What its messages say that they are from, in their metadata.
MODEL = "scripted"
_DECIDED = frozenset({"approval-responded", "output-available", "output-denied", "output-error"})


class Said(NamedTuple):
    """A message, and who wrote it as their token says."""

    message: Message
    author: Author = Author()

    @property
    def text(self) -> str:
        parts = self.message.get("parts", [])
        texts = [part["text"] for part in parts if part["type"] == "text" and "text" in part]
        return " ".join(" ".join(texts).split())

    @property
    def is_users(self) -> bool:
        return self.message.get("role") == "user"

    @property
    def is_ours(self) -> bool:
        metadata = self.message.get("metadata")
        return isinstance(metadata, Mapping) and metadata.get("model") == MODEL

    @property
    def is_operators(self) -> bool:
        return self.author.is_operator


@dataclass(frozen=True)
class Turn:
    """One answer that is due."""

    said: Sequence[Said]
    # How many of the last messages came while the agent was speaking.
    steers: int = 0
    # Whether it is to be another version of an answer.
    again: bool = False
    # How many answers there are before it in the same place.
    version: int = 0
    # Why a user has denied a call, by the call's id; asked for when it is told, as what counts may
    # be said after the Run has gone on.
    reason_of: Callable[[str], str | None] = lambda call_id: None

    @property
    def asked(self) -> Said:
        """The words to answer: the last that a user said."""
        users = [said for said in self.said if said.is_users]
        return users[-1] if users else Said({"role": "user", "parts": []})

    @property
    def interruptions(self) -> list[str]:
        """What was said while the agent was speaking."""
        return [said.text for said in self.said[len(self.said) - self.steers :]]

    @property
    def is_first(self) -> bool:
        """Whether the agent has not said anything in this conversation yet."""
        return not any(said.is_ours for said in self.said)

    @property
    def decided(self) -> list[Mapping[str, Any]]:
        """The tool calls, as parts, that users have decided on or answered, of the last message."""
        before = self.said[: len(self.said) - self.steers]
        if not before or before[-1].is_users:
            return []
        parts = before[-1].message["parts"]
        return [part for part in parts if is_tool(part) and part["state"] in _DECIDED]

    @property
    def input_words(self) -> int:
        return sum(len(said.text.split()) for said in self.said)

    def id_of(self, call: str) -> str:
        """Return an id for a tool call that no other turn of the conversation has."""
        return f"{call}-{len(self.said)}"
