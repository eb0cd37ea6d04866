"""What the hub allows, and the time that it gives."""

from __future__ import annotations

from dataclasses import dataclass

from aitransport_notebook.errors import error_for


@dataclass(frozen=True)
class Limits:
    """Sizes in bytes, times in ms, rates in messages a second; None is no limit.

    The defaults are those of a local hub: as generous as memory allows, but the sizes are a
    hosted account's, since clients are told of them and size their messages by them.
    """

    message_size: int = 65536
    frame_size: int = 262144
    # What a message may grow to, as it is written: some clients take no frame beyond 1 MiB.
    whole_size: int = 524288
    inbound_rate: int | None = None
    channels_per_connection: int | None = None
    messages_per_publish: int = 1000
    members_per_channel: int = 5000
    connection_ttl: int = 120_000
    idle_interval: int = 15_000
    presence_grace: int = 15_000
    active_only: bool = False
    # Whether extras may only have the keys that Ably has a use for.
    known_extras: bool = False
    retention: int | None = None


# A hosted account of the usual size: what is built under these limits also runs there.
HOSTED = Limits(
    inbound_rate=50,
    channels_per_connection=200,
    members_per_channel=250,
    active_only=True,
    known_extras=True,
    retention=120_000,
)

LOCAL = Limits()


def check_size(size: int, limit: int, hint: str) -> None:
    """Raise 40009 if something has more bytes than it may."""
    if size > limit:
        raise error_for(
            40009,
            f"maximum message length exceeded (size was {size} bytes, limit is {limit} bytes)",
            hint=hint,
        )
