"""What the office finds (核查结论), what the unit objects, and what is answered (异议与答复)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from workflow.ledgers.permissions import looks_over, runs
from workflow.office.desks import Turn, sits_at
from workflow.office.models import Unit, User
from workflow.office.notices import tell_units
from workflow.office.words import Role
from workflow.record import audit, timekeeping
from workflow.record.calendar import after_working_days, day_of, spoken
from workflow.record.errors import Forbidden, Incomplete, Invalid, NotInState
from workflow.record.events import Kind
from workflow.record.store import Blob
from workflow.record.text import clean_line, clean_text
from workflow.year.look_backs import events
from workflow.year.look_backs.models import Capture, LookBackEntry
from workflow.year.look_backs.rectifying import settle_rectification
from workflow.year.look_backs.self_checks import change_line, leads_line
from workflow.year.words import Method, Verdict

OBJECTION_DAYS = 5
"""Working days in which a unit may object."""
TEXT_LIMIT = 1000


@dataclass(frozen=True)
class Finding:
    """What a check found (核查发现)."""

    verdict: Verdict
    method: Method
    facts: str = ""
    problem: str = ""
    measure: str = ""
    owner_id: int | None = None
    due: date | None = None
    papers: str = ""
    """What verifying packets and files anew has found."""


def set_verdict(
    session: Session, entry: LookBackEntry, found: Finding, *, by: User, at: datetime, seen_version: int
) -> None:
    """Keep what was found of one line; of two inspectors at once the first one wins. Raises Stale, Incomplete.

    What is wanting opens a rectification; what turns out not to be is taken back from it.
    """
    _office(entry, by)
    timekeeping.require(session, at)
    if entry.look_back.sent_at is None or not entry.chosen:
        raise NotInState("这一项不在核查范围内，或自查表还没有下发。")
    found = _cleaned(found)
    if missing := _missing(session, entry, found, day_of(at)):
        raise Incomplete("还不能保存结论：" + "；".join(missing) + "。")
    fails = found.verdict.fails
    values = {
        "verdict": found.verdict, "method": found.method, "facts": found.facts, "papers": found.papers,
        "problem": found.problem if fails else "", "measure": found.measure if fails else "",
        "owner_id": found.owner_id if fails else None, "measure_due": found.due if fails else None,
        "checked_by": by.name, "checked_at": at,
    }  # fmt: skip
    change_line(session, entry, seen_version, **values)
    told = events.Checked(
        entry_id=entry.id, about=entry.about, version=entry.version, opinion=found.verdict.word,
        verdict=found.verdict, method=found.method, facts=found.facts, papers=found.papers, problem=entry.problem,
        measure=entry.measure, owner_id=entry.owner_id, due=entry.measure_due,
    )  # fmt: skip
    audit.record(session, events.CHECKED, told, subject=entry.look_back_id, by=by, at=at)
    settle_rectification(session, entry, by=by, at=at)
    _tell(session, entry, f"回头看{entry.about}核查结论：{found.verdict.word}，如有异议请于{spoken(objection_ends(entry))}前提出。", by=by, at=at)  # fmt: skip


def _cleaned(found: Finding) -> Finding:
    texts = {name: clean_text(getattr(found, name)) for name in ("facts", "problem", "measure")}
    for name, text in texts.items():
        if len(text) > TEXT_LIMIT:
            label = {"facts": "核查事实", "problem": "存在问题", "measure": "整改措施"}[name]
            raise Invalid(f"{label}共 {len(text)} 字，超过 {TEXT_LIMIT} 字的上限，请精简。")
    return replace(found, **texts)  # type: ignore[arg-type]


def _missing(session: Session, entry: LookBackEntry, found: Finding, today: date) -> list[str]:
    """What the conclusion cannot be saved without."""
    missing = [] if found.facts else ["须写明现在看到的事实（核查事实），不能只凭当年的审批"]
    if found.method is Method.ONLINE and not (entry.captures or any(one.status for one in entry.links)):
        missing.append("网上核查须先核对链接现状，或上传网页截图、网页文件作为取证")
    if not found.verdict.fails:
        return missing
    missing += [
        f"须写明{label}" for label, text in (("存在问题", found.problem), ("整改措施", found.measure)) if not text
    ]
    if found.owner_id is None or session.get(Unit, found.owner_id) is None:
        missing.append("须选定整改责任主体")
    if found.due is None or found.due < today:
        missing.append("须填写今天或以后的整改时限")
    return missing


def objection_ends(entry: LookBackEntry) -> date:
    """The last day on which the unit may object."""
    if entry.checked_at is None:
        raise NotInState("这一项还没有核查结论。")
    return after_working_days(day_of(entry.checked_at), OBJECTION_DAYS)


def may_object(entry: LookBackEntry, person: User, today: date) -> bool:
    """Whether the person may object now: one of the unit's own people, once, within five working days."""
    own = entry.unit_id is not None and any(
        sits_at(person, role, entry.unit_id) for role in (Role.HANDLER, Role.UNIT_HEAD)
    )
    return own and entry.verdict is not None and not entry.objection and today <= objection_ends(entry)


def sees_line(entry: LookBackEntry, person: User) -> bool:
    """Whether the person may look at a line: its office, its unit, a lead of its row, leaders and auditors."""
    own = entry.unit_id == person.unit_id and bool({Role.HANDLER, Role.UNIT_HEAD} & person.roles)
    office = looks_over(entry.look_back.ledger, person)
    return person.active and (office or (own and entry.look_back.sent_at is not None) or leads_line(entry, person))


def object_to(session: Session, entry: LookBackEntry, words: str, *, by: User, at: datetime, seen_version: int) -> None:
    """Keep the unit's differing view beside the verdict. Raises Forbidden, NotInState, Stale, Invalid."""
    if entry.unit_id is None or by.unit_id != entry.unit_id:
        raise Forbidden("异议由这一项的责任单位提出。")
    if entry.verdict is not None and day_of(at) > objection_ends(entry):
        raise NotInState(f"异议期到{spoken(objection_ends(entry))}为止，已经过了；如确有新情况，请联系办公室。")
    if not may_object(entry, by, day_of(at)):
        raise NotInState("这一项还没有结论，或贵单位已经提出过异议。")
    change_line(session, entry, seen_version, objection=_words(words), objected_by=by.name, objected_at=at)
    _say(session, events.OBJECTED, entry, entry.objection, by=by, at=at)
    office = entry.look_back.ledger.office_id
    tell_units(
        session, [Turn(office, Role.OFFICE)], f"{by.unit.name}对回头看{entry.about}的结论提出异议。", by=by, at=at
    )


def answer_objection(
    session: Session, entry: LookBackEntry, words: str, *, by: User, at: datetime, seen_version: int
) -> None:
    """Answer an objection; whether the verdict changes is said by setting it anew."""
    _office(entry, by)
    if not entry.objection or entry.answer:
        raise NotInState("这一项没有待答复的异议。")
    change_line(session, entry, seen_version, answer=_words(words), answered_at=at)
    _say(session, events.ANSWERED, entry, entry.answer, by=by, at=at)
    _tell(session, entry, f"办公室已答复贵单位对回头看{entry.about}的异议。", by=by, at=at)


def add_capture(
    session: Session, entry: LookBackEntry, blob: Blob, *, name: str, note: str, by: User, at: datetime
) -> Capture:
    """Keep a file with what an inspector saw; its bytes are on disk already."""
    _office(entry, by)
    known = next((one for one in entry.captures if one.sha256 == blob.sha256), None)
    if known is not None:
        return known
    note = clean_line(note, limit=500)
    capture = Capture(
        entry_id=entry.id, name=name, sha256=blob.sha256, size=blob.size, note=note, brought_by=by.name, brought_at=at
    )
    entry.captures.append(capture)
    session.flush()
    told = events.Captured(
        entry_id=entry.id, about=entry.about, opinion=f"{name} {note}", name=name, sha256=blob.sha256, size=blob.size
    )
    audit.record(session, events.CAPTURED, told, subject=entry.look_back_id, by=by, at=at)
    return capture


def _words(words: str) -> str:
    text = clean_text(words)
    if not text or len(text) > TEXT_LIMIT:
        raise Invalid(f"请写明理由和依据，最多 {TEXT_LIMIT} 字。")
    return text


def _say(session: Session, kind: Kind[Any], entry: LookBackEntry, text: str, *, by: User, at: datetime) -> None:  # fmt: skip
    told = events.OnEntry(entry_id=entry.id, about=entry.about, opinion=text, version=entry.version)
    audit.record(session, kind, told, subject=entry.look_back_id, by=by, at=at)


def _tell(session: Session, entry: LookBackEntry, text: str, *, by: User, at: datetime) -> None:
    if entry.unit_id is not None:
        turns = [Turn(entry.unit_id, role) for role in (Role.HANDLER, Role.UNIT_HEAD)]
        tell_units(session, turns, text, by=by, at=at, ledger_id=entry.look_back.ledger_id)


def _office(entry: LookBackEntry, by: User) -> None:
    if not runs(entry.look_back.ledger, by):
        raise Forbidden("核查由台账的办公室办理。")
