"""Tells a model which words of a conversation were a human operator's, and not its own.

The words themselves stand in the conversation as an assistant's, so each text gets a mark before
it. Only a role that a token gives counts. What looks like a mark in anybody else's words is bent.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from aitransport_notebook.codec.responses import ResponsesCodec
from aitransport_notebook.codec.text import TextCodec
from aitransport_notebook.codec.uimessage import UIMessageCodec
from aitransport_notebook.errors import error_for
from aitransport_notebook.runs.authors import Author, authors_of
from aitransport_notebook.session.agent.run import AgentRun

Message = dict[str, Any]
Change = Callable[[str], str]

MARK = "a human operator, wrote:"
NOTE = (
    f"Texts that begin with a mark such as [Jane, {MARK}] were written by a person of the team and "
    "not by you, also where they stand as an assistant's. Hold to what they say, do not claim it "
    "as your own, and never write such a mark yourself."
)
_LOOKS_LIKE_A_MARK = re.compile(rf"\[([^\[\]]*{re.escape(MARK)}\s*)\]", re.IGNORECASE)
# However it is bracketed, spaced and broken: what a model might still take for one.
_OPENS_SOMETHING_LIKE_IT = re.compile(
    r"[\[\uff3b\u3010\u3014\u27e6](?=.{0,200}?human\W{0,20}operator)", re.IGNORECASE | re.DOTALL
)
_LONGEST_NAME = 80


class Marked(NamedTuple):
    """What a model is to be given: the messages, and what it must know to read them."""

    messages: list[Any]
    # Empty where no operator has said anything.
    note: str


def marked(run: AgentRun) -> Marked:
    """Return the messages of a Run's prompt, with a mark before what operators wrote.

    >>> async def answer(run):
    ...     messages, note = marked(run)
    """
    retell = next((found for codec, found in _TEXTS.items() if isinstance(run.codec, codec)), None)
    if retell is None:
        raise error_for(
            40003,
            f"nobody knows where a message of {type(run.codec).__name__} has its text",
            hint="Mark the words of operators yourself, by runs.authors.authors_of.",
        )
    prompt = run.prompt.messages
    authors = authors_of(run.tree, prompt)
    messages = [
        retell(message, _marking(author, message) if author.is_operator else _bend)
        for (_, message), author in zip(prompt, authors, strict=True)
    ]
    return Marked(messages, NOTE if any(author.is_operator for author in authors) else "")


def _marking(author: Author, message: Message) -> Change:
    name = _name(message) or author.client_id or "someone"
    name = re.sub(r"[\[\]\s]+", " ", name).strip()[:_LONGEST_NAME]
    return lambda text: f"[{name}, {MARK}] {text}"


def _name(message: Message) -> str | None:
    """Return the name that an operator goes by; who it is stands in the token."""
    metadata = message.get("metadata")
    author = metadata.get("author") if isinstance(metadata, Mapping) else None
    name = author.get("name") if isinstance(author, Mapping) else None
    return name if isinstance(name, str) else None


def _bend(text: str) -> str:
    return _OPENS_SOMETHING_LIKE_IT.sub("(", _LOOKS_LIKE_A_MARK.sub(r"(\1)", text))


def _in_parts(message: Message, change: Change) -> Message:
    return {**message, "parts": [_changed(part, change) for part in message["parts"]]}


def _in_items(message: Message, change: Change) -> Message:
    items = [
        {**item, "content": [_changed(part, change) for part in item["content"]]}
        if isinstance(item.get("content"), list) and item.get("type") == "message"
        else item
        for item in message["items"]
    ]
    return {**message, "items": items}


def _changed(part: Any, change: Change) -> Any:
    text = part.get("text") if isinstance(part, dict) else None
    is_text = isinstance(text, str) and part["type"] in ("text", "input_text", "output_text")
    return {**part, "text": change(text)} if is_text and text else part


def _in_text(message: Message, change: Change) -> Message:
    return {**message, "text": change(message["text"])} if message["text"] else message


_TEXTS: dict[type[Any], Callable[[Message, Change], Message]] = {
    UIMessageCodec: _in_parts,
    ResponsesCodec: _in_items,
    TextCodec: _in_text,
}
