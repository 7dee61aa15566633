"""Working at the papers that the office issues (发文办理): drafted from a snapshot, written and counted anew, put right by another."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.ledgers.models import Ledger
from workflow.ledgers.permissions import of_one_level, runs
from workflow.office.levels import sides_of
from workflow.office.models import Unit, User, UserRole
from workflow.office.words import Role
from workflow.record import audit, timekeeping
from workflow.record.calendar import after_working_days, day_of, spoken, spoken_moment
from workflow.record.errors import Forbidden, Invalid, NotInState
from workflow.record.text import clean_line, clean_text
from workflow.tasks.case import case_of
from workflow.tasks.holding import change, hold_to_edit, standing
from workflow.tasks.opening import all_opened
from workflow.tasks.reporting import keep_revision
from workflow.tasks.seating import await_next
from workflow.tasks.words import Status
from workflow.year.missives.bulletin_facts import Figures, figures
from workflow.year.missives.events import MISSIVES, Drafted, Edited
from workflow.year.missives.models import Bulletin, Missive, MissiveUnit
from workflow.year.missives.process import digest_of, own_series

ANSWER_DAYS = 10
"""Working days from the draft to the receipt where nothing else is typed: the units' check, approval and signature come before."""
LIMITS = {"title": 200, "code": 40, "addressed": 500, "copied": 500, "contact": 120, "source": 300}
TEXT_LIMIT = 8_000
LEAST = 3
"""Tasks that a unit needs to be ranked, where nothing else is typed."""
M = TypeVar("M", bound=Missive)
_SERIES = re.compile(r"^(.+?)(?:发|函|字)?[〔\[（(【]")
DEMANDS = (
    "逾期事项的责任单位要说明原因、明确责任人，抓紧补办，并上传证明材料；进度滞后的要倒排时间、加快推进。",
    "未报、迟报和被退回的单位要尽快补报或补正落实情况表，由主要负责人审核。",
    "各单位收到本通报后，请在系统中签收并填写整改责任人和承诺时限；整改情况纳入下期通报和年度考核。",
)


@dataclass(frozen=True)
class Wording:
    """What the office writes (拟稿内容)."""

    title: str
    code: str
    addressed: str
    opening: str
    demands: str
    copied: str = ""
    contact: str = ""
    source: str = ""


def leaders(session: Session, office: Unit) -> Sequence[User]:
    """Who may be named as 签发人 of an office's papers: leaders of its level."""
    seated = select(User).join(UserRole).where(User.active, UserRole.role == Role.LEADER)
    return [one for one in session.scalars(seated.order_by(User.id)) if of_one_level(office, one)]


def _may_sign(ledger: Ledger, signer: User) -> None:
    """Refuse a signer who is no leader, or one of another level. Raises Invalid."""
    if not signer.active or Role.LEADER not in signer.roles or not of_one_level(ledger.office, signer):
        raise Invalid("请选择一位领导作签发人。")


def last_issued(session: Session, ledger: Ledger, before: datetime) -> Bulletin | None:
    """The newest bulletin of the ledger that was issued by then and tells figures."""
    mine = (Bulletin.ledger_id == ledger.id, Bulletin.issued_at < before, Bulletin.figures != "")
    return session.scalars(select(Bulletin).where(*mine).order_by(Bulletin.issued_at.desc())).first()


def figures_of(missive: Missive) -> Figures | None:
    """The snapshot that a paper tells, None where it tells none."""
    return Figures.model_validate_json(missive.figures) if missive.figures else None


def _addressed(ledger: Ledger, counted: Figures) -> str:
    """主送: the lists that have a unit in it."""
    sides = {unit.local for unit in counted.units}
    return sides_of(ledger.office.name).addressed(own=False in sides, below=True in sides)


def draft_bulletin(session: Session, ledger: Ledger, signer: User, *, as_of: datetime, by: User, at: datetime, least: int = LEAST) -> Bulletin:  # fmt: skip
    """Draft a bulletin from a snapshot as of a moment. Raises Forbidden, Invalid, NotInState."""
    may_draft(session, ledger, signer, by, at)
    all_opened(session, ledger.id)
    counted = _counted(session, ledger, as_of, least)
    name = f"《{ledger.title}》"
    basis = f"{name}（{ledger.document_number}）" if ledger.document_number else name
    wording = Wording(
        title=f"关于{name}落实情况的通报",
        code=usual_code(session, ledger, Bulletin, "督"),
        addressed=_addressed(ledger, counted),
        opening=f"按照{basis}要求，现将截至{spoken_moment(as_of)}的任务进展、各单位完成情况和落实情况报送情况通报如下。",
        demands="\n".join(f"{n}．{text}" for n, text in enumerate(DEMANDS, start=1)),
    )
    born = Bulletin(**birth(ledger, by, at), **asdict(wording), signer_id=signer.id, as_of=as_of)
    born.figures = counted.model_dump_json()
    told = counted.told()
    born.units = [
        MissiveUnit(unit_id=unit.unit_id, told="\n".join(told.get(unit.unit_id, []))) for unit in counted.units
    ] + [MissiveUnit(unit_id=n, told="\n".join(told[n])) for n in told if n not in {u.unit_id for u in counted.units}]
    return begin(session, born, by=by, at=at)


def draft_correction(session: Session, old: M, text: str, signer: User, *, revokes: bool = False, by: User, at: datetime) -> M:  # fmt: skip
    """Draft the paper that puts an issued one right or takes it back, to the same units. Raises Forbidden, Invalid, NotInState."""
    may_draft(session, old.ledger, signer, by, at)
    if old.issued_at is None:
        raise NotInState("还没有印发，直接修改即可，不需要更正。")
    about, what = old.title.removeprefix("关于")[:160], "撤回" if revokes else "更正"
    why = "不再执行，现予撤回。撤回原因：" if revokes else "内容有误，现更正如下："
    born = type(old)(
        **birth(old.ledger, by, at), title=f"关于撤回《{old.title[:160]}》的函" if revokes else f"关于{about}的更正", code=old.code, signer_id=signer.id,
        as_of=at, addressed=old.addressed, copied=old.copied, contact=old.contact, corrects_id=old.id, revokes=revokes,
        opening=f"《{old.title}》（{old.number}）{why}\n{_long(text, f'{what}内容')}",
    )  # fmt: skip
    born.units = [MissiveUnit(unit_id=row.unit_id) for row in old.units]
    return begin(session, born, by=by, at=at)


def may_draft(session: Session, ledger: Ledger, signer: User, by: User, at: datetime) -> None:
    """Refuse whoever may not draft, and a signer who is no leader. Raises Forbidden, Invalid, ClockBehind."""
    if not runs(ledger, by) or ledger.published_at is None:
        raise Forbidden("只有发布台账的办公室可以草拟，且台账须已发布。")
    timekeeping.require(session, at)
    _may_sign(ledger, signer)


def _counted(session: Session, ledger: Ledger, as_of: datetime, least: int) -> Figures:
    last = last_issued(session, ledger, as_of)
    return figures(
        session, ledger, as_of=as_of, least=max(least, 1), last=figures_of(last) if last else None,
        number=last.number if last else "",
    )  # fmt: skip


def birth(ledger: Ledger, by: User, at: datetime, days: int = ANSWER_DAYS) -> dict[str, Any]:
    """What every paper is born with: whose it is, and by when units answer."""
    due = after_working_days(day_of(at), days)
    return {
        "ledger_id": ledger.id, "ledger": ledger, "unit_id": by.unit_id, "unit": by.unit, "opened_at": at, "due": due,
        "due_reason": f"签收和反馈的时限：{spoken(due)}。",
    }  # fmt: skip


def begin(session: Session, born: M, *, by: User, at: datetime) -> M:
    """Keep a draft, with its event and its turn."""
    born.signoffs, born.evidence = [], []
    session.add(born)
    session.flush()
    born.content_digest = digest_of(born)
    told = Drafted(
        to=Status.ASSIGNED, round=1, version=1, content_digest=born.content_digest, ledger_id=born.ledger_id,
        unit=by.unit.name, unit_id=by.unit_id, due=born.due, due_reason=born.due_reason, title=born.title,
        corrects_id=born.corrects_id, follows_id=born.follows_id, revokes=born.revokes or None, origin_id=born.origin_id,
    )  # fmt: skip
    audit.record(session, MISSIVES[born.matter]["assigned"], told, subject=born.id, by=by, at=at)
    keep_revision(session, born, born.opening, by=by, at=at)
    await_next(session, case_of(session, born, at), at=at)
    return born


def usual_code(session: Session, ledger: Ledger, kind: type[Missive], mark: str) -> str:
    """The letters of the office's last paper of the kind, else those of the ledger's own number with a mark."""
    mine = select(kind.code).where(kind.unit_id == ledger.office_id).order_by(kind.id.desc())
    found = _SERIES.match(ledger.document_number or "")
    return session.scalars(mine).first() or (f"{found[1]}{mark}" if found else "")


def save_wording(session: Session, missive: Missive, wording: Wording, signer: User, due: date, *, by: User, at: datetime, seen_version: int) -> None:  # fmt: skip
    """Keep what the office wrote. Raises Forbidden, NotInState, Invalid, Stale."""
    _may_edit(session, missive, by, seen_version)
    _may_sign(missive.ledger, signer)
    if due < day_of(at):
        raise Invalid("签收和反馈的时限不能早于今天。")
    for name, text in asdict(wording).items():
        setattr(
            missive, name, clean_line(text, limit=LIMITS[name]) if name in LIMITS else _long(text, "正文", bare=True)
        )
    own_series(session, missive)
    missive.signer, missive.due, missive.due_reason = signer, due, f"签收和反馈的时限：{spoken(due)}。"
    _changed(session, missive, by=by, at=at, seen_version=seen_version)


def take_anew(session: Session, missive: Bulletin, as_of: datetime, *, least: int = LEAST, by: User, at: datetime, seen_version: int) -> None:  # fmt: skip
    """Count anew as of another moment; what units have said of lines that stay as they were is kept."""
    _may_edit(session, missive, by, seen_version)
    if not missive.figures:
        raise NotInState("更正件没有统计数据，不需要重新取数。")
    counted = _counted(session, missive.ledger, as_of, least)
    told, known = counted.told(), {row.unit_id: row for row in missive.units}
    for unit_id in {unit.unit_id for unit in counted.units} | told.keys() | known.keys():
        row = known.get(unit_id) or MissiveUnit(unit_id=unit_id, missive=missive)
        said = "\n".join(told.get(unit_id, []))
        if said != row.told:
            row.told, row.agrees, row.answer, row.measure, row.reply = said, None, "", "", ""
            row.answered_by, row.answered_at = "", None
    missive.opening = missive.opening.replace(spoken_moment(missive.as_of), spoken_moment(as_of))
    missive.figures, missive.as_of = counted.model_dump_json(), as_of
    _changed(session, missive, by=by, at=at, seen_version=seen_version, figures=True)


def _may_edit(session: Session, missive: Missive, by: User, seen_version: int) -> None:
    hold_to_edit(
        session, missive, by=by, seen_version=seen_version, others="只有拟稿的办公室可以修改。",
        locked="已经送核对、审核，内容锁定；如需修改，请先撤回，或由审核、签发人退回。",
    )  # fmt: skip


def _changed(session: Session, missive: Missive, *, by: User, at: datetime, seen_version: int, figures: bool = False) -> None:  # fmt: skip
    session.flush()
    digest = digest_of(missive)
    if digest == missive.content_digest:
        return
    change(session, missive, by=by, seen_version=seen_version, content_digest=digest)
    keep_revision(session, missive, missive.opening, by=by, at=at)
    told = Edited(
        **standing(missive),
        to=missive.status,
        unit=by.unit.name,
        title=missive.title,
        figures=figures,
        due=missive.due,
        due_reason=missive.due_reason,
    )
    audit.record(session, MISSIVES[missive.matter]["edited"], told, subject=missive.id, by=by, at=at)


def _long(text: str, word: str, *, bare: bool = False) -> str:
    text = clean_text(text)
    if (not text and not bare) or len(text) > TEXT_LIMIT:
        raise Invalid(f"请填写{word}，最多 {TEXT_LIMIT} 字。")
    return text
