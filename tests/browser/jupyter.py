"""JupyterLab as its own process, and notebooks in it as a person in a browser has them."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

import nbformat
from playwright.sync_api import ConsoleMessage, Error, Locator, Page, Request, expect

from aitransport_notebook.hub.launch.find import find_or_start
from aitransport_notebook.hub.launch.record import HubRecord, read_record
from tests.browser.console import Console
from tests.support.ports import free_port

TOKEN = "lab-token"
START = 60.0
# The kernel and the page take their time on a machine that has other things to do.
READY = 60_000
# What JupyterLab itself complains of when a kernel goes away.
KERNEL_WENT = (
    "Connection lost, reconnecting",
    "Subshell identifier not",
    "Canceled future for",
    "History was unable to be retrieved",
)
# JupyterLab looks for news and updates on servers that are not here.
QUIET = {
    "@jupyterlab/apputils-extension/notification.jupyterlab-settings": {
        "fetchNews": "false",
        "checkForUpdates": False,
    }
}
AS_OPERATOR = 'ait.connect(client_id="operator-1", role="operator")'
_IN_FRONT = ".jp-NotebookPanel:not(.lm-mod-hidden)"
_HAS_NOTEBOOK = f"""() => window.jupyterapp?.commands.hasCommand('notebook:run-all-cells')
  && document.querySelector('{_IN_FRONT} .jp-Notebook .jp-CodeCell')"""
_HAS_KERNEL = """async () => {
  const context = window.jupyterapp.shell.currentWidget?.sessionContext;
  if (!context) return false;
  await context.ready;
  const kernel = context.session?.kernel;
  return kernel?.connectionStatus === 'connected' && kernel.status === 'idle';
}"""
_RUN_CELL = """async index => {
  window.jupyterapp.shell.currentWidget.content.activeCellIndex = index;
  await window.jupyterapp.commands.execute('notebook:run-cell');
}"""
_THEME = "theme => window.jupyterapp.commands.execute('apputils:change-theme', { theme })"


class JupyterLab:
    """A server with folders of its own, and with a hub of its own that kernels find.

    `base` is where it is below its address, as behind a JupyterHub.
    """

    def __init__(self, folder: Path, *options: str, base: str = "/") -> None:
        self.root = folder / "notebooks"
        self.home = folder / "home"
        self.log = folder / "jupyter.log"
        self.port = free_port()
        self._base = base
        self._options = (f"--ServerApp.base_url={base}", *options)
        self._settings = folder / "settings"
        self._environment = {
            **os.environ,
            "AITRANSPORT_HOME": str(self.home),
            "IPYTHONDIR": str(folder / "ipython"),
            "JUPYTERLAB_SETTINGS_DIR": str(self._settings),
            "JUPYTERLAB_WORKSPACES_DIR": str(folder / "workspaces"),
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            **{
                f"JUPYTER_{name}_DIR": str(folder / name.lower())
                for name in ("CONFIG", "DATA", "RUNTIME")
            },
        }
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}{self._base}".rstrip("/")

    def start_hub(self) -> HubRecord:
        """Return the hub that the kernels of this server find; start it if none has yet."""
        return find_or_start(folder=self.home)

    def console(self, session: str, *cells: str, connect: str = AS_OPERATOR) -> str:
        """Write a notebook whose first cell opens a Console; returns the address of it."""
        opened = f"import aitransport_notebook as ait\n{connect}\n"
        opened += f"console = ait.Console({session!r})\nconsole"
        return self.write(f"{re.sub('[^a-z0-9]', '-', session)}.ipynb", [opened, *cells])

    def write(self, name: str, cells: Sequence[str]) -> str:
        """Write a notebook; returns the address of it."""
        notebook = nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell(cell) for cell in cells],
            metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
        )
        nbformat.write(notebook, self.root / name)
        return self.address(name)

    def address(self, name: str) -> str:
        return f"{self.url}/lab/tree/{name}?token={TOKEN}&reset"

    def __enter__(self) -> Self:
        self.root.mkdir(parents=True)
        for name, settings in QUIET.items():
            file = self._settings / name
            file.parent.mkdir(parents=True)
            file.write_text(json.dumps(settings))
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"),
                    *("--ServerApp.ip=127.0.0.1", f"--ServerApp.port={self.port}"),
                    *("--ServerApp.port_retries=0", f"--ServerApp.root_dir={self.root}"),
                    *(f"--IdentityProvider.token={TOKEN}", "--LabApp.expose_app_in_browser=True"),
                    *self._options,
                ],
                env=self._environment,
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + START
        while not self._answers():
            assert self._process.poll() is None and time.monotonic() < deadline, (
                self.log.read_text()[-3000:]
            )
            time.sleep(0.1)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(15)
        finally:
            self._process.kill()
            self._process.wait()
        record = read_record(self.home / "hub.json") if self.home.exists() else None
        if record is not None:
            with suppress(ProcessLookupError):
                os.kill(record.pid, signal.SIGTERM)

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/api/status?token={TOKEN}", timeout=1):
                return True
        except (urllib.error.HTTPError, OSError):
            return False


class Notebook:
    """A notebook that is open in a page of its own, and what the page complained about."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.complaints: list[str] = []
        # Set by who has a kernel go away.
        self.kernel_went = False
        page.on("console", self._heard)
        page.on("pageerror", self._broke)
        page.on("requestfailed", self._failed)

    def open(self, address: str) -> Self:
        self.page.goto(address, wait_until="domcontentloaded")
        return self.ready()

    def ready(self) -> Self:
        """Wait until the notebook is there, with a kernel that has nothing to do."""
        self.page.wait_for_function(_HAS_NOTEBOOK, timeout=READY)
        self.page.wait_for_function(_HAS_KERNEL, timeout=READY)
        return self

    def shown(self) -> Self:
        """Wait until the notebook is there, whatever its kernel does."""
        self.page.wait_for_function(_HAS_NOTEBOOK, timeout=READY)
        return self

    def run_all(self, *, wait: bool = True) -> None:
        run = "window.jupyterapp.commands.execute('notebook:run-all-cells')"
        self.page.evaluate(run if wait else f"void {run}")

    def run_cell(self, index: int = 0) -> None:
        """Run one cell, and wait until it is done."""
        self.page.evaluate(_RUN_CELL, index)

    def do(self, command: str) -> None:
        self.page.evaluate("name => window.jupyterapp.commands.execute(name)", command)

    def restart_kernel(self) -> None:
        """Restart it, or start one where it was killed."""
        self.kernel_went = True
        self.page.evaluate(
            "() => window.jupyterapp.shell.currentWidget.sessionContext.restartKernel()"
        )

    def kill_kernel(self) -> None:
        self.kernel_went = True
        self.page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")

    def is_running(self, cell: int) -> bool:
        """Tell whether a cell is being executed: a subshell can be idle meanwhile."""
        prompt = self.page.locator(".jp-CodeCell").nth(cell).locator(".jp-InputPrompt")
        return "[*]" in prompt.inner_text()

    def use_theme(self, name: str) -> None:
        self.page.evaluate(_THEME, name)

    def console(self, index: int = 0) -> Console:
        # A page that is reloaded may bring back other notebooks too, behind this one.
        return Console(self.page.locator(f"{_IN_FRONT} .jp-OutputArea .ait").nth(index))

    def prints(self, cell: int, text: str) -> None:
        """Wait until a cell has printed a text."""
        expect(self._outputs(cell)).to_contain_text(text, timeout=READY)

    def printed(self, cell: int) -> str:
        """Return what a cell has printed so far."""
        return self._outputs(cell).inner_text()

    def _outputs(self, cell: int) -> Locator:
        return self.page.locator(".jp-CodeCell").nth(cell).locator(".jp-Cell-outputArea")

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not self._is_about_kernel(message.text):
            self.complaints.append(f"{message.type}: {message.text}")

    def _broke(self, error: Error) -> None:
        if not self._is_about_kernel(error.message):
            self.complaints.append(f"error: {error}")

    def _is_about_kernel(self, text: str) -> bool:
        return self.kernel_went and any(said in text for said in KERNEL_WENT)

    def _failed(self, request: Request) -> None:
        # A page that is left gives up what it was asking for.
        if request.failure != "net::ERR_ABORTED":
            self.complaints.append(f"failed: {request.method} {request.url} {request.failure}")
