"""The AI SDK's messages: what `useChat` shows, and what its stream of chunks is folded into."""

from aitransport_notebook.codec.uimessage.codec import UIMessageCodec

__all__ = ["UIMessageCodec"]
