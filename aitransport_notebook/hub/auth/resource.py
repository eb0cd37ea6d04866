"""Names of channels and patterns over them, as capabilities and user claims spell them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

WILDCARD = "*"


@dataclass(frozen=True, slots=True)
class Resource:
    """A channel name or a pattern: an optional `[qualifier]`, and segments between colons.

    In a pattern `*` stands for one whole segment, and as the last one for all that follow.
    A plain name has the qualifier "", which only "[*]" covers besides itself.
    """

    qualifier: str
    segments: tuple[str, ...]

    @classmethod
    def parse(cls, text: str) -> Resource:
        """Read a name, without the parameters that may stand in front of it.

        >>> Resource.parse("[?rewind=1]room:a")
        Resource(qualifier='', segments=('room', 'a'))
        >>> Resource.parse("[meta]log")
        Resource(qualifier='meta', segments=('log',))
        """
        if not text.startswith("["):
            return cls("", tuple(text.split(":")))
        bracket, _, name = text[1:].partition("]")
        return cls(bracket.partition("?")[0], tuple(name.split(":")))

    def __str__(self) -> str:
        name = ":".join(self.segments)
        return f"[{self.qualifier}]{name}" if self.qualifier else name

    @property
    def is_pattern(self) -> bool:
        return self.qualifier == WILDCARD or WILDCARD in self.segments

    @property
    def is_open(self) -> bool:
        """Whether any number of segments may follow the last."""
        return self.segments[-1] == WILDCARD

    def covers(self, name: Resource) -> bool:
        """Tell whether the pattern matches the channel of that name.

        >>> Resource.parse("room:*").covers(Resource.parse("room:a:b"))
        True
        >>> Resource.parse("*").covers(Resource.parse("[meta]log"))
        False
        """
        if self.qualifier not in (WILDCARD, name.qualifier):
            return False
        ours, theirs = len(self.segments), len(name.segments)
        if theirs < ours or (theirs > ours and not self.is_open):
            return False
        return all(
            mine in (WILDCARD, other)
            for mine, other in zip(self.segments, name.segments, strict=False)
        )

    def meet(self, other: Resource) -> Resource | None:
        """Return the pattern of exactly the channels that both cover, or None if there are none.

        >>> str(Resource.parse("room:*").meet(Resource.parse("*:a")))
        'room:a'
        """
        short, long = sorted((self, other), key=lambda resource: len(resource.segments))
        missing = len(long.segments) - len(short.segments)
        if missing and not short.is_open:
            return None
        pairs = [
            (self.qualifier, other.qualifier),
            *zip((*short.segments, *(WILDCARD,) * missing), long.segments, strict=True),
        ]
        if any(WILDCARD not in pair and pair[0] != pair[1] for pair in pairs):
            return None
        qualifier, *segments = (b if a == WILDCARD else a for a, b in pairs)
        return Resource(qualifier, tuple(segments))

    @property
    def specificity(self) -> tuple[bool, int, int]:
        literal = sum(segment != WILDCARD for segment in self.segments)
        return not self.is_pattern, literal, len(self.segments)


def most_specific(patterns: Collection[str], channel: str) -> str | None:
    """Return the pattern that says most about the channel, or None if none covers it.

    >>> most_specific(["*", "room:*", "room:a"], "room:b")
    'room:*'
    """
    if not patterns:
        return None
    name = Resource.parse(channel)
    covering = [text for text in patterns if Resource.parse(text).covers(name)]
    return max(covering, key=lambda text: Resource.parse(text).specificity, default=None)
