"""REST as Ably's clients speak it, and history read to its end."""

from __future__ import annotations

import asyncio
import random
import re
from base64 import b64encode
from types import TracebackType
from typing import Any
from urllib.parse import quote

import aiohttp

from tests.support.raw_client import Refused, Wire

NEXT = re.compile(r'<\./([^>]*)>;\s*rel="next"')


class RawRest:
    """A REST client that tries again until it is answered."""

    def __init__(self, url: str, key: str, *, patience: float = 5.0) -> None:
        self._url = url
        basic = b64encode(key.encode()).decode()
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(force_close=True),
            headers={"Authorization": f"Basic {basic}"},
            timeout=aiohttp.ClientTimeout(total=patience),
        )
        self.retries = 0

    async def publish(self, channel: str, message: Wire) -> list[str]:
        """Publish under the message's own id, again and again, until the hub says what became."""
        assert message.get("id"), "a publish that is tried again needs an id"
        while True:
            try:
                answer = await self.once("POST", _messages(channel), message)
            except (aiohttp.ClientError, OSError, TimeoutError):
                self.retries += 1
                await asyncio.sleep(random.uniform(0.02, 0.15))
            else:
                serials: list[str] = answer["serials"]
                return serials

    async def once(self, method: str, path: str, body: Wire | None = None) -> Any:
        """Ask once; raise Refused with the error that the hub answers."""
        async with self._session.request(method, f"{self._url}{path}", json=body) as answer:
            content = await answer.json(content_type=None)
            if answer.status >= 400:
                raise Refused({**content["error"], "status": answer.status})
            return content

    async def history(self, channel: str) -> list[Wire]:
        """Return the whole history, oldest first."""
        folder = f"/channels/{quote(channel, safe='')}/"
        page, found = "messages?direction=forwards&limit=1000", []
        while page:
            url = f"{self._url}{folder}{page}"
            async with self._session.get(url) as answer:
                content = await answer.json()
                if answer.status >= 400:
                    raise Refused(content["error"])
                found += content
                more = NEXT.search(answer.headers.get("Link", ""))
                page = more.group(1) if more else ""
        return found

    async def close(self) -> None:
        await self._session.close()

    async def __aenter__(self) -> RawRest:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()


def _messages(channel: str) -> str:
    return f"/channels/{quote(channel, safe='')}/messages"
