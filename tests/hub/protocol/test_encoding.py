from __future__ import annotations

import base64
import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aitransport_notebook.hub.protocol.encoding import (
    MOST_NESTED,
    Format,
    MalformedFrame,
    decode_body,
    decode_frame,
    encode_body,
    encode_frame,
    for_json,
    normalise_data,
    normalise_extras,
    normalise_object,
    size_of,
    whole_characters,
)
from aitransport_notebook.hub.protocol.frames import Message, PresenceMessage, ProtocolMessage
from tests.hub.auth.support import refused

JSON, MSGPACK = Format.JSON, Format.MSGPACK
CHARACTERS = st.characters(exclude_categories=["Cs"])
TEXTS = st.text(CHARACTERS, max_size=8)
DATA = TEXTS | st.binary(max_size=8) | st.none()


def nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = {"a": value}
    return value


@given(DATA, st.sampled_from([JSON, MSGPACK]), st.sampled_from([None, "json", "utf-8"]))
def test_data_comes_out_as_it_went_in(
    data: str | bytes | None, form: Format, encoding: str | None
) -> None:
    sent = ProtocolMessage(
        action=15,
        messages=[Message(data=data, encoding=encoding)],
        presence=[PresenceMessage(data=data, encoding=encoding)],
    )
    read = decode_frame(encode_frame(sent, form), form)
    for message in read.messages or []:
        normalise_data(message)
        assert (message.data, message.encoding) == (data, encoding)
    for event in read.presence or []:
        normalise_data(event)
        assert (event.data, event.encoding) == (data, encoding)
    [original] = sent.messages or []
    assert (original.data, original.encoding) == (data, encoding), "shared by other subscribers"


def test_bytes_are_base64_in_json_and_bytes_in_msgpack() -> None:
    frame = ProtocolMessage(action=15, messages=[Message(data=b"\xff", encoding="cipher")])
    [in_json] = json.loads(encode_frame(frame, JSON))["messages"]
    assert in_json == {"data": "/w==", "encoding": "cipher/base64"}
    [in_msgpack] = msgspec.msgpack.decode(encode_frame(frame, MSGPACK))["messages"]
    assert in_msgpack == {"data": b"\xff", "encoding": "cipher"}


@pytest.mark.parametrize(
    ("data", "encoding", "expected", "left"),
    [
        ("/w==", "base64", b"\xff", None),
        ("/w==", "json/utf-8/cipher/base64", b"\xff", "json/utf-8/cipher"),
        (" /w\n==", "base64", b"\xff", None),
        ("", "base64", b"", None),
        ("text", None, "text", None),
        ("{}", "json", "{}", "json"),
        (b"x", "utf-8", b"x", "utf-8"),
        ({"a": [1]}, None, '{"a":[1]}', "json"),
        ([1, None], None, "[1,null]", "json"),
        (5, None, "5", "json"),
        (False, None, "false", "json"),
    ],
)
def test_data_becomes_text_or_bytes(
    data: object, encoding: str | None, expected: object, left: str | None
) -> None:
    message = Message(data=data, encoding=encoding)
    normalise_data(message)
    assert (message.data, message.encoding) == (expected, left)


@pytest.mark.parametrize(
    ("data", "encoding"),
    [("/w=", "base64"), ("é", "base64"), ("!", "x/base64"), ({"a": 1}, "json"), (5, "base64")],
)
def test_data_that_is_not_what_its_encoding_says_is_refused(data: object, encoding: str) -> None:
    with refused(40013, 400):
        normalise_data(Message(data=data, encoding=encoding))


@pytest.mark.parametrize("data", [nested(5000), msgspec.msgpack.Ext(1, b"x"), {1: object()}])
def test_data_that_json_cannot_hold_is_refused(data: object) -> None:
    with refused(40013, 400):
        normalise_data(Message(data=data))


@pytest.mark.parametrize("extras", [None, {}, {"a": {"b": [1, "é", None, True]}}, nested(199)])
def test_extras_stay_what_they_are(extras: dict[str, Any] | None) -> None:
    assert normalise_extras(extras) == extras


@pytest.mark.parametrize(
    "extras",
    [nested(MOST_NESTED + 5), nested(5000), {"a": 2**70}, {"a": msgspec.msgpack.Ext(1, b"")}],
)
def test_extras_that_not_every_encoding_holds_are_refused(extras: dict[str, Any]) -> None:
    with refused(40032, 400):
        normalise_extras(extras)


def test_many_small_objects_are_not_deep() -> None:
    wide = {"list": [{"a": 1}] * (MOST_NESTED * 2)}
    assert normalise_extras(wide) == wide


def test_bytes_in_metadata_become_what_json_can_hold() -> None:
    plain = normalise_object({"a": b"\xff"}, 40013, "metadata")
    assert plain == {"a": base64.b64encode(b"\xff").decode()}


@pytest.mark.parametrize(
    ("message", "size"),
    [
        (Message(), 0),
        (Message(name="né", data="dé", clientId="cé"), 9),
        (Message(data=b"\xff\xff"), 2),
        (Message(data="text", id="not counted", extras={"a": 1}), 4 + len('{"a":1}')),
        (PresenceMessage(clientId="ann", data="x"), 4),
    ],
)
def test_a_size_is_of_name_client_id_data_and_extras(
    message: Message | PresenceMessage, size: int
) -> None:
    assert size_of(message) == size


@pytest.mark.parametrize("form", [JSON, MSGPACK])
@pytest.mark.parametrize("raw", [b"", b"\xff\x00nonsense", b"[]", b'"x"', b"{"])
def test_what_is_no_frame_says_so(form: Format, raw: bytes) -> None:
    with pytest.raises(MalformedFrame) as caught:
        decode_frame(raw, form)
    assert caught.value.error.code == 40000
    assert caught.value.error.hint
    assert caught.value.address.action is None


@pytest.mark.parametrize("form", [JSON, MSGPACK])
def test_of_a_faulty_frame_the_address_is_read(form: Format) -> None:
    frame = {"action": 15, "channel": "room", "msgSerial": 7, "messages": 5}
    raw = msgspec.json.encode(frame) if form is JSON else msgspec.msgpack.encode(frame)
    with pytest.raises(MalformedFrame) as caught:
        decode_frame(raw, form)
    address = caught.value.address
    assert (address.action, address.channel, address.msgSerial) == (15, "room", 7)


def test_a_frame_too_deep_to_read_is_malformed_and_not_a_crash() -> None:
    raw = '{"action":15,"messages":[{"data":' + "[" * 100_000 + "]" * 100_000 + "}]}"
    with pytest.raises(MalformedFrame, match="nested too deeply"):
        decode_frame(raw, JSON)


def test_a_msgpack_frame_may_come_as_text_and_is_malformed_then() -> None:
    with pytest.raises(MalformedFrame):
        decode_frame("\ud800", MSGPACK)


@pytest.mark.parametrize("form", [JSON, MSGPACK])
def test_a_body_is_read_as_its_shape_or_refused(form: Format) -> None:
    assert decode_body(encode_body({"name": "n"}, form), form, Message) == Message(name="n")
    with refused(40001, 400):
        decode_body(encode_body({"name": 5}, form), form, Message)
    with refused(40001, 400):
        decode_body(b"\xc1", form, Message)


def test_bodies_have_their_bytes_made_fit_for_json() -> None:
    message = Message(data=b"\xff")
    presence = PresenceMessage(data=b"\xff", encoding="cipher")
    assert json.loads(encode_body([message, presence, "x", {"a": 1}], JSON)) == [
        {"data": "/w==", "encoding": "base64"},
        {"data": "/w==", "encoding": "cipher/base64"},
        "x",
        {"a": 1},
    ]
    assert json.loads(encode_body(message, JSON)) == {"data": "/w==", "encoding": "base64"}
    assert msgspec.msgpack.decode(encode_body([message], MSGPACK)) == [{"data": b"\xff"}]
    assert for_json([Message(data="text")]) == [Message(data="text")]


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        (r'"\ud83d"', r'"\ufffd"'),
        (r'"\ude00 x"', r'"\ufffd x"'),
        (r'"\uD83D\uDE00"', r'"\uD83D\uDE00"'),
        (r'"\ud83d\ud83d\ude00"', r'"\ufffd\ud83d\ude00"'),
        (r'"\\ud83d"', r'"\\ud83d"'),
        (r'"\\\ud83d"', r'"\\\ufffd"'),
    ],
)
def test_half_a_character_is_replaced_and_a_whole_one_is_not(text: str, whole: str) -> None:
    assert whole_characters(text) == whole
    assert whole_characters(text.encode()) in (whole, whole.encode())


def test_a_frame_with_half_a_character_is_read() -> None:
    frame = decode_frame(r'{"action":15,"messages":[{"data":"a\ud83d"}]}', Format.JSON)
    assert [message.data for message in frame.messages or []] == ["a\ufffd"]
    assert decode_body(rb'["\ude00"]', Format.JSON, list[str]) == ["\ufffd"]
