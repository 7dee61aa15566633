"""Inspections of the office (检查): planned from its calendar, drawn so that anybody can draw again, one worksheet a line."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.ledgers.models import Ledger, LedgerItem
from workflow.ledgers.permissions import runs
from workflow.office.models import Unit, User
from workflow.record import audit, timekeeping
from workflow.record.calendar import day_of, spoken
from workflow.record.errors import Forbidden, Invalid, NotInState
from workflow.tasks.binding import content_digest
from workflow.tasks.case import case_of
from workflow.tasks.models import Task
from workflow.tasks.opening import all_opened
from workflow.tasks.seating import await_next
from workflow.year.drawing import Candidate, digest_of, draw, published
from workflow.year.duties import Duty, office_calendar
from workflow.year.inspections.events import INSPECTION_STARTED, WORKSHEETS, InspectionStarted
from workflow.year.inspections.models import Inspection, Worksheet
from workflow.year.look_backs.of_ledger import LOCAL
from workflow.year.look_backs.starting import born
from workflow.year.words import Draw, Method

MOST = 200
"""Worksheets of one inspection: more are no sample that two people look at."""
CHECKS = re.compile(r"抽查|督查|督导|督察|核查|巡查|暗访|验收|检查")
"""What a duty is called that somebody goes and looks for."""


@dataclass(frozen=True)
class Planned:
    """A line of the plan (检查计划): a duty that is an inspection, and the last one that carried it or its like out."""

    duty: Duty
    begun: Inspection | None
    last: date | None


def plan(session: Session, ledger: Ledger) -> list[Planned]:
    """What the office has to inspect in a ledger's year, by day."""
    made = session.scalars(select(Inspection).where(Inspection.ledger_id == ledger.id).order_by(Inspection.id)).all()
    by_key = {one.duty: one for one in made}
    found = []
    for duty in office_calendar(session, ledger):
        if CHECKS.search(duty.what):
            alike = [day_of(one.started_at) for one in made if one.duty.split("/")[0] == duty.key.split("/")[0]]
            found.append(Planned(duty, by_key.get(duty.key), max(alike, default=None)))
    return found


def start_inspection(
    session: Session, ledger: Ledger, key: str, *, method: Method, share: int, rule: Draw, by: User,
    at: datetime,
) -> Inspection:  # fmt: skip
    """Draw what is looked into for one duty of the calendar, and lay out a worksheet for each line.

    The seed is the trail's newest link: nobody types one. Raises Forbidden, NotInState, Invalid.
    """
    line = _begun_by(session, ledger, key, by, at)
    if not 1 <= share <= 100:
        raise Invalid("抽查比例应在 1 到 100 之间。")
    all_opened(session, ledger.id)
    places = list_of(session, ledger, line.duty)
    failed = _failed(session, ledger)
    listed = [_candidate(key, place, failed) for key, place in places.items()]
    seed = audit.head(session).hash
    drawn = draw(listed, seed=seed, share=share, rule=rule)
    if not drawn or len(drawn) > MOST:
        raise Invalid(f"名单共 {len(listed)} 项，抽中 {len(drawn)} 项；一次检查应有 1 到 {MOST} 项，请调整抽查比例。")
    begun = Inspection(
        ledger=ledger, duty=key, title=f"{line.duty.what}（{spoken(line.duty.on)}）", basis=line.duty.quote[:300],
        due=max(line.duty.on, day_of(at)), method=method, share=share, rule=rule, seed=seed,
        population=published(listed), started_by=by.name, started_at=at,
    )  # fmt: skip
    session.add(begun)
    session.flush()
    told = InspectionStarted(
        ledger_id=ledger.id, title=begun.title, duty=key, due=begun.due, method=method, population=digest_of(listed),
        listed=len(listed), seed=seed, rule=rule, share=share, drawn=drawn,
    )  # fmt: skip
    audit.record(session, INSPECTION_STARTED, told, subject=begun.id, by=by, at=at)
    _lay_out(session, begun, [places[one] for one in drawn], by=by, at=at)
    return begun


def _begun_by(session: Session, ledger: Ledger, key: str, by: User, at: datetime) -> Planned:
    """The line of the plan, which nobody has begun. Raises Forbidden, NotInState, Invalid."""
    if not runs(ledger, by) or ledger.published_at is None:
        raise Forbidden("检查由发布台账的办公室组织，且台账须已发布。")
    timekeeping.require(session, at)
    session.refresh(ledger, with_for_update={"key_share": True})
    line = next((one for one in plan(session, ledger) if one.duty.key == key), None)
    if line is None:
        raise Invalid("请从检查计划中选择一项。")
    if line.begun is not None:
        raise NotInState(
            f"「{line.duty.what}」（{spoken(line.duty.on)}）已经发起检查，抽取结果不能重来，请刷新页面查看。"
        )
    return line


Place = tuple[LedgerItem, Unit]


def list_of(session: Session, ledger: Ledger, duty: Duty) -> dict[str, Place]:
    """Every row of the duty at every unit that has a task of it, by the keys of the published list, in the order of the table."""
    wanted = select(LedgerItem, Unit).join(Task, Task.item_id == LedgerItem.id).join(Unit, Unit.id == Task.unit_id)
    wanted = wanted.where(Task.ledger_id == ledger.id, Unit.id != ledger.office_id)
    if duty.rows:
        wanted = wanted.where(LedgerItem.id.in_([row.id for row in duty.rows]))
    ordered = wanted.order_by(LedgerItem.position, Unit.position, Unit.id)
    return {f"{item.position}.{item.number}|{unit.name}": (item, unit) for item, unit in session.execute(ordered)}


def _failed(session: Session, ledger: Ledger) -> Collection[tuple[int, int]]:
    """(row, unit) of what the newest finished worksheet about it found wanting."""
    seen = select(Worksheet).where(Worksheet.ledger_id == ledger.id, Worksheet.closed_at.is_not(None))
    newest = {(one.row_id, one.checked_id): one for one in session.scalars(seen.order_by(Worksheet.closed_at))}
    return {place for place, one in newest.items() if one.judgement is not None and one.judgement.fails}


def _candidate(key: str, place: Place, failed: Collection[tuple[int, int]]) -> Candidate:
    item, unit = place
    return Candidate(key, "县区" if unit.kind in LOCAL else "市直", (item.id, unit.id) in failed)


def _lay_out(session: Session, begun: Inspection, places: Sequence[Place], *, by: User, at: datetime) -> None:
    sheets = [
        Worksheet(
            inspection=begun, item=item, checked=unit, method=begun.method, ledger_id=begun.ledger_id,
            ledger=begun.ledger, unit_id=by.unit_id, unit=by.unit, due=begun.due, due_reason="检查计划确定的完成日期",
            content_digest=content_digest("", []), opened_at=at,
        )
        for item, unit in places
    ]  # fmt: skip
    session.add_all(sheets)
    session.flush()
    for sheet in sheets:
        audit.record(session, WORKSHEETS["assigned"], born(sheet), subject=sheet.id, by=by, at=at)
        await_next(session, case_of(session, sheet, at), at=at)
