"""What an encoder asks of the channel: plain values, so that encoding needs no channel."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from aitransport_notebook.wire.names import Headers


@dataclass(frozen=True, slots=True)
class Publish:
    """Publish one message that will not grow."""

    data: Any
    codec: Headers
    ephemeral: bool = False
    transport: Headers = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Open:
    """Publish a message that grows by appends, known to its encoder as `stream_id`."""

    stream_id: str
    codec: Headers


@dataclass(frozen=True, slots=True)
class Append:
    """Add text to an open stream."""

    stream_id: str
    text: str


@dataclass(frozen=True, slots=True)
class Close:
    """End an open stream; where none is open, do `otherwise` if there is one."""

    stream_id: str
    codec: Headers
    otherwise: Publish | None = None


Operation = Publish | Open | Append | Close
