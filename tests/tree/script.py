"""A conversation written down as its channel would have it: as it was delivered, and as history."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from aitransport_notebook.codec.operations import Append, Close, Open, Publish
from aitransport_notebook.codec.uimessage import UIMessageCodec
from aitransport_notebook.runs import headers
from aitransport_notebook.runs.headers import Step, Trigger
from aitransport_notebook.wire import names as wire

Wire = dict[str, Any]
BEGAN = 1_700_000_000_000
CODEC = UIMessageCodec()


@dataclass
class Script:
    """Publishes to no channel, and notes what one would deliver and keep."""

    live: list[Wire] = field(default_factory=list)
    history: list[Wire] = field(default_factory=list)
    _serials: Any = field(default_factory=count)
    _ids: Any = field(default_factory=count)

    def publish(
        self, name: str, transport: Wire, codec: Wire | None = None, data: Any = None
    ) -> str:
        serial = self._serial()
        ai = {"transport": dict(transport), **({"codec": dict(codec)} if codec else {})}
        message = {
            "action": 0,
            "serial": serial,
            "name": name,
            "data": data,
            "extras": {"ai": ai},
            "timestamp": BEGAN,
            "version": {"serial": serial, "timestamp": BEGAN},
        }
        self.live.append(message)
        self.history.append(message)
        return serial

    def append(self, serial: str, text: str, transport: Wire, codec: Wire) -> None:
        version = {"serial": self._serial(), "timestamp": BEGAN}
        at = next(at for at, known in enumerate(self.history) if known["serial"] == serial)
        grown = {
            **self.history[at],
            "data": f"{self.history[at]['data'] or ''}{text}",
            "extras": {"ai": {"transport": dict(transport), "codec": dict(codec)}},
            "version": version,
        }
        self.live.append({**grown, "action": 5, "data": text})
        self.history[at] = {**grown, "action": 1}

    def ask(self, text: str, parent: str | None = None, **more: Any) -> str:
        """Say something as a user; returns the message's id."""
        id = more.pop("id", None) or f"m{next(self._ids)}"
        told = headers.of_input(
            message_id=id, event_id=f"e-{id}", client_id="user", parent=parent, **more
        )
        for part in CODEC.encode_input(CODEC.user_message(text)):
            self.publish(wire.AI_INPUT, {**told, **part.transport}, part.codec, part.data)
        return id

    def run(self, asked: str, **more: Any) -> Running:
        """Begin a Run that answers a message."""
        return Running(self, more.pop("id", None) or f"r{next(self._ids)}", asked, **more)

    def answer(self, asked: str, text: str = "an answer", **more: Any) -> str:
        """Answer a message and end the Run; returns the answer's id."""
        run = self.run(asked, **more)
        id = run.say(text)
        run.end()
        return id

    def _serial(self) -> str:
        return f"{BEGAN + next(self._serials)}-000"


class Running:
    """A Run under way, with one step."""

    def __init__(
        self, script: Script, id: str, asked: str, *, regenerates: str | None = None, **more: Any
    ) -> None:
        self.id = id
        self._script = script
        self._trigger = Trigger(
            "user", "user", more.get("carrier", asked), asked, regenerates=regenerates
        )
        begun = headers.of_run(id, f"i-{id}", self._trigger, begins=True)
        script.publish(wire.RUN_START, begun)
        self.step(f"{id}-0")

    def step(self, step_id: str) -> None:
        step = Step(step_id, "user")
        told = headers.of_step(self.id, f"i-{self.id}", self._trigger, step)
        serial = self._script.publish(wire.STEP_START, told)
        self._step = Step(step_id, "user", serial)

    def say(self, text: str, *, pieces: int = 3, message_id: str | None = None) -> str:
        """Stream a text as one message."""
        size = max(1, -(-len(text) // pieces))
        deltas = [text[at : at + size] for at in range(0, len(text), size)]
        return self.stream(
            [
                {"type": "start"},
                {"type": "start-step"},
                {"type": "text-start", "id": "t"},
                *({"type": "text-delta", "id": "t", "delta": delta} for delta in deltas),
                {"type": "text-end", "id": "t"},
                {"type": "finish-step"},
                {"type": "finish"},
            ],
            message_id,
        )

    def stream(self, events: Iterable[Wire], message_id: str | None = None) -> str:
        id = message_id or f"m{next(self._script._ids)}"
        for _ in self.each(events, id):
            pass
        return id

    def each(self, events: Iterable[Wire], id: str) -> Iterable[None]:
        """Say events one by one, so that others may speak between them."""
        told = headers.of_output(
            self.id, f"i-{self.id}", self._trigger, self._step, id, parent=self._trigger.parent
        )
        open_streams: dict[str, tuple[str, Wire, Wire]] = {}
        for event in events:
            self._do(CODEC.encode_output(event, id), told, open_streams)
            yield

    def _do(self, operation: Any, told: Wire, streams: dict[str, tuple[str, Wire, Wire]]) -> None:
        script = self._script
        if isinstance(operation, Publish):
            discrete = {**told, wire.STREAM: "false"}
            script.publish(wire.AI_OUTPUT, discrete, operation.codec, operation.data)
        elif isinstance(operation, Open):
            transport = {**told, wire.STREAM: "true", wire.STATUS: "streaming"}
            transport[wire.STREAM_ID] = operation.stream_id
            serial = script.publish(wire.AI_OUTPUT, transport, operation.codec, "")
            streams[operation.stream_id] = serial, transport, operation.codec
        elif isinstance(operation, Append):
            serial, transport, codec = streams[operation.stream_id]
            script.append(serial, operation.text, transport, codec)
        elif isinstance(operation, Close):
            serial, transport, codec = streams[operation.stream_id]
            closed = {**transport, wire.STATUS: "complete"}
            script.append(serial, "", closed, {**codec, **operation.codec})

    def steer(self, text: str) -> str:
        return self._script.ask(text, run_id=self.id)

    def turn(self, name: str, **more: Any) -> None:
        self._script.publish(name, headers.of_run(self.id, f"i-{self.id}", self._trigger, **more))

    def end(self, reason: str = "complete", error: tuple[int, str] | None = None) -> None:
        self.turn(wire.RUN_END, reason=reason, error=error)
