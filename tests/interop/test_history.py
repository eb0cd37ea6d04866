"""Going back: page by page, up to a message that one has, and an agent that comes late."""

from __future__ import annotations

from tests.interop.cast import Client
from tests.interop.chunks import reply
from tests.interop.stage import ONE_PAGE, Stage

TURNS = 4
SAID = [line for n in range(TURNS) for line in (f"user: {n}?", f"assistant: {n}!")]


def talked(stage: Stage) -> Client:
    """Have a conversation of some turns; returns who asked."""
    ann, ai = stage.client("ann"), stage.agent()
    for turn in range(TURNS):
        ai.reply(ann.send(f"{turn}?"), reply(f"{turn}!", id=str(turn)))
        ann.shows(*SAID[: 2 * turn + 2])
    return ann


def test_a_late_comer_goes_back_in_pages(stage: Stage) -> None:
    ids = talked(stage).ids
    late = stage.client("late", page=ONE_PAGE)
    assert late.has_older
    assert late.now() == ([], [])
    revealed: list[str] = []
    while late.has_older:
        page = late.load_older(3)
        assert len(page) <= 3
        revealed = [*page, *revealed]
        late.shows(*SAID[-len(revealed) :])
    assert revealed == ids
    stage.agree(SAID, ["complete"] * TURNS)


def test_what_is_new_comes_while_one_looks_back(stage: Stage) -> None:
    ann = talked(stage)
    late = stage.client("late", page=ONE_PAGE)
    late.load_older(2)
    late.shows(*SAID[-2:])
    stage.agent("ai 2").reply(ann.send("more?"), reply("more!", id="more"))
    late.shows(*SAID[-2:], "user: more?", "assistant: more!")
    late.load_older(2)
    late.shows(*SAID[-4:], "user: more?", "assistant: more!")
    while late.has_older:
        late.load_older(100)
    stage.agree([*SAID, "user: more?", "assistant: more!"], ["complete"] * (TURNS + 1))


def test_who_has_the_beginning_loads_only_what_is_newer(stage: Stage) -> None:
    ids = talked(stage).ids
    late = stage.client("late", page=ONE_PAGE)
    assert late.load_until(ids[3]) == ids[4:]
    late.shows(*SAID[4:])
    late.load_older(1)
    late.shows(*SAID[3:])
    while late.has_older:
        late.load_older(100)
    late.shows(*SAID)
    stage.agree(SAID, ["complete"] * TURNS)


def test_who_has_nothing_of_it_loads_all(stage: Stage) -> None:
    ids = talked(stage).ids
    late = stage.client("late", page=ONE_PAGE)
    assert late.load_until("nothing like it") == ids
    late.shows(*SAID)
    stage.agree(SAID, ["complete"] * TURNS)


def test_who_comes_late_asks_about_what_was_before(stage: Stage) -> None:
    talked(stage)
    late = stage.client("late", page=ONE_PAGE)
    late.call("load_all")
    asked = late.send("and then?")
    answer = stage.agent("ai 2").open(asked)
    assert answer.prompt == [*SAID, "user: and then?"]
    answer.pipe(reply("the end", id="end"))
    answer.end()
    late.shows(*SAID, "user: and then?", "assistant: the end")
    stage.agree([*SAID, "user: and then?", "assistant: the end"], ["complete"] * (TURNS + 1))


def test_a_page_of_no_messages_is_refused(stage: Stage) -> None:
    ann = talked(stage)
    ann.is_refused(lambda: ann.load_older(0))
    stage.agree(SAID, ["complete"] * TURNS)
