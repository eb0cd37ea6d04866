from __future__ import annotations

from aitransport_notebook.errors import AITransportError, error_for
from aitransport_notebook.hub.auth.one_time import MOST, OneTime
from tests.hub.auth.support import NOW, refused

LIFE = 1000


def refusal() -> AITransportError:
    return error_for(40101, "no longer good", hint="Make another.")


def codes() -> OneTime[str]:
    return OneTime(LIFE, refusal)


def test_a_code_is_good_for_one_use() -> None:
    given = codes()
    code = given.give("ann", NOW)
    assert given.use(code, NOW) == "ann"
    with refused(40101, 401):
        given.use(code, NOW)


def test_a_code_is_good_for_its_time() -> None:
    given = codes()
    in_time, late = (given.give("ann", NOW) for _ in range(2))
    assert given.use(in_time, NOW + LIFE - 1) == "ann"
    with refused(40101, 401):
        given.use(late, NOW + LIFE)
    with refused(40101, 401):
        given.use(late, NOW)


def test_what_was_never_given_is_refused_without_being_repeated() -> None:
    for code in ("", "guess-of-somebody"):
        with refused(40101, 401) as caught:
            codes().use(code, NOW)
        assert "guess" not in str(caught.value)


def test_codes_cannot_be_guessed_and_do_not_mix() -> None:
    given = codes()
    made = [given.give(f"ann-{n}", NOW) for n in range(100)]
    assert len(set(made)) == 100
    assert min(map(len, made)) >= 32
    assert [given.use(code, NOW) for code in made] == [f"ann-{n}" for n in range(100)]


def test_codes_that_have_expired_take_no_room_and_others_only_so_much() -> None:
    given = codes()
    for late in range(1000):
        given.give("ann", NOW + late * LIFE // 10)
    assert len(given._given) <= 11
    first, *others = [given.give("bob", NOW + 100 * LIFE) for _ in range(MOST + 1)]
    assert len(given._given) == MOST
    with refused(40101, 401):
        given.use(first, NOW + 100 * LIFE)
    assert given.use(others[0], NOW + 100 * LIFE) == "bob"
