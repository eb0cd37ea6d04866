"""What a token says of its holder, as the server verified it and put it into `extras.userClaim`."""

from __future__ import annotations

from typing import Any, Final

from aitransport_notebook.wire.strict_json import from_json

# Roles: those who ask, and those who answer.
USER: Final = "user"
AGENT: Final = "agent"


def claim_in(extras: Any) -> Any:
    """Return the claim in a message's extras: tokens carry text, which may be JSON.

    >>> claim_in({"userClaim": '{"role": "operator"}'})
    {'role': 'operator'}
    >>> claim_in({"userClaim": "staff"})
    'staff'
    """
    claim = extras.get("userClaim") if isinstance(extras, dict) else None
    if not isinstance(claim, str):
        return claim
    try:
        return from_json(claim)
    except ValueError:
        return claim


def role_in(claim: Any) -> str | None:
    """Return the role that a claim names.

    >>> role_in({"role": "operator"}), role_in("operator"), role_in(None)
    ('operator', None, None)
    """
    role = claim.get("role") if isinstance(claim, dict) else None
    return role if isinstance(role, str) else None
