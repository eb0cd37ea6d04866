"""The official clients at a hub with a hosted account's limits."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.official.scenarios import Runs, Scenario, scenarios_of
from tests.support.hub_process import HubProcess


@pytest.fixture(scope="module")
def runs() -> Iterator[Runs]:
    with HubProcess("--limits", "ably", "--rule", "test=persisted,mutable") as hub:
        yield Runs(hub)


@pytest.mark.parametrize("scenario", list(scenarios_of("limits")), ids=str)
def test_scenario(scenario: Scenario, runs: Runs) -> None:
    runs.check(scenario)
