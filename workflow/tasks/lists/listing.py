"""Lists of tasks in pages (任务列表): keyset by deadline and id, a constant number of queries, no entity loaded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, tuple_, union, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from workflow.ledgers.models import ItemParty as Party
from workflow.ledgers.models import Ledger, LedgerItem
from workflow.ledgers.models import PartyUnit as Member
from workflow.ledgers.permissions import of_level
from workflow.ledgers.words import Part, TaskKind
from workflow.office.models import Unit, User
from workflow.office.permissions import looks_on
from workflow.office.words import Role
from workflow.record.words import Word
from workflow.tasks.lists.lighting import Rulebook, Tasks, near, overdue, running
from workflow.tasks.models import Signoff, Task
from workflow.tasks.words import Decision, Status, TaskOutcome

PAGE = 50
SOON = timedelta(days=5)
Key = tuple[InstrumentedAttribute[date], InstrumentedAttribute[int]]


class Due(Word):
    """Which deadlines to list (时限范围)."""

    ALL = "all", "全部时限"
    LATE = "late", "已逾期"
    NEAR = "near", "临近时限"
    SOON = "soon", "五日内到期"


class Order(Word):
    """In which order of deadlines (次序)."""

    NEAR_FIRST = "near", "时限由近到远"
    FAR_FIRST = "far", "时限由远到近"


class Scope(Word):
    """Whose tasks to list (范围)."""

    UNIT = "unit", "本单位全部任务"
    LEADING = "leading", "本单位牵头的任务"
    OFFICE = "office", "本办公室台账的任务"
    EVERYTHING = "everything", "全部任务"


@dataclass(frozen=True)
class Cursor:
    """Where the last page ended (翻页位置)."""

    due: date
    task_id: int

    def __str__(self) -> str:
        return f"{self.due.isoformat()}.{self.task_id}"

    @classmethod
    def parse(cls, text: str) -> Cursor | None:
        """The cursor in an address; None for anything else, which lists from the start."""
        day, _, number = text.partition(".")
        try:
            return cls(date.fromisoformat(day), int(number[:18]))
        except ValueError:
            return None


@dataclass(frozen=True)
class Wanted:
    """What a person asked the list for (筛选)."""

    today: date
    book: Rulebook
    """By which rules a deadline is 临近."""
    search: str = ""
    due: Due = Due.ALL
    ledger_id: int | None = None
    status: Status | None = None
    year: int | None = None
    unit_id: int | None = None
    returned: bool = False
    order: Order = Order.NEAR_FIRST

    @property
    def picks(self) -> bool:
        """Whether tasks have to be looked at one by one."""
        return bool(self.search or self.ledger_id is not None or self.year or self.unit_id is not None or self.returned)


@dataclass(frozen=True)
class TaskRow:
    """One line of a list (任务行)."""

    id: int
    ledger_id: int
    number: str
    text: str
    ledger: str
    unit: str
    kind: TaskKind
    period: str
    due: date
    status: Status
    round: int
    opened_at: datetime
    closed_at: datetime | None
    paused_at: datetime | None
    outcome: TaskOutcome
    progress: int | None
    milestones: str
    version: int
    returned: bool
    """Whether somebody returned it into the round it is in (被退回)."""
    lower_id: int | None
    """The ledger into which its unit has cut it for the units below (分解台账)."""


@dataclass(frozen=True)
class Page:
    """One page of a list (一页)."""

    rows: tuple[TaskRow, ...]
    older: Cursor | None


def scopes_of(person: User) -> list[Scope]:
    """The wider lists this person may open besides the own desk."""
    if looks_on(person):
        return [Scope.EVERYTHING]
    roles = person.roles
    open_to = {
        Scope.UNIT: bool({Role.HANDLER, Role.UNIT_HEAD} & roles),
        Scope.LEADING: Role.LEAD_REVIEWER in roles,
        Scope.OFFICE: Role.OFFICE in roles,
    }
    return [scope for scope, opened in open_to.items() if opened]


def page_scope(session: Session, person: User, scope: Scope, wanted: Wanted, after: Cursor | None) -> Page:
    """One page of a wider list: one index range a status, merged by deadline."""
    return page_of(session, _arms(person, scope, wanted), (Task.due, Task.id), wanted, after)


def all_of(person: User, scope: Scope, wanted: Wanted) -> Select[int]:
    """The ids of everything that a wider list shows, page after page, the nearest deadline first."""
    key = (Task.due, Task.id)
    arms = [_narrowed(arm, key, wanted, None).subquery() for arm in _arms(person, scope, wanted)]
    found = union_all(*(select(arm.c.task_id, arm.c.due) for arm in arms)).subquery()
    return select(found.c.task_id).order_by(found.c.due, found.c.task_id)


def _arms(person: User, scope: Scope, wanted: Wanted) -> list[Select[int, date]]:
    statuses = [wanted.status] if wanted.status else list(Status)
    if wanted.due is not Due.ALL:
        statuses = [status for status in statuses if status is not Status.CLOSED]  # what is closed is never late
    inside, found = inside_of(scope, person), select(Task.id.label("task_id"), Task.due.label("due"))
    return [found.where(*inside, Task.status == status) for status in statuses]


def page_of(
    session: Session, arms: Sequence[Select[int, date]], key: Key, wanted: Wanted, after: Cursor | None
) -> Page:
    """Merge the first rows of every arm into one page, each task once; an arm stops after one row more than a page."""
    if not arms:
        return Page((), None)

    def by(*columns: Any) -> list[Any]:
        return [column.desc() if wanted.order is Order.FAR_FIRST else column for column in columns]

    cut = [_narrowed(arm, key, wanted, after).order_by(*by(*key)).limit(PAGE + 1).subquery() for arm in arms]
    merged = union(*(select(arm.c.task_id, arm.c.due) for arm in cut)).subquery()
    text = func.coalesce(LedgerItem.title, LedgerItem.requirement, "")
    rows = session.execute(
        select(
            Task.id, Task.ledger_id, LedgerItem.number, func.substr(text, 1, 160).label("text"), Ledger.title.label("ledger"),
            Unit.name.label("unit"), Task.kind, Task.period, Task.due, Task.status, Task.round, Task.opened_at, Task.closed_at, Task.paused_at, Task.outcome, Task.progress, Task.milestones, Task.version,
            came_back(), Task.lower_id,
        )
        .join(merged, merged.c.task_id == Task.id)
        .join(LedgerItem, LedgerItem.id == Task.item_id)
        .join(Ledger, Ledger.id == Task.ledger_id)
        .join(Unit, Unit.id == Task.unit_id)
        .order_by(*by(merged.c.due, merged.c.task_id))
        .limit(PAGE + 1)
    ).all()  # fmt: skip
    listed = tuple(TaskRow(*row) for row in rows[:PAGE])
    more = len(rows) > PAGE
    return Page(listed, Cursor(listed[-1].due, listed[-1].id) if more else None)


def came_back(task: Tasks = Task) -> ColumnElement[bool]:
    """Whether a signer returned the task into its present round; what its unit withdrew or the office reopened was not."""
    before = (Signoff.task_id == task.id, Signoff.round == task.round - 1, Signoff.decision == Decision.RETURNED)
    return and_(task.closed_at.is_(None), exists().where(*before))


def soon(task: Tasks, today: date) -> ColumnElement[bool]:
    """Due within five days from today, open, its clock not stopped."""
    return and_(task.due >= today, task.due <= today + SOON, running(task))


def _narrowed(arm: Select[int, date], key: Key, wanted: Wanted, after: Cursor | None) -> Select[int, date]:
    due, task_id = key
    if after is not None:
        here, there = tuple_(due, task_id), tuple_(after.due, after.task_id)
        arm = arm.where(here < there if wanted.order is Order.FAR_FIRST else here > there)
    task = aliased(Task)  # looked up by its id, one by one; the arm's own dates keep it to one range of its index
    if wanted.due is Due.LATE:
        arm = arm.where(due < wanted.today, exists().where(task.id == task_id, overdue(task, wanted.today)))
    if wanted.due is Due.NEAR:
        arm = arm.where(due >= wanted.today, due <= wanted.book.latest_near(wanted.today))
        arm = arm.where(exists().where(task.id == task_id, near(wanted.book, task, wanted.today)))
    if wanted.due is Due.SOON:
        last = wanted.today + SOON
        arm = arm.where(due >= wanted.today, due <= last)
        arm = arm.where(exists().where(task.id == task_id, soon(task, wanted.today)))
    if wanted.picks:
        arm = arm.where(task_id.in_(_matching(wanted)))
    return arm


def _matching(wanted: Wanted) -> Select[int]:
    """Ids of the tasks that a ledger and a word leave over."""
    task = aliased(Task)
    found = select(task.id)
    if wanted.ledger_id is not None:
        found = found.where(task.ledger_id == wanted.ledger_id)
    if wanted.year:
        found = found.where(task.ledger_id.in_(select(Ledger.id).where(Ledger.year == wanted.year)))
    if wanted.unit_id is not None:
        found = found.where(task.unit_id == wanted.unit_id)
    if wanted.returned:
        found = found.where(came_back(task))
    if wanted.search:
        columns = (LedgerItem.number, LedgerItem.title, LedgerItem.requirement)
        words = or_(*(column.contains(wanted.search, autoescape=True) for column in columns))
        units = select(Unit.id).where(Unit.name.contains(wanted.search, autoescape=True))
        found = found.where(or_(task.item_id.in_(select(LedgerItem.id).where(words)), task.unit_id.in_(units)))
    return found


def inside_of(scope: Scope, person: User) -> list[ColumnElement[bool]]:
    """What makes a task one of a wider list."""
    own = Task.unit_id == person.unit_id
    if scope is Scope.UNIT:
        return [own]
    if scope is Scope.OFFICE:
        return [Task.ledger_id.in_(select(Ledger.id).where(Ledger.office_id == person.unit_id))]
    if scope is Scope.LEADING:
        led = select(Party.item_id).join(Member, Member.party_id == Party.id)
        rows = led.where(Party.part == Part.LEAD, Member.unit_id == person.unit_id)
        return [Task.item_id.in_(rows), Task.unit_id != person.unit_id]  # nobody verifies the own unit's
    return [or_(own, Task.ledger_id.in_(select(Ledger.id).where(of_level(person))))]
