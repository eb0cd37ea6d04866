"""An agent of the OpenAI Agents SDK's."""

from aitransport_notebook.agents.openai_agents.adapter import answer_with

__all__ = ["answer_with"]
