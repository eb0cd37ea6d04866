"""What happens in a round, drawn from its seed."""

from __future__ import annotations

import random
from dataclasses import dataclass

from tests.faults.official import has_node
from tests.faults.publishers import random_text
from tests.interop.chunks import Chunk, message, reasoning, text
from tests.interop.drivers import Side

CLIENT_CUT, CLIENT_KILLED = "client cut", "client killed"
AGENT_CUT, AGENT_KILLED = "agent cut", "agent killed"
HUB_KILLED, ANSWERS_LOST = "hub killed", "answers lost"
KINDS = (CLIENT_CUT, CLIENT_KILLED, AGENT_CUT, AGENT_KILLED, HUB_KILLED, ANSWERS_LOST)


@dataclass(frozen=True)
class Reply:
    """One message of an agent: thoughts, and texts, in tokens that are all different."""

    name: str
    parts: tuple[tuple[str, ...], ...]

    @classmethod
    def draw(cls, name: str, rng: random.Random, tokens: int) -> Reply:
        said = tuple(f"{name}{number}:{random_text(rng, 12)} " for number in range(tokens))
        ends = sorted(rng.sample(range(1, tokens), 2))
        return cls(name, (said[: ends[0]], said[ends[0] : ends[1]], said[ends[1] :]))

    @property
    def chunks(self) -> list[Chunk]:
        thoughts, first, second = self.parts
        said = (reasoning(*thoughts), text(*first), text(*second, id="t2"))
        return message(*said, id=self.name)

    @property
    def texts(self) -> list[str]:
        return ["".join(part) for part in self.parts]


@dataclass(frozen=True)
class Plan:
    """A round: who takes part, what is said, and what strikes when."""

    seed: int
    kind: str
    agent: Side
    # Who asks, where it is a process of its own that is killed.
    asker: Side
    # Whether an official client looks on all the time.
    is_watched: bool
    replies: tuple[Reply, ...]
    # What another agent says in the place of each, if the first dies.
    retries: tuple[Reply, ...]
    # So many chunks are said before it strikes.
    strikes_after: int
    # How long something is away, in seconds.
    away: float
    # The seconds between two chunks.
    pace: float

    @classmethod
    def draw(cls, seed: int, *, short: bool = False) -> Plan:
        """The kinds take turns, so that a few seeds in a row have them all."""
        rng, kind = random.Random(seed), KINDS[seed % len(KINDS)]
        official = has_node() and rng.random() < 0.4
        # The official agent waits for 15 s where it does not come back at once.
        may_be_official = kind in (CLIENT_CUT, CLIENT_KILLED, AGENT_KILLED)
        # Who steers is the one who is killed.
        count = 1 if kind == CLIENT_KILLED else rng.choice((1, 1, 2))
        tokens = rng.randint(150, 250) if short else rng.randint(200, 500)
        replies, retries = (
            tuple(Reply.draw(f"{word}{n}.", rng, tokens // count) for n in range(count))
            for word in ("said", "again")
        )
        chunks = sum(len(reply.chunks) for reply in replies)
        return cls(
            seed,
            kind,
            "javascript" if official and may_be_official else "python",
            "javascript" if has_node() and rng.random() < 0.3 else "python",
            has_node() and kind != HUB_KILLED and rng.random() < 0.4,
            replies,
            retries,
            rng.randint(3, chunks - 3),
            rng.choice((0.0, 0.05, 0.3, 1.0)),
            rng.choice((0.002, 0.004, 0.008)),
        )

    @property
    def verdict(self) -> str:
        """What shows that the agent has died: official ones do not say that they are there."""
        return "crashed" if self.agent == "python" else "stalled"

    def __str__(self) -> str:
        count = sum(len(part) for reply in self.replies for part in reply.parts)
        asker = f", {self.asker} asks" if self.kind == CLIENT_KILLED else ""
        watched = ", watched by javascript" if self.is_watched else ""
        return (
            f"{self.kind}, seed {self.seed}: {self.agent} answers{asker}{watched},"
            f" {len(self.replies)} x {count // len(self.replies)} tokens,"
            f" struck after {self.strikes_after}, away {self.away:g} s"
        )
