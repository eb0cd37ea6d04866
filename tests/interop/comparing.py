"""Where two JSON values differ, in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest


def check_same(what: str, given: Any, expected: Any) -> None:
    """Fail with every difference, and where it is."""
    found = list(differences(given, expected))
    if found:
        pytest.fail("\n".join([f"{what}:", *found]), pytrace=False)


def differences(given: Any, expected: Any, where: str = "") -> Iterator[str]:
    if isinstance(given, dict) and isinstance(expected, dict):
        for key in [*given, *(key for key in expected if key not in given)]:
            here = f"{where}.{key}"
            if key not in given:
                yield f"{here}: missing, not {expected[key]!r}"
            elif key not in expected:
                yield f"{here}: {given[key]!r}, where nothing should be"
            else:
                yield from differences(given[key], expected[key], here)
    elif isinstance(given, list) and isinstance(expected, list) and len(given) == len(expected):
        for index, (one, other) in enumerate(zip(given, expected, strict=True)):
            yield from differences(one, other, f"{where}[{index}]")
    elif given != expected or type(given) is not type(expected):
        yield f"{where}: {given!r}, not {expected!r}"
