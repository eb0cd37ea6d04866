"""How much one connection may publish: a rate, and what counts towards it.

A hosted account rolls up what is appended to one message, and counts what comes of that. Here
appends are delivered as they come, but they are counted as if they were rolled up.
"""

from __future__ import annotations

from collections.abc import Sequence

from aitransport_notebook.hub.protocol.frames import Message, MessageAction
from aitransport_notebook.hub.protocol.serials import parse_serial

# A message that is appended to: its channel, and its number.
Stream = tuple[str, int]


class Allowance:
    """A bucket of one second's messages, filled as time goes by."""

    __slots__ = ("_at", "_left", "_windows")

    def __init__(self, now: int) -> None:
        self._at = now
        self._left = -1.0
        # When the window of each message that is appended to began, oldest first.
        self._windows: dict[Stream, int] = {}

    def take(self, count: int, rate: int, now: int) -> bool:
        """Take `count` messages; False if that is more than the rate allows."""
        if self._left < 0:
            self._left = float(rate)
        self._left = min(float(rate), self._left + (now - self._at) * rate / 1000)
        self._at = now
        if count > self._left:
            return False
        self._left -= count
        return True

    def take_messages(
        self, channel: str, messages: Sequence[Message], rate: int, window: int, now: int
    ) -> bool:
        """Take messages; within a window of so many ms, all appends to one of them are one."""
        appends = [m for m in messages if window and m.action == MessageAction.APPEND]
        streams = {(channel, parse_serial(append.serial or "")) for append in appends}
        self._end_windows(window, now)
        fresh = streams - self._windows.keys()
        if not self.take(len(messages) - len(appends) + len(fresh), rate, now):
            return False
        self._windows.update(dict.fromkeys(fresh, now))
        return True

    def _end_windows(self, window: int, now: int) -> None:
        for stream, began in list(self._windows.items()):
            if now - began < window:
                break
            del self._windows[stream]
