"""What somebody says who wants harm does nothing, wherever it is shown, and hides nothing else."""

from __future__ import annotations

from uuid import uuid4

import pytest
from anyio.from_thread import BlockingPortal
from playwright.sync_api import Locator, Page, expect

from tests.browser import hostile_content as hostile
from tests.browser.console import Console
from tests.browser.exploring import Watch, explore, inspect
from tests.browser.hostile_company import crowd, publish_what_is_broken, talk
from tests.browser.jupyter import AS_OPERATOR, JupyterLab, Notebook
from tests.browser.pages import console_page
from tests.browser.people import People
from tests.browser.waiting import PATIENCE

TURNED = "[U+202E]"
SAVE_TRANSCRIPT = """import pathlib
pathlib.Path("transcript.html").write_text(console.transcript("html"))"""


@pytest.fixture(scope="module")
def session(lab: JupyterLab, portal: BlockingPortal) -> str:
    """A session in which harm was meant in every field, with a name that means it too."""
    name = f"{hostile.SESSION}{uuid4()}"
    portal.call(talk, lab.start_hub(), name)
    return name


@pytest.fixture
def watch(page: Page, lab: JupyterLab) -> Watch:
    return Watch(page, f"127.0.0.1:{lab.port}", f"127.0.0.1:{lab.start_hub().port}")


def go_to_the_beginning(console: Console) -> None:
    beginning = console.root.locator(".ait-beginning").get_by_text("of the session")
    for _ in range(50):
        if beginning.count():
            return
        console.messages.get_by_role("article").last.press("Home")
        console.page.wait_for_timeout(100)
    raise AssertionError("there is no beginning")


def look_at_all(console: Console) -> None:
    """Look at all that a Console has to show."""
    root, page = console.root, console.page
    go_to_the_beginning(console)
    # Each reply has thoughts and calls that open, and some of those open in turn.
    assert explore(root, ".ait-scroll") > 3 * hostile.REPLIES
    look_at_the_tree(root)
    for button in ("Connection", "People", "More"):
        root.get_by_role("button", name=button).first.click()
        inspect(root)
        page.keyboard.press("Escape")
    search(root)
    expect(root.locator(".ait-session")).to_contain_text(TURNED)
    expect(root.locator(".ait-header")).to_be_in_viewport()
    expect(console.field).to_be_in_viewport()


def look_at_the_tree(root: Locator) -> None:
    tree = root.get_by_role("tree")
    root.get_by_role("button", name="Show the whole tree").click()
    nodes = tree.get_by_role("treeitem")
    expect(nodes.first).to_be_visible()
    for _ in range(2 * hostile.REPLIES):
        root.page.keyboard.press("ArrowUp")
    for index in range(nodes.count()):
        nodes.nth(index).dispatch_event("click")
        nodes.nth(index).hover(force=True)
        inspect(root)


def search(root: Locator) -> None:
    root.get_by_role("button", name="Search").click()
    field = root.get_by_label("Words to find")
    for words in ("harmed", "<script>", "\u05d0", "gpj"):
        field.fill(words)
        expect(root.get_by_role("option").first).to_be_visible(timeout=PATIENCE)
        field.press("Enter")
        inspect(root)
    field.press("Escape")


def test_in_a_notebook_and_in_its_transcript(
    page: Page, lab: JupyterLab, session: str, portal: BlockingPortal, watch: Watch
) -> None:
    opening = f"import aitransport_notebook as ait\n{AS_OPERATOR}\n"
    opening += f"console = ait.Console({session!r})\nconsole"
    address = lab.write("hostile.ipynb", [opening, SAVE_TRANSCRIPT])
    notebook = Notebook(page).open(address)
    with portal.wrap_async_context_manager(crowd(lab.start_hub(), session)):
        notebook.run_all()
        console = notebook.console().is_live()
        expect(console.root.locator(".ait-people")).to_contain_text("+", timeout=PATIENCE)
        look_at_all(console)
    assert page.url in address
    watch.check()
    sheet = page.context.new_page()
    watch = Watch(sheet)
    sheet.set_content((lab.root / "transcript.html").read_text())
    expect(sheet.get_by_text(f"question {hostile.REPLIES - 1}").first).to_be_visible()
    inspect(sheet.locator("section"))
    watch.check()


def test_on_the_hubs_page_of_the_console(
    page: Page, lab: JupyterLab, session: str, people: People, watch: Watch
) -> None:
    console = console_page(page, people.connection(hostile.PRINTABLE, "operator"), session)
    look_at_all(console)
    assert page.title().count(TURNED) == 1
    watch.check()


def test_on_a_customers_page(
    page: Page, lab: JupyterLab, session: str, people: People, watch: Watch
) -> None:
    omar = people.connection("omar", "operator")
    page.goto(omar.link("customer", session=session, client_id=hostile.PRINTABLE))
    chat = page.get_by_role("list", name="Conversation")
    expect(chat.get_by_text(f"question {hostile.REPLIES - 1}").first).to_be_visible(
        timeout=PATIENCE
    )
    explore(page.locator("#page"), "main")
    watch.check()


def test_on_the_hubs_own_page(
    page: Page, lab: JupyterLab, session: str, people: People, watch: Watch
) -> None:
    page.goto(people.connection("omar", "operator").link())
    page.get_by_role("button", name="gpj.exe").first.click()
    messages = page.get_by_role("list", name="Messages").get_by_role("listitem")
    expect(messages.first).to_be_visible(timeout=PATIENCE)
    for index in range(0, messages.count(), 7):
        messages.nth(index).get_by_role("button").click()
        inspect(page.locator("body"))
    watch.check()


def test_what_makes_no_sense_is_survived_and_the_rest_is_shown(
    page: Page, lab: JupyterLab, people: People, portal: BlockingPortal, watch: Watch
) -> None:
    hub, session = lab.start_hub(), f"broken:{uuid4()}"
    portal.call(talk, hub, session)
    omar = people.connection("omar", "operator")
    console = console_page(page, omar, session)
    assert portal.call(publish_what_is_broken, hub, session) > 300
    console.say("And now something else.")
    for _ in range(2):
        console.says("And now something else.")
        go_to_the_beginning(console)
        explore(console.root, ".ait-scroll")
        expect(console.root.locator(".ait-header")).to_be_in_viewport()
        watch.check()
        page.reload()
        console.is_live()
    page.goto(
        people.connection("omar", "operator").link("customer", session=session, client_id="bo")
    )
    # The official client gives up on all of the history, and says so.
    expect(page.get_by_text("could not be loaded")).to_be_visible(timeout=PATIENCE)
    watch.check()
