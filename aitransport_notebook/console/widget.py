"""The widget: what Jupyter shows of a console. It holds nothing that may not be saved."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import anywidget
from IPython import get_ipython
from traitlets import Bool, Dict, Int, Unicode

from aitransport_notebook.console.frontend import Frontend
from aitransport_notebook.console.protocol import Message


class ConsoleWidget(anywidget.AnyWidget):
    """Shows one session. A notebook is saved with its traits, so none of them is a secret."""

    _esm = Unicode().tag(sync=True)
    _css = Unicode().tag(sync=True)
    session = Unicode().tag(sync=True)
    codec = Unicode().tag(sync=True)
    where = Dict().tag(sync=True)
    who = Unicode().tag(sync=True)
    cell = Unicode().tag(sync=True)
    invokes = Bool().tag(sync=True)
    height = Int().tag(sync=True)

    def __init__(
        self,
        frontend: Frontend,
        heard: Callable[[Any], None],
        closing: Callable[[], None],
        **traits: Any,
    ) -> None:
        self._closing = closing
        super().__init__(_esm=frontend.script, _css=frontend.styles, cell=running_cell(), **traits)
        self.on_msg(lambda widget, content, buffers: heard(content))
        # A page that gives the widget up does so for good.
        self.comm.on_close(lambda message: self._closing())

    def push(self, message: Message) -> None:
        """Say something to the pages that show it, from whatever thread."""
        self.send(message)

    def close(self) -> None:
        """Take it off the page, and close what it has open."""
        if self.comm is not None:
            self._closing()
        super().close()


def running_cell() -> str:
    """Return the id of the cell that runs, as its notebook has it; empty if it is not known."""
    kernel = getattr(get_ipython(), "kernel", None)
    asked = kernel.get_parent() if kernel is not None else {}
    found = asked.get("metadata", {}).get("cellId")
    return found if isinstance(found, str) else ""
