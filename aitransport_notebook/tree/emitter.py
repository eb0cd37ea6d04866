"""Handlers by the name of what they want to hear."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from aitransport_notebook.errors import error_for

Handler = Callable[..., None]
_LOG = logging.getLogger("aitransport_notebook")


class Emitter:
    """Tells handlers. One that raises is logged, and the others are told all the same."""

    def __init__(self, *names: str) -> None:
        self._handlers: dict[str, list[Handler]] = {name: [] for name in names}

    def on(self, name: str, handler: Handler) -> Callable[[], None]:
        """Have a handler told; returns what ends it."""
        handlers = self._handlers.get(name)
        if handlers is None:
            raise error_for(
                40003,
                f"there is no event {name!r:.80} to hear",
                hint=f"There are {', '.join(self._handlers)}.",
            )
        if not callable(handler):
            raise error_for(
                40003,
                f"{handler!r:.80} cannot be told of {name!r}",
                hint="Give a function; what on() returns ends it.",
            )
        handlers.append(handler)

        def off() -> None:
            if handler in handlers:
                handlers.remove(handler)

        return off

    def wanted(self, name: str) -> bool:
        return bool(self._handlers[name])

    def emit(self, name: str, *values: Any) -> None:
        for handler in tuple(self._handlers[name]):
            try:
                handler(*values)
            except Exception:
                _LOG.exception("a handler of %r raised", name)
