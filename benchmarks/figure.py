"""A figure, what it is held to, and what a run of the benchmarks is given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Literal, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Plan:
    """How thorough a run is, and where it may write."""

    quick: bool
    folder: Path

    def pick(self, full: T, quick: T) -> T:
        return quick if self.quick else full


@dataclass(frozen=True)
class Target:
    """A limit on a figure's value, on its ratio, or on how much more it is than the peer's."""

    of: Literal["value", "ratio", "difference"]
    sense: Literal["at least", "at most"]
    limit: float

    def met_by(self, value: float) -> bool:
        return value >= self.limit if self.sense == "at least" else value <= self.limit


@dataclass(frozen=True)
class Figure:
    """One measure of ours, and of what it is compared with, from the same run.

    There is a value for each repetition, and for each its own ratio: what disturbs a repetition
    disturbs both sides of it.
    """

    name: str
    what: str
    unit: str
    values: Sequence[float]
    peer: Sequence[float]
    peer_is: str
    target: Target
    # What the ratio is to, where that is not the peer: the bare library, or the official SDK.
    base: Sequence[float] | None = None
    base_is: str = ""
    details: Mapping[str, float] = field(default_factory=dict)

    @property
    def value(self) -> float:
        return median(self.values)

    @property
    def ratios(self) -> list[float]:
        bases = self.peer if self.base is None else self.base
        return [value / base for value, base in zip(self.values, bases, strict=True)]

    @property
    def ratio(self) -> float:
        return median(self.ratios)

    @property
    def difference(self) -> float:
        return median(value - peer for value, peer in zip(self.values, self.peer, strict=True))

    @property
    def passed(self) -> bool:
        measured = {"value": self.value, "ratio": self.ratio, "difference": self.difference}
        return self.target.met_by(measured[self.target.of])
