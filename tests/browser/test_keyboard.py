"""All that the Console can do, without a mouse; and nothing of it is for the notebook around it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.jupyter import JupyterLab, Notebook
from tests.browser.keyboard import Keyboard
from tests.browser.people import Demo, People
from tests.browser.published import Publisher, conversation
from tests.browser.waiting import PATIENCE, until_page

# What JupyterLab does in command mode: cut, delete, insert, change a cell's kind, run, edit.
SHORTCUTS = ("x", "d", "d", "a", "b", "y", "r", "1", "z", "Enter", "Shift+Enter", "0", "0", "h")


# More than are read at first.
TURNS = 40
# What a message offers, the way back to the end, and the field.
MOST_AFTER = 6
# What has the focus is no longer the first message, or there is nothing before it.
HAS_MORE_BEFORE = """() =>
  Number(document.activeElement.closest('[data-row]')?.ariaPosInSet) > 1 ||
  document.querySelector('.ait-beginning').textContent.includes('Beginning of the session')"""
FOUND = f"answer {TURNS - 9}"
IS_BELOW_SEARCH = f"""() => {{
  const rows = [...document.querySelectorAll('[data-row]')];
  const found = rows.find(row => row.textContent.includes('{FOUND}'));
  const search = document.querySelector('.ait-search').getBoundingClientRect();
  const box = found?.getBoundingClientRect();
  return box?.top >= search.bottom && box.top < search.bottom + 100;
}}"""
IS_CHANGED = "window.jupyterapp.shell.currentWidget.context.model.dirty"


@pytest.fixture
def keys(
    lab: JupyterLab, notebook: Notebook, demo: Demo, request: pytest.FixtureRequest
) -> Keyboard:
    """In a notebook whose cell was run, where the notebook has the focus."""
    notebook.open(lab.console(f"talk:{request.node.name}"))
    notebook.page.keyboard.press("Control+Enter")
    return Keyboard(notebook, notebook.console().is_live())


def message(keys: Keyboard, text: str) -> Locator:
    """The newest message with this text."""
    return keys.console.messages.get_by_role("article").filter(has_text=text).last


def test_one_writes_steers_redirects_and_stops(keys: Keyboard) -> None:
    console, cells = keys.console, keys.cells
    keys.reach()
    keys.write("count 400")
    console.says("8 9 10")
    keys.write("count 300 instead", "Alt+1")
    console.says("Understood, in the middle of it")
    expect(console.root.get_by_text("taken up", exact=True)).to_be_visible(timeout=PATIENCE)
    keys.write("count 7 instead", "Alt+2")
    expect(console.root.locator(".ait-run").first).to_contain_text("Cancelled", timeout=PATIENCE)
    expect(message(keys, "1 2 3 4 5 6 7")).to_be_visible(timeout=PATIENCE)
    expect(console.run_line()).to_contain_text("Complete", timeout=PATIENCE)
    keys.write("count 900")
    redirect = console.root.get_by_role("group").get_by_role("button", name="Redirect")
    keys.tab_to(redirect, "Shift+Tab")
    keys.press("Space")
    expect(redirect).to_have_attribute("aria-pressed", "true")
    keys.write("count 5", "Alt+3")
    expect(console.messages.get_by_text("1 2 3 4 5", exact=True)).to_be_visible(timeout=PATIENCE)
    expect(console.run_line()).to_contain_text("Complete", timeout=PATIENCE)
    stop = console.root.locator(".ait-composer .ait-stop")
    expect(stop).to_be_visible()
    keys.press("Control+.", "Escape")
    expect(stop).to_be_hidden(timeout=PATIENCE)
    keys.write("count 400")
    keys.tab_to(stop)
    keys.press("Enter")
    expect(console.run_line()).to_contain_text("Cancelled", timeout=PATIENCE)
    keys.press("c")
    keys.at(console.field)
    assert keys.cells == cells


def test_one_walks_edits_finds_and_goes_from_branch_to_branch(keys: Keyboard) -> None:
    console, cells = keys.console, keys.cells
    keys.reach()
    keys.write("count 5")
    expect(console.run_line()).to_contain_text("Complete", timeout=PATIENCE)
    keys.press("Escape", "m", "Home")
    keys.at(message(keys, "count 5"))
    keys.press("Enter", "Enter")
    until_page(keys.page, "async () => await navigator.clipboard.readText() === 'count 5'")
    keys.press("Tab", "Enter")
    expect(console.messages.get_by_label("Say it in other words")).to_be_focused()
    keys.press("Control+A")
    keys.type("count 6")
    keys.press("Control+Enter")
    keys.at(message(keys, "count 6"))
    console.says("1 2 3 4 5 6")
    expect(console.run_line()).to_contain_text("Complete", timeout=PATIENCE)
    keys.tab_to(console.messages.get_by_role("button", name="Previous version"))
    keys.press("Enter")
    expect(console.messages).to_contain_text("count 5")
    # The focus stays with the versions, whatever stands there now.
    keys.at(console.messages.get_by_role("button", name="Previous version"))
    keys.press("Tab", "Enter")
    expect(console.messages).to_contain_text("count 6")
    keys.press("Escape", "ArrowDown")
    keys.at(message(keys, "1 2 3 4 5 6"))
    again = console.messages.get_by_role("button", name="Answer again")
    keys.press("Enter")
    keys.tab_to(again)
    keys.press("Enter")
    console.says("Another version, as you asked for one")
    expect(console.run_line()).to_contain_text("Complete", timeout=PATIENCE)

    tree = console.root.get_by_role("tree")
    keys.press("t")
    keys.at(tree)
    keys.press("t")
    expect(tree).to_be_hidden()
    keys.press("t")
    keys.at(tree)
    keys.press("Home", "ArrowRight", "ArrowRight", "End", "ArrowLeft", "ArrowLeft", "Enter")
    expect(console.messages).to_contain_text("count 5", timeout=PATIENCE)
    keys.at(tree)

    keys.press("/")
    keys.at(console.root.get_by_role("combobox"))
    keys.type("another version")
    expect(console.root.get_by_role("option")).to_have_count(1)
    keys.press("ArrowDown", "Enter")
    expect(message(keys, "Another version")).to_be_in_viewport(timeout=PATIENCE)
    keys.press("Escape")
    expect(console.root.get_by_role("combobox")).to_be_hidden()
    keys.at(message(keys, "Another version"))
    assert keys.cells == cells


def test_a_long_conversation_is_one_stop_of_the_tab_key(
    lab: JupyterLab, notebook: Notebook
) -> None:
    publisher = Publisher(lab.start_hub())
    publisher.say("long:keyboard", conversation(TURNS))
    publisher.close()
    notebook.open(lab.console("long:keyboard"))
    notebook.page.keyboard.press("Control+Enter")
    keys = Keyboard(notebook, notebook.console().is_live())
    console = keys.console
    console.says(f"answer {TURNS - 1}")
    group = console.root.get_by_role("group", name="Conversation")
    keys.reach()
    keys.tab_to(group)
    keys.press("Tab")
    keys.at(console.field)
    keys.press("Shift+Tab")
    keys.at(group)
    keys.press("End", "ArrowUp", "ArrowUp", "ArrowUp")
    held = console.root.locator("[data-row]:focus").get_attribute("data-row")
    row = console.root.locator(f'[data-row="{held}"]')
    keys.press("c")
    keys.tab_to(row, "Shift+Tab")
    stops = 0
    while not keys.is_at(console.field):
        keys.press("Tab")
        stops += 1
        assert stops <= MOST_AFTER
    # What is found stands below of what finds it.
    keys.press("Escape", "m", "/")
    keys.type(FOUND)
    expect(console.root.get_by_role("option")).to_have_count(1)
    keys.press("Enter")
    until_page(keys.page, IS_BELOW_SEARCH)
    keys.press("Escape")
    # Older messages come as one goes up, and the focus stays at the one that was the first.
    keys.press("Escape", "m")
    first = console.root.get_by_role("article").filter(has_text="question 0").first
    for _ in range(TURNS):
        keys.press("Home")
        until_page(keys.page, HAS_MORE_BEFORE)
        if keys.is_at(first):
            break
    keys.at(first)


@pytest.mark.parametrize("place", ["the field", "a message"])
def test_the_notebook_is_saved_by_its_key(keys: Keyboard, place: str) -> None:
    cells = keys.cells
    keys.reach()
    keys.write("count 3")
    expect(keys.console.run_line()).to_contain_text("Complete", timeout=PATIENCE)
    if place == "a message":
        keys.press("Escape", "m", "End")
    until_page(keys.page, IS_CHANGED)
    keys.press("Control+s")
    until_page(keys.page, f"!({IS_CHANGED})")
    assert keys.cells == cells


def test_one_decides_and_answers(keys: Keyboard) -> None:
    console, cells = keys.console, keys.cells
    keys.reach()
    for way in ("Approve", "Deny…", "Edit arguments…"):
        keys.write("approve")
        expect(console.run_line()).to_contain_text("waits for approval", timeout=PATIENCE)
        keys.press("Escape", "m", "End")
        button = console.messages.get_by_role("button", name=way)
        keys.walk_to(message(keys, "May it run"))
        keys.press("Enter")
        # One who presses Enter once more than they meant has decided nothing.
        keys.at(console.messages.get_by_role("button", name="waits for approval"))
        keys.tab_to(button)
        keys.press("Enter")
        if way != "Approve":
            expect(console.messages.get_by_role("textbox")).to_be_focused()
            keys.type(" ")
            keys.press("Escape")
            keys.at(button)
            keys.press("Enter")
            expect(console.messages.get_by_role("textbox")).to_be_focused()
            keys.press("Control+A", "Backspace")
        if way == "Deny…":
            keys.at(console.messages.get_by_label("Why not?"))
            keys.type("not on a Friday")
            keys.press("Enter")
        elif way == "Edit arguments…":
            field = console.messages.get_by_label("Arguments, as JSON")
            keys.at(field)
            keys.press("Control+A")
            keys.type('{"to": "all@example.com", "subject": "Hi", "text": "by hand"}')
            keys.press("Control+Enter")
        expect(console.run_line()).to_contain_text("Complete", timeout=PATIENCE)
        keys.press("Escape")
    console.says("not on a Friday")
    console.says("all@example.com")
    keys.write("ask")
    expect(console.run_line()).to_contain_text("waits for an answer", timeout=PATIENCE)
    keys.press("Escape", "m", "End")
    keys.walk_to(message(keys, "Which colour"))
    keys.press("Enter")
    keys.tab_to(console.messages.get_by_role("button", name="Another answer…"))
    keys.press("Enter")
    keys.at(console.messages.get_by_label("Your answer"))
    keys.type("mauve")
    keys.press("Control+Enter")
    expect(console.messages).to_contain_text("Your answer is", timeout=PATIENCE)
    assert keys.cells == cells


def test_one_opens_and_closes_all_there_is_and_leaves(keys: Keyboard, people: People) -> None:
    console, cells = keys.console, keys.cells
    session = console.root.get_by_role("heading").first.inner_text()
    for name in ("ann", "bob"):
        people.customer(session, name).say("count 900")
    expect(console.root.get_by_role("list", name="Open Runs")).to_contain_text("bob")
    keys.reach()
    keys.write("count 900", "Alt+3")
    keys.press("Escape", *SHORTCUTS)
    assert keys.cells == cells

    keys.press("?")
    keys.at(console.root.get_by_role("dialog", name="Keys"))
    keys.press(*SHORTCUTS, "Escape")
    people_button = console.root.get_by_role("button", name="People")
    keys.tab_to(people_button)
    keys.press("Enter")
    keys.at(console.root.get_by_role("dialog", name="People"))
    expect(console.root.get_by_role("dialog")).to_contain_text("demo-agent")
    keys.press(*SHORTCUTS[:6], "Escape")
    keys.at(people_button)

    more = console.root.get_by_role("button", name="More", exact=True)
    for entry, left in (("My Runs", 2), ("Runs of bob", 1), ("All Runs", 0)):
        keys.tab_to(more)
        keys.press("Enter")
        keys.tab_to(console.root.get_by_role("button", name=entry))
        keys.press("Enter")
        keys.at(console.root.get_by_role("dialog").get_by_role("button", name="Stop", exact=True))
        # To keep it, and then to stop it after all.
        keys.press("Tab", "Enter")
        keys.at(console.root.get_by_role("button", name=entry))
        keys.press("Enter", "Enter")
        keys.at(more)
        expect(console.root.get_by_role("button", name=entry)).to_be_hidden()
        keys.press("Enter")
        expect(console.root.get_by_role("button", name="All Runs")).to_contain_text(
            str(left), timeout=PATIENCE
        )
        keys.press("Escape")

    keys.press("f")
    expect(console.root).to_have_attribute("data-full", "true")
    for _ in range(12):
        keys.press("Tab")
    keys.press("Escape", "Escape")
    expect(console.root).not_to_have_attribute("data-full", "true")

    handle = console.root.get_by_role("separator", name="Height of the console")
    keys.press("c")
    keys.tab_to(handle)
    height = console.root.bounding_box()
    keys.press("ArrowDown")
    assert console.root.bounding_box() != height
    keys.press("?", "Escape")
    keys.tab_to(handle)
    keys.page.keyboard.press("Tab")
    assert not keys.is_at(console.root.locator(":focus")), "there is no way out"
    assert keys.cells == cells
