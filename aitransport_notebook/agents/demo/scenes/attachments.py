"""Scenes with what is no text: files, sources, data."""

from __future__ import annotations

import struct
import zlib
from base64 import b64encode

from aitransport_notebook.agents.demo.beats import Beats, Pause, say
from aitransport_notebook.agents.demo.turn import Turn

# In pixels.
_SIDE, _SQUARE = 96, 12
_TABLE = "speaker,words\nuser,5\nagent,120\noperator,12\n"
_STEPS = 4


def files(turn: Turn) -> Beats:
    yield from say("Two files: a picture, and a table.")
    yield {"type": "file", "mediaType": "image/png", "url": _data_url("image/png", _picture())}
    yield {"type": "file", "mediaType": "text/csv", "url": _data_url("text/csv", _TABLE.encode())}


def sources(turn: Turn) -> Beats:
    yield from say("What I say here rests on two web pages and a document, as far as one can see.")
    for number, title in enumerate(("Durable sessions", "Late joiners"), 1):
        yield {
            "type": "source-url",
            "sourceId": f"page-{number}",
            "url": f"https://example.com/{number}",
            "title": title,
        }
    yield {
        "type": "source-document",
        "sourceId": "handbook",
        "mediaType": "application/pdf",
        "title": "The handbook of an operator",
        "filename": "handbook.pdf",
    }


def data(turn: Turn) -> Beats:
    """Say data that changes in its place, and some that is shown once and not kept."""
    yield from say("Data for your own components: a progress that fills, and then a reading.")
    yield {"type": "data-notice", "data": {"text": "This is not kept."}, "transient": True}
    for step in range(_STEPS + 1):
        yield {"type": "data-progress", "id": "progress", "data": {"done": step, "of": _STEPS}}
        yield Pause(0.5)
    yield {"type": "data-weather", "data": {"city": "Lisbon", "celsius": [19, 21, 22, 20]}}


def _data_url(media_type: str, content: bytes) -> str:
    return f"data:{media_type};base64,{b64encode(content).decode()}"


def _picture() -> bytes:
    """Draw a PNG: squares, from blue to orange."""
    shades = [255 * (place // _SQUARE) // (_SIDE // _SQUARE - 1) for place in range(_SIDE)]
    rows = [bytes(c for x in shades for c in (x, 90 + y // 3, 255 - x)) for y in shades]
    header = struct.pack(">2I5B", _SIDE, _SIDE, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"".join(b"\0" + row for row in rows), 9)
    chunks = (b"IHDR", header), (b"IDAT", pixels), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, content) for kind, content in chunks)


def _chunk(kind: bytes, content: bytes) -> bytes:
    whole = kind + content
    return struct.pack(">I", len(content)) + whole + struct.pack(">I", zlib.crc32(whole))
