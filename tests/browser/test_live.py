"""What comes while one looks: joined in the middle, in a busy kernel, without any kernel."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.console import Console
from tests.browser.jupyter import JupyterLab, Notebook
from tests.browser.people import Demo, People
from tests.browser.waiting import PATIENCE

# Holds the kernel's main thread until a file is there.
BUSY = """import pathlib, time
while not pathlib.Path("enough").exists():
    time.sleep(0.1)
print("awake")"""


def opened(lab: JupyterLab, notebook: Notebook, session: str, *cells: str) -> Console:
    notebook.open(lab.console(session, *cells))
    notebook.run_all(wait=not cells)
    return notebook.console().is_live()


def test_who_joins_in_the_middle_has_the_text_so_far_and_then_all_of_it(
    lab: JupyterLab, notebook: Notebook, people: People, demo: Demo
) -> None:
    ann = people.customer("talk:middle")
    run = ann.say("count 150")
    console = opened(lab, notebook, "talk:middle")
    console.says("1 2 3 4 5 6 7")
    assert " 149 " not in console.messages.inner_text(), "it was over before one joined"
    assert ann.wait(run) == "complete"
    console.says(" 150")
    assert console.said() == ann.texts()


def test_a_busy_kernel_stops_nothing(
    lab: JupyterLab, notebook: Notebook, people: People, demo: Demo
) -> None:
    ann = people.customer("talk:busy")
    ann.say("count 900")
    console = opened(lab, notebook, "talk:busy", BUSY)
    for number in (30, 60):
        console.says(f" {number} ")
    console.choose("Steer")
    console.say("count 40 instead")
    console.says("Understood, in the middle of it")
    expect(console.root.get_by_text("Taken up")).to_be_visible(timeout=PATIENCE)
    ann.say("count 800")
    console.says("800")
    console.stop()
    expect(console.run_line()).to_contain_text("Cancelled", timeout=PATIENCE)
    assert notebook.is_running(1)
    (lab.root / "enough").touch()
    notebook.prints(1, "awake")


def test_without_a_kernel_it_goes_on_and_is_whole_again_with_one(
    lab: JupyterLab, notebook: Notebook, people: People, demo: Demo
) -> None:
    ann = people.customer("talk:killed")
    ann.say("count 900")
    console = opened(lab, notebook, "talk:killed", "import os\npid = os.getpid()")
    notebook.restart_kernel()
    console.says(" 40 ")
    notebook.kill_kernel()
    console.says(" 70 ")
    console.stop()
    expect(console.run_line()).to_contain_text("Cancelled", timeout=PATIENCE)
    notebook.restart_kernel()
    notebook.ready().run_all()
    again = notebook.console().is_live()
    assert again.said() == people.history("talk:killed")


def test_a_page_that_is_reloaded_recovers(
    lab: JupyterLab, notebook: Notebook, people: People, demo: Demo
) -> None:
    ann = people.customer("talk:reloaded")
    ann.say("count 900")
    console = opened(lab, notebook, "talk:reloaded")
    console.says(" 20 ")
    notebook.do("docmanager:save")
    notebook.page.reload(wait_until="domcontentloaded")
    notebook.ready()
    console.is_live().says(" 60 ")
    console.stop()
    expect(console.run_line()).to_contain_text("Cancelled", timeout=PATIENCE)
    assert console.said() == people.history("talk:reloaded")
