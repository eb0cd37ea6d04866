"""The fold in TypeScript, as a process that is told of sessions."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Self

from tests.cases.shown import Json
from tests.cases.telling import Step

JAVASCRIPT = Path(__file__).parents[2] / "js"
ESBUILD = JAVASCRIPT / "node_modules" / "esbuild" / "bin" / "esbuild"
SCRIPT = JAVASCRIPT / "tests" / "cases" / "folds.mjs"


class Node:
    """Answers as `telling.told` does."""

    def __enter__(self) -> Self:
        assert ESBUILD.exists(), "run `npm ci` in js/ first"
        self._folder = TemporaryDirectory()
        bundle = Path(self._folder.name) / "folds.mjs"
        how = ("--bundle", "--platform=node", "--format=esm", "--log-level=warning")
        subprocess.run(["node", ESBUILD, SCRIPT, *how, f"--outfile={bundle}"], check=True)
        self._process = subprocess.Popen(
            ["node", bundle], stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
        )
        return self

    def told(self, codec: str, steps: Sequence[Step]) -> Json:
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        stdin.write(json.dumps({"codec": codec, "steps": steps}) + "\n")
        stdin.flush()
        answer: Json = json.loads(stdout.readline())
        return answer

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._process:
            self._process.terminate()
        self._folder.cleanup()
