"""Who somebody is, and what that role may do: the recipe of the tokens that people are given.

| Role | In its sessions | On the operators' notes of them |
|---|---|---|
| user | talk | nothing |
| agent | talk, stream its answers, list the sessions | nothing |
| operator | talk, stream its answers | the same |
| lead | talk, stream its answers, list the sessions, count who is there | the same |
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from aitransport_notebook.errors import AITransportError, error_for

# What operators say of a session among themselves stands on `ops:<session>`.
NOTES: Final = "ops"
# Sessions follow their channel and its history, and publish; people and agents are present there.
TALK: Final = ("history", "presence", "publish", "subscribe")
# An answer grows by appends, which are updates of one's own message.
ANSWER: Final = (*TALK, "message-update-own")
SURVEY: Final = (*ANSWER, "channel-metadata")
# A claim stands in every message and every append of its owner, in characters of JSON.
LARGEST_CLAIM: Final = 1024


class Rights(NamedTuple):
    """Ably's names of what a role may do: in its sessions, and on the notes of them."""

    sessions: tuple[str, ...]
    notes: tuple[str, ...] = ()


ROLES: Final[Mapping[str, Rights]] = MappingProxyType(
    {
        "user": Rights(TALK),
        "agent": Rights(SURVEY),
        "operator": Rights(ANSWER, ANSWER),
        "lead": Rights(SURVEY, SURVEY),
    }
)


@dataclass(frozen=True)
class Identity:
    """Who somebody is, as the application knows that signed them in.

    `sessions` names those that they may be in; a name that ends in `:*` stands for all that begin
    so. `claims` are what else agents and operators are to know of them for certain, such as a
    plan or a tenant: all who are in a session see it.
    """

    client_id: str
    role: str = "user"
    sessions: Sequence[str] = ()
    claims: Mapping[str, Any] = field(default_factory=dict)

    def covers(self, session: str) -> bool:
        """Tell whether they may be in a session.

        >>> Identity("ann", sessions=["conversations:*"]).covers("conversations:42")
        True
        """
        return any(
            session.startswith(name[:-1]) if name.endswith("*") else session == name
            for name in self.sessions
        )


def capability_of(identity: Identity) -> dict[str, list[str]]:
    """Return what somebody may do, as Ably's tokens say it.

    >>> capability_of(Identity("ann", "user", ["room"]))
    {'room': ['history', 'presence', 'publish', 'subscribe']}
    """
    rights = _rights_of(identity)
    if isinstance(identity.sessions, str) or not identity.sessions:
        raise _wrong(
            identity,
            f"{identity.sessions!r:.80} names no sessions",
            'Give a list of names, such as ["conversations:*"].',
        )
    granted: dict[str, list[str]] = {}
    for name in identity.sessions:
        _check_name(identity, name, rights)
        granted[name] = list(rights.sessions)
        if rights.notes:
            granted[f"{NOTES}:{name}"] = list(rights.notes)
    return granted


def claim_of(identity: Identity) -> dict[str, Any]:
    """Return what a token is to say of somebody: the role, and what else is to be known.

    >>> claim_of(Identity("ann", "user", ["room"], {"plan": "gold"}))
    {'role': 'user', 'plan': 'gold'}
    """
    _rights_of(identity)
    claims: object = identity.claims
    if not isinstance(claims, Mapping):
        raise _wrong(identity, "the claims are no dict", "Give them by name.")
    if "role" in identity.claims:
        raise _wrong(identity, "a claim names a role", "Give the role as the identity's own.")
    claim = {"role": identity.role, **identity.claims}
    try:
        size = len(json.dumps(claim, allow_nan=False))
    except (TypeError, ValueError, RecursionError):
        raise _wrong(
            identity, "the claims are no JSON", "Give texts, numbers, lists and dicts of them."
        ) from None
    if size > LARGEST_CLAIM:
        raise _wrong(
            identity,
            f"the claims take {size} characters, over {LARGEST_CLAIM}",
            "They stand in every message: give an id, and look up there what it stands for.",
        )
    return claim


def _rights_of(identity: Identity) -> Rights:
    who: object = identity.client_id
    if not isinstance(who, str) or not who or not who.isprintable():
        raise _wrong(identity, "it names nobody", "Give the client_id as a printable text.")
    role: object = identity.role
    rights = ROLES.get(role) if isinstance(role, str) else None
    if rights is None:
        raise _wrong(
            identity, f"there is no role {identity.role!r:.80}", f"Use one of {', '.join(ROLES)}."
        )
    return rights


def _check_name(identity: Identity, name: object, rights: Rights) -> None:
    if not isinstance(name, str) or not name or name.startswith("["):
        raise _wrong(identity, f"{name!r:.80} is no session", "Give the names of sessions.")
    *before, last = name.split(":")
    if any("*" in segment for segment in before) or ("*" in last and last != "*"):
        raise _wrong(
            identity,
            f"{name!r:.80} stands for no sessions",
            'Put the * behind the last colon, such as "conversations:*".',
        )
    # Rights can only be added, so who has none on the notes may not have a pattern over them.
    if not rights.notes and name.split(":")[0] in ("*", NOTES):
        raise _wrong(
            identity,
            f"{name!r:.80} has the operators' notes in it",
            'Name what the sessions begin with, such as "conversations:*".',
        )


def _wrong(identity: Identity, problem: str, hint: str) -> AITransportError:
    return error_for(40003, f"no rights for {identity.client_id!r:.80}: {problem}", hint=hint)
