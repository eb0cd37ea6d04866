"""Benches of the test's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.hub.protocol.harness import Bench

MakeBench = Callable[..., Bench]


@pytest.fixture
def make_bench() -> Iterator[MakeBench]:
    with ExitStack() as opened:

        def make(*arguments: object, **named: object) -> Bench:
            bench = Bench(*arguments, **named)  # type: ignore[arg-type]
            opened.callback(bench.store.close)
            return bench

        yield make


@pytest.fixture
def bench(make_bench: MakeBench) -> Bench:
    return make_bench()
