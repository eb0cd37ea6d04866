"""Start everything in order, tell what was started, and wait."""

from __future__ import annotations

import argparse
import shutil
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

from aitransport_notebook.lab import jupyter, needs
from aitransport_notebook.lab.afresh import begin_again
from aitransport_notebook.lab.children import Child, Children, Ended
from aitransport_notebook.lab.folder import lay_out
from aitransport_notebook.lab.hub import LabHub
from aitransport_notebook.lab.interrupts import Interrupts
from aitransport_notebook.lab.names import STREAMING
from aitransport_notebook.lab.telling import tell

# The address is told last, after the demo sessions, unless these take so many seconds longer.
PATIENCE = 20.0
# What opens a customer's page: a link lives for minutes, so none is made before it is wanted.
CUSTOMER = f"open --page customer --session {STREAMING} --as ann"
# Who is in the demo sessions once they are filled, by what their processes are called with.
PEOPLE = {"talk": "The customer", "agent": "The demo agent"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--no-browser", action="store_true", help="print JupyterLab's address, open nothing"
    )
    parser.add_argument("--port", type=int, help="JupyterLab's port (default: its own choice)")
    parser.add_argument(
        "--verbose", action="store_true", help="show all that JupyterLab says, and not errors alone"
    )
    parser.add_argument(
        "--folder",
        type=Path,
        default=Path("aitransport-notebooks"),
        help="where the notebooks are kept; made if it is not there (%(default)s)",
    )
    parser.add_argument(
        "--no-jupyterlab",
        action="store_true",
        help="start all but JupyterLab, where one runs already, as on Binder",
    )
    parser.add_argument(
        "--afresh",
        action="store_true",
        help="forget what was said in the demo sessions, and begin them again",
    )


def run(given: argparse.Namespace) -> int:
    """Run until JupyterLab ends, or somebody ends it all; returns the exit status."""
    needs.check_installed()
    needs.check_port(given.port)
    folder = None if given.no_jupyterlab else lay_out(given.folder)
    with Interrupts() as interrupts:
        try:
            with LabHub() as lab_hub, Children(interrupts) as children:
                hub = interrupts.wait(lab_hub.wait)
                tell(f"The hub is at {hub.url}.")
                if given.afresh:
                    interrupts.wait(partial(begin_again, hub))
                    tell("The demo sessions begin again.")
                for remark in needs.remarks(hub):
                    tell(remark)
                return interrupts.wait(_started(children, folder, given))
        except KeyboardInterrupt:
            return 0


def _started(
    children: Children, folder: Path | None, given: argparse.Namespace
) -> Callable[[], int]:
    """Start all that there is beside the hub; returns what waits for its end."""
    demo = Demo(children)
    if folder is None:
        _beside(demo.run)
        return demo.go_on
    tell(f"The notebooks are in {folder}.")
    tell(f"A customer's page opens with: {_command()} {CUSTOMER}")
    called = jupyter.arguments(
        folder, port=given.port, opens_browser=not given.no_browser, verbose=given.verbose
    )
    lab = children.start("jupyter", *called)
    _beside(partial(demo.relay, lab))
    _beside(demo.run)
    return lab.wait


class Demo:
    """What goes on in the demo sessions. What fails there is told, and keeps nothing else."""

    def __init__(self, children: Children) -> None:
        self._children = children
        self._heard = {what: threading.Event() for what in PEOPLE}

    def run(self) -> None:
        """Fill the sessions, and keep who is in them."""
        with suppress(Ended):
            seeds = self._children.start("seed")
            for line in seeds.lines():
                self._children.tell(line)
            if seeds.wait() != 0:
                self._children.tell(
                    "Not all of the demo sessions could be filled; see above. All else works."
                )
        for what, name in PEOPLE.items():
            told = self._heard[what].set
            _beside(partial(self._children.keep, name, what, when_heard=told))

    def wait(self) -> None:
        """Wait until everyone in it has said that they are there; not for ever."""
        deadline = time.monotonic() + PATIENCE
        for heard in self._heard.values():
            heard.wait(max(0.0, deadline - time.monotonic()))

    def go_on(self) -> int:
        """Tell when everyone is there, where nothing else tells it, and wait for ever."""
        self.wait()
        tell("Everything runs, until Ctrl-C.")
        threading.Event().wait()
        return 0

    def relay(self, lab: Child) -> None:
        """Tell what JupyterLab says: its address first, and last of all that is started."""
        for place, line in enumerate(lab.lines()):
            if place == 0:
                self.wait()
                line = f"{line}\nCtrl-C ends all of it."
            self._children.tell(line)


def _command() -> str:
    """Return how this package's command is called from where `lab` was."""
    name = "aitransport-notebook"
    return name if shutil.which(name) else str(Path(sys.executable).with_name(name))


def _beside(work: Callable[[], None]) -> None:
    threading.Thread(target=work, daemon=True).start()
