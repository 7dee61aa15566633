"""The facts of a look-back's papers (回头看材料取数): one frozen value each; nothing behind it reads rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.record.asof import last_by
from workflow.record.calendar import day_of, spoken
from workflow.record.errors import NotFound
from workflow.record.models import AuditEvent
from workflow.tasks.models import Signoff, Task
from workflow.tasks.words import Gate
from workflow.year.look_backs.asof import LookBackThen
from workflow.year.look_backs.below import Below, below_at
from workflow.year.look_backs.lines import Line, Past, line_of, past_of
from workflow.year.look_backs.models import LookBackRound, SelfCheck
from workflow.year.look_backs.self_checks import lines_of
from workflow.year.look_backs.starting import failed_before, scope_counts
from workflow.year.words import Scope, Verdict


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
    below: tuple[Below, ...] = ()
    """How the rows stand that units have cut for the level below."""

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
    past = past_of(session, begun, Task.ledger_id == ledger_id, as_of)
    lines = tuple(line_of(entry, past) for entry in begun.entries)
    return LookBackFacts(
        title=ledger.title, office=past.units[ledger.office_id].name, year=day_of(as_of).year, as_of=as_of,
        head_seq=last, head_hash=session.get_one(AuditEvent, last).hash, basis=begun.basis,
        document_number=ledger.document_number or "", scope=scope_counts(begun), rule=_rule(begun, past.then),
        lines=lines, repeated=tuple(_repeated(session, begun, past, as_of)), below=tuple(below_at(session, ledger_id, as_of)),
    )  # fmt: skip


def _rule(begun: LookBackRound, then: LookBackThen) -> str:
    if then.drawn is None:
        return "全部核查"
    return (
        f"{begun.rule.word}，比例 {begun.share}%，种子 {begun.seed}（下发自查的留痕链值），名单摘要 {begun.population}"
    )


def _repeated(session: Session, begun: LookBackRound, past: Past, as_of: datetime) -> list[str]:
    """Units found wanting in this look-back and in one on an earlier year, in the order of the directory."""
    before = {unit_id for _, unit_id in failed_before(session, begun, as_of)}
    failed = ((entry.unit_id, past.then.found[entry.id].verdict) for entry in begun.entries)
    now = {unit_id for unit_id, verdict in failed if verdict is not None and verdict.fails}
    return [unit.name for unit in past.units.values() if unit.id in now & before]


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
    past = past_of(session, sheet.look_back, Task.ledger_id == sheet.ledger_id, as_of)
    approved: Signoff | None = next(
        (s for s in reversed(sheet.signoffs) if s.gate is Gate.UNIT and s.void_at is None and s.at <= as_of), None
    )
    return SheetFacts(
        title=f"《{sheet.ledger.title}》回头看自查表", office=past.units[sheet.ledger.office_id].name,
        unit=past.units[sheet.unit_id].name, year=day_of(as_of).year, as_of=as_of, head_seq=last,
        head_hash=session.get_one(AuditEvent, last).hash, basis=sheet.look_back.basis,
        approved_by=approved.signer if approved else "", approved_on=spoken(day_of(approved.at)) if approved else "",
        lines=tuple(line_of(entry, past) for entry in lines_of(sheet)),
    )  # fmt: skip
