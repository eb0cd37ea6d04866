"""How soon a client tries again that has no token, or none that the server takes."""

from __future__ import annotations

from typing import Any

# In ms: whoever gives the tokens is to be left in peace by then.
LONGEST = 5000
# The client has no public way to change them.
_NAMES = ("_Options__disconnected_retry_timeout", "_Options__suspended_retry_timeout")


class Pauses:
    """What a client waits before it tries again: twice as long each time, until it is reset."""

    def __init__(self, options: Any) -> None:
        self._options = options
        self._usual = {name: getattr(options, name) for name in _NAMES}

    def lengthen(self) -> None:
        for name, usual in self._usual.items():
            doubled = min(2 * getattr(self._options, name), LONGEST)
            setattr(self._options, name, max(usual, doubled))

    def reset(self) -> None:
        for name, usual in self._usual.items():
            setattr(self._options, name, usual)
