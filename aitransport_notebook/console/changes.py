"""Where two values of JSON differ, as lines to read."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, Final

from aitransport_notebook.console.plain import clip, one_line

MOST = 50
DEEPEST = 12
LONGEST = 300
_NOTHING: Final = object()


def changes_between(before: Any, after: Any) -> list[str]:
    """Return a line for each place at which two values differ, at most 50.

    >>> changes_between({"to": "ann", "sum": 5}, {"to": "ann", "sum": 3})
    ['sum: 5 → 3']
    """
    return list(islice(_changes(before, after, "", 0), MOST))


def _changes(before: Any, after: Any, path: str, depth: int) -> Iterator[str]:
    if depth < DEEPEST and isinstance(before, dict) and isinstance(after, dict):
        for key in dict.fromkeys([*before, *after]):
            here = f"{path}.{key}" if path else str(key)
            yield from _changes(_at(before, key), _at(after, key), here, depth + 1)
    elif depth < DEEPEST and isinstance(before, list) and isinstance(after, list):
        sides = dict(enumerate(before)), dict(enumerate(after))
        for at in range(max(len(before), len(after))):
            here = f"{path}[{at}]"
            yield from _changes(_at(sides[0], at), _at(sides[1], at), here, depth + 1)
    elif _differ(before, after):
        yield f"{one_line(path, 120) or 'all of it'}: {_value(before)} → {_value(after)}"


def _at(values: Mapping[Any, Any], key: Any) -> Any:
    return values.get(key, _NOTHING)


def _differ(one: Any, other: Any) -> bool:
    # To Python true is 1.
    return isinstance(one, bool) != isinstance(other, bool) or bool(one != other)


def _value(value: Any) -> str:
    if value is _NOTHING:
        return "nothing"
    return clip(json.dumps(value, ensure_ascii=False, default=repr), LONGEST)
