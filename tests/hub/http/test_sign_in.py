"""Links to the hub's pages, and the sign-in behind them, on a hub that runs."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jwt
import pytest

from aitransport_notebook.errors import AITransportError
from aitransport_notebook.session.connection import Page
from tests.hub.http.asking import OPEN, ask
from tests.support.hub_process import HubProcess

ROOM = "conversations:42"
TALK = {"history", "presence", "publish", "subscribe"}


def signed_in(hub: HubProcess, link: str) -> Any:
    answer = ask(hub, "/hub/sign-in", {"link": link.partition("#link=")[2]})
    assert answer.status == 201, answer
    return answer.body


def claims_of(signed: Any) -> dict[str, Any]:
    token: str = signed["token"]["token"]
    return jwt.decode(token, options={"verify_signature": False})


@pytest.fixture(scope="module")
def hub() -> Iterator[HubProcess]:
    with HubProcess() as running:
        yield running


@pytest.mark.parametrize(
    ("page", "role", "rights", "notes"),
    [
        ("customer", "user", TALK, None),
        ("console", "operator", {*TALK, "message-update-own"}, {*TALK, "message-update-own"}),
    ],
)
def test_a_link_lets_in_as_whom_it_was_made_for_and_into_one_session(
    hub: HubProcess, page: Page, role: str, rights: set[str], notes: set[str] | None
) -> None:
    link = hub.connection().link(page, session=ROOM, client_id="ann")
    assert link.startswith(f"{hub.url}/{page}#link=")
    signed = signed_in(hub, link)
    claims = claims_of(signed)
    assert claims["x-ably-clientId"] == signed["token"]["clientId"] == "ann"
    assert json.loads(claims["ably.channel.*"]) == {"role": role}
    granted = {name: set(of) for name, of in json.loads(claims["x-ably-capability"]).items()}
    assert granted == {ROOM: rights} | ({f"ops:{ROOM}": notes} if notes else {})
    assert signed["show"] == {"session": ROOM, "codec": "uimessage"}


def test_the_token_says_what_it_may_in_that_session_and_nothing_elsewhere(hub: HubProcess) -> None:
    link = hub.connection().link("customer", session=ROOM, client_id="ann")
    token = signed_in(hub, link)["token"]["token"]
    path = f"/channels/{quote(ROOM, safe='')}/messages"
    forged = {"data": "hi", "extras": {"userClaim": '{"role": "operator"}'}}
    assert ask(hub, path, forged, token=token).status == 201
    message = ask(hub, path, token=token).body[0]
    assert message["clientId"] == "ann"
    assert json.loads(message["extras"]["userClaim"]) == {"role": "user"}
    for other in ("conversations:43", f"ops:{ROOM}", "conversations", "*"):
        refused = ask(hub, f"/channels/{quote(other, safe='')}/messages", {"data": 1}, token=token)
        assert refused.status == 401, other
    assert ask(hub, "/hub/links", {}, token=token).status == 401


def test_the_identity_is_that_of_the_connection_where_no_other_is_given(hub: HubProcess) -> None:
    lead = hub.connection("lena", role="lead")
    claims = claims_of(signed_in(hub, lead.link("console", session=ROOM)))
    assert claims["x-ably-clientId"] == "lena"
    assert json.loads(claims["ably.channel.*"]) == {"role": "lead"}
    # At a customer's page one is a customer, and another person has a role of their own.
    for link, who, role in (
        (lead.link("customer", session=ROOM), "lena", "user"),
        (lead.link("console", session=ROOM, client_id="omar"), "omar", "operator"),
        (lead.link("console", session=ROOM, client_id="omar", role="lead"), "omar", "lead"),
    ):
        claims = claims_of(signed_in(hub, link))
        assert claims["x-ably-clientId"] == who
        assert json.loads(claims["ably.channel.*"]) == {"role": role}


def test_the_codec_comes_along(hub: HubProcess) -> None:
    link = hub.connection("omar").link("console", session=ROOM, codec="text")
    assert signed_in(hub, link)["show"] == {"session": ROOM, "codec": "text"}


def test_what_makes_no_sense_is_refused_before_there_is_a_link(hub: HubProcess) -> None:
    omar = hub.connection("omar")
    for wrong, code in (
        ({"page": "console"}, 40000),
        ({"page": "nowhere", "session": ROOM}, 40000),
        ({"page": "console", "session": ROOM, "role": "king"}, 40003),
        ({"page": "console", "session": "conversations:*"}, 40170),
        ({"page": "console", "session": ROOM, "codec": "morse"}, 40170),
        ({"page": "customer", "session": ROOM, "codec": "text"}, 40170),
    ):
        with pytest.raises(AITransportError) as caught:
            omar.link(**wrong)  # type: ignore[arg-type]
        assert caught.value.code == code, wrong
        assert caught.value.hint
    with pytest.raises(AITransportError, match="whose it is"):
        hub.connection().link("customer", session=ROOM)


WISH = {"page": "customer", "session": ROOM, "clientId": "ann", "capability": {ROOM: ["subscribe"]}}
FORGED: list[dict[str, object]] = [
    {"capability": {"*": ["*"]}},
    {"capability": {ROOM: ["subscribe"], "conversations:43": ["subscribe"]}},
    {"capability": {f"ops:{ROOM}:x": ["subscribe"]}},
    {"capability": {}},
    {"capability": None},
    {"capability": {ROOM: ["fly"]}},
    {"session": None},
    {"session": ""},
    {"session": "conversations:*", "capability": {"conversations:*": ["subscribe"]}},
    {"session": "[meta]log", "capability": {"[meta]log": ["subscribe"]}},
    {"session": "[?rewind=1]room", "capability": {"[?rewind=1]room": ["subscribe"]}},
    {"clientId": None},
    {"clientId": ""},
    {"clientId": "*"},
    {"page": "admin"},
    {"page": "hub"},
    {"claim": {"name": "x" * 2000}},
    {"claim": "operator"},
    {"key": "another"},
]


@pytest.mark.parametrize("change", FORGED, ids=str)
def test_a_body_that_asks_for_more_than_one_session_is_refused(
    hub: HubProcess, change: dict[str, object]
) -> None:
    assert ask(hub, "/hub/links", WISH, key=hub.key).status == 201
    refused = ask(hub, "/hub/links", {**WISH, **change}, key=hub.key)
    assert 400 <= refused.status < 500, refused
    assert "url" not in refused.body


def test_no_link_goes_beyond_its_key() -> None:
    narrow = 'app.narrow:secret={"conversations:*": ["subscribe", "history"]}'
    with HubProcess("--key", narrow) as hub:
        key = "app.narrow:secret"
        assert ask(hub, "/hub/links", WISH, key=key).status == 201
        more = {**WISH, "capability": {ROOM: ["subscribe", "publish"]}}
        refused = ask(hub, "/hub/links", more, key=key)
        assert (refused.status, refused.body["error"]["code"]) == (401, 40160)
        link = ask(hub, "/hub/links", {"page": "hub"}, key=key).body["url"]
        rights = json.loads(claims_of(signed_in(hub, link))["x-ably-capability"])
        assert rights == {"conversations:*": ["history", "subscribe"]}


def test_only_a_key_makes_links(hub: HubProcess) -> None:
    assert ask(hub, "/hub/links", WISH).status == 401
    assert ask(hub, "/hub/links", WISH, key="app.key:wrong").status == 401
    assert ask(hub, "/hub/links", WISH, token=hub.connection("ann").token()).status == 401


def test_a_link_is_good_once_and_each_renewal_keeps_the_identity(hub: HubProcess) -> None:
    link = hub.connection().link("customer", session=ROOM, client_id="ann")
    first = signed_in(hub, link)
    again = ask(hub, "/hub/sign-in", {"link": link.partition("#link=")[2]})
    assert (again.status, again.body["error"]["code"]) == (401, 40101)
    second = ask(hub, "/hub/sign-in", {"renew": first["renew"]}).body
    assert second["show"] == first["show"]
    assert claims_of(second)["x-ably-clientId"] == "ann"
    assert claims_of(second)["x-ably-capability"] == claims_of(first)["x-ably-capability"]
    assert second["renew"] != first["renew"]
    assert ask(hub, "/hub/sign-in", {"renew": second["renew"]}).status == 201


def test_a_renewal_outlives_the_hub_and_a_lost_answer(tmp_path: Path) -> None:
    with HubProcess(data=tmp_path) as hub:
        signed = signed_in(hub, hub.connection("omar").link("console", session=ROOM))
        used = signed["renew"]
        unused = ask(hub, "/hub/sign-in", {"renew": used}).body["renew"]
        assert ask(hub, "/hub/sign-in", {"renew": used}).status == 201
        hub.restart()
        assert ask(hub, "/hub/sign-in", {"renew": used}).status == 201
        assert ask(hub, "/hub/sign-in", {"renew": unused}).status == 201


def test_the_key_of_a_renewal_must_still_be_there(tmp_path: Path) -> None:
    with HubProcess("--key", "app.old:secret", data=tmp_path) as hub:
        renew = signed_in(hub, hub.connection("omar").link("console", session=ROOM))["renew"]
    with HubProcess("--key", "app.new:secret", data=tmp_path) as hub:
        assert ask(hub, "/hub/sign-in", {"renew": renew}).status == 401


def test_another_page_is_not_let_in_and_one_behind_a_proxy_is(hub: HubProcess) -> None:
    code = hub.connection("omar").link("console", session=ROOM).partition("#link=")[2]
    elsewhere = {"origin": "https://jupyter.example"}
    for site in ({}, {"Sec_Fetch_Site": "cross-site"}, {"Sec_Fetch_Site": "same-site"}):
        refused = ask(hub, "/hub/sign-in", {"link": code}, **elsewhere, **site)
        assert refused.status == 403, site
    # The browser's own word that page and hub have one address: no page can change it.
    behind = {**elsewhere, "Sec_Fetch_Site": "same-origin"}
    assert ask(hub, "/hub/sign-in", {"link": code}, **behind).status == 201


def test_no_secret_is_in_a_page(hub: HubProcess) -> None:
    link = hub.connection("omar").link("console", session=ROOM)
    for page in ("/", "/console", "/customer"):
        with OPEN.open(hub.url + page) as answer:
            text = answer.read().decode()
            policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy
        for secret in (hub.key.partition(":")[2], link.partition("#link=")[2], ROOM):
            assert secret not in text


def test_each_hub_says_which_it_is_to_any_page(hub: HubProcess, tmp_path: Path) -> None:
    origin = "http://localhost:8888"
    request = urllib.request.Request(f"{hub.url}/hub/about", headers={"Origin": origin})
    with OPEN.open(request) as answer:
        about = json.load(answer)
        assert answer.headers["Access-Control-Allow-Origin"] == origin
    assert ask(hub, "/hub/about").body["instance"] == about["instance"]
    with OPEN.open(urllib.request.Request(f"{hub.url}/time", headers={"Origin": origin})) as time:
        assert time.headers["Access-Control-Allow-Origin"] == origin
    signed = signed_in(hub, hub.connection("omar").link("console", session=ROOM))
    assert signed["hub"]["instance"] == about["instance"]
    with HubProcess(data=tmp_path) as other:
        instance = ask(other, "/hub/about").body["instance"]
        assert instance != about["instance"]
        other.restart()
        assert ask(other, "/hub/about").body["instance"] == instance
