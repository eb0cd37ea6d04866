"""From published to painted: tokens in a long session, in the Console and in a bare page."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from benchmarks.conversation import Conversation, Wire
from benchmarks.figure import Figure, Plan, Target
from benchmarks.painting_pages import Screen, Seen, Studio
from benchmarks.painting_session import TOKENS, Agent, fill, publish

BARE = "a bare page in the same browser that prints the same channel with ably-js"
SLOW, FAST = 10, 200
# In ms: how much later than on the bare page a token may be there.
LATER = 30
IN_TIME = 95


def stream(studio: Studio, plan: Plan) -> list[Figure]:
    """Have tokens said at two rates in a session that is on screen from its beginning."""
    messages, repetitions = plan.pick((5_000, 3), (40, 1))
    counts = plan.pick({SLOW: 120, FAST: 1_200}, {SLOW: 5, FAST: 40})
    fill(studio.hub, "long", messages)
    console: dict[int, list[Seen]] = {rate: [] for rate in counts}
    bare: dict[int, list[Seen]] = {rate: [] for rate in counts}
    loads = []
    with Agent(studio.hub, "long") as agent:
        for _ in range(repetitions):
            with studio.console("long") as screen:
                loads.append(screen.load_all())
                _watch(screen, agent, counts, console)
            with studio.bare() as page:
                page.join("long")
                _watch(page, agent, counts, bare)
    session = f"in a session of {messages:,} messages"
    lags = [
        figure
        for rate in counts
        for figure in _lags(f"{rate} tokens a second {session}", rate, console[rate], bare[rate])
    ]
    return [*lags, _frames("paint-frames", session, console[FAST], bare[FAST])]


def branch(studio: Studio, plan: Plan) -> list[Figure]:
    """Have tokens said beside a tree that is large and wide."""
    nodes, repetitions = plan.pick((500, 2), (20, 1))
    count = plan.pick(1_200, 40)
    publish(studio.hub, "wide", wide(nodes))
    console: dict[int, list[Seen]] = {FAST: []}
    bare: dict[int, list[Seen]] = {FAST: []}
    with Agent(studio.hub, "wide") as agent:
        for _ in range(repetitions):
            with studio.console("wide") as screen:
                screen.load_all()
                _watch(screen, agent, {FAST: count}, console)
            with studio.bare() as page:
                page.join("wide")
                _watch(page, agent, {FAST: count}, bare)
    beside = f"beside a tree of {nodes} nodes"
    return [_frames("paint-frames-tree", beside, console[FAST], bare[FAST])]


def wide(nodes: int) -> list[Wire]:
    """Return a conversation in which every tenth question was asked ten times."""
    talk = Conversation(nodes // 2, TOKENS).history
    asked: list[dict[str, str]] = []
    for message in talk:
        if message["name"] != "ai-input":
            continue
        transport = message["extras"]["ai"]["transport"]
        at = len(asked)
        asked.append(transport)
        first = asked[at - at % 10]
        if at % 10 and at >= 10 and (at // 10) % 2:
            transport["parent"] = first["parent"]
            transport["fork-of"] = first["codec-message-id"]
    return talk


def _watch(
    screen: Screen, agent: Agent, counts: dict[int, int], seen: dict[int, list[Seen]]
) -> None:
    # What is compiled while it is first needed is no matter of how fast tokens come.
    screen.page.wait_for_timeout(500)
    for rate, count in counts.items():
        screen.begin()
        found = screen.end(agent.say(count, rate))
        if len(found.lags) != count:
            raise RuntimeError(f"of {count} tokens {len(found.lags)} were seen")
        seen[rate].append(found)


def _lags(said: str, rate: int, console: Sequence[Seen], bare: Sequence[Seen]) -> list[Figure]:
    return [
        Figure(
            f"paint-{rate}-p{percent}",
            f"{said}, from published to painted: {percent} of 100 are faster",
            "ms",
            [seen.lag(percent) for seen in console],
            [seen.lag(percent) for seen in bare],
            BARE,
            Target("difference", "at most", LATER),
        )
        for percent in (50, 95)
    ]


def _frames(name: str, where: str, console: Sequence[Seen], bare: Sequence[Seen]) -> Figure:
    return Figure(
        name,
        f"frames that are drawn in time while {FAST} tokens a second come {where}",
        "%",
        [seen.in_time for seen in console],
        [seen.in_time for seen in bare],
        BARE,
        Target("value", "at least", IN_TIME),
        details={
            "longest_frame_ms": median(max(seen.frames) for seen in console),
            "cpu_ms_a_frame": median(seen.cpu_of_a_frame for seen in console),
            "cpu_ms_a_frame_of_the_bare_page": median(seen.cpu_of_a_frame for seen in bare),
        },
    )
