"""What is read out of messages of any codec, and how it is shown where no frontend runs."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import pytest

from aitransport_notebook.codec.contract import CodecMessage
from aitransport_notebook.codec.uimessage import UIMessageCodec
from aitransport_notebook.console.reading import Block, Entry, entries_of
from aitransport_notebook.console.transcript import FORMATS, STYLES, as_html, clipped, writer_for
from aitransport_notebook.errors import RequestError
from aitransport_notebook.runs.authors import Author
from aitransport_notebook.tree.tree import Tree

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
    "# a heading\n- a list\n1. another\n> a quote\n| a | table |\n|---|---|",
    "$\\href{javascript:alert(1)}{x}$",
    "\x1b]8;;https://evil.example\x07click\x1b]8;;\x07 \x1b[2J\x9b2J",
    "\u202egnp.exe\u2066",
]


def entry(*texts: str, who: str = "ann", role: str = "user") -> Entry:
    blocks = tuple(Block("text", text) for text in texts)
    return Entry("m1", role, Author(who, "user"), 1_700_000_000_000, blocks)


def harmless(text: str) -> str:
    """Return what is to be seen of a text: all but what a terminal would obey."""
    return re.sub(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2066\u202e]", "\ufffd", text).rstrip()


def read(message: Any) -> list[tuple[str, str]]:
    [found] = entries_of(Tree(UIMessageCodec()), [CodecMessage("m1", message)])
    return [(block.title, block.text) for block in found.blocks]


def test_messages_of_the_ai_sdk() -> None:
    parts = [
        {"type": "step-start"},
        {"type": "reasoning", "text": "hm"},
        {"type": "text", "text": "hello"},
        {"type": "tool-look", "toolCallId": "c", "state": "output-available", "input": {"a": 1},
         "output": "found"},
        {"type": "dynamic-tool", "toolName": "fax", "state": "output-error", "errorText": "no"},
        {"type": "file", "mediaType": "image/png", "url": "data:image/png;base64,AAAA"},
        {"type": "source-url", "title": "A page", "url": "https://example.com"},
        {"type": "data-weather", "data": {"celsius": 21}},
        {"type": "other", "x": 1},
        None,
    ]  # fmt: skip
    assert read({"role": "assistant", "parts": parts}) == [
        ("", "hm"),
        ("", "hello"),
        ("look (output-available)", '{\n  "a": 1\n}\n→ found'),
        ("fax (output-error)", "null\n→ error: no"),
        ("file image/png", "data:image/png;base64,…"),
        ("source A page", "https://example.com"),
        ("data-weather", '{\n  "celsius": 21\n}'),
        ("other", '{\n  "type": "other",\n  "x": 1\n}'),
        ("part", "null"),
    ]


def test_messages_of_openai() -> None:
    items = [
        {"type": "reasoning", "summary": [{"type": "summary_text", "text": "hm"}]},
        {"type": "message", "content": [{"type": "output_text", "text": "hello"}]},
        {"type": "message", "content": [{"type": "refusal", "refusal": "no"}]},
        {"type": "function_call", "name": "look", "arguments": '{"a":1}'},
        {"type": "function_call_output", "output": "found"},
        {"type": "new", "x": 1},
    ]
    assert read({"role": "assistant", "items": items}) == [
        ("", "hm"),
        ("", "hello"),
        ("", "no"),
        ("look (call)", '{"a":1}'),
        ("output", "found"),
        ("new", '{\n  "type": "new",\n  "x": 1\n}'),
    ]


@pytest.mark.parametrize(
    "message", [None, 5, "text", [], {}, {"parts": 5}, {"items": [5, None]}, {"text": None}]
)
def test_what_is_no_message_of_ours_is_shown_as_it_is(message: Any) -> None:
    assert all(isinstance(text, str) for _, text in read(message))


def test_a_text_is_a_text() -> None:
    assert read({"role": "user", "text": "hello"}) == [("", "hello")]


class Tags(HTMLParser):
    """The elements of a page, and the texts in its paragraphs."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: set[str] = set()
        self.texts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes.update(name for name, _ in attrs)
        if tag == "p":
            self.texts.append("")

    def handle_data(self, data: str) -> None:
        if self.texts:
            self.texts[-1] += data


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_that_was_said_is_alive_in_a_page(text: str) -> None:
    page = as_html(text, [entry(text, who=text, role=text)])
    tags = Tags(page)
    assert tags.names <= {
        *("html", "head", "meta", "title", "body", "style", "section", "article", "h4", "p"),
    }
    assert tags.attributes <= {
        *("lang", "charset", "http-equiv", "content", "name", "style", "class", "dir"),
    }
    assert "default-src 'none'" in page
    assert tags.texts[0].rstrip() == harmless(text)


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_that_was_said_is_markup_in_markdown(text: str) -> None:
    said = writer_for("md")("room", [entry(text, who=text)]).split("\n\n", 2)[2]
    # Whatever could mean something has a backslash before it.
    bare = re.sub(r"\\[!-/:-@\[-`{-~]", "", said)
    assert not re.search(r"[\\`*_{}\[\]<>()#+\-.!|~&:@^=$]", bare.replace("\\\n", "\n"))
    assert not re.search(r"^( {4}|\t)", said, re.MULTILINE)
    unescaped = re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", said.replace("\\\n", "\n"))
    assert unescaped.replace("\u00a0", " ").rstrip() == harmless(text)


@pytest.mark.parametrize("text", HOSTILE)
def test_no_terminal_obeys_what_was_said(text: str) -> None:
    told = writer_for("text")("room", [entry(text, who=text)])
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", told)


def test_who_said_what_when() -> None:
    told = writer_for("text")("room", [entry("one\ntwo"), entry("yes", who="ai", role="assistant")])
    assert told == (
        "room\n\nann (user), 2023-11-14 22:13 UTC:\n  one\n  two\n\n"
        "ai (user), 2023-11-14 22:13 UTC:\n  yes\n"
    )


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
    [short] = clipped([entry("x" * 10, "y")], 5)
    assert [block.text for block in short.blocks] == ["xxxxx…", "y"]


@pytest.mark.parametrize("format", ["pdf", None, 5])
def test_a_format_that_does_not_exist_is_refused(format: Any) -> None:
    with pytest.raises(RequestError, match=", ".join(FORMATS)):
        writer_for(format)
