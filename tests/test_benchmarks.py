"""The benchmarks run, and every figure comes out. How fast anything is, is no matter here."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.figure import Figure, Target
from benchmarks.report import table

ROOT = Path(__file__).parent.parent
FIGURES = {
    "fan-out": ["fan-out", "fan-out-appends"],
    "appends": ["appends", "appends-durability"],
    "history": ["history"],
    "idle": ["idle", "idle-attached"],
    "disk": ["disk"],
    "folding": [
        "fold-live",
        "fold-live-last",
        "fold-history",
        "fold-history-again",
        "fold-memory",
    ],
    "piping": ["pipe-lag", "pipe-rate", "pipe-most"],
}


@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")
def test_every_figure_comes_out(tmp_path: Path) -> None:
    """All but those of the console: they take JupyterLab and a browser, and their time."""
    found = tmp_path / "found.json"
    chosen = [word for name in FIGURES for word in ("--only", name)]
    command = [sys.executable, "-m", "benchmarks", "--quick", *chosen, "--json", str(found)]
    done = subprocess.run(
        [*command, "--folder", str(tmp_path)], cwd=ROOT, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stdout + done.stderr
    figures = json.loads(found.read_text())["figures"]
    assert [figure["name"] for figure in figures] == [
        n for names in FIGURES.values() for n in names
    ]
    for figure in figures:
        for measured in ("value", "peer", "ratio"):
            assert 0 < figure[measured] < math.inf, figure
        assert figure["name"] in done.stdout
    assert list(tmp_path.iterdir()) == [found]


@pytest.mark.parametrize(
    ("target", "passed"),
    [
        (Target("value", "at least", 30), True),
        (Target("value", "at least", 31), False),
        (Target("value", "at most", 30), True),
        (Target("value", "at most", 29), False),
        (Target("ratio", "at least", 0.5), True),
        (Target("ratio", "at least", 0.6), False),
        (Target("ratio", "at most", 0.4), False),
        # They are less than the peer's by 90, 30 and 0.
        (Target("difference", "at most", -30), True),
        (Target("difference", "at most", -31), False),
    ],
)
def test_a_figure_is_held_to_its_target(target: Target, passed: bool) -> None:
    # Each repetition has a ratio of its own: 0.1, 0.5 and 1.
    figure = Figure("speed", "as a test has it", "/s", [10, 30, 50], [100, 60, 50], "bare", target)
    assert figure.passed is passed
    assert ("MISSED" in table([figure])) is not passed


def test_a_ratio_can_be_to_something_else() -> None:
    target = Target("ratio", "at most", 2)
    figure = Figure("long", "", "ms", [3], [1], "bare", target, base=[2], base_is="the short one")
    assert figure.ratio == 1.5
    assert "* the ratio is to the short one: 2 ms" in table([figure])
