"""A delivery read from what Ably gives: whatever is missing or odd in it."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aitransport_notebook.errors import RequestError
from aitransport_notebook.wire.inbound import Action, Inbound, decoded, deliveries_in

PLAIN = st.none() | st.booleans() | st.integers() | st.text()
VALUES = st.recursive(
    PLAIN, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=6
)


def test_everything_is_read() -> None:
    inbound = Inbound(
        {
            "action": 5,
            "serial": "s1",
            "name": "ai-output",
            "data": "hello",
            "clientId": "ann",
            "timestamp": 1700,
            "version": {"serial": "s2", "timestamp": 1800, "clientId": "bob"},
            "extras": {"ai": {"transport": {"run-id": "r"}, "codec": {"kind": "text"}}, "x": 1},
        }
    )
    assert (inbound.action, inbound.serial, inbound.name) == (Action.APPEND, "s1", "ai-output")
    assert (inbound.data, inbound.client_id, inbound.timestamp) == ("hello", "ann", 1700)
    assert (inbound.version, inbound.version_timestamp) == ("s2", 1800)
    assert inbound.version_client_id == "bob"
    assert (inbound.transport, inbound.codec) == ({"run-id": "r"}, {"kind": "text"})
    assert inbound.extras["x"] == 1


@pytest.mark.parametrize(
    ("action", "read"),
    [
        (5, Action.APPEND),
        ("message.create", Action.CREATE),
        ("message.update", Action.UPDATE),
        ("message.delete", Action.DELETE),
        ("message.append", Action.APPEND),
        ("message.summary", Action.SUMMARY),
        ("meta", Action.META),
        ("of another time", Action.META),
    ],
)
def test_actions_may_be_named(action: Any, read: int) -> None:
    assert Inbound({"action": action}).action == read


def test_messages_may_be_in_their_frames() -> None:
    frame = {"action": 15, "timestamp": 7, "messages": [{"serial": "s1"}, {"serial": "s2"}]}
    alone = {"serial": "s3", "timestamp": 9}
    found = list(deliveries_in([frame, alone, Inbound(alone), {"action": 11}]))
    read = [(each.serial, each.timestamp, each.action) for each in found]
    assert read == [("s1", 7, 0), ("s2", 7, 0), ("s3", 9, 0), ("s3", 9, 0), ("", None, 11)]


@pytest.mark.parametrize("item", [None, 5, "text", ["ai-input"], object()])
def test_what_is_no_message_is_refused(item: Any) -> None:
    with pytest.raises(RequestError, match=r"is not a message.*as_dict"):
        list(deliveries_in([item]))


def test_nothing_need_be_there() -> None:
    inbound = Inbound({})
    assert (inbound.action, inbound.serial, inbound.name) == (Action.CREATE, "", "")
    assert (inbound.data, inbound.client_id, inbound.timestamp) == (None, None, None)
    assert (inbound.version, inbound.version_timestamp) == ("", None)
    assert inbound.version_client_id is None
    assert (inbound.transport, inbound.codec, inbound.extras) == ({}, {}, None)


@pytest.mark.parametrize(
    ("version", "read"),
    [
        (None, "s1"),
        ({}, "s1"),
        ({"serial": None}, "s1"),
        ({"serial": "s2"}, "s2"),
        ("s2", "s2"),
        (5, "s1"),
    ],
)
def test_a_message_is_its_own_first_version(version: Any, read: str) -> None:
    assert Inbound({"serial": "s1", "version": version}).version == read


@pytest.mark.parametrize(
    "extras",
    [None, "text", [], {}, {"ai": None}, {"ai": []}, {"ai": {"transport": ["x"], "codec": "x"}}],
)
def test_extras_of_others_have_no_headers(extras: Any) -> None:
    inbound = Inbound({"extras": extras})
    assert (inbound.transport, inbound.codec) == ({}, {})


@given(st.dictionaries(st.sampled_from(["ai", "headers"]), VALUES) | VALUES)
def test_any_extras_can_be_read(extras: Any) -> None:
    inbound = Inbound({"extras": extras})
    assert isinstance(inbound.transport, dict)
    assert isinstance(inbound.codec, dict)


@pytest.mark.parametrize(
    ("data", "encoding", "expected"),
    [
        ('{"a": 1}', "json", {"a": 1}),
        ("aGk=", "base64", b"hi"),
        ("aGk=", "utf-8/base64", "hi"),
        ("eyJhIjoxfQ==", "json/utf-8/base64", {"a": 1}),
        ("eyJhIjoxfQ==", "json/base64", {"a": 1}),
        (b"hi", "utf-8", "hi"),
        ("hi", "utf-8", "hi"),
        ({"a": 1}, "json", {"a": 1}),
        ("secret", "json/utf-8/cipher+aes-256-cbc", "secret"),
        ("aGk=", "cipher+aes-256-cbc/base64", b"hi"),
        ("{", "json", "{"),
        ("e30=", "unknown/base64", b"{}"),
        (b"\xff", "utf-8", b"\xff"),
        ("ü", "base64", "ü"),
        ("abc", "base64", "abc"),
        (None, "json", None),
        ("[" * 100_000, "json", "[" * 100_000),
    ],
)
def test_encodings_are_undone_as_far_as_they_are_known(
    data: Any, encoding: str, expected: Any
) -> None:
    assert decoded(data, encoding) == expected


@given(VALUES)
def test_json_comes_out_as_it_went_in(value: Any) -> None:
    text = json.dumps(value)
    packed = base64.b64encode(text.encode()).decode()
    assert Inbound({"data": text, "encoding": "json"}).data == value
    assert Inbound({"data": packed, "encoding": "json/utf-8/base64"}).data == value


@given(st.binary() | st.text() | VALUES, st.text("jsonbae64utf-8/", max_size=20))
def test_any_data_can_be_read(data: Any, encoding: str) -> None:
    decoded(data, encoding)


def test_what_is_no_json_elsewhere_is_none_here() -> None:
    for raw in ("NaN", "[Infinity]", "1" + "0" * 400, "1e999", "[" * 5000):
        assert Inbound({"data": raw, "encoding": "json"}).data == raw
    assert Inbound({"data": "1" + "0" * 299, "encoding": "json"}).data == 10**299
