"""What no file of the repository may say."""

from __future__ import annotations

import subprocess
from pathlib import Path

ROOT = Path(__file__).parent.parent
REGISTRIES = (
    ("registry", "npmjs"),
    ("registry", "yarnpkg"),
    ("pypi", "org"),
    ("pythonhosted", "org"),
    ("deb", "debian"),
)


def repository_files() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
    )
    assert listed.returncode == 0, f"the tests need a git clone: {listed.stderr.decode()}"
    return [path for name in listed.stdout.decode().split("\0") if (path := ROOT / name).is_file()]


def test_no_file_names_a_package_registry() -> None:
    hosts = [".".join(parts).encode() for parts in REGISTRIES]
    files = repository_files()
    problems = [
        f"{path.relative_to(ROOT)}:{number}: {host.decode()}"
        for path in files
        for number, line in enumerate(path.read_bytes().splitlines(), 1)
        for host in hosts
        if host in line
    ]
    assert ROOT / "pyproject.toml" in files
    assert not problems, "\n" + "\n".join(problems)
