r"""What somebody wrote in Markdown, as a quote that stays Markdown and cannot harm.

Renderers disagree: on what is code, on raw HTML, on formulas. So nothing here rests on where a
renderer sees code between backticks: what could be HTML, an image, a link or a formula is broken
up at all places but in blocks of code. In text a backslash or an entity does it, which does not
show; between backticks, where those would show, a space.

A block of code stays as it is. Its fence is written anew, longer than any in it and at the
margin, and no other fence is left for a renderer to see. A link shows as its source does, with
where it leads. Each line is quoted, so that nothing ends the quote but who wrote the transcript.

`js/src/components/header/quoted.ts` does the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from aitransport_notebook.console.fences import lines_and_code
from aitransport_notebook.console.plain import plain

# GitHub and JupyterLab draw these, and do not show them.
_DRAWN: Final = frozenset({"mermaid", "math", "geojson", "topojson", "stl"})
_CODE: Final = re.compile(r"(?<![`\\])(`{1,2})(?!`)(.+?)(?<!`)\1(?!`)")
_TAG: Final = r"<(?=[A-Za-z/!?])"
# To some renderers a label that no bracket closes goes on into the next block of code.
_ALIVE_IN_TEXT: Final = re.compile(
    rf"\\[!-/:-@\[-`{{-~]|\\(?=begin\{{)|`{{3,}}|~{{3,}}|{_TAG}"
    r"|!\[|\[(?![^\[\]\\]*\])|(?<=\])[(:]|\$"
)
_ALIVE_IN_CODE: Final = re.compile(
    rf"{_TAG}|!(?=\[)|\](?=[(:])|\$(?=\$)|\\\\(?=[\[(])|\\begin(?=\{{)"
)
# As no backslash before them would do for every renderer.
_ENTITIES: Final = {"\\": "&#92;", "\\\\": "&#92;", "<": "&lt;", "\\<": "&lt;", "\\`": "&#96;"}
_BROKEN_UP: Final = {"![": "!\\[", "[": "\\[", "(": "\\(", ":": "\\:", "$": "\\$"}
_NAME: Final = re.compile(r"[\\<`*_\[\]&~$#|]|(?<=\])[(:]")


def quoted(text: str) -> str:
    """Return a text as a quote of Markdown."""
    return "\n".join(f"> {line}" if line else ">" for line in _lines(plain(text)))


def fenced(text: str) -> str:
    """Return a text as a block of code."""
    return "\n".join(_block(plain(text).split("\n")))


def literal(text: str) -> str:
    """Return a line as Markdown that shows it as it stands, within a line that has begun."""
    line = plain(" ".join(text.split()))
    return _NAME.sub(lambda found: _ENTITIES.get(found[0], f"\\{found[0]}"), line)


def _lines(text: str) -> Iterator[str]:
    before = ""
    for piece in lines_and_code(text):
        if isinstance(piece, str):
            before = _inert(piece)
            yield before
            continue
        if before.strip():
            yield ""
        before = ""
        yield from _block(piece.lines, piece.language)


def _block(lines: Sequence[str], language: str = "") -> list[str]:
    longest = max((len(run) for line in lines for run in re.findall("`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    return [f"{fence}{'' if language.lower() in _DRAWN else language}", *lines, fence]


def _inert(line: str) -> str:
    """Return a line in which nothing is alive, whether a renderer sees code in it or not."""
    told, at = [], 0
    for code in _CODE.finditer(line):
        inner = _ALIVE_IN_CODE.sub(r"\g<0> ", code[2])
        told += [_in_text(line[at : code.start()]), code[1], inner, code[1]]
        at = code.end()
    return "".join([*told, _in_text(line[at:])])


def _in_text(text: str) -> str:
    return _ALIVE_IN_TEXT.sub(lambda found: _broken_up(found[0]), text)


def _broken_up(alive: str) -> str:
    if alive[:3] in ("```", "~~~"):
        return f"\\{alive}"
    return _ENTITIES.get(alive) or _BROKEN_UP.get(alive, alive)
