"""What the hub lets each role do with its token, and whom it does not believe."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import httpx
import jwt
import pytest
from ably import AblyRealtime

from aitransport_notebook import ClientSession, UIMessageCodec
from aitransport_notebook.errors import AITransportError
from aitransport_notebook.session.roles import Identity, capability_of, claim_of
from aitransport_notebook.session.tokens import LARGEST_TOKEN, sign_token
from tests.agents.people import PEOPLE, keyed
from tests.support.hub_process import KEY, HubProcess

DELETE, APPEND = 2, 5


class Visit:
    """Somebody's REST requests with a token, in a session of the test's own."""

    def __init__(self, hub: HubProcess, name: str, session: str) -> None:
        self.session = session
        identity = PEOPLE[name]
        self.token = keyed(hub).token_for(name, capability_of(identity), claim_of(identity))
        self.hub, self.name = hub, name
        self.told: Any = None

    async def ask(self, method: str, path: str, body: Any = None) -> int:
        """Return the error code of what is answered; 0 for none."""
        bearer = {"Authorization": f"Bearer {self.token}"}
        async with httpx.AsyncClient(trust_env=False) as http:
            answer = await http.request(method, f"{self.hub.url}{path}", headers=bearer, json=body)
        self.told = answer.json()
        return int(self.told["error"]["code"]) if answer.status_code >= 400 else 0

    async def publish(self, channel: str) -> int:
        return await self.ask("POST", f"{_path(channel)}/messages", {"name": "m", "data": "x"})

    async def append(self, channel: str, serial: str) -> int:
        message = {"action": APPEND, "data": "y"}
        return await self.ask("PATCH", f"{_path(channel)}/messages/{quote(serial)}", message)

    async def append_to_own(self, channel: str) -> int:
        refused = await self.publish(channel)
        return refused or await self.append(channel, self.told["serials"][0])


def _path(channel: str) -> str:
    return f"/channels/{quote(channel, safe='')}"


async def to_anothers(visit: Visit) -> int:
    """Append to what somebody else has said, who may be no less."""
    other = Visit(visit.hub, "lea" if visit.name == "oskar" else "oskar", visit.session)
    assert not await other.publish(visit.session)
    return await visit.append(visit.session, other.told["serials"][0])


async def delete(visit: Visit) -> int:
    """Delete what one has said."""
    assert not await visit.publish(visit.session)
    message = f"{_path(visit.session)}/messages/{quote(visit.told['serials'][0])}"
    return await visit.ask("PATCH", message, {"action": DELETE})


DEEDS: dict[str, Callable[[Visit], Awaitable[int]]] = {
    "say": lambda v: v.publish(v.session),
    "read": lambda v: v.ask("GET", f"{_path(v.session)}/messages"),
    "see who is here": lambda v: v.ask("GET", f"{_path(v.session)}/presence"),
    "stream": lambda v: v.append_to_own(v.session),
    "list": lambda v: v.ask("GET", "/channels?prefix=rooms:"),
    "count": lambda v: v.ask("GET", _path(v.session)),
    "write notes": lambda v: v.append_to_own(f"ops:{v.session}"),
    "read notes": lambda v: v.ask("GET", f"{_path(f'ops:{v.session}')}/messages"),
    "change another's words": to_anothers,
    "delete": delete,
    "go elsewhere": lambda v: v.publish("halls:1"),
    "read elsewhere": lambda v: v.ask("GET", f"{_path('halls:1')}/messages"),
    "list all": lambda v: v.ask("GET", "/channels"),
}
TALK = {"say", "read", "see who is here"}
MAY = {
    "ann": TALK,
    "ai": TALK | {"stream", "list", "count"},
    "oskar": TALK | {"stream", "write notes", "read notes"},
    "lea": TALK | {"stream", "write notes", "read notes", "list", "count"},
}


@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize("who", MAY)
async def test_the_hub_lets_a_role_do_what_the_table_says(
    hub: HubProcess, who: str, deed: str
) -> None:
    code = await DEEDS[deed](Visit(hub, who, f"rooms:{uuid4()}"))
    assert (code == 0) == (deed in MAY[who])
    assert code in (0, 40160)


async def test_what_somebody_says_has_their_claims_whatever_they_write(hub: HubProcess) -> None:
    ann = Visit(hub, "ann", f"rooms:{uuid4()}")
    forged = {"name": "m", "extras": {"userClaim": '{"role": "lead"}'}}
    assert not await ann.ask("POST", f"{_path(ann.session)}/messages", forged)
    assert not await ann.ask("GET", f"{_path(ann.session)}/messages")
    [message] = ann.told
    assert message["clientId"] == "ann"
    assert message["extras"] == {"userClaim": '{"role": "user", "name": "Ann", "plan": "gold"}'}
    as_lea = {"name": "m", "clientId": "lea"}
    assert await ann.ask("POST", f"{_path(ann.session)}/messages", as_lea) == 40012


def altered(token: str) -> str:
    """Return the token with another role in it, under the signature of what it was."""
    header, _, signature = token.split(".")
    claims = jwt.decode(token, options={"verify_signature": False})
    claims["ably.channel.*"] = '{"role": "lead"}'
    _, payload, _ = jwt.encode(claims, "other" * 8, algorithm="HS256").split(".")
    return f"{header}.{payload}.{signature}"


def unsigned(token: str) -> str:
    claims = jwt.decode(token, options={"verify_signature": False})
    kid = jwt.get_unverified_header(token)["kid"]
    return jwt.encode(claims, "", algorithm="none", headers={"kid": kid})


def by_another_key(name: str) -> str:
    lea = PEOPLE["lea"]
    return sign_token(f"{name}:another-secret", "lea", capability_of(lea), claim_of(lea), 60)


@pytest.mark.parametrize(
    ("forged", "code"),
    [
        (altered, 40144),
        (unsigned, 40144),
        (lambda token: token[:-4] + ("AAAA" if token[-4:] != "AAAA" else "BBBB"), 40144),
        (lambda token: by_another_key(KEY.partition(":")[0]), 40144),
        (lambda token: by_another_key("app.other"), 40400),
        (lambda token: by_another_key("foreign.key"), 40400),
    ],
)
async def test_a_token_that_was_not_made_with_the_key_is_refused(
    hub: HubProcess, forged: Callable[[str], str], code: int
) -> None:
    ann = Visit(hub, "ann", f"rooms:{uuid4()}")
    assert not await ann.publish(ann.session)
    ann.token = forged(ann.token)
    assert await ann.publish(ann.session) == code


NAMES = [f"rooms:{number:04}" for number in range(400)]


def largest_token(hub: HubProcess) -> str:
    """Return the token for as many sessions as one token can be for."""
    token = ""
    for count in range(1, len(NAMES)):
        try:
            granted = capability_of(Identity("ann", sessions=NAMES[:count]))
            token = keyed(hub).token_for("ann", granted, {"role": "user"})
        except AITransportError:
            break
    return token


async def test_the_largest_token_that_is_made_reaches_the_hub(hub: HubProcess) -> None:
    """In the address of a socket, and in a header: history is read by REST."""
    token = largest_token(hub)
    assert LARGEST_TOKEN - 100 < len(token) <= LARGEST_TOKEN

    async def give(_: object) -> str:
        return token

    made = AblyRealtime(**{**keyed(hub).options(), "auth_callback": give})
    try:
        async with ClientSession(made, NAMES[0], UIMessageCodec()) as session:
            assert session.client_id == "ann"
            await session.view.send("hello")
            assert not await session.view.load_older()
            assert len(session.view.messages) == 1
    finally:
        await made.close()


def test_a_token_that_is_too_large_is_not_made(hub: HubProcess) -> None:
    with pytest.raises(AITransportError, match="over 6000") as caught:
        keyed(hub).token_for("ann", capability_of(Identity("ann", sessions=NAMES)))
    assert "rooms" not in str(caught.value)
    assert "conversations:*" in caught.value.hint
