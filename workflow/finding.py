"""Searching everything (检索): which rows of each kind a question finds, of those that a person may look at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, false, or_, select, union
from sqlalchemy.orm import Session, joinedload, selectinload

from workflow.ledgers.models import ItemParty, Ledger, LedgerItem
from workflow.office.models import Unit, User
from workflow.office.permissions import Permission, looks_on, may, of_first_level
from workflow.office.words import Role
from workflow.record.finding import Findable, make_anew, matching, renew
from workflow.record.installation import Installation
from workflow.record.words import Word
from workflow.tables import TABLES as _ALL  # noqa: F401 - every room's rows are known
from workflow.tasks.lists.visible import visible, ways_in
from workflow.tasks.models import Evidence, Matter, Packet, Task
from workflow.tasks.words import Status
from workflow.year.missives.models import Missive

AT_ONCE = 500
LOADED = 25
"""Rows that are loaded at a time: of thousands that are found the first few are shown."""
Term = list[list[str]]


class Sort(Word):
    """What is searched for (检索范围)."""

    TASK = "task", "任务"
    UNIT = "unit", "单位"
    USER = "user", "人员"
    EVIDENCE = "evidence", "证明材料"
    PACKET = "packet", "证据包"
    MISSIVE = "missive", "通报与函件"
    LEDGER = "ledger", "任务台账"


@dataclass(frozen=True)
class Asked:
    """A question, and who asks it when (检索问题)."""

    session: Session
    person: User
    today: date
    terms: list[Term]
    most: int
    """Rows of each sort that are looked at, best first."""

    def of(self, wanted: Select[Any], *columns: tuple[str, Any]) -> Select[Any]:
        """Of these rows those in which every term is found, in one of (kind of entry, the column that names its row).

        Entries are joined: in a condition they would be priced anew for each row, and a database reads all rows rather than that.
        """
        for term in self.terms:
            found = [(column, matching(self.session, kind, term).subquery()) for kind, column in columns]
            for column, entry in found:
                wanted = wanted.outerjoin(entry, entry.c.number == column)
            wanted = wanted.where(or_(*(entry.c.number.is_not(None) for _, entry in found)))
        return wanted


def found(asked: Asked, sort: Sort) -> Iterator[Any]:
    """The first rows of one sort, best first; who may look at each is still to be asked."""
    wanted = _WANTED[sort](asked) if asked.terms else None
    if wanted is not None:
        with asked.session.scalars(wanted.limit(asked.most).execution_options(yield_per=LOADED)) as rows:
            yield from rows


def knows_people(person: User, unit: Unit) -> bool:
    """Whether names and desks of a unit's people are shown to somebody: colleagues, the office, leaders and auditors.

    Below the first level these know their own unit and those directly under it.
    """
    wide = _looks_wide(person)
    near = wide and (of_first_level(person) or unit.parent_id == person.unit_id)
    return near or (may(person, Permission.WORK) and person.unit_id == unit.id)


def _looks_wide(person: User) -> bool:
    return looks_on(person) or (person.active and Role.OFFICE in person.roles)


def _known_units(person: User) -> list[ColumnElement[bool]]:
    """:func:`knows_people` as a condition on units."""
    wide = _looks_wide(person)
    if wide and of_first_level(person):
        return []
    return [or_(Unit.id == person.unit_id, Unit.parent_id == person.unit_id if wide else false())]


def index_all(here: Installation) -> int:
    """Make every entry anew, a few hundred rows a transaction; may be run again at any time. Returns how many rows."""
    with here.database.writing() as session:
        make_anew(session)
    return sum(_index(here, mapper.class_) for mapper in sorted(_findable(), key=lambda one: one.class_.found_as))


def _findable() -> list[Any]:
    return [
        mapper
        for mapper in Unit.registry.mappers
        if issubclass(mapper.class_, Findable) and mapper.inherits in (None, Matter.__mapper__)
    ]


def _index(here: Installation, kind: Any) -> int:
    last = count = 0
    while True:
        with here.database.writing() as session:
            rows = session.scalars(select(kind).where(kind.id > last).order_by(kind.id).limit(AT_ONCE)).unique().all()
            renew(session, rows)
        if not rows:
            return count
        last, count = rows[-1].id, count + len(rows)


def _tasks(asked: Asked) -> Select[Any] | None:
    if not may(asked.person, Permission.WORK):
        return None
    order = (Ledger.year.desc(), (Task.status == Status.CLOSED), Task.due, Task.id)
    tasks = select(Task.id).join(Ledger, Ledger.id == Task.ledger_id).order_by(*order).limit(asked.most)
    tasks = asked.of(tasks, ("item", Task.item_id), ("unit", Task.unit_id))
    arms = [tasks.where(way).subquery() for way in ways_in(asked.person, asked.today)]
    first = union(*(select(arm.c.id) for arm in arms))
    wanted = select(Task).join(Ledger, Ledger.id == Task.ledger_id).where(Task.id.in_(first))
    item = joinedload(Task.item)
    parties = item.selectinload(LedgerItem.parties).joinedload(ItemParty.units)
    return wanted.order_by(*order).options(joinedload(Task.unit), item.joinedload(LedgerItem.ledger), parties)


def _units(asked: Asked) -> Select[Any] | None:
    if not may(asked.person, Permission.WORK):
        return None
    return asked.of(select(Unit), ("unit", Unit.id)).order_by(Unit.active.desc(), Unit.position, Unit.id)


def _people(asked: Asked) -> Select[Any] | None:
    person = asked.person
    wanted = asked.of(select(User), ("user", User.id), ("unit", User.unit_id))
    wanted = wanted.options(joinedload(User.unit), selectinload(User.role_rows)).order_by(User.active.desc(), User.id)
    if may(person, Permission.ACCOUNTS) or may(person, Permission.GRANTS):
        return wanted
    if not may(person, Permission.WORK):
        return None
    return wanted.where(User.active, User.unit_id.in_(select(Unit.id).where(*_known_units(person))))


def _evidence(asked: Asked) -> Select[Any] | None:
    if not may(asked.person, Permission.WORK):
        return None
    known = Matter.unit_id.in_(select(Unit.id).where(*_known_units(asked.person)))
    run = Matter.ledger_id.in_(select(Ledger.id).where(Ledger.office_id == asked.person.unit_id))
    others = select(Matter.id).where(Matter.matter != "task", or_(known, run))
    mine = union(others, *(select(Task.id).where(way) for way in ways_in(asked.person, asked.today)))
    pieces = select(Evidence).join(Matter, Matter.id == Evidence.task_id)
    item = Matter.__table__.c.item_id
    pieces = asked.of(pieces, ("evidence", Evidence.id), ("item", item), ("unit", Matter.unit_id))
    return pieces.where(Evidence.removed_at.is_(None), Evidence.task_id.in_(mine)).order_by(Evidence.id.desc())


def _packets(asked: Asked) -> Select[Any] | None:
    if not may(asked.person, Permission.WORK):
        return None
    wanted = asked.of(select(Packet).join(Task, Task.id == Packet.task_id), ("packet", Packet.id))
    return wanted.where(visible(asked.person, asked.today)).order_by(Packet.id.desc())


def _missives(asked: Asked) -> Select[Any] | None:
    if not may(asked.person, Permission.WORK):
        return None
    return asked.of(select(Missive), ("missive", Missive.id)).order_by(Missive.id.desc())


def _ledgers(asked: Asked) -> Select[Any] | None:
    if not may(asked.person, Permission.WORK):
        return None
    return asked.of(select(Ledger), ("ledger", Ledger.id)).order_by(Ledger.year.desc(), Ledger.id.desc())


_WANTED: dict[Sort, Callable[[Asked], Select[Any] | None]] = {
    Sort.TASK: _tasks,
    Sort.UNIT: _units,
    Sort.USER: _people,
    Sort.EVIDENCE: _evidence,
    Sort.PACKET: _packets,
    Sort.MISSIVE: _missives,
    Sort.LEDGER: _ledgers,
}
