"""The facts of a look-back's papers (回头看材料取数): one frozen value each; nothing behind it reads rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from workflow.office.asof import UnitThen, units_at
from workflow.record.asof import last_by
from workflow.record.calendar import day_of, spoken
from workflow.record.errors import NotFound
from workflow.record.models import AuditEvent
from workflow.record.showing import spoken_duty
from workflow.tasks.asof import tasks_at
from workflow.tasks.models import Signoff, Task
from workflow.tasks.words import Gate, Status
from workflow.year.check_asof import (
    Found,
    LookBackThen,
    MatterThen,
    Told,
    answers_in,
    look_back_at,
    matters_at,
    words_at,
)  # fmt: skip
from workflow.year.check_words import Scope, Verdict
from workflow.year.look_backs import failed_before, scope_counts
from workflow.year.models import LookBackEntry, LookBackRound, SelfCheck
from workflow.year.self_checks import lines_of

NOT_DRAWN = "未抽中，按自查"


@dataclass(frozen=True)
class Line:
    """One row for one unit, as papers print it (核查项)."""

    item_id: int
    number: str
    text: str
    duty: str
    unit: str
    place: int
    """Of the unit in the directory; whoever is in none comes last."""
    deadline: str
    then: str
    """How it ended in its year, with its packets."""
    closed_then: bool
    told: str
    lead_view: str
    method: str
    facts: str
    papers: str
    verdict: Verdict | None
    conclusion: str
    problem: str
    measure: str
    owner: str
    measure_due: str
    carried_on: str
    checked_by: str
    checked_on: str
    objection: str
    answer: str
    scope: Scope
    why: str
    chosen: bool
    choice: str
    mended: bool | None
    """Whether its rectification is closed; None where there is none."""

    @property
    def fell_back(self) -> bool:
        """当年已办结、现不落实: closed then, wanting now."""
        return self.closed_then and self.verdict is not None and self.verdict.fails


@dataclass(frozen=True)
class LookBackFacts:
    """A look-back as its papers tell it (回头看情况)."""

    title: str
    office: str
    year: int
    as_of: datetime
    head_seq: int
    head_hash: str
    basis: str
    document_number: str
    scope: dict[Scope, int]
    rule: str
    lines: tuple[Line, ...]
    """Every line, in the order of the table."""
    repeated: tuple[str, ...]
    """Units found wanting in this look-back and in an earlier one."""

    @property
    def chosen(self) -> list[Line]:
        """The lines that are looked back on."""
        return [line for line in self.lines if line.chosen]

    @property
    def verdicts(self) -> dict[Verdict, int]:
        """How many lines of each verdict."""
        found = Counter(line.verdict for line in self.chosen)
        return {verdict: found[verdict] for verdict in Verdict}

    @property
    def open_lines(self) -> int:
        """Lines without a verdict."""
        return sum(line.verdict is None for line in self.chosen)

    @property
    def fallen_back(self) -> list[Line]:
        """Closed then, wanting now."""
        return [line for line in self.chosen if line.fell_back]

    @property
    def mending(self) -> list[bool]:
        """For every rectification whether it is closed."""
        return [line.mended for line in self.chosen if line.mended is not None]

    def of_unit(self) -> dict[str, Counter[Verdict | None]]:
        """Verdicts by unit, in the order of the directory."""
        found: dict[str, Counter[Verdict | None]] = {}
        for line in sorted(self.chosen, key=lambda line: line.place):
            found.setdefault(line.unit, Counter())[line.verdict] += 1
        return found


def whole_row(lines: Iterable[Line]) -> str:
    """What is concluded of a row: 已落实 only if all of its units are."""
    verdicts = {line.verdict for line in lines}
    if None in verdicts:
        return "尚未全部核查"
    for worst in (Verdict.NOT_DONE, Verdict.PARTLY):
        if worst in verdicts:
            return "部分落实" if len(verdicts) > 1 else worst.word
    return Verdict.DONE.word if verdicts == {Verdict.DONE} else "、".join(sorted(v.word for v in verdicts if v))


def look_back_facts(session: Session, ledger_id: int, /, *, as_of: datetime) -> LookBackFacts:
    """Everything that the papers of a ledger's look-back say. Raises NotFound where there is none."""
    wanted = select(LookBackRound).where(LookBackRound.ledger_id == ledger_id, LookBackRound.started_at <= as_of)
    begun = session.scalars(wanted).first()
    if begun is None:
        raise NotFound("这份台账还没有发起回头看。")
    ledger, last = begun.ledger, last_by(session, as_of)
    past = _past(session, begun, Task.ledger_id == ledger_id, as_of)
    lines = tuple(_line(entry, past) for entry in begun.entries)
    return LookBackFacts(
        title=ledger.title, office=past.units[ledger.office_id].name, year=day_of(as_of).year, as_of=as_of,
        head_seq=last, head_hash=session.get_one(AuditEvent, last).hash, basis=begun.basis,
        document_number=ledger.document_number or "", scope=scope_counts(begun), rule=_rule(begun, past.then),
        lines=lines, repeated=tuple(_repeated(session, begun, past, as_of)),
    )  # fmt: skip


def _rule(begun: LookBackRound, then: LookBackThen) -> str:
    if then.drawn is None:
        return "全部核查"
    return f"{begun.rule.word}，比例 {begun.share}%，种子 {begun.seed}，名单摘要 {begun.population}"


def _repeated(session: Session, begun: LookBackRound, past: _Past, as_of: datetime) -> list[str]:
    """Units found wanting in this look-back and in one on an earlier year, in the order of the directory."""
    before = {unit_id for _, unit_id in failed_before(session, begun, as_of)}
    failed = ((entry.unit_id, past.then.found[entry.id].verdict) for entry in begun.entries)
    now = {unit_id for unit_id, verdict in failed if verdict is not None and verdict.fails}
    return [unit.name for unit in past.units.values() if unit.id in now & before]


def line_facts(session: Session, entry: LookBackEntry, *, as_of: datetime) -> Line:
    """One line as its page and the papers say it, without the others."""
    return _line(entry, _past(session, entry.look_back, Task.item_id == entry.item_id, as_of, only=entry))


@dataclass(frozen=True)
class _Past:
    """What lines are printed from besides their rows (某时情况)."""

    then: LookBackThen
    ended: dict[tuple[int, int], tuple[str, bool]]
    """(row, unit) → how it ended in its year, and whether all of it was closed."""
    units: dict[int, UnitThen]
    told: dict[int, Told]
    matters: dict[int, MatterThen]


def _past(
    session: Session,
    begun: LookBackRound,
    which: ColumnElement[bool],
    as_of: datetime,
    only: LookBackEntry | None = None,
) -> _Past:
    entries = [only] if only else begun.entries
    sheets = [sheet for sheet in begun.sheets if only is None or sheet.unit_id == only.unit_id]
    mended = [entry.rectification.id for entry in entries if entry.rectification]
    matters = matters_at(session, [*mended, *(sheet.id for sheet in sheets)], as_of)
    told: dict[int, Told] = {}
    for sheet in sheets:
        told |= _told(session, sheet, matters.get(sheet.id))
    return _Past(
        look_back_at(session, begun, as_of), _ended(session, which, as_of), units_at(session, as_of), told, matters
    )


def _told(session: Session, sheet: SelfCheck, then: MatterThen | None) -> dict[int, Told]:
    """What a unit had said of each of its lines."""
    lines = lines_of(sheet)
    if then is not None and then.content_digest == sheet.content_digest:
        return {entry.id: (entry.done, entry.told) for entry in lines}
    return answers_in(words_at(session, sheet, then) if then else "", lines)


def _ended(session: Session, which: ColumnElement[bool], as_of: datetime) -> dict[tuple[int, int], tuple[str, bool]]:
    """(row, unit) → how these tasks stood by then, and whether all of them were closed."""
    found: dict[tuple[int, int], tuple[str, bool]] = {}
    for task in tasks_at(session, as_of, which):
        said, closed = found.get((task.item_id, task.unit_id), ("", True))
        done = task.closed_at is not None
        one = f"{spoken(day_of(task.closed_at))}办结" if task.closed_at else f"未办结（{task.status.word}）"
        number = f"，证据包 {task.packet.number}" if task.packet else ""
        words = "；".join(part for part in (said, one + number) if part)
        found[task.item_id, task.unit_id] = (words, closed and done)
    return found


def _line(entry: LookBackEntry, past: _Past) -> Line:
    item, matter, found = entry.item, entry.rectification, past.then.found[entry.id]
    ended, closed = past.ended.get((item.id, entry.unit_id or 0), ("当年未在本系统办理", False))
    done, text = past.told.get(entry.id, (None, ""))
    answered = {True: "已落实", False: "未落实", None: "（未填）"}[done]
    mending = past.matters.get(matter.id) if matter else None
    row = matter.this_item if matter and mending else None
    unit, owner = past.units.get(entry.unit_id or 0), past.units.get(found.owner_id or 0)
    lead_by = entry.lead_by if entry.lead_view == found.lead_view else found.lead_by
    return Line(
        item_id=item.id, number=item.number, text=item.text, duty=spoken_duty(item.responsibility_text),
        unit=unit.name if unit else "（无明确主体）", place=entry.unit.position if entry.unit else 1 << 30,
        deadline=item.deadline_text or (spoken(item.due) if item.due else ""), then=ended, closed_then=closed,
        told=f"{answered}。{text}" if text else answered,
        lead_view=f"{lead_by}：{found.lead_view}" if found.lead_view else "",
        method=found.method.word if found.method else "", facts=found.facts, papers=_papers(entry, found),
        verdict=found.verdict, conclusion=_conclusion(entry, past.then), problem=found.problem, measure=found.measure,
        owner=owner.name if owner else "", measure_due=spoken(found.due) if found.due else "",
        carried_on=f"{row.ledger.year} 年第 {row.number} 条" if row else "", checked_by=found.checked_by,
        checked_on=spoken(day_of(found.checked_at)) if found.checked_at else "",
        objection=found.objection, answer=found.answer, scope=entry.scope, why=entry.why,
        chosen=past.then.takes(entry), choice=past.then.choice if entry.id in past.then.chosen else "",
        mended=mending.status is Status.CLOSED if mending else None,
    )  # fmt: skip


def _conclusion(entry: LookBackEntry, then: LookBackThen) -> str:
    verdict = then.found[entry.id].verdict
    if verdict is not None:
        return verdict.word
    return NOT_DRAWN if then.drawn is not None and entry.id not in then.drawn else "未核查"


def _papers(entry: LookBackEntry, found: Found) -> str:
    brought = [one for one in entry.captures if one.sha256 in found.captures]
    seen = [
        f"取证「{one.name}」SHA-256 {one.sha256[:16]}…" + (f"（{one.note}）" if one.note else "") for one in brought
    ]
    return "；".join(part for part in (found.papers, *seen) if part)


@dataclass(frozen=True)
class SheetFacts:
    """A unit's sheet as it is sealed (自查表)."""

    title: str
    office: str
    """Who asked for it."""
    unit: str
    """Whose it is, and who seals it."""
    year: int
    as_of: datetime
    head_seq: int
    head_hash: str
    basis: str
    approved_by: str
    approved_on: str
    lines: tuple[Line, ...]

    @property
    def done(self) -> int:
        """How many lines the unit says are done."""
        return sum(line.told.startswith("已落实") for line in self.lines)


def sheet_facts(session: Session, sheet_id: int, /, *, as_of: datetime) -> SheetFacts:
    """Everything that a unit's sealed sheet says."""
    sheet, last = session.get_one(SelfCheck, sheet_id), last_by(session, as_of)
    past = _past(session, sheet.look_back, Task.ledger_id == sheet.ledger_id, as_of)
    approved: Signoff | None = next(
        (s for s in reversed(sheet.signoffs) if s.gate is Gate.UNIT and s.void_at is None and s.at <= as_of), None
    )
    return SheetFacts(
        title=f"《{sheet.ledger.title}》回头看自查表", office=past.units[sheet.ledger.office_id].name,
        unit=past.units[sheet.unit_id].name, year=day_of(as_of).year, as_of=as_of, head_seq=last,
        head_hash=session.get_one(AuditEvent, last).hash, basis=sheet.look_back.basis,
        approved_by=approved.signer if approved else "", approved_on=spoken(day_of(approved.at)) if approved else "",
        lines=tuple(_line(entry, past) for entry in lines_of(sheet)),
    )  # fmt: skip
