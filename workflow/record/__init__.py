"""The ground (底座): database, settings, store, promises of work, the trail, the calendar, and the gates for words and files."""
