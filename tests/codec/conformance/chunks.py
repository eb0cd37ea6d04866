"""What an agent streams: lists of chunks, drawn at random."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.codec.conformance.chance import Chance

Chunk = dict[str, Any]

FINISH_REASONS = ("stop", "length", "content-filter", "tool-calls", "error", "other", "else", "")


@dataclass
class Call:
    """A tool call that was made, under the message it was made in."""

    id: str
    name: str
    message_id: str
    run_id: str


@dataclass
class Agent:
    """Draws what agents say; the calls that were made are there for whoever answers them."""

    chance: Chance
    calls: list[Call] = field(default_factory=list)

    def reply(self, message_id: str, run_id: str) -> list[Chunk]:
        """Return the chunks of one message."""
        chance = self.chance
        start = {"type": "start", **chance.some(0.4, messageId=chance.id("own"))}
        chunks = [{**start, **chance.some(0.2, messageMetadata=chance.metadata())}]
        for _ in range(1 + chance.count(2)):
            chunks.append({"type": "start-step"})
            chunks += self.step(message_id, run_id)
            chunks.append({"type": "finish-step"})
        return self.disturbed([*chunks, *self.ending()])

    def step(self, message_id: str, run_id: str) -> list[Chunk]:
        """Return the chunks of a step: parts one after the other, or all at a time."""
        parts = [self.part(message_id, run_id) for _ in range(self.chance.count(4))]
        if self.chance.maybe(0.5):
            return [chunk for part in parts for chunk in part]
        return list(self.interleaved(parts))

    def interleaved(self, parts: list[list[Chunk]]) -> Iterator[Chunk]:
        left = [part for part in parts if part]
        while left:
            part = self.chance.pick(left)
            yield part.pop(0)
            left = [part for part in left if part]

    def disturbed(self, chunks: list[Chunk]) -> list[Chunk]:
        """Return them as a bad agent may say them: less, twice, or in another order."""
        chance, chunks = self.chance, list(chunks)
        for index in reversed(range(len(chunks))):
            if chance.oddly():
                match chance.count(2):
                    case 0:
                        del chunks[index]
                    case 1:
                        chunks.insert(index, chunks[index])
                    case _:
                        chunks.insert(chance.count(len(chunks) - 1), chunks.pop(index))
        return chunks

    def part(self, message_id: str, run_id: str) -> list[Chunk]:
        kind = self.chance.weighted({"words": 5, "tool": 4, "result": 1, "single": 3})
        if kind == "words":
            return self.words()
        if kind == "tool":
            return self.tool(message_id, run_id)
        if kind == "result":
            return self.result(self.chance.pick(self.calls)) if self.calls else []
        return [self.single()]

    def words(self) -> list[Chunk]:
        """Return a text or a reasoning; its id may have been another's."""
        chance = self.chance
        kind, id = chance.pick(("text", "reasoning")), chance.pick(("0", "1", chance.id("words")))
        about = chance.some(0.2, providerMetadata=chance.metadata())
        later = chance.some(0.2, providerMetadata=chance.metadata()) if chance.oddly() else {}
        deltas = [chance.text() for _ in range(chance.count(5))]
        return [
            {"type": f"{kind}-start", "id": id, **about},
            *({"type": f"{kind}-delta", "id": id, "delta": delta, **later} for delta in deltas),
            {"type": f"{kind}-end", "id": id, **later},
        ]

    def tool(self, message_id: str, run_id: str) -> list[Chunk]:
        """Return a tool call as far as it goes."""
        chance = self.chance
        again = chance.oddly() and self.calls
        name = chance.pick(("search", "run_cell", "a b", "dynamic"))
        call = Call(chance.id("call"), name, message_id, run_id)
        if again:
            call = Call(chance.pick(self.calls).id, name, message_id, run_id)
        self.calls.append(call)
        named: Chunk = {"toolCallId": call.id, "toolName": name}
        named |= chance.some(0.3, dynamic=True) | chance.some(0.1, dynamic=False)
        named |= chance.some(0.2, title=chance.text(), providerExecuted=chance.maybe(0.5))
        named |= chance.some(0.1, providerMetadata=chance.metadata())
        return [*self.tool_input(named), *self.asking(call), *self.result(call)]

    def tool_input(self, named: Chunk) -> list[Chunk]:
        chance = self.chance
        text, value = chance.json_text()
        more = {"type": "tool-input-delta", "toolCallId": named["toolCallId"]}
        deltas = [{**more, "inputTextDelta": piece} for piece in chance.pieces(text)]
        chunks = [{"type": "tool-input-start", **named}, *deltas] if chance.maybe(0.7) else []
        if chance.maybe(0.12):
            failed = {"type": "tool-input-error", **named, "errorText": chance.text()}
            return [*chunks, {**failed, **chance.some(0.7, input=value)}]
        end = {"type": "tool-input-available", **named, "input": value}
        if chance.oddly():
            end |= {"toolName": "another"} | chance.some(0.5, providerMetadata=chance.metadata())
        return [*chunks, *([] if chance.oddly() else [end])]

    def asking(self, call: Call) -> list[Chunk]:
        """Return a request for an approval, or what an agent denies by itself."""
        chance, of = self.chance, {"toolCallId": call.id}
        if not chance.maybe(0.25):
            return []
        request = {"type": "tool-approval-request", "approvalId": chance.id("approval"), **of}
        return [request, *([{"type": "tool-output-denied", **of}] if chance.maybe(0.2) else [])]

    def result(self, call: Call) -> list[Chunk]:
        chance = self.chance
        of = {"toolCallId": call.id, **chance.some(0.2, dynamic=True, providerExecuted=True)}
        output = {"type": "tool-output-available", **of, "output": chance.value()}
        kinds: dict[str, list[Chunk]] = {
            "output": [output],
            "preliminary": [{**output, "preliminary": True, "output": chance.value()}, output],
            "error": [{"type": "tool-output-error", **of, "errorText": chance.text()}],
            "none": [],
        }
        return kinds[chance.weighted({"output": 4, "preliminary": 1, "error": 2, "none": 3})]

    def single(self) -> Chunk:
        """Return a part that is one chunk."""
        chance = self.chance
        source = {"sourceId": chance.id("source")}
        makers: dict[str, Callable[[], Chunk]] = {
            "file": lambda: {"mediaType": "image/png", "url": chance.id("https://files.test/")},
            "source-url": lambda: {**source, "url": "data:,", **chance.some(0.5, title="T")},
            "source-document": lambda: {
                **{**source, "mediaType": "text/plain", "title": chance.text()},
                **chance.some(0.5, filename="f.txt"),
            },
            "message-metadata": lambda: {"messageMetadata": chance.metadata()},
            "data-note": lambda: {**self.data(), **chance.some(0.6, id=chance.pick(("1", "2")))},
            "data-": lambda: {**self.data(), **chance.some(0.3, id="1")},
        }
        kind = chance.pick(list(makers))
        about: Chunk = {}
        if kind in ("file", "source-url", "source-document"):
            about = chance.some(0.1, providerMetadata=chance.metadata())
        return {"type": kind, **makers[kind](), **about}

    def data(self) -> Chunk:
        chance = self.chance
        return {"data": chance.value(), **chance.some(0.2, transient=chance.maybe(0.8))}

    def ending(self) -> list[Chunk]:
        chance = self.chance
        finish = {"type": "finish", **chance.some(0.5, finishReason=chance.pick(FINISH_REASONS))}
        endings: dict[str, list[Chunk]] = {
            "finish": [{**finish, **chance.some(0.2, messageMetadata=chance.metadata())}],
            "error": [{"type": "error", "errorText": chance.text()}],
            "abort": [{"type": "abort", **chance.some(0.5, reason=chance.text())}],
            "none": [],
        }
        return endings[chance.weighted({"finish": 6, "error": 1, "abort": 1, "none": 1})]
