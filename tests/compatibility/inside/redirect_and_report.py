"""A pytest plugin for the suite's own process, with its interpreter and nothing of ours.

Connections to the hosts in COMPATIBILITY_REDIRECT go to the front on this machine, and what
becomes of each test goes to COMPATIBILITY_RESULTS as lines of JSON.
"""

from __future__ import annotations

import json
import os
import socket
from pathlib import Path
from typing import Any

import pytest

REDIRECT = json.loads(os.environ["COMPATIBILITY_REDIRECT"])
RESULTS = Path(os.environ["COMPATIBILITY_RESULTS"])
# What the hosts resolve to: an address for documentation, which nothing ever connects to.
MARK = "192.0.2.1"
LONGEST_ERROR = 2000
STATES = {"passed": "passed", "failed": "failed", "skipped": "skipped"}

_getaddrinfo = socket.getaddrinfo
_connect = socket.socket.connect
_seconds: dict[str, float] = {}


def getaddrinfo(host: Any, *arguments: Any, **named: Any) -> Any:
    name = host.decode() if isinstance(host, bytes) else host
    if isinstance(name, str) and name.lower() in REDIRECT["hosts"]:
        host = MARK
    return _getaddrinfo(host, *arguments, **named)


def connect(self: socket.socket, address: Any) -> None:
    if isinstance(address, tuple):
        silent = REDIRECT["silent"]
        if address[0] == silent["host"]:
            address = ("127.0.0.1", silent["port"])
        elif address[0] == MARK:
            address = ("127.0.0.1", REDIRECT["ports"].get(str(address[1]), address[1]))
    _connect(self, address)


socket.getaddrinfo = getaddrinfo
socket.socket.connect = connect  # type: ignore[assignment,method-assign]


def pytest_collection_finish(session: pytest.Session) -> None:
    plan = [{"id": item.nodeid, "title": _title(item.nodeid)} for item in session.items]
    _write({"plan": plan})


def pytest_collectreport(report: pytest.CollectReport) -> None:
    if report.failed:
        _write(_record(report.nodeid, "failed", report.longreprtext))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    _seconds[report.nodeid] = _seconds.get(report.nodeid, 0.0) + report.duration
    if report.when == "call" or report.outcome != "passed":
        error = report.longreprtext if report.failed else None
        _write(_record(report.nodeid, STATES[report.outcome], error))


def _record(node: str, state: str, error: str | None) -> dict[str, object]:
    return {
        **{"id": node, "title": _title(node), "state": state},
        "error": error and error[-LONGEST_ERROR:],
        "seconds": round(_seconds.get(node, 0.0), 3),
    }


def _title(node: str) -> str:
    return node.partition("::")[2].replace("::", " > ") or node


def _write(record: dict[str, object]) -> None:
    with RESULTS.open("a") as file:
        file.write(json.dumps(record) + "\n")
