"""Fixtures that any test may use."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.support.hub_process import HubProcess

# How long an example takes is up to what else the machine has to do.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


@pytest.fixture(scope="session", autouse=True)
def _interruptible() -> None:
    """Let Ctrl-C reach what tests start, also where the shell began us with it ignored (`&`)."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="module")
def hub() -> Iterator[HubProcess]:
    """A hub in memory, shared by the tests of a module."""
    with HubProcess() as process:
        yield process


@pytest.fixture
def durable_hub(tmp_path: Path) -> Iterator[HubProcess]:
    """A hub with a data folder, of the test's own."""
    with HubProcess(data=tmp_path / "data") as process:
        yield process
