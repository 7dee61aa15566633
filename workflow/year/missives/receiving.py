"""What units do with an issued paper (受文): they say whether their lines are so, sign for it, and are urged to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.office.models import User
from workflow.office.notices import tell_each_unit
from workflow.office.words import Role
from workflow.record import audit, timekeeping
from workflow.record.calendar import day_of, spoken
from workflow.record.errors import Forbidden, Invalid, NotFound, NotInState, Stale
from workflow.record.models import AuditEvent
from workflow.record.text import clean_line, clean_text
from workflow.tasks.holding import change, hold, standing, too_late
from workflow.tasks.permissions import handles
from workflow.tasks.words import Status
from workflow.year.missives.events import MISSIVES, Answered, Replied, Signed
from workflow.year.missives.models import Missive, MissiveUnit
from workflow.year.missives.process import digest_of

ANSWER_LIMIT = 500
"""Characters that a unit says in its own words."""


def row_of(missive: Missive, person: User) -> MissiveUnit:
    """The person's own unit's line of a paper that it may look at: named while it is checked, anybody's once issued.

    Raises NotFound.
    """
    row = next((one for one in missive.units if one.unit_id == person.unit_id), None)
    asked = missive.status is not Status.ASSIGNED and row is not None and bool(row.told)
    if row is None or not ({Role.HANDLER, Role.UNIT_HEAD} & person.roles) or not (asked or missive.issued_at):
        raise NotFound
    return row


def _hold(session: Session, missive: Missive) -> None:
    """Nobody else writes in the paper meanwhile, and every unit's line is as it was committed last."""
    hold(session, missive)
    lines = select(MissiveUnit).where(MissiveUnit.missive_id == missive.id)
    session.scalars(lines.execution_options(populate_existing=True)).all()


def answer(
    session: Session, missive: Missive, *, agrees: bool, text: str, measure: str, by: User, at: datetime,
    seen_round: int,
) -> None:  # fmt: skip
    """Keep what a unit says of its lines as they were in the round that it saw; the paper that is signed holds it.

    Nothing told changes within a round, however many units answer meanwhile. Raises NotFound, NotInState, Invalid, Stale.
    """
    _hold(session, missive)
    timekeeping.require(session, at)
    row = row_of(missive, by)
    if missive.round != seen_round:
        raise Stale("拟通报的内容刚刚重新拟定过，请刷新页面，看过现在的内容再答复。")
    if not row.told or not missive.in_check or day_of(at) > (missive.check_until or day_of(at)):
        raise NotInState("现在不在核对期内，不能再答复；对已印发的内容有异议，请联系办公室。")
    text, measure = clean_text(text), clean_text(measure)
    if max(len(text), len(measure)) > ANSWER_LIMIT or not (agrees or text):
        raise Invalid(f"请写明情况，每项最多 {ANSWER_LIMIT} 字；有异议的须写明哪里不符。")
    row.agrees, row.answer, row.measure, row.reply = agrees, text, measure, ""
    row.answered_by, row.answered_at = by.name, at
    session.flush()
    change(session, missive, by=by, seen_version=missive.version, content_digest=digest_of(missive))
    told = Answered(
        **standing(missive), unit=by.unit.name, unit_id=row.unit_id, agrees=agrees, answer=text, measure=measure
    )
    audit.record(session, MISSIVES[missive.matter]["answered"], told, subject=missive.id, by=by, at=at)


def reply(session: Session, missive: Missive, row_id: int, text: str, *, by: User, at: datetime, seen_version: int) -> None:  # fmt: skip
    """Keep what the office says to a unit's objection as it was seen. Raises Forbidden, NotFound, Invalid, Stale."""
    _hold(session, missive)
    row = next((one for one in missive.units if one.id == row_id and one.agrees is False), None)
    if not handles(missive, by):
        raise Forbidden("异议由拟稿的办公室答复。")
    if missive.version != seen_version:
        raise too_late(missive)
    if row is None or missive.status is not Status.DRAFTED:
        raise NotFound
    if not (text := clean_text(text)) or len(text) > ANSWER_LIMIT:
        raise Invalid(f"请写明答复，最多 {ANSWER_LIMIT} 字。")
    if row.reply:
        raise Stale(f"{row.unit.name}的异议刚刚已经答复，请刷新页面查看。")
    row.reply = text
    told = Replied(unit_id=row.unit_id, unit=row.unit.name, reply=text)
    audit.record(session, MISSIVES[missive.matter]["replied"], told, subject=missive.id, by=by, at=at)
    tell_each_unit(
        session, {row.unit_id: f"{missive.about}：办公室答复：{text}"}, by=by, at=at, ledger_id=missive.ledger_id
    )


def receive(session: Session, missive: Missive, *, person: str, promised: date | None, by: User, at: datetime) -> None:
    """Keep a unit's receipt (回执), once. Raises NotFound, NotInState, Invalid."""
    _hold(session, missive)
    timekeeping.require(session, at)
    row = row_of(missive, by)
    if missive.issued_at is None or row.received_at is not None:
        raise NotInState("还没有印发，印发后再签收。" if missive.issued_at is None else "本单位已经签收。")
    if missive.revoked:
        raise NotInState(f"本件已由{missive.revoked.number}撤回，不需要签收。")
    person = clean_line(person, limit=64)
    if (row.told or missive.source) and not (person and promised):
        raise Invalid("本单位有需要整改的事项，签收时请填写整改责任人和承诺时限。")
    if promised is not None and promised < day_of(at):
        raise Invalid("承诺时限不能早于今天。")
    row.received_by, row.received_at, row.person, row.promised = by.name, at, person, promised
    told = Signed(unit_id=row.unit_id, unit=by.unit.name, person=person, promised=promised)
    audit.record(session, MISSIVES[missive.matter]["received"], told, subject=missive.id, by=by, at=at)


def urge(session: Session, missive: Missive, *, by: User, at: datetime) -> int:
    """Tell every unit that has not signed for an issued paper; returns how many. Raises Forbidden, NotInState."""
    if not handles(missive, by):
        raise Forbidden("签收由印发的办公室催办。")
    waiting = [row for row in missive.units if row.received_at is None]
    if missive.issued_at is None or missive.revoked or not waiting:
        raise NotInState("没有需要催签收的单位。")
    kind = MISSIVES[missive.matter]["urged"]
    pressed = (AuditEvent.subject == kind.numbered(missive.id), AuditEvent.kind == kind.name)
    last = session.scalars(select(AuditEvent.at).where(*pressed).order_by(AuditEvent.seq.desc()).limit(1)).first()
    if last is not None and day_of(datetime.fromisoformat(last)) == day_of(at):
        raise NotInState("本件今天已经催过签收，每天只催一次。")
    text = f"【催签收】{missive.about}请于{spoken(missive.due)}前签收。"
    tell_each_unit(session, {row.unit_id: text for row in waiting}, by=by, at=at, ledger_id=missive.ledger_id)
    told: Mapping[str, object] = {
        "unit": by.unit.name,
        "told": [row.unit.name for row in waiting],
        "count": len(waiting),
    }
    audit.record(session, kind, kind.data(**told), subject=missive.id, by=by, at=at)
    return len(waiting)
