"""A customer's page in a cell, so that both sides of a session can be seen at once."""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import urlsplit

from aitransport_notebook.session.connection import Connection

HEIGHT = 480


def customer_page(
    connection: Connection, session: str, client_id: str, *, height: int = HEIGHT
) -> Any:
    """Return what shows a customer's page of a session in a cell's output.

    It comes through Jupyter's own address, by jupyter-server-proxy, as the browser may be on
    another machine than the hub. What lets it in works once: for another page run the cell again.
    """
    # It is there wherever a notebook runs, and nowhere else is it asked for.
    from IPython.display import IFrame

    link = urlsplit(connection.link("customer", session=session, client_id=client_id))
    base = os.environ.get("JUPYTERHUB_SERVICE_PREFIX", "/")
    return IFrame(f"{base}proxy/{connection.port}{link.path}#{link.fragment}", "100%", height)
