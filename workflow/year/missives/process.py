"""How an issued paper climbs (发文流程): 草拟 → 核对 → 审核 → 签发 → 编号印发, sealed and sent to its units."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from workflow.office.models import Unit, User
from workflow.office.notices import tell_each_unit
from workflow.office.words import Role
from workflow.record import audit
from workflow.record.audit import digest
from workflow.record.calendar import after_working_days, day_of, spoken
from workflow.record.errors import Invalid, Stale
from workflow.tasks import conditions as c
from workflow.tasks import permissions as p
from workflow.tasks.conditions import Attempt
from workflow.tasks.steps import Doing, Process, Step
from workflow.tasks.words import Action, Gate, Status
from workflow.year.missives.events import LETTER_WORDS, MISSIVES, Numbered
from workflow.year.missives.models import Missive, MissiveUnit
from workflow.year.registering import promise_paper

S, A = Status, Action
CHECK_DAYS = 2
"""Working days that a unit named has to say whether it is so."""


def digest_of(missive: Missive) -> str:
    """SHA-256 of everything that the paper says, the units' answers among it; its number comes after the signatures."""
    said = {
        "title": missive.title, "code": missive.code, "signer": missive.signer_id, "as_of": missive.as_of.isoformat(),
        "addressed": missive.addressed, "copied": missive.copied, "opening": missive.opening, "demands": missive.demands,
        "contact": missive.contact, "source": missive.source, "due": missive.due.isoformat(), "figures": missive.figures,
        "corrects": missive.corrects_id, "follows": missive.follows_id,
        "units": [[row.unit_id, row.told, row.agrees, row.answer, row.measure] for row in sorted(missive.units, key=lambda row: row.unit_id)],
    }  # fmt: skip
    said |= {"revokes": True} if missive.revokes else {}
    said |= {"origin": missive.origin_id} if missive.origin_id else {}
    return digest(said)


def _missive(attempt: Attempt) -> Missive:
    matter = attempt.case.task
    if not isinstance(matter, Missive):
        raise TypeError(matter.matter)
    return matter


def is_whole(attempt: Attempt) -> str:
    """Nothing is laid before a signer that lacks what every issued paper has."""
    missive = _missive(attempt)
    wanted = {"标题": missive.title, "机关代字": missive.code, "主送": missive.addressed, "正文": missive.opening}
    missing = [word for word, said in wanted.items() if not said.strip()]
    if missing:
        return f"还没有填写{'、'.join(missing)}。"
    return "" if _signs(missive.signer) else f"{missive.signer.name}已不在领导岗位，请另选签发人。"


def _signs(person: User) -> bool:
    return person.active and Role.LEADER in person.roles


def checking_is_over(attempt: Attempt) -> str:
    """Who is named has two working days to say whether it is so; what is objected is answered."""
    missive, waiting = _missive(attempt), [row for row in _missive(attempt).named if row.answered_at is None]
    until = missive.check_until
    if waiting and until is not None and attempt.at is not None and day_of(attempt.at) <= until:
        return f"核对期到{spoken(until)}止，还有 {len(waiting)} 个单位没有答复（{_names(waiting)}）；期满或全部答复后才能审核。"
    bare = [row for row in missive.named if row.agrees is False and not row.reply]
    return f"{_names(bare)}有异议，请先答复，或撤回修改。" if bare else ""


def _names(rows: Sequence[MissiveUnit]) -> str:
    return "、".join(row.unit.name for row in rows[: c.NAMED]) + ("等" if len(rows) > c.NAMED else "")


def content_is_bound(attempt: Attempt) -> str:
    """Every word is as it was when the digest was taken."""
    same = digest_of(_missive(attempt)) == attempt.case.task.content_digest
    return "" if same else "本件内容与留痕绑定的内容摘要不符，请退回草拟后重新办理，并通知系统管理员。"


def limit_is_ahead(attempt: Attempt) -> str:
    """Nobody is asked to answer by a day that is gone."""
    due, at = attempt.case.task.due, attempt.at
    gone = at is not None and due < day_of(at)
    return (
        f"签收和反馈的时限{spoken(due)}已过，请在草拟中另定时限后再办；已送出的，请先退回或撤回修改。" if gone else ""
    )


def still_stands(attempt: Attempt) -> str:
    """A paper that has been corrected already is not corrected a second time over the first."""
    old = _missive(attempt).corrects
    later = [one for one in old.corrected if one is not attempt.case.task] if old else []
    return f"{later[0].number}已经{later[0].puts_right}过原件，请对该件再作更正。" if later else ""


def _follow(doing: Doing) -> None:
    """What a step calls for: units are asked, the day of the signature is kept, the number is given and the paper made."""
    missive, status = doing.task, doing.task.status
    if not isinstance(missive, Missive):
        return
    if doing.step.action is A.SUBMIT:
        own_series(doing.session, missive)
        _ask_units(doing, missive)
    elif status is S.LEAD_VERIFIED:
        missive.signed_on = day_of(doing.at)
    elif status is S.CLOSED:
        _issue(doing, missive)


def _ask_units(doing: Doing, missive: Missive) -> None:
    """Show every unit named its lines; who has answered the very same lines need not answer again."""
    waiting = [row for row in missive.named if row.answered_at is None]
    missive.check_until = after_working_days(day_of(doing.at), CHECK_DAYS) if waiting else None
    if waiting:
        text = f"{missive.about}拟通报本单位的情况，请于{spoken(missive.check_until)}前在“通报与函件”中核对，逾期视为无异议。"  # type: ignore[arg-type]
        _tell(doing, missive, waiting, text)


def _issue(doing: Doing, missive: Missive) -> None:
    """Give the next number of the series, without a gap, and have the paper sealed and sent."""
    session, at = doing.session, doing.at
    session.execute(select(Unit.id).where(Unit.id == missive.office_id).with_for_update())
    _first_correction(session, missive)
    own_series(session, missive)
    series = (Missive.code == missive.code, Missive.year == day_of(at).year)
    last = session.scalars(select(func.max(Missive.serial)).where(*series)).one() or 0
    missive.year, missive.serial, missive.issued_at = day_of(at).year, last + 1, at
    session.flush()
    told = Numbered(
        code=missive.code, year=missive.year, serial=missive.serial, number=missive.number,
        signed_on=missive.signed_on or day_of(at),
    )  # fmt: skip
    audit.record(session, MISSIVES[missive.matter]["numbered"], told, subject=missive.id, by=doing.by, at=at)
    promise_paper(session, missive, missive.matter, by=doing.by, at=at)
    _tell(doing, missive, missive.units, f"{missive.about}已印发，请于{spoken(missive.due)}前在“通报与函件”中签收。")


def own_series(session: Session, missive: Missive) -> None:
    """Letters of a number are one office's and one kind's, or neither counts without a gap. Raises Invalid.

    A draft keeps its letters for its own office alone; between offices they are whose paper was issued first.
    """
    foreign = and_(Missive.unit_id != missive.unit_id, Missive.serial.is_not(None))
    kind = and_(Missive.unit_id == missive.unit_id, Missive.matter != missive.matter)
    taken = select(Missive).where(Missive.code == missive.code, Missive.code != "", or_(kind, foreign))
    other = session.scalars(taken.limit(1)).first()
    if other is not None:
        whose = "另一种公文" if other.unit_id == missive.unit_id else f"{other.unit.name}印发的公文"
        raise Invalid(f"机关代字「{missive.code}」已用于{whose}，请另定代字，文号才能连续。")


def _first_correction(session: Session, missive: Missive) -> None:
    """Of two corrections of one paper that are issued at the same moment the second is told. Raises Stale."""
    others = select(Missive.id).where(
        Missive.corrects_id == missive.corrects_id, Missive.issued_at.is_not(None), Missive.id != missive.id
    )
    if missive.corrects_id is not None and session.scalars(others).first() is not None:
        raise Stale("原件刚刚已由另一件更正，请对更正件再作更正。")


def _tell(doing: Doing, missive: Missive, rows: Sequence[MissiveUnit], text: str) -> None:
    texts = dict.fromkeys((row.unit_id for row in rows), text)
    tell_each_unit(doing.session, texts, by=doing.by, at=doing.at, ledger_id=missive.ledger_id)


SIGNED = (*c.SIGNING, content_is_bound)


def climb(name: str, first: str, drafted: str, word: str) -> Process:
    """The table of one kind of paper: what its first step and what follows that are called, and the paper itself."""
    back = (S.DRAFTED, S.UNIT_APPROVED, S.LEAD_VERIFIED)
    return Process(
        name,
        (
            Step(A.SUBMIT, (S.ASSIGNED,), S.DRAFTED, p.is_handler, (is_whole, limit_is_ahead, still_stands)),
            Step(A.APPROVE, (S.DRAFTED,), S.UNIT_APPROVED, p.is_unit_signer, (*SIGNED, checking_is_over), gate=Gate.UNIT),
            Step(A.VERIFY, (S.UNIT_APPROVED,), S.LEAD_VERIFIED, p.is_lead_signer, (*SIGNED, limit_is_ahead), gate=Gate.LEAD),
            Step(
                A.CLOSE, (S.LEAD_VERIFIED,), S.CLOSED, p.is_handler,
                (c.signoffs_bind_content, content_is_bound, limit_is_ahead, still_stands),
            ),
            Step(
                A.SEND_BACK, (S.DRAFTED, S.UNIT_APPROVED), S.ASSIGNED, p.is_next_signer, (c.has_opinion,),
                asks_opinion=True, starts_round=True,
            ),
            Step(A.WITHDRAW, back, S.ASSIGNED, p.is_handler, (), starts_round=True),
        ),
        said={
            A.SUBMIT: f"已{first}。", A.APPROVE: "已审核，送领导签发。", A.VERIFY: "已签发，请办公室编号印发。",
            A.CLOSE: f"已编号印发，正在制作、盖章并送达；{word}不能再改，有误须另发更正。",
            A.SEND_BACK: "已退回草拟。", A.WITHDRAW: "已撤回，可以修改后重新办理。",
        },
        words={
            S.ASSIGNED: "草拟", S.DRAFTED: drafted, S.UNIT_APPROVED: "待签发", S.LEAD_VERIFIED: "待印发", S.CLOSED: "已印发",
            A.SUBMIT: first, A.APPROVE: "审核", A.VERIFY: "签发", A.CLOSE: "编号印发", A.SEND_BACK: "退回草拟", A.WITHDRAW: "撤回修改",
        },
        follows=_follow,
    )  # fmt: skip


BULLETIN = climb("bulletin", "送核对、审核", "核对、待审核", "通报")
LETTERS = [climb(code, "送审核", "待审核", word) for code, word in LETTER_WORDS.items()]
