"""What an adapter for a framework needs, and what it says where that is missing."""

from __future__ import annotations

import inspect
from typing import Any

from aitransport_notebook.codec.contract import Codec
from aitransport_notebook.errors import error_for, how_to_install
from aitransport_notebook.session.agent.run import AgentRun


def missing(extra: str, error: ImportError) -> ImportError:
    """Return the error of a framework that is not installed, or too old."""
    return ImportError(f"{error}. Hint: {how_to_install(extra)}", name=error.name)


def need_codec(run: AgentRun, codec: type[Codec[Any]]) -> None:
    """Refuse a session whose codec cannot say what the framework says."""
    if not isinstance(run.codec, codec):
        raise error_for(
            40003,
            f"this agent speaks {codec.__name__}, and the session {type(run.codec).__name__}",
            hint=f"Give codec={codec.__name__}() to all who take part in the session.",
        )


async def value_for(run: AgentRun, given: Any) -> Any:
    """Return a value that is the same for each Run, or that a function makes for this one."""
    value = given(run) if callable(given) else given
    return await value if inspect.isawaitable(value) else value
