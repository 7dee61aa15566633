"""Reading published documents (读表): text in, clean rows and a list of problems out. No database, no web."""
