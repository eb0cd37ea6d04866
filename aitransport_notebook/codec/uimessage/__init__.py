"""The AI SDK's messages: what `useChat` shows, and what its stream of chunks is folded into."""

from aitransport_notebook.codec.contract import OpenCall
from aitransport_notebook.codec.uimessage.calls import approved_tool_calls, pending_tool_calls
from aitransport_notebook.codec.uimessage.codec import UIMessageCodec

__all__ = ["OpenCall", "UIMessageCodec", "approved_tool_calls", "pending_tool_calls"]
