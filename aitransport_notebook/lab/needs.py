"""What has to be there before anything is started, and what to do where it is not."""

from __future__ import annotations

import importlib.util
import socket
from collections.abc import Iterator

from aitransport_notebook._version import __version__
from aitransport_notebook.console.frontend import read_frontend
from aitransport_notebook.errors import HubError, how_to_install
from aitransport_notebook.hub.launch.record import HubRecord

INSTALL = how_to_install("lab")
NEEDED = {"jupyterlab": "JupyterLab", "ipykernel": "ipykernel", "anywidget": "anywidget"}


def check_installed() -> None:
    """Raise if something is missing that nothing works without."""
    missing = [name for module, name in NEEDED.items() if not _is_there(module)]
    if missing:
        raise HubError(f"{' and '.join(missing)} is not installed", hint=INSTALL)
    read_frontend()


def check_port(port: int | None) -> None:
    """Raise if a port that was asked for is another's."""
    if port is None:
        return
    with socket.socket() as probe:
        # As JupyterLab does it: connections that have just ended do not hold a port.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OverflowError:
            raise HubError(f"{port} is no port", hint="Use 1 to 65535.") from None
        except OSError as error:
            raise HubError(
                f"JupyterLab cannot have port {port}: {error.strerror}",
                hint="Choose another one with --port, or leave it out to get a free one.",
            ) from None


def remarks(hub: HubRecord) -> Iterator[str]:
    """Yield what may explain a trouble later, and is none yet."""
    if not _is_there("jupyter_server_proxy"):
        yield (
            "jupyter-server-proxy is not installed: consoles work in a browser on this machine,"
            f" and on no other. {INSTALL}"
        )
    if hub.version != __version__:
        yield (
            f"The hub that runs is version {hub.version}, and this is {__version__}. If something"
            f" looks wrong, end the process {hub.pid} and start lab again."
        )


def _is_there(module: str) -> bool:
    return importlib.util.find_spec(module) is not None
