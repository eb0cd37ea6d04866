"""The token endpoint: who gets a token, and that nothing but who they are makes it."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx
import jwt
import pytest

from aitransport_notebook import AITransportError, connect
from aitransport_notebook.agents.asgi import Request
from aitransport_notebook.agents.tokens import Authenticate, TokenEndpoint
from aitransport_notebook.errors import error_for
from aitransport_notebook.session.roles import Identity, capability_of
from tests.agents.people import PEOPLE, authenticate, keyed, signed_in
from tests.support.hub_process import HubProcess
from tests.support.web import serving

ANN = PEOPLE["ann"]


@pytest.fixture
async def url(hub: HubProcess) -> AsyncIterator[str]:
    async with serving(TokenEndpoint(authenticate, connection=keyed(hub))) as url:
        yield url


async def asked(url: str, who: str | None = "ann", **how: Any) -> httpx.Response:
    headers = {**(signed_in(who) if who else {}), **how.pop("headers", {})}
    async with httpx.AsyncClient(trust_env=False) as http:
        return await http.request(how.pop("method", "GET"), url, headers=headers, **how)


def claims_of(answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    return jwt.decode(answer.text, options={"verify_signature": False})


def is_anns(claims: dict[str, Any]) -> bool:
    names = ("x-ably-clientId", "x-ably-capability", "ably.channel.*")
    client_id, capability, claim = (claims[name] for name in names)
    said = (client_id, json.loads(capability), json.loads(claim))
    return said == ("ann", capability_of(ANN), {"role": "user", **ANN.claims})


def error_of(answer: httpx.Response) -> dict[str, Any]:
    error: dict[str, Any] = answer.json()["error"]
    assert error["statusCode"] == answer.status_code
    assert error["hint"]
    return error


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_who_is_known_gets_a_token_that_says_who_they_are(url: str, method: str) -> None:
    answer = await asked(url, method=method)
    claims = claims_of(answer)
    assert is_anns(claims)
    assert claims["exp"] - claims["iat"] == 15 * 60
    assert abs(claims["iat"] - time.time()) < 60
    assert answer.headers["content-type"] == "application/jwt"
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("who", [None, "nobody"])
async def test_who_is_not_known_gets_none(url: str, who: str | None) -> None:
    answer = await asked(url, who)
    assert (answer.status_code, error_of(answer)["code"]) == (401, 40101)


FORGED = {"role": "lead", "capability": '{"*":["*"]}', "claims": '{"role":"lead"}', "name": "Lea"}


@pytest.mark.parametrize(
    "sent",
    [
        {"params": FORGED},
        {"data": FORGED, "method": "POST"},
        {"json": {**FORGED, "clientId": "lea", "ttl": 10**9}, "method": "POST"},
        {"params": {"clientId": "ann", "timestamp": "1", "rnd": "2"}},
    ],
)
async def test_nothing_that_a_caller_sends_makes_it_more(url: str, sent: dict[str, Any]) -> None:
    claims = claims_of(await asked(url, **sent))
    assert is_anns(claims)
    assert claims["exp"] - claims["iat"] == 15 * 60


@pytest.mark.parametrize("client_id", ["lea", "*", "Ann"])
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_token_for_another_is_refused(url: str, client_id: str, method: str) -> None:
    for sent in ({"clientId": client_id}, {"clientId": ["ann", client_id]}):
        how: dict[str, Any] = {"params" if method == "GET" else "data": sent}
        answer = await asked(url, method=method, **how)
        assert (answer.status_code, error_of(answer)["code"]) == (401, 40102)


@pytest.mark.parametrize(
    ("ttl", "life"), [("60000", 60), ("1", 1), ("1500", 2), ("900000", 900), ("86400000", 900)]
)
async def test_a_ttl_may_only_shorten(url: str, ttl: str, life: int) -> None:
    claims = claims_of(await asked(url, params={"ttl": ttl}))
    assert claims["exp"] - claims["iat"] == life


@pytest.mark.parametrize("ttl", ["0", "-5", "soon", "1.5", "²", "9" * 400])
async def test_a_ttl_that_is_none_is_refused(url: str, ttl: str) -> None:
    answer = await asked(url, method="POST", data={"ttl": ttl})
    assert (answer.status_code, error_of(answer)["code"]) == (400, 40003)


async def test_too_many_fields_are_refused(url: str) -> None:
    answer = await asked(url, params={f"f{number}": "x" for number in range(101)})
    assert (answer.status_code, error_of(answer)["code"]) == (400, 40000)


async def test_the_life_is_the_applications_to_set(hub: HubProcess) -> None:
    async with serving(TokenEndpoint(authenticate, connection=keyed(hub), life=60)) as url:
        claims = claims_of(await asked(url))
    assert claims["exp"] - claims["iat"] == 60
    for life in (0, -1, 25 * 3600):
        with pytest.raises(AITransportError, match="cannot live"):
            TokenEndpoint(authenticate, life=life)


async def test_a_hook_may_wait_and_may_say_why_it_refuses(hub: HubProcess) -> None:
    async def slow(request: Request) -> Identity | None:
        if request.query.get("plan") == "none":
            raise error_for(40300, "the plan has ended", hint="Renew it.")
        return ANN

    async with serving(TokenEndpoint(slow, connection=keyed(hub))) as url:
        assert is_anns(claims_of(await asked(url, None)))
        answer = await asked(url, None, params={"plan": "none"})
    assert (answer.status_code, error_of(answer)["message"]) == (403, "the plan has ended")


@pytest.mark.parametrize(
    ("identity", "word"),
    [
        (replace(ANN, sessions=["*"]), "notes"),
        (replace(ANN, role="boss"), "role"),
        (replace(ANN, client_id="*"), "names nobody"),
        (replace(ANN, claims={"story": "x" * 2000}), "over 1024"),
        (replace(ANN, sessions=[f"rooms:{n}" for n in range(200)]), "over 6000"),
    ],
)
async def test_an_identity_that_cannot_be_is_the_applications_fault(
    hub: HubProcess, identity: Identity, word: str, caplog: pytest.LogCaptureFixture
) -> None:
    endpoint = TokenEndpoint(lambda request: identity, connection=keyed(hub))
    with caplog.at_level(logging.WARNING):
        async with serving(endpoint) as url:
            answer = await asked(url)
    assert answer.status_code == 500
    assert word in error_of(answer)["message"]
    assert word in caplog.text


async def test_without_a_key_nobody_gets_a_token(url: str) -> None:
    other = connect(token_url=url)
    async with serving(TokenEndpoint(authenticate, connection=other)) as keyless:
        answer = await asked(keyless)
    assert answer.status_code == 500
    assert "key" in error_of(answer)["message"]


async def test_the_connection_made_last_is_the_default(hub: HubProcess) -> None:
    async with serving(TokenEndpoint(authenticate)) as url:
        keyed(hub)
        assert is_anns(claims_of(await asked(url)))


async def test_no_token_and_no_secret_is_logged(
    hub: HubProcess, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(request: Request) -> Identity | None:
        raise error_for(50000, "the user database is away")

    with caplog.at_level(logging.DEBUG):
        async with serving(TokenEndpoint(authenticate, connection=keyed(hub))) as url:
            token = (await asked(url)).text
        hook: Authenticate = refuse
        async with serving(TokenEndpoint(hook, connection=keyed(hub))) as url:
            await asked(url, params={"secret": "s3cret"})
    mine = [record.getMessage() for record in caplog.records if "aitransport" in record.name]
    assert any("database is away" in line for line in mine)
    for line in mine:
        assert token not in line
        assert "session-of-ann" not in line
        assert "s3cret" not in line
