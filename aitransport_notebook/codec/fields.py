"""Values of an event that travel as codec headers, each under its own key."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aitransport_notebook.wire.names import Headers
from aitransport_notebook.wire.strict_json import from_json

Event = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Field:
    """One header. Both ways None stands for "not there"."""

    key: str
    parse: Callable[[Any], Any]
    print: Callable[[Any], str | None]
    default: Any = None

    def read(self, headers: Headers) -> Any:
        raw = headers.get(self.key)
        value = None if raw is None else self.parse(raw)
        return self.default if value is None else value


def text(key: str, default: str | None = None) -> Field:
    """Bind a text."""
    return Field(key, _as_it_is, _if_text, default)


def flag(key: str, default: bool | None = None) -> Field:
    """Bind a yes or no, written as "true" and "false"."""
    return Field(key, lambda raw: raw == "true", _print_flag, default)


def structured(key: str) -> Field:
    """Bind anything that JSON can say; what is not JSON reads as not there."""
    return Field(key, _parse_json, lambda value: None if value is None else to_json(value))


def choice(key: str, allowed: Sequence[str], default: str) -> Field:
    """Bind one of a few words; any other reads as the default."""
    return Field(
        key,
        lambda raw: raw if raw in allowed else None,
        _if_text,
        default,
    )


def read_fields(fields: Iterable[Field], headers: Headers) -> Event:
    """Return the values that are there, by key."""
    values = {}
    for field in fields:
        value = field.read(headers)
        if value is not None:
            values[field.key] = value
    return values


def write_fields(fields: Iterable[Field], source: Mapping[str, Any]) -> Headers:
    """Return the headers for those values of an event that are there."""
    headers = {}
    for field in fields:
        raw = field.print(source.get(field.key))
        if raw is not None:
            headers[field.key] = raw
    return headers


def pick(data: Any, *keys: str) -> Event:
    """Return those of the keys that an object has."""
    if not isinstance(data, Mapping):
        return {}
    return {key: data[key] for key in keys if key in data}


def text_of(data: Any) -> str:
    return data if isinstance(data, str) else ""


def to_json(value: Any) -> str:
    """Print JSON as other languages can read it; raise what `json` does of anything else."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _parse_json(raw: Any) -> Any:
    if not isinstance(raw, str):
        return raw
    try:
        return from_json(raw)
    except ValueError:
        return None


def _as_it_is(raw: Any) -> Any:
    return raw


def _if_text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _print_flag(value: Any) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    return None
