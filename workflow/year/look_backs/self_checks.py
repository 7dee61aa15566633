"""A unit's own sheet in a look-back (自查表): filled by its handler, approved and sealed by its head, received by the office."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from workflow.ledgers.words import Part
from workflow.office.desks import sits_at
from workflow.office.models import User
from workflow.office.words import Role
from workflow.record import audit
from workflow.record.errors import Forbidden, Invalid, Stale
from workflow.record.swapping import wins
from workflow.record.text import clean_text
from workflow.tasks import conditions as c
from workflow.tasks import permissions as p
from workflow.tasks.conditions import Attempt
from workflow.tasks.reporting import save_report
from workflow.tasks.steps import Doing, Process, Step
from workflow.tasks.words import Action, Gate, Status
from workflow.year.look_backs import events
from workflow.year.look_backs.models import LookBackEntry, SelfCheck
from workflow.year.registering import promise_paper

S, A = Status, Action
TOLD_LIMIT = 600
"""Characters that a unit says of one line."""


@dataclass(frozen=True)
class Answer:
    """What a unit says of one line (自查情况)."""

    done: bool | None
    text: str


def lines_of(sheet: SelfCheck) -> list[LookBackEntry]:
    """The lines of a sheet, in the order of the table."""
    return [entry for entry in sheet.look_back.entries if entry.unit_id == sheet.unit_id and entry.chosen]


def save_sheet(
    session: Session, sheet: SelfCheck, answers: Mapping[int, Answer], *, by: User, at: datetime, seen_version: int
) -> None:
    """Keep what the unit says of its lines; approvals are bound to all of it. Raises Forbidden, NotInState, Stale, Invalid."""
    lines = lines_of(sheet)
    said = {entry.id: _clean(entry, answers.get(entry.id)) for entry in lines}
    text = "\n".join(
        f"{entry.item.number} {entry.item.text[:40]}：{_word(said[entry.id].done)}。{said[entry.id].text}"
        for entry in lines
    )
    save_report(session, sheet, text, by=by, at=at, seen_version=seen_version)
    for entry in lines:
        entry.done, entry.told = said[entry.id].done, said[entry.id].text


def _clean(entry: LookBackEntry, answer: Answer | None) -> Answer:
    if answer is None:
        return Answer(entry.done, entry.told)
    text = clean_text(answer.text)
    if len(text) > TOLD_LIMIT:
        raise Invalid(f"第 {entry.item.number} 条自查情况共 {len(text)} 字，超过 {TOLD_LIMIT} 字的上限，请精简。")
    return Answer(answer.done, text)


def _word(done: bool | None) -> str:
    return {True: "已落实", False: "未落实", None: "（未填）"}[done]


def every_line_told(attempt: Attempt) -> str:
    """A sheet says of every line whether it is done, and what stands behind that."""
    sheet = attempt.case.task
    if not isinstance(sheet, SelfCheck):
        return ""
    empty = [entry.item.number for entry in lines_of(sheet) if entry.done is None or not entry.told]
    return f"第 {'、'.join(empty[:8])} 条还没有填写自查结果或情况，请逐条填写后再报审。" if empty else ""


def _follow(doing: Doing) -> None:
    """What the head approves is printed and sealed by the unit."""
    if doing.step.action is A.APPROVE and doing.task.status is S.UNIT_APPROVED:
        promise_paper(doing.session, doing.task, "self_check", by=doing.by, at=doing.at)


SELF_CHECK = Process(
    "self_check",
    (
        Step(A.SUBMIT, (S.ASSIGNED,), S.DRAFTED, p.is_handler, (every_line_told,)),
        Step(
            A.APPROVE, (S.DRAFTED,), S.UNIT_APPROVED, p.is_unit_signer,
            c.SIGNING, gate=Gate.UNIT,
        ),
        Step(
            A.CLOSE, (S.UNIT_APPROVED,), S.CLOSED, p.is_office_signer,
            c.SIGNING, gate=Gate.OFFICE,
        ),
        Step(
            A.SEND_BACK, (S.DRAFTED, S.UNIT_APPROVED), S.ASSIGNED, p.is_next_signer, (c.has_opinion,),
            asks_opinion=True, starts_round=True,
        ),
        Step(A.WITHDRAW, (S.DRAFTED,), S.ASSIGNED, p.is_handler, (), starts_round=True),
    ),
    said={
        A.SUBMIT: "已报审，等待单位负责人审核。", A.APPROVE: "已审核通过，正在加盖本单位印章，送办公室接收。",
        A.CLOSE: "已接收。", A.SEND_BACK: "已退回经办人。", A.WITHDRAW: "已撤回。",
    },
    words={
        S.ASSIGNED: "待填报", S.DRAFTED: "待单位审", S.UNIT_APPROVED: "已报送", S.CLOSED: "已接收",
        A.SUBMIT: "报审", A.CLOSE: "接收",
    },
    follows=_follow,
)  # fmt: skip


def leads_line(entry: LookBackEntry, person: User) -> bool:
    """Whether the person reviews for a lead unit of the row, other than the unit looked back on."""
    leads = [unit.id for unit in entry.item.units(Part.LEAD) if unit.id != entry.unit_id]
    return any(sits_at(person, Role.LEAD_REVIEWER, unit) for unit in leads)


def give_lead_view(session: Session, entry: LookBackEntry, text: str, *, by: User, at: datetime, seen_version: int) -> None:  # fmt: skip
    """Keep what the lead unit makes of a line as it was seen. Raises Forbidden, Invalid, Stale."""
    if not leads_line(entry, by):
        raise Forbidden("牵头意见由这一条的牵头单位审核人填写。")
    text = clean_text(text)
    if not text or len(text) > TOLD_LIMIT:
        raise Invalid(f"请填写牵头意见，最多 {TOLD_LIMIT} 字。")
    change_line(session, entry, seen_version, lead_view=text, lead_by=f"{by.unit.name} {by.name}")
    told = events.OnEntry(entry_id=entry.id, about=entry.about, opinion=text, version=entry.version)
    audit.record(session, events.LEAD_VIEWED, told, subject=entry.look_back_id, by=by, at=at)


def change_line(session: Session, entry: LookBackEntry, seen_version: int, **values: object) -> None:
    """Change a line that is still as it was seen, and raise its version. Raises Stale."""
    seen = (LookBackEntry.id == entry.id, LookBackEntry.version == seen_version)
    if entry.version != seen_version or not wins(session, LookBackEntry, *seen, version=seen_version + 1, **values):
        session.refresh(entry)
        raise Stale(f"这一项刚刚已由{entry.checked_by or '他人'}办理，请刷新页面，看过现在的内容再保存。")
    session.refresh(entry)
