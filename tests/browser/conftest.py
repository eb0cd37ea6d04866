"""A browser, JupyterLab in it, and those who talk in the sessions that it shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize

from tests.browser.jupyter import JupyterLab, Notebook
from tests.browser.people import Demo, People
from tests.interop.drivers import Where
from tests.support.chromium import chromium

Company = Callable[[Where], People]
SIZE: ViewportSize = {"width": 1280, "height": 900}


@pytest.fixture(scope="package", name="chromium")
def _chromium() -> Iterator[Browser]:
    # Not for longer: no other event loop runs beside Playwright's.
    with chromium() as browser:
        yield browser


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(viewport=SIZE, permissions=["clipboard-read", "clipboard-write"])
    context.set_default_timeout(20_000)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


@pytest.fixture(scope="session")
def portal() -> Iterator[BlockingPortal]:
    """An event loop in a thread of its own, as Playwright has this one."""
    with start_blocking_portal() as portal:
        yield portal


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JupyterLab]:
    with JupyterLab(tmp_path_factory.mktemp("lab")) as lab:
        yield lab


@pytest.fixture(scope="session")
def demo(lab: JupyterLab) -> Iterator[Demo]:
    """The demo agent, in all sessions of the server's hub that begin with `talk:`."""
    lab.start_hub()
    with Demo(lab.home, "talk:*") as demo:
        yield demo


@pytest.fixture
def company(portal: BlockingPortal) -> Iterator[Company]:
    """Lets people in on any hub."""
    let_in: list[People] = []

    def come(hub: Where) -> People:
        let_in.append(People(hub, portal))
        return let_in[-1]

    yield come
    for people in let_in:
        people.leave()


@pytest.fixture
def people(lab: JupyterLab, company: Company) -> People:
    return company(lab.start_hub())


@pytest.fixture
def notebook(page: Page) -> Iterator[Notebook]:
    notebook = Notebook(page)
    yield notebook
    assert not notebook.complaints
