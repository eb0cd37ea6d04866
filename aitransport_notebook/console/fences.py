"""Blocks of code in what somebody wrote in Markdown, told apart from the lines around them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

# A list may lead in a fence; then its marker is a line of its own.
_FENCE: Final = re.compile(r"([ \t]*)((?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*)(`{3,}|~{3,})(.*)")
_LANGUAGE: Final = re.compile(r"[A-Za-z0-9_+#.-]{1,30}")


class Code(NamedTuple):
    """A block of code, as far to the left as its fence lets it."""

    language: str
    lines: list[str]


def lines_and_code(text: str) -> Iterator[str | Code]:
    """Yield the lines of a text, and the blocks of code among them."""
    lines, at = text.split("\n"), 0
    while at < len(lines):
        opening = _FENCE.fullmatch(lines[at])
        if opening is None or (opening[3][0] == "`" and "`" in opening[4]):
            yield lines[at]
            at += 1
            continue
        indent, marker, fence, info = opening.groups()
        if marker:
            yield indent + marker.rstrip()
        end = _end_of(fence, lines, at + 1)
        margin = len(indent) + len(marker)
        yield Code(_language(info), [_outdented(line, margin) for line in lines[at + 1 : end]])
        at = end + 1


def _end_of(fence: str, lines: Sequence[str], begin: int) -> int:
    places = range(begin, len(lines))
    return next((at for at in places if _closes(fence, lines[at])), len(lines))


def _closes(fence: str, line: str) -> bool:
    bare = line.strip(" \t")
    return bare.startswith(fence) and not bare.strip(fence[0])


def _outdented(line: str, margin: int) -> str:
    return line[min(margin, len(line) - len(line.lstrip(" \t"))) :]


def _language(info: str) -> str:
    word = (info.split() or [""])[0]
    return word if _LANGUAGE.fullmatch(word) else ""
