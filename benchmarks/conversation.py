"""A long conversation as its channel has it: what was delivered live, and what history shows."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

Wire = dict[str, Any]
WORDS = ("word ", "token ", "hello ", "the ", "streaming ")
BEGAN = 1_795_185_759_000


class Conversation:
    """Turns of a question and an answer in many tokens, each after the one before."""

    def __init__(self, turns: int, tokens: int) -> None:
        self._random = Random(1)
        self._count = 0
        self.live: list[Wire] = []
        self.history: list[Wire] = []
        last: str | None = None
        for _ in range(turns):
            last = self._turn(last, tokens)

    def write(self, folder: Path) -> tuple[Path, Path]:
        """Write both as lines of JSON."""
        live, history = folder / "live.jsonl", folder / "history.jsonl"
        for file, messages in ((live, self.live), (history, self.history)):
            file.write_text("".join(f"{json.dumps(message)}\n" for message in messages))
        return live, history

    def _turn(self, parent: str | None, tokens: int) -> str:
        question, answer, run, invocation = (self._id() for _ in range(4))
        transport = {
            "role": "user",
            "codec-message-id": question,
            "run-client-id": "user",
            "event-id": self._id(),
            "stream": "false",
            "discrete": "true",
            **({"parent": parent} if parent else {}),
        }
        codec = {"kind": "user-message", "messageId": question, "partType": "text"}
        self._create("ai-input", "hi there", transport, codec)
        of_run = {
            "run-id": run,
            "invocation-id": invocation,
            "run-client-id": "user",
            "input-client-id": "user",
            "input-codec-message-id": question,
        }
        self._create("ai-run-start", None, {**of_run, "parent": question})
        self._step(question, answer, of_run, tokens)
        self._create("ai-run-end", None, {**of_run, "run-reason": "complete"})
        return answer

    def _step(self, question: str, answer: str, of_run: dict[str, str], tokens: int) -> None:
        step = {"step-id": f"{of_run['invocation-id']}-step-0", "step-client-id": "user"}
        begun = self._create("ai-step-start", None, {**of_run, **step})
        step["step-start-serial"] = begun["serial"]
        said = {"role": "assistant", "codec-message-id": answer, "parent": question}
        transport = {**said, **of_run, **step, "stream": "false"}
        for kind in ({"kind": "start", "messageId": answer}, {"kind": "start-step"}):
            self._create("ai-output", "", transport, kind)
        self._stream(transport, tokens)
        for name in ("finish-step", "finish"):
            self._create("ai-output", "", transport, {"kind": name})
        self._create("ai-step-end", None, {**of_run, **step, "step-reason": "complete"})

    def _stream(self, transport: dict[str, str], tokens: int) -> None:
        transport = {**transport, "stream": "true", "status": "streaming", "stream-id": "t"}
        codec = {"kind": "text", "id": "t"}
        whole = dict(self._create("ai-output", "", transport, codec))
        self.history[-1] = whole
        text = ""
        for _ in range(tokens - 1):
            token = self._random.choice(WORDS)
            text += token
            self._say(5, "ai-output", token, transport, codec, whole["serial"])
        ended = {**transport, "status": "complete"}
        last = self._say(5, "ai-output", "", ended, codec, whole["serial"])
        whole |= {"action": 1, "data": text, "extras": last["extras"], "version": last["version"]}

    def _create(
        self, name: str, data: Any, transport: dict[str, str], codec: dict[str, str] | None = None
    ) -> Wire:
        message = self._say(0, name, data, transport, codec)
        self.history.append(message)
        return message

    def _say(
        self,
        action: int,
        name: str,
        data: Any,
        transport: dict[str, str],
        codec: dict[str, str] | None,
        of: str | None = None,
    ) -> Wire:
        self._count += 1
        at = BEGAN + self._count
        serial = f"{at:014d}-000@abcdef0001:000"
        ai = {"transport": transport, **({"codec": codec} if codec else {})}
        message = {
            "action": action,
            "serial": of or serial,
            "name": name,
            "data": data,
            "extras": {"ai": ai},
            "clientId": "agent",
            "connectionId": "connection",
            "timestamp": at,
            "id": f"connection:{self._count}:0",
            "version": {"serial": serial, "timestamp": at},
        }
        self.live.append(message)
        return message

    def _id(self) -> str:
        return str(UUID(int=self._random.getrandbits(128)))
