"""Looking back on an earlier year, and what has to be put right (回头看、整改)."""
