"""What a subscriber makes of what it receives; it forgives nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.support.raw_client import Wire

# A message's serial, name and text.
Content = list[tuple[str, str, str]]

CREATE, APPEND = 0, 5


def content_of(history: Iterable[Wire]) -> Content:
    """Return what a history holds, in its order."""
    return [(m["serial"], m.get("name", ""), m.get("data", "")) for m in history]


@dataclass
class Fold:
    """A channel's messages, built from creates, updates and appends.

    Whatever comes twice, or late, or belongs to nothing, is a problem: Ably's own clients would
    show it.
    """

    messages: dict[str, tuple[str, str]] = field(default_factory=dict)
    newest: str = ""
    problems: list[str] = field(default_factory=list)

    def receive(self, frame: Wire) -> None:
        """Take in a MESSAGE frame."""
        for message in frame["messages"]:
            self._apply(message)

    def _apply(self, message: Wire) -> None:
        action, serial = message.get("action", CREATE), message["serial"]
        version: str = (message.get("version") or {}).get("serial") or serial
        if version <= self.newest:
            self.problems.append(f"action {action} of {version} came after {self.newest}")
        self.newest = max(self.newest, version)
        name, text = self.messages.get(serial, (None, None))
        if action == APPEND:
            if name is None or text is None:
                self.problems.append(f"an append to {serial}, which was never shown")
            else:
                self.messages[serial] = (name, text + message.get("data", ""))
            return
        if action == CREATE and name is not None:
            self.problems.append(f"{serial} was created twice")
        self.messages[serial] = (message.get("name", ""), message.get("data", ""))

    def content(self) -> Content:
        return [(serial, *self.messages[serial]) for serial in sorted(self.messages)]
