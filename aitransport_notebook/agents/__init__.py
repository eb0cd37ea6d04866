"""Agents: what answers inputs, over HTTP or without, and what gives people their tokens."""

from aitransport_notebook.agents.invocations import InvocationEndpoint
from aitransport_notebook.agents.tokens import TokenEndpoint
from aitransport_notebook.agents.worker import Worker
from aitransport_notebook.session.roles import Identity

__all__ = ["Identity", "InvocationEndpoint", "TokenEndpoint", "Worker"]
