"""JupyterLab on the notebooks: how it is called, and where it is then."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import sys
import sysconfig
import threading
import time
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from aitransport_notebook.lab.telling import tell

FIRST = "lab/tree/operator.ipynb"
# What has it say no more than somebody can act on.
CALM = "--Application.log_level=ERROR"
STEP = 0.1
# It does not ask for news here, or whether it should. These are defaults: the user's own settings
# stay as they are, and count for more.
SETTINGS = Path(__file__).with_name("settings")


def arguments(
    folder: Path, *, port: int | None, opens_browser: bool, verbose: bool = False
) -> list[str]:
    """Return what JupyterLab is called with."""
    given = [f"--ServerApp.root_dir={folder}", f"--LabApp.default_url=/{FIRST}"]
    if not verbose:
        given.append(CALM)
    shell = os.environ.get("SHELL") or shutil.which("sh")
    if sys.platform != "win32" and shell is not None:
        # Jupyter's own choice is a login shell, where /etc/profile may set PATH anew.
        given.append(f"--ServerApp.terminado_settings=shell_command={shlex.quote(shell)}")
    if not opens_browser:
        given.append("--no-browser")
    if port is not None:
        given += [f"--ServerApp.port={port}", "--ServerApp.port_retries=0"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        given.append("--allow-root")
    return given


def run(given: Sequence[str]) -> None:
    """Be JupyterLab, and tell the address once there is one.

    What it takes is imported here: this package works without, but for this command.
    """
    # In its terminals this package's command is at hand, also where nobody has activated anything.
    _prepend("PATH", Path(sysconfig.get_path("scripts")))
    _prepend("JUPYTER_CONFIG_PATH", SETTINGS)
    threading.Thread(target=_tell_address, daemon=True).start()
    server = import_module("jupyterlab.labapp").LabApp.initialize_server(argv=list(given))
    if CALM in given:
        import_module("aitransport_notebook.lab.calm").calm(server)
    server.start()


def _prepend(name: str, folder: Path) -> None:
    """Have a folder searched before those that the environment names."""
    os.environ[name] = os.pathsep.join(filter(None, [str(folder), os.environ.get(name)]))


def _tell_address() -> None:
    from jupyter_core.paths import jupyter_runtime_dir

    # A server of Jupyter writes down where it is.
    file = Path(jupyter_runtime_dir()) / f"jpserver-{os.getpid()}.json"
    while True:
        try:
            server = json.loads(file.read_text("utf-8"))
        except (OSError, ValueError):
            time.sleep(STEP)
        else:
            token = f"?token={server['token']}" if server["token"] else ""
            tell(f"JupyterLab is at {server['url']}{FIRST}{token}")
            return
