from __future__ import annotations

from aitransport_notebook.hub.auth.passes import Pass
from aitransport_notebook.hub.http.tickets import LINK_LIFE, Tickets
from tests.hub.auth.support import NOW, refused


def a_pass(key_name: str = "app.k1") -> Pass:
    return Pass(key_name, "ann", {"room": ["subscribe"]})


def test_a_ticket_is_good_for_one_use() -> None:
    tickets = Tickets()
    code = tickets.give(a_pass(), NOW)
    assert tickets.use(code, NOW) == a_pass()
    with refused(40101, 401):
        tickets.use(code, NOW)


def test_a_ticket_is_good_for_its_time() -> None:
    tickets = Tickets()
    in_time, late = (tickets.give(a_pass(), NOW) for _ in range(2))
    assert tickets.use(in_time, NOW + LINK_LIFE - 1) == a_pass()
    with refused(40101, 401):
        tickets.use(late, NOW + LINK_LIFE)
    with refused(40101, 401):
        tickets.use(late, NOW)


def test_what_was_never_given_is_refused_without_being_repeated() -> None:
    for code in ("", "guess-of-somebody"):
        with refused(40101, 401) as caught:
            Tickets().use(code, NOW)
        assert "guess" not in str(caught.value)


def test_tickets_cannot_be_guessed_and_do_not_mix() -> None:
    tickets = Tickets()
    codes = [tickets.give(a_pass(f"app.k{n}"), NOW) for n in range(100)]
    assert len(set(codes)) == 100
    assert min(map(len, codes)) >= 32
    assert [tickets.use(code, NOW).key_name for code in codes] == [f"app.k{n}" for n in range(100)]


def test_tickets_that_have_expired_take_no_room() -> None:
    tickets = Tickets()
    for late in range(1000):
        tickets.give(a_pass(), NOW + late * LINK_LIFE // 10)
    assert len(tickets._given) <= 11
