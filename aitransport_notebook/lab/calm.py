"""A terminal in which JupyterLab says what somebody can act on, and nothing else."""

from __future__ import annotations

import logging
from typing import Any

from jupyter_client.manager import KernelManager
from tornado.log import app_log
from tornado.websocket import WebSocketClosedError
from zmq import has

# Where JupyterLab's server tells its address, and that it was told to end: lab does both.
_TOLD_BY_LAB = frozenset({"start_app", "_signal_stop"})
_ENCRYPTION = "transport_encryption"


def calm(server: Any) -> None:
    """Keep back what helps nobody, for a server that is about to start: it has been made by now."""
    for log in (server.log, app_log, logging.getLogger("asyncio")):
        log.addFilter(_is_news)
    if has("curve") and KernelManager.class_traits().get(_ENCRYPTION) is not None:
        _encrypt(server)


def _is_news(record: logging.LogRecord) -> bool:
    # A page that was left, or loaded anew, has no use for what is on its way to it.
    left = record.exc_info is not None and isinstance(record.exc_info[1], WebSocketClosedError)
    return not left and record.funcName not in _TOLD_BY_LAB


def _encrypt(server: Any) -> None:
    """Encrypt what is said to kernels, where they can; what users have set themselves stays.

    Each kernel would warn otherwise that others on the machine might listen.
    """
    of_kernels = KernelManager.__name__
    if _ENCRYPTION not in server.config[of_kernels]:
        wish = type(server.config)({of_kernels: {_ENCRYPTION: "auto"}})
        server.kernel_manager.update_config(wish)
