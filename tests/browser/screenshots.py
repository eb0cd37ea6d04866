"""`python -m tests.browser.screenshots`: the README's pictures, of the real thing.

It runs `lab` for somebody who has never used it, opens the operator's notebook in Chromium, and
looks at what is there.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Locator, expect

from tests.browser.jupyter import Notebook
from tests.browser.waiting import PATIENCE
from tests.lab.lab_process import LabProcess
from tests.support.chromium import chromium
from tests.support.ports import free_port

IMAGES = Path(__file__).parents[2] / "docs" / "images"
# Wide enough for a Console with its tree, and no wider.
SIZE = (1180, 860)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--out", type=Path, default=IMAGES, help="a folder (%(default)s)")
    out: Path = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        lab_of_somebody_new(Path(folder)) as address,
        chromium() as browser,
    ):
        take(browser, address, out)


@contextmanager
def lab_of_somebody_new(folder: Path) -> Iterator[str]:
    """Run `lab` with a home of its own; yields the address of the operator's notebook."""
    (folder / "config").mkdir()
    os.environ |= {
        "AITRANSPORT_HOME": str(folder / "home"),
        "IPYTHONDIR": str(folder / "ipython"),
        "JUPYTER_DATA_DIR": str(folder / "data"),
        "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
        "JUPYTER_CONFIG_DIR": str(folder / "config"),
    }
    exposed = {"LabApp": {"expose_app_in_browser": True}}
    (folder / "config" / "jupyter_lab_config.json").write_text(json.dumps(exposed))
    with LabProcess("--port", str(free_port()), "--folder", str(folder / "notebooks")) as lab:
        yield lab.address()
        lab.end(signal.SIGINT)


def take(browser: Browser, address: str, out: Path) -> None:
    """Take all pictures."""
    width, height = SIZE
    page = browser.new_page(viewport={"width": width, "height": height}, device_scale_factor=2)
    notebook = Notebook(page).open(address)
    page.evaluate("window.jupyterapp.commands.execute('application:toggle-left-area')")
    notebook.run_all()
    consoles = page.locator(".jp-OutputArea .ait")
    show(consoles.nth(0))
    # A cell has stopped one answer: the next is under way.
    page.wait_for_timeout(2000)
    answering = consoles.nth(0).locator(".ait-run").last
    expect(answering).to_contain_text("Answering", timeout=PATIENCE)
    page.wait_for_timeout(4000)
    page.screenshot(path=out / "notebook.png")
    consoles.nth(1).screenshot(path=out / "approval.png")
    frame = page.locator("iframe").first
    show(frame)
    page.wait_for_timeout(2000)
    frame.screenshot(path=out / "customer.png")
    notebook.use_theme("JupyterLab Dark")
    page.wait_for_timeout(1000)
    show(consoles.nth(2))
    consoles.nth(2).screenshot(path=out / "branches.png")
    show(consoles.nth(3))
    consoles.nth(3).screenshot(path=out / "trouble.png")
    if notebook.complaints:
        raise SystemExit("\n".join(["the page complained:", *notebook.complaints]))


def show(what: Locator) -> None:
    what.scroll_into_view_if_needed()
    what.page.wait_for_timeout(500)


if __name__ == "__main__":
    main()
