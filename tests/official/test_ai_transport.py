"""The hub under `@ably/ai-transport`, unmodified: its client and its agent sessions."""

from __future__ import annotations

import pytest

from tests.official.scenarios import Runs, Scenario, scenarios_of
from tests.support.hub_process import HubProcess


@pytest.fixture(scope="module")
def runs(hub: HubProcess) -> Runs:
    return Runs(hub)


@pytest.mark.parametrize("scenario", list(scenarios_of("transport")), ids=str)
def test_scenario(scenario: Scenario, runs: Runs) -> None:
    runs.check(scenario)
