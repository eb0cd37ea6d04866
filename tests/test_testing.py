"""What those who test their own agents get: fixtures, from pytest's start on."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from aitransport_notebook.errors import HubError
from aitransport_notebook.testing import HubProcess, HubSession

DOCS = Path(__file__).parent.parent / "docs" / "testing.md"
ANYIO = """

@pytest.fixture
def anyio_backend():
    return "asyncio"
"""
TYPED = """
from aitransport_notebook import ClientSession
from aitransport_notebook.testing import HubProcess, HubSession


async def test_types(aitransport_hub: HubProcess, aitransport_session: HubSession) -> None:
    async with aitransport_session.user("ann") as ann:
        session: ClientSession[object] = ann
        key: str = aitransport_hub.key
        reveal_type(aitransport_session.name)
"""
# Modules that nobody waits for who only starts pytest.
HEAVY = ("ably", "aiohttp", "jwt", "msgspec", "sqlite3", "aitransport_notebook.session")
LISTS_MODULES = """
def test_it():
    import sys
    print("MODULES", *sorted(sys.modules))
"""


def run_pytest(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run pytest as somebody would who has the package installed."""
    command = [sys.executable, "-P", "-m", "pytest", "-p", "no:cacheprovider", "-rA", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120)


@pytest.fixture
def example() -> str:
    [program] = re.findall(r"^```python\n(.*?)^```$", DOCS.read_text("utf-8"), re.S | re.M)
    return str(program)


@pytest.mark.parametrize(
    ("plugin", "options"),
    [
        ("asyncio", ("-p", "no:anyio", "-o", "asyncio_default_fixture_loop_scope=function")),
        ("anyio", ("-p", "no:asyncio")),
    ],
)
def test_the_example_of_the_docs_passes(
    plugin: str, options: tuple[str, ...], example: str, tmp_path: Path
) -> None:
    written = example.replace("mark.asyncio", f"mark.{plugin}") + ANYIO * (plugin == "anyio")
    (tmp_path / "test_agent.py").write_text(written, "utf-8")
    done = run_pytest(tmp_path, "-W", "error", *options)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 passed" in done.stdout


def test_the_example_of_the_docs_can_fail(example: str, tmp_path: Path) -> None:
    written = example.replace('f"You said: {question}"', 'f"You said {question}"')
    (tmp_path / "test_agent.py").write_text(written, "utf-8")
    done = run_pytest(tmp_path)
    assert done.returncode == 1
    assert "1 failed, 2 passed" in done.stdout


def test_pytest_knows_the_fixtures_once_the_package_is_installed() -> None:
    found = {point.value for point in entry_points(group="pytest11")}
    assert "aitransport_notebook.testing" in found


def test_who_does_not_use_the_fixtures_does_not_wait_for_them(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(LISTS_MODULES, "utf-8")
    done = run_pytest(tmp_path, "-s", "-p", "no:anyio", "-p", "no:asyncio")
    assert done.returncode == 0, done.stdout
    [modules] = re.findall(r"^.*MODULES (.*)$", done.stdout, re.M)
    loaded = set(modules.split())
    assert "aitransport_notebook.testing" in loaded
    assert loaded.isdisjoint(HEAVY)


def test_the_fixtures_have_types(tmp_path: Path) -> None:
    (tmp_path / "test_typed.py").write_text(TYPED, "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path), "test_typed.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout
    assert 'Revealed type is "str"' in done.stdout


async def test_each_test_has_a_session_of_its_own_on_a_hub_that_all_share(
    aitransport_hub: HubProcess, aitransport_session: HubSession
) -> None:
    other = aitransport_hub.session()
    assert other.name != aitransport_session.name
    assert aitransport_session.hub is aitransport_hub
    async with (
        aitransport_session.user("ann", role="lead") as ann,
        aitransport_session.agent("helper") as helper,
        other.user("bob") as bob,
    ):
        for session in (ann, helper, bob):
            await session.presence.enter({})
        here = {(member.client_id, member.role) for member in ann.presence.members}
        assert {("ann", "lead"), ("helper", "agent")} <= here
        assert [member.client_id for member in bob.presence.members] == ["bob"]
    same = aitransport_hub.session(aitransport_session.name)
    async with same.user("late") as late:
        assert late.name == ann.name


def test_the_hub_shows_its_page(aitransport_hub: HubProcess) -> None:
    assert aitransport_hub.connection().link().startswith(aitransport_hub.url)


def test_a_hub_that_cannot_start_says_so(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(HubError, match="before it was ready"), HubProcess("--key", "nonsense"):
        pass
    assert "[40005]" in capfd.readouterr().err
