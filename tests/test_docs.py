"""Every program in the docs runs as it stands there, and shows what it is there to show."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

SESSIONS = (Path(__file__).parent.parent / "docs" / "sessions.md").read_text("utf-8")
PROGRAMS = re.findall(r"^```python\n(.*?)^```$", SESSIONS, re.DOTALL | re.MULTILINE)
SHOWN = [
    "user ['Hello!']\nassistant ['You said: Hello! ']\n",
    "cancelled\n",
    "ann None reading\nhelper agent working\nTrue working\n",
    "m1 Hello!\n",
]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder for the hub that the first program starts, which ends with the last."""
    folder = tmp_path_factory.mktemp("home")
    yield folder
    for lock in folder.rglob("hub.lock"):
        with suppress(ValueError, ProcessLookupError):
            os.kill(int(lock.read_text()), signal.SIGTERM)


@pytest.mark.skipif(sys.platform == "win32", reason="a hub is ended by a signal")
@pytest.mark.parametrize("number", range(len(SHOWN)))
def test_a_program_of_the_docs_runs(number: int, home: Path, tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAMS[number], "utf-8")
    done = subprocess.run(
        [sys.executable, str(program)],
        env={**os.environ, "AITRANSPORT_HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    shown = "".join(sorted(done.stdout.splitlines(keepends=True)))
    assert shown == "".join(sorted(SHOWN[number].splitlines(keepends=True)))
    assert not done.stderr


def test_no_program_of_the_docs_is_left_out() -> None:
    assert len(PROGRAMS) == len(SHOWN)
