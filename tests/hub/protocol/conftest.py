"""A bench of the test's own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.hub.protocol.harness import Bench


@pytest.fixture
def bench() -> Iterator[Bench]:
    bench = Bench()
    yield bench
    bench.store.close()
