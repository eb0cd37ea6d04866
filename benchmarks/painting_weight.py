"""What a Console weighs: its scripts, an hour of tokens, and all messages of a long session."""

from __future__ import annotations

import gzip

from aitransport_notebook.console.frontend import read_frontend
from benchmarks.figure import Figure, Plan, Target
from benchmarks.painting_pages import ABLY, ConsoleScreen, Screen, Studio
from benchmarks.painting_session import Agent, fill

# An hour of ten tokens a second, in answers of a minute each.
ANSWERS, TOKENS = 60, 600
_SCROLL = """async () => {
  const scroller = document.querySelector('.ait .ait-scroll');
  for (let frame = 0; frame < 120; frame += 1) {
    await new Promise(requestAnimationFrame);
    scroller.scrollTop -= 150;
  }
}"""


def bundle(studio: Studio, plan: Plan) -> list[Figure]:
    """Weigh what a notebook is sent once."""
    parts = [gzip.compress(part.encode()) for part in read_frontend()]
    return [
        Figure(
            "bundle",
            "the script and the styles of a Console, gzipped",
            "kB",
            [sum(map(len, parts)) / 1000],
            [len(gzip.compress(ABLY.read_bytes())) / 1000],
            "ably-js alone, minified by its makers, gzipped",
            Target("value", "at most", 300),
        )
    ]


def hour(studio: Studio, plan: Plan) -> list[Figure]:
    """Have an hour of tokens said as fast as it goes, and see what is kept of it."""
    answers, tokens = plan.pick((ANSWERS, TOKENS), (2, 20))
    said = answers * tokens
    with Agent(studio.hub, "hour") as agent:
        with studio.console("hour") as screen:
            grown, nodes = _grown(screen, agent, answers, tokens)
        with studio.bare() as page:
            page.join("hour")
            bare, bare_nodes = _grown(page, agent, answers, tokens)
    stamp = len("1795185759000.00 ")
    return [
        Figure(
            "hour",
            f"what the page's scripts keep of a token, after {said:,} in {answers} answers",
            "B",
            [grown / said],
            [stamp],
            "the text of a token itself",
            Target("value", "at most", 200),
            details={
                "MB_in_all": grown / 1e6,
                "kB_for_an_answer": grown / answers / 1000,
                "nodes": nodes,
                "B_on_the_bare_page": bare / said,
                "nodes_on_the_bare_page": bare_nodes,
            },
        )
    ]


def long(studio: Studio, plan: Plan) -> list[Figure]:
    """Load all of a long session, search it, and scroll in it."""
    messages, repetitions = plan.pick((5_000, 3), (200, 1))
    fill(studio.hub, "old", messages)
    loads, searches, scrolls, bare = [], [], [], []
    for _ in range(repetitions):
        with studio.console("old") as screen:
            loads.append(screen.load_all())
            searches.append(_search(screen))
            scrolls.append(screen.frames_while(_SCROLL).in_time)
        with studio.bare() as page:
            bare.append(page.read("old"))
    return [
        Figure(
            "load-all",
            f"all of {messages:,} messages are loaded, and drawn as they come",
            "s",
            loads,
            bare,
            "a bare page that reads the same history with ably-js, and does nothing with it",
            Target("ratio", "at most", 5),
            details={
                "search_that_finds_nothing_ms": max(searches),
                "frames_in_time_while_scrolling_%": min(scrolls),
            },
        )
    ]


def _grown(screen: Screen, agent: Agent, answers: int, tokens: int) -> tuple[float, int]:
    before = screen.heap()
    for _ in range(answers):
        screen.shows(f"{agent.say(tokens, None):.2f}")
    screen.page.wait_for_timeout(1_000)
    return screen.heap() - before, screen.nodes()


def _search(screen: ConsoleScreen) -> float:
    """Search for what nobody has said; returns the ms until that shows."""
    with screen.searching():
        field = screen.console.root.get_by_label("Words to find")
        began: float = screen.page.evaluate("painting.now()")
        field.fill("nobody has said this")
        found: float = screen.page.evaluate("painting.until('.ait-search', '0 matches')")
    return found - began
