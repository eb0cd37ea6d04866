"""Joining: from running a cell to the newest words on screen, and again with a second Console."""

from __future__ import annotations

from base64 import b64decode
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from benchmarks.figure import Figure, Plan, Target
from benchmarks.painting_pages import ConsoleScreen, Studio
from benchmarks.painting_session import TOKENS, fill

BARE = "a bare page that is open, from connecting with ably-js to the newest words on screen"
LONGEST = 1_000
# Of a cell that is run: what the page does, and when it shows the words.
_RUN = """async ([cell, words]) => {
  const { commands, shell } = window.jupyterapp;
  shell.currentWidget.content.activeCellIndex = cell;
  const shown = painting.until('.ait [role=feed]', words);
  const began = painting.now();
  commands.execute('notebook:run-cell');
  return [began, await shown];
}"""
_JOIN = """async ([order, words]) => {
  const shown = painting.until('#texts', words);
  const began = painting.now();
  join(order);
  return (await shown) - began;
}"""
_CLEAR = "window.jupyterapp.commands.execute('notebook:clear-all-cell-outputs')"
# What marks in a frame that something has come, in the order in which it does.
FROM_KERNEL = {"kernel": '"_esm"', "token": '"kind": "token"'}
FROM_HUB = {"connected": '"action":4', "attached": '"action":11'}


@dataclass(frozen=True)
class Joined:
    """What one Console took, in ms and bytes; `parts` are times since the cell was run."""

    ms: float
    parts: Mapping[str, float]
    sent: float
    heap: float


class Network:
    """What a page has sent and heard, by the browser's own account of it."""

    def __init__(self, screen: ConsoleScreen, port: int) -> None:
        self._address = f":{port}/"
        self._hub: set[str] = set()
        self._urls: dict[str, str] = {}
        self._marks: dict[str, float] = {}
        self._offset = 0.0
        self.from_kernel = 0
        devtools = screen.page.context.new_cdp_session(screen.page)
        devtools.on("Network.requestWillBeSent", self._asked)
        devtools.on("Network.loadingFinished", self._loaded)
        devtools.on("Network.webSocketCreated", self._opened)
        devtools.on("Network.webSocketFrameReceived", self._heard)
        devtools.send("Network.enable")

    def begin(self) -> None:
        self._marks.clear()
        self.from_kernel = 0

    def parts(self, began: float) -> dict[str, float]:
        """Return how long after a time, in ms since 1970, each thing had come."""
        return {name: (at + self._offset) * 1000 - began for name, at in self._marks.items()}

    def _asked(self, event: Mapping[str, Any]) -> None:
        self._offset = event["wallTime"] - event["timestamp"]
        url = event["request"]["url"]
        self._urls[event["requestId"]] = url
        if url.startswith("blob:"):
            self._mark("script", event)
        elif self._address in url:
            self._mark("opened", event)

    def _loaded(self, event: Mapping[str, Any]) -> None:
        url = self._urls.get(event["requestId"], "")
        if self._address in url and "/messages?" in url:
            self._mark("history", event)

    def _opened(self, event: Mapping[str, Any]) -> None:
        if self._address in event["url"]:
            self._hub.add(event["requestId"])

    def _heard(self, event: Mapping[str, Any]) -> None:
        response = event["response"]
        text = response["payloadData"]
        if response["opcode"] == 2:
            text = b64decode(text).decode(errors="replace")
        is_hub = event["requestId"] in self._hub
        for name, sign in (FROM_HUB if is_hub else FROM_KERNEL).items():
            if sign in text[:1000] or (not is_hub and sign in text):
                self._mark(name, event)
        if not is_hub:
            self.from_kernel += len(text)

    def _mark(self, name: str, event: Mapping[str, Any]) -> None:
        self._marks.setdefault(name, event["timestamp"])


def join(studio: Studio, plan: Plan) -> list[Figure]:
    """Run a cell with a Console in a fresh kernel, and then one with another Console."""
    messages, repetitions = plan.pick((1_000, 5), (40, 1))
    words = [
        fill(studio.hub, name, messages, tokens)
        for name, tokens in (("first", TOKENS), ("second", TOKENS + 1))
    ]
    screen = ConsoleScreen(studio.notebook("first", "second = ait.Console('second')\nsecond"))
    network = Network(screen, studio.hub.port)
    first, second, bare = [], [], []
    for _ in range(repetitions):
        _afresh(screen)
        first.append(_joined(screen, network, 0, words[0]))
        second.append(_joined(screen, network, 1, words[1]))
        bare.append(_bare(studio, words[0]))
    screen.close()
    return _figures(messages, first, second, bare)


def _afresh(screen: ConsoleScreen) -> None:
    screen.page.evaluate(_CLEAR)
    screen.notebook.restart_kernel()
    screen.notebook.ready()
    screen.page.wait_for_timeout(1_000)


def _joined(screen: ConsoleScreen, network: Network, cell: int, words: str) -> Joined:
    before = screen.heap()
    network.begin()
    began, shown = screen.page.evaluate(_RUN, [cell, words])
    screen.page.wait_for_timeout(1_000)
    parts = network.parts(began)
    return Joined(shown - began, parts, network.from_kernel, screen.heap() - before)


def _bare(studio: Studio, words: str) -> float:
    with studio.bare() as page:
        return float(page.page.evaluate(_JOIN, [page.order("first", 100), words]))


def _figures(
    messages: int, first: Sequence[Joined], second: Sequence[Joined], bare: Sequence[float]
) -> list[Figure]:
    return [
        Figure(
            "join",
            f"a cell with a Console is run in an open notebook with a fresh kernel, until the "
            f"newest of {messages:,} messages are on screen",
            "ms",
            [each.ms for each in first],
            bare,
            BARE,
            Target("value", "at most", LONGEST),
            details=_parts(first),
        ),
        Figure(
            "join-second",
            "the same for a second Console, of another session, in the same notebook",
            "ms",
            [each.ms for each in second],
            bare,
            BARE,
            Target("ratio", "at most", 1),
            base=[each.ms for each in first],
            base_is="the first one",
            details=_parts(second) | _costs(second, "") | _costs(first, "_of_the_first"),
        ),
    ]


def _parts(joined: Sequence[Joined]) -> dict[str, float]:
    """Return since when each thing was there: the median of each, in ms since the cell was run."""
    times: dict[str, list[float]] = defaultdict(list)
    for each in joined:
        for name, at in each.parts.items():
            times[name].append(at)
    return {f"{name}_ms": median(found) for name, found in times.items()}


def _costs(joined: Sequence[Joined], of: str) -> dict[str, float]:
    return {
        f"sent_kB{of}": median(each.sent for each in joined) / 1000,
        f"heap_MB{of}": median(each.heap for each in joined) / 1e6,
    }
