"""The two drivers, which live as long as a module's tests, and a stage for each test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.interop.comparing import check_same
from tests.interop.drivers import Driver, Side
from tests.interop.stage import SIDES, Stage
from tests.interop.wire import Outline, outline_of
from tests.support.hub_process import HubProcess

COMBINATIONS = [(clients, agents) for clients in SIDES for agents in SIDES]


@pytest.fixture(scope="package")
def interop_hub() -> Iterator[HubProcess]:
    with HubProcess() as process:
        yield process


@pytest.fixture(scope="package")
def drivers(interop_hub: HubProcess) -> Iterator[dict[Side, Driver]]:
    with ExitStack() as stack:
        started = {side: Driver(side, interop_hub) for side in SIDES}
        for driver in started.values():
            stack.enter_context(driver)
        yield started


@pytest.fixture(scope="package")
def outlines() -> dict[str, Outline]:
    """What each scenario put on the channel, when it was played first."""
    return {}


@pytest.fixture(params=COMBINATIONS, ids=[f"{c}-asks-{a}" for c, a in COMBINATIONS])
def stage(
    request: pytest.FixtureRequest,
    interop_hub: HubProcess,
    drivers: dict[Side, Driver],
    outlines: dict[str, Outline],
) -> Iterator[Stage]:
    """A session with clients and agents of one combination of sides.

    Whoever plays it, in the end the same messages have to be on the channel.
    """
    clients, agents = request.param
    failed_before = request.session.testsfailed
    with ExitStack() as stack:

        def start(side: Side) -> Driver:
            return stack.enter_context(Driver(side, interop_hub))

        stage = Stage(clients, agents, drivers, start)
        yield stage
        stage.close()
    if request.session.testsfailed > failed_before:
        return
    assert stage.agreed, "nobody compared what the sides see"
    outline = outline_of(interop_hub, stage.channel, stage.header_that_differs)
    known = outlines.setdefault(request.node.originalname, outline)
    check_same("on the channel", outline, known)
