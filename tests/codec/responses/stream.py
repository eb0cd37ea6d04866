"""The events of one response, as OpenAI streams them."""

from __future__ import annotations

from typing import Any

from tests.codec.conformance.chance import Chance

Event = dict[str, Any]
Events = list[Event]


class Response:
    """A response and the calls in it. All its events have the numbers that OpenAI gives them."""

    def __init__(self, chance: Chance) -> None:
        self._chance = chance
        self.calls: Events = []

    def events(self) -> Events:
        chance = self._chance
        makers = (self._message, self._message, self._reasoning, self._call)
        items = [chance.pick(makers)(index) for index in range(chance.count(3))]
        body = self._mixed(items) if chance.maybe(0.2) else [one for item in items for one in item]
        snapshot = {"response": {"id": chance.id("resp"), "output": []}}
        begun = [{"type": f"response.{how}", **snapshot} for how in ("created", "in_progress")]
        end = chance.pick(("response.completed", "response.incomplete", "response.failed", "error"))
        events = [*begun, *body, {"type": end, **snapshot}]
        return [{**event, "sequence_number": number} for number, event in enumerate(events)]

    def _message(self, index: int) -> Events:
        chance = self._chance
        item = {"id": chance.id("msg"), "type": "message", "role": "assistant"}
        at = {"item_id": item["id"], "output_index": index}
        content, streams = [], []
        for place in range(chance.count(3)):
            text, refusal = chance.text(), chance.maybe(0.2)
            part: Event = {"type": "output_text", "text": "", "annotations": []}
            if refusal:
                part = {"type": "refusal", "refusal": ""}
            streams.append(self._part({**at, "content_index": place}, part, text))
            whole = {**part, "refusal" if refusal else "text": text}
            if not refusal and chance.maybe(0.3):
                whole["logprobs"] = chance.pick(
                    ([], [{"token": "a", "bytes": [97], "logprob": -1}])
                )
            content.append(whole)
        done = {**item, "status": chance.pick(("completed", "incomplete")), "content": content}
        return [
            _added(index, {**item, "status": "in_progress", "content": []}),
            *self._ordered(streams),
            _done(index, done),
        ]

    def _reasoning(self, index: int) -> Events:
        chance = self._chance
        item: Event = {"id": chance.id("rs"), "type": "reasoning"}
        at = {"item_id": item["id"], "output_index": index}
        streams = [
            self._summary({**at, "summary_index": place}, chance.text())
            for place in range(chance.count(3))
        ]
        for place in range(chance.count(2)):
            part = {"type": "reasoning_text", "text": ""}
            streams.append(self._part({**at, "content_index": place}, part, chance.text()))
        lists: Event = {"summary": [], **({"content": []} if chance.maybe(0.3) else {})}
        begun = {**item, **lists, **chance.some(0.3, status="in_progress")}
        secret = chance.some(0.5, encrypted_content="secret", status="completed")
        return [
            _added(index, begun),
            *self._ordered(streams),
            _done(index, {**item, "summary": [], **secret}),
        ]

    def _call(self, index: int) -> Events:
        chance = self._chance
        item: Event = {
            "id": chance.id("fc"),
            "type": "function_call",
            "call_id": chance.id("call"),
            "name": "look",
            "arguments": "",
        }
        self.calls.append(item)
        at = {"item_id": item["id"], "output_index": index}
        arguments, _ = chance.json_text()
        type = "response.function_call_arguments"
        return [
            _added(index, {**item, **chance.some(0.8, status="in_progress")}),
            *({"type": f"{type}.delta", **at, "delta": one} for one in chance.pieces(arguments)),
            {"type": f"{type}.done", **at, "arguments": arguments, "name": "look"},
            _done(index, {**item, "arguments": arguments, **chance.some(0.8, status="completed")}),
        ]

    def _part(self, at: Event, part: Event, text: str) -> Events:
        kind = part["type"]
        key = "refusal" if kind == "refusal" else "text"
        return [
            {"type": "response.content_part.added", **at, "part": part},
            *self._deltas(f"response.{kind}.delta", at, text),
            {"type": f"response.{kind}.done", **at, key: text},
            {"type": "response.content_part.done", **at, "part": {**part, key: text}},
        ]

    def _summary(self, at: Event, text: str) -> Events:
        type, part = "response.reasoning_summary", {"type": "summary_text", "text": ""}
        return [
            {"type": f"{type}_part.added", **at, "part": part},
            *self._deltas(f"{type}_text.delta", at, text),
            {"type": f"{type}_text.done", **at, "text": text},
            {"type": f"{type}_part.done", **at, "part": {**part, "text": text}},
        ]

    def _deltas(self, type: str, at: Event, text: str) -> Events:
        return [{"type": type, **at, "delta": piece} for piece in self._chance.pieces(text)]

    def _ordered(self, streams: list[Events]) -> Events:
        """Return the streams of an item one after another; now and then not in that order."""
        if self._chance.maybe(0.2):
            return self._mixed(streams)
        return [event for stream in streams for event in stream]

    def _mixed(self, streams: list[Events]) -> Events:
        """Return the events of all streams, those of each in their order."""
        left, mixed = [list(stream) for stream in streams if stream], []
        while left:
            stream = self._chance.pick(left)
            mixed.append(stream.pop(0))
            if not stream:
                left.remove(stream)
        return mixed


def _added(index: int, item: Event) -> Event:
    return {"type": "response.output_item.added", "output_index": index, "item": item}


def _done(index: int, item: Event) -> Event:
    return {"type": "response.output_item.done", "output_index": index, "item": item}
