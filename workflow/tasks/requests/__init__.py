"""What may be asked for and what follows (申请与决定)."""
