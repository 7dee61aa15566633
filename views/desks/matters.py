"""Where the page of a matter is (办件页面): one row a kind."""

from __future__ import annotations

from typing import Any

from flask import url_for

from workflow.tasks.models import Matter

PAGES: dict[str, tuple[str, str]] = {
    "task": ("tasks.show", "task_id"),
    "self_check": ("lookback.sheets.show", "sheet_id"),
    "rectification": ("rectification.show", "matter_id"),
    **dict.fromkeys(("bulletin", "reminder", "supervision", "mending"), ("bulletins.show", "missive_id")),
    "talk": ("bulletins.talks.show", "talk_id"),
    "worksheet": ("inspections.sheet", "sheet_id"),
    "filing": ("filings.show", "filing_id"),
}
"""Kind of matter → endpoint of its page, and how the page's address names the matter."""


def page_of_matter(matter: Matter) -> str:
    """The address of the page where this matter is worked at."""
    endpoint, name = PAGES[matter.matter]
    place: dict[str, Any] = {name: matter.id}
    return url_for(endpoint, **place)
