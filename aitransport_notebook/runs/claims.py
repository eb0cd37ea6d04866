"""Which of several workers answers an input: the one whose claim the channel has first.

A claim that takes over names the claim that it follows; the first to follow one wins. Whoever has
heard the same messages names the same holder. Only what a token calls an agent can claim.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b
from typing import Any, NamedTuple

from aitransport_notebook.wire.claims import AGENT, claim_in, role_in
from aitransport_notebook.wire.names import CLAIM
from aitransport_notebook.wire.record import Record

VERSION = 1


class Claim(NamedTuple):
    """A worker's word that it answers an input, under ids that whoever takes over goes on with."""

    event_id: str
    run_id: str
    invocation_id: str
    worker: str
    # The serial of the claim that it takes over from.
    of: str | None = None
    serial: str = ""

    def to_data(self) -> dict[str, Any]:
        """Return it as it stands in a message."""
        return {
            "v": VERSION,
            "input": self.event_id,
            "runId": self.run_id,
            "invocationId": self.invocation_id,
            "worker": self.worker,
            **({"of": self.of} if self.of else {}),
        }

    @classmethod
    def read(cls, record: Record) -> Claim | None:
        """Read a record; None if it is no claim, or none of an agent."""
        data = record.data
        if record.name != CLAIM or not isinstance(data, dict) or data.get("v") != VERSION:
            return None
        if role_in(claim_in(record.extras)) != AGENT:
            return None
        told = [data.get(key) for key in ("input", "runId", "invocationId", "worker")]
        words = [value for value in told if isinstance(value, str) and value]
        if len(words) < len(told):
            return None
        event_id, run_id, invocation_id, worker = words
        of = data.get("of")
        before = of if isinstance(of, str) else None
        return cls(event_id, run_id, invocation_id, worker, before, record.serial)


class Claims:
    """The claims of a session."""

    def __init__(self) -> None:
        self._first: dict[str, Claim] = {}
        # By the input and the claim that is taken over from.
        self._next: dict[tuple[str, str], Claim] = {}

    def add(self, claim: Claim) -> None:
        """Take a claim in, in any order."""
        if claim.of is None:
            known = self._first.get(claim.event_id)
            if known is None or claim.serial < known.serial:
                self._first[claim.event_id] = claim
        else:
            place = (claim.event_id, claim.of)
            known = self._next.get(place)
            # Nothing can follow what comes after it.
            if claim.serial > claim.of and (known is None or claim.serial < known.serial):
                self._next[place] = claim

    def holder(self, event_id: str) -> Claim | None:
        """Return the claim that counts; whoever took over goes on with the ids of the first."""
        first = claim = self._first.get(event_id)
        if first is None or claim is None:
            return None
        while (later := self._next.get((event_id, claim.serial))) is not None:
            claim = later
        return claim._replace(run_id=first.run_id, invocation_id=first.invocation_id)

    def first_of(self, event_ids: Iterable[str]) -> str | None:
        """Return which of these inputs was claimed before the others; None if none is claimed."""
        claims = [claim for id in event_ids if (claim := self._first.get(id)) is not None]
        return min(claims, key=lambda claim: claim.serial).event_id if claims else None


def rank(event_id: str, own: str, others: Iterable[str]) -> int:
    """Return how many of the others are to claim an input before oneself.

    All reckon the same, so that as a rule one claims and nobody else tries; and the inputs are
    spread among them.

    >>> sorted(rank("e1", own, {"a", "b", "c"} - {own}) for own in "abc")
    [0, 1, 2]
    """
    mine = _weight(event_id, own)
    return sum(_weight(event_id, other) < mine for other in others if other != own)


def _weight(event_id: str, worker: str) -> bytes:
    return blake2b(f"{event_id} {worker}".encode(), digest_size=8).digest()
