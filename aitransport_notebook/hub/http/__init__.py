"""The hub's sockets: WebSocket and REST over one aiohttp server."""
