"""The facts of a look-back's papers (回头看材料取数): one frozen value each; nothing behind it reads rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from workflow.record import audit
from workflow.record.calendar import day_of, spoken
from workflow.record.errors import NotFound
from workflow.record.showing import spoken_duty
from workflow.tasks.models import Packet, Signoff, Task
from workflow.tasks.words import Gate, PacketState, Status
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
    begun = session.scalars(select(LookBackRound).where(LookBackRound.ledger_id == ledger_id)).first()
    if begun is None:
        raise NotFound("这份台账还没有发起回头看。")
    ledger, head = begun.ledger, audit.head(session)
    then = _then(session, Task.ledger_id == ledger_id)
    rule = (
        f"{begun.rule.word}，比例 {begun.share}%，种子 {begun.seed}，名单摘要 {begun.population}"
        if begun.drawn_at
        else "全部核查"
    )
    return LookBackFacts(
        title=ledger.title, office=ledger.office.name, year=day_of(as_of).year, as_of=as_of, head_seq=head.seq,
        head_hash=head.hash, basis=begun.basis, document_number=ledger.document_number or "",
        scope=scope_counts(begun), rule=rule, lines=tuple(_line(entry, then) for entry in begun.entries),
        repeated=tuple(repeated(session, begun)),
    )  # fmt: skip


def repeated(session: Session, begun: LookBackRound) -> list[str]:
    """Units found wanting in this look-back and in one on an earlier year, in the order of the directory."""
    before = {unit_id for _, unit_id in failed_before(session, begun)}
    now = {e.unit.id: e.unit for e in begun.entries if e.unit and e.verdict and e.verdict.fails}
    return [u.name for u in sorted(now.values(), key=lambda u: (u.position, u.id)) if u.id in before]


def line_facts(session: Session, entry: LookBackEntry) -> Line:
    """One line as its page and the papers say it, without the others."""
    return _line(entry, _then(session, Task.item_id == entry.item_id))


def _then(session: Session, which: ColumnElement[bool]) -> dict[tuple[int, int], tuple[str, bool]]:
    """(row, unit) → how it ended in its year, and whether all of it was closed; of these tasks."""
    packets = select(Packet.task_id, Packet.number).join(Task, Task.id == Packet.task_id)
    complete = packets.where(which, Packet.state == PacketState.COMPLETE)
    numbers = {row.task_id: row.number for row in session.execute(complete)}
    found: dict[tuple[int, int], tuple[str, bool]] = {}
    for task in session.scalars(select(Task).where(which).order_by(Task.id)):
        said, closed = found.get((task.item_id, task.unit_id), ("", True))
        done = task.status is Status.CLOSED and task.closed_at is not None
        one = f"{spoken(day_of(task.closed_at))}办结" if task.closed_at else f"未办结（{task.status.word}）"
        number = numbers.get(task.id)
        words = "；".join(part for part in (said, one + (f"，证据包 {number}" if number else "")) if part)
        found[task.item_id, task.unit_id] = (words, closed and done)
    return found


def _line(entry: LookBackEntry, then: dict[tuple[int, int], tuple[str, bool]]) -> Line:
    item, matter = entry.item, entry.rectification
    ended, closed = then.get((item.id, entry.unit_id or 0), ("当年未在本系统办理", False))
    answered = {True: "已落实", False: "未落实", None: "（未填）"}[entry.done]
    row = matter.this_item if matter else None
    return Line(
        item_id=item.id, number=item.number, text=item.text,
        duty=spoken_duty(item.responsibility_text), unit=entry.unit.name if entry.unit else "（无明确主体）", place=entry.unit.position if entry.unit else 1 << 30,
        deadline=item.deadline_text or (spoken(item.due) if item.due else ""), then=ended, closed_then=closed,
        told=f"{answered}。{entry.told}" if entry.told else answered,
        lead_view=f"{entry.lead_by}：{entry.lead_view}" if entry.lead_view else "",
        method=entry.method.word if entry.method else "", facts=entry.facts, papers=_papers(entry),
        verdict=entry.verdict, conclusion=_conclusion(entry), problem=entry.problem, measure=entry.measure,
        owner=entry.owner.name if entry.owner else "", measure_due=spoken(entry.measure_due) if entry.measure_due else "",
        carried_on=f"{row.ledger.year} 年第 {row.number} 条" if row else "", checked_by=entry.checked_by,
        checked_on=spoken(day_of(entry.checked_at)) if entry.checked_at else "",
        objection=entry.objection, answer=entry.answer, scope=entry.scope, why=entry.why, chosen=entry.chosen,
        choice=entry.choice, mended=matter.status is Status.CLOSED if matter else None,
    )  # fmt: skip


def _conclusion(entry: LookBackEntry) -> str:
    if entry.verdict is not None:
        return entry.verdict.word
    return NOT_DRAWN if entry.look_back.drawn_at and not entry.drawn else "未核查"


def _papers(entry: LookBackEntry) -> str:
    seen = [f"取证「{one.name}」SHA-256 {one.sha256[:16]}…" + (f"（{one.note}）" if one.note else "") for one in entry.captures]  # fmt: skip
    return "；".join(part for part in (entry.papers, *seen) if part)


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
    sheet, head = session.get_one(SelfCheck, sheet_id), audit.head(session)
    then = _then(session, Task.ledger_id == sheet.ledger_id)
    approved: Signoff | None = next(
        (s for s in reversed(sheet.signoffs) if s.gate is Gate.UNIT and s.void_at is None), None
    )
    return SheetFacts(
        title=f"《{sheet.ledger.title}》回头看自查表", office=sheet.ledger.office.name, unit=sheet.unit.name, year=day_of(as_of).year, as_of=as_of,
        head_seq=head.seq, head_hash=head.hash, basis=sheet.look_back.basis,
        approved_by=approved.signer if approved else "", approved_on=spoken(day_of(approved.at)) if approved else "",
        lines=tuple(_line(entry, then) for entry in lines_of(sheet)),
    )  # fmt: skip
