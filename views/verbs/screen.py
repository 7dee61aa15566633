"""A verb's door for people (页面入口): the posted form goes in, and the page that shows what was done comes back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from pydantic import BaseModel
from sqlalchemy.orm import Session
from werkzeug.datastructures import CombinedMultiDict, MultiDict
from werkzeug.wrappers import Response

from forms.api_out import DoneOut
from forms.of_model import form_of, judged
from views.door import me, permit, reading, wants_fragment, writing
from views.typed import checked
from views.typed_words import keep_draft
from views.verbs.verb import Place, Verb
from workflow.office.models import User
from workflow.record.errors import NotFound, Refused

Answer = str | Response | tuple[str, int]


def on_screen(
    blueprint: Blueprint,
    verb: Verb[Any, Any],
    *,
    again: Callable[[int, Refused], Answer],
    piece: Callable[[int, str], str],
) -> None:
    """Open the verb's door for people; ``again`` shows a page with its refusal, ``piece`` a part of it for htmx."""

    def view(**address: Any) -> Answer:
        place = Place.of(verb.subject, address)
        try:
            done = verb.carry_out(place, _given(verb, place.words), at_once)
        except NotFound:
            raise
        except Refused as refused:
            verb.subject.find(reading(), place.number, me())  # who may not know of it is told nothing else
            if verb.stays and not wants_fragment():
                return again(place.number, refused)
            raise
        if done.replayed:
            keep_draft()
        if wants_fragment():
            return piece(place.number, done.sentence)
        flash(done.sentence, "info" if done.replayed else "success")
        return redirect(_page(verb, place.number), 303)

    door = permit(verb.permission)(view)
    blueprint.add_url_rule(verb.subject.root + verb.screen, verb.function.__name__, door, methods=["POST"])


def at_once(work: Callable[[Session, User], DoneOut]) -> DoneOut:
    """One transaction for the signed-in person, however often it is asked for."""
    with writing() as (session, by):
        return work(session, by)


def _given(verb: Verb[Any, Any], words: dict[str, str]) -> Any:
    """What the form and the address say. Raises Invalid, Stale."""
    takes: type[BaseModel] = verb.takes
    sent: CombinedMultiDict[str, str] = CombinedMultiDict([MultiDict(words), request.form])
    files = {name: file for name, file in request.files.items() if file.filename and name in takes.model_fields}
    return judged(takes, files | checked(form_of(takes)(sent)).data)


def _page(verb: Verb[Any, Any], number: int) -> str:
    numbers: dict[str, Any] = {verb.subject.number: number} if verb.subject.number else {}
    return url_for(verb.subject.page, **numbers, _anchor=verb.anchor or None)
