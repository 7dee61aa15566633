"""How a unit's form climbs (填报流程): filled in by its handler, approved and sealed by its unit, taken in by the office."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from workflow.office.models import User
from workflow.record import audit
from workflow.record.audit import canonical
from workflow.record.errors import NotFound
from workflow.tasks import conditions as c
from workflow.tasks import permissions as p
from workflow.tasks.conditions import Attempt
from workflow.tasks.holding import change, hold, standing
from workflow.tasks.reporting import keep_revision
from workflow.tasks.steps import Doing, Process, Step
from workflow.tasks.words import Action, Gate, Status
from workflow.year.filings.events import FILLED, Filled
from workflow.year.filings.models import Filing, FilingRow
from workflow.year.registering import promise_paper

S, A = Status, Action
PAPER = "filing"
"""By this code the table of papers knows a unit's form."""


def digest_of(
    title: str, person: str, phone: str, rows: Iterable[FilingRow], below: Iterable[tuple[int, str]] = ()
) -> str:
    """SHA-256 of what a form says: its head, every row, and which forms of units ``below`` it took in, by their digests.

    What is pending is no part of it; a unit below that has not filed has an empty digest.
    """
    return digest_of_content(_content(title, person, phone, rows, below))


def digest_of_content(content: Mapping[str, Any]) -> str:
    """SHA-256 of a form's content, ``taken`` left out: the digests of those forms stand for them."""
    return hashlib.sha256(
        canonical({name: said for name, said in content.items() if name != "taken"}).encode()
    ).hexdigest()


def content_now(form: Filing) -> dict[str, Any]:
    """What a form says as it stands, and the numbers of the forms that it took in."""
    below = [(part.unit_id, part.taken.content_digest if part.taken else "") for part in form.parts]
    content = _content(form.in_round.title, form.person, form.phone, form.rows, below)
    return content | ({"taken": [part.taken_id for part in form.parts if part.taken_id]} if form.parts else {})


def digest_now(form: Filing) -> str:
    """:func:`digest_of` a form as it stands."""
    return digest_of_content(content_now(form))


def keep_content(session: Session, form: Filing, *, by: User, at: datetime) -> None:
    """Keep all that the form says, with who wrote: what was submitted is found again whatever is written later."""
    keep_revision(session, form, canonical(content_now(form)), by=by, at=at)


def _content(
    title: str, person: str, phone: str, rows: Iterable[FilingRow], below: Iterable[tuple[int, str]]
) -> dict[str, Any]:
    told = [[row.item_id, row.text, row.not_concerned] for row in sorted(rows, key=lambda row: row.item_id)]
    parts = [list(part) for part in sorted(below)]
    return {"title": title, "person": person, "phone": phone, "rows": told} | ({"below": parts} if parts else {})


def _form(attempt: Attempt) -> Filing:
    matter = attempt.case.task
    if not isinstance(matter, Filing):
        raise TypeError(matter.matter)
    return matter


def has_head(attempt: Attempt) -> str:
    """Whoever fills in says who it is, and how to reach them."""
    form = _form(attempt)
    return "" if form.person and form.phone else "请先填写填报人及手机号码，保存后再提交。"


def says_something(attempt: Attempt) -> str:
    """An empty form is not filed; single rows may be blank, and are counted."""
    return (
        ""
        if any(row.text for row in _form(attempt).rows) or _form(attempt).taken
        else "全表都没有填写，请至少填写一条，或逐条写明不涉及的理由。"
    )


def gives_reasons(attempt: Attempt) -> str:
    """不涉及 says why."""
    bare = [row.item.number for row in _form(attempt).rows if row.not_concerned and not row.text]
    return f"第 {'、'.join(bare)} 条选了「不涉及本单位」，请写明理由。" if bare else ""


def round_is_open(attempt: Attempt) -> str:
    """A round that is closed takes supplements alone."""
    shut = _form(attempt).left_behind
    return "本期填报已经截止归档，不能再报送这一份；如需补充，请新建补报。" if shut else ""


def content_is_bound(attempt: Attempt) -> str:
    """Every row is as it was when the digest was taken."""
    same = digest_now(_form(attempt)) == attempt.case.task.content_digest
    return "" if same else "本表内容与留痕绑定的内容摘要不符，请退回后重新填报，并通知系统管理员。"


def whole_takes(attempt: Attempt) -> str:
    """The form above takes parts in while it is being filled in."""
    form = _form(attempt)
    if form.through is None or (form.whole is not None and form.whole.status is S.ASSIGNED):
        return ""
    return f"{form.through.name}的表已经提交，不能再汇入；请先撤回该表，或新建补报后再接收。"


def _follow(doing: Doing) -> None:
    """The unit's approval seals the form as it stands; what is taken in for a form above becomes a part of it."""
    form = doing.task
    if doing.step.action is A.APPROVE and form.status is S.UNIT_APPROVED:
        promise_paper(doing.session, form, PAPER, by=doing.by, at=doing.at)
    if doing.step.action is A.CLOSE and isinstance(form, Filing) and form.through_id is not None:
        join_whole(doing.session, form, by=doing.by, at=doing.at)


def join_whole(session: Session, form: Filing, *, by: User, at: datetime) -> None:
    """Make a form that was taken in a part of the one above, in place of an earlier edition. Raises Stale."""
    whole = form.whole
    if whole is None:
        raise NotFound
    hold(session, whole)
    part = next(one for one in whole.parts if one.unit_id == form.unit_id)
    part.taken_id = form.id
    session.flush()
    session.expire(part, ["taken"])
    rebind(session, whole, f"汇总{form.unit.name}{form.edition_word}", by=by, at=at)


def rebind(session: Session, form: Filing, how: str, *, by: User, at: datetime) -> None:
    """Bind the form to the parts that it has now, with an event that says ``how`` it came to them. Raises Stale."""
    change(session, form, by=by, seen_version=form.version, content_digest=digest_now(form))
    keep_content(session, form, by=by, at=at)
    told = Filled(**standing(form), to=form.status, unit=by.unit.name, how=how)
    audit.record(session, FILLED, told, subject=form.id, by=by, at=at)


SIGNED = (*c.SIGNING, content_is_bound)
STEPS = (
    Step(A.SUBMIT, (S.ASSIGNED,), S.DRAFTED, p.is_handler, (round_is_open, has_head, says_something, gives_reasons)),
    Step(A.APPROVE, (S.DRAFTED,), S.UNIT_APPROVED, p.is_unit_signer, (*SIGNED, round_is_open), gate=Gate.UNIT),
    Step(A.CLOSE, (S.UNIT_APPROVED,), S.CLOSED, p.is_office_signer, (*SIGNED, whole_takes), gate=Gate.OFFICE),
    Step(
        A.SEND_BACK, (S.DRAFTED, S.UNIT_APPROVED), S.ASSIGNED, p.is_next_signer, (c.has_opinion,),
        asks_opinion=True, starts_round=True,
    ),
    Step(A.WITHDRAW, (S.DRAFTED,), S.ASSIGNED, p.is_handler, (), starts_round=True),
)  # fmt: skip
FILING = Process(
    "filing",
    STEPS,
    said={
        A.SUBMIT: "已提交，等待单位负责人审核。",
        A.APPROVE: "已审核并报送办公室，正在加盖本单位电子印章。",
        A.CLOSE: "已接收。",
        A.SEND_BACK: "已退回经办人。",
        A.WITHDRAW: "已撤回。",
    },
    words={
        S.ASSIGNED: "待填报", S.DRAFTED: "待单位审", S.UNIT_APPROVED: "已报送", S.CLOSED: "已接收",
        A.SUBMIT: "提交", A.APPROVE: "审核报送", A.CLOSE: "接收",
    },
    follows=_follow,
)  # fmt: skip
