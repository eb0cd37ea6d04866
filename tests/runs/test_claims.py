"""Whose an input is, of all who claimed it."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aitransport_notebook.runs.claims import Claim, Claims, rank
from aitransport_notebook.wire.inbound import Inbound
from aitransport_notebook.wire.record import Record

AGENTS = {"userClaim": json.dumps({"role": "agent"})}


def claim(serial: str, worker: str, of: str | None = None) -> Claim:
    return Claim("e1", f"run-{worker}", f"invocation-{worker}", worker, of, serial)


def record(data: Any, extras: Any = AGENTS, name: str = "claim") -> Record:
    return Record(Inbound({"serial": "1", "name": name, "data": data, "extras": extras}))


def holder(*claims: Claim) -> Claim | None:
    known = Claims()
    for each in claims:
        known.add(each)
    return known.holder("e1")


def test_the_first_claim_counts_whatever_order_they_are_heard_in() -> None:
    first, second = claim("1", "a"), claim("2", "b")
    assert holder() is None
    assert holder(first, second) == holder(second, first) == first


def test_who_takes_over_goes_on_with_the_ids_of_the_first() -> None:
    found = holder(claim("1", "a"), claim("3", "b", of="1"), claim("5", "c", of="3"))
    assert found is not None
    assert (found.worker, found.run_id, found.invocation_id) == ("c", "run-a", "invocation-a")
    assert found.serial == "5"


def test_of_two_who_take_over_at_once_the_first_does() -> None:
    found = holder(claim("1", "a"), claim("4", "c", of="1"), claim("3", "b", of="1"))
    assert found is not None
    assert found.worker == "b"


def test_a_claim_that_follows_what_lost_is_ignored() -> None:
    found = holder(claim("1", "a"), claim("2", "b"), claim("3", "c", of="2"))
    assert found is not None
    assert found.worker == "a"


def test_a_claim_cannot_follow_itself_or_what_comes_later() -> None:
    found = holder(claim("1", "a"), claim("2", "b", of="2"), claim("3", "c", of="9"))
    assert found is not None
    assert found.worker == "a"


CLAIMS = st.lists(
    st.builds(
        claim,
        st.sampled_from("123456789"),
        st.sampled_from("abc"),
        st.none() | st.sampled_from("123456789"),
    ),
    max_size=8,
    unique_by=lambda one: one.serial,
)


@given(CLAIMS, st.randoms(use_true_random=False))
def test_all_name_the_same_holder(claims: list[Claim], chance: Any) -> None:
    other = [*claims, *claims]
    chance.shuffle(other)
    assert holder(*claims) == holder(*other)


def test_a_claim_is_read_as_it_was_written() -> None:
    for one in (claim("1", "a"), claim("1", "a", of="0")):
        assert Claim.read(record(one.to_data())) == one


@pytest.mark.parametrize(
    "extras",
    [
        None,
        {},
        {"userClaim": json.dumps({"role": "user"})},
        {"userClaim": "agent"},
        {"role": "agent"},
    ],
)
def test_only_whom_a_token_calls_an_agent_can_claim(extras: Any) -> None:
    assert Claim.read(record(claim("1", "a").to_data(), extras)) is None


@pytest.mark.parametrize(
    "change",
    [{"v": 2}, {"input": 1}, {"runId": ""}, {"invocationId": None}, {"worker": ["a"]}],
)
def test_what_is_no_claim_claims_nothing(change: dict[str, Any]) -> None:
    data = claim("1", "a").to_data()
    assert Claim.read(record({**data, **change})) is None
    assert Claim.read(record(data, name="claims")) is None
    assert Claim.read(record("a")) is None


def test_all_reckon_the_same_turns() -> None:
    workers = [f"worker {number}" for number in range(5)]
    firsts = set()
    for number in range(50):
        turns = {
            worker: rank(f"e{number}", worker, (other for other in workers if other != worker))
            for worker in workers
        }
        assert sorted(turns.values()) == [0, 1, 2, 3, 4]
        firsts.add(min(turns, key=lambda worker: turns[worker]))
    assert firsts == set(workers), "everybody is the first at times"


def test_oneself_is_not_before_oneself() -> None:
    for own, other in itertools.permutations("ab", 2):
        assert rank("e1", own, [own, other]) == rank("e1", own, [other])
