"""An agent behind HTTP."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

import httpx

from aitransport_notebook import Invocation
from aitransport_notebook.agents.invocations import InvocationEndpoint


class Door:
    """Its address, and what is said there."""

    def __init__(self, url: str, endpoint: InvocationEndpoint) -> None:
        self.url, self.endpoint = url, endpoint

    async def post(self, body: Any, method: str = "POST", **headers: str) -> httpx.Response:
        content = body if isinstance(body, bytes | str) else json.dumps(body)
        async with httpx.AsyncClient(trust_env=False, timeout=40) as http:
            return await http.request(method, self.url, content=content, headers=headers)

    async def invoke(self, invocation: Invocation, **headers: str) -> httpx.Response:
        return await self.post(invocation.to_json(), **headers)


Open = Callable[..., Awaitable[Door]]
