"""Search everywhere (检索): one question to all sorts; what somebody may not open is not found.

The database proposes, in order; before a row is shown the very check of its page is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from flask import Blueprint, g, render_template, url_for

from forms.lists import FindQuery
from views.desks.matters import page_of_matter
from views.door import load_ledger, load_matter, load_task, me, permit, reading, today, wants_fragment
from views.typed import asked
from workflow.finding import Asked, Sort, found
from workflow.ledgers.deadlines import spoken_period
from workflow.ledgers.models import Ledger
from workflow.office.models import Unit, User
from workflow.office.permissions import Permission, may
from workflow.record.errors import NotFound
from workflow.record.events import PEOPLE_LOOKED_AT
from workflow.record.finding import terms
from workflow.tasks.models import Evidence, Matter, Packet, Task
from workflow.year.missives.models import Missive
from workflow.year.missives.receiving import row_of

blueprint = Blueprint("finding", __name__)
FEW, MANY = 5, 30
"""Of each sort in the box that drops down, and of one sort on its page."""
LOOKED_AT = 200
"""Rows of a sort that are held against their page's check."""


@dataclass(frozen=True)
class Hit:
    """Something found (检索结果)."""

    url: str
    text: str
    beside: str


@dataclass(frozen=True)
class Group:
    """What was found of one sort, and whether there is more (检索结果组)."""

    sort: Sort
    hits: list[Hit]
    more: bool


@blueprint.get("/search")
@permit(Permission.SELF)
def index() -> str:
    """What a question finds: by sorts, or all of one; asked by htmx the list alone."""
    query = asked(FindQuery)
    sort = query.sort.data
    question = Asked(reading(), me(), today(), terms(query.q.data), LOOKED_AT)
    most = MANY if sort else FEW
    groups = [_group(question, each, most) for each in ([sort] if sort else Sort)]
    shown = [group for group in groups if group.hits]
    if any(group.sort is Sort.USER for group in shown):
        g.noted = PEOPLE_LOOKED_AT
    page = "finding/_found.html" if wants_fragment() else "finding/index.html"
    return render_template(page, groups=shown, q=query.q.data, sort=sort, asked=bool(question.terms))


def searches(person: User) -> bool:
    """Whether there is anything that somebody could find."""
    return any(may(person, door) for door in (Permission.WORK, Permission.ACCOUNTS, Permission.GRANTS))


def _group(question: Asked, sort: Sort, most: int) -> Group:
    hits = list(islice(_hits(question, sort), most + 1))
    return Group(sort, hits[:most], len(hits) > most)


def _hits(question: Asked, sort: Sort) -> Iterator[Hit]:
    for row in found(question, sort):
        try:
            yield _SHOWN[sort](row)
        except NotFound:
            continue


def _task(task: Task) -> Hit:
    load_task(reading(), task.id, me())
    text = f"{task.item.number} {task.item.text[:80]}"
    period = f" · {spoken_period(task.period)}" if task.period else ""
    beside = f"{task.unit.name} · {task.kind.word}{period} · {task.status.word} · {task.item.ledger.title}"
    return Hit(url_for("tasks.show", task_id=task.id), text, beside)


def _unit(unit: Unit) -> Hit:
    return Hit(
        url_for("standing.unit", unit_id=unit.id), unit.name, unit.kind.word + ("" if unit.active else " · 已停用")
    )


def _person(user: User) -> Hit:
    person = me()
    if may(person, Permission.ACCOUNTS):
        url = url_for("accounts.index", q=user.login)
    elif may(person, Permission.GRANTS):
        url = url_for("accounts.person", user_id=user.id)
    else:
        url = url_for("standing.unit", unit_id=user.unit_id, _anchor=f"person-{user.id}")
    desks = "、".join(sorted(role.word for role in user.roles)) or "没有岗位"
    return Hit(url, user.name, f"{user.unit.name} · {desks}" + ("" if user.active else " · 已停用"))


def _evidence(piece: Evidence) -> Hit:
    matter = load_matter(reading(), Matter, piece.task_id, me()).task
    return Hit(page_of_matter(matter), piece.name, matter.name)


def _packet(packet: Packet) -> Hit:
    task = load_task(reading(), packet.task_id, me()).task
    url = url_for("tasks.show", task_id=task.id, _anchor="packets-title")
    return Hit(url, packet.number, f"{packet.state.word} · {task.name}")


def _missive(missive: Missive) -> Hit:
    try:
        load_matter(reading(), Missive, missive.id, me())
        url = url_for("bulletins.show", missive_id=missive.id)
    except NotFound:
        row_of(missive, me())
        url = url_for("bulletins.unit", missive_id=missive.id)
    return Hit(url, missive.title, missive.number or "尚未印发")


def _ledger(ledger: Ledger) -> Hit:
    load_ledger(reading(), ledger.id, me())
    return Hit(url_for("ledgers.overview", ledger_id=ledger.id), ledger.title, f"{ledger.year} 年")


_SHOWN: dict[Sort, Callable[[Any], Hit]] = {
    Sort.TASK: _task,
    Sort.UNIT: _unit,
    Sort.USER: _person,
    Sort.EVIDENCE: _evidence,
    Sort.PACKET: _packet,
    Sort.MISSIVE: _missive,
    Sort.LEDGER: _ledger,
}
