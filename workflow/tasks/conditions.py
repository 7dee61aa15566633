"""May it happen now? (条件是否具备) Each condition returns an empty text, or the sentence that says what is missing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from workflow.office.models import User
from workflow.tasks.case import Case, chair_of
from workflow.tasks.seats import open_seats
from workflow.tasks.words import Gate, RequestKind, TaskOutcome

REPORT_LIMIT = 20_000
"""Characters of one report; more belongs into an attachment."""
OPINION_LIMIT = 1_000
NAMED = 8
"""Units that a refusal names one by one."""


@dataclass(frozen=True)
class EvidenceCheck:
    """What re-hashing the stored evidence found (证明材料核对), done before the transaction that closes."""

    content_digest: str
    """Digest of the content whose files were hashed."""
    damaged: tuple[str, ...]
    """Names of the files whose bytes are not those that were uploaded, or are missing."""


@dataclass(frozen=True)
class Attempt:
    """Somebody trying to do something to a task (一次办理)."""

    case: Case
    by: User
    opinion: str
    checked: EvidenceCheck | None = None
    at: datetime | None = None


Condition = Callable[[Attempt], str]


def has_report(attempt: Attempt) -> str:
    """落实情况 must say something."""
    return "" if attempt.case.task.report.strip() else "还没有填写落实情况，请填写后再提交。"


def has_evidence(attempt: Attempt) -> str:
    """At least one file or link; a unit that is not concerned has nothing to show."""
    if attempt.case.task.outcome is TaskOutcome.NOT_CONCERNED:
        return ""
    return "" if attempt.case.task.live_evidence else "还没有上传证明材料，请至少上传一个文件或登记一个网页链接。"


def not_own_work(attempt: Attempt) -> str:
    """Nobody signs what they wrote, nor twice in a round; who stands in for somebody counts as both."""
    chair = chair_of(attempt.case, attempt.by)
    people = {attempt.by.id: "您"}
    if chair is not None and chair.standing_in is not None:
        people[chair.standing_in.principal_id] = f"您代理的{chair.standing_in.principal.name}"
    for person, who in people.items():
        if person in attempt.case.authors:
            return f"{who}参与过本件的填报，不能再为它签批，请由本单位其他负责人办理。"
        if person in attempt.case.signers:
            return f"{who}在本轮已经签批过本件，另一个环节须由其他人办理。"
    return ""


def seat_is_open(attempt: Attempt) -> str:
    """A seat is signed once, and in its turn."""
    chair, waiting = chair_of(attempt.case, attempt.by), open_seats(attempt.case.seats)
    if chair is None or chair.seat in waiting:
        return ""
    if chair.seat.signoff_id is not None:
        return "贵单位本轮已经签批过本件，正在等待其他签批人。"
    return "还没有轮到您签批：须等前一位签批人办理后再签。"


def has_opinion(attempt: Attempt) -> str:
    """A return says why."""
    return "" if attempt.opinion.strip() else "退回必须写明意见：哪里不符合要求、怎样改。"


def has_reason(attempt: Attempt) -> str:
    """A reopening says why."""
    return "" if attempt.opinion.strip() else "重启必须写明理由。"


def not_paused(attempt: Attempt) -> str:
    """Nothing is reported while the clock stands still."""
    return "本件已挂账，恢复办理后才能提交；请联系办公室。" if attempt.case.task.paused_at else ""


def a_second_person(attempt: Attempt) -> str:
    """A closed task is opened again by two people of the office: one asks, the other does it."""
    asked = next((one for one in attempt.case.requests if one.kind is RequestKind.REOPENING), None)
    if asked is None:
        return "重启须两人办理：先由办公室一人提出重启申请并写明理由，再由另一人办理。"
    if asked.asked_by_id == attempt.by.id:
        return "重启申请是您提出的，请由办公室另一人办理重启。"
    return ""


def nobody_signed_on(attempt: Attempt) -> str:
    """Taking back is possible until the next party acts."""
    if any(s.gate is Gate.LEAD for s in attempt.case.signoffs):
        return "牵头单位已经开始核验，不能再撤回；如需修改请联系牵头单位退回。"
    return ""


def evidence_intact(attempt: Attempt) -> str:
    """Every stored byte is hashed again before a task is closed."""
    checked = attempt.checked
    if checked is None or checked.content_digest != attempt.case.task.content_digest:
        return "证明材料在核对期间发生了变化，请刷新页面后重新办结。"
    if checked.damaged:
        names = "、".join(f"「{name}」" for name in checked.damaged)
        return f"证明材料{names}与上传时不一致或已丢失，不能办结；请退回责任单位重新上传，并通知系统管理员检查存储。"
    return ""


def shares_settled(attempt: Attempt) -> str:
    """A 牵头汇总 is closed after everything that it sums up."""
    left = attempt.case.open_shares
    if not left:
        return ""
    names = "、".join(left[:NAMED]) + ("等" if len(left) > NAMED else "")
    return f"本件是牵头汇总，还有 {len(left)} 个单位没有办结（{names}）；请待其办结或经核验不涉及后再办结本件。"


def levels_settled(attempt: Attempt) -> str:
    """What was cut for the units below is summed up after it is done, and with the list of what was done."""
    lower = attempt.case.lower
    if lower is None:
        return ""
    if not lower.published:
        return f"本件已分解为《{lower.title}》，该台账还没有发布；请待其发布、办结后再办理，不再分解的请解除分解。"
    if not lower.settled:
        names = "、".join(lower.waiting[:NAMED]) + ("等" if len(lower.waiting) > NAMED else "")
        named = f"（{names}）" if names else ""
        return f"本件已分解到下级，还有 {lower.rows - lower.done} 条没有办结{named}；请待其办结或经核验不涉及后再办理本件。"
    if lower.is_listed(attempt.case.task.live_evidence):
        return ""
    return "没有附上最新的下级办结清单（下级办结后又有变动的，清单要重新生成）；请责任单位在填报时点“生成下级办结清单”后再办理。"


def signoffs_bind_content(attempt: Attempt) -> str:
    """Every standing approval was given for the content as it is now."""
    task = attempt.case.task
    if any(s.content_digest != task.content_digest for s in attempt.case.signoffs):
        return "本件内容在签批之后有改动，原签批已失效，请退回后重新逐级办理。"
    return ""


SIGNING: tuple[Condition, ...] = (seat_is_open, not_own_work, signoffs_bind_content)
"""What every sign-off needs, at whichever gate and of whatever kind of matter."""
