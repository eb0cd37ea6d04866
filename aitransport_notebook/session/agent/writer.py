"""Writes what an agent says to the channel: one message, and the streams in it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aitransport_notebook.codec.contract import Codec
from aitransport_notebook.codec.operations import Append, Close, Open, Operation, Publish
from aitransport_notebook.errors import AITransportError, error_for
from aitransport_notebook.session.channel.line import Line, Wire, ai_message
from aitransport_notebook.wire import names as wire
from aitransport_notebook.wire.names import Headers
from aitransport_notebook.wire.record import CANCELLED, COMPLETE

# Characters that may gather for one append: in any script they fit into what Ably takes at once.
MOST_AT_ONCE = 8_000
# How long after a refusal a stream is tried again, in seconds.
PAUSE = 0.5


@dataclass(slots=True)
class _Stream:
    serial: str
    transport: Headers
    codec: Headers
    said: list[str] = field(default_factory=list)
    status: str = "streaming"
    # What no append has taken along yet; None where there is nothing to tell.
    unsent: str | None = None
    sending: asyncio.Task[None] | None = None
    broken: AITransportError | None = None


class MessageWriter:
    """Publishes the outputs of one message.

    A stream has one append under way at a time. What is said meanwhile gathers, and is the next:
    a slow source has each token go out at once by itself, and a fast one as many together as it
    says while the server answers. With an append for each token an agent falls behind from about
    4,000 a second on, and a connection to Ably may not have more than 50 messages a second.
    """

    def __init__(
        self, line: Line, codec: Codec[Any], message_id: str, headers: Callable[[], Headers]
    ) -> None:
        self._line = line
        self._codec = codec
        self._message_id = message_id
        self._headers = headers
        self._streams: dict[str, _Stream] = {}

    async def write(self, event: Mapping[str, Any]) -> None:
        """Publish one output."""
        operation = self._codec.encode_output(event, self._message_id)
        if operation is not None:
            await self._do(operation)

    async def cancel(self) -> None:
        """End the streams that are open as cancelled."""
        for stream in self._streams.values():
            if stream.status == "streaming":
                self._say(stream, "", stream.codec, CANCELLED)
        await self.flush()

    async def flush(self) -> None:
        """Wait until all is on the channel; what was lost on the way is put right whole."""
        for stream in self._streams.values():
            if stream.sending is not None:
                await stream.sending
            if stream.broken is not None:
                await self._repair(stream)

    async def _do(self, operation: Operation) -> None:
        if isinstance(operation, Publish):
            await self._publish(self._discrete(operation))
        elif isinstance(operation, Open):
            await self._open(operation)
        elif isinstance(operation, Append):
            await self._append(self._stream(operation.stream_id), operation.text)
        else:
            await self._close(operation)

    async def _publish(self, message: Wire) -> list[str | None]:
        """Publish a message behind all that was said before it."""
        for stream in self._streams.values():
            await self._catch_up(stream)
        return await self._line.publish(message)

    async def _open(self, operation: Open) -> None:
        transport = {
            **self._headers(),
            wire.STREAM: "true",
            wire.STATUS: "streaming",
            wire.STREAM_ID: operation.stream_id,
        }
        message = ai_message(wire.AI_OUTPUT, transport, operation.codec, "")
        serials = await self._publish(message)
        if not serials or serials[0] is None:
            raise error_for(
                50000,
                f"the server gave no serial for the stream {operation.stream_id!r}",
                hint="Streams need a server that lets messages be appended to.",
            )
        self._streams[operation.stream_id] = _Stream(serials[0], transport, operation.codec)

    async def _append(self, stream: _Stream, text: str) -> None:
        for begin in range(0, max(len(text), 1), MOST_AT_ONCE):
            piece = text[begin : begin + MOST_AT_ONCE]
            if len(stream.unsent or "") + len(piece) > MOST_AT_ONCE:
                await self._catch_up(stream)
            self._say(stream, piece, stream.codec, "streaming")

    async def _close(self, operation: Close) -> None:
        if operation.stream_id not in self._streams and operation.otherwise is not None:
            await self._publish(self._discrete(operation.otherwise))
            return
        stream = self._stream(operation.stream_id)
        self._say(stream, "", {**stream.codec, **operation.codec}, COMPLETE)
        await self.flush()

    def _stream(self, stream_id: str) -> _Stream:
        stream = self._streams.get(stream_id)
        if stream is None:
            raise error_for(
                40003,
                f"there is no open stream {stream_id!r}",
                hint="Say its start before its deltas and its end.",
            )
        return stream

    def _say(self, stream: _Stream, text: str, codec: Headers, status: str) -> None:
        stream.said.append(text)
        stream.unsent = (stream.unsent or "") + text
        stream.status, stream.codec = status, codec
        if stream.sending is None or stream.sending.done():
            stream.sending = asyncio.ensure_future(self._send(stream))

    async def _catch_up(self, stream: _Stream) -> None:
        """Wait until nothing of a stream is left to be sent."""
        if stream.unsent is not None and stream.sending is not None:
            await stream.sending

    async def _send(self, stream: _Stream) -> None:
        """Send what has gathered, and what gathers meanwhile."""
        while stream.unsent is not None:
            text, stream.unsent = stream.unsent, None
            try:
                if stream.broken is None:
                    await self._line.append(self._of_stream(stream, text))
                else:
                    await self._rewrite(stream)
            except AITransportError as error:
                stream.broken = error
                await asyncio.sleep(PAUSE)

    async def _repair(self, stream: _Stream) -> None:
        error = stream.broken
        try:
            await self._rewrite(stream)
        except AITransportError as again:
            raise error_for(
                104000,
                f"part of what was said is not on the channel: {again.message}",
                hint=again.hint or "Run the step again under the same id.",
            ) from error

    async def _rewrite(self, stream: _Stream) -> None:
        """Put all of a stream in the place of what is there of it: whoever lacks a part has it."""
        await self._line.update(self._of_stream(stream, "".join(stream.said)))
        stream.broken = None

    def _of_stream(self, stream: _Stream, data: str) -> Wire:
        transport = {**stream.transport, wire.STATUS: stream.status}
        message = ai_message("", transport, stream.codec, data)
        return {**message, "name": None, "serial": stream.serial}

    def _discrete(self, operation: Publish) -> Wire:
        transport = {**self._headers(), **operation.transport, wire.STREAM: "false"}
        message = ai_message(wire.AI_OUTPUT, transport, operation.codec, operation.data)
        if operation.ephemeral:
            message["extras"]["ephemeral"] = True
        return message
