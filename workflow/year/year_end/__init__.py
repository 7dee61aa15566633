"""The close of a year and what is carried over (年结、结转)."""
