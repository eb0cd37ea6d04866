"""What the source of the package may import, as plain functions of a module's name and text."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

PACKAGE = "aitransport_notebook"

# A part imports only parts that stand before it; `__init__` is the shop window and imports any.
ORDER = (
    "_version",
    "errors",
    "wire",
    "codec",
    "tree",
    "runs",
    "handoff",
    "session",
    "frames",
    "console",
    "agents",
    "hub",
    "lab",
    "testing",
    "cli",
)
HUB_MAY_IMPORT = {"_version", "errors", "hub"}
# connect() starts the hub; the hub imports nothing back, so there is no circle.
AGAINST_THE_ORDER = {"session": "hub.launch"}
ONLY_IN = {
    "ably": "session.channel",
    "anywidget": "console",
    "ipywidgets": "console",
    "pandas": "frames",
    "sqlite3": "hub.store",
    "traitlets": "console",
}
PURE = ("wire", "codec", "tree", "runs", "handoff", "hub.protocol", "hub.auth")
IMPURE_MODULES = {
    "ably",
    "aiohttp",
    "asyncio",
    "selectors",
    "socket",
    "sqlite3",
    "ssl",
    "subprocess",
    "threading",
    "time",
    "uvloop",
}
CLOCK_CALLS = {"now", "today", "utcnow"}
LONGEST_FUNCTION = 60
LONGEST_FILE = 400


@dataclass(frozen=True)
class Module:
    """One source file of the package, under its dotted name below the package."""

    name: str
    text: str
    is_package: bool = False

    @property
    def part(self) -> str:
        return self.name.split(".")[0]

    def is_in(self, place: str) -> bool:
        return self.name == place or self.name.startswith(f"{place}.")


Problem = tuple[int, str]


def import_problems(module: Module) -> Iterator[Problem]:
    """Yield each import that the layers forbid, with its line."""
    for line, target in _imports(module):
        top = target.split(".")[0]
        if top == PACKAGE:
            yield from _inner_problem(module, line, target)
            continue
        if top in ONLY_IN and not module.is_in(ONLY_IN[top]):
            yield line, f"imports {top}, which only {ONLY_IN[top]} may"
        if top in IMPURE_MODULES and _is_pure(module):
            yield line, f"is pure and imports {top}"


def clock_problems(module: Module) -> Iterator[Problem]:
    """Yield each reading of a clock in a pure module: time comes in as an argument."""
    if not _is_pure(module):
        return
    for node in ast.walk(ast.parse(module.text)):
        if isinstance(node, ast.Attribute) and node.attr in CLOCK_CALLS:
            yield node.lineno, f"is pure and reads a clock with .{node.attr}"


def length_problems(text: str) -> Iterator[Problem]:
    """Yield the functions of a Python file that are too long to read at a glance."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > LONGEST_FUNCTION:
                yield node.lineno, f"{node.name} has {length} lines, over {LONGEST_FUNCTION}"


def _inner_problem(module: Module, line: int, target: str) -> Iterator[Problem]:
    if module.name == "__init__":
        return
    path = target.removeprefix(PACKAGE).lstrip(".")
    inner = path.split(".")[0]
    exception = AGAINST_THE_ORDER.get(module.part)
    if exception and path.startswith(f"{exception}."):
        return
    if inner not in ORDER:
        yield line, "imports from the package's root instead of the module that has the name"
    elif module.part == "hub" and inner not in HUB_MAY_IMPORT:
        yield line, f"is the hub's and imports {inner}"
    elif module.part not in ORDER:
        yield line, f"belongs to {module.part}, which has no place in the order of the layers"
    elif ORDER.index(inner) > ORDER.index(module.part):
        yield line, f"imports {inner}, which stands after {module.part}"


def _is_pure(module: Module) -> bool:
    return any(module.is_in(place) for place in PURE)


def _imports(module: Module) -> Iterator[tuple[int, str]]:
    """Yield what a module imports, wherever in it, as absolute dotted names."""
    for node in ast.walk(ast.parse(module.text)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            base = _absolute(module, node)
            for alias in node.names:
                yield node.lineno, f"{base}.{alias.name}"


def _absolute(module: Module, node: ast.ImportFrom) -> str:
    if node.level == 0:
        return node.module or ""
    here = [PACKAGE] if module.name == "__init__" else [PACKAGE, *module.name.split(".")]
    above = node.level - 1 if module.is_package else node.level
    base = here[: len(here) - above]
    return ".".join([*base, *([node.module] if node.module else [])])
