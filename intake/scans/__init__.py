"""Pages that are pictures (扫描件): set upright, their rules found, their words recognised on this machine."""
