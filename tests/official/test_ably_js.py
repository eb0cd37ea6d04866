"""The hub, as the official JavaScript client `ably` sees it, with JSON and with msgpack."""

from __future__ import annotations

import pytest

from tests.official.scenarios import JAVASCRIPT, Runs, Scenario, scenarios_of
from tests.support.hub_process import HubProcess

FILES = (
    "attaching",
    "connection",
    "continuity",
    "history",
    "presence",
    "publishing",
    "rest",
    "rights",
    "tokens",
    "versions",
)
SCENARIOS = [scenario for file in FILES for scenario in scenarios_of(file)]


@pytest.fixture(scope="module")
def runs(hub: HubProcess) -> Runs:
    return Runs(hub)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=str)
def test_scenario(scenario: Scenario, runs: Runs) -> None:
    runs.check(scenario)


def test_every_scenario_is_told_apart() -> None:
    assert len(set(SCENARIOS)) == len(SCENARIOS)
    for file in FILES:
        text = (JAVASCRIPT / f"{file}.mjs").read_text(encoding="utf-8")
        assert text.count("\nscenario(") * 2 == len(list(scenarios_of(file)))
