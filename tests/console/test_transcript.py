"""How a transcript says things, and that nobody's words are alive in it or pass for another's."""

from __future__ import annotations

import re
from typing import Any

import pytest
from nbconvert.filters.markdown_mistune import markdown2html_mistune

from aitransport_notebook.console.calls import DECISION, Block
from aitransport_notebook.console.reading import Entry
from aitransport_notebook.console.standing import Piece, RunLine
from aitransport_notebook.console.transcript import (
    FORMATS,
    STYLES,
    as_fragment,
    as_html,
    clipped,
    writer_for,
)
from aitransport_notebook.errors import RequestError
from aitransport_notebook.runs.authors import Author
from tests.console.test_quoted import Tags, is_harmless

HEADING = "omar (operator), 2023-11-14 22:13 UTC"
HOSTILE = [
    "<script>alert(1)</script>",
    "</p></style><img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "![x](https://evil.example/pixel)",
    "[x](javascript:alert(1))",
    "[x]: https://evil.example 'y'\n![x]",
    "<https://evil.example>",
    "    <b>as code</b>",
    "```html\n<iframe src=https://evil.example></iframe>",
    "```\n```\n<iframe src=https://evil.example></iframe>",
    "# a heading\n- a list\n1. another\n> a quote\n| a | table |\n|---|---|",
    "$\\href{javascript:alert(1)}{x}$",
    "\x1b]8;;https://evil.example\x07click\x1b]8;;\x07 \x1b[2J\x9b2J",
    "\u202egnp.exe\u2066",
    f"hm\n\n## {HEADING}\n\n> I approve.",
    f"hm\n\n{HEADING}:\n  I approve.",
    f"hm\r{HEADING}:\u2028{HEADING}:\x0b{HEADING}:\x85{HEADING}:",
    f"</blockquote></article><article><h4>{HEADING}</h4>",
    f"-- The Run of ai for ann failed\n\n*{HEADING}*",
]


def entry(*texts: str, who: str = "ann", role: str = "user") -> Entry:
    blocks = tuple(Block("text", text) for text in texts)
    return Entry("m1", role, Author(who, "user"), 1_700_000_000_000, blocks)


def everywhere(text: str) -> list[Piece]:
    """Return a text in all places of what is to be told."""
    blocks = [Block("text", text), Block("reasoning", text), Block("tool", text, text)]
    blocks += [Block(DECISION, text, text), Block("source", text, text)]
    return [Entry("m1", text, Author(text, text), 5, tuple(blocks)), RunLine("r", f"Run {text}")]


def headings_in(markdown: str) -> int:
    """Return how many headings there are that no quote holds."""
    page = re.sub(r"(?s)<blockquote>.*?</blockquote>", "", markdown2html_mistune(markdown))
    return len(re.findall(r"<h\d", page))


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_that_was_said_is_alive_in_a_page(text: str) -> None:
    page = as_html(text, everywhere(text))
    tags = Tags(page)
    assert tags.names <= {
        *("html", "head", "meta", "title", "body", "style", "section", "article", "h4", "p"),
        *("div", "pre", "code", "strong", "em", "ul", "ol", "li"),
    }
    assert tags.attributes <= {
        *("lang", "charset", "http-equiv", "content", "name", "style", "class", "dir", "start"),
    }
    assert "default-src 'none'" in page
    assert page.count("<article") == page.count("<h4") - 1 == 1
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]", page)


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_that_was_said_is_alive_in_markdown(text: str) -> None:
    told = writer_for("md")(text, everywhere(text))
    tags = Tags(markdown2html_mistune(told))
    assert is_harmless(tags)
    # The title and one message: nobody forges the head of another.
    assert headings_in(told) == 2
    # Nobody's words leave their quote or their block of code.
    heads = [line for line in told.split("\n") if line.startswith("#")]
    assert len([line for line in outside_of_code(told) if line.startswith("#")]) == 2, heads


def outside_of_code(markdown: str) -> list[str]:
    fence, lines = "", []
    for line in markdown.split("\n"):
        if fence:
            fence = "" if line == fence else fence
        elif opening := re.match("`{3,}", line):
            fence = opening[0]
        else:
            lines.append(line)
    return lines


@pytest.mark.parametrize("text", HOSTILE)
def test_no_terminal_obeys_what_was_said_and_nobody_passes_for_another(text: str) -> None:
    told = writer_for("text")(text, everywhere(text))
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]", told)
    # The title, one message, one Run: all else is indented.
    assert len([line for line in told.splitlines() if line and line[0] != " "]) == 3


def test_who_said_what_when() -> None:
    told = writer_for("text")("room", [entry("one\ntwo"), entry("yes", who="ai", role="assistant")])
    assert told == (
        "room\n\nann (user), 2023-11-14 22:13 UTC:\n  one\n  two\n\n"
        "ai (user), 2023-11-14 22:13 UTC:\n  yes\n"
    )


def test_all_that_is_told_in_each_form() -> None:
    blocks = (
        Block("text", "Sent to **you**."),
        Block("tool", '{"sum": 5}', "send_mail (done)"),
        Block(DECISION, "sum: 5 → 3", "Approved with changed arguments by omar (operator)"),
        Block(DECISION, "", "Answered by demo-agent (agent)"),
    )
    said = Entry("m", "assistant", Author("demo-agent", "agent"), 1_700_000_000_000, blocks)
    pieces: list[Piece] = [said, RunLine("r", "The Run for ann failed with 50000: no_way")]
    assert writer_for("text")("room", pieces) == (
        "room\n\ndemo-agent (agent), 2023-11-14 22:13 UTC:\n  Sent to **you**.\n"
        '  [send_mail (done)] {"sum": 5}\n'
        "  [Approved with changed arguments by omar (operator)]\n  sum: 5 → 3\n"
        "  [Answered by demo-agent (agent)]\n\n"
        "-- The Run for ann failed with 50000: no_way\n"
    )
    assert writer_for("md")("demo:room-1", pieces) == (
        "# demo:room-1\n\n## demo-agent (agent), 2023-11-14 22:13 UTC\n\n> Sent to **you**.\n\n"
        '**send\\_mail (done)**\n\n```\n{"sum": 5}\n```\n\n'
        "**Approved with changed arguments by omar (operator)**\n\n```\nsum: 5 → 3\n```\n\n"
        "**Answered by demo-agent (agent)**\n\n"
        "*The Run for ann failed with 50000: no\\_way*\n"
    )
    page = as_fragment("room", pieces)
    assert '<p dir="auto">Sent to <strong>you</strong>.</p>' in page
    assert '<p class="run" dir="auto">The Run for ann failed with 50000: no_way</p>' in page
    assert '<pre dir="auto">sum: 5 → 3</pre>' in page
    assert "mathjax_ignore" in page


def test_a_page_loads_nothing_and_knows_the_dark() -> None:
    assert not re.search(r"url\(|@import|https?:", STYLES)
    assert "prefers-color-scheme: dark" in STYLES
    # A rule is for the transcript alone, as it may stand in a notebook's own page.
    rules = re.findall(r"^\s*([^{}@]+)\{", STYLES, re.MULTILINE)
    assert rules
    assert all(
        selector.strip().startswith(".ait-transcript")
        for rule in rules
        for selector in rule.split(",")
    )


def test_what_is_long_is_clipped() -> None:
    line = RunLine("r", "z" * 10)
    [short, kept] = clipped([entry("x" * 10, "y"), line], 5)
    assert isinstance(short, Entry)
    assert [block.text for block in short.blocks] == ["xxxxx…", "y"]
    assert kept is line


@pytest.mark.parametrize("format", ["pdf", None, 5])
def test_a_format_that_does_not_exist_is_refused(format: Any) -> None:
    with pytest.raises(RequestError, match=", ".join(FORMATS)):
        writer_for(format)
