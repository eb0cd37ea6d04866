"""Looking at all that is on a page: what it does meanwhile, and what it is made of."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Locator, Page

_SCRIPT = Path(__file__).with_name("exploring.js").read_text("utf-8")
# How long the page takes to draw once, in ms.
_DRAWS = """async () => {
  const begun = performance.now();
  await new Promise(requestAnimationFrame);
  await new Promise((done) => setTimeout(done));
  return performance.now() - begun;
}"""
_ALL_DRAWN = 1000


class Watch:
    """What a page does, from now on, that nothing which it shows may make it do."""

    def __init__(self, page: Page, *hosts: str) -> None:
        self.page = page
        self.done: list[str] = []
        self._hosts = set(hosts)
        page.on("dialog", lambda dialog: self._did(f"a dialog: {dialog.message[:80]}"))
        page.on("popup", lambda popup: self._did(f"a window: {popup.url[:80]}"))
        page.on("download", lambda download: self._did(f"a download: {download.url[:80]}"))
        page.on("pageerror", lambda error: self._did(f"an error: {error}"))
        page.on("request", lambda request: self._asked(request.url))
        page.on("websocket", lambda socket: self._asked(socket.url))
        page.on("crash", lambda _: self._did("a crash"))

    def check(self) -> None:
        """Raise if it did something, or something in it was executed."""
        for frame in self.page.frames:
            assert frame.evaluate("window.harmed") is None, "something was executed"
        _check(self.done)
        # Of some, as the machine may be busy with something else.
        assert min(self.page.evaluate(_DRAWS) for _ in range(5)) < _ALL_DRAWN, "it stands still"

    def _did(self, what: str) -> None:
        self.done.append(what)

    def _asked(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.netloc not in self._hosts:
            self._did(f"a request: {url[:80]}")


def explore(root: Locator, scrollers: str = "") -> int:
    """Open and look at all that there is below an element; returns how much could be opened.

    Raise if anything in it is alive, leads astray, or does not fit.
    """
    told = _ask(root, "explore", scrollers)
    _check(told["problems"])
    opened: int = told["opened"]
    return opened


def inspect(root: Locator) -> None:
    """Look at what is there without opening more; raise as `explore` does."""
    _check(_ask(root, "inspect", None))


def _check(problems: list[str]) -> None:
    assert not problems, "\n".join(problems)


def _ask(root: Locator, function: str, argument: str | None) -> Any:
    call = f"(root, argument) => {{ {_SCRIPT}; return {function}(root, argument); }}"
    return root.evaluate(call, argument)
