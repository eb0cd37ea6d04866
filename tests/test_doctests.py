"""The examples in the pure parts of the package say what happens."""

from __future__ import annotations

import doctest
from importlib import import_module
from pathlib import Path

import pytest

from tests.source_rules import PACKAGE, PURE

ROOT = Path(__file__).parent.parent / PACKAGE


def modules_with_examples() -> list[str]:
    places = [ROOT / place.replace(".", "/") for place in PURE]
    paths = [ROOT / "errors.py", *(path for place in places for path in place.rglob("*.py"))]
    with_examples = [path for path in paths if ">>> " in path.read_text("utf-8")]
    relative = [path.relative_to(ROOT.parent).with_suffix("") for path in with_examples]
    return sorted(".".join(path.parts).removesuffix(".__init__") for path in relative)


@pytest.mark.parametrize("name", modules_with_examples())
def test_examples(name: str) -> None:
    result = doctest.testmod(import_module(name), raise_on_error=False)
    assert result.attempted > 0
    assert result.failed == 0


def test_examples_of_the_codecs_and_the_tree_are_among_them() -> None:
    found = set(modules_with_examples())
    assert {f"{PACKAGE}.codec.text", f"{PACKAGE}.tree.tree"} <= found
