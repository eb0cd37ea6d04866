"""Web pages that are not the hub's own, and one-time links: what they gain."""

from __future__ import annotations

import pytest

from tests.hostile.support import KEY, Closed, WatchedHub, Wire, basic, call

EVIL = "http://evil.example"
MESSAGES = "/channels/room/messages"


async def link(hub: WatchedHub) -> str:
    made = await call(hub, "POST", "/hub/links")
    assert made.status == 201
    code: str = made.json["url"].partition("#link=")[2]
    return code


async def test_a_link_is_good_once_and_a_renewal_for_a_lost_answer(watched: WatchedHub) -> None:
    code = await link(watched)
    first = await call(watched, "POST", "/hub/sign-in", key=None, body={"link": code})
    assert first.status == 201
    again = await call(watched, "POST", "/hub/sign-in", key=None, body={"link": code})
    assert (again.status, again.code) == (401, 40101)
    renew = first.json["renew"]
    second = await call(watched, "POST", "/hub/sign-in", key=None, body={"renew": renew})
    assert second.status == 201
    assert second.json["renew"] != renew
    again = await call(watched, "POST", "/hub/sign-in", key=None, body={"renew": renew})
    assert again.status == 201


SIGN_INS = [{}, {"link": ""}, {"link": None}, {"link": "x"}, {"renew": "x"}, {"link": "x" * 9000}]


@pytest.mark.parametrize("body", SIGN_INS, ids=str)
async def test_a_guessed_link_is_refused(watched: WatchedHub, body: dict[str, object]) -> None:
    await link(watched)
    answer = await call(watched, "POST", "/hub/sign-in", key=None, body=body)
    assert (answer.status, answer.code) == (401, 40101)


async def test_the_page_may_look_and_no_more(watched: WatchedHub) -> None:
    body = {"link": await link(watched)}
    signed = (await call(watched, "POST", "/hub/sign-in", key=None, body=body)).json
    given = signed["token"]["token"]
    assert (await call(watched, "GET", MESSAGES, token=given)).status == 200
    for method, path, sent in (
        ("POST", MESSAGES, {"data": "x"}),
        ("POST", "/hub/links", None),
        ("POST", "/keys/app.root/requestToken", {}),
    ):
        assert (await call(watched, method, path, token=given, body=sent)).status == 401
    for action, field, item in ((15, "messages", {"data": "x"}), (14, "presence", {"action": 2})):
        wire = await Wire.open(watched.port, f"access_token={given}")
        wire.tell({"action": action, "channel": "room", "msgSerial": 0, field: [item]})
        assert (await wire.until(1, 2))["error"]["code"] == 40160
        await wire.close()


async def test_another_page_cannot_sign_in_even_with_the_link(watched: WatchedHub) -> None:
    code = await link(watched)
    for origin in (EVIL, "null", f"http://127.0.0.1:{watched.port + 1}", "https://127.0.0.1", ""):
        headers = {"Origin": origin}
        body = {"link": code}
        answer = await call(watched, "POST", "/hub/sign-in", key=None, headers=headers, body=body)
        assert (answer.status, answer.code) == (403, 40300), origin
    # It has not been used up by them, and the hub's own page is let in.
    own = {"Origin": f"http://127.0.0.1:{watched.port}"}
    answer = await call(watched, "POST", "/hub/sign-in", key=None, headers=own, body={"link": code})
    assert answer.status == 201


FOREIGN = {
    "another origin": {"Origin": EVIL},
    "no origin to speak of": {"Origin": "null"},
    # DNS rebinding: the browser believes that the hub is evil.example.
    "a rebound name": {"Origin": EVIL, "Host": "evil.example"},
    "a rebound name, same origin": {"Host": "evil.example"},
}


@pytest.mark.parametrize("name", FOREIGN)
async def test_a_foreign_page_gains_nothing_without_credentials(
    watched: WatchedHub, name: str
) -> None:
    """Whatever the name it came by: there is no cookie, no address and no page that lets in."""
    headers = FOREIGN[name] | {"Cookie": f"key={KEY}; access_token={KEY}; session=1"}
    for method, path in (
        ("GET", MESSAGES),
        ("GET", "/channels"),
        ("GET", "/stats"),
        ("POST", MESSAGES),
        ("POST", "/hub/links"),
        ("POST", "/hub/sign-in"),
        ("POST", "/keys/app.root/requestToken"),
    ):
        body = {"data": "x"} if method == "POST" else None
        answer = await call(watched, method, path, key=None, headers=headers, body=body)
        assert answer.status in (401, 403), (path, answer.raw)
        assert "set-cookie" not in answer.headers
    wire = await Wire.open(watched.port, "", headers)
    told = await wire.message()
    assert (told["action"], told["error"]["code"]) == (9, 40101)
    with pytest.raises(Closed):
        await wire.message()
    await wire.close()
    about = await call(watched, "GET", "/hub/about", key=None, headers=headers)
    assert set(about.json) == {"hub", "version", "protocol", "instance"}


async def test_a_rebound_page_cannot_use_a_link_that_it_has_not(watched: WatchedHub) -> None:
    await link(watched)
    headers = {"Origin": EVIL, "Host": "evil.example"}
    body = {"link": "x"}
    answer = await call(watched, "POST", "/hub/sign-in", key=None, headers=headers, body=body)
    assert (answer.status, answer.code) == (401, 40101)


async def test_no_page_provisions_apps(tmp_path_factory: pytest.TempPathFactory) -> None:
    with WatchedHub(tmp_path_factory.mktemp("pages"), "--sandbox") as hub:
        for headers in (
            {"Origin": EVIL},
            {"Origin": "null"},
            {"Origin": EVIL, "Host": "evil.example"},
        ):
            answer = await call(
                hub, "POST", "/apps", key=None, headers=headers, body={"keys": [{}]}
            )
            assert (answer.status, answer.code) == (403, 40300)
            assert b"keyStr" not in answer.raw
        made = await call(hub, "POST", "/apps", key=None, body={"keys": [{}]})
        assert made.status == 201


async def test_a_preflight_promises_no_more_than_there_is(watched: WatchedHub) -> None:
    headers = {"Origin": EVIL, "Access-Control-Request-Method": "POST"}
    answer = await call(watched, "OPTIONS", MESSAGES, key=None, headers=headers)
    assert answer.status == 204
    assert answer.headers["access-control-allow-origin"] == EVIL
    assert "access-control-allow-private-network" not in answer.headers
    plain = await call(watched, "GET", MESSAGES, headers=basic(KEY))
    assert "access-control-allow-origin" not in plain.headers


async def test_the_hubs_page_can_be_neither_framed_nor_scripted(watched: WatchedHub) -> None:
    answer = await call(watched, "GET", "/", key=None)
    assert answer.status == 200, "the page is not built: npm run build, in js"
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
