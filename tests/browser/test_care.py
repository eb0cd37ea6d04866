"""A console for everybody: what axe says of it, in narrow cells, without motion, in few colours."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from anyio.from_thread import BlockingPortal
from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import findings
from tests.browser.console import Console
from tests.browser.hands import gives, served
from tests.browser.jupyter import AS_OPERATOR, JupyterLab, Notebook
from tests.browser.people import Demo, People
from tests.browser.waiting import PATIENCE, until_page

LIFE = 8
START = f"import aitransport_notebook as ait\n{AS_OPERATOR}"
FAILING = """hub = ait.connect(client_id="operator-1")
at = {"endpoint": "127.0.0.1", "port": hub.port, "tls": False}
ait.Console("talk:failed", connection=ait.connect(token_url="%s", **at))"""
# Each has a place in the notebook.
TALKING, EMPTY, FAILED = range(3)
# What sticks out on the right, and is not in something that scrolls.
STICKING_OUT = """root => {
  const edge = root.getBoundingClientRect().right + 1;
  const scrolls = element => element && element !== root && (
    ['auto', 'scroll'].includes(getComputedStyle(element).overflowX) ||
    scrolls(element.parentElement)
  );
  return [...root.querySelectorAll('button, p, input, textarea, h2, h3, article, canvas, pre')]
    .filter(element => element.getBoundingClientRect().right > edge && !scrolls(element))
    .map(element => element.outerHTML.slice(0, 120));
}"""
MOVING = """root => root.getAnimations({ subtree: true })
  .filter(one => one.playState === 'running' && one.effect.getTiming().iterations === Infinity)
  .map(one => one.effect.target.className)"""
# What JupyterLab has rules for, whoever made it, by what it is: how its corners and lines are.
SHAPES = """root => Object.fromEntries([...root.querySelectorAll('button, pre')].map(element => {
  const { borderRadius, outlineStyle, wordBreak } = getComputedStyle(element);
  return [element.className.trim() || element.tagName, [borderRadius, outlineStyle, wordBreak]];
}))"""
COVERED = """element => {
  const { left, top, width, height } = element.getBoundingClientRect();
  const seen = document.elementFromPoint(left + width / 2, top + height / 2);
  return seen?.closest('.ait-overlay') !== null;
}"""

# The rows that fill the window of the list, once they have stood still for a moment.
IN_SIGHT = """async () => {
  const rows = () => {
    const list = document.querySelector('.ait-scroll');
    const window = list.getBoundingClientRect();
    return [...list.querySelectorAll('[data-row]')].filter(row => {
      const box = row.getBoundingClientRect();
      return box.bottom > window.top && box.top < window.bottom;
    }).map(row => row.dataset.row).join(' ');
  };
  for (let seen, still = 0; still < 20; ) {
    await new Promise(requestAnimationFrame);
    still = seen === rows() ? still + 1 : 0;
    seen = rows();
  }
  return rows();
}"""


@pytest.fixture(scope="module")
def told(lab: JupyterLab, demo: Demo, portal: BlockingPortal) -> Iterator[str]:
    """A session in which tools were called, an answer has two versions, and an approval is open."""
    people = People(lab.start_hub(), portal)
    ann = people.customer("talk:told")
    ann.ask("count 3")
    again = ann.do(ann.session.view.regenerate, ann.session.view.messages[-1].codec_message_id)
    ann.wait(again)
    ann.ask("tool")
    ann.ask("approve")
    yield "talk:told"
    people.leave()


def talking(console: Console) -> Iterator[str]:
    """All that can be open in a Console with a conversation, one after the other."""
    page, root = console.page, console.root
    button = root.get_by_role("button")
    expect(console.messages).to_contain_text("May it run", timeout=PATIENCE)
    yield "an approval and the tree"
    button.filter(has_text="Edit arguments…").click()
    yield "arguments under way"
    page.keyboard.press("Escape")
    console.messages.get_by_role("article").filter(has_text="look_up_weather").first.hover()
    for call in ("send_fax", "look_up_weather"):
        button.filter(has_text=call).first.click()
    yield "tool calls"
    root.get_by_role("button", name="Search").click()
    page.keyboard.type("message")
    expect(root.get_by_role("option").first).to_be_visible()
    yield "a search"
    page.keyboard.press("Escape")
    for name in ("Connection", "People", "More", "Keys"):
        root.get_by_role("button", name=name).first.click()
        expect(root.get_by_role("dialog")).to_be_visible()
        yield name
        page.keyboard.press("Escape")


def beginning(console: Console) -> Iterator[str]:
    """An empty session, and then the first reply in it."""
    expect(console.root).to_contain_text("Nothing has been said here yet", timeout=PATIENCE)
    yield "an empty session"
    console.say("count 900")
    console.says("8 9 10")
    yield "a reply that streams"
    console.stop()
    expect(console.run_line()).to_contain_text("Cancelled", timeout=PATIENCE)
    console.root.get_by_role("button", name="Full window").click()
    expect(console.root).to_have_attribute("data-full", "true")
    yield "the full window"
    console.page.keyboard.press("Escape")


def without_a_kernel(notebook: Notebook, console: Console) -> Iterator[str]:
    notebook.kill_kernel()
    banner = console.root.locator(".ait-banner")
    expect(banner).to_contain_text("has run out", timeout=PATIENCE)
    yield "a token that has run out"


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_axe_finds_nothing_grave_in_any_state(
    lab: JupyterLab,
    notebook: Notebook,
    people: People,
    portal: BlockingPortal,
    told: str,
    theme: str,
) -> None:
    issuer = people.connection("issuer", "lead")
    elsewhere = issuer.token_for("lena", {"talk:elsewhere": ["subscribe"]})
    with served(portal, gives(elsewhere)) as url:
        see_all(lab, notebook, told, theme, url)


def see_all(lab: JupyterLab, notebook: Notebook, told: str, theme: str, url: str) -> None:
    cells = [
        f'{START}\nait.Console("{told}", token_life={LIFE})',
        f'ait.Console("talk:new {theme}", height=420)',
        FAILING % url,
    ]
    notebook.open(lab.write(f"care-{theme[-4:]}.ipynb", cells))
    notebook.use_theme(theme)
    notebook.run_all()
    for index in (TALKING, EMPTY):
        notebook.console(index).is_live()
    dark = theme.endswith("Dark")
    found: dict[str, list[str]] = {}

    def look(console: Console, states: Iterator[str]) -> None:
        expect(console.root).to_have_attribute("data-theme", "dark" if dark else "light")
        console.root.scroll_into_view_if_needed()
        for state in states:
            found[state] = findings(console.root)

    look(notebook.console(TALKING), talking(notebook.console(TALKING)))
    look(notebook.console(EMPTY), beginning(notebook.console(EMPTY)))
    failed = notebook.console(FAILED)
    expect(failed.root.get_by_role("button", name="Reconnect")).to_be_visible(timeout=PATIENCE)
    look(failed, iter(["a connection that failed"]))
    notebook.console(TALKING).root.scroll_into_view_if_needed()
    look(notebook.console(TALKING), without_a_kernel(notebook, notebook.console(TALKING)))
    assert {state: grave for state, grave in found.items() if grave} == {}
    assert len(found) == 13


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_grave_on_the_pages_of_the_hub(
    page: Page, people: People, told: str, scheme: str
) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    connection = people.connection("omar", "operator")
    doors = {"console": "this console", "customer": "this chat"}
    html = page.locator("html")
    found: dict[str, list[str]] = {}
    for name, what in doors.items():
        page.goto(f"{connection.url}/{name}")
        expect(page.get_by_role("heading")).to_have_text(f"Sign in to {what}")
        found[f"the door of the {name}"] = findings(html)
    page.goto(connection.link("console", session=told))
    expect(page.get_by_role("button", name="Approve")).to_be_visible(timeout=PATIENCE)
    found["the console"] = findings(html)
    page.goto(connection.link("customer", session=told, client_id="ann"))
    expect(page.get_by_role("button", name="Approve")).to_be_visible(timeout=PATIENCE)
    found["the page of the customer"] = findings(html)
    assert {state: grave for state, grave in found.items() if grave} == {}


def test_jupyterlab_gives_no_button_another_shape(
    lab: JupyterLab, notebook: Notebook, people: People, told: str
) -> None:
    notebook.open(lab.console(told)).run_all()
    page = notebook.page.context.new_page()
    page.goto(people.connection("omar", "operator").link("console", session=told))
    shapes = []
    for console in (notebook.console(), Console(page.locator(".ait"))):
        console.page.bring_to_front()
        expect(console.messages).to_contain_text("May it run", timeout=PATIENCE)
        console.root.get_by_role("button", name="More", exact=True).click()
        expect(console.root.get_by_role("button", name="My Runs")).to_be_visible()
        shapes.append(console.root.evaluate(SHAPES))
    inside, alone = shapes
    assert {"ait-send", "ait-stop", "ait-segment", "ait-people", "ait-menu-entry"} <= {*inside}
    both = {*inside} & {*alone}
    assert {name: inside[name] for name in both} == {name: alone[name] for name in both}


def as_wide_as(console: Console, width: int) -> None:
    """Make the window so narrow that the Console has this width."""
    page = console.page
    page.evaluate("window.jupyterapp.shell.collapseLeft()")
    size = page.viewport_size
    assert size is not None
    page.set_viewport_size({"width": 600, "height": size["height"]})
    expect(console.root.get_by_role("tab").first).to_be_visible()
    box = console.root.bounding_box()
    assert box is not None
    page.set_viewport_size({"width": int(600 + width - box["width"]), "height": size["height"]})


def test_it_is_whole_in_a_narrow_cell(lab: JupyterLab, notebook: Notebook, told: str) -> None:
    notebook.open(lab.console(told)).run_all()
    console = notebook.console().is_live()
    for width in (480, 424, 320):
        as_wide_as(console, width)
        expect(console.root).to_have_css("width", f"{width}px")
        for mode in ("Redirect", "New message", "Resume"):
            console.choose(mode)
            assert console.field.evaluate("field => field.scrollHeight - field.clientHeight") == 0
        console.root.get_by_role("tab", name="Branches").click()
        expect(console.root.get_by_role("tree")).to_be_visible()
        console.root.get_by_role("tab", name="Conversation").click()
        expect(console.messages.get_by_role("button", name="Approve")).to_be_visible()
        assert findings(console.root) == []
        assert console.root.evaluate(STICKING_OUT) == []
        console.root.get_by_role("button", name="More", exact=True).click()
        expect(console.root.get_by_role("button", name="Keys")).to_be_visible()
        assert console.root.evaluate(STICKING_OUT) == []
        notebook.page.keyboard.press("Escape")


def test_a_change_of_theme_leaves_the_reader_where_they_are(
    lab: JupyterLab, notebook: Notebook, told: str
) -> None:
    page = notebook.page
    cell = f'{START}\nait.Console("{told}", height=320)'
    notebook.open(lab.write("themes.ipynb", [cell])).run_all()
    console = notebook.console().is_live()
    expect(console.messages).to_contain_text("May it run", timeout=PATIENCE)
    # So far from the beginning that what is in sight there would not do.
    console.root.get_by_role("group", name="Conversation").evaluate(
        "list => { list.scrollTop = list.scrollHeight - list.clientHeight - 120; }"
    )
    to_live = console.root.get_by_role("button", name="Jump to live")
    expect(to_live).to_be_visible()
    seen = page.evaluate(IN_SIGHT)
    assert seen
    for theme in ("JupyterLab Dark", "JupyterLab Light"):
        notebook.use_theme(theme)
        expect(console.root).to_have_attribute("data-theme", theme.split()[1].lower())
        expect(to_live).to_be_visible()
        assert page.evaluate(IN_SIGHT) == seen
    console.root.get_by_role("button", name="Keys").click()
    expect(console.root.get_by_role("dialog", name="Keys")).to_be_visible()
    assert to_live.evaluate(COVERED)
    page.keyboard.press("Escape")
    to_live.click()
    expect(console.messages.get_by_role("button", name="Approve")).to_be_in_viewport()


def test_nothing_moves_and_a_few_colours_are_enough_for_those_who_want_it_so(
    lab: JupyterLab, notebook: Notebook, demo: Demo
) -> None:
    page = notebook.page
    notebook.open(lab.console("talk:calm")).run_all()
    console = notebook.console().is_live()
    console.say("count 900")
    console.says("8 9 10")
    assert console.root.evaluate(MOVING) != []
    page.emulate_media(reduced_motion="reduce")
    until_page(page, f"root => ({MOVING})(root).length === 0", console.root.element_handle())
    page.emulate_media(forced_colors="active")
    console.root.locator(".ait-frame").focus()
    chosen = console.root.get_by_role("group").get_by_role("button", name="Steer")
    other = console.root.get_by_role("group").get_by_role("button", name="Redirect")
    assert looks(chosen, "background-color") != looks(other, "background-color")
    for key in ("Tab", "Tab", "m", "ArrowUp", "c"):
        page.keyboard.press(key)
        focused = console.root.locator(":focus")
        assert looks(focused, "outline-style") == "solid"
        assert looks(focused, "outline-width") == "2px"
    console.stop()


def looks(element: Locator, name: str) -> str:
    value: str = element.evaluate(
        "(element, name) => getComputedStyle(element).getPropertyValue(name)", name
    )
    return value


def test_who_is_led_to_a_branch_that_is_all_in_sight_need_not_jump_back(
    lab: JupyterLab, notebook: Notebook, people: People, demo: Demo
) -> None:
    ann = people.customer("talk:short")
    ann.ask("count 3")
    question = ann.session.view.messages[0].codec_message_id
    ann.wait(ann.do(ann.session.view.edit, question, "count 4"))
    notebook.open(lab.console("talk:short")).run_all()
    console = notebook.console().is_live()
    console.says("count 4")
    console.root.get_by_role("treeitem", name="count 3").first.click()
    console.says("count 3")
    expect(console.messages.locator("[data-found]")).to_be_hidden(timeout=PATIENCE)
    expect(console.root.get_by_role("button", name="Jump to live")).to_be_hidden()
