"""What a script puts on the channel by our codec: the least that an encoder has to do."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from aitransport_notebook.codec.contract import Codec
from aitransport_notebook.codec.operations import Append, Close, Open, Operation, Publish
from aitransport_notebook.errors import AITransportError
from aitransport_notebook.wire import names
from aitransport_notebook.wire.inbound import Action
from aitransport_notebook.wire.names import Headers
from aitransport_notebook.wire.record import CANCELLED, COMPLETE

Delivery = dict[str, Any]
Step = dict[str, Any]
Script = dict[str, Any]


@dataclass
class _Stream:
    serial: str
    transport: Headers
    codec: Headers
    ended: bool = False


class Channel:
    """Records what is written to it. Serials are the same as the official encoder's are given."""

    def __init__(self) -> None:
        self.deliveries: list[Delivery] = []
        self._last = 0

    def create(self, name: str, data: Any, ai: dict[str, Headers], ephemeral: bool) -> str:
        serial = self._next()
        extras: dict[str, Any] = {"ai": ai, **({"ephemeral": True} if ephemeral else {})}
        delivery = {"action": Action.CREATE, "serial": serial, "version": serial, "name": name}
        self.deliveries.append({**delivery, "data": data, "extras": extras})
        return serial

    def append(self, serial: str, text: str, ai: dict[str, Headers]) -> None:
        delivery = {"action": Action.APPEND, "serial": serial, "version": self._next()}
        self.deliveries.append({**delivery, "data": text, "extras": {"ai": ai}})

    def _next(self) -> str:
        self._last += 1
        return f"{self._last:06}"


@dataclass
class Encoder:
    """Does what operations ask for, and knows which streams are open."""

    channel: Channel
    headers: Headers
    streams: dict[str, _Stream] = field(default_factory=dict)

    def publish(self, name: str, asked: Publish, headers: Headers) -> None:
        transport = {**headers, **asked.transport, names.STREAM: "false"}
        self.channel.create(name, asked.data, _ai(transport, asked.codec), asked.ephemeral)

    def do(self, asked: Operation | None) -> bool:
        """Return whether that could be done."""
        if isinstance(asked, Publish):
            self.publish(names.AI_OUTPUT, asked, self.headers)
        elif isinstance(asked, Open):
            self._open(asked)
        elif isinstance(asked, Append | Close):
            stream = self.streams.get(asked.stream_id)
            if stream is not None and isinstance(asked, Append):
                self.channel.append(stream.serial, asked.text, _ai(stream.transport, stream.codec))
            elif stream is not None and isinstance(asked, Close):
                self._end(stream, COMPLETE, asked.codec)
            elif isinstance(asked, Close) and asked.otherwise is not None:
                return self.do(asked.otherwise)
            else:
                return False
        return True

    def cancel(self) -> None:
        for stream in self.streams.values():
            if not stream.ended:
                self._end(stream, CANCELLED, {})

    def _open(self, asked: Open) -> None:
        opening = {names.STREAM: "true", names.STATUS: "streaming"}
        transport = {**self.headers, **opening, names.STREAM_ID: asked.stream_id}
        serial = self.channel.create(names.AI_OUTPUT, "", _ai(transport, asked.codec), False)
        self.streams[asked.stream_id] = _Stream(serial, transport, asked.codec)

    def _end(self, stream: _Stream, status: str, codec: Headers) -> None:
        stream.ended = True
        transport = {**stream.transport, names.STATUS: status}
        self.channel.append(stream.serial, "", _ai(transport, {**stream.codec, **codec}))


def encode(codec: Codec[Any], script: Script) -> dict[str, Any]:
    """Return the deliveries of a script, and the steps that failed."""
    channel = Channel()
    client = Encoder(channel, {})
    encoders = {
        name: Encoder(channel, given["headers"]) for name, given in script["encoders"].items()
    }
    failed = []
    for index, step in enumerate(script["steps"]):
        try:
            if "input" in step:
                _publish_input(codec, client, step)
                continue
            if "cancel" in step:
                encoders[step["cancel"]].cancel()
                continue
            given = script["encoders"][step["encoder"]]
            asked = codec.encode_output(step["output"], given.get("messageId"))
            if not encoders[step["encoder"]].do(asked):
                failed.append(index)
        except AITransportError:
            failed.append(index)
    return {"deliveries": channel.deliveries, "failed": failed}


def _publish_input(codec: Codec[Any], client: Encoder, step: Step) -> None:
    own = {names.MESSAGE_ID: step["messageId"]} if step.get("messageId") is not None else {}
    for message in codec.encode_input(step["input"]):
        client.publish(names.AI_INPUT, message, {**step["headers"], **own})


def _ai(transport: Headers, codec: Headers) -> dict[str, Headers]:
    return {"transport": dict(transport), "codec": dict(codec)}
