"""A console's page, at the place where Jupyter takes its messages: the comm."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import comm.base_comm

from aitransport_notebook import Connection, Console
from aitransport_notebook.session.tokens import EVERYTHING, TOKEN_LIFE, Capability
from tests.support.hub_process import HubProcess

STEP = 0.01
LIMIT = 15.0


class RecordedComm(comm.base_comm.BaseComm):
    """Writes down what a widget tells its pages."""

    def __init__(self, **given: Any) -> None:
        self.sent: list[tuple[str, Any]] = []
        super().__init__(**given)

    def publish_msg(
        self,
        msg_type: str,
        data: Any = None,
        metadata: Any = None,
        buffers: Any = None,
        **keys: Any,
    ) -> None:
        self.sent.append((msg_type, data))


class Page:
    """What the page of a console was told, and what it says."""

    def __init__(self, console: Console) -> None:
        self._comm: RecordedComm = console.widget.comm

    @property
    def raw(self) -> list[tuple[str, Any]]:
        return self._comm.sent

    def told(self, kind: str) -> list[Any]:
        """Return the messages of a kind so far."""
        contents = [data["content"] for _, data in self._comm.sent if "content" in (data or {})]
        return [content for content in contents if content["kind"] == kind]

    def wait_for(self, kind: str, count: int = 1, limit: float = LIMIT) -> Any:
        """Wait for the so-many-th message of a kind, and return it."""
        until(lambda: len(self.told(kind)) >= count, limit)
        return self.told(kind)[count - 1]

    def say(self, **content: Any) -> None:
        """Say something, as the kernel's main thread hears it."""
        data = {"method": "custom", "content": content}
        self._comm.handle_msg({"content": {"data": data}, "buffers": []})

    def leave(self) -> None:
        """Give the widget up."""
        self._comm.handle_close({"content": {"data": {}}})


class Browser(Connection):
    """A connection of the page's own, with the token that it was given."""

    def token(self, capability: Capability = EVERYTHING, *, life: float = TOKEN_LIFE) -> str:
        return self._key or ""

    @classmethod
    def of(cls, hub: HubProcess, token: str) -> Browser:
        return cls(hub.host, hub.port, False, None, None, True, token)


def until(is_so: Callable[[], object], limit: float = LIMIT) -> None:
    """Wait in a plain thread until it is so."""
    end = time.monotonic() + limit
    while not is_so():
        assert time.monotonic() < end, "it did not become so"
        time.sleep(STEP)
