"""The two suites: what must be there to run them, their files, and the command that runs one."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from tests.compatibility.front import Front

INSIDE = Path(__file__).parent / "inside"
PROXIES = {"http_proxy", "https_proxy", "all_proxy", "no_proxy"}
JAVASCRIPT_NEEDS = (
    "node_modules/mocha/bin/mocha",
    "build/ably-node.js",
    "build/push.js",
    "test/common/ably-common/test-resources/test-app-setup.json",
)
PYTHON_NEEDS = ("test/ably/testapp.py", "submodules/test-resources/messages-encoding.json")


@dataclass(frozen=True)
class File:
    """One file of a suite, under the name that reports have."""

    path: str
    name: str


@dataclass(frozen=True)
class Suite:
    """One suite, in a checkout that has all it needs."""

    name: str
    folder: Path
    command: tuple[str, ...]
    files: tuple[File, ...]
    # How long a connection to the hub takes to come about.
    delay: float = 0.0
    # Whether its clients are told the hub's address; else they take Ably's own, through the front.
    is_local: bool = False
    # Files that are only counted, and why.
    left_out: Mapping[str, str] = field(default_factory=dict)

    def only(self, names: Iterable[str]) -> Suite:
        """Keep the files of these names, and leave none of them out."""
        wanted = tuple(names)
        files = tuple(file for file in self.files if _is_one_of(file.name, wanted))
        return replace(self, files=files, left_out={})

    def environment(self, hub_url: str, front: Front) -> dict[str, str]:
        """Return what the suite's processes are told."""
        own = {
            name: value
            for name, value in os.environ.items()
            if name.lower() not in PROXIES and not name.startswith("ABLY_")
        }
        address = {"ABLY_LOCAL_SANDBOX_URL": hub_url} if self.is_local else {}
        return {
            **own,
            **address,
            "NO_PROXY": "*",
            "COMPATIBILITY_REDIRECT": front.redirect,
            "ABLY_TEST_TRANSPORTS": "web_socket",
            "NODE_EXTRA_CA_CERTS": str(front.certificate),
            "SSL_CERT_FILE": str(front.certificate),
            "PYTHONPATH": str(INSIDE),
            "PYTHONDONTWRITEBYTECODE": "1",
        }

    def revision(self) -> str:
        """Return the checkout's revision, if it is a git clone."""
        asked = ["git", "-C", str(self.folder), "rev-parse", "HEAD"]
        return subprocess.run(asked, capture_output=True, text=True).stdout.strip()


def javascript(folder: Path, over_tls: bool) -> Suite:
    """Return ably-js's own suite."""
    _require(folder, JAVASCRIPT_NEEDS)
    node = shutil.which("node")
    if node is None:
        raise SystemExit("node is not installed; ably-js's suite runs in it")
    reporter, redirect = INSIDE / "reporter.cjs", INSIDE / "redirect.cjs"
    return Suite(
        name="ably-js",
        folder=folder,
        command=(
            *(node, "--require", str(redirect), "node_modules/mocha/bin/mocha"),
            *("--exit", "--reporter", str(reporter)),
        ),
        files=_files(folder, "test", ".test.js"),
        is_local=not over_tls,
        left_out={
            f"{part}/liveobjects": "LiveObjects is not served" for part in ("realtime", "rest")
        },
    )


def python(folder: Path, interpreter: Path | None) -> Suite:
    """Return ably-python's own suite."""
    _require(folder, PYTHON_NEEDS)
    chosen = interpreter or folder / ".venv" / "bin" / "python"
    if not chosen.is_file():
        raise SystemExit(f"there is no {chosen}; give --python the interpreter of ably-python")
    return Suite(
        name="ably-python",
        folder=folder,
        command=(
            *(str(chosen.absolute()), "-m", "pytest", "-q", "--tb=short"),
            *("-p", "redirect_and_report", "-p", "no:cacheprovider"),
        ),
        files=_files(folder, "test/ably", "_test.py"),
        # One test gives the client 10 ms to notice that it lost its connection, before the next
        # one stands: on this machine that would be there sooner.
        delay=0.025,
    )


def _files(folder: Path, place: str, ending: str) -> tuple[File, ...]:
    paths = sorted(
        path for part in ("realtime", "rest") for path in (folder / place / part).glob(f"*{ending}")
    )
    return tuple(
        File(
            path.relative_to(folder).as_posix(),
            path.relative_to(folder / place).as_posix().removesuffix(ending),
        )
        for path in paths
    )


def _require(folder: Path, needs: Iterable[str]) -> None:
    missing = [need for need in needs if not (folder / need).is_file()]
    if missing:
        raise SystemExit(f"{folder} is not prepared: it has no {', '.join(missing)}")


def _is_one_of(name: str, wanted: tuple[str, ...]) -> bool:
    return any(name == asked or name.endswith(f"/{asked}") for asked in wanted)
