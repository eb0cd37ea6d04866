"""JSON as other languages read it: without NaN, infinities, and what is nested too deep."""

from __future__ import annotations

import json
from math import isinf
from typing import Any

# Shorter numbers are none that other languages take for infinite.
_LONG = 300


def from_json(raw: str | bytes) -> Any:
    """Parse JSON; raise ValueError for what is none.

    >>> from_json('{"a": [1, 2.5]}')
    {'a': [1, 2.5]}
    """
    try:
        return json.loads(raw, parse_constant=_refuse, parse_float=_finite, parse_int=_whole)
    except RecursionError:
        raise ValueError("it is nested too deep") from None


def _refuse(name: str) -> None:
    raise ValueError(f"{name:.20} is not JSON")


def _finite(raw: str) -> float:
    value = float(raw)
    if isinf(value):
        _refuse(raw)
    return value


def _whole(raw: str) -> int:
    if len(raw) > _LONG:
        _finite(raw)
    return int(raw)
