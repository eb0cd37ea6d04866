"""Somebody who has only the keyboard, in a notebook with a Console in it."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Locator, expect

from tests.browser.console import Console
from tests.browser.jupyter import Notebook
from tests.browser.waiting import PATIENCE

# More presses of Tab than there are stops between any two places.
FAR = 80
_INSIDE = "document.activeElement?.closest('.ait') != null"
_CELLS = """() => {
  const notebook = document.querySelector('.jp-Notebook');
  const kinds = [...notebook.querySelectorAll('.jp-Cell')].map(
    cell => cell.className.match(/jp-(Code|Markdown|Raw)Cell/)[0]
  );
  return [kinds.join(), notebook.classList.contains('jp-mod-editMode')];
}"""


class Keyboard:
    """Presses keys, and watches that the focus stays where the keys are for the Console."""

    def __init__(self, notebook: Notebook, console: Console) -> None:
        self.page = notebook.page
        self.console = console

    @property
    def cells(self) -> list[object]:
        """What JupyterLab's shortcuts would change."""
        cells: list[object] = self.page.evaluate(_CELLS)
        return cells

    def reach(self) -> None:
        """Go from the notebook's cell into the Console."""
        for _ in range(FAR):
            self.page.keyboard.press("Tab")
            if self.page.evaluate(_INSIDE):
                return
        raise AssertionError("the Console is out of the keyboard's reach")

    def press(self, *keys: str) -> None:
        """Press keys in the Console; the focus is in it after each."""
        for key in keys:
            self.page.keyboard.press(key)
            expect(self.console.root.locator(":focus")).to_have_count(1, timeout=PATIENCE)

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)

    def write(self, text: str, *keys: str) -> None:
        """Go to the composer, write, press what is to be pressed there, and send."""
        if not self.is_at(self.console.field):
            self.press("c")
        self.at(self.console.field)
        self.type(text)
        self.press(*keys, "Enter")
        expect(self.console.field).to_have_value("", timeout=PATIENCE)
        self.at(self.console.field)

    def tab_to(self, where: Locator, key: str = "Tab") -> None:
        """Wait until something is there, and press Tab until it has the focus."""
        expect(where).to_be_visible(timeout=PATIENCE)
        self._go(lambda: self.press(key), where)

    def walk_to(self, where: Locator, key: str = "ArrowUp") -> None:
        """Walk over the messages until one has the focus."""
        self._go(lambda: self.press(key), where)

    def at(self, where: Locator) -> None:
        expect(where).to_be_focused(timeout=PATIENCE)

    def is_at(self, where: Locator) -> bool:
        # What is not drawn yet has no focus.
        return any(one.evaluate("one => one === document.activeElement") for one in where.all())

    def _go(self, step: Callable[[], None], where: Locator) -> None:
        for _ in range(FAR):
            if self.is_at(where):
                return
            step()
        raise AssertionError(f"the keyboard does not lead to {where}")
