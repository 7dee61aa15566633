"""Filling in a form (填写): rows and head, the last round copied forward, supplements, a return that says which row."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from workflow.office.models import User
from workflow.record import audit
from workflow.record.calendar import day_of
from workflow.record.errors import Forbidden, Invalid, NotFound, NotInState
from workflow.record.text import clean_line, clean_text
from workflow.tasks.acting import Outcome, act
from workflow.tasks.holding import change, hold_to_edit, standing
from workflow.tasks.models import Matter
from workflow.tasks.permissions import handles
from workflow.tasks.words import Action
from workflow.year.filings.events import FILLED, Filled
from workflow.year.filings.models import Filing, FilingRow
from workflow.year.filings.process import digest_now, keep_content
from workflow.year.filings.rounds import FILED, give

ROW_LIMIT = 5_000
"""Characters of one cell; more belongs into an attachment."""
_PHONE = re.compile(r"[0-9+()（）\- ]{5,40}")


@dataclass(frozen=True)
class Cell:
    """What one row is to say (填报内容); where it is not concerned, the text is the reason."""

    text: str
    not_concerned: bool = False


@dataclass(frozen=True)
class Head:
    """Who fills in (填报人及手机号码)."""

    person: str
    phone: str


def save(
    session: Session, form: Filing, cells: Mapping[int, Cell], *, by: User, at: datetime, seen_version: int,
    head: Head | None = None, how: str = "",
) -> int:  # fmt: skip
    """Keep what was written in rows, by their ids, and the head; returns how many rows changed.

    Raises Forbidden, NotInState, Invalid, NotFound for a row of another form, Stale where somebody was faster.
    """
    may_fill(session, form, by, seen_version)
    rows = {row.id: row for row in form.rows}
    if not set(cells) <= set(rows):
        raise NotFound
    changed = [rows[number] for number, cell in cells.items() if _put(rows[number], cell)]
    if head is not None:
        _put_head(form, head)
    digest = digest_now(form)
    if not changed and digest == form.content_digest:
        return 0
    form.filled_on = day_of(at)
    session.flush()
    change(session, form, by=by, seen_version=seen_version, content_digest=digest)
    keep_content(session, form, by=by, at=at)
    told = Filled(
        **standing(form), to=form.status, unit=by.unit.name, rows=[row.item.number for row in changed], how=how
    )
    audit.record(session, FILLED, told, subject=form.id, by=by, at=at)
    return len(changed)


def may_fill(session: Session, form: Filing, by: User, seen_version: int) -> None:
    """Refuse whoever may not write in the form now. Raises Forbidden, Stale, NotInState."""
    hold_to_edit(
        session, form, by=by, seen_version=seen_version, others="只有本单位的经办人可以填写落实情况表。",
        locked="本表已经提交，内容锁定；如需修改，请先撤回，或由审批人退回。",
    )  # fmt: skip


def _put(row: FilingRow, cell: Cell) -> bool:
    text = clean_text(cell.text)
    if len(text) > ROW_LIMIT:
        raise Invalid(
            f"第 {row.item.number} 条共 {len(text)} 字，超过 {ROW_LIMIT} 字的上限；请精简，详细内容放在任务的证明材料里。"
        )
    if (text, cell.not_concerned) == (row.text, row.not_concerned):
        return False
    row.text, row.not_concerned, row.origin, row.fault = text, cell.not_concerned, "", ""
    return True


def _put_head(form: Filing, head: Head) -> None:
    person, phone = clean_line(head.person, limit=64), clean_line(head.phone, limit=40)
    if phone and not _PHONE.fullmatch(phone):
        raise Invalid(f"手机号码「{phone}」不是电话号码，请填写数字，例如 13800005678。")
    form.person, form.phone = person, phone


def last_filed(session: Session, form: Filing) -> Filing | None:
    """The unit's newest form of an earlier round of the ledger that was filed."""
    mine = (Filing.unit_id == form.unit_id, Filing.ledger_id == form.ledger_id, Filing.round_id < form.round_id)
    filed = select(Filing).where(*mine, Matter.status.in_(FILED))
    return session.scalars(filed.order_by(Filing.round_id.desc(), Filing.edition.desc())).first()


def copy_forward(session: Session, form: Filing, *, by: User, at: datetime, seen_version: int) -> int:
    """Fill the rows that are blank with what was filed in the last round; returns how many. Raises NotInState."""
    may_fill(session, form, by, seen_version)
    last = last_filed(session, form)
    if last is None:
        raise NotInState("没有可以沿用的上一期：本单位在这份台账的前几期还没有报送过。")
    before = {row.item_id: row for row in last.rows if row.text}
    blank = [row for row in form.rows if not row.text and row.item_id in before]
    cells = {row.id: Cell(before[row.item_id].text, before[row.item_id].not_concerned) for row in blank}
    return save(session, form, cells, by=by, at=at, seen_version=seen_version, how="沿用上期：")


def supplement(session: Session, form: Filing, *, by: User, at: datetime) -> int:
    """Begin the next edition of a form that was taken in, or that a closed round left behind; returns its number.

    Raises Forbidden, NotInState.
    """
    if not handles(form, by):
        raise Forbidden("只有本单位的经办人可以新建补报。")
    session.refresh(form.in_round, with_for_update={"key_share": True})
    editions = select(Filing).where(Filing.round_id == form.round_id, Filing.unit_id == form.unit_id)
    newest = session.scalars(editions.order_by(Filing.edition.desc())).first()
    if newest is None:
        raise NotFound
    if not newest.takes_supplement:
        raise NotInState("本单位这一期的表还在办理，请直接修改，或请办公室退回；接收或截止归档之后才能补报。")
    lines = [
        {"item_id": row.item_id, "text": row.text, "pending": row.pending, "not_concerned": row.not_concerned,
         "origin": f"filing:{newest.id}" if row.text else ""}
        for row in newest.rows
    ]  # fmt: skip
    head = {"person": newest.person, "phone": newest.phone}
    below = {form.unit_id: [(part.unit_id, part.taken) for part in newest.parts]}
    given = give(
        session, form.in_round, [form.unit], {form.unit_id: lines}, edition=newest.edition + 1, by=by, at=at, head=head,
        through={form.unit_id: form.through_id}, below=below,
    )  # fmt: skip
    keep_content(session, session.get_one(Filing, given[form.unit_id]), by=by, at=at)
    return given[form.unit_id]


def send_back(
    session: Session, form: Filing, faults: Mapping[int, str], opinion: str, *, by: User, at: datetime,
    seen_version: int,
) -> Outcome:  # fmt: skip
    """Return a form, with a reason for each row that is wrong; they stand in the opinion and beside the rows."""
    rows = {row.id: row for row in form.rows}
    if not set(faults) <= set(rows):
        raise NotFound
    said = {number: clean_line(fault, limit=300) for number, fault in faults.items()}
    told = [f"第 {rows[number].item.number} 条：{fault}" for number, fault in said.items() if fault]
    words = "\n".join(part for part in (clean_text(opinion), *told) if part)
    outcome = act(session, form, Action.SEND_BACK, by=by, at=at, seen_version=seen_version, opinion=words)
    if not outcome.replayed:
        for number, row in rows.items():
            row.fault = said.get(number, "")
    return outcome


def whole(session: Session, form: Filing) -> Filing:
    """The form with its rows and their items read in one query."""
    rows = select(FilingRow).where(FilingRow.filing_id == form.id).options(joinedload(FilingRow.item))
    session.scalars(rows).all()
    return form
