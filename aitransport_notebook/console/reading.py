"""A conversation as plain entries, whichever of our codecs its messages are of."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from aitransport_notebook.codec.contract import CodecMessage
from aitransport_notebook.runs.authors import Author, authors_of
from aitransport_notebook.tree.tree import Tree

SAID, THOUGHT = "text", "reasoning"
# More than a person reads of what a tool was given, or gave.
LONGEST_VALUE = 4000


class Block(NamedTuple):
    """A piece of a message: what an author said, or else something with a title."""

    kind: str
    text: str
    title: str = ""


class Entry(NamedTuple):
    """One message, to be read."""

    message_id: str
    role: str
    author: Author
    # When it began, in ms since 1970.
    at: int | None
    blocks: tuple[Block, ...]

    @property
    def text(self) -> str:
        """What its author said."""
        return "\n\n".join(block.text for block in self.blocks if block.kind == SAID)


def entries_of(tree: Tree, messages: Iterable[CodecMessage]) -> list[Entry]:
    """Return messages as entries."""
    shown = list(messages)
    return [
        Entry(id, _role(message), author, _time_of(tree, id), tuple(_blocks(message)))
        for (id, message), author in zip(shown, authors_of(tree, shown), strict=True)
    ]


def _role(message: Any) -> str:
    role = message.get("role") if isinstance(message, Mapping) else None
    return role if isinstance(role, str) else "message"


def _time_of(tree: Tree, message_id: str) -> int | None:
    node = tree.node_of(message_id)
    records = node.content.records if node is not None else ()
    return next((record.timestamp for record in records if record.message_id == message_id), None)


def _blocks(message: Any) -> Iterator[Block]:
    """Yield the blocks of a message; one of somebody else's codec is shown as JSON."""
    known = message if isinstance(message, Mapping) else {}
    if isinstance(known.get("parts"), list):
        yield from (block for part in known["parts"] for block in _of_part(part))
    elif isinstance(known.get("items"), list):
        yield from (block for item in known["items"] for block in _of_item(item))
    elif isinstance(known.get("text"), str):
        yield Block(SAID, known["text"])
    else:
        yield Block("other", _shown(message), "message")


def _of_part(part: Any) -> Iterator[Block]:
    """Read a part of one of the AI SDK's messages."""
    type = part.get("type") if isinstance(part, Mapping) else None
    if not isinstance(type, str):
        yield Block("other", _shown(part), "part")
    elif type in (SAID, THOUGHT):
        yield from _texts(type, part.get("text"))
    elif type == "dynamic-tool" or type.startswith("tool-"):
        yield _of_call(part, str(part.get("toolName") or type.removeprefix("tool-")))
    elif type in ("file", "source-url", "source-document"):
        names = (part.get(key) for key in ("title", "filename", "mediaType"))
        known = [name for name in names if isinstance(name, str) and name]
        url = part.get("url")
        yield Block("source", _address(url), f"{type.partition('-')[0]} {' '.join(known)}".strip())
    elif type.startswith("data-"):
        yield Block("data", _shown(part.get("data")), type)
    elif type != "step-start":
        yield Block("other", _shown(part), type)


def _of_call(part: Mapping[str, Any], name: str) -> Block:
    state = part.get("state")
    told = [_shown(part.get("input"))]
    if "output" in part:
        told.append(f"→ {_shown(part['output'])}")
    if isinstance(part.get("errorText"), str):
        told.append(f"→ error: {part['errorText']}")
    return Block("tool", "\n".join(told), f"{name} ({state})")


def _of_item(item: Any) -> Iterator[Block]:
    """Read an item of one of OpenAI's responses."""
    known = item if isinstance(item, Mapping) else {}
    match known.get("type"):
        case "message":
            yield from _texts(SAID, _joined(known.get("content")))
        case "reasoning":
            summary, content = _joined(known.get("summary")), _joined(known.get("content"))
            yield from _texts(THOUGHT, content or summary)
        case "function_call":
            yield Block("tool", _shown(known.get("arguments")), f"{known.get('name')} (call)")
        case "function_call_output":
            yield Block("tool", _shown(known.get("output")), "output")
        case type:
            yield Block("other", _shown(item), str(type))


def _joined(parts: Any) -> str:
    """Return the texts of parts, which name theirs differently."""
    if isinstance(parts, str):
        return parts
    found = [
        part.get("text") or part.get("refusal") or ""
        for part in (parts if isinstance(parts, list) else ())
        if isinstance(part, Mapping)
    ]
    return "\n\n".join(text for text in found if isinstance(text, str) and text)


def _texts(kind: str, text: Any) -> Iterator[Block]:
    if isinstance(text, str) and text:
        yield Block(kind, text)


def _address(url: Any) -> str:
    """Return where something is; what is in the address itself is no address."""
    if not isinstance(url, str):
        return ""
    return f"{url.partition(',')[0]},…" if url.startswith("data:") else url


def _shown(value: Any) -> str:
    if isinstance(value, str):
        text = value
    else:
        text = json.dumps(value, ensure_ascii=False, indent=2, default=repr)
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"
