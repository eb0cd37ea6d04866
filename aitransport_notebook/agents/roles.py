"""Who people are, and what their role allows: what `session.roles` says, under its older name."""

from aitransport_notebook.session.roles import (
    ANSWER,
    LARGEST_CLAIM,
    NOTES,
    ROLES,
    SURVEY,
    TALK,
    Identity,
    Rights,
    capability_of,
    claim_of,
)

__all__ = [
    "ANSWER",
    "LARGEST_CLAIM",
    "NOTES",
    "ROLES",
    "SURVEY",
    "TALK",
    "Identity",
    "Rights",
    "capability_of",
    "claim_of",
]
