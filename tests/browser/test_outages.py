"""Networks that go away and come back: afterwards a console shows what history has."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from anyio.from_thread import BlockingPortal
from playwright.sync_api import Page, expect

from tests.browser.jupyter import JupyterLab, Notebook
from tests.browser.outages import (
    Site,
    expect_away,
    expect_whole,
    live_through,
    relayed,
    site,
)
from tests.browser.people import Demo, People
from tests.browser.waiting import PATIENCE

# Seconds; the cut is the longest that is worth waiting for at each change.
SHORT = {"cut": 5.0, "mute": 2.0, "offline": 2.0, "restart": 1.0}
# A token lives for 5 s, so that it does not last through the outage.
OPENING = """import aitransport_notebook as ait
connection = ait.connect(
    key={key!r}, endpoint="127.0.0.1", port={port}, tls=False, client_id="omar", role="operator"
)
console = ait.Console({session!r}, token_life=5)
console"""


@pytest.fixture(scope="module", name="site")
def _site(portal: BlockingPortal, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with site(portal, tmp_path_factory.mktemp("hub")) as built:
        yield built


@pytest.mark.parametrize("kind", SHORT)
def test_what_was_said_meanwhile_is_shown_once(kind: str, site: Site, page: Page) -> None:
    live_through(kind, SHORT[kind], site, page)


def test_in_a_notebook_it_comes_back_with_a_token_of_its_kernel(
    lab: JupyterLab, demo: Demo, people: People, page: Page, portal: BlockingPortal
) -> None:
    session = "talk:network"
    hub = lab.start_hub()
    with relayed(hub, portal) as relay:
        notebook = Notebook(page)
        opening = OPENING.format(key=hub.key, port=relay.port, session=session)
        notebook.open(lab.write("network.ipynb", [opening])).run_all()
        console = notebook.console().is_live()
        ann = people.customer(session)
        run = ann.say("count 100")
        console.says(" 4 5 6 ")
        portal.call(relay.shut)
        expect_away(console)
        # Longer than the life of the token that it had.
        page.wait_for_timeout(6000)
        portal.call(relay.open)
        console.is_live()
        notebook.do("docmanager:save")
        portal.call(relay.shut)
        page.reload(wait_until="domcontentloaded")
        notebook.ready()
        expect(console.root.get_by_text("cannot be reached")).to_be_visible(timeout=PATIENCE)
        portal.call(relay.open)
        console.is_live()
        assert ann.wait(run) == "complete"
        expect_whole(console, people, session, 100)
        network = ("Failed to load resource", "WebSocket connection", f":{relay.port}/")
        assert not [
            each for each in notebook.complaints if not any(said in each for said in network)
        ]
