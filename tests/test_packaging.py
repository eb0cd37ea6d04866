"""What a user gets: a wheel with the frontend in it, that installs and runs where no Node is."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen
from zipfile import ZipFile

import pytest

import aitransport_notebook
from hatch_build import STATIC, FrontendBuildHook
from tests.support.hub_process import HubProcess
from tests.test_repository import ROOT, repository_files

NEWER = ("3.14", "3.13", "3.12")
# What a page is sent for its first console, compressed, in bytes.
LARGEST_WIDGET = 300_000
# The frontend's pages, and where the hub serves them.
PAGES = {"hub": "/", "console-page": "/console", "customer": "/customer"}


def newest_python() -> Path:
    """Find the newest interpreter of this machine, which may be the one that runs the tests."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"), "versions")
    for version in NEWER:
        if tuple(map(int, version.split("."))) <= sys.version_info[:2]:
            break
        found = [str(path) for path in pyenv.glob(f"{version}.*/bin/python")]
        for candidate in [*found, shutil.which(f"python{version}")]:
            if candidate and subprocess.run([candidate, "-c", ""]).returncode == 0:
                return Path(candidate)
    return Path(sys.executable)


def run(*command: str | Path, path: Path) -> str:
    """Run a command that finds nothing but itself: no Node, no npm, no compiler."""
    done = subprocess.run(
        command,
        cwd=path,
        env={**os.environ, "PATH": str(path), "PYTHONPATH": ""},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy what a clone would hold."""
    copy = tmp_path_factory.mktemp("sources")
    for path in repository_files():
        target = copy / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, target)
    return copy


@pytest.fixture(scope="module")
def wheel(sources: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "wheel", "--quiet")
    run(*pip, "--no-deps", "--wheel-dir", out, sources, path=out)
    [built] = out.glob("*.whl")
    return built


def test_the_wheel_holds_the_package_with_its_frontend_and_nothing_else(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        names = set(archive.namelist())
        widget = {
            name: archive.read(name) for name in names if name.startswith(f"{STATIC}/console.")
        }
    static = {name for name in names if name.startswith(STATIC)}
    pages = {f"{STATIC}/{page}.{ending}" for page in PAGES for ending in ("html", "css", "js")}
    assert set(widget) == {f"{STATIC}/console.{ending}" for ending in ("css", "js")}
    assert pages | set(widget) == static
    assert sum(len(gzip.compress(sent)) for sent in widget.values()) < LARGEST_WIDGET
    assert "aitransport_notebook/py.typed" in names
    tops = {name.split("/")[0].removesuffix(".dist-info") for name in names}
    assert tops == {
        "aitransport_notebook",
        f"aitransport_notebook-{aitransport_notebook.__version__}",
    }
    assert [name for name in names if name.endswith((".ts", ".mjs", ".map"))] == []


@pytest.mark.parametrize("interpreter", sorted({Path(sys.executable), newest_python()}))
def test_the_wheel_installs_and_runs_without_node(
    wheel: Path, interpreter: Path, tmp_path: Path
) -> None:
    run(interpreter, "-m", "venv", "venv", path=tmp_path)
    installed = tmp_path / "venv" / "bin" / "python"
    pip = (installed, "-m", "pip", "--disable-pip-version-check", "install", "--quiet")
    run(*pip, f"{wheel}[hub]", path=tmp_path)
    where = run(
        installed, "-c", "import aitransport_notebook as a; print(a.__file__)", path=tmp_path
    )
    assert str(tmp_path) in where
    command = installed.with_name("aitransport-notebook")
    assert aitransport_notebook.__version__ in run(command, "--version", path=tmp_path)
    with HubProcess(python=str(installed), data=tmp_path / "data") as hub:
        for name, path in PAGES.items():
            with urlopen(hub.url + path) as page:
                assert f"{name}.js" in page.read().decode()
        with urlopen(f"{hub.url}/time") as time:
            assert len(json.load(time)) == 1


def test_the_frontend_is_built_again_only_when_its_sources_change(
    wheel: Path, sources: Path
) -> None:
    del wheel  # it was built from these sources
    hook = FrontendBuildHook(str(sources), {}, None, None, "", "wheel")  # type: ignore[arg-type]
    assert hook.dependencies() == []
    source = sources / "js" / "src" / "hub" / "main.ts"
    before = source.read_bytes()
    source.write_bytes(before + b"\n")
    assert hook.dependencies() != []
    source.write_bytes(before)
    assert hook.dependencies() == []
