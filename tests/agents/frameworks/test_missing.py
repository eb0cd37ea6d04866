"""Who lacks a framework is told what to install, and nobody else imports it."""

from __future__ import annotations

import subprocess
import sys

import pytest

FRAMEWORKS = [
    ("pydantic_ai", "pydantic_ai", "pydantic-ai"),
    ("openai", "openai", "openai"),
    ("openai_agents", "agents", "openai-agents"),
]


def run(program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60
    )


@pytest.mark.parametrize(("adapter", "package", "extra"), FRAMEWORKS)
def test_a_missing_framework_is_named_with_its_extra(
    adapter: str, package: str, extra: str
) -> None:
    done = run(
        f"import sys; sys.modules[{package!r}] = None\n"
        f"import aitransport_notebook.agents.{adapter}\n"
    )
    [*_, last] = done.stderr.splitlines()
    assert done.returncode == 1
    assert last.startswith("ImportError: ") and package in last
    assert f"Hint: pip install 'aitransport-notebook[{extra}]'" in last


def test_the_rest_needs_no_framework() -> None:
    done = run(
        "import sys\n"
        "import aitransport_notebook.agents, aitransport_notebook.agents.text\n"
        f"print([name for _, name, _ in {FRAMEWORKS!r} if name in sys.modules])\n"
    )
    assert (done.stdout, done.stderr) == ("[]\n", "")
