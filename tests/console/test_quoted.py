"""What was said in Markdown stays Markdown in a quote, and harms nobody whoever renders it."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from random import Random
from urllib.parse import unquote

import pytest
from nbconvert.filters.markdown_mistune import markdown2html_mistune

from aitransport_notebook.console.prose import prose
from aitransport_notebook.console.quoted import fenced, literal, quoted
from tests.browser.hostile_content import HTML, MARKDOWN

# js/tests/components/quoted.test.ts holds the page's copy to the same.
CASES: list[list[str]] = json.loads(Path(__file__).with_name("quoted.json").read_text("utf-8"))
# Whatever opens, closes or spoils something in one renderer or another.
SHARDS = [
    *("<script>x</script>", "<img src=x>", "<b", "</blockquote>", "<!--", "-->", "<https://evil>"),
    *("![", "[", "](", "]:", "](javascript:x)", "](<x>)", ")", "[^1]:", "[x]: /y"),
    *("`", "``", "```", "````", "~~~", "```html", "``` `", "> ", "- ", "1. ", "    ", "\t", "  "),
    *("$", "$$", "\\", "\\\\", "\\[", "\\]", "\\\\[", "\\\\]", "\\(", "\\begin{a}", "\\end{a}"),
    *("|", "|---|", "# ", "---", "*", "**", "&lt;", "&#60;", "\n", "\n", "\n\n", "text", "\u2028"),
]
DRAWN = {
    *("blockquote", "p", "pre", "code", "strong", "em", "del", "ul", "ol", "li", "hr", "br"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td", "span"),
    *("div", "input", "a"),
}


class Tags(HTMLParser):
    """The elements of a page, their attributes, and all of its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""
        # Where links lead, and what they show.
        self.links: list[list[str]] = []
        # What stands outside of quotes.
        self.outside = ""
        self._depth = 0
        self._is_link = False
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes.update(name for name, _ in attrs)
        self._depth += tag == "blockquote"
        if tag == "a":
            self.links.append([dict(attrs).get("href") or "", ""])
            self._is_link = True

    def handle_endtag(self, tag: str) -> None:
        self._depth -= tag == "blockquote"
        self._is_link = self._is_link and tag != "a"

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._is_link:
            self.links[-1][1] += data
        if self._depth == 0:
            self.outside += data


def is_harmless(tags: Tags) -> bool:
    """Tell whether a page is text, but for addresses that show where they lead.

    Jupyter also puts an anchor at each heading.
    """
    return tags.names <= DRAWN and all(
        href.startswith("#") or (re.match("https?://", href) and unquote(href) == unquote(shown))
        for href, shown in tags.links
    )


def rendered(text: str) -> Tags:
    """Return what Jupyter makes of a quote: it lets HTML through."""
    return Tags(markdown2html_mistune(quoted(text)))


def some_harm(seed: int) -> str:
    chance = Random(seed)
    return "".join(chance.choice(SHARDS) for _ in range(chance.randrange(1, 24)))


@pytest.mark.parametrize(("said", "quote"), CASES)
def test_a_quote_is_as_it_is_written_down(said: str, quote: str) -> None:
    assert quoted(said) == quote


def test_the_renderer_of_these_tests_lets_harm_through() -> None:
    tags = Tags(markdown2html_mistune(f"{HTML}\n\n![x](https://evil.example)"))
    assert {"img", "script", "iframe"} <= tags.names


@pytest.mark.parametrize("text", [HTML, *MARKDOWN.split("\n\n")[:12]])
def test_nothing_that_means_harm_is_alive(text: str) -> None:
    tags = rendered(text)
    assert is_harmless(tags)
    assert not tags.outside.strip()


def test_no_mixture_of_what_means_harm_is_alive() -> None:
    for seed in range(6000):
        text = some_harm(seed)
        tags = rendered(text)
        assert is_harmless(tags), (seed, text, quoted(text))
        assert not tags.outside.strip(), (seed, text, quoted(text))


def test_every_line_is_quoted() -> None:
    for seed in range(500):
        assert all(re.match(r">( |$)", line) for line in quoted(some_harm(seed)).split("\n"))


def test_what_is_markdown_stays_markdown() -> None:
    table = "| Day | Cost |\n|---|---|\n| 1 | `5 < 6` |"
    said = f"# Trip\n\n{table}\n\nA list:\n\n- **one**\n- *two*\n\n```py\na < b\n```"
    tags = rendered(said)
    assert "> | Day | Cost |\n> |---|---|\n> | 1 | `5 < 6` |" in quoted(said)
    assert {"h1", "ul", "li", "strong", "em", "pre", "code"} <= tags.names
    assert "a < b" in tags.text
    assert "5 < 6" in tags.text
    assert "demo-agent, 2026-11-26 (1.5)!" in quoted("demo-agent, 2026-11-26 (1.5)!")


def test_a_link_shows_where_it_leads_and_an_image_is_not_loaded() -> None:
    tags = rendered("[bank](https://evil.example/a) and ![pixel](https://evil.example/b.png)")
    assert "img" not in tags.names
    assert is_harmless(tags)
    assert "[bank](https://evil.example/a) and ![pixel](https://evil.example/b.png)" in tags.text


def test_what_stands_outside_of_quotes_is_literal() -> None:
    for seed in range(2000):
        text = some_harm(seed)
        page = f"## {literal(text)}\n\n{fenced(text)}\n\n*{literal(f'a{text}a')}*\n"
        tags = Tags(markdown2html_mistune(page))
        assert tags.names <= {"h2", "pre", "code", "span", "div", "p", "em", "a"}, (seed, text)
        # The one link is the anchor that Jupyter puts at a heading.
        assert tags.attributes <= {"id", "class", "href"}, (seed, text)


@pytest.mark.parametrize("text", [HTML, MARKDOWN, *map(some_harm, range(300))])
def test_only_tags_of_ours_are_in_prose(text: str) -> None:
    tags = Tags(prose(text))
    assert tags.names <= {"p", "pre", "code", "strong", "em", "ul", "ol", "li"}
    assert tags.attributes <= {"dir", "start"}


def test_prose_reads_well() -> None:
    said = (
        "Some **help** with *this*,\nand `<that>`:\n\n## A plan\n- one\n- two & `x`\n"
        "3. three\n```js\na < b\n```\n| a | b |\n|---|---|\nsnake_case * 2 * 3"
    )
    assert prose(said) == (
        '<p dir="auto">Some <strong>help</strong> with <em>this</em>,\n'
        "and <code>&lt;that&gt;</code>:</p>\n"
        '<p dir="auto"><strong>A plan</strong></p>\n'
        '<ul dir="auto"><li>one</li><li>two &amp; <code>x</code></li></ul>\n'
        '<ol dir="auto" start="3"><li>three</li></ol>\n'
        '<pre dir="auto">a &lt; b</pre>\n'
        '<pre dir="auto">| a | b |\n|---|---|</pre>\n'
        '<p dir="auto">snake_case * 2 * 3</p>'
    )


@pytest.mark.parametrize(
    "text", ["`" * 5001, "*" * 5000 + "a", "[" * 5000, "- " * 5000, "```\n" * 4000]
)
def test_long_nonsense_takes_no_time(text: str) -> None:
    # What backtracks takes minutes.
    assert quoted(text)
    assert prose(text)
