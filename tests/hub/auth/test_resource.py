from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aitransport_notebook.hub.auth.resource import Resource, most_specific

segments = st.lists(st.sampled_from(["a", "b", "*", ""]), min_size=1, max_size=4).map(":".join)
qualifiers = st.sampled_from(["", "[*]", "[meta]", "[queue]"])
names = st.builds("{}{}".format, qualifiers, segments)


@pytest.mark.parametrize(
    ("pattern", "channel", "covered"),
    [
        ("foo", "foo", True),
        ("foo", "foo:bar", False),
        ("*", "foo", True),
        ("*", "foo:bar:baz", True),
        ("*", "[meta]log", False),
        ("*", "[queue]app-name", False),
        ("namespace:*", "namespace:channel", True),
        ("namespace:*", "namespace:channel:other", True),
        ("namespace:*", "namespace", False),
        ("namespace:*", "namespaces:channel", False),
        ("foo:*:baz", "foo:bar:baz", True),
        ("foo:*:baz", "foo:bar:bam:baz", False),
        ("foo:*:baz", "foo:bar:baz:more", False),
        ("foo*", "foobar", False),
        ("foo*", "foo*", True),
        ("[meta]*", "[meta]log", True),
        ("[meta]*", "[queue]log", False),
        ("[meta]*", "log", False),
        ("[meta]log", "[meta]log", True),
        ("[queue]*", "[queue]app-name", True),
        ("[*]*", "foo:bar", True),
        ("[*]*", "[meta]log", True),
        ("[*]*", "[queue]app-name", True),
        ("[*]foo", "[meta]foo", True),
        ("[*]foo", "bar", False),
        ("foo", "[?rewind=1]foo", True),
        ("*", "[?rewind=1&delta=vcdiff]foo", True),
        ("*", "[meta?rewind=1]log", False),
        ("[meta]*", "[meta?rewind=1]log", True),
        ("foo", "[?rewind=1]foo:bar", False),
        ("*", "[unknown]foo", False),
        ("*", "[never closed", False),
        ("foo:*", "foo:", True),
        ("foo:*", "foo:line\nbreak", True),
    ],
)
def test_a_pattern_covers_whole_segments(pattern: str, channel: str, covered: bool) -> None:
    assert Resource.parse(pattern).covers(Resource.parse(channel)) is covered


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        ("*", "foo:*", "foo:*"),
        ("foo:*", "*:bar", "foo:bar"),
        ("a:*", "*:*:c", "a:*:c"),
        ("a:*", "b:*", None),
        ("a", "a:b", None),
        ("a:*", "a", None),
        ("*", "[meta]*", None),
        ("[*]*", "[meta]a:*", "[meta]a:*"),
        ("[*]a:*", "*:b", "a:b"),
    ],
)
def test_two_patterns_meet_in_one(one: str, other: str, both: str | None) -> None:
    for a, b in ((one, other), (other, one)):
        met = Resource.parse(a).meet(Resource.parse(b))
        assert (None if met is None else str(met)) == both


@given(names, names, names)
def test_the_meet_covers_exactly_what_both_cover(one: str, other: str, channel: str) -> None:
    a, b, name = Resource.parse(one), Resource.parse(other), Resource.parse(channel)
    met = a.meet(b)
    assert (met is not None and met.covers(name)) == (a.covers(name) and b.covers(name))


@given(names)
def test_a_name_is_read_back_from_its_text(text: str) -> None:
    assert Resource.parse(str(Resource.parse(text))) == Resource.parse(text)


@given(st.text(), st.text())
def test_any_text_is_some_name(pattern: str, channel: str) -> None:
    Resource.parse(pattern).covers(Resource.parse(channel))


@pytest.mark.parametrize(
    ("patterns", "channel", "best"),
    [
        (["*", "chat:*", "chat:lobby"], "chat:lobby", "chat:lobby"),
        (["chat:lobby", "chat:*", "*"], "chat:other", "chat:*"),
        (["*", "chat:*", "chat:a:*"], "chat:a:b", "chat:a:*"),
        (["chat:*:*", "chat:a:*"], "chat:a:b", "chat:a:*"),
        (["*:*:*", "*"], "a:b:c", "*:*:*"),
        (["*"], "[meta]log", None),
        ([], "a", None),
    ],
)
def test_the_most_specific_pattern_wins(
    patterns: list[str], channel: str, best: str | None
) -> None:
    assert most_specific(patterns, channel) == best
