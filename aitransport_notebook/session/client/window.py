"""How far back one reader looks: a view of which the oldest part is not shown yet."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from aitransport_notebook.codec.contract import CodecMessage
from aitransport_notebook.errors import error_for
from aitransport_notebook.tree.view import View


class Window:
    """The newest messages of a view, and as many older ones as were asked for."""

    def __init__(
        self, view: View, has_older: Callable[[], bool], load_page: Callable[[], Awaitable[bool]]
    ) -> None:
        self._view = view
        self._has_older = has_older
        self._load_page = load_page
        # The oldest message that is shown, or else the newest that is not; without both, all are.
        self._oldest: str | None = None
        self._newest_hidden: str | None = None
        # Where that one stood when it was last seen.
        self._place = 0
        # Whether all that comes is kept out of sight, as it is from before.
        self._covered = False
        self._pin()

    @property
    def messages(self) -> Sequence[CodecMessage]:
        messages = self._view.messages
        hidden = self._hidden(messages)
        return messages[hidden:] if hidden else messages

    @property
    def edge(self) -> CodecMessage | None:
        """The oldest message that is shown; the newest there is, where none is shown."""
        messages = self._view.messages
        return messages[min(self._hidden(messages), len(messages) - 1)] if messages else None

    @property
    def has_older(self) -> bool:
        return self._hidden(self._view.messages) > 0 or self._has_older()

    async def load_older(self, limit: int = 10) -> Sequence[CodecMessage]:
        """Show up to so many older messages; returns them, oldest first."""
        if not _is_count(limit):
            raise error_for(
                40003, f"the limit {limit!r} is not a number above 0", hint="Leave it out for 10."
            )
        self._pin()
        while self._hidden(self._view.messages) < limit and await self._load_page():
            pass
        messages = self._view.messages
        hidden = self._hidden(messages) if self._edge is not None else len(messages)
        begin = max(0, hidden - limit)
        self._show_from(messages, begin)
        return list(messages[begin:hidden])

    async def load_until(self, wanted: Callable[[CodecMessage], bool]) -> Sequence[CodecMessage]:
        """Go back to the newest message that is wanted, and show what is newer than that one.

        Where there is none all is shown.
        """
        _refuse_unless_callable(wanted)
        self._pin()
        while True:
            messages = self._view.messages
            found = next(
                (at for at in range(len(messages) - 1, -1, -1) if wanted(messages[at])), None
            )
            if found is not None:
                self._covered, self._oldest, self._place = False, None, found
                self._newest_hidden = messages[found].codec_message_id
                return list(messages[found + 1 :])
            if not await self._load_page():
                messages = self._view.messages
                self._show_from(messages, 0)
                return list(messages)

    def cover(self) -> None:
        """Keep out of sight what is loaded next, where nothing is there yet."""
        self._covered = not self._view.messages and self._edge is None

    def came(self) -> None:
        """Show what has just come, and all that follows it."""
        messages = self._view.messages
        if self._covered and messages:
            self._show_from(messages, 0)

    def uncover(self) -> None:
        """Show what comes from now on."""
        messages = self._view.messages
        if self._covered and messages:
            self._newest_hidden = messages[-1].codec_message_id
            self._place = len(messages) - 1
        self._covered = False

    @property
    def _edge(self) -> str | None:
        return self._newest_hidden or self._oldest

    def _pin(self) -> None:
        """Keep what comes before the messages shown now out of sight until it is asked for."""
        messages = self._view.messages
        hidden = self._hidden(messages)
        if hidden < len(messages):
            self._show_from(messages, hidden)

    def _show_from(self, messages: Sequence[CodecMessage], place: int) -> None:
        self._covered = False
        self._oldest = messages[place].codec_message_id if place < len(messages) else None
        self._newest_hidden, self._place = None, place

    def _hidden(self, messages: Sequence[CodecMessage]) -> int:
        """Return how many of the oldest messages are not shown."""
        edge = self._edge
        if edge is None:
            return len(messages) if self._covered else 0
        place = self._place
        if place >= len(messages) or messages[place].codec_message_id != edge:
            ids = (message.codec_message_id for message in messages)
            # Where another branch was chosen it is no more there, but its place is.
            place = next((at for at, id in enumerate(ids) if id == edge), place)
            self._place = place
        return min(place + 1 if self._newest_hidden else place, len(messages))


def _refuse_unless_callable(wanted: object) -> None:
    if not callable(wanted):
        raise error_for(
            40003,
            f"{wanted!r:.80} does not tell which message is wanted",
            hint="Give a function of a message, such as lambda m: m.codec_message_id == id.",
        )


def _is_count(value: object) -> bool:
    return isinstance(value, int) and value > 0
