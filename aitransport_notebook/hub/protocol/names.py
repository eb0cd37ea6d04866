"""Channel names and the parameters that come with them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from aitransport_notebook.errors import error_for

MAX_NAME = 2048
QUALIFIED = re.compile(r"\[([^\]]*)\](.*)", re.DOTALL)
REWIND_TIME = re.compile(r"([0-9]+)([smh])")
SECONDS = {"s": 1, "m": 60, "h": 3600}
NUMBER = re.compile(r"[0-9]+")
MAX_REWIND = 100
# As good as endless.
MANY = 10**9


@dataclass(frozen=True)
class ChannelName:
    """A channel's own name, and the parameters written in front of it."""

    name: str
    params: dict[str, str] = field(default_factory=dict)


def parse_channel(text: str | None) -> ChannelName:
    """Read a channel's name; raise 40010 if it is none.

    >>> parse_channel("[?rewind=1]room")
    ChannelName(name='room', params={'rewind': '1'})
    """
    if not text:
        raise error_for(40010, "no channel name", hint="Name the channel.")
    own, prefix, params = text, "", {}
    qualified = QUALIFIED.fullmatch(text)
    if qualified:
        own = qualified[2]
        prefix, _, query = qualified[1].partition("?")
        if prefix not in ("", "meta"):
            raise error_for(
                40010,
                f"unknown channel qualifier [{prefix[:40]}]",
                hint="Leave out the part in square brackets.",
            )
        params = dict(parse_qsl(query, keep_blank_values=True))
    if not own or len(own) > MAX_NAME or own[0] in ":,[" or "\x00" in own:
        raise error_for(
            40010,
            f"invalid channel name {text[:80]!r}",
            hint="A name is not empty, does not begin with ':', ',' or '[' and has no NUL in it.",
        )
    return ChannelName(f"[meta]{own}" if prefix else own, params)


@dataclass(frozen=True)
class Rewind:
    """How far back an attachment begins: so many messages, or so many seconds.

    It is told the newest of them, at most `limit`.
    """

    count: int | None = None
    seconds: int | None = None
    limit: int = MAX_REWIND


def parse_rewind(text: str, limit: str | None = None) -> Rewind | None:
    """Read the `rewind` and `rewindLimit` parameters; raise 40003 if one is not what it should be.

    >>> parse_rewind("2m")
    Rewind(count=None, seconds=120, limit=100)
    """
    most = MAX_REWIND if limit is None else min(_number(limit), MAX_REWIND)
    timed = REWIND_TIME.fullmatch(text)
    if timed is None:
        count = _number(text)
        return Rewind(count=count, limit=most) if count and most else None
    seconds = _number(timed[1]) * SECONDS[timed[2]]
    return Rewind(seconds=seconds, limit=most) if seconds and most else None


def _number(text: str) -> int:
    if not NUMBER.fullmatch(text):
        raise error_for(
            40003, f"invalid rewind {text[:40]!r}", hint="Give a count such as 10, or a time as 2m."
        )
    return int(text) if len(text) < len(str(MANY)) else MANY
