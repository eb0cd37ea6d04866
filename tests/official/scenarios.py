"""Scenarios written in JavaScript: what they are called, and running those of a file."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.hub_process import HubProcess

JAVASCRIPT = Path(__file__).parent / "javascript"
PACKAGES = JAVASCRIPT.parents[2] / "js" / "node_modules"
FORMATS = ("json", "msgpack")
NAME = re.compile(r"^scenario\(\s*'([^']+)'", re.MULTILINE)
TIMEOUT = 150


@dataclass(frozen=True)
class Scenario:
    """One scenario of a file, with one of the formats."""

    file: str
    name: str
    format: str

    def __str__(self) -> str:
        return f"{self.file}-{self.format}-{self.name}"


def scenarios_of(file: str) -> Iterator[Scenario]:
    """Yield the scenarios that a file registers, without running it."""
    text = (JAVASCRIPT / f"{file}.mjs").read_text(encoding="utf-8")
    for name in NAME.findall(text):
        for form in FORMATS:
            yield Scenario(file, name, form)


class Runs:
    """Runs a file once, with all its scenarios, when the first of them is asked for."""

    def __init__(self, hub: HubProcess) -> None:
        self._hub = hub
        self._outcomes: dict[Scenario, str | None] = {}
        self._said: dict[str, str] = {}

    def check(self, scenario: Scenario) -> None:
        """Fail the test with what the scenario failed with."""
        if scenario.file not in self._said:
            self._run(scenario.file)
        assert scenario in self._outcomes, f"it did not run:\n{self._said[scenario.file]}"
        error = self._outcomes[scenario]
        if error is not None:
            pytest.fail(error, pytrace=False)

    def _run(self, file: str) -> None:
        assert PACKAGES.is_dir(), "run `npm ci` in js/ first"
        hub = {
            "host": self._hub.host,
            "port": self._hub.port,
            "key": self._hub.key,
            "python": sys.executable,
        }
        try:
            ended = subprocess.run(
                ["node", f"{file}.mjs", json.dumps(hub)],
                cwd=JAVASCRIPT,
                capture_output=True,
                timeout=TIMEOUT,
            )
        except subprocess.TimeoutExpired as error:
            out, self._said[file] = error.stdout or b"", str(error)
        else:
            out, self._said[file] = ended.stdout, ended.stderr.decode()
        for line in out.decode().splitlines():
            told = json.loads(line)
            scenario = Scenario(file, told["name"], told["format"])
            self._outcomes[scenario] = None if told["ok"] else told["error"]
