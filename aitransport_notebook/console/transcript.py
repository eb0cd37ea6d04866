"""A conversation as a text, as markdown, or as a page: all of it as it was said, none of it alive.

What somebody said may be markup of any kind. Nothing in it is loaded or run, and nobody's words
pass for another's, wherever a transcript is opened: in a text they are indented, in Markdown they
are quoted, in a page every tag is ours.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Final

from aitransport_notebook.console.calls import DECISION, Block
from aitransport_notebook.console.plain import clip, one_line, plain, when, who_is
from aitransport_notebook.console.prose import prose
from aitransport_notebook.console.quoted import fenced, literal, quoted
from aitransport_notebook.console.reading import SAID, THOUGHT, Entry
from aitransport_notebook.console.standing import Piece, RunLine
from aitransport_notebook.errors import error_for

STYLES: Final = """
.ait-transcript { color-scheme: light dark; font: 14px/1.5 system-ui, sans-serif; max-width: 48rem;
  color: #1a1a1a; overflow-wrap: anywhere; }
.ait-transcript article { border-left: 3px solid #8a8a8a; margin: 0 0 1rem; padding: 0 0 0 .8rem; }
.ait-transcript article.assistant { border-color: #2f6fde; }
.ait-transcript h4, .ait-transcript p, .ait-transcript pre, .ait-transcript ul,
.ait-transcript ol { margin: 0 0 .4rem; }
.ait-transcript h4 { font-size: 12px; font-weight: 600; }
.ait-transcript p, .ait-transcript li { white-space: pre-wrap; }
.ait-transcript code { font: 12px ui-monospace, monospace; background: #f2f2f2; color: inherit; }
.ait-transcript pre { font: 12px/1.4 ui-monospace, monospace; padding: .4rem .6rem;
  white-space: pre-wrap; background: #f2f2f2; color: inherit; }
.ait-transcript .reasoning { opacity: .75; font-style: italic; }
.ait-transcript .call { margin: 0; }
.ait-transcript .run { font-size: 12px; font-weight: 600; margin: 0 0 1rem; }
@media (prefers-color-scheme: dark) {
  .ait-transcript { color: #e6e6e6; }
  .ait-transcript pre, .ait-transcript code { background: #2a2a2a; }
}
"""
_LONGEST_TITLE: Final = 2048
_LONGEST_LINE: Final = 5000
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'"


def as_text(title: str, pieces: Iterable[Piece]) -> str:
    """Return a transcript for a terminal."""
    told = [one_line(title, _LONGEST_TITLE)]
    for piece in pieces:
        if isinstance(piece, RunLine):
            told.append(f"-- {one_line(piece.text, _LONGEST_LINE)}")
            continue
        blocks = [_indented(_labelled(block)) for block in piece.blocks]
        told.append("\n".join([f"{_heading(piece)}:", *blocks]))
    return "\n\n".join(told) + "\n"


def as_markdown(title: str, pieces: Iterable[Piece]) -> str:
    """Return a transcript in Markdown; what was said in Markdown stays that, in quotes."""
    told = [f"# {literal(one_line(title, _LONGEST_TITLE))}"]
    for piece in pieces:
        if isinstance(piece, RunLine):
            told.append(f"*{literal(piece.text)}*")
        else:
            told.append(f"## {literal(_heading(piece))}")
            told += [_in_markdown(block) for block in piece.blocks]
    return "\n\n".join(told) + "\n"


def as_html(title: str, pieces: Iterable[Piece]) -> str:
    """Return a transcript as a page of its own, which loads nothing and runs nothing."""
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width">\n'
        f"<title>{_escaped(title)}</title>\n</head>\n"
        '<body style="color-scheme: light dark">\n'
        f"{as_fragment(title, pieces)}\n</body>\n</html>\n"
    )


def as_fragment(title: str, pieces: Iterable[Piece]) -> str:
    """Return a transcript as part of a page."""
    articles = "\n".join(_article(piece) for piece in pieces)
    return (
        f"<style>{STYLES}</style>\n"
        # What is between dollars is no formula, in whatever page it stands.
        '<section class="ait-transcript tex2jax_ignore mathjax_ignore">\n'
        f'<h4 dir="auto">{_escaped(title)}</h4>\n'
        f"{articles}\n</section>"
    )


Writer = Callable[[str, Iterable[Piece]], str]
FORMATS: Final[Mapping[str, Writer]] = MappingProxyType(
    {"text": as_text, "md": as_markdown, "html": as_html}
)


def writer_for(format: object) -> Writer:
    """Return what writes transcripts in a format."""
    known = FORMATS.get(format) if isinstance(format, str) else None
    if known is None:
        raise error_for(
            40003,
            f"there is no transcript in {format!r:.40}",
            hint=f"Use one of {', '.join(FORMATS)}.",
        )
    return known


def clipped(pieces: Iterable[Piece], longest: int) -> list[Piece]:
    """Return pieces with the beginning of what is long."""
    return [piece if isinstance(piece, RunLine) else _clipped(piece, longest) for piece in pieces]


def _clipped(entry: Entry, longest: int) -> Entry:
    blocks = (block._replace(text=clip(block.text, longest)) for block in entry.blocks)
    return entry._replace(blocks=tuple(blocks))


def _heading(entry: Entry) -> str:
    author = entry.author
    known = author._replace(role=author.role or entry.role)
    return f"{who_is(known, one_line(entry.role))}{when(entry.at)}"


def _label(block: Block) -> str:
    return one_line(block.title, _LONGEST_LINE) or ("" if block.kind == SAID else block.kind)


def _labelled(block: Block) -> str:
    label, text = _label(block), plain(block.text)
    if block.kind == DECISION:
        return f"[{label}]\n{text}".rstrip()
    return f"[{label}] {text}".rstrip() if label else text


def _in_markdown(block: Block) -> str:
    if block.kind == SAID:
        return quoted(block.text)
    label = f"**{literal(_label(block))}**"
    if not block.text:
        return label
    return f"{label}\n\n{(quoted if block.kind == THOUGHT else fenced)(block.text)}"


def _article(piece: Piece) -> str:
    if isinstance(piece, RunLine):
        return f'<p class="run" dir="auto">{_escaped(piece.text)}</p>'
    side = "assistant" if piece.role == "assistant" else "other"
    said = "\n".join(_in_html(block) for block in piece.blocks)
    heading = f'<h4 dir="auto">{_escaped(_heading(piece))}</h4>'
    return f'<article class="{side}">\n{heading}\n{said}\n</article>'


def _in_html(block: Block) -> str:
    if block.kind in (SAID, THOUGHT):
        return f'<div class="{block.kind}">\n{prose(block.text)}\n</div>'
    label = f'<p class="call" dir="auto">{_escaped(_label(block))}</p>'
    return f'{label}\n<pre dir="auto">{_escaped(block.text)}</pre>' if block.text else label


def _escaped(text: str) -> str:
    return html.escape(plain(text))


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.split("\n"))
