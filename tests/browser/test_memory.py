"""What a console has of its person is there again where its cell runs, or it is drawn, anew."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, ViewportSize, expect

from tests.browser.console import Console
from tests.browser.jupyter import JupyterLab, Notebook
from tests.browser.people import Customer, People
from tests.browser.waiting import PATIENCE, until_page
from tests.interop import chunks

TURNS = 8
NARROW: ViewportSize = {"width": 620, "height": 900}
# The row at the upper edge of the conversation, and where it begins.
READING = """() => {
  const scroller = document.querySelector('.jp-OutputArea .ait-scroll');
  const edge = scroller.getBoundingClientRect().top;
  const rows = [...scroller.querySelectorAll('[data-row]')];
  const row = rows.find((each) => each.getBoundingClientRect().bottom > edge);
  return { key: row.dataset.row, top: row.getBoundingClientRect().top - edge };
}"""
READS = """(before) => {
  const scroller = document.querySelector('.jp-OutputArea .ait-scroll');
  const row = scroller?.querySelector(`[data-row="${CSS.escape(before.key)}"]`);
  const edge = scroller?.getBoundingClientRect().top;
  return row && Math.abs(row.getBoundingClientRect().top - edge - before.top) <= 2;
}"""
OPEN = "path => window.jupyterapp.commands.execute('docmanager:open', { path })"


def opened(lab: JupyterLab, notebook: Notebook, session: str, *cells: str) -> Console:
    notebook.open(lab.console(session, *cells)).run_all()
    return notebook.console().is_live()


def test_words_that_were_not_sent_are_there_when_the_cell_runs_again(
    lab: JupyterLab, notebook: Notebook
) -> None:
    session = "memory:words"
    first = opened(lab, notebook, session, f"ait.Console({session!r})")
    other = notebook.console(1).is_live()
    first.field.fill("half a sentence")
    other.field.fill("of the other one")
    notebook.restart_kernel()
    notebook.ready().run_cell(0)
    again = notebook.console().is_live()
    expect(again.field).to_have_value("half a sentence")
    expect(other.field).to_have_value("of the other one")


def test_each_of_several_consoles_has_its_own_words_after_all_outputs_were_cleared(
    lab: JupyterLab, notebook: Notebook
) -> None:
    session = "memory:several"
    people = ("operator-1", "operator-2")
    cells = [f"{acting_as(who)}\nait.Console({session!r})" for who in people]
    opened(lab, notebook, session, *cells)
    texts = [f"words of cell {number}" for number in range(3)]
    for index, text in enumerate(texts):
        notebook.console(index).is_live().field.fill(text)
    notebook.do("notebook:clear-all-cell-outputs")
    expect(notebook.console().root).to_be_hidden()
    # In another order than they were cleared in.
    for index in (2, 1, 0):
        notebook.run_cell(index)
        notebook.console().is_live()
    for index, text in enumerate(texts):
        expect(notebook.console(index).field).to_have_value(text)


def acting_as(who: str) -> str:
    return f"ait.connect(client_id={who!r}, role='operator')"


def test_one_goes_on_where_one_was_reading(
    lab: JupyterLab, notebook: Notebook, people: People
) -> None:
    session = "memory:place"
    talk(people.customer(session), people, session)
    lab.write("another.ipynb", [""])
    console = opened(lab, notebook, session)
    console.says(f"answer {TURNS}")
    call = console.messages.get_by_role("region", name="Tool call: look_up_3")
    read_up_to(console, call)
    # Who presses what moves away meanwhile presses nothing.
    reading(notebook.page)
    call.get_by_role("button").first.click()
    expect(call).to_contain_text("found 3")
    page = notebook.page
    before = reading(page)
    page.evaluate(OPEN, "another.ipynb")
    expect(console.root).to_be_hidden()
    page.evaluate(OPEN, "memory-place.ipynb")
    reads(page, before)
    expect(call).to_contain_text("found 3")
    # What is too narrow for two panes is drawn in another way.
    page.set_viewport_size(NARROW)
    expect(console.root.get_by_role("tab", name="Branches")).to_be_visible(timeout=PATIENCE)
    reads(page, before)
    expect(call).to_contain_text("found 3")
    # And so is what another widget has the code of.
    notebook.run_cell(0)
    reads(page, before)
    expect(call).to_contain_text("found 3")


def talk(ann: Customer, people: People, session: str) -> None:
    agent = people.agent(session, "robot")
    for number in range(1, TURNS + 1):
        answer = agent.answer(ann.do(ann.session.view.send, f"question {number}"))
        name, call = f"look_up_{number}", f"call-{number}"
        answer.say(
            *chunks.message(
                chunks.call(name, call, {"number": number}),
                chunks.output(call, f"found {number}"),
                chunks.text(*(f"{line}\n\n" for line in range(9)), f"answer {number}"),
                id=f"reply-{number}",
            )
        )
        answer.end()


def read_up_to(console: Console, what: Locator) -> None:
    """Scroll up until something is in sight."""
    scroller = console.root.locator(".ait-scroll")
    while not what.is_visible() or top_of(what) < top_of(scroller):
        scroller.evaluate("element => element.scrollBy(0, -60)")
        console.page.wait_for_timeout(20)


def top_of(what: Locator) -> float:
    box = what.bounding_box()
    assert box
    return box["y"]


def reading(page: Page) -> object:
    """Return what it shows, once nothing moves any more."""
    before, now = None, page.evaluate(READING)
    while now != before:
        page.wait_for_timeout(200)
        before, now = now, page.evaluate(READING)
    return before


def reads(page: Page, before: object) -> None:
    """Wait until it shows what it showed before, where that was."""
    until_page(page, READS, before)
