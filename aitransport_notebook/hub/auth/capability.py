"""What may be done on which channels."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import product
from types import MappingProxyType

import msgspec

from aitransport_notebook.errors import AITransportError, error_for
from aitransport_notebook.hub.auth.encoding import is_unicode
from aitransport_notebook.hub.auth.resource import WILDCARD, Resource

OPERATIONS = frozenset(
    {
        "annotation-publish",
        "annotation-subscribe",
        "channel-metadata",
        "history",
        "message-delete-any",
        "message-delete-own",
        "message-update-any",
        "message-update-own",
        "object-publish",
        "object-subscribe",
        "presence",
        "privileged-headers",
        "publish",
        "push-admin",
        "push-subscribe",
        "stats",
        "subscribe",
    }
)
ALL_OPERATIONS = frozenset({WILDCARD})
Operations = frozenset[str]
CHANNELS_REMEMBERED = 128


@dataclass(frozen=True)
class Capability:
    """Operations by resource. A channel has the operations of every resource that covers it."""

    resources: Mapping[str, Operations]

    @classmethod
    def parse(cls, value: str | Mapping[str, object] | None) -> Capability:
        """Read JSON text or a mapping; raise 40000 if it is no capability.

        None and "" allow everything on every channel; an empty mapping allows nothing.

        >>> Capability.parse('{"room:*": ["subscribe", "publish"]}').to_json()
        '{"room:*":["publish","subscribe"]}'
        """
        if value is None or value == "":
            return cls(MappingProxyType({WILDCARD: ALL_OPERATIONS}))
        resources = {name: frozenset(listed) for name, listed in _decode(value).items()}
        for name, operations in resources.items():
            _check(name, operations)
        return cls(MappingProxyType(resources))

    def __hash__(self) -> int:
        return hash(frozenset(self.resources.items()))

    @property
    def is_empty(self) -> bool:
        """Whether it allows nothing at all."""
        return not self.resources

    def allows(self, channel: str, operation: str) -> bool:
        """Tell whether the operation may be done on the channel.

        Rights over the whole app, such as `stats`, are rights on the channel "*".
        """
        return self.allows_any(channel, operation)

    def allows_any(self, channel: str, *operations: str) -> bool:
        """Tell whether at least one of the operations may be done on the channel."""
        granted = self._granted_on(channel)
        return WILDCARD in granted or not granted.isdisjoint(operations)

    def intersect(self, other: Capability) -> Capability:
        """Return what both allow: exactly the operations that each allows on the same channel."""
        common: dict[str, Operations] = {}
        for (mine, my_ops), (theirs, their_ops) in product(self._compiled, other._compiled):
            resource, operations = mine.meet(theirs), _common_operations(my_ops, their_ops)
            if resource is not None and operations:
                name = str(resource)
                common[name] = _all_operations(common.get(name, frozenset()), operations)
        return Capability(MappingProxyType(common))

    def to_json(self) -> str:
        """Return the canonical text: everything sorted, and no spaces."""
        return msgspec.json.encode(self.to_dict()).decode("utf-8")

    def to_dict(self) -> dict[str, list[str]]:
        return {name: sorted(self.resources[name]) for name in sorted(self.resources)}

    @cached_property
    def _compiled(self) -> tuple[tuple[Resource, Operations], ...]:
        return tuple((Resource.parse(name), ops) for name, ops in self.resources.items())

    @cached_property
    def _exact(self) -> dict[Resource, Operations]:
        return {name: ops for name, ops in self._compiled if not name.is_pattern}

    @cached_property
    def _patterns(self) -> tuple[tuple[Resource, Operations], ...]:
        return tuple((name, ops) for name, ops in self._compiled if name.is_pattern)

    @cached_property
    def _granted_on(self) -> Callable[[str], Operations]:
        # Whoever publishes asks the same again for each message.
        return lru_cache(CHANNELS_REMEMBERED)(self._find_granted_on)

    def _find_granted_on(self, channel: str) -> Operations:
        name = Resource.parse(channel)
        granted = self._exact.get(name, frozenset())
        for pattern, operations in self._patterns:
            if pattern.covers(name):
                granted |= operations
        return granted


def _common_operations(a: Operations, b: Operations) -> Operations:
    if WILDCARD in a:
        return b
    return a if WILDCARD in b else a & b


def _all_operations(a: Operations, b: Operations) -> Operations:
    both = a | b
    return ALL_OPERATIONS if WILDCARD in both else both


def _decode(value: str | Mapping[str, object]) -> dict[str, list[str]]:
    try:
        if isinstance(value, str):
            return msgspec.json.decode(value, type=dict[str, list[str]])
        return msgspec.convert(value, type=dict[str, list[str]])
    except (ValueError, RecursionError):
        raise _invalid("is not a JSON object of lists of operations") from None


def _check(name: str, operations: Operations) -> None:
    if not name or not is_unicode(name) or (name.startswith("[") and "]" not in name):
        raise _invalid("names an invalid resource")
    if not operations:
        raise _invalid(f"lists no operation for {name[:80]!r}")
    if WILDCARD in operations and len(operations) > 1:
        raise _invalid(f"lists '*' together with other operations for {name[:80]!r}")
    unknown = sorted(operations - OPERATIONS - ALL_OPERATIONS)
    if unknown:
        raise _invalid(f"lists an unknown operation {unknown[0][:40]!r} for {name[:80]!r}")


def _invalid(problem: str) -> AITransportError:
    return error_for(
        40000,
        f"invalid capability: it {problem}",
        hint='Map resources to operations, such as {"room:*": ["publish", "subscribe"]}.',
    )
