"""What somebody wrote in Markdown, as HTML that reads well and is nothing but text.

Only what is sure to be meant is drawn: blocks of code, lists, headings, bold, italic, code.
Tables, links and all else stay as they were written. Every tag is one of ours, and what was
written is escaped before any of them comes to it.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from itertools import groupby
from typing import Final, NamedTuple

from aitransport_notebook.console.fences import lines_and_code
from aitransport_notebook.console.plain import plain

_ITEM: Final = re.compile(r"[ \t]{0,8}(?:[-*+]|(\d{1,9})[.)])[ \t]+(\S.*)")
_HEADING: Final = re.compile(r"#{1,6}[ \t]+(\S.*)")
_CODE: Final = re.compile(r"(?<!`)(`{1,2})(?!`)(.+?)(?<!`)\1(?!`)")
_BOLD: Final = re.compile(r"\*\*(?=[^\s*])([^*]+)(?<=\S)\*\*")
_ITALIC: Final = re.compile(r"(?<![*\w])\*(?=[^\s*])([^*\n]+)(?<=\S)\*(?![*\w])")


class _Line(NamedTuple):
    # "code", "pre", "ul", "ol", "heading", "blank" or "p".
    kind: str
    text: str
    number: str = ""
    # Tells blocks of code apart that follow one another.
    block: int = 0


def prose(text: str) -> str:
    """Return a text as paragraphs, lists and code."""
    lines = [
        _line(piece) if isinstance(piece, str) else _Line("code", "\n".join(piece.lines), block=at)
        for at, piece in enumerate(lines_and_code(plain(text)))
    ]
    blocks = groupby(lines, key=lambda line: (line.kind, line.block))
    return "\n".join(told for (kind, _), those in blocks if (told := _block(kind, list(those))))


def _line(line: str) -> _Line:
    if not line.strip():
        return _Line("blank", "")
    if line.lstrip(" \t").startswith("|") or line.startswith(("    ", "\t")):
        item = None if "|" in line else _ITEM.fullmatch(line)
        return _item(item) if item else _Line("pre", line)
    if heading := _HEADING.fullmatch(line):
        return _Line("heading", heading[1])
    item = _ITEM.fullmatch(line)
    return _item(item) if item else _Line("p", line)


def _item(found: re.Match[str]) -> _Line:
    return _Line("ol", found[2], number=found[1]) if found[1] else _Line("ul", found[2])


def _block(kind: str, lines: list[_Line]) -> str:
    match kind:
        case "blank":
            return ""
        case "code" | "pre":
            return f'<pre dir="auto">{_escaped(_joined(lines))}</pre>'
        case "ul" | "ol":
            items = "".join(f"<li>{_inline(line.text)}</li>" for line in lines)
            start = f' start="{int(lines[0].number)}"' if kind == "ol" else ""
            return f'<{kind} dir="auto"{start}>{items}</{kind}>'
        case "heading":
            return "\n".join(
                f'<p dir="auto"><strong>{_inline(line.text)}</strong></p>' for line in lines
            )
    return f'<p dir="auto">{_inline(_joined(lines))}</p>'


def _joined(lines: Iterable[_Line]) -> str:
    return "\n".join(line.text for line in lines)


def _inline(text: str) -> str:
    told, at = [], 0
    for code in _CODE.finditer(text):
        told += [_emphasised(text[at : code.start()]), f"<code>{_escaped(code[2])}</code>"]
        at = code.end()
    return "".join([*told, _emphasised(text[at:])])


def _emphasised(text: str) -> str:
    bold = _BOLD.sub(r"<strong>\1</strong>", _escaped(text))
    return _ITALIC.sub(r"<em>\1</em>", bold)


def _escaped(text: str) -> str:
    return html.escape(text)
