"""What a console lives through: python -m tests.browser.outages --seconds 30 150 180

The network is cut, falls silent or is said to be offline in the middle of a reply, or the hub is
killed and started again. Afterwards the console shows what history has, each word once. The tests
run the short ones; from 2 minutes on the hub has forgotten the connection.
"""

from __future__ import annotations

import argparse
import logging
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from anyio.from_thread import BlockingPortal, start_blocking_portal
from playwright.sync_api import Browser, BrowserContext, Error, Locator, Page, expect

from aitransport_notebook.agents.demo.worker import demo_worker
from tests.browser.console import Console
from tests.browser.pages import console_page
from tests.browser.people import People
from tests.browser.waiting import PATIENCE
from tests.interop.drivers import Where
from tests.support.chromium import chromium
from tests.support.hub_process import HubProcess
from tests.support.relay import Relay

KINDS = ("cut", "mute", "offline", "restart", "crash")
# How long a console may take to notice that it hears nothing any more, in ms: servers say something
# every 15 s, and 10 s more are waited for.
NOTICING = 35_000
# How soon it must be back once the network is, in ms.
RETURNING = 15_000
# How many numbers the demo agent counts in a second.
PER_SECOND = 10
LONGEST_COUNT = 1000
# Seconds that a reply lasts longer than the outage in the middle of it.
SPARE = 3.0


@dataclass(frozen=True)
class Outage:
    """Something that takes the network away, and gives it back."""

    begin: Callable[[], object]
    end: Callable[[], object]
    # Whether the browser is told at once.
    shows: bool = True


@dataclass(frozen=True)
class Passage:
    """How a console lived through an outage."""

    kind: str
    seconds: float
    # Seconds from when the network was back.
    live_after: float

    def __str__(self) -> str:
        return f"{self.kind} for {self.seconds:.0f} s: live again after {self.live_after:.1f} s"


class Site:
    """A hub, a relay before it for the browser, and the demo agent at the hub itself."""

    def __init__(self, hub: HubProcess, relay: Relay, portal: BlockingPortal) -> None:
        self.hub, self.relay, self.portal = hub, relay, portal
        self.people = People(hub, portal)

    def console(self, page: Page, session: str) -> Console:
        """Open a session on the hub's page, by way of the relay."""
        omar = self.people.connection("omar", "operator")
        return console_page(page, omar, session, port=self.relay.port)

    def outage(self, kind: str, context: BrowserContext) -> Outage:
        relay, loop = self.relay, self.portal.call
        return {
            "cut": Outage(lambda: loop(relay.shut), lambda: loop(relay.open)),
            "mute": Outage(lambda: loop(relay.mute), lambda: loop(relay.cut), shows=False),
            "offline": Outage(
                lambda: context.set_offline(True), lambda: context.set_offline(False)
            ),
            "restart": Outage(self.hub.kill, self.hub.start),
            # The hub takes what is said, and dies before anyone hears of that.
            "crash": Outage(lambda: loop(relay.mute), self._crash, shows=False),
        }[kind]

    def _crash(self) -> None:
        self.hub.kill()
        self.portal.call(self.relay.cut)
        self.hub.start()


@contextmanager
def relayed(hub: Where, portal: BlockingPortal) -> Iterator[Relay]:
    """Put a relay before a hub."""
    relay = Relay(hub.host, hub.port)
    portal.call(relay.start)
    yield relay
    portal.call(relay.close)


@contextmanager
def site(portal: BlockingPortal, folder: Path, pace: float = 1.0) -> Iterator[Site]:
    """Build a site; with another pace, the demo agent speaks so many times slower."""
    with HubProcess(data=folder) as hub, relayed(hub, portal) as relay:
        worker = demo_worker(
            "talk:*", pace=pace, connection=hub.connection("demo-agent", role="agent")
        )
        made = Site(hub, relay, portal)
        with portal.wrap_async_context_manager(worker):
            portal.start_task_soon(worker.run)
            portal.call(worker.ready)
            yield made
            made.people.leave()


def live_through(kind: str, seconds: float, site: Site, page: Page, pace: float = 1.0) -> Passage:
    """Have an outage in the middle of a reply; raise if anything is not as it must be."""
    session = f"talk:{kind}-{uuid4()}"
    outage = site.outage(kind, page.context)
    ann = site.people.customer(session)
    last = min(LONGEST_COUNT, int((seconds + SPARE) * PER_SECOND / pace))
    run = ann.say(f"count {last}")
    console = site.console(page, session)
    console.says(" 4 5 6 ")
    outage.begin()
    began = time.monotonic()
    words = f"said while the network was away: {kind}"
    _try_to_say(console, words, outage)
    page.wait_for_timeout(max(0.0, 1000 * (seconds - (time.monotonic() - began))))
    if outage.shows or seconds > NOTICING / 1000:
        expect_away(console)
        if not outage.shows:
            _expect_told(console)
    outage.end()
    back = time.monotonic()
    standing = console.root.locator(".ait-standing-words")
    expect(standing).to_have_text(re.compile("Live|behind"), timeout=RETURNING)
    live_after = time.monotonic() - back
    assert ann.wait(run) == "complete"
    console.says(f" {last}")
    _say_after_all(console, words)
    expect_whole(console, site.people, session, last, words)
    page.reload()
    expect_whole(console.is_live(), site.people, session, last, words)
    return Passage(kind, seconds, live_after)


def expect_away(console: Console) -> None:
    """Wait until it says that it is not connected."""
    standing = console.root.locator(".ait-standing-words")
    expect(standing).to_contain_text("Away", timeout=NOTICING)


def _try_to_say(console: Console, words: str, outage: Outage) -> None:
    """Write and press Enter: where it is known that nobody hears it, the words stay."""
    console.field.fill(words)
    if not outage.shows:
        console.choose("New message")
        console.field.press("Enter")
        return
    expect_away(console)
    expect(console.root.locator(".ait-composer-note")).to_contain_text("nothing would be sent")
    console.field.press("Enter")
    expect(console.field).to_have_value(words)


def _expect_told(console: Console) -> None:
    """Wait until it says what becomes of the words, and nothing bad of an agent not heard."""
    note = console.root.locator(".ait-composer-note").filter(has_text="go out once it is back")
    expect(note.or_(_given_up(console)).first).to_be_visible()
    expect(console.root.locator(".ait-run").last).not_to_contain_text(re.compile("Stalled|Crashed"))


def _say_after_all(console: Console, words: str) -> None:
    """Send what is still in the field, if anything is: what was on its way goes by itself."""
    expect(console.root.get_by_role("button", name="Sending")).to_be_hidden(timeout=PATIENCE)
    if (
        _given_up(console).is_visible()
        and console.messages.get_by_text(words, exact=True).is_visible()
    ):
        console.field.fill("")
    if console.field.input_value() == words:
        # They were for the Run that is over by now: they are to be something new.
        console.root.locator(".ait-segments").get_by_role("button", name="New message").click()
        console.field.press("Enter")
    expect(console.field).to_have_value("", timeout=PATIENCE)
    console.says(f"You said: “{words}”")


def _given_up(console: Console) -> Locator:
    """What says that words were on their way for too long."""
    return console.root.get_by_role("alert").filter(has_text="may have it all the same")


def expect_whole(
    console: Console, people: People, session: str, last: int, words: str | None = None
) -> None:
    """Wait until a console shows what history has, with all that was counted, and words once."""
    expect(console.root.locator(".ait-run").last).to_contain_text("Complete", timeout=PATIENCE)
    said = console.said()
    assert said == people.history(session)
    counted = " ".join(str(number) for number in range(1, last + 1))
    assert [text.endswith(counted) for text in said].count(True) == 1
    if words is not None:
        assert said.count(words) == 1


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, nargs="+", default=[30, 150, 180])
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=list(KINDS))
    given = parser.parse_args(arguments)
    logging.basicConfig(level=logging.CRITICAL)
    failed = 0
    with chromium() as browser, start_blocking_portal() as portal:
        for seconds in given.seconds:
            for kind in given.kinds:
                failed += not _is_lived_through(kind, seconds, browser, portal)
    return int(failed > 0)


def _is_lived_through(kind: str, seconds: float, browser: Browser, portal: BlockingPortal) -> bool:
    # The longest reply is to outlast the outage.
    pace = max(1.0, (seconds + SPARE) * PER_SECOND / LONGEST_COUNT)
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    with tempfile.TemporaryDirectory() as folder, site(portal, Path(folder), pace) as built:
        try:
            verdict = str(live_through(kind, seconds, built, context.new_page(), pace))
        except (AssertionError, Error) as failure:
            verdict = f"{kind} for {seconds:.0f} s: FAILED: {failure}"
        context.close()
    sys.stdout.write(f"{verdict}\n")
    sys.stdout.flush()
    return "FAILED" not in verdict


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
