"""An agent of a pydantic-ai `Agent`."""

from aitransport_notebook.agents.pydantic_ai.adapter import answer_with

__all__ = ["answer_with"]
