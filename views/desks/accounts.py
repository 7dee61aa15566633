"""Accounts and desks (账号与岗位): the system administrator opens accounts, the security administrator gives desks."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import SelectChoice

from forms.accounts import AccountForm, GrantForm, MoveForm, PeopleQuery, PersonForm
from views.door import installation, permit, reading, wants_fragment, writing
from views.typed import asked, read, taken
from workflow.office.models import Unit, User
from workflow.office.people import create_user
from workflow.office.people import grant as do_grant
from workflow.office.people import set_active as do_set_active
from workflow.office.permissions import Permission
from workflow.office.reading import (
    choices_of_units,
    find_person,
    find_unit,
    named_units,
    page_people,
    tree_of_units,
    waiting_resets,
    wrong_lately,
)
from workflow.office.resetting import ask_reset
from workflow.office.words import Role
from workflow.record.errors import Invalid, NotFound, Refused
from workflow.record.events import PEOPLE_LOOKED_AT
from workflow.record.room import shortage
from workflow.tasks.people import standing_in
from workflow.tasks.people.leaving import holdings
from workflow.tasks.people.moving import move_away

blueprint = Blueprint("accounts", __name__)


@blueprint.get("/accounts")
@permit(Permission.ACCOUNTS, noted=PEOPLE_LOOKED_AT)
def index() -> tuple[str, int]:
    """Every account, and a form for a new one."""
    return _index(_account_form())


@blueprint.post("/accounts")
@permit(Permission.ACCOUNTS)
def create() -> tuple[str, int]:
    """Open an account and show the first half of its one-time password this once."""
    form = _account_form()
    if not form.validate_on_submit():
        return _index(form, status=422)
    try:
        with writing() as (session, by):
            user, half = create_user(
                session,
                login=form.login.data,
                name=form.name.data,
                unit=session.get_one(Unit, form.unit_id.data),
                roles=(),
                by=by,
                at=installation().clock(),
            )
            opened = (user.login, user.name, half)
    except Refused as refused:
        return _index(form, refused=refused, status=refused.status)
    return _index(_account_form(blank=True), opened=opened)


@blueprint.post("/accounts/<int:user_id>/password")
@permit(Permission.ACCOUNTS)
def reset(user_id: int) -> tuple[str, int]:
    """Ask for a new one-time password and show its first half this once; a second person has to agree."""
    with writing() as (session, by):
        user = _user(session, user_id)
        half = ask_reset(session, user, by=by, at=installation().clock())
        opened = (user.login, user.name, half)
    return _index(_account_form(blank=True), opened=opened)


@blueprint.post("/accounts/<int:user_id>/<any(stop, start):wish>")
@permit(Permission.ACCOUNTS)
def set_active(user_id: int, wish: str) -> Response:
    """Stop an account or start it again; asking for what already is changes nothing."""
    with writing() as (session, by):
        user = _user(session, user_id)
        if user.active != (wish == "start"):
            do_set_active(session, user, wish == "start", by=by, at=installation().clock())
        name = user.name
    flash(f"{name}的账号已{'启用' if wish == 'start' else '停用，已登录的设备随即退出'}。", "success")
    return redirect(url_for("accounts.index"), 303)


@blueprint.get("/accounts/<int:user_id>")
@permit(Permission.ACCOUNTS, noted=PEOPLE_LOOKED_AT)
def show(user_id: int) -> tuple[str, int]:
    """One account: its password, whether it is in use, and the unit; beside the list where htmx asks."""
    return _account(_user(reading(), user_id))


@blueprint.post("/accounts/<int:user_id>/unit")
@permit(Permission.ACCOUNTS)
def move(user_id: int) -> Response | tuple[str, int]:
    """Put somebody into another unit; their desks stay behind."""
    try:
        with writing() as (session, by):
            user, unit = _user(session, user_id), find_unit(session, taken(MoveForm).unit.data)
            move_away(session, user, unit, by=by, at=installation().clock())
            sentence = f"已将{user.name}调到{unit.name}，原岗位已收回；请安全管理员按新单位授岗。"
    except NotFound:
        raise
    except Refused as refused:
        return _account(_user(reading(), user_id), refused=refused, status=refused.status)
    flash(sentence, "success")
    return redirect(url_for("accounts.show", user_id=user_id), 303)


@blueprint.get("/accounts/<int:user_id>/stop")
@permit(Permission.ACCOUNTS, noted=PEOPLE_LOOKED_AT)
def stop(user_id: int) -> str:
    """What waits for somebody, before their account is stopped."""
    user = _user(reading(), user_id)
    return render_template("accounts/stop.html", user=user, held=holdings(reading(), user))


@blueprint.get("/grants")
@permit(Permission.GRANTS, noted=PEOPLE_LOOKED_AT)
def grants() -> str:
    """Everybody with the desks they hold."""
    return render_template("accounts/grants.html", **_people("accounts.grants"))


@blueprint.get("/grants/<int:user_id>")
@permit(Permission.GRANTS, noted=PEOPLE_LOOKED_AT)
def person(user_id: int) -> tuple[str, int]:
    """The desks of one person."""
    user = _user(reading(), user_id)
    return _person(user, _desks(user))


@blueprint.post("/grants/<int:user_id>")
@permit(Permission.GRANTS)
def grant(user_id: int) -> Response | tuple[str, int]:
    """Set the desks of one person."""
    form = GrantForm()
    if not form.validate_on_submit():
        return _person(_user(reading(), user_id), form, status=422)
    wanted = frozenset(Role(code) for code in form.roles.data or [])
    try:
        _ticked(form)
        with writing() as (session, by):
            user = _user(session, user_id)
            if wanted != user.roles:
                do_grant(session, user, wanted, by=by, at=installation().clock(), seen=form.seen.data)
            name = user.name
    except NotFound:
        raise
    except Refused as refused:
        return _person(_user(reading(), user_id), form, refused=refused, status=refused.status)
    flash(f"已保存{name}的岗位；有变动的须重新登录后生效。", "success")
    return redirect(url_for("accounts.grants"), 303)


@blueprint.post("/grants/<int:user_id>/handover")
@permit(Permission.GRANTS)
def hand_over(user_id: int) -> Response | tuple[str, int]:
    """Give a person's open work to a colleague."""
    try:
        with writing() as (session, by):
            user = _user(session, user_id)
            to = find_person(session, taken(PersonForm).person.data, near=user)
            moved = standing_in.hand_over(session, user, to, by=by, at=installation().clock())
            sentence = f"已将{user.name}的签批事项移交给{to.name}，共 {moved} 件在办。"
    except NotFound:
        raise
    except Refused as refused:
        user = _user(reading(), user_id)
        return _person(user, _desks(user), refused=refused, status=refused.status)
    flash(sentence, "success")
    return redirect(url_for("accounts.person", user_id=user_id), 303)


def _desks(user: User) -> GrantForm:
    """The form as the person's desks are."""
    return GrantForm(None, roles=[role.value for role in user.roles], seen=user.epoch)


def _ticked(form: GrantForm) -> None:
    """A form that lost its ticks on the way must not take every desk. Raises Invalid."""
    if bool(form.roles.data) is bool(form.none.data):
        raise Invalid("请勾选岗位；确需收回此人的全部岗位时，只勾选“收回全部岗位”。")


def _index(
    form: AccountForm,
    *,
    opened: tuple[str, str, str] | None = None,
    refused: Refused | None = None,
    status: int = 200,
) -> tuple[str, int]:
    now, listed = installation().clock(), _people("accounts.index")
    page = render_template(
        "accounts/index.html",
        **listed,
        form=form,
        opened=opened,
        refused=refused,
        wrong=wrong_lately(reading(), listed["people"], at=now),
        waiting={one.user_id for one in waiting_resets(reading(), at=now)},
        shortage=shortage(installation().settings),
    )
    return page, status


def _account(user: User, *, refused: Refused | None = None, status: int = 200) -> tuple[str, int]:
    told = {"held": holdings(reading(), user), "units": named_units(reading()), "typed": read(MoveForm)}
    return _beside("accounts/show.html", "accounts/_show.html", user=user, refused=refused, **told), status


def _person(user: User, form: GrantForm, *, refused: Refused | None = None, status: int = 200) -> tuple[str, int]:
    told = {"typed": read(PersonForm), "held": holdings(reading(), user), "refused": refused}
    return _beside("accounts/person.html", "accounts/_person.html", user=user, form=form, **told), status


def _beside(page: str, drawer: str, **told: Any) -> str:
    """A page of its own, or what it holds for the drawer beside the list."""
    if not wants_fragment():
        return render_template(page, **told, drawer=drawer)
    return render_template("accounts/_drawer.html", **told, drawer=drawer)


def _people(endpoint: str) -> dict[str, Any]:
    """The tree of units, and a page of the people of the picked one."""
    query = asked(PeopleQuery)
    unit, words, after = query.unit.data, query.q.data, query.after.data
    people, more = page_people(reading(), search=words, after=after, unit_id=unit)
    kept: dict[str, Any] = {"q": words or None, "unit": unit}
    return {
        "people": people,
        "older": url_for(endpoint, **kept, after=people[-1].login) if more else None,
        "first": url_for(endpoint, **kept) if after else None,
        "q": words,
        "picked": unit,
        "tree": tree_of_units(reading()),
        "endpoint": endpoint,
    }


def _account_form(*, blank: bool = False) -> AccountForm:
    form = AccountForm(formdata=None) if blank else AccountForm()
    form.unit_id.choices = [SelectChoice(str(unit_id), name) for unit_id, name in choices_of_units(reading())]
    return form


def _user(session: Session, user_id: int) -> User:
    user = session.get(User, user_id)
    if user is None:
        raise NotFound
    return user
