"""How a round stands (填报进度): one line a unit and edition as of any hour, read off the trail."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from workflow.office.models import Unit
from workflow.record.calendar import day_of
from workflow.record.events import kind_of
from workflow.record.models import AuditEvent
from workflow.record.words import Word
from workflow.tasks.events import Stands
from workflow.tasks.words import Action, Status
from workflow.year.filings.events import FILLED, FORM_ACTS, FORM_URGED
from workflow.year.filings.models import Filing, FilingRound


class Standing(Word):
    """Where a unit's form is (填报状态)."""

    icon: str
    tint: str

    def describe(self, icon: str, tint: str) -> None:
        """Icon and tint of a row."""
        self.icon, self.tint = icon, tint

    BLANK = "blank", "未填", "circle", "plain"
    FILLING = "filling", "填报中", "pencil", "plain"
    WITH_HEAD = "with_head", "待单位审", "hourglass-split", "blue"
    FILED = "filed", "已报送", "building-check", "violet"
    ACCEPTED = "accepted", "已接收", "check-circle-fill", "green"
    RETURNED = "returned", "退回", "arrow-return-left", "brown"


_OF = {
    Status.DRAFTED: Standing.WITH_HEAD,
    Status.UNIT_APPROVED: Standing.FILED,
    Status.CLOSED: Standing.ACCEPTED,
}


@dataclass
class Line:
    """One unit's form as of a moment (进度行)."""

    form: Filing
    unit: Unit
    standing: Standing = Standing.BLANK
    filed_at: datetime | None = None
    """When its unit first approved it."""
    late: bool = False
    """Filed after the form was due, or due and not filed."""
    urged: int = 0
    returned: int = 0
    digest: str = ""
    """Of what it said then."""

    @property
    def filed(self) -> bool:
        """Whether it lies with the office, or was taken in."""
        return self.standing in (Standing.FILED, Standing.ACCEPTED)

    def hear(self, kind: str, at: datetime, data: str) -> None:
        """Take note of one event of the form."""
        told = kind_of(kind)
        said = told.read(data)
        if isinstance(said, Stands) and said.version is not None:
            self.digest = said.content_digest
        if told is FORM_URGED:
            self.urged += 1
        elif told is FILLED:
            self.standing = Standing.FILLING if self.standing is Standing.BLANK else self.standing
        elif told in FORM_ACTS.values():
            self._moved(told.name, said.to, at)

    def _moved(self, name: str, to: Status, at: datetime) -> None:
        back = name == FORM_ACTS[Action.SEND_BACK].name
        self.returned += back
        self.standing = _OF.get(to, Standing.RETURNED if back else Standing.FILLING)
        if to is Status.UNIT_APPROVED and self.filed_at is None:
            self.filed_at = at


@dataclass(frozen=True)
class Board:
    """A round as of a moment (填报进度表); supplements stand behind the first edition of their unit."""

    row: FilingRound
    as_of: datetime
    lines: tuple[Line, ...]

    @property
    def first(self) -> list[Line]:
        """The units asked, once each."""
        return [line for line in self.lines if line.form.edition == 1]

    @property
    def counts(self) -> Counter[Standing]:
        """How many first editions stand where."""
        return Counter(line.standing for line in self.first)

    @property
    def late(self) -> int:
        """How many units are late."""
        return sum(line.late for line in self.first)

    @property
    def urged(self) -> int:
        """How often units were urged, all together."""
        return sum(line.urged for line in self.lines)


def board(session: Session, row: FilingRound, *, as_of: datetime) -> Board:
    """How the round stood at a moment: the same answer then and years later. What units file to others is those others' affair."""
    mine = and_(Filing.round_id == row.id, Filing.through_id.is_(None))
    return Board(row, as_of, tuple(_lines(session, mine, as_of)))


def board_below(session: Session, form: Filing, *, as_of: datetime) -> Board:
    """How the units stood at a moment that file to a form's unit."""
    mine = and_(Filing.round_id == form.round_id, Filing.through_id == form.unit_id)
    return Board(form.in_round, as_of, tuple(_lines(session, mine, as_of)))


def line_of(session: Session, form: Filing, *, as_of: datetime) -> Line:
    """How one form stood at a moment, without the others of its round."""
    return _lines(session, Filing.id == form.id, as_of)[0]


def _lines(session: Session, which: ColumnElement[bool], as_of: datetime) -> list[Line]:
    wanted = (
        select(Filing)
        .join(Unit, Unit.id == Filing.unit_id)
        .where(which, Filing.opened_at <= as_of)
        .options(joinedload(Filing.unit), joinedload(Filing.in_round), selectinload(Filing.parts))
        .order_by(Unit.position, Unit.id, Filing.edition)
    )
    lines = {form.id: Line(form, form.unit) for form in session.scalars(wanted)}
    columns = (AuditEvent.task_id, AuditEvent.kind, AuditEvent.at, AuditEvent.data)
    events = select(*columns).where(AuditEvent.task_id.in_(select(Filing.id).where(which))).order_by(AuditEvent.seq)
    for form_id, kind, at, data in session.execute(events):
        when = datetime.fromisoformat(at)
        if form_id in lines and when <= as_of:
            lines[form_id].hear(kind, when, data)
    for line in lines.values():
        line.late = day_of(line.filed_at or as_of) > line.form.due
    return list(lines.values())
