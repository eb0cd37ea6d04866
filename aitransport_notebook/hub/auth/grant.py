"""What an authenticated party may do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from aitransport_notebook.errors import error_for
from aitransport_notebook.hub.auth.capability import Capability
from aitransport_notebook.hub.auth.client_ids import (
    ANY_CLIENT,
    invalid_client_id,
    read_own_client_id,
)
from aitransport_notebook.hub.auth.resource import most_specific


@dataclass(frozen=True)
class Grant:
    """The rights that come with credentials; times are in ms.

    A `client_id` of None is anonymous, "*" is any. Without a `token_id` the grant comes from a
    key itself. `claims` and `publish_rates` are by channel pattern, and only JWTs have them.
    """

    app_id: str
    key_name: str
    capability: Capability
    client_id: str | None = None
    issued: int | None = None
    expires: int | None = None
    token_id: str | None = None
    claims: Mapping[str, str] = field(default_factory=dict, hash=False)
    publish_rates: Mapping[str, float] = field(default_factory=dict, hash=False)
    revocation_key: str | None = None

    @property
    def is_basic(self) -> bool:
        """Whether the key itself was shown, and not a token made with it."""
        return self.token_id is None

    def expired(self, now: int) -> bool:
        return self.expires is not None and now >= self.expires

    def may(self, channel: str, operation: str) -> bool:
        return self.capability.allows(channel, operation)

    def require(self, channel: str, *operations: str) -> None:
        """Raise 40160 unless at least one of the operations is allowed on the channel."""
        if self.capability.allows_any(channel, *operations):
            return
        wanted, source = " or ".join(operations), "key" if self.is_basic else "token"
        raise error_for(
            40160,
            f"operation not permitted: {wanted} on channel {channel[:200]!r}",
            hint=f"Give the {source} a capability with {wanted} on a resource that covers it.",
        )

    def claim_for(self, channel: str) -> str | None:
        """Return the user claim for the channel: the most specific one that covers it."""
        pattern = most_specific(self.claims, channel)
        return None if pattern is None else self.claims[pattern]

    def publish_rate_for(self, channel: str) -> float | None:
        """Return how many messages a second may be published on the channel; None is no limit."""
        pattern = most_specific(self.publish_rates, channel)
        return None if pattern is None else self.publish_rates[pattern]

    def resolve_client_id(self, claimed: str | None) -> str | None:
        """Return the client id that a message or a presence event carries; raise 40012 if forged.

        >>> Grant("app", "app.id", Capability.parse(None), "ann").resolve_client_id(None)
        'ann'
        """
        own = read_own_client_id(claimed)
        if own is None:
            return None if self.client_id == ANY_CLIENT else self.client_id
        if self.client_id in (ANY_CLIENT, own):
            return own
        if self.client_id is None:
            raise invalid_client_id(
                "an anonymous client has none", "Get a token for this clientId, or for '*'."
            )
        raise invalid_client_id(
            "it is not the one that the credentials are for", "Leave it out to use your own."
        )

    def identified_as(self, claimed: str | None) -> Grant:
        """Return the grant of one who goes by the claimed client id; raise 40102 if it may not."""
        own = read_own_client_id(claimed)
        if own is None or own == self.client_id:
            return self
        if self.client_id == ANY_CLIENT:
            return replace(self, client_id=own)
        raise error_for(
            40102,
            "the clientId is not one that the credentials allow",
            hint="Use the clientId that the token was issued for, or get a token for this one.",
        )
