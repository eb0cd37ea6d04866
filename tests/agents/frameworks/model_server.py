"""A server that streams as OpenAI's does, what a test has written down for it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from itertools import count
from typing import Any

from aiohttp import web
from openai import AsyncOpenAI

Json = dict[str, Any]


class Endless:
    """A turn that goes on until nobody listens any more."""


Turn = list[Json] | Endless


class ModelServer:
    """Answers each request with the next turn, and keeps what it was asked."""

    def __init__(self, *turns: Turn) -> None:
        self._turns = list(turns)
        self._ids = count(1)
        self.requests: list[Json] = []
        # Set once an answer has ended, by itself or as nobody listens any more.
        self.left = asyncio.Event()

    @property
    def read(self) -> list[Json]:
        """The items that the model was given last."""
        return list(self.requests[-1]["input"])

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.requests.append(await request.json())
        turn = self._turns.pop(0)
        reply = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await reply.prepare(request)
        try:
            for number, event in enumerate(self._events(turn)):
                data = json.dumps({**event, "sequence_number": number})
                await reply.write(f"event: {event['type']}\ndata: {data}\n\n".encode())
                await asyncio.sleep(0.01 if isinstance(turn, Endless) else 0)
        finally:
            self.left.set()
        return reply

    async def chat(self, request: web.Request) -> web.StreamResponse:
        """Answer as servers do that only have the older interface."""
        self.requests.append(await request.json())
        [turn] = [self._turns.pop(0)]
        reply = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await reply.prepare(request)
        assert isinstance(turn, list)
        for delta in [*turn, {}]:
            choice = {"index": 0, "delta": delta, "finish_reason": None if delta else "stop"}
            chunk = {"id": "c", "object": "chat.completion.chunk", "created": 0, "model": "m"}
            await reply.write(f"data: {json.dumps({**chunk, 'choices': [choice]})}\n\n".encode())
        await reply.write(b"data: [DONE]\n\n")
        return reply

    def _events(self, turn: Turn) -> Iterator[Json]:
        response = {
            "id": f"resp_{next(self._ids)}",
            "object": "response",
            "created_at": 0,
            "model": "scripted",
            "parallel_tool_calls": True,
            "tool_choice": "auto",
            "tools": [],
            "output": [],
        }
        yield {"type": "response.created", "response": {**response, "status": "in_progress"}}
        if isinstance(turn, Endless):
            yield from _endless(f"msg_{next(self._ids)}")
            return
        output = []
        for index, given in enumerate(turn):
            if given["type"] == "failure":
                error = {"code": "server_error", "message": given["message"]}
                failed = {**response, "status": "failed", "error": error}
                yield {"type": "response.failed", "response": failed}
                return
            item = {"id": f"{_PREFIXES.get(given['type'], 'ws')}_{next(self._ids)}", **given}
            output.append(item)
            yield from _item(item, index)
        usage = {
            "input_tokens": 7,
            "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
            "output_tokens": 5,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": 12,
        }
        whole = {**response, "status": "completed", "output": output, "usage": usage}
        yield {"type": "response.completed", "response": whole}


def says(text: str) -> Json:
    part = {"type": "output_text", "text": text, "annotations": [], "logprobs": []}
    return {"type": "message", "role": "assistant", "status": "completed", "content": [part]}


def thinks(text: str) -> Json:
    return {"type": "reasoning", "summary": [{"type": "summary_text", "text": text}]}


def calls(name: str, arguments: str, call_id: str) -> Json:
    return {
        "type": "function_call",
        "call_id": call_id,
        "name": name,
        "arguments": arguments,
        "status": "completed",
    }


def searches() -> Json:
    """Return what a tool says that OpenAI runs itself."""
    return {"type": "web_search_call", "status": "completed"}


def fails(message: str) -> Json:
    return {"type": "failure", "message": message}


_PREFIXES = {"message": "msg", "reasoning": "rs", "function_call": "fc"}
_EMPTY: dict[str, Json] = {
    "message": {"content": [], "status": "in_progress"},
    "reasoning": {"summary": []},
    "function_call": {"arguments": "", "status": "in_progress"},
}


def _item(item: Json, index: int) -> Iterator[Json]:
    at = {"item_id": item["id"], "output_index": index}
    begun = {**item, **_EMPTY.get(item["type"], {})}
    yield {"type": "response.output_item.added", "output_index": index, "item": begun}
    if item["type"] == "message":
        [part] = item["content"]
        place = {**at, "content_index": 0}
        yield {"type": "response.content_part.added", **place, "part": {**part, "text": ""}}
        for word in part["text"].split(" "):
            delta = word if part["text"].endswith(word) else f"{word} "
            yield {"type": "response.output_text.delta", **place, "delta": delta, "logprobs": []}
        yield {
            "type": "response.output_text.done",
            **place,
            "text": part["text"],
            "logprobs": [],
        }
        yield {"type": "response.content_part.done", **place, "part": part}
    elif item["type"] == "reasoning":
        [part] = item["summary"]
        place, kind = {**at, "summary_index": 0}, "response.reasoning_summary"
        yield {"type": f"{kind}_part.added", **place, "part": {**part, "text": ""}}
        yield {"type": f"{kind}_text.delta", **place, "delta": part["text"]}
        yield {"type": f"{kind}_text.done", **place, "text": part["text"]}
        yield {"type": f"{kind}_part.done", **place, "part": part}
    elif item["type"] == "function_call":
        kind, text = "response.function_call_arguments", item["arguments"]
        yield {"type": f"{kind}.delta", **at, "delta": text}
        yield {"type": f"{kind}.done", **at, "arguments": text, "name": item["name"]}
    else:
        yield {"type": "response.web_search_call.completed", **at}
    yield {"type": "response.output_item.done", "output_index": index, "item": item}


def _endless(id: str) -> Iterator[Json]:
    events = list(_item({"id": id, **says("on ")}, 0))
    yield from events[:2]
    while True:
        yield events[2]


@asynccontextmanager
async def model_server(*turns: Turn) -> AsyncIterator[tuple[ModelServer, AsyncOpenAI]]:
    """Give a server with these turns, and the official client of it."""
    server = ModelServer(*turns)
    app = web.Application()
    app.router.add_post("/v1/responses", server.answer)
    app.router.add_post("/v1/chat/completions", server.chat)
    runner = web.AppRunner(app, handler_cancellation=True)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    [address] = runner.addresses
    client = AsyncOpenAI(
        api_key="none", base_url=f"http://127.0.0.1:{address[1]}/v1", max_retries=0
    )
    try:
        yield server, client
    finally:
        await client.close()
        await runner.cleanup()
