"""The order of the layers, and the lengths of files and functions, hold over the whole source."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.source_rules import (
    LONGEST_FILE,
    PACKAGE,
    Module,
    clock_problems,
    import_problems,
    length_problems,
)

ROOT = Path(__file__).parent.parent
PYTHON = sorted(
    path for folder in (PACKAGE, "tests", "benchmarks") for path in Path(ROOT, folder).rglob("*.py")
)
TYPESCRIPT = sorted(
    path for folder in ("src", "tests") for path in Path(ROOT, "js", folder).rglob("*.ts*")
)


def module_at(path: Path) -> Module:
    parts = list(path.relative_to(ROOT / PACKAGE).with_suffix("").parts)
    is_package = parts[-1] == "__init__"
    if is_package and len(parts) > 1:
        parts.pop()
    return Module(".".join(parts), path.read_text("utf-8"), is_package)


def where(path: Path, line: int, problem: str) -> str:
    return f"{path.relative_to(ROOT)}:{line}: {problem}"


def test_imports_run_one_way_and_pure_parts_are_pure() -> None:
    problems = [
        where(path, line, problem)
        for path in sorted(Path(ROOT, PACKAGE).rglob("*.py"))
        for check in (import_problems, clock_problems)
        for line, problem in check(module_at(path))
    ]
    assert not problems, "\n" + "\n".join(problems)


def test_functions_are_short() -> None:
    problems = [
        where(path, line, problem)
        for path in PYTHON
        for line, problem in length_problems(path.read_text("utf-8"))
    ]
    assert not problems, "\n" + "\n".join(problems)


def test_files_are_short() -> None:
    lengths = {path: len(path.read_text("utf-8").splitlines()) for path in PYTHON + TYPESCRIPT}
    problems = [
        where(path, length, f"the file is over {LONGEST_FILE} lines")
        for path, length in lengths.items()
        if length > LONGEST_FILE
    ]
    assert not problems, "\n" + "\n".join(problems)


def test_the_frontend_never_parses_text_as_markup() -> None:
    doors = ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(")
    problems = [
        where(path, number, line.strip())
        for path in TYPESCRIPT
        if "src" in path.parts
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if any(door in line for door in doors)
    ]
    assert not problems, "\n" + "\n".join(problems)


@pytest.mark.parametrize(
    ("module", "problem"),
    [
        (Module("wire.names", "from ..tree import fold"), "stands after wire"),
        (Module("wire", "from .names import x\nfrom .. import tree", True), "stands after wire"),
        (Module("tree.fold", "def f():\n    import aitransport_notebook.cli"), "stands after"),
        (Module("hub.http.app", "from ...wire import names"), "is the hub's and imports wire"),
        (Module("session.client", "from ..hub.http import app"), "stands after session"),
        (Module("agents.demo", "from ..hub.launch import find"), "stands after agents"),
        (Module("cli", "from . import connect"), "imports from the package's root"),
        (Module("cli", "import aitransport_notebook"), "imports from the package's root"),
        (Module("shelf", "from .errors import HubError"), "has no place in the order"),
        (Module("cli", "import ably.types"), "only session.channel may"),
        (Module("hub.http.app", "from sqlite3 import connect"), "only hub.store may"),
        (Module("console.widget", "import pandas as pd"), "only frames may"),
        (Module("cli", "import anywidget"), "only console may"),
        (Module("cli", "from traitlets import Unicode"), "only console may"),
        (Module("hub.protocol.frames", "import asyncio"), "is pure and imports asyncio"),
        (Module("hub.auth", "from time import time", True), "is pure and imports time"),
    ],
)
def test_a_forbidden_import_is_found(module: Module, problem: str) -> None:
    [(line, found)] = import_problems(module)
    assert problem in found
    assert line == len(module.text.splitlines())


@pytest.mark.parametrize(
    "module",
    [
        Module("__init__", "from .session import connect", True),
        Module("hub", "from .http import app\nfrom ..errors import HubError", True),
        Module("hub.store.messages", "import sqlite3, time\nfrom ..protocol import frames"),
        Module("session.connection", "from ..hub.launch.find import find_or_start"),
        Module("session.channel.client", "import ably, asyncio\nfrom ..wire.names import x"),
        Module("cli", "from .hub import main\nfrom ._version import __version__"),
    ],
)
def test_an_allowed_import_is_not_found(module: Module) -> None:
    assert list(import_problems(module)) == []


def test_a_clock_in_a_pure_module_is_found() -> None:
    source = "from datetime import datetime\nx = datetime.now()"
    assert [line for line, _ in clock_problems(Module("hub.auth.tokens", source))] == [2]
    assert list(clock_problems(Module("hub.store.tokens", source))) == []


def test_a_long_function_is_found() -> None:
    body = "    pass\n" * 60
    assert [line for line, _ in length_problems(f"\nasync def f():\n{body}")] == [2]
    assert list(length_problems(f"def f():\n{body[9:]}")) == []
