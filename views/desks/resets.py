"""Passwords given out by two (口令发放): one administrator asks, another desk's agrees; each is shown one half."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from forms.accounts import PersonForm
from views.door import installation, permit, reading, writing
from views.typed import read, taken
from workflow.office.permissions import Permission
from workflow.office.reading import find_person, waiting_resets
from workflow.office.resetting import agree_to_reset, ask_reset, refuse_reset
from workflow.record.errors import NotFound, Refused

blueprint = Blueprint("resets", __name__)


@blueprint.get("/resets")
@permit(Permission.RESETS)
def index() -> tuple[str, int]:
    """What waits for a second person, and a form to ask."""
    return _page()


@blueprint.post("/resets")
@permit(Permission.RESETS)
def ask() -> tuple[str, int]:
    """Ask for somebody's new password and show its first half this once."""
    try:
        with writing() as (session, by):
            user = find_person(session, taken(PersonForm).person.data, near=by)
            half = ask_reset(session, user, by=by, at=installation().clock())
            shown = (user.login, user.name, half)
    except Refused as refused:
        return _page(refused=refused)
    return _page(asked=shown)


@blueprint.post("/resets/<int:reset_id>/agree")
@permit(Permission.RESETS)
def agree(reset_id: int) -> tuple[str, int]:
    """Agree as the second person and show the second half this once."""
    try:
        with writing() as (session, by):
            user, half = agree_to_reset(session, reset_id, by=by, at=installation().clock())
            shown = (user.login, user.name, half)
    except NotFound:
        raise
    except Refused as refused:
        return _page(refused=refused)
    return _page(agreed=shown)


@blueprint.post("/resets/<int:reset_id>/refuse")
@permit(Permission.RESETS)
def refuse(reset_id: int) -> Response:
    """Do not agree, or take one's own request back."""
    with writing() as (session, by):
        name = refuse_reset(session, reset_id, by=by, at=installation().clock()).name
    flash(f"没有为{name}发放新口令，原口令照旧。", "success")
    return redirect(url_for("resets.index"), 303)


def _page(
    *,
    asked: tuple[str, str, str] | None = None,
    agreed: tuple[str, str, str] | None = None,
    refused: Refused | None = None,
) -> tuple[str, int]:
    waiting = waiting_resets(reading(), at=installation().clock())
    page = render_template(
        "resets/index.html", waiting=waiting, asked=asked, agreed=agreed, refused=refused, typed=read(PersonForm)
    )
    return page, refused.status if refused else 200
