"""How a unit's form climbs (填报流程): filled in by its handler, approved and sealed by its unit, taken in by the office."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from workflow.record.audit import canonical
from workflow.tasks import conditions as c
from workflow.tasks import permissions as p
from workflow.tasks.conditions import Attempt
from workflow.tasks.steps import Doing, Process, Step
from workflow.tasks.words import Action, Gate, Status
from workflow.year.filing_models import Filing, FilingRow
from workflow.year.registering import promise_paper

S, A = Status, Action
PAPER = "filing"
"""By this code the table of papers knows a unit's form."""


def digest_of(title: str, person: str, phone: str, rows: Iterable[FilingRow]) -> str:
    """SHA-256 of what a form says: its head and every row; what is pending is no part of it."""
    said = [[row.item_id, row.text, row.not_concerned] for row in sorted(rows, key=lambda row: row.item_id)]
    return hashlib.sha256(
        canonical({"title": title, "person": person, "phone": phone, "rows": said}).encode()
    ).hexdigest()


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
        if any(row.text for row in _form(attempt).rows)
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
    form = _form(attempt)
    same = digest_of(form.in_round.title, form.person, form.phone, form.rows) == form.content_digest
    return "" if same else "本表内容与留痕绑定的内容摘要不符，请退回后重新填报，并通知系统管理员。"


def _seal(doing: Doing) -> None:
    """The unit's approval seals the form as it stands."""
    if doing.step.action is A.APPROVE and doing.task.status is S.UNIT_APPROVED:
        promise_paper(doing.session, doing.task, PAPER, by=doing.by, at=doing.at)


SIGNED = (*c.SIGNING, content_is_bound)
STEPS = (
    Step(A.SUBMIT, (S.ASSIGNED,), S.DRAFTED, p.is_handler, (round_is_open, has_head, says_something, gives_reasons)),
    Step(A.APPROVE, (S.DRAFTED,), S.UNIT_APPROVED, p.is_unit_signer, (*SIGNED, round_is_open), gate=Gate.UNIT),
    Step(A.CLOSE, (S.UNIT_APPROVED,), S.CLOSED, p.is_office_signer, SIGNED, gate=Gate.OFFICE),
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
    follows=_seal,
)  # fmt: skip
