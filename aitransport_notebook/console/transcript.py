"""A conversation as a text, as markdown, or as a page: all of it as it was said, none of it alive.

What somebody said may be markup of any kind. It is escaped here, so that it shows as it stands and
has nothing loaded or run, wherever a transcript is opened.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final

from aitransport_notebook.console.reading import SAID, Block, Entry
from aitransport_notebook.errors import error_for

# Those of C0 and C1 that a terminal obeys, and those that turn the order of letters around.
_COMMANDS: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
# Each of these means something at one place or another of markdown, or of what is shown in it.
_MARKUP: Final = re.compile(r"([\\`*_{}\[\]<>()#+\-.!|~&:@^=$\"'])")
STYLES: Final = """
.ait-transcript { color-scheme: light dark; font: 14px/1.5 system-ui, sans-serif; max-width: 48rem;
  color: #1a1a1a; overflow-wrap: anywhere; }
.ait-transcript article { border-left: 3px solid #8a8a8a; margin: 0 0 1rem; padding: 0 0 0 .8rem; }
.ait-transcript article.assistant { border-color: #2f6fde; }
.ait-transcript h4, .ait-transcript p, .ait-transcript pre { margin: 0 0 .4rem; }
.ait-transcript h4 { font-size: 12px; font-weight: 600; }
.ait-transcript p { white-space: pre-wrap; }
.ait-transcript pre { font: 12px/1.4 ui-monospace, monospace; padding: .4rem .6rem;
  white-space: pre-wrap; background: #f2f2f2; color: inherit; }
.ait-transcript .reasoning { opacity: .75; font-style: italic; }
@media (prefers-color-scheme: dark) {
  .ait-transcript { color: #e6e6e6; }
  .ait-transcript pre { background: #2a2a2a; }
}
"""
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'"


def as_text(title: str, entries: Iterable[Entry]) -> str:
    """Return a transcript for a terminal."""
    pieces = [_plain(title)]
    for entry in entries:
        blocks = [_indented(_plain(_labelled(block))) for block in entry.blocks]
        pieces.append("\n".join([f"{_plain(_heading(entry))}:", *blocks]))
    return "\n\n".join(pieces) + "\n"


def as_markdown(title: str, entries: Iterable[Entry]) -> str:
    """Return a transcript in markdown, in which no markup of what was said counts."""
    pieces = [f"# {_line(title)}"]
    for entry in entries:
        pieces.append(f"## {_line(_heading(entry))}")
        pieces += [_literal(_labelled(block)) for block in entry.blocks]
    return "\n\n".join(pieces) + "\n"


def as_html(title: str, entries: Iterable[Entry]) -> str:
    """Return a transcript as a page of its own, which loads nothing and runs nothing."""
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width">\n'
        f"<title>{_escaped(title)}</title>\n</head>\n"
        '<body style="color-scheme: light dark">\n'
        f"{as_fragment(title, entries)}\n</body>\n</html>\n"
    )


def as_fragment(title: str, entries: Iterable[Entry]) -> str:
    """Return a transcript as part of a page."""
    articles = "\n".join(_article(entry) for entry in entries)
    return (
        f"<style>{STYLES}</style>\n"
        f'<section class="ait-transcript">\n<h4 dir="auto">{_escaped(title)}</h4>\n'
        f"{articles}\n</section>"
    )


Writer = Callable[[str, Iterable[Entry]], str]
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


def clipped(entries: Iterable[Entry], longest: int) -> list[Entry]:
    """Return entries with the beginning of what is long."""
    return [
        entry._replace(
            blocks=tuple(
                block
                if len(block.text) <= longest
                else block._replace(text=f"{block.text[:longest]}…")
                for block in entry.blocks
            )
        )
        for entry in entries
    ]


def _heading(entry: Entry) -> str:
    who = entry.author.client_id or entry.role
    role = entry.author.role or entry.role
    named = who if who == role else f"{who} ({role})"
    if entry.at is None:
        return named
    return f"{named}, {datetime.fromtimestamp(entry.at / 1000, UTC):%Y-%m-%d %H:%M} UTC"


def _labelled(block: Block) -> str:
    label = block.title or ("" if block.kind == SAID else block.kind)
    return f"[{label}] {block.text}".rstrip() if label else block.text


def _article(entry: Entry) -> str:
    side = "assistant" if entry.role == "assistant" else "other"
    said = "\n".join(_piece(block) for block in entry.blocks)
    heading = f'<h4 dir="auto">{_escaped(_heading(entry))}</h4>'
    return f'<article class="{side}">\n{heading}\n{said}\n</article>'


def _piece(block: Block) -> str:
    if block.title:
        return f'<pre dir="auto">{_escaped(_labelled(block))}</pre>'
    kind = "said" if block.kind == SAID else "reasoning"
    return f'<p class="{kind}" dir="auto">{_escaped(block.text)}</p>'


def _escaped(text: str) -> str:
    return html.escape(_plain(text))


def _literal(text: str) -> str:
    """Return a text as markdown that shows it as it stands, line by line."""
    lines = (_MARKUP.sub(r"\\\1", line.replace("\t", "    ")) for line in _plain(text).split("\n"))
    kept = (_spaced(line) for line in lines)
    return "\\\n".join(line or "\u00a0" for line in kept)


def _line(text: str) -> str:
    return _literal(" ".join(text.split()))


def _spaced(line: str) -> str:
    bare = line.lstrip(" ")
    return "\u00a0" * (len(line) - len(bare)) + bare


def _plain(text: str) -> str:
    """Return a text without what a terminal would obey, or what hides the order of its letters."""
    return _COMMANDS.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.split("\n"))
