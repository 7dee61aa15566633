"""How word gets out (消息送达): addresses, digests, channels."""
