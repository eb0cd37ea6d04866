"""The way to the hub: the browser's own, or through Jupyter, or a word on what would help."""

from __future__ import annotations

import re
from collections.abc import Iterator
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import SIZE, Company
from tests.browser.console import Console
from tests.browser.jupyter import TOKEN, JupyterLab, Notebook
from tests.browser.people import Demo, People
from tests.browser.shut import Shut
from tests.browser.waiting import PATIENCE
from tests.support.chromium import CHROMIUM, FLAGS

THROUGH_JUPYTER = "through Jupyter"


@pytest.fixture(scope="module")
def public(chromium: Browser, lab: JupyterLab) -> Iterator[Browser]:
    """A browser for which the Jupyter server is somewhere on the Internet."""
    elsewhere = f"--ip-address-space-overrides=127.0.0.1:{lab.port}=public"
    browser = chromium.browser_type.launch(
        executable_path=CHROMIUM, headless=True, args=[*FLAGS, elsewhere]
    )
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JupyterLab]:
    """A Jupyter server that passes nothing on to other ports."""
    without = "--ServerApp.jpserver_extensions={'jupyter_server_proxy': False}"
    with JupyterLab(tmp_path_factory.mktemp("alone"), without) as lab:
        yield lab


@pytest.fixture(scope="module")
def below(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JupyterLab]:
    """A Jupyter server as a JupyterHub has one for each user."""
    with JupyterLab(tmp_path_factory.mktemp("below"), base="/user/ann/") as lab:
        yield lab


def opened(lab: JupyterLab, page: Page, session: str) -> Notebook:
    notebook = Notebook(page).open(lab.console(session))
    notebook.run_all()
    return notebook


def expect_way(console: Console, words: str) -> None:
    route = console.root.locator(".ait-standing-route")
    expect(route).to_have_text(words, timeout=PATIENCE)
    # Also in a cell, which is narrower than the page.
    expect(route).to_be_visible()


def sockets_of(page: Page) -> list[str]:
    """Return the addresses of all sockets that the page opens from now on."""
    addresses: list[str] = []
    page.on("websocket", lambda socket: addresses.append(socket.url))
    return addresses


def all_that_matters(lab: JupyterLab, page: Page, people: People, session: str) -> Notebook:
    """History, a reply as it comes, a steer, a cancel and a reload, by way of Jupyter."""
    sockets = sockets_of(page)
    ann = people.customer(session)
    ann.ask("count 7")
    run = ann.say("count 900")
    notebook = opened(lab, page, session)
    console = notebook.console().is_live()
    expect_way(console, THROUGH_JUPYTER)
    console.says("1 2 3 4 5 6 7")
    console.says(" 30 ")
    console.choose("Steer")
    console.say("count 9 instead")
    console.says("Understood, in the middle of it")
    assert ann.wait(run) == "complete"
    ann.say("count 800")
    console.says("count 800")
    console.stop()
    expect(console.run_line()).to_contain_text("Cancelled", timeout=PATIENCE)
    assert console.said() == people.history(session)
    notebook.do("docmanager:save")
    page.reload(wait_until="domcontentloaded")
    notebook.ready()
    console.is_live()
    expect_way(console, THROUGH_JUPYTER)
    assert console.said() == people.history(session)
    page_host = lab.url.replace("http", "ws", 1)
    assert all(address.startswith(page_host) for address in sockets)
    return notebook


def complaints_but_of(notebook: Notebook, port: int) -> list[str]:
    """Return what else the page complained of than that the hub's port is shut."""
    about_it = (f"127.0.0.1:{port}", "Failed to load resource: net::ERR_")
    return [said for said in notebook.complaints if not any(word in said for word in about_it)]


def test_a_page_from_the_internet_reaches_it_through_jupyter(
    public: Browser, lab: JupyterLab, people: People, demo: Demo
) -> None:
    context = public.new_context(viewport=SIZE, permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    notebook = all_that_matters(lab, page, people, f"talk:public-{uuid4()}")
    port = lab.start_hub().port
    assert any(f":{port}/time" in said for said in notebook.complaints), "the port was open"
    assert complaints_but_of(notebook, port) == []
    context.close()


def test_a_browser_on_another_machine_reaches_it_through_jupyter(
    page: Page, context: BrowserContext, lab: JupyterLab, people: People, demo: Demo
) -> None:
    port = lab.start_hub().port
    Shut(context, port)
    notebook = all_that_matters(lab, page, people, f"talk:shut/ä 50%{uuid4()}")
    assert complaints_but_of(notebook, port) == []


def test_below_a_prefix_and_with_slashes_in_the_name_all_of_the_history_is_there(
    page: Page, context: BrowserContext, below: JupyterLab, company: Company
) -> None:
    hub = below.start_hub()
    Shut(context, hub.port)
    session = f"shop/orders/{uuid4()}"
    ann = company(hub).customer(session)
    # More than a page of history has.
    for number in range(220):
        ann.do(ann.session.view.send, f"word {number}")
    sockets = sockets_of(page)
    console = opened(below, page, session).console().is_live()
    expect_way(console, THROUGH_JUPYTER)
    console.says("word 219")
    ann.do(ann.session.view.send, "one more")
    console.says("one more")
    oldest = console.messages.get_by_text("word 0", exact=True)
    for _ in range(50):
        console.messages.get_by_role("article").last.press("Home")
        if oldest.is_visible():
            break
        page.wait_for_timeout(200)
    expect(oldest).to_be_visible()
    assert any("/user/ann/proxy/" in address for address in sockets)


def test_where_no_way_is_open_it_says_what_was_tried_and_what_helps(
    page: Page, context: BrowserContext, alone: JupyterLab, company: Company
) -> None:
    hub = alone.start_hub()
    shut = Shut(context, hub.port)
    session = f"far:{uuid4()}"
    ann = company(hub).customer(session)
    ann.do(ann.session.view.send, "Is anybody there?")
    console = opened(alone, page, session).console()
    said = console.root.get_by_role("status").filter(has_text="cannot be reached")
    expect(said).to_contain_text(f"127.0.0.1:{hub.port} (no answer)", timeout=PATIENCE)
    proxied = f"127.0.0.1:{alone.port}/proxy/127.0.0.1:{hub.port} (an error came back)"
    expect(said).to_contain_text(proxied)
    expect(said).to_contain_text("install jupyter-server-proxy")
    shut.open()
    console.root.get_by_role("button", name="Reconnect").click()
    console.is_live().says("Is anybody there?")
    expect_way(console, "direct")


@pytest.mark.parametrize("way", ["direct", THROUGH_JUPYTER])
def test_the_hubs_own_page_says_which_way_it_came(
    page: Page, lab: JupyterLab, people: People, way: str
) -> None:
    omar = people.connection("omar", "operator")
    link = omar.link("console", session=f"page:{uuid4()}")
    if way == THROUGH_JUPYTER:
        proxied = f"{lab.url}/proxy/{omar.port}/console?token={TOKEN}#"
        link = link.replace(f"{omar.url}/console#", proxied)
    page.goto(link)
    expect_way(Console(page.get_by_role("region", name="Session console")).is_live(), way)


@pytest.mark.parametrize("key", ["nobody.here:secret", "{name}:not-its-secret"])
def test_a_key_that_the_hub_does_not_know_is_said_and_no_more_is_tried(
    lab: JupyterLab, notebook: Notebook, key: str
) -> None:
    hub = lab.start_hub()
    given = key.format(name=hub.key.partition(":")[0])
    where = f'endpoint="127.0.0.1", port={hub.port}, tls=False, client_id="o", role="operator"'
    notebook.open(lab.console("talk:unknown-key", connect=f"ait.connect(key={given!r}, {where})"))
    notebook.run_all()
    root = notebook.console().root
    expect(root.locator(".ait-header")).to_contain_text("Not connected", timeout=PATIENCE)
    expect(root).to_contain_text(re.compile("check (what|the key that) the kernel"))
    expect(root.get_by_role("button", name="Reconnect")).to_be_visible()
    told = [line for line in notebook.complaints if "status of 40" in line]
    assert len(told) == len(notebook.complaints) <= 2
    notebook.complaints.clear()
