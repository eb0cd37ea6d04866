"""The `lab` command: the hub, then JupyterLab on the notebooks, which ends with it.

The hub is the user's own, shared by other kernels, and ends by itself when nobody uses it.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from aitransport_notebook.errors import HubError
from aitransport_notebook.hub.launch.find import find_or_start

# In a wheel the notebooks stand in the package, in a clone beside it.
_PLACES = (Path(__file__).parent / "notebooks", Path(__file__).parents[1] / "notebooks")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--no-browser", action="store_true", help="print JupyterLab's address, open nothing"
    )
    parser.add_argument("--port", type=int, help="JupyterLab's port (default: its own choice)")
    parser.add_argument(
        "--folder",
        type=Path,
        default=Path("aitransport-notebooks"),
        help="where the notebooks are kept; made if it is not there (%(default)s)",
    )


def run(given: argparse.Namespace) -> int:
    """Run JupyterLab until it is ended; returns its exit status."""
    if importlib.util.find_spec("jupyterlab") is None:
        raise HubError(
            "JupyterLab is not installed", hint="pip install 'aitransport-notebook[lab]'"
        )
    folder = lay_out(given.folder)
    hub = find_or_start()
    print(f"The hub is at {hub.url}; the notebooks are in {folder}.", flush=True)
    command = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={folder}"]
    if given.no_browser:
        command.append("--no-browser")
    if given.port is not None:
        command += [f"--ServerApp.port={given.port}", "--ServerApp.port_retries=0"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")
    process = subprocess.Popen(command)
    signal.signal(signal.SIGTERM, lambda *_: process.terminate())
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            # The terminal has interrupted JupyterLab too, and it asks before it ends.
            continue


def lay_out(folder: Path) -> Path:
    """Copy the notebooks to a folder where they can be changed; what is there stays as it is."""
    source = next((place for place in _PLACES if place.is_dir()), None)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise HubError(
            f"cannot make the folder {folder}: {error.strerror}",
            hint="Choose another one with --folder.",
        ) from None
    for notebook in sorted(source.glob("*.ipynb")) if source else ():
        copy = folder / notebook.name
        if not copy.exists():
            shutil.copyfile(notebook, copy)
    return folder.resolve()
