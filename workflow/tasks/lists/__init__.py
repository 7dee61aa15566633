"""Many tasks seen at once (清单、预警、总览): what waits, how each stands to its date, in pages, in tables, in figures."""
