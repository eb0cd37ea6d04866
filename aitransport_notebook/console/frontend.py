"""The built frontend, and what it needs of Jupyter: there, or a clear word of what is missing."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from aitransport_notebook.errors import RequestError, how_to_install

STATIC = Path(__file__).parent / "static"
SCRIPT, STYLES = "console.js", "console.css"


class Frontend(NamedTuple):
    """What a page of a notebook loads."""

    script: str
    styles: str


def read_frontend() -> Frontend:
    """Read what was built."""
    try:
        return Frontend(*((STATIC / name).read_text("utf-8") for name in (SCRIPT, STYLES)))
    except FileNotFoundError as error:
        missing = Path(str(error.filename)).name
        raise RequestError(
            f"the console's frontend is not built: there is no {missing}",
            code=40000,
            hint="In a clone: cd js && npm ci && npm run build. A wheel of the package has it.",
        ) from None


def widget_class() -> Callable[..., Any]:
    """Return the class of the widget, which takes a while to import, and an extra to have."""
    try:
        found: Callable[..., Any] = import_module(
            "aitransport_notebook.console.widget"
        ).ConsoleWidget
    except ImportError as error:
        raise RequestError(
            f"a console needs Jupyter's widgets: {error}",
            code=40000,
            hint=how_to_install("lab"),
        ) from error
    return found
