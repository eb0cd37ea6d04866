"""Values as headers: what is written of each kind, and what is read of anything."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aitransport_notebook.codec.fields import (
    Field,
    choice,
    flag,
    read_fields,
    structured,
    text,
    to_json,
    write_fields,
)
from aitransport_notebook.wire.strict_json import from_json

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    # Keys that are texts: JSON has no others.
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
TEXT, NAMED = text("key"), text("key", "nobody")
FLAG, APPROVED = flag("key"), flag("key", False)
META = structured("key")
WORD = choice("key", ("stop", "length"), "stop")


@pytest.mark.parametrize(
    ("field", "value", "written"),
    [
        (TEXT, "a", "a"),
        (TEXT, "", ""),
        (TEXT, None, None),
        (TEXT, 5, None),
        (NAMED, None, None),
        (FLAG, True, "true"),
        (FLAG, False, "false"),
        (FLAG, None, None),
        (FLAG, 1, None),
        (FLAG, "true", None),
        (META, {"a": [1, None]}, '{"a":[1,null]}'),
        (META, "ü\u2028", '"ü\u2028"'),
        (META, False, "false"),
        (META, [], "[]"),
        (META, None, None),
        (WORD, "length", "length"),
        (WORD, "else", "else"),
        (WORD, None, None),
    ],
)
def test_what_is_written(field: Field, value: Any, written: str | None) -> None:
    expected = {} if written is None else {"key": written}
    assert write_fields([field], {"key": value}) == expected


@pytest.mark.parametrize(
    ("field", "raw", "value"),
    [
        (TEXT, "a", "a"),
        (TEXT, "", ""),
        (TEXT, None, None),
        (NAMED, "", ""),
        (NAMED, None, "nobody"),
        (FLAG, "true", True),
        (FLAG, "false", False),
        (FLAG, "yes", False),
        (FLAG, "", False),
        (FLAG, None, None),
        (APPROVED, None, False),
        (META, '{"a": 1}', {"a": 1}),
        (META, "null", None),
        (META, "{", None),
        (META, "", None),
        (META, "NaN", None),
        (META, "1e999", None),
        (META, None, None),
        (WORD, "length", "length"),
        (WORD, "else", "stop"),
        (WORD, None, "stop"),
    ],
)
def test_what_is_read(field: Field, raw: str | None, value: Any) -> None:
    headers = {} if raw is None else {"key": raw}
    assert field.read(headers) == value
    assert read_fields([field], headers) == ({} if value is None else {"key": value})


@given(JSON.filter(lambda value: value is not None))
def test_json_comes_out_as_it_went_in(value: Any) -> None:
    written = write_fields([META], {"key": value})
    assert read_fields([META], written) == {"key": value}


@given(st.text(), st.booleans())
def test_texts_and_flags_come_out_as_they_went_in(said: str, yes: bool) -> None:
    fields = [text("said"), flag("yes")]
    event = {"said": said, "yes": yes}
    assert read_fields(fields, write_fields(fields, event)) == event


@given(st.dictionaries(st.sampled_from(["a", "b", "c"]), st.text(max_size=4)))
def test_any_headers_can_be_read(headers: dict[str, str]) -> None:
    fields = [text("a", ""), flag("b", False), structured("c"), choice("a", ("x",), "x")]
    assert {"a", "b"} <= read_fields(fields, headers).keys()


@given(JSON)
def test_json_is_printed_as_anybody_can_read_it(value: Any) -> None:
    assert json.loads(to_json(value)) == value


def test_json_is_as_short_as_it_can_be() -> None:
    assert to_json({"a": [1, "ü"]}) == '{"a":[1,"ü"]}'


@pytest.mark.parametrize("value", [float("nan"), float("inf"), [float("-inf")], object(), {1, 2}])
def test_what_is_no_json_is_not_printed(value: Any) -> None:
    with pytest.raises((ValueError, TypeError)):
        to_json(value)


@pytest.mark.parametrize(
    "raw",
    ["NaN", "[Infinity]", "-Infinity", "1e999", "[-1e999]", "01", "'a'", "[" * 100_000, "1 2"],
)
def test_what_others_cannot_read_is_not_read(raw: str) -> None:
    with pytest.raises(ValueError):
        from_json(raw)
