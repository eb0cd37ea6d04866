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
        self._pin()

    @property
    def messages(self) -> Sequence[CodecMessage]:
        messages = self._view.messages
        hidden = self._hidden(messages)
        return messages[hidden:] if hidden else messages

    @property
    def has_older(self) -> bool:
        return self._hidden(self._view.messages) > 0 or self._has_older()

    async def load_older(self, limit: int = 10) -> Sequence[CodecMessage]:
        """Show up to so many older messages; returns them, oldest first."""
        if limit < 1:
            raise error_for(
                40003, f"the limit {limit} is not a number above 0", hint="Leave it out for 10."
            )
        before = self._pin()
        while self._hidden(self._view.messages) < limit and await self._load_page():
            pass
        messages = self._view.messages
        hidden = self._hidden(messages) if before is not None else len(messages)
        begin = max(0, hidden - limit)
        self._newest_hidden = None
        self._oldest = messages[begin].codec_message_id if begin < len(messages) else None
        return list(messages[begin:hidden])

    async def load_until(self, wanted: Callable[[CodecMessage], bool]) -> Sequence[CodecMessage]:
        """Go back to the newest message that is wanted, and show what is newer than that one.

        For who keeps a conversation elsewhere: the messages that it has not, oldest first.
        """
        self._pin()
        while True:
            messages = self._view.messages
            found = next(
                (at for at in range(len(messages) - 1, -1, -1) if wanted(messages[at])), None
            )
            if found is not None:
                self._oldest, self._newest_hidden = None, messages[found].codec_message_id
                return list(messages[found + 1 :])
            if not await self._load_page():
                self._oldest = None
                return list(self._view.messages)

    def _pin(self) -> str | None:
        """Keep what comes before the messages shown now out of sight until it is asked for."""
        messages = self.messages
        if messages:
            self._oldest, self._newest_hidden = messages[0].codec_message_id, None
        return self._oldest

    def _hidden(self, messages: Sequence[CodecMessage]) -> int:
        """Return how many of the oldest messages are not shown."""
        edge = self._newest_hidden or self._oldest
        if edge is None:
            return 0
        ids = (message.codec_message_id for message in messages)
        place = next((at for at, id in enumerate(ids) if id == edge), None)
        if place is None:
            return 0
        return place + 1 if self._newest_hidden else place
