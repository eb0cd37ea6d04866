"""A conversation as plain entries, whichever of our codecs its messages are of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from aitransport_notebook.codec.contract import CodecMessage
from aitransport_notebook.console.calls import Block, Call, blocks_of
from aitransport_notebook.console.plain import one_line, shown
from aitransport_notebook.runs.answers import CallAnswer, answers_in, with_counted
from aitransport_notebook.runs.authors import Author, authors_of
from aitransport_notebook.tree.nodes import Node, RunNode
from aitransport_notebook.tree.tree import Tree
from aitransport_notebook.wire.record import Record

SAID, THOUGHT = "text", "reasoning"
_CALL, _OUTPUT = "function_call", "function_call_output"
Fields = Mapping[str, Any]


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
    said = list(messages)
    entries = []
    for (id, message), author in zip(said, authors_of(tree, said), strict=True):
        node = tree.node_of(id)
        records = [one for one in node.content.records if one.message_id == id] if node else []
        at = records[0].timestamp if records else None
        blocks = tuple(_Reader(tree, node, message, records).blocks())
        entries.append(Entry(id, _role(message), author, at, blocks))
    return entries


def calls_in(tree: Tree, node: Node) -> list[Call]:
    """Return the tool calls of a node, in the order in which they were made."""
    messages = tree.messages_of(node)
    return [call for _, message in messages for call in _Reader(tree, node, message).calls()]


class _Reader:
    """Reads a message, and what it does not say itself: its Run, and what people said to calls."""

    def __init__(
        self, tree: Tree, node: Node | None, message: Any, records: Iterable[Record] = ()
    ) -> None:
        self._tree, self._node = tree, node
        self._message = message
        self._status = node.status if isinstance(node, RunNode) else None
        self._answers: dict[str, list[CallAnswer]] = {}
        for answer in answers_in(tree.codec, records):
            self._answers.setdefault(answer.call_id, []).append(answer)
        # A call and its output may be in different messages of a node.
        together = [one for _, one in tree.messages_of(node)] if node is not None else [message]
        items = [_fields(item) for one in together for item in _list(_fields(one).get("items"))]
        self._made = {item.get("call_id") for item in items if item.get("type") == _CALL}
        self._outputs = {str(i.get("call_id")): i for i in items if i.get("type") == _OUTPUT}

    def calls(self) -> Iterator[Call]:
        """Yield the calls of the message."""
        return (call for piece in self._pieces() if (call := self._call(_fields(piece))))

    def blocks(self) -> Iterator[Block]:
        """Yield the blocks of the message; one of somebody else's codec is shown as JSON."""
        known = _fields(self._message)
        if isinstance(known.get("parts"), list) or isinstance(known.get("items"), list):
            yield from (block for piece in self._pieces() for block in self._blocks(piece))
        elif isinstance(known.get("text"), str):
            yield Block(SAID, known["text"])
        else:
            yield Block("other", shown(self._message), "message")

    def _pieces(self) -> list[Any]:
        """Return the parts or the items of the message."""
        known = _fields(self._message)
        if isinstance(known.get("parts"), list):
            return _list(known["parts"])
        items, states = _list(known.get("items")), _fields(known.get("toolCallStates"))
        # A call that only the request for an approval names.
        asked = [
            {"type": _CALL, "call_id": id, **_fields(state)}
            for id, state in states.items()
            if id not in self._made and "name" in _fields(state)
        ]
        return [*items, *asked]

    def _call(self, piece: Fields) -> Call | None:
        type = piece.get("type")
        if type == _CALL:
            id = str(piece.get("call_id"))
            states = _fields(_fields(self._message).get("toolCallStates"))
            return Call.of_item(piece, _fields(states.get(id)), self._outputs.get(id))
        if not isinstance(type, str) or isinstance(_fields(self._message).get("items"), list):
            return None
        if type == "dynamic-tool" or type.startswith("tool-"):
            return Call.of_part(piece, str(piece.get("toolName") or type.removeprefix("tool-")))
        return None

    def _blocks(self, piece: Any) -> Iterator[Block]:
        call = self._call(_fields(piece))
        if call is not None:
            yield from blocks_of(call, self._status, self._answers_to(call))
        elif not self._is_shown_elsewhere(_fields(piece)):
            is_item = isinstance(_fields(self._message).get("items"), list)
            yield from (_of_item if is_item else _of_part)(piece)

    def _answers_to(self, call: Call) -> Sequence[CallAnswer]:
        said = self._answers.get(call.call_id, ())
        return with_counted(said, self._node.key, self._tree.records) if self._node else said

    def _is_shown_elsewhere(self, piece: Fields) -> bool:
        """Tell whether it is the output of a call, which is shown with the call."""
        states = _fields(_fields(self._message).get("toolCallStates"))
        id = piece.get("call_id")
        return piece.get("type") == _OUTPUT and (id in self._made or id in states)


def _of_part(part: Any) -> Iterator[Block]:
    """Read a part of one of the AI SDK's messages that is no call."""
    known = _fields(part)
    type = known.get("type")
    if not isinstance(type, str):
        yield Block("other", shown(part), "part")
    elif type in (SAID, THOUGHT):
        yield from _texts(type, known.get("text"))
    elif type in ("file", "source-url", "source-document"):
        names = (known.get(key) for key in ("title", "filename", "mediaType"))
        told = " ".join(one_line(name) for name in names if isinstance(name, str) and name)
        yield Block(
            "source", _address(known.get("url")), f"{type.partition('-')[0]} {told}".strip()
        )
    elif type.startswith("data-"):
        yield Block("data", shown(known.get("data")), one_line(type))
    elif type != "step-start":
        yield Block("other", shown(part), one_line(type) or "part")


def _of_item(item: Any) -> Iterator[Block]:
    """Read an item of one of OpenAI's responses that is no call."""
    known = _fields(item)
    match known.get("type"):
        case "message":
            yield from _texts(SAID, _joined(known.get("content")))
        case "reasoning":
            summary, content = _joined(known.get("summary")), _joined(known.get("content"))
            yield from _texts(THOUGHT, content or summary)
        case "function_call_output":
            yield Block("tool", shown(known.get("output")), "output")
        case type:
            yield Block("other", shown(item), one_line(str(type)) or "item")


def _role(message: Any) -> str:
    role = _fields(message).get("role")
    return role if isinstance(role, str) else "message"


def _fields(value: Any) -> Fields:
    return value if isinstance(value, Mapping) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _joined(parts: Any) -> str:
    """Return the texts of parts, which name theirs differently."""
    if isinstance(parts, str):
        return parts
    found = [_fields(part).get("text") or _fields(part).get("refusal") for part in _list(parts)]
    return "\n\n".join(text for text in found if isinstance(text, str) and text)


def _texts(kind: str, text: Any) -> Iterator[Block]:
    if isinstance(text, str) and text:
        yield Block(kind, text)


def _address(url: Any) -> str:
    """Return where something is; what is in the address itself is no address."""
    if not isinstance(url, str):
        return ""
    return f"{url.partition(',')[0]},…" if url.startswith("data:") else url
