"""The notebooks run from top to bottom, with nothing in them that was run before."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from aitransport_notebook.hub.launch.record import read_record
from tests.lab.home import new_home
from tests.lab.lab_process import LabProcess

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
PATIENCE = 60


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    yield from new_home(tmp_path, monkeypatch)


def run(name: str, home: Path) -> list[str]:
    """Run a notebook; returns what its cells print and come to. No secret is in any of it."""
    document = nbformat.reads((NOTEBOOKS / name).read_text("utf-8"), as_version=4)
    NotebookClient(document, timeout=PATIENCE, kernel_name="python3").execute()
    record = read_record(home / "hub.json")
    assert record is not None
    assert record.key.partition(":")[2] not in nbformat.writes(document)
    outputs = [output for cell in document.cells for output in cell.get("outputs", [])]
    return [text for output in outputs if (text := text_of(output)) is not None]


def text_of(output: Any) -> str | None:
    if output["output_type"] == "stream":
        return str(output["text"])
    text = output.get("data", {}).get("text/plain")
    return str(text) if text is not None else None


@pytest.mark.parametrize("notebook", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda path: path.stem)
def test_a_notebook_is_kept_without_outputs(notebook: Path) -> None:
    document = nbformat.reads(notebook.read_text("utf-8"), as_version=4)
    nbformat.validate(document)
    assert "widgets" not in document.metadata
    for cell in document.cells:
        if cell.cell_type == "code":
            assert (cell.outputs, cell.execution_count) == ([], None)


def test_the_first_steps(home: Path) -> None:
    assert "'Once upon a time'" in run("first-steps.ipynb", home)


def test_the_tour_of_an_operator(home: Path) -> None:
    with LabProcess("--no-jupyterlab") as lab:
        lab.hears("Everything runs")
        said = run("operator.ipynb", home)
        streaming, approval, branches, trouble = (text for text in said if "live console" in text)
        assert "demo:streaming" in streaming and "ann (user)" in streaming
        assert "send_message" in approval
        assert "box of pastries" in branches
        assert "Are you still there?" in trouble
        assert any("team@example.com" in text and "toolCallId" not in text for text in said)
        assert any(
            "('error'," in text
            and "('cancelled', None, None)" in text
            and re.search(r"\('active', '(working|stalled|crashed)', None\)", text)
            for text in said
        )
        # What a callback prints may come after its cell has ended, where nobody listens any more.
        assert any(re.fullmatch(r"\['[0-9a-f-]{36}'\]", text) for text in said)
