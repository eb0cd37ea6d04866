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

DOCS = Path(__file__).parent.parent / "docs"
# What each program of a page shows, in the order in which they stand there.
SHOWN = {
    "codecs.md": [
        "{'kind': 'user-message', 'message': {'role': 'user', 'text': 'hello'}}\n"
        "Append(stream_id='1', text='hi')\n"
        "40003 Users publish inputs and agents outputs; the codec's factories make both.\n",
        "{'role': 'user', 'text': 'An egg?'}\n"
        "{'role': 'assistant', 'text': 'Boil it.', 'minutes': 7}\n",
    ],
    "console.md": [
        "user Hello!\n",
        "stopped: 1\nended: cancelled\n",
        "wants: send_mail {'to': 'everybody'}\nsent to the team\n",
    ],
    "sessions.md": [
        "user ['Hello!']\nassistant ['You said: Hello! ']\n",
        "cancelled\n",
        "ann None reading\nhelper agent working\nTrue working\n",
        "m1 Hello!\n",
    ],
}
PLACES = [(page, number) for page, shown in SHOWN.items() for number in range(len(shown))]


def programs_of(page: str) -> list[str]:
    text = (DOCS / page).read_text("utf-8")
    return re.findall(r"^```python\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder for the hub that the first program starts, which ends with the last."""
    folder = tmp_path_factory.mktemp("home")
    yield folder
    for lock in folder.rglob("hub.lock"):
        with suppress(ValueError, ProcessLookupError):
            os.kill(int(lock.read_text()), signal.SIGTERM)


@pytest.mark.skipif(sys.platform == "win32", reason="a hub is ended by a signal")
@pytest.mark.parametrize(("page", "number"), PLACES)
def test_a_program_of_the_docs_runs(page: str, number: int, home: Path, tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(programs_of(page)[number], "utf-8")
    done = subprocess.run(
        [sys.executable, str(program)],
        env={**os.environ, "AITRANSPORT_HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    shown = "".join(sorted(done.stdout.splitlines(keepends=True)))
    assert shown == "".join(sorted(SHOWN[page][number].splitlines(keepends=True)))
    assert not done.stderr


@pytest.mark.parametrize("page", SHOWN)
def test_no_program_of_the_docs_is_left_out(page: str) -> None:
    assert len(programs_of(page)) == len(SHOWN[page])
