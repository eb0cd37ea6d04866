"""An agent of any async generator of text."""

from __future__ import annotations

import inspect
from collections.abc import (
    AsyncGenerator,
    AsyncIterable,
    Awaitable,
    Callable,
    Iterable,
    Mapping,
)
from contextlib import aclosing
from typing import Any, NamedTuple
from uuid import uuid4

from aitransport_notebook.agents.answer import Answer
from aitransport_notebook.codec.contract import Codec
from aitransport_notebook.codec.responses import ResponsesCodec
from aitransport_notebook.codec.text import TextCodec
from aitransport_notebook.codec.uimessage import UIMessageCodec
from aitransport_notebook.errors import AITransportError, error_for
from aitransport_notebook.session.agent.run import AgentRun
from aitransport_notebook.session.agent.steps import each

Output = Mapping[str, Any]
Text = str | AsyncIterable[str] | Iterable[str]


class _Form(NamedTuple):
    """How a codec says one text."""

    before: list[Output]
    # What each piece of the text is put into, as its `delta`.
    piece: Output
    # The end, of the whole text.
    after: Callable[[str], list[Output]]


def answer_with(generate: Callable[[AgentRun], Text | Awaitable[Text]]) -> Answer:
    """Make an agent of a function that yields text, for sessions with any codec of ours.

    It may be an async generator, as models stream, or one that does not wait for anything; or it
    returns the whole text.

    >>> async def greet(run):
    ...     yield "Hello!"
    >>> answer = answer_with(greet)
    """

    async def answer(run: AgentRun) -> AsyncGenerator[Output, None]:
        form, said = _form_of(run.codec), ""
        async with aclosing(each(await _text_of(generate(run)))) as pieces:
            async for piece in pieces:
                _check(piece)
                if piece and not said:
                    for output in form.before:
                        yield output
                if piece:
                    said += piece
                    yield {**form.piece, "delta": piece}
        if said:
            for output in form.after(said):
                yield output

    return answer


async def _text_of(made: Text | Awaitable[Text]) -> AsyncIterable[str] | Iterable[str]:
    text = await made if inspect.isawaitable(made) else made
    if isinstance(text, str):
        return [text]
    if not isinstance(text, AsyncIterable | Iterable):
        raise _no_text(text)
    return text


def _check(piece: object) -> None:
    if not isinstance(piece, str):
        raise _no_text(piece)


def _no_text(given: object) -> AITransportError:
    return error_for(
        40003, f"{given!r:.80} is no text", hint="Yield the pieces of the text, as the model does."
    )


def _form_of(codec: Codec[Any]) -> _Form:
    make = next((make for kind, make in _FORMS.items() if isinstance(codec, kind)), None)
    if make is None:
        raise error_for(
            40003,
            f"nobody knows how {type(codec).__name__} says a text",
            hint="Yield the codec's own outputs, and give that function as the answer itself.",
        )
    return make()


def _text() -> _Form:
    part = {"id": "text"}
    return _Form(
        [{"type": "text-start", **part}],
        {"type": "text-delta", **part},
        lambda text: [{"type": "text-end", **part}],
    )


def _ui_message() -> _Form:
    text = _text()
    return _Form(
        [{"type": "start"}, *text.before],
        text.piece,
        lambda said: [*text.after(said), {"type": "finish"}],
    )


def _responses() -> _Form:
    id = str(uuid4())
    place = {"item_id": id, "output_index": 0, "content_index": 0}
    item = {"id": id, "type": "message", "role": "assistant"}
    part = {"type": "output_text", "annotations": []}

    def of_item(type: str, status: str, content: list[Output]) -> Output:
        whole = {**item, "status": status, "content": content}
        return {"type": f"response.output_item.{type}", "output_index": 0, "item": whole}

    return _Form(
        [
            of_item("added", "in_progress", []),
            {"type": "response.content_part.added", **place, "part": {**part, "text": ""}},
        ],
        {"type": "response.output_text.delta", **place},
        lambda said: [
            {"type": "response.output_text.done", **place, "text": said},
            of_item("done", "completed", [{**part, "text": said}]),
        ],
    )


_FORMS: dict[type[Any], Callable[[], _Form]] = {
    UIMessageCodec: _ui_message,
    ResponsesCodec: _responses,
    TextCodec: _text,
}
