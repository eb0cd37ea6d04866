from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aitransport_notebook.errors import AITransportError
from aitransport_notebook.hub.auth.capability import OPERATIONS, Capability
from tests.hub.auth.support import refused

# The keys that Ably's own suites are run with (test-app-setup.json).
MIXED_KEY = {
    "cansubscribe:*": ["subscribe"],
    "canpublish:*": ["publish"],
    "canpublish:andpresence": ["presence", "publish"],
    "pushenabled:*": ["publish", "subscribe", "push-subscribe"],
    "pushenabled:admin:*": ["publish", "subscribe", "push-admin"],
}
CHANNELS_KEY = {
    "channel0": ["publish"],
    "channel1": ["publish"],
    "channel2": ["publish", "subscribe"],
    "channel3": ["subscribe"],
    "channel4": ["presence", "publish", "subscribe"],
    "channel5": ["presence"],
    "channel6": ["*"],
}
SUBSCRIBE_KEY = {"*": ["subscribe"]}
EVERYWHERE_KEY = {"[*]*": ["*"]}

segments = st.lists(st.sampled_from(["a", "b", "*"]), min_size=1, max_size=3).map(":".join)
names = st.builds("{}{}".format, st.sampled_from(["", "[*]", "[meta]"]), segments)
operations = st.one_of(
    st.just(["*"]),
    st.lists(st.sampled_from(["publish", "subscribe", "history"]), min_size=1, unique=True),
)
capabilities = st.dictionaries(names, operations, max_size=4).map(Capability.parse)


def wire(capability: Capability) -> dict[str, list[str]]:
    decoded: dict[str, list[str]] = json.loads(capability.to_json())
    return decoded


@pytest.mark.parametrize("absent", [None, ""])
def test_no_capability_is_everything_on_channels(absent: str | None) -> None:
    capability = Capability.parse(absent)
    assert capability.to_json() == '{"*":["*"]}'
    assert capability.allows("any:channel", "publish")
    assert not capability.allows("[meta]log", "subscribe")


@pytest.mark.parametrize("nothing", ["{}", {}])
def test_an_empty_capability_allows_nothing(nothing: str | dict[str, object]) -> None:
    capability = Capability.parse(nothing)
    assert capability.is_empty
    assert capability.to_json() == "{}"
    assert not capability.allows("a", "publish")


@pytest.mark.parametrize(
    "value",
    [
        {"channel0": ["publish_"]},
        {"channel0": ["*", "publish"]},
        {"channel0": []},
        {"channel0": "publish"},
        {"channel0": [1]},
        {"channel0": {"publish": True}},
        {"": ["publish"]},
        {"[meta": ["publish"]},
        {"a\ud800": ["publish"]},
        {1: ["publish"]},
        "not json",
        "null",
        "[]",
        '"*"',
        '{"a": ["publish"]',
        '{"\\ud800": ["publish"]}',
        '{"a\ud800": ["publish"]}',
        '{"a":' + "[" * 100_000,
        '{"a":' + '{"a":' * 100_000,
    ],
)
def test_an_invalid_capability_is_refused(value: str | Mapping[str, object]) -> None:
    with refused(40000, 400):
        Capability.parse(value)


@given(st.text())
def test_any_text_is_a_capability_or_refused(text: str) -> None:
    try:
        Capability.parse(text)
    except AITransportError as error:
        assert error.code == 40000


def test_every_operation_of_the_docs_is_known() -> None:
    assert len(OPERATIONS) == 17
    Capability.parse({"a": sorted(OPERATIONS)})


@pytest.mark.parametrize(
    ("channel", "operation", "allowed"),
    [
        ("cansubscribe:a", "subscribe", True),
        ("cansubscribe:a", "publish", False),
        ("cansubscribe", "subscribe", False),
        ("canpublish:a", "presence", False),
        ("canpublish:andpresence", "presence", True),
        ("canpublish:andpresence", "publish", True),
        ("pushenabled:admin:a", "push-admin", True),
        ("pushenabled:admin:a", "push-subscribe", True),
        ("pushenabled:a", "push-admin", False),
        ("other", "subscribe", False),
        ("[?rewind=1]canpublish:a", "publish", True),
    ],
)
def test_a_channel_has_the_operations_of_all_that_cover_it(
    channel: str, operation: str, allowed: bool
) -> None:
    assert Capability.parse(MIXED_KEY).allows(channel, operation) is allowed


def test_rights_over_the_app_are_rights_on_every_channel() -> None:
    assert Capability.parse({"*": ["stats"]}).allows("*", "stats")
    assert Capability.parse(EVERYWHERE_KEY).allows("*", "stats")
    assert not Capability.parse({"a": ["stats"], "a:*": ["stats"]}).allows("*", "stats")


def test_any_of_several_operations_is_enough() -> None:
    capability = Capability.parse(CHANNELS_KEY)
    assert capability.allows_any("channel5", "publish", "presence")
    assert not capability.allows_any("channel5", "publish", "subscribe")
    assert not capability.allows_any("channel5")


def test_the_json_is_canonical() -> None:
    capability = Capability.parse('{"b": ["subscribe", "publish"], "a:ä": ["*"]}')
    assert capability.to_json() == '{"a:ä":["*"],"b":["publish","subscribe"]}'


@pytest.mark.parametrize(
    ("key", "requested", "granted"),
    [
        (MIXED_KEY, MIXED_KEY, MIXED_KEY),
        (MIXED_KEY, {"canpublish:test": ["subscribe"]}, {}),
        (CHANNELS_KEY, {"channelx": ["publish"]}, {}),
        (CHANNELS_KEY, {"channel2": ["presence", "subscribe"]}, {"channel2": ["subscribe"]}),
        (
            CHANNELS_KEY,
            {"channel2": ["presence", "subscribe"], "channelx": ["presence", "subscribe"]},
            {"channel2": ["subscribe"]},
        ),
        (CHANNELS_KEY, {"channel2": ["*"]}, {"channel2": ["publish", "subscribe"]}),
        (
            CHANNELS_KEY,
            {"channel6": ["publish", "subscribe"]},
            {"channel6": ["publish", "subscribe"]},
        ),
        (SUBSCRIBE_KEY, {"cansubscribe": ["subscribe"]}, {"cansubscribe": ["subscribe"]}),
        (MIXED_KEY, {"canpublish:check": ["publish"]}, {"canpublish:check": ["publish"]}),
        (SUBSCRIBE_KEY, {"cansubscribe:*": ["subscribe"]}, {"cansubscribe:*": ["subscribe"]}),
        (EVERYWHERE_KEY, {"[meta]log": ["subscribe"]}, {"[meta]log": ["subscribe"]}),
        (
            {"your-namespace:*": ["publish", "subscribe"], "notifications": ["subscribe"]},
            {"your-namespace:u": ["subscribe"], "notifications": ["*"], "private": ["publish"]},
            {"your-namespace:u": ["subscribe"], "notifications": ["subscribe"]},
        ),
        # A key that says less than the request narrows it.
        ({"room:a": ["publish"]}, {"*": ["*"]}, {"room:a": ["publish"]}),
        # Two patterns that lead to the same channel add up.
        (
            {"a:*": ["publish"], "*:b": ["history"]},
            {"a:b": ["*"]},
            {"a:b": ["history", "publish"]},
        ),
    ],
)
def test_the_intersection_is_as_the_suites_expect(
    key: Mapping[str, object], requested: Mapping[str, object], granted: Mapping[str, list[str]]
) -> None:
    both = Capability.parse(requested).intersect(Capability.parse(key))
    assert wire(both) == {name: sorted(listed) for name, listed in granted.items()}
    assert both.is_empty is (not granted)


@given(capabilities, capabilities, names, st.sampled_from(["publish", "history", "presence"]))
def test_the_intersection_allows_exactly_what_both_allow(
    one: Capability, other: Capability, channel: str, operation: str
) -> None:
    both = one.intersect(other)
    assert both.allows(channel, operation) == (
        one.allows(channel, operation) and other.allows(channel, operation)
    )
    assert both.is_empty or all(both.resources.values())


@given(capabilities, capabilities)
def test_what_is_intersected_can_be_parsed_again(one: Capability, other: Capability) -> None:
    both = one.intersect(other)
    assert Capability.parse(both.to_json()) == both
    assert both == other.intersect(one)
    assert hash(both) == hash(Capability.parse(both.to_dict()))


def test_the_resources_cannot_be_changed() -> None:
    source: dict[str, object] = {"a": ["publish"]}
    capability = Capability.parse(MappingProxyType(source))
    source["b"] = ["publish"]
    assert dict(capability.resources) == {"a": frozenset({"publish"})}
    with pytest.raises(TypeError):
        capability.resources["b"] = frozenset()  # type: ignore[index]
