"""The Console in JupyterLab."""

from __future__ import annotations

from tests.browser.jupyter import JupyterLab, Notebook


def test_harness(lab: JupyterLab, notebook: Notebook) -> None:
    lab.start_hub()
    notebook.open(lab.write("a.ipynb", ["import aitransport_notebook as ait\nprint(ait.connect().url)"]))
    notebook.run_all()
    assert lab.start_hub().url in notebook.output(0)
