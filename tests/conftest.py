"""Fixtures that any test may use."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.spreading import spread
from tests.support.hub_process import HubProcess

_BROWSER = Path(__file__).parent / "browser"

# How long an example takes is up to what else the machine has to do.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Have the files that start a browser run among the others, not all at the same time."""
    of: dict[Path, list[pytest.Item]] = {}
    for item in items:
        of.setdefault(item.path, []).append(item)
    busy = [path for path in of if _BROWSER in path.parents]
    calm = [path for path in of if _BROWSER not in path.parents]
    items[:] = [item for path in spread(busy, calm) for item in of[path]]


@pytest.fixture(autouse=True)
def _interruptible() -> Iterator[None]:
    """Let Ctrl-C reach every test and what it starts; a test that takes it for itself fails.

    The shell may have begun us with it ignored (`&`).
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


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
