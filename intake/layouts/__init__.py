"""How a text may be cut into rows (版式): splitters propose, one aligner lays, one price weighs; no format, no office."""
