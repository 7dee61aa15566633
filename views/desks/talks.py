"""The desk of talks (约谈): the record of one, before and after it is signed."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from views.desks.downloads import sealed_file
from views.desks.field import local
from views.door import installation, load_matter, me, permit, reading
from workflow.office.permissions import Permission
from workflow.record.errors import NotFound
from workflow.record.events import DOSSIER_FETCHED
from workflow.tasks.conditions import Attempt
from workflow.tasks.permissions import handles
from workflow.tasks.steps import refusals
from workflow.tasks.words import Action, Status
from workflow.year.missives.models import Letter
from workflow.year.missives.talk_models import Talk
from workflow.year.missives.talks import TALK, view_of
from workflow.year.registering import sealed_digest

blueprint = Blueprint("talks", __name__)


@blueprint.get("/letters/<int:letter_id>/talks")
@permit(Permission.WORK)
def of(letter_id: int) -> AnyResponse:
    """The newest talk after a letter; the letter where there is none."""
    letter = load_matter(reading(), Letter, letter_id, me()).task
    if not letter.talks:
        return redirect(url_for("bulletins.show", missive_id=letter_id), 303)
    return redirect(url_for("bulletins.talks.show", talk_id=letter.talks[-1].id), 303)


@blueprint.get("/talks/<int:talk_id>")
@permit(Permission.WORK)
def show(talk_id: int) -> str:
    """One record for its office, for the unit that signs it, and for those who look at everything."""
    case, person = load_matter(reading(), Talk, talk_id, me()), me()
    talk = case.task
    attempt = Attempt(case, person, "…", at=installation().clock())
    offers = [one for one in TALK.actions_for(case, person) if one.action is not Action.SUBMIT]
    missing = [said for one in offers if (said := refusals(one, attempt))]
    return render_template(
        "bulletins/talk.html", talk=talk, process=TALK, editing=handles(talk, person) and talk.status is Status.ASSIGNED,
        steps=[(one, url_for("verbs.step_talk", talk_id=talk_id, action=one.action.value)) for one in offers],
        missing=missing, view=view_of(talk), local=local, sealed=sealed_digest(reading(), talk) is not None,
        office=person.unit_id == talk.unit_id,
    )  # fmt: skip


@blueprint.get("/talks/<int:talk_id>/<any(pdf, registration):what>")
@permit(Permission.WORK, noted=DOSSIER_FETCHED)
def paper(talk_id: int, what: str) -> Response:
    """The sealed record, or what is vouched for beside it."""
    talk = load_matter(reading(), Talk, talk_id, me()).task
    digest = sealed_digest(reading(), talk)
    if digest is None:
        raise NotFound("约谈记录还没有盖章，定稿后自动生成，请稍后再来下载。")
    return sealed_file(digest, f"约谈记录（{talk.talked.name}）.pdf", registration=what == "registration")
