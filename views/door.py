"""The door (入口守卫): who is it, may they in, and one transaction for what they do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any, ParamSpec, TypeVar, cast

import structlog
from flask import Flask, current_app, g, request
from flask_login import current_user
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from werkzeug.routing import IntegerConverter
from werkzeug.wrappers import Response

from views.address import believed
from workflow.ledgers.models import Ledger
from workflow.ledgers.permissions import runs
from workflow.office.models import User
from workflow.office.passwords import expired
from workflow.office.permissions import Permission, may
from workflow.office.whole import whole
from workflow.office.words import TokenScope
from workflow.record.calendar import day_of
from workflow.record.errors import Forbidden, NotFound
from workflow.record.events import Kind, Reached
from workflow.record.installation import Installation
from workflow.tasks.case import Case, TaskCase, load
from workflow.tasks.models import Matter, Task
from workflow.tasks.permissions import sees
from workflow.tasks.sight import may_open

log = structlog.get_logger()
P = ParamSpec("P")
R = TypeVar("R")
M = TypeVar("M", bound=Matter)
_PERMITTED, _NOTED = "_permission", "_noted"
OPEN = "open to everybody"


class RowNumber(IntegerConverter):
    """A number in an address; one beyond those that rows have stands for 0, which no row has, and is not found like any other.

    If it matched no route instead, werkzeug would answer 405 wherever another method has the same address.
    """

    regex = r"\d{1,10}"

    def to_python(self, value: str) -> int:
        """The number of a row, or 0."""
        number: int = super().to_python(value)
        return number if number < 2**31 else 0


def installation() -> Installation:
    """The installation this app serves."""
    return cast(Installation, current_app.extensions["taizhang"])


def address() -> str:
    """Where the request came from: what the connection says, or our own proxies. Empty where nothing is known."""
    forwarded = request.headers.get("X-Forwarded-For", "")
    return believed(request.remote_addr or "", forwarded, installation().settings.trusted_proxies)[:45]


def today() -> date:
    """The day it is in China."""
    return day_of(installation().clock())


def reading() -> Session:
    """The request's one read-only session, closed when the request ends."""
    if "reading" not in g:
        g.reading_scope = installation().database.reading()
        g.reading = g.reading_scope.__enter__()
    return cast(Session, g.reading)


@contextmanager
def writing() -> Iterator[tuple[Session, User]]:
    """One transaction with the signed-in person in it; commits once at the end, or nothing has happened.

    What was posted is stored then, and only then: ``g.stored`` says so to :mod:`views.typed_words`.
    Inside it ask ``session`` alone: a read of :func:`reading` would keep the commit waiting.
    """
    pause_reading()
    with installation().database.writing(origin=address()) as session:
        yield session, whole(session, current_user.id)
    g.stored = True
    _nudge()


@contextmanager
def marking() -> Iterator[Session]:
    """A transaction of its own for what reading leaves behind: last seen, noted, ended.

    Where it cannot be written (a full disk, a database that is read-only) reading goes on, and the service's log says so.
    """
    pause_reading()
    try:
        with installation().database.writing(origin=address()) as session:
            yield session
    except SQLAlchemyError as error:
        log.error("not marked", path=request.path, reason=type(error).__name__)


def pause_reading() -> None:
    """End the reading transaction; what it loaded can still be looked at, but loads nothing more.

    Under SQLite's rollback journal an open read keeps a commit waiting, this request's own read for ever; and a
    waiting commit keeps every new read waiting, so that a request must never hold two.
    """
    if "reading" in g:
        g.reading.close()
        g.pop("me", None)


def permit(
    permission: Permission | str, *, noted: Kind[Reached] | None = None
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Say who may use a route. A route that says nothing is refused; ``OPEN`` needs no sign-in.

    ``noted`` is the kind of entry that using it leaves in the access log (:mod:`views.noting`).
    """

    def mark(view: Callable[P, R]) -> Callable[P, R]:
        setattr(view, _PERMITTED, permission)
        setattr(view, _NOTED, noted)
        return view

    return mark


def required(app: Flask, endpoint: str) -> Permission | str | None:
    """What a route asks for; None for a route that says nothing."""
    if endpoint == "static":
        return OPEN
    return getattr(app.view_functions[endpoint], _PERMITTED, None)


def noted_as(app: Flask) -> Kind[Reached] | None:
    """The kind of entry that using this request's route leaves, None where it leaves none."""
    return getattr(app.view_functions.get(request.endpoint or ""), _NOTED, None)


def guard() -> Response | None:
    """Before every request: default deny, then sign-in, then a new password if one is due, then the permission."""
    if request.endpoint is None:
        return None  # no such route: the 404 page answers
    wanted = required(current_app, request.endpoint)
    if wanted == OPEN:
        return None
    if not current_user.is_authenticated:
        return cast(Response, current_app.login_manager.unauthorized())  # type: ignore[attr-defined]
    if not isinstance(wanted, Permission) or not may(me(), wanted):
        raise Forbidden("您的岗位没有这个功能的权限；如确需使用，请联系安全管理员授权。")
    if "api_token" in g:
        check_scope(g.api_token.scope)
    due = me().must_change_password or (password_old() and "api_token" not in g)  # programs know no password
    if due and request.endpoint not in ("auth.password", "auth.sign_out"):
        return cast(Response, current_app.make_response(current_app.redirect("/password")))
    return None


def password_old() -> bool:
    """Whether the person's password has to be changed for its age."""
    return expired(me(), days=installation().settings.password_days, at=installation().clock())


def check_scope(scope: TokenScope) -> None:
    """A token that may only read changes nothing. Raises Forbidden."""
    if scope is TokenScope.READ and request.method not in ("GET", "HEAD", "OPTIONS"):
        raise Forbidden("这个令牌只能读取，不能办理；请使用「读取和办理」的令牌。")


def me() -> User:
    """The signed-in person, in the reading session."""
    if "me" not in g:
        g.me = whole(reading(), current_user.id)
    return cast(User, g.me)


def load_task(session: Session, task_id: int, person: User) -> TaskCase:
    """A task this person may look at; a foreign and a missing one answer alike (NotFound)."""
    return load_matter(session, Task, task_id, person)


def hold_task(session: Session, task_id: int, person: User) -> TaskCase:
    """:func:`load_task` for whoever is about to act: nobody else changes it until this transaction ends."""
    return load_matter(session, Task, task_id, person, held=True)


def load_matter(session: Session, kind: type[M], matter_id: int, person: User, *, held: bool = False) -> Case[M]:
    """A matter of another kind than tasks, else like :func:`load_task`."""
    case = load(session, kind, matter_id, installation().clock(), held=held)
    if not sees(case, person):
        raise NotFound
    return case


def load_ledger(session: Session, ledger_id: int, person: User, *, running: bool = False) -> Ledger:
    """A ledger this person may look at, or runs; a foreign and a missing one answer alike (NotFound)."""
    ledger = session.get(Ledger, ledger_id)
    if ledger is None or not (runs(ledger, person) if running else may_open(session, ledger, person)):
        raise NotFound
    return ledger


def close_reading(error: BaseException | None = None) -> None:
    """Give the reading session back at the end of the request."""
    scope = g.pop("reading_scope", None)
    g.pop("reading", None)
    g.pop("me", None)
    if scope is not None:
        scope.__exit__(None, None, None)


def wants_fragment() -> bool:
    """True for a request by htmx, which gets a piece of a page instead of a page."""
    return bool(request.headers.get("HX-Request"))


def _nudge() -> None:
    """Wake the background: promises may have been written."""
    wake: Callable[[], Any] | None = current_app.extensions.get("taizhang.nudge")
    if wake is not None:
        wake()
