"""Several at one session: they see the same, choose for themselves, and leave no ghosts."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.console import Console
from tests.browser.jupyter import JupyterLab, Notebook
from tests.browser.people import Customer, Demo, People
from tests.browser.waiting import PATIENCE
from tests.support.waiting import until

OPENING = """import aitransport_notebook as ait
connection = ait.connect(client_id="{who}", role="{role}")
console = ait.Console("{session}", connection=connection)
console"""
RUN_CELL = "notebook:run-cell"
# How long a console without a view is kept, and a little more, in ms.
LONGER_THAN_GRACE = 6000
CLEAR = "notebook:clear-all-cell-outputs"


def opening(session: str, who: str = "omar", role: str = "operator") -> str:
    return OPENING.format(session=session, who=who, role=role)


class Chat:
    """The customer's page, which is the official SDK's view."""

    def __init__(self, page: Page, link: str) -> None:
        self.page = page
        page.goto(link)
        expect(page.get_by_text("Connected", exact=True)).to_be_visible(timeout=PATIENCE)
        self.lines = page.get_by_role("list", name="Conversation").locator(":scope > li")

    def ask(self, text: str) -> None:
        self.page.get_by_label("Your message", exact=True).fill(text)
        self.page.keyboard.press("Enter")

    def answer_again(self) -> None:
        self.page.get_by_role("button", name="Answer again").last.click(timeout=PATIENCE)

    def shows(self, *texts: str) -> None:
        """Wait until it shows messages that end like this."""
        for at, text in enumerate(texts):
            expect(self.lines.nth(at)).to_contain_text(text, timeout=PATIENCE)
        expect(self.lines).to_have_count(len(texts))
        expect(self.page.get_by_role("button", name="Answer again")).to_be_visible(timeout=PATIENCE)


def shows(console: Console, *texts: str) -> None:
    """Wait until a console shows messages that end like this, and nothing is going on."""
    for text in texts:
        console.says(text)
    expect(console.run_line()).to_contain_text("Complete", timeout=PATIENCE)
    said = console.said()
    assert len(said) == len(texts)
    assert all(one.endswith(text) for one, text in zip(said, texts, strict=True)), said


def edit(console: Console, text: str) -> None:
    """Say something else in the place of the first message."""
    first = console.messages.locator(".ait-message").first
    first.hover()
    first.get_by_role("button", name="Edit, as a new version").click()
    first.get_by_label("Say it in other words").fill(text)
    first.get_by_role("button", name="Save as a new version").click()


def test_all_show_the_same_and_each_chooses_its_own_branch(
    lab: JupyterLab, notebook: Notebook, people: People, demo: Demo, context: BrowserContext
) -> None:
    session = "talk:company"
    cells = [opening(session), opening(session, "lea", "lead")]
    notebook.open(lab.write("company.ipynb", cells)).run_all()
    omar, lea = (notebook.console(at).is_live() for at in range(2))
    link = people.connection("omar", "operator").link("customer", session=session, client_id="ann")
    chat = Chat(context.new_page(), link)
    for console, other in ((omar, "lea"), (lea, "omar")):
        here = console.root.get_by_role("button", name="People:")
        for name in ("ann", other, "demo-agent"):
            expect(here).to_have_attribute("title", re.compile(rf"\b{name}\b"))

    chat.ask("count 4")
    chat.shows("count 4", "1 2 3 4")
    notebook.page.bring_to_front()
    for console in (omar, lea):
        shows(console, "count 4", "1 2 3 4")

    # Who edits follows; nobody else does.
    edit(omar, "count 5")
    shows(omar, "count 5", "1 2 3 4 5")
    shows(lea, "count 4", "1 2 3 4")
    expect(lea.messages.get_by_role("group", name="Versions")).to_contain_text("1/2")
    chat.page.bring_to_front()
    chat.shows("count 4", "1 2 3 4")

    # An answer that is given again is followed by all who look at the one before.
    chat.answer_again()
    chat.shows("count 4", "Another version, as you asked for one:")
    notebook.page.bring_to_front()
    shows(lea, "count 4", "1 2 3 4")
    lea.says("Another version, as you asked for one:")
    shows(omar, "count 5", "1 2 3 4 5")

    omar.messages.get_by_role("button", name="Previous version").click()
    shows(omar, "count 4", "1 2 3 4")
    omar.says("Another version, as you asked for one:")
    assert omar.said() == lea.said()
    lea.messages.get_by_role("button", name="Next version").first.click()
    shows(lea, "count 5", "1 2 3 4 5")
    omar.says("Another version, as you asked for one:")


@pytest.fixture
def ann(people: People) -> Customer:
    return people.customer("talk:ghosts")


def expect_operators(ann: Customer, count: int) -> None:
    """Wait until the customer sees so many operators."""

    async def seen() -> None:
        members = ann.session.presence
        await until(lambda: [one.role for one in members.members].count("operator") == count)

    ann.do(seen)


def test_a_console_is_there_as_long_as_somebody_sees_it(
    lab: JupyterLab, notebook: Notebook, ann: Customer
) -> None:
    notebook.open(lab.write("ghosts.ipynb", [opening("talk:ghosts"), "console"]))
    for _ in range(3):
        notebook.do(RUN_CELL)
        notebook.console().is_live()
    # What the last run has replaced is gone.
    expect_operators(ann, 1)
    notebook.do("notebook:move-cursor-down")
    notebook.do(RUN_CELL)
    notebook.console(1).is_live()
    notebook.do("notebook:move-cursor-up")
    notebook.do("notebook:clear-cell-output")
    expect(notebook.page.locator(".ait")).to_have_count(1)
    # The other view is of the same console.
    notebook.page.wait_for_timeout(LONGER_THAN_GRACE)
    expect_operators(ann, 1)
    notebook.do(CLEAR)
    expect_operators(ann, 0)
    # It is drawn again, and comes back.
    notebook.do("notebook:move-cursor-down")
    notebook.do(RUN_CELL)
    notebook.console().is_live()
    expect_operators(ann, 1)
    notebook.do("docmanager:save")
    notebook.do("application:close")
    expect_operators(ann, 0)
