"""What is sent: messages such as AI Transport makes, as the bytes of their frames."""

from __future__ import annotations

import json
from uuid import UUID

Wire = dict[str, object]

CHANNEL = "benchmark"
TEXT = "The hub keeps what was said, whoever comes or goes. " * 7 + "It answers in order."
TOKENS = (" the", " hub", " said", " to", " keep", " what", "ever", " was", " told", ".\n\n")
ATTACH = json.dumps({"action": 10, "channel": CHANNEL}).encode()


def _id(number: int) -> str:
    return str(UUID(int=number * 0x9E3779B97F4A7C15F39CC0605CEDC835 % 2**128))


def extras(stream: int) -> Wire:
    """Return the headers of a streamed reply, as the official SDK repeats them on each append."""
    transport = {
        "role": "assistant",
        "codec-message-id": _id(7 * stream),
        "run-id": _id(7 * stream + 1),
        "run-client-id": "customer-4711@example.com",
        "parent": _id(7 * stream + 2),
        "invocation-id": _id(7 * stream + 3),
        "input-client-id": "customer-4711@example.com",
        "input-codec-message-id": _id(7 * stream + 2),
        "step-id": f"{_id(7 * stream + 3)}-step-0",
        "step-client-id": "support-agent",
        "stream": "true",
        "status": "streaming",
        "stream-id": f"txt-{stream}",
        "step-start-serial": "01795185759636-000@3e06b1c737:000",
    }
    codec = {"kind": "text", "id": f"txt-{stream}", "providerMetadata": '{"model":"none"}'}
    return {"ai": {"transport": transport, "codec": codec}}


def publish(channel: str, message: Wire, msg_serial: int) -> bytes:
    """Return a frame that publishes one message."""
    frame = {"action": 15, "channel": channel, "messages": [message], "msgSerial": msg_serial}
    return json.dumps(frame, separators=(",", ":")).encode()


def text(msg_serial: int) -> bytes:
    """Return a frame with a message of 400 bytes."""
    return publish(CHANNEL, {"name": "chat", "data": TEXT[:400]}, msg_serial)


def opening(channel: str, stream: int, msg_serial: int) -> bytes:
    """Return a frame with the message that a stream of tokens will grow."""
    message: Wire = {"name": "ai-output", "data": "", "extras": extras(stream)}
    return publish(channel, message, msg_serial)


class Appends:
    """The frames that append tokens to a message."""

    def __init__(self, channel: str, stream: int, serial: str) -> None:
        message: Wire = {"serial": serial, "data": "{}", "extras": extras(stream), "action": 5}
        # The data and the msgSerial are all that changes.
        before, after = publish(channel, message, 0).split(b'"{}"')
        self._before = before + b'"'
        self._after = b'"' + after.removesuffix(b"0}")

    def frame(self, index: int, msg_serial: int) -> bytes:
        token = json.dumps(TOKENS[index % len(TOKENS)])[1:-1].encode()
        return b"%b%b%b%d}" % (self._before, token, self._after, msg_serial)
