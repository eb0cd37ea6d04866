"""What a cell waits for a moment at most, and does without where it does not come."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Thread
from typing import TypeVar

from aitransport_notebook.errors import AITransportError

T = TypeVar("T")
# How long a cell waits, in seconds.
PATIENCE = 1.0
_LOG = logging.getLogger("aitransport_notebook")


def soon(ask: Callable[[], T], what: str) -> T | None:
    """Return what a server answers; None where it fails, or takes too long."""
    found: list[T] = []

    def run() -> None:
        try:
            found.append(ask())
        except (AITransportError, ValueError) as error:
            # No JSON is a ValueError: whoever answered is not who was meant.
            _LOG.debug("%s is not to be had: %s", what, error)

    asking = Thread(target=run, name="aitransport-soon", daemon=True)
    asking.start()
    asking.join(PATIENCE)
    return found[0] if found else None
