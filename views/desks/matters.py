"""Where the page of a matter is (办件页面): one row a kind."""

from __future__ import annotations

from typing import Any, TypeVar

from flask import url_for
from flask_login import current_user
from sqlalchemy.orm import Session

from views.door import installation, load_matter, pause_reading, writing
from workflow.office.models import User
from workflow.tasks.acting import act
from workflow.tasks.checking import check_evidence
from workflow.tasks.conditions import EvidenceCheck
from workflow.tasks.models import Matter
from workflow.tasks.words import Action

M = TypeVar("M", bound=Matter)

PAGES: dict[str, tuple[str, str]] = {
    "task": ("tasks.show", "task_id"),
    "self_check": ("lookback.sheets.show", "sheet_id"),
    "rectification": ("rectification.show", "matter_id"),
    **dict.fromkeys(("bulletin", "reminder", "supervision", "mending"), ("bulletins.show", "missive_id")),
    "filing": ("filings.show", "filing_id"),
}
"""Kind of matter → endpoint of its page, and how the page's address names the matter."""


def page_of_matter(matter: Matter) -> str:
    """The address of the page where this matter is worked at."""
    endpoint, name = PAGES[matter.matter]
    place: dict[str, Any] = {name: matter.id}
    return url_for(endpoint, **place)


def take_step(kind: type[M], matter_id: int, action: Action, *, opinion: str, seen_version: int) -> str:
    """Take one step of a matter that is no task, for the signed-in person; returns what was done, in a sentence."""
    checked = _hashed(kind, matter_id) if action is Action.CLOSE else None
    with writing() as (session, by):
        matter = load_matter(session, kind, matter_id, by).task
        done = act(
            session, matter, action, by=by, at=installation().clock(), seen_version=seen_version, opinion=opinion,
            checked=checked,
        )  # fmt: skip
    return done.sentence


def submitted(session: Session, matter: Matter, then: str, by: User) -> str:
    """What was saved is laid before the signers as well where the button said so; what was done, in a sentence."""
    if then != Action.SUBMIT.value:
        return "已保存。"
    return act(session, matter, Action.SUBMIT, by=by, at=installation().clock(), seen_version=matter.version).sentence


def _hashed(kind: type[M], matter_id: int) -> EvidenceCheck:
    """Hash the evidence again with no session open while files are read."""
    pause_reading()
    with installation().database.reading() as session:
        matter = load_matter(session, kind, matter_id, session.get_one(User, current_user.id)).task
        list(matter.evidence), list(matter.signoffs)
    return check_evidence(matter, installation().store)
