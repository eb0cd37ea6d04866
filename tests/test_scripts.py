"""The scripts say what they are about to do before it takes its time."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parent.parent / "scripts"

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the scripts are for Unix")


@pytest.mark.parametrize(("script", "place"), [("lab", ".venv-lab"), ("test", ".venv-stranger")])
def test_a_script_tells_of_a_long_installation_before_it_begins(
    script: str, place: str, tmp_path: Path
) -> None:
    shutil.copytree(SCRIPTS, tmp_path / "scripts")
    tools = tmp_path / "tools"
    tools.mkdir()
    # An interpreter that makes no environments, so that it goes no further; the rest is there.
    for name, program in (("git", ""), ("chromium", ""), ("stranger", '[ "$1" != -m ]')):
        (tools / name).write_text(f"#!/bin/sh\n{program}\n", "utf-8")
        (tools / name).chmod(0o755)
    path = os.pathsep.join([str(tools), os.environ["PATH"]])
    done = subprocess.run(
        ["bash", str(tmp_path / "scripts" / script)],
        env={**os.environ, "PATH": path, "PYTHON": "stranger"},
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith(f"Installing into {place}")
