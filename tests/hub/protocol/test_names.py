from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aitransport_notebook.hub.protocol.names import (
    MAX_NAME,
    ChannelName,
    Rewind,
    parse_channel,
    parse_rewind,
)
from tests.hub.auth.support import refused


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("room", ChannelName("room")),
        ("a:b:c", ChannelName("a:b:c")),
        ("a[b]", ChannelName("a[b]")),
        ("two\nlines", ChannelName("two\nlines")),
        ("x" * MAX_NAME, ChannelName("x" * MAX_NAME)),
        ("[?rewind=1]room", ChannelName("room", {"rewind": "1"})),
        ("[?rewind=1&delta=vcdiff]a:b", ChannelName("a:b", {"rewind": "1", "delta": "vcdiff"})),
        ("[?modes=publish%2Csubscribe]r", ChannelName("r", {"modes": "publish,subscribe"})),
        ("[?flag=]two\nlines", ChannelName("two\nlines", {"flag": ""})),
        ("[]room", ChannelName("room")),
        ("[meta]log", ChannelName("[meta]log")),
        ("[meta?rewind=2]log", ChannelName("[meta]log", {"rewind": "2"})),
    ],
)
def test_a_name_and_its_parameters_are_told_apart(text: str, expected: ChannelName) -> None:
    assert parse_channel(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "[?rewind=1]",
        "[meta]",
        "[filter]room",
        "[room",
        ":room",
        ",room",
        "a\0b",
        "[?a=1]:room",
        "[?a=1],room",
        "[?a=1][meta]room",
        "[meta]:log",
        "x" * (MAX_NAME + 1),
    ],
)
def test_what_is_no_name_is_refused(text: str | None) -> None:
    with refused(40010, 400):
        parse_channel(text)


@given(st.text(max_size=30))
def test_a_name_that_is_taken_is_its_own_name(text: str) -> None:
    try:
        name = parse_channel(text).name
    except Exception as error:
        assert getattr(error, "code", None) == 40010
    else:
        assert parse_channel(name) == ChannelName(name)


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("1", None, Rewind(count=1)),
        ("101", None, Rewind(count=101)),
        ("9" * 30, None, Rewind(count=10**9)),
        ("0", None, None),
        ("0s", None, None),
        ("1s", None, Rewind(seconds=1)),
        ("3m", None, Rewind(seconds=180)),
        ("72h", None, Rewind(seconds=72 * 3600)),
        ("9" * 30 + "s", None, Rewind(seconds=10**9)),
        ("5m", "10", Rewind(seconds=300, limit=10)),
        ("5m", "100", Rewind(seconds=300)),
        ("5m", "101", Rewind(seconds=300)),
        ("5m", "9" * 30, Rewind(seconds=300)),
        ("5m", "0", None),
        ("20", "10", Rewind(count=20, limit=10)),
    ],
)
def test_a_rewind_is_a_count_or_a_time_and_tells_at_most_a_hundred(
    text: str, limit: str | None, expected: Rewind | None
) -> None:
    assert parse_rewind(text, limit) == expected
    assert Rewind().limit == 100


@pytest.mark.parametrize("limit", ["", "-1", "x", "1m", "²"])
def test_another_limit_of_a_rewind_is_refused(limit: str) -> None:
    with refused(40003, 400):
        parse_rewind("5m", limit)


@pytest.mark.parametrize(
    "text", ["", "-1", "1.5", "1d", "s", "1 m", "1s2m", "²", "٣", "\uff12m", "2m\n"]
)
def test_another_rewind_is_refused(text: str) -> None:
    with refused(40003, 400):
        parse_rewind(text)
