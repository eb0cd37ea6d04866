"""What a role grants, and which identities can have no token."""

from __future__ import annotations

from typing import Any

import pytest

from aitransport_notebook.errors import AITransportError
from aitransport_notebook.session.roles import (
    LARGEST_CLAIM,
    ROLES,
    Identity,
    capability_of,
    claim_of,
)

TALK = ["history", "presence", "publish", "subscribe"]
ANSWER = [*TALK, "message-update-own"]
SURVEY = [*ANSWER, "channel-metadata"]


@pytest.mark.parametrize(
    ("role", "capability"),
    [
        ("user", {"rooms:*": TALK}),
        ("agent", {"rooms:*": SURVEY}),
        ("operator", {"rooms:*": ANSWER, "ops:rooms:*": ANSWER}),
        ("lead", {"rooms:*": SURVEY, "ops:rooms:*": SURVEY}),
    ],
)
def test_each_role_has_its_rights_and_no_others(role: str, capability: dict[str, Any]) -> None:
    assert capability_of(Identity("ann", role, ["rooms:*"])) == capability


def test_the_table_has_these_roles() -> None:
    assert list(ROLES) == ["user", "agent", "operator", "lead"]


@pytest.mark.parametrize("role", ["operator", "lead"])
def test_who_has_the_notes_may_be_in_every_session(role: str) -> None:
    assert set(capability_of(Identity("bob", role, ["*"]))) == {"*", "ops:*"}


@pytest.mark.parametrize(
    ("pattern", "covered", "foreign"),
    [
        (["rooms:1"], ["rooms:1"], ["rooms:12", "rooms:", "rooms", "rooms:1:2"]),
        (["rooms:*"], ["rooms:1", "rooms:1:2"], ["rooms", "room:1", "ops:rooms:1"]),
        (["a", "b:*"], ["a", "b:c"], ["b", "c"]),
        ([], [], ["a", ""]),
    ],
)
def test_an_identity_knows_its_sessions(
    pattern: list[str], covered: list[str], foreign: list[str]
) -> None:
    ann = Identity("ann", sessions=pattern)
    assert [name for name in [*covered, *foreign] if ann.covers(name)] == covered


def test_claims_stand_beside_the_role() -> None:
    claims = {"name": "Ann", "plan": "gold", "tenants": [1, 2]}
    assert claim_of(Identity("ann", "user", ["a"], claims)) == {"role": "user", **claims}


@pytest.mark.parametrize(
    ("sessions", "word"),
    [
        ([], "names no sessions"),
        ("rooms:*", "names no sessions"),
        ([""], "no session"),
        ([5], "no session"),
        (["[meta]log"], "no session"),
        (["[*]*"], "no session"),
        (["rooms*"], "behind the last colon"),
        (["rooms:*:a"], "behind the last colon"),
        (["a", "*:a"], "behind the last colon"),
        (["*"], "notes"),
        (["ops:rooms:1"], "notes"),
        (["ops:*"], "notes"),
        (["ops"], "notes"),
    ],
)
@pytest.mark.parametrize("role", ["user", "agent"])
def test_sessions_that_cannot_be_meant_are_refused(role: str, sessions: Any, word: str) -> None:
    with pytest.raises(AITransportError, match=word) as caught:
        capability_of(Identity("ann", role, sessions))
    assert caught.value.hint
    assert "'ann'" in caught.value.message


@pytest.mark.parametrize(
    ("claims", "word"),
    [
        ({"role": "lead"}, "names a role"),
        ({"key": object()}, "no JSON"),
        ({"rate": float("nan")}, "no JSON"),
        ({"story": "x" * LARGEST_CLAIM}, "over 1024"),
    ],
)
def test_claims_that_cannot_be_are_refused(claims: dict[str, Any], word: str) -> None:
    with pytest.raises(AITransportError, match=word) as caught:
        claim_of(Identity("ann", "user", ["a"], claims))
    assert caught.value.hint


@pytest.mark.parametrize("role", ["", "admin", "Lead"])
def test_there_are_no_other_roles(role: str) -> None:
    for read in (capability_of, claim_of):
        with pytest.raises(AITransportError, match="user, agent, operator, lead"):
            read(Identity("ann", role, ["a"]))
