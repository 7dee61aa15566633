"""What has to be put right after a check (整改): reported with evidence, approved by the head, closed by another unit (销号)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.ledgers.models import Ledger, LedgerItem
from workflow.office.models import Unit, User
from workflow.office.notices import tell_each_unit
from workflow.office.words import Role
from workflow.record import audit
from workflow.record.asof import last_by
from workflow.record.calendar import day_of, spoken
from workflow.record.errors import Forbidden, Incomplete, Invalid, NotInState
from workflow.record.models import AuditEvent
from workflow.record.text import clean_line, clean_text
from workflow.tasks import conditions as c
from workflow.tasks import permissions as p
from workflow.tasks.acting import act
from workflow.tasks.binding import content_digest
from workflow.tasks.case import case_of
from workflow.tasks.conditions import Attempt
from workflow.tasks.holding import change, standing
from workflow.tasks.reporting import save_report
from workflow.tasks.seating import await_newborn
from workflow.tasks.sight import in_reach
from workflow.tasks.steps import Process, Step
from workflow.tasks.urging import urge_matters
from workflow.tasks.words import Action, Gate, Status
from workflow.year.look_backs import events
from workflow.year.look_backs.link_checks import proves
from workflow.year.look_backs.models import LookBackEntry, Rectification
from workflow.year.look_backs.starting import born
from workflow.year.words import Result

S, A = Status, Action
WATCH = timedelta(days=90)
"""For how long after it is closed a rectification is opened again when it breaks (反弹)."""


RULINGS = {Result.LATER: "新的整改时限", Result.NOT_OURS: "改由哪个单位整改"}
"""Results that the office rules on, and what it decides."""


def words_of(text: str, result: Result) -> str:
    """The report as approvals are bound to it: the result, then the words."""
    return f"整改结果：{result.word}\n{text}"


def told_in(matter: Rectification) -> str:
    """The unit's words alone."""
    return matter.report.partition("\n")[2]


def save_rectification(
    session: Session, matter: Rectification, text: str, *, result: Result, person: str, by: User, at: datetime,
    seen_version: int,
) -> None:  # fmt: skip
    """Keep what the unit says came of it, and who answers for it. Raises Forbidden, NotInState, Stale, Invalid."""
    save_report(session, matter, words_of(clean_text(text), result), by=by, at=at, seen_version=seen_version)
    matter.result, matter.person = result, clean_line(person, limit=64)


def is_shown(attempt: Attempt) -> str:
    """Who has put something right says and shows it; who has not says why."""
    matter = attempt.case.task
    if not isinstance(matter, Rectification):
        return ""
    if not told_in(matter).strip():
        return "还没有填写整改情况，请写明做了什么、现在怎样；没有整改的写明原因。"
    if not matter.person:
        return "还没有填写责任人。"
    if not matter.result.ruled and not matter.live_evidence:
        return "还没有上传佐证，请至少上传一个文件或登记一个网页链接。"
    return ""


def of_another_unit(attempt: Attempt) -> str:
    """A rectification is closed by somebody of another unit than the one that had to put it right."""
    if attempt.by.unit_id == attempt.case.task.unit_id:
        return "销号须由整改单位以外的人员复核；请由其他单位的人员办理。"
    return ""


def has_conclusion(attempt: Attempt) -> str:
    """Closing says what the re-check found."""
    return "" if attempt.opinion.strip() else "销号必须写明复核结论：看了什么、现在怎样。"


def is_proved(attempt: Attempt) -> str:
    """Where links alone show it, one of them has answered 200 with the expected words since, or somebody has captured it."""
    matter = attempt.case.task
    if not isinstance(matter, Rectification) or matter.result.ruled or any(e.sha256 for e in matter.live_evidence):
        return ""
    shown = matter.entry or matter
    links = {piece.name: piece.uploaded_at for piece in matter.live_evidence}
    seen = any(one.url in links and one.asked_at >= links[one.url] and proves(one) for one in shown.links)
    if seen or any(one.brought_at >= max(links.values()) for one in shown.captures):
        return ""
    return "佐证只有网页链接：销号前请在复核处核对链接（状态 200 且含应有文字），或上传网页截图、网页文件作为取证。"


def needs_no_ruling(attempt: Attempt) -> str:
    """Another day and another unit are ruled on: neither closes anything."""
    matter = attempt.case.task
    if not isinstance(matter, Rectification) or matter.result not in RULINGS:
        return ""
    return f"整改结果是「{matter.result.word}」的不能销号：同意的请裁定{RULINGS[matter.result]}，不同意的退回。"


def no_longer_due(attempt: Attempt) -> str:
    """Taken back only after the verdict was changed."""
    matter = attempt.case.task
    entry = matter.entry if isinstance(matter, Rectification) else None
    verdict = entry.verdict if entry is not None else None
    return "" if verdict is not None and not verdict.fails else "核查结论仍要求整改，须由责任单位报送整改情况后销号。"


def within_watch(attempt: Attempt) -> str:
    """What breaks within ninety days is opened again; later it is a new finding."""
    closed = attempt.case.task.closed_at
    if closed is None or attempt.at is None or attempt.at - closed <= WATCH:
        return ""
    return f"销号已超过 {WATCH.days} 天，不再重新整改；如又出现问题，请在新的核查中另立整改。"


RECTIFICATION = Process(
    "rectification",
    (
        Step(A.SUBMIT, (S.ASSIGNED,), S.DRAFTED, p.is_handler, (is_shown,)),
        Step(
            A.APPROVE, (S.DRAFTED,), S.UNIT_APPROVED, p.is_unit_signer,
            c.SIGNING, gate=Gate.UNIT,
        ),
        Step(
            A.CLOSE, (S.UNIT_APPROVED,), S.CLOSED, p.is_office_signer,
            (of_another_unit, needs_no_ruling, *c.SIGNING, has_conclusion, is_proved, c.evidence_intact),
            gate=Gate.OFFICE, asks_opinion=True,
        ),
        Step(A.CLOSE, (S.ASSIGNED,), S.CLOSED, p.is_office, (no_longer_due,)),
        Step(
            A.SEND_BACK, (S.DRAFTED, S.UNIT_APPROVED), S.ASSIGNED, p.is_next_signer, (c.has_opinion,),
            asks_opinion=True, starts_round=True,
        ),
        Step(A.WITHDRAW, (S.DRAFTED,), S.ASSIGNED, p.is_handler, (), starts_round=True),
        Step(
            A.REOPEN, (S.CLOSED,), S.ASSIGNED, p.is_office, (c.has_reason, within_watch),
            asks_opinion=True, starts_round=True,
        ),
    ),
    said={
        A.SUBMIT: "已报审，等待单位负责人审核。", A.APPROVE: "已审核通过，送办公室复核销号。", A.CLOSE: "已销号。",
        A.SEND_BACK: "已退回经办人。", A.WITHDRAW: "已撤回。", A.REOPEN: "已重新列入整改。",
    },
    words={
        S.ASSIGNED: "整改中", S.DRAFTED: "待单位审", S.UNIT_APPROVED: "待复核", S.CLOSED: "已销号",
        A.SUBMIT: "报审", A.CLOSE: "销号", A.REOPEN: "重新整改",
    },
)  # fmt: skip


def rule_on(session: Session, matter: Rectification, *, due: date | None, unit: Unit | None, why: str, by: User, at: datetime, seen_version: int) -> None:  # fmt: skip
    """Rule on what a unit cannot put right by its day, or not at all: it goes back with another day, or to another unit.

    Raises Forbidden, NotInState, Invalid, Incomplete, Stale.
    """
    if not p.is_office_signer(case_of(session, matter, at), by):
        raise Forbidden("裁定由台账的办公室作出。")
    if matter.status is not S.UNIT_APPROVED or matter.result not in RULINGS:
        raise NotInState("只有单位已审核、整改结果为「需延期」或「非本单位职责」的，由办公室裁定。")
    if by.unit_id == matter.unit_id:
        raise Forbidden("裁定须由整改单位以外的人员作出。")
    why, old_due, old_unit = clean_line(why, limit=300), matter.due, matter.unit
    if not why:
        raise Incomplete("裁定须写明理由。")
    if matter.result is Result.LATER and (due is None or due <= old_due or due < day_of(at)):
        raise Invalid(f"请裁定新的整改时限，应晚于原定的{spoken(old_due)}，且不早于今天。")
    if matter.result is Result.LATER and unit is not None and unit.id != old_unit.id:
        raise Invalid("单位申请的是延期，不能同时改由其他单位整改；确应改由其他单位的，请先退回，由原单位写明。")
    if matter.result is Result.NOT_OURS and (unit is None or unit.id == old_unit.id or not unit.active):
        raise Invalid("请裁定改由哪个单位整改，不能仍是原单位。")
    to = unit if matter.result is Result.NOT_OURS and unit is not None else old_unit
    in_reach(session, matter.ledger, to)
    until = max(due or old_due, day_of(at))
    reason = f"原定{old_unit.name}{spoken(old_due)}前整改，办公室裁定：{why}"
    change(session, matter, by=by, seen_version=seen_version, due=until, due_reason=reason[:200], unit_id=to.id)
    session.refresh(matter)
    told = events.Ruled(
        **standing(matter), unit=by.unit.name, opinion=why, due=matter.due, due_reason=matter.due_reason, unit_id=to.id,
        to_unit=to.name, before_due=old_due, before_unit_id=old_unit.id,
    )  # fmt: skip
    audit.record(session, events.RULED, told, subject=matter.id, by=by, at=at)
    act(session, matter, A.SEND_BACK, by=by, at=at, seen_version=matter.version, opinion=f"裁定：{why}")
    text = f"{matter.about}：办公室裁定由{to.name}于{spoken(matter.due)}前整改：{why}"
    tell_each_unit(session, dict.fromkeys((to.id, old_unit.id), text), by=by, at=at, ledger_id=matter.ledger_id)


def before_rulings(session: Session, ledger_id: int, as_of: datetime) -> dict[int, tuple[int, date]]:
    """(unit, day) of every rectification that a later ruling has changed, as they were at a moment."""
    wanted = select(AuditEvent).join(Rectification, Rectification.id == AuditEvent.task_id).where(
        Rectification.ledger_id == ledger_id, AuditEvent.kind == events.RULED.name, AuditEvent.seq > last_by(session, as_of)
    )  # fmt: skip
    found: dict[int, tuple[int, date]] = {}
    for event in session.scalars(wanted.order_by(AuditEvent.seq)):
        told = events.RULED.read(event.data)
        found.setdefault(event.task_id or 0, (told.before_unit_id, told.before_due))
    return found


def settle_rectification(session: Session, entry: LookBackEntry, *, by: User, at: datetime) -> None:
    """Open, change or take back what a line's verdict calls for. Raises NotInState where the unit has reported already."""
    matter, fails = entry.rectification, entry.verdict is not None and entry.verdict.fails
    if matter is None:
        if fails:
            _open(session, entry, by=by, at=at)
        return
    if matter.status not in (S.ASSIGNED, S.CLOSED):
        raise NotInState("责任单位已经报送整改情况，请先办理（销号或退回），再改核查结论。")
    if not fails and matter.status is S.ASSIGNED:
        act(session, matter, A.CLOSE, by=by, at=at, seen_version=matter.version, opinion="核查结论已改，无需整改")
    elif fails and matter.status is S.CLOSED:
        act(session, matter, A.REOPEN, by=by, at=at, seen_version=matter.version, opinion="核查结论已改，须整改")
    if fails and (entry.owner_id, entry.measure_due) != (matter.unit_id, matter.due):
        raise NotInState(f"整改已下发给{matter.unit.name}，时限{spoken(matter.due)}，责任主体和时限不能再改。")
    if fails:
        matter.problem, matter.measure = entry.problem, entry.measure


def _open(session: Session, entry: LookBackEntry, *, by: User, at: datetime) -> None:
    if entry.owner is None or entry.measure_due is None:
        raise NotInState("整改须有责任主体和时限。")
    follower = select(LedgerItem.id).where(LedgerItem.follows_id == entry.item_id).order_by(LedgerItem.id.desc())
    matter = Rectification(
        entry=entry, problem=entry.problem, measure=entry.measure, this_item_id=session.scalars(follower).first(),
        ledger_id=entry.look_back.ledger_id, ledger=entry.look_back.ledger, unit_id=entry.owner.id, unit=entry.owner,
        due=entry.measure_due, due_reason="核查结论确定的整改时限", content_digest=content_digest("", []), opened_at=at,
    )  # fmt: skip
    hand_out(session, matter, entry.verdict.word if entry.verdict else "", by=by, at=at)


def hand_out(session: Session, matter: Rectification, why: str, *, by: User, at: datetime) -> None:
    """Give a unit what it has to put right, with its event, its turn and a message. Raises Invalid for one out of reach."""
    in_reach(session, matter.ledger, matter.unit)
    session.add(matter)
    session.flush()
    audit.record(session, events.RECTIFICATIONS["assigned"], born(matter), subject=matter.id, by=by, at=at)
    await_newborn(session, [(matter.id, matter.unit_id, matter.due)], at=at)
    text = f"{matter.about}：{why}，请于{spoken(matter.due)}前整改并报送。"
    tell_each_unit(session, {matter.unit_id: text}, by=by, at=at, ledger_id=matter.ledger_id)


def urge_rectifications(session: Session, *, by: User, at: datetime) -> int:
    """Press every unit that is late with a rectification of the office's own ledgers, each once a day; returns how many."""
    if Role.OFFICE not in by.roles:
        raise Forbidden("整改由台账的办公室催办。")
    late = select(Rectification).join(Ledger, Ledger.id == Rectification.ledger_id)
    late = late.where(Ledger.office_id == by.unit_id, Rectification.due < day_of(at)).order_by(Rectification.id)
    return urge_matters(session, session.scalars(late).all(), by=by, at=at)
