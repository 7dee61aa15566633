"""Lists by their addresses (清单): what an address asks for, what stands before and after a task, and lists kept under a name."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from flask import Blueprint, flash, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from forms.lists import ListQuery, OpenedQuery, SavedViewForm
from views.door import me, permit, reading, today, writing
from views.typed import asked, taken
from workflow.office.permissions import Permission
from workflow.record.errors import NotFound
from workflow.tasks.lists.inbox import page_waiting
from workflow.tasks.lists.lighting import rulebook
from workflow.tasks.lists.listing import Cursor, Due, Order, Page, Scope, Wanted, page_scope, scopes_of
from workflow.tasks.lists.saved import drop_view, keep_view
from workflow.tasks.models import Task

blueprint = Blueprint("lists", __name__)
OTHER_WAY = {Order.NEAR_FIRST: Order.FAR_FIRST, Order.FAR_FIRST: Order.NEAR_FIRST}


@blueprint.post("/views")
@permit(Permission.WORK)
def keep() -> Response:
    """Keep the list that the form names, and go back to it."""
    form = taken(SavedViewForm)
    kept = address_of(query_of(form.list.data))
    with writing() as (session, by):
        keep_view(session, form.name.data, urlencode(kept, doseq=True), by=by)
    flash(f"已保存视图「{form.name.data}」。", "success")
    return redirect(url_for("inbox.index", **kept), 303)


@blueprint.post("/views/<int:view_id>/drop")
@permit(Permission.WORK)
def drop(view_id: int) -> Response:
    """Forget one."""
    with writing() as (session, by):
        drop_view(session, view_id, by=by)
    flash("已删去视图。", "success")
    return redirect(url_for("inbox.index"), 303)


def address_of(query: ListQuery) -> dict[str, Any]:
    """The filters of a list as its address has them."""
    given = {name: value for name, value in query.data.items() if value and name not in ("after", "task")}
    return {name: _spelt(value) for name, value in given.items()}


def wanted_by(query: ListQuery) -> Wanted:
    """What the address of a list asks for."""
    return wanted_on(query, reading(), today())


def wanted_on(query: ListQuery, session: Session, day: date) -> Wanted:
    """The same as of a day, wherever it is asked from."""
    return Wanted(
        today=day,
        book=rulebook(session),
        search=query.q.data,
        due=query.due.data or Due.ALL,
        ledger_id=query.ledger.data,
        status=query.status.data,
        year=query.year.data,
        unit_id=query.unit.data,
        returned=query.returned.data,
        order=query.order.data or Order.NEAR_FIRST,
    )


def scope_of(query: ListQuery) -> Scope:
    """The list that is asked for, or the widest one that the person may open. Raises NotFound."""
    mine = scopes_of(me())
    if not mine:
        raise NotFound
    return query.scope.data if query.scope.data in mine else mine[-1]


def page_in(scope: Scope | None, wanted: Wanted, start: Cursor | None) -> Page:
    """One page of what waits for the person, or of a wider list."""
    if scope is None:
        return page_waiting(reading(), me(), wanted, start)
    return page_scope(reading(), me(), scope, wanted, start)


def beside(task: Task) -> dict[str, Any]:
    """For a task opened from a list: the list, and the tasks before and after it; nothing where it was opened otherwise."""
    listed = asked(OpenedQuery).list.data or _came_from()
    if not listed:
        return {}
    query = query_of(listed)
    kept, wanted, here = address_of(query), wanted_by(query), Cursor(task.due, task.id)
    scope = query.scope.data if query.scope.data in scopes_of(me()) else None
    ways = {"before": replace(wanted, order=OTHER_WAY[wanted.order]), "after": wanted}
    near = {name: next(iter(page_in(scope, each, here).rows), None) for name, each in ways.items()}
    spelt = urlencode(kept, doseq=True) or "all"
    links = {name: url_for("tasks.show", task_id=row.id, list=spelt) for name, row in near.items() if row}
    return {"list": url_for("inbox.index", **kept), **links}


def _came_from() -> str:
    """The list whose row was followed without scripts, or into a window of its own; empty otherwise."""
    try:
        came = urlsplit(request.referrer or "")
    except ValueError:  # half an IPv6 address
        return ""
    ours = (came.netloc, came.path) == (request.host, url_for("inbox.index"))
    return (came.query or "all") if ours else ""


def query_of(address: str) -> ListQuery:
    """What an address asks for that was kept as text."""
    return ListQuery(MultiDict(parse_qs(address)))


def _spelt(value: Any) -> Any:
    if isinstance(value, list):
        return [word.value for word in value]
    return 1 if value is True else getattr(value, "value", value)
