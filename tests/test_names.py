"""The table of names is true: ours exist, and none of the official SDK's is left out."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import aitransport_notebook
from aitransport_notebook.errors import ErrorCode

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "names.md").read_text("utf-8")
OFFICIAL = ROOT / "js" / "node_modules" / "@ably" / "ai-transport" / "src"
NAME = re.compile(r"([A-Za-z_][\w.]*)(?:\((\w+)=\))?")
GLOSSARY = "## Where they are"


def rows(text: str) -> Iterator[list[str]]:
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if line.startswith("|") and set(line) - set("|-"):
            yield cells


def spans(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


TABLES, LIST = PAGE.split(GLOSSARY)
MODULES = {name: spans(row[1])[0] for row in rows(LIST) for name in spans(row[0])}
OURS = sorted({name for row in rows(TABLES) if len(row) == 3 for name in spans(row[1])})


def found(dotted: str) -> Any:
    """Return what a dotted name stands for."""
    first, *rest = dotted.split(".")
    if first in MODULES:
        value = getattr(module(MODULES[first]), first)
    elif hasattr(aitransport_notebook, first):
        value = getattr(aitransport_notebook, first)
    else:
        *path, name = dotted.split(".")
        return getattr(module(".".join(path)), name)
    for name in rest:
        value = member(value, name)
    return value


def module(name: str) -> Any:
    return import_module(f"aitransport_notebook.{name}")


def member(owner: type, name: str) -> Any:
    """Return a member of a class; one that its instances have is looked for in its source."""
    if hasattr(owner, name):
        return getattr(owner, name)
    bases = [base for base in owner.__mro__ if base.__module__.startswith("aitransport_notebook")]
    sources = [inspect.getsource(base) for base in bases]
    assert any(f"self.{name}" in source or f"    {name}: " in source for source in sources), (
        f"{owner.__name__} has no {name}"
    )
    return None


@pytest.mark.parametrize("span", OURS)
def test_a_name_of_ours_is_there(span: str) -> None:
    matched = NAME.match(span)
    assert matched is not None
    value = found(matched[1])
    if matched[2] is not None:
        assert matched[2] in inspect.signature(value).parameters


@pytest.mark.parametrize("name", ["Nothing", "ClientRun.nothing", "codec.fields.nothing"])
def test_a_name_that_is_not_there_is_found_out(name: str) -> None:
    with pytest.raises((AssertionError, AttributeError, ImportError)):
        found(name)


@pytest.mark.parametrize("entry", ["index.ts", "vercel/index.ts", "openai/index.ts"])
def test_no_name_of_the_official_sdk_is_left_out(entry: str) -> None:
    exported = exports((OFFICIAL / entry).read_text("utf-8"))
    assert len(exported) > 10
    known = {word for row in rows(TABLES) for span in spans(row[0]) for word in span.split()}
    assert sorted(exported - known) == []


@pytest.mark.parametrize(
    "name",
    [
        *("useClientTransport", "createClientTransport", "transport.newTurn", "turn.addMessages"),
        *("turn.streamResponse", "turn.end", "view.send", "ActiveTurn", "turn.stream"),
        *("turn.cancel", "CancelFilter", "onCancel", "UIMessageCodec", "TInput", "inputEventId"),
    ],
)
def test_no_name_of_older_documents_is_left_out(name: str) -> None:
    older = TABLES.split("## From `@ably/ai-transport`")[0]
    known = [span for row in rows(older) for span in spans(row[0])]
    assert any(re.match(rf"{re.escape(name)}(?!\w)", span) for span in known)


def exports(source: str) -> set[str]:
    plain = re.sub(r"//[^\n]*|/\*.*?\*/", "", source, flags=re.DOTALL)
    groups = re.findall(r"export\s+(?:type\s+)?\{([^}]*)\}", plain)
    names = (name.strip() for group in groups for name in group.split(","))
    return {name.removeprefix("type ") for name in names if name}


def test_the_codes_of_errors_are_the_official_ones() -> None:
    source = (OFFICIAL / "errors.ts").read_text("utf-8")
    official = dict(re.findall(r"^  (\w+) = (\d+),$", source, re.MULTILINE))
    assert official
    ours = {code.name.title().replace("_", ""): str(code.value) for code in ErrorCode}
    assert ours == official


@pytest.mark.parametrize("prefix", ["EVENT_", "HEADER_"])
def test_what_is_on_the_wire_has_the_official_names(prefix: str) -> None:
    text = (OFFICIAL / "constants.ts").read_text("utf-8")
    official = set(re.findall(rf"^export const {prefix}\w+ = '([^']+)'", text, re.MULTILINE))
    assert official
    ours = {value for value in vars(module("wire.names")).values() if isinstance(value, str)}
    assert official <= ours
