"""The scripts say what takes long before they begin it, and the lab is installed once."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parent.parent / "scripts"
# What a package is built from, as far as it is named in `scripts/lab`.
SOURCES = (
    "LICENSE",
    "README.md",
    "aitransport_notebook/cli.py",
    "hatch_build.py",
    "js/.npmrc",
    "js/build.mjs",
    "js/package-lock.json",
    "js/package.json",
    "js/src/a widget.tsx",
    "notebooks/operator.ipynb",
    "pyproject.toml",
)
# An interpreter that makes environments, in which pip installs a command, but not when offline.
STRANGER = r"""#!/bin/sh
case "$*" in
  "-m venv "*) mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;
  "-m pip install "*)
    [ ! -e offline ] || { echo "no network" >&2; exit 1; }
    [ ! -e interrupted ] || { kill -INT "$PPID"; exit 1; }
    printf '#!/bin/sh\necho "started: $*"\n' > "$(dirname "$0")/aitransport-notebook"
    chmod +x "$(dirname "$0")/aitransport-notebook" ;;
esac
"""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the scripts are for Unix")


class Clone:
    """A clone of which the scripts are real, and whose sources and tools are not."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        shutil.copytree(SCRIPTS, folder / "scripts")
        for name in SOURCES:
            self.write(name, name)

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")

    def have(self, tool: str, program: str) -> None:
        self.write(f"tools/{tool}", program)
        (self.folder / "tools" / tool).chmod(0o755)

    def run(self, script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        path = os.pathsep.join([str(self.folder / "tools"), os.environ["PATH"]])
        return subprocess.run(
            ["bash", str(self.folder / "scripts" / script), *arguments],
            env={**os.environ, "PATH": path, "PYTHON": "stranger"},
            capture_output=True,
            text=True,
            timeout=30,
        )


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    clone = Clone(tmp_path)
    clone.have("stranger", STRANGER)
    return clone


@pytest.mark.parametrize(("script", "place"), [("lab", ".venv-lab"), ("test", ".venv-stranger")])
def test_a_script_tells_of_a_long_installation_before_it_begins(
    script: str, place: str, clone: Clone
) -> None:
    # An interpreter that makes no environments, so that it goes no further; the rest is there.
    for name, program in (("git", ""), ("chromium", ""), ("stranger", '[ "$1" != -m ]')):
        clone.have(name, f"#!/bin/sh\n{program}\n")
    done = clone.run(script)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith(f"Installing into {place}")


def test_the_lab_is_installed_once_and_then_needs_no_network(clone: Clone) -> None:
    first = clone.run("lab", "--afresh")
    assert (first.returncode, first.stderr) == (0, "")
    assert first.stdout.startswith("Installing")
    assert first.stdout.endswith("\nstarted: lab --afresh\n")
    clone.write("offline", "")
    clone.write("aitransport_notebook/__pycache__/cli.pyc", "made by running it")
    clone.write("aitransport_notebook/console/static/console.js", "made of js/src")
    again = clone.run("lab")
    assert (again.returncode, again.stdout, again.stderr) == (0, "started: lab\n", "")


@pytest.mark.parametrize("name", SOURCES)
def test_the_lab_is_installed_again_when_a_source_has_changed(name: str, clone: Clone) -> None:
    clone.run("lab")
    clone.write(name, "other")
    assert clone.run("lab").stdout.startswith("Installing")
    assert clone.run("lab").stdout == "started: lab\n"


def test_a_lab_that_does_not_run_any_more_is_installed_again(clone: Clone) -> None:
    clone.run("lab")
    (clone.folder / ".venv-lab/bin/aitransport-notebook").unlink()
    assert clone.run("lab").stdout.startswith("Installing")


def test_where_it_cannot_be_installed_the_lab_of_before_is_started(clone: Clone) -> None:
    clone.run("lab")
    clone.write("pyproject.toml", "other")
    clone.write("offline", "")
    for _ in range(2):
        done = clone.run("lab")
        assert (done.returncode, done.stdout.splitlines()[1:]) == (0, ["started: lab"])
        assert done.stderr.startswith("no network\nThat failed.")
    (clone.folder / "offline").unlink()
    assert clone.run("lab").stderr == ""
    assert clone.run("lab").stdout == "started: lab\n"


def test_where_it_cannot_be_installed_and_never_was_nothing_is_started(clone: Clone) -> None:
    clone.write("offline", "")
    done = clone.run("lab")
    assert (done.returncode, done.stderr) == (1, "no network\n")
    assert "started" not in done.stdout


def test_who_interrupts_the_installation_wants_no_lab(clone: Clone) -> None:
    clone.run("lab")
    clone.write("pyproject.toml", "other")
    clone.write("interrupted", "")
    done = clone.run("lab")
    assert (done.returncode, "started" in done.stdout) == (130, False)
