"""Where no secret is: not on the page, in the notebook, in an address, a log or an error.

A token is in the memory of the page alone, and in the frames and headers between it and the hub.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from uuid import uuid4

import pytest
from anyio.from_thread import BlockingPortal
from playwright.sync_api import Page, Request, WebSocket, expect

from aitransport_notebook.hub.launch.record import HubRecord, read_record
from tests.browser.conftest import Company
from tests.browser.console import Console
from tests.browser.jupyter import AS_OPERATOR, TOKEN, JupyterLab, Notebook
from tests.browser.people import Demo
from tests.browser.shut import Shut
from tests.browser.waiting import PATIENCE
from tests.hub.http.asking import first_frame

JWT = re.compile(r"eyJ[\w-]+\.eyJ[\w-]+\.[\w-]+")
TICKET = re.compile(r"ticket_[\w-]{20,}")
# The shortest life that a console's tokens may have, in seconds.
LIFE = 5
PRINTED = """print(console, connection, connection.options)
print({name: value for name, value in console.widget.get_state().items() if name[0] != "_"})"""
FAILING = "console.steer('nobody is at work')"
STATE_TOO = "@jupyter-widgets/jupyterlab-manager/plugin.jupyterlab-settings"


class Hub:
    """The hub of a Jupyter server's user, which says all that happens."""

    def __init__(self, home: Path) -> None:
        home.mkdir(exist_ok=True)
        self._home = home
        self.log = home.parent / "hub.log"
        self.start(0)

    def start(self, port: int) -> None:
        record = self._home / "hub.json"
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "aitransport_notebook.cli", "hub", "--verbose"),
                    *("--data", str(self._home / "data"), "--record", str(record)),
                    *("--port", str(port)),
                ],
                stdout=subprocess.DEVNULL,
                stderr=log,
            )
        self.record = self._recorded(record)

    def _recorded(self, file: Path) -> HubRecord:
        deadline = time.monotonic() + 30
        while (found := read_record(file)) is None or found.pid != self.process.pid:
            assert self.process.poll() is None and time.monotonic() < deadline
            time.sleep(0.05)
        return found

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


class Heard:
    """What a browser says and asks for while a page is open."""

    def __init__(self, page: Page) -> None:
        self.lines: list[str] = []
        self.addresses: list[str] = []
        # What the kernel and the hub told the page, which may have tokens in it.
        self.frames: list[str] = []
        page.on("console", lambda message: self.lines.append(f"{message.text} {message.location}"))
        page.on("pageerror", lambda error: self.lines.append(f"{error} {error.stack}"))
        page.on("request", self._asked)
        page.on("requestfailed", lambda request: self.lines.append(f"{request.failure}"))
        page.on("websocket", self._opened)

    def tokens(self) -> set[str]:
        return {found for frame in self.frames for found in JWT.findall(frame)}

    def tickets(self) -> set[str]:
        return {found for address in self.addresses for found in TICKET.findall(address)}

    def _asked(self, request: Request) -> None:
        self.addresses.append(request.url)

    def _opened(self, socket: WebSocket) -> None:
        self.addresses.append(socket.url)
        for event in ("framereceived", "framesent"):
            socket.on(event, self._told)

    def _told(self, frame: str | bytes) -> None:
        self.frames.append(frame if isinstance(frame, str) else frame.decode("utf-8", "replace"))


@pytest.fixture(scope="module")
def secretive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JupyterLab]:
    """A Jupyter server that saves the state of widgets in notebooks."""
    folder = tmp_path_factory.mktemp("secretive")
    settings = folder / "settings" / STATE_TOO
    settings.parent.mkdir(parents=True)
    settings.write_text('{"saveState": true}')
    with JupyterLab(folder) as lab:
        yield lab


@pytest.fixture
def hub(secretive: JupyterLab) -> Iterator[Hub]:
    running = Hub(secretive.home)
    yield running
    running.kill()


class Scene:
    """A console in a notebook, with all that may give its secrets away."""

    def __init__(self, lab: JupyterLab, hub: Hub, page: Page, portal: BlockingPortal) -> None:
        self.lab, self.hub, self.page, self.portal = lab, hub, page, portal
        self.heard = Heard(page)
        self.session = f"talk:{uuid4()}"
        self.file = f"{self.session.replace(':', '-')}.ipynb"
        self.notebook = Notebook(page)

    def open(self, way: str) -> Console:
        opening = f"import aitransport_notebook as ait\nconnection = {AS_OPERATOR}\n"
        opening += f"console = ait.Console({self.session!r}, token_life={LIFE})\nconsole"
        self.notebook.open(self.lab.write(self.file, [opening, PRINTED, FAILING]))
        self.notebook.run_all()
        console = self.notebook.console().is_live()
        expect(console.root.locator(".ait-standing-route")).to_have_text(way, timeout=PATIENCE)
        return console

    def until(self, is_so: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 60
        while not is_so():
            assert time.monotonic() < deadline, "it did not come to it: nothing would be found"
            self.page.wait_for_timeout(100)

    def save(self) -> None:
        self.notebook.do("docmanager:save")
        assert "widget-state+json" in self.saved(), "the state of widgets is not saved"

    def saved(self) -> str:
        return (self.lab.root / self.file).read_text()

    def check(self) -> None:
        """Raise if there is a secret in any place where it must not be."""
        page, heard = self.page, self.heard
        no_place_for_any = {
            "the HTML": "".join(frame.content() for frame in page.frames),
            "the storage of the tab": page.evaluate("JSON.stringify({...sessionStorage})"),
            "the storage": json.dumps(page.context.storage_state(indexed_db=True)),
        }
        logs = {
            "the browser's console": "\n".join(heard.lines),
            "the addresses": "\n".join(heard.addresses),
            "Jupyter's log": self.lab.log.read_text(),
            "the hub's log": self.hub.log.read_text(),
        }
        if self.page.url.startswith(f"{self.lab.url}/lab"):
            no_place_for_any["the notebook"] = self.saved()
        key = self.hub.record.key
        for place, text in {**no_place_for_any, **logs}.items():
            for secret in (key, key.partition(":")[2], *heard.tokens()):
                assert secret not in text, f"a secret is in {place}"
            assert not JWT.search(text), f"a token is in {place}"
        for place, text in no_place_for_any.items():
            assert not TICKET.search(text), f"a ticket is in {place}"

    def check_tickets(self) -> None:
        """Raise unless the tickets that were seen let nobody in any more."""
        tickets = self.heard.tickets() | set(TICKET.findall(self.lab.log.read_text()))
        assert tickets, "the page had no ticket"
        for ticket in tickets:
            frame = self.portal.call(partial(first_frame, self.hub.record.url, access_token=ticket))
            assert frame["error"]["code"] == 40142


@pytest.mark.parametrize("way", ["direct", "through Jupyter"])
def test_no_secret_leaves_the_memory_of_a_page_in_a_notebook(
    way: str,
    page: Page,
    secretive: JupyterLab,
    hub: Hub,
    portal: BlockingPortal,
    company: Company,
) -> None:
    if way != "direct":
        Shut(page.context, hub.record.port)
    scene = Scene(secretive, hub, page, portal)
    with Demo(secretive.home, "talk:*"):
        company(hub.record).customer(scene.session).say("count 900")
        console = scene.open(way)
        console.says(" 20 ")
        console.stop()
        expect(console.run_line()).to_contain_text("Cancelled", timeout=PATIENCE)
    scene.until(lambda: len(scene.heard.tokens()) > 1)
    scene.save()
    scene.check()
    said = len(scene.heard.lines)
    hub.kill()
    scene.until(lambda: len(scene.heard.lines) > said)
    scene.check()
    hub.start(hub.record.port)
    page.reload(wait_until="domcontentloaded")
    scene.notebook.ready()
    console.is_live()
    scene.check_tickets()
    scene.notebook.kill_kernel()
    expect(console.root.get_by_role("alert")).to_contain_text("token", timeout=PATIENCE)
    scene.check()


@pytest.mark.parametrize("proxied", [False, True])
def test_no_secret_leaves_the_memory_of_a_page_of_the_hub(
    proxied: bool,
    page: Page,
    secretive: JupyterLab,
    hub: Hub,
    portal: BlockingPortal,
    company: Company,
) -> None:
    scene = Scene(secretive, hub, page, portal)
    omar = company(hub.record).connection("omar", "operator")
    for link in (
        omar.link("console", session=scene.session),
        omar.link("customer", session=scene.session, client_id="ann"),
        omar.link(),
    ):
        if proxied:
            jupyter = f"{secretive.url}/proxy/{hub.record.port}"
            link = link.replace(omar.url, jupyter).replace("#", f"?token={TOKEN}#")
        before = len(scene.heard.tickets())
        with page.expect_response("**/hub/sign-in") as signed_in:
            page.goto(link)
        live = page.get_by_text(re.compile("^(Live|Connected)$")).first
        expect(live).to_be_visible(timeout=PATIENCE)
        assert len(scene.heard.tickets()) > before
        scene.heard.frames.append(signed_in.value.text())
        scene.check()
    scene.check_tickets()
