"""What several sessions over one client say of themselves on one channel.

They are one member there, as a member is known by its connection and its client id.
"""

from __future__ import annotations

from typing import Any

from aitransport_notebook.errors import error_for

# What an agent says of itself: the ids of the Runs that it is at, and whether there are any.
RUNS = "runs"
STATUS = "status"
WORKING, IDLE = "working", "idle"


class Together:
    """What each of them says, and what that comes to."""

    def __init__(self) -> None:
        self._said: dict[object, Any] = {}

    def __bool__(self) -> bool:
        return bool(self._said)

    def says(self, who: object) -> bool:
        """Tell whether one of them says anything."""
        return who in self._said

    def say(self, who: object, data: Any) -> None:
        """Have one of them say something, in the place of what it said."""
        others = [said for one, said in self._said.items() if one is not who]
        if others and not all(isinstance(one, dict) for one in [*others, data]):
            raise error_for(
                40003,
                "several sessions over one client are one member, and their data do not add up",
                hint="Enter with a dict in each of them, or give each session its own client.",
            )
        self._said[who] = data

    def unsay(self, who: object) -> None:
        self._said.pop(who, None)

    @property
    def data(self) -> Any:
        """What the member says."""
        return merged(list(self._said.values()))


def merged(said: list[Any]) -> Any:
    """Put together what is said; the Runs are those of all.

    >>> merged([{"runs": ["a"], "status": "working"}, {"runs": [], "status": "idle"}])
    {'runs': ['a'], 'status': 'working'}
    """
    if len(said) < 2:
        return said[0] if said else None
    together: dict[str, Any] = {key: value for one in said for key, value in one.items()}
    if RUNS in together:
        together[RUNS] = [id for one in said for id in one.get(RUNS, ())]
        together[STATUS] = WORKING if together[RUNS] else IDLE
    return together
