"""Frames to bytes and back, in JSON and in MessagePack.

Inside the hub the data of a message is text or bytes, whatever encoding carried it: base64 is
undone on the way in and done again on the way out to JSON.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import Enum
from functools import lru_cache
from typing import Any, TypeVar

import msgspec

from aitransport_notebook.errors import AITransportError, error_for
from aitransport_notebook.hub.protocol.frames import Message, PresenceMessage, ProtocolMessage

Payload = TypeVar("Payload", Message, PresenceMessage)
T = TypeVar("T")

# What is read at some depth must be written again within a frame, and below other callers.
MOST_NESTED = 200
# In JSON text: an escaped backslash, a whole pair of surrogates, or one that stands alone.
PAIR_OR_HALF = re.compile(
    r"\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    r"|(?P<half>\\u[dD][89a-fA-F][0-9a-fA-F]{2})"
)
# What a frame has beside its channel's name and its payloads, in bytes at most.
AROUND = 1024
# Objects of up to so many bytes are remembered as they were read, so many of them.
LONGEST_REMEMBERED = 4096
OBJECTS_REMEMBERED = 512


class Format(Enum):
    """How a client wants its frames."""

    JSON = "json"
    MSGPACK = "msgpack"


_frame_from_json = msgspec.json.Decoder(ProtocolMessage).decode
_frame_from_msgpack = msgspec.msgpack.Decoder(ProtocolMessage).decode
to_json = msgspec.json.Encoder().encode
_to_msgpack = msgspec.msgpack.Encoder().encode


class Address(msgspec.Struct):
    """What of a faulty frame can still be read: enough to say whose fault it was."""

    action: Any = None
    channel: Any = None
    msgSerial: Any = None
    messages: Any = None
    presence: Any = None


_address_from_json = msgspec.json.Decoder(Address).decode


class MalformedFrame(Exception):
    """A frame that is not of the protocol, with what could be read of it."""

    def __init__(self, error: AITransportError, address: Address) -> None:
        super().__init__(error.message)
        self.error = error
        self.address = address

    @classmethod
    def of(cls, error: AITransportError, raw: str | bytes, form: Format) -> MalformedFrame:
        return cls(error, _address(raw, form))


def decode_frame(raw: str | bytes, form: Format) -> ProtocolMessage:
    """Read one frame; raise MalformedFrame if it is none."""
    try:
        if form is Format.JSON:
            return _read_json(_frame_from_json, raw)
        return _frame_from_msgpack(raw.encode() if isinstance(raw, str) else raw)
    except (msgspec.MsgspecError, RecursionError, UnicodeError) as fault:
        error = error_for(
            40000, f"invalid protocol message: {_reason(fault)}", hint="See Ably's protocol."
        )
        raise MalformedFrame.of(error, raw, form) from None


def _read_json(decode: Callable[[str | bytes], T], raw: str | bytes) -> T:
    try:
        return decode(raw)
    except msgspec.DecodeError:
        mended = whole_characters(raw)
        if mended == raw:
            raise
        return decode(mended)


def whole_characters(raw: str | bytes) -> str | bytes:
    """Return JSON with U+FFFD for each half of a character that stands alone.

    JavaScript makes such halves when a stream is cut inside an emoji, and writes them as escapes;
    with MessagePack its clients put U+FFFD themselves.
    """
    text = raw if isinstance(raw, str) else raw.decode()
    mended = PAIR_OR_HALF.sub(lambda found: "\\ufffd" if found["half"] else found[0], text)
    return raw if mended == text else mended


def _address(raw: str | bytes, form: Format) -> Address:
    try:
        if form is Format.JSON:
            return _read_json(_address_from_json, raw)
        return msgspec.msgpack.decode(raw.encode() if isinstance(raw, str) else raw, type=Address)
    except (msgspec.MsgspecError, RecursionError, UnicodeError):
        return Address()


def decode_body(raw: bytes, form: Format, shape: type[T]) -> T:
    """Read a request's body as `shape`; raise 40001 if it is not of that shape."""
    try:
        if form is Format.JSON:
            return _read_json(msgspec.json.Decoder(shape).decode, raw)
        return msgspec.msgpack.decode(raw, type=shape)
    except (msgspec.MsgspecError, RecursionError, UnicodeError) as fault:
        raise error_for(
            40001,
            f"invalid request body: {_reason(fault)}",
            hint=f"Send {form.value} of the documented shape.",
        ) from None


def _reason(fault: Exception) -> str:
    return "nested too deeply" if isinstance(fault, RecursionError) else str(fault)[:200]


def encode_frame(frame: ProtocolMessage, form: Format) -> bytes:
    """Write one frame."""
    if form is Format.MSGPACK:
        return _to_msgpack(frame)
    if frame.messages and _has_bytes(frame.messages):
        frame = msgspec.structs.replace(frame, messages=for_json(frame.messages))
    if frame.presence and _has_bytes(frame.presence):
        frame = msgspec.structs.replace(frame, presence=for_json(frame.presence))
    return to_json(frame)


def encode_body(value: object, form: Format) -> bytes:
    """Write a response's body; messages have their bytes made fit for JSON."""
    if form is Format.MSGPACK:
        return _to_msgpack(value)
    if isinstance(value, list):
        return to_json([_fit_for_json(item) for item in value])
    return to_json(_fit_for_json(value))


def _fit_for_json(value: object) -> object:
    if isinstance(value, Message):
        return _base64_of(value)
    return _base64_of(value) if isinstance(value, PresenceMessage) else value


def _has_bytes(payloads: Sequence[Message] | Sequence[PresenceMessage]) -> bool:
    return any(isinstance(payload.data, bytes) for payload in payloads)


def for_json(payloads: Sequence[Payload]) -> list[Payload]:
    """Return the payloads with bytes as base64 text, and said so in `encoding`."""
    return [_base64_of(payload) for payload in payloads]


def _base64_of(payload: Payload) -> Payload:
    if not isinstance(payload.data, bytes):
        return payload
    steps = f"{payload.encoding}/base64" if payload.encoding else "base64"
    text = base64.b64encode(payload.data).decode()
    return msgspec.structs.replace(payload, data=text, encoding=steps)


def normalise_data(payload: Payload) -> None:
    """Make the data text, bytes or None, in place; raise 40013 if it cannot be."""
    data = payload.data
    if isinstance(data, str):
        if payload.encoding and payload.encoding.endswith("base64"):
            payload.data = _from_base64(data)
            payload.encoding = payload.encoding[: -len("base64")].rstrip("/") or None
    elif data is not None and not isinstance(data, bytes):
        if payload.encoding:
            raise error_for(
                40013,
                f"data with encoding {payload.encoding!r} must be text or binary",
                hint="Encode the data as its encoding says.",
            )
        try:
            payload.data = to_json(data).decode()
        except (TypeError, msgspec.MsgspecError, RecursionError, OverflowError) as fault:
            raise error_for(
                40013, f"data cannot be encoded: {fault}", hint="Send text, binary or JSON."
            ) from None
        payload.encoding = "json"


def _from_base64(text: str) -> bytes:
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        raise error_for(
            40013, "data is not valid base64", hint="Send what the encoding says."
        ) from None


def normalise_extras(extras: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return the extras as every encoding can carry them; raise 40032 if there are none such."""
    return normalise_object(extras, 40032, "extras")


def normalise_object(value: dict[str, Any] | None, code: int, what: str) -> dict[str, Any] | None:
    """Return an object as every encoding can carry it, wherever; raise the code if none can."""
    if not value:
        return value
    try:
        text = to_json(value)
        return _remembered(text) if len(text) <= LONGEST_REMEMBERED else _plain(text)
    except (TypeError, ValueError, msgspec.MsgspecError, RecursionError, OverflowError) as fault:
        raise error_for(
            code, f"{what} cannot be encoded: {_reason(fault)}", hint="Send plain JSON."
        ) from None


def _plain(text: bytes) -> dict[str, Any]:
    value: dict[str, Any] = msgspec.json.decode(text)
    if text.count(b"{") + text.count(b"[") > MOST_NESTED and _is_deep(value):
        raise RecursionError
    _to_msgpack(value)
    return value


# All appends of a stream have the same extras. Nobody may change what is remembered.
_remembered = lru_cache(OBJECTS_REMEMBERED)(_plain)


def _is_deep(value: object) -> bool:
    level: list[object] = [value]
    for _ in range(MOST_NESTED):
        level = [inner for outer in level for inner in _inside(outer)]
        if not level:
            return False
    return True


def _inside(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list | tuple) else ()


def room_taken(payload: Payload) -> int:
    """Return how many bytes a payload takes in a frame, in the format where it takes most."""
    return max(len(to_json(_base64_of(payload))), len(_to_msgpack(payload))) + 1


def portions(
    payloads: Sequence[Payload],
    alias: str,
    frame_size: int,
    measure: Callable[[Payload], int] = room_taken,
) -> Iterator[list[Payload]]:
    """Split payloads over frames, none of which is larger than that unless it carries only one."""
    if len(payloads) < 2:
        yield list(payloads)
        return
    room = frame_size - AROUND - len(to_json(alias))
    portion: list[Payload] = []
    left = room
    for payload in payloads:
        taken = measure(payload)
        if portion and taken > left:
            yield portion
            portion, left = [], room
        portion.append(payload)
        left -= taken
    yield portion


def size_of(payload: Message | PresenceMessage) -> int:
    """Return a payload's size as Ably counts it: name, clientId, data and extras in bytes."""
    total = len(payload.clientId.encode()) if payload.clientId else 0
    if isinstance(payload, Message) and payload.name:
        total += len(payload.name.encode())
    data = payload.data
    if isinstance(data, str):
        total += len(data) if data.isascii() else len(data.encode())
    elif data is not None:
        total += len(data)
    if payload.extras:
        total += len(to_json(payload.extras))
    return total
