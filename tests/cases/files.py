"""Recorded cases as files: `recorded/NAME.json`, which js/tests/cases/files.ts reads as well.

To keep them small, what stands in a file more than once is in its list `shared`, and
`{"$": 7}` has the place of it. What nobody folds, such as the id of a connection, is left out; so
is the version of what is still as it was created.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.cases.shown import Json
from tests.cases.telling import Wire

FOLDER = Path(__file__).parent / "recorded"
LEFT_OUT = ("id", "connectionId")
# About as long is a place, as text.
PLACE = 10


@dataclass(frozen=True)
class Case:
    """What a channel carried, and what is shown of it."""

    name: str
    codec: str
    # As it was delivered.
    live: list[Wire]
    # Oldest first, as REST gives it.
    history: list[Wire]
    # What a fresh view shows, whatever way its tree was told.
    expected: Json
    # A digest for each message of `live`, of what a view showed then that was always open.
    seen: list[str]
    # What a fresh view shows to who was only told `live`, where something of that is missing.
    heard: Json | None = None


def names() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.json"))


def read(name: str) -> Case:
    value = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    shared = value.pop("shared")
    return Case(name=name, **{key: _whole(one, shared) for key, one in value.items()})


def write(case: Case) -> None:
    """Write a case, a message to a line."""
    lists: dict[str, list[Any]] = {
        "live": [_folded(message) for message in case.live],
        "history": [_folded(message) for message in case.history],
    }
    others: dict[str, Any] = {"codec": case.codec, "expected": case.expected}
    if case.heard is not None:
        others["heard"] = case.heard
    others["seen"] = case.seen
    table = _Table([one for value in lists.values() for one in value] + [*others.values()])
    fields = {name: _text(table.short(value)) for name, value in others.items()}
    fields |= {name: _lines([table.short(one) for one in value]) for name, value in lists.items()}
    fields["shared"] = _lines(table.shared)
    body = ",\n".join(f'"{name}": {value}' for name, value in fields.items())
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / f"{case.name}.json").write_text(f"{{\n{body}\n}}\n", "utf-8")


class _Table:
    """What is shared, as it comes up."""

    def __init__(self, values: Sequence[Any]) -> None:
        self.shared: list[Any] = []
        self._count: Counter[str] = Counter()
        self._places: dict[str, int] = {}
        for value in values:
            self._note(value)

    def short(self, value: Any) -> Any:
        text = _text(value)
        if (self._count[text] - 1) * len(text) <= (self._count[text] + 1) * PLACE:
            return self._inside(value)
        if text not in self._places:
            self._places[text] = len(self.shared)
            self.shared.append(None)
            self.shared[self._places[text]] = self._inside(value)
        return {"$": self._places[text]}

    def _note(self, value: Any) -> None:
        text = _text(value)
        self._count[text] += 1
        if self._count[text] == 1:
            for one in _parts(value):
                self._note(one)

    def _inside(self, value: Any) -> Any:
        if isinstance(value, dict):
            assert "$" not in value, "a value looks like a place"
            return {key: self.short(one) for key, one in value.items()}
        return [self.short(one) for one in value] if isinstance(value, list) else value


def _parts(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _whole(value: Any, shared: Sequence[Any]) -> Any:
    if isinstance(value, dict):
        if "$" in value:
            return _whole(shared[value["$"]], shared)
        return {key: _whole(one, shared) for key, one in value.items()}
    return [_whole(one, shared) for one in value] if isinstance(value, list) else value


def _folded(message: Wire) -> Wire:
    """Return what the fold needs of a message."""
    version = message.get("version")
    created = isinstance(version, dict) and version.get("serial") == message["serial"]
    left_out = (*LEFT_OUT, "version") if created else LEFT_OUT
    return {key: value for key, value in message.items() if key not in left_out}


def _text(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), sort_keys=True)


def _lines(values: Sequence[Any]) -> str:
    return "[\n" + ",\n".join(map(_text, values)) + "\n]"
