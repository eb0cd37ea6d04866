"""What a session asks of its channel beside reading and writing."""

from __future__ import annotations

from collections.abc import Sequence

from ably.types.channelmode import ChannelMode

from aitransport_notebook.errors import error_for

# What a server grants where nothing is asked for: who asks for more is not to lose it.
USUAL = (
    ChannelMode.PUBLISH,
    ChannelMode.SUBSCRIBE,
    ChannelMode.PRESENCE,
    ChannelMode.PRESENCE_SUBSCRIBE,
    ChannelMode.ANNOTATION_PUBLISH,
)


def modes_with(more: Sequence[str]) -> list[ChannelMode] | None:
    """Return the modes to attach with; None for those that a server grants by itself.

    >>> [mode.name for mode in modes_with(["annotation_subscribe"])][-1]
    'ANNOTATION_SUBSCRIBE'
    """
    if not more:
        return None
    known = ChannelMode.__members__
    modes = [more] if isinstance(more, str) else more
    unknown = [mode for mode in modes if str(mode).upper() not in known]
    if unknown:
        raise error_for(
            40003,
            f"{unknown!r} are no modes that a channel has in Python",
            hint=f"Give a list of {', '.join(known).lower()}; LiveObjects need another language.",
        )
    return list(dict.fromkeys([*USUAL, *(known[mode.upper()] for mode in modes)]))
