"""The hub's log, kept in SQLite. Nothing outside this package knows that it is SQLite."""

from aitransport_notebook.hub.store.files import Synchronous
from aitransport_notebook.hub.store.reader import Reader
from aitransport_notebook.hub.store.store import Store

__all__ = ["Reader", "Store", "Synchronous"]
