"""The facts of a dossier (年度卷宗取数): a ledger's year with its rounds, look-backs and rectifications, as of a moment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from workflow.ledgers.export import LedgerTable, ledger_table
from workflow.ledgers.models import Ledger, LedgerItem
from workflow.office.asof import UnitThen, units_at
from workflow.record.calendar import day_of
from workflow.record.models import Registration
from workflow.tasks.words import Status
from workflow.year.assessments.models import Assessment
from workflow.year.assessments.sheets import results
from workflow.year.dossiers.parts import Assessed, Checked, Inspected, Mending, Round, SealedPaper
from workflow.year.filings.board import board
from workflow.year.filings.models import FilingRound
from workflow.year.inspections.models import Inspection, Worksheet
from workflow.year.look_backs.asof import Found, MatterThen, look_back_at, matters_at
from workflow.year.look_backs.facts import look_back_facts
from workflow.year.look_backs.models import LookBackRound, Rectification
from workflow.year.look_backs.of_ledger import LookBack, look_back
from workflow.year.look_backs.rectifying import RECTIFICATION
from workflow.year.missives.register import Registered, Talked, register, talked
from workflow.year.models import Paper
from workflow.year.outside.models import OutsideLine, OutsideList

Units = dict[int, UnitThen]


@dataclass(frozen=True)
class Dossier:
    """Everything that a dossier says, of one unit or of all (年度卷宗)."""

    look: LookBack
    table: LedgerTable
    issued_on: date | None
    rounds: tuple[Round, ...]
    checks: tuple[Checked, ...]
    mending: tuple[Mending, ...]
    register: tuple[Registered, ...] = ()
    """Bulletins and letters, with who has signed for them."""
    talks: tuple[tuple[str, Talked], ...] = ()
    """(unit, talk), by the day on which it was held."""
    attached: tuple[tuple[str, SealedPaper], ...] = ()
    """(title, paper) of worksheets, issued papers and records of talks that are sealed: they are bound in a volume of their own."""
    assessed: tuple[Assessed, ...] = ()
    """The city's own units first."""
    inspected: tuple[Inspected, ...] = ()

    @property
    def bulletins(self) -> list[Registered]:
        """通报, by the day of issue."""
        return [one for one in self.register if not one.letter]

    @property
    def letters(self) -> list[Registered]:
        """提醒函、督办函、整改通知, by the day of issue."""
        return [one for one in self.register if one.letter]

    @property
    def title(self) -> str:
        """The ledger's, and whose share it is."""
        return self.look.title + (f"（{self.look.unit}）" if self.look.unit else "")

    @property
    def office(self) -> str:
        """Who seals it."""
        return self.look.office

    @property
    def year(self) -> int:
        """The ledger's."""
        return self.look.year

    @property
    def as_of(self) -> datetime:
        """Until when it tells."""
        return self.look.as_of

    @property
    def head_seq(self) -> int:
        """The trail's last link by then."""
        return self.look.head_seq

    @property
    def head_hash(self) -> str:
        """The hash of that link."""
        return self.look.head_hash

    @property
    def filings(self) -> list[SealedPaper]:
        """Every form and table of the year's rounds."""
        return [
            paper
            for row in self.rounds
            for paper in (*([row.whole] if row.whole else []), *(form for _, form in row.forms))
        ]


def dossier(session: Session, ledger_id: int, /, *, as_of: datetime, unit_id: int | None = None) -> Dossier:
    """The year of a ledger. Raises NotInState before it was published."""
    look = look_back(session, ledger_id, as_of=as_of, unit_id=unit_id)
    ledger, units = session.get_one(Ledger, ledger_id), units_at(session, as_of)
    rows = select(LedgerItem.id).where(LedgerItem.ledger_id == ledger_id, LedgerItem.number.in_(_numbers(look)))
    only = session.scalars(rows).all() if unit_id is not None else None
    begun = _look_backs(session, ledger, as_of)
    lines = register(session, ledger_id, as_of=as_of, unit_id=unit_id)
    talks = talked(session, ledger_id, as_of=as_of, unit_id=unit_id)
    sheets = _worksheets(session, ledger_id, as_of, unit_id)
    titles = (
        {sheet.id: f"检查底稿（{units[sheet.checked_id].name}，第 {sheet.item.number} 条）" for sheet in sheets}
        | {line.matter_id: line.title for line in lines}
        | {talk.matter_id: f"约谈记录（{units[talk.unit_id].name}，{talk.letter}）" for talk in talks}
    )
    return Dossier(
        look=look,
        table=ledger_table(session, ledger, only=only),
        issued_on=ledger.issued_on,
        rounds=tuple(_round(session, row, units, as_of, unit_id) for row in _rounds(session, ledger_id, as_of)),
        checks=tuple(_checked(session, one, ledger, as_of, unit_id) for one in begun),
        mending=tuple(_mending(session, ledger_id, begun, units, as_of, unit_id)),
        register=lines,
        talks=tuple((units[talk.unit_id].name, talk) for talk in talks),
        attached=tuple(_attached(session, titles, ledger.office.name, as_of)),
        assessed=tuple(_assessed(session, ledger_id, as_of, unit_id)),
        inspected=tuple(_inspected(session, ledger_id, as_of, unit_id)),
    )


def _numbers(look: LookBack) -> list[str]:
    return [item.number for item in look.items]


def _rounds(session: Session, ledger_id: int, as_of: datetime) -> list[FilingRound]:
    opened = (FilingRound.ledger_id == ledger_id, FilingRound.opened_at <= as_of)
    return list(session.scalars(select(FilingRound).where(*opened).order_by(FilingRound.months)))


def _round(session: Session, row: FilingRound, units: Units, as_of: datetime, unit_id: int | None) -> Round:
    lines = [line for line in board(session, row, as_of=as_of).lines if unit_id in (None, line.unit.id)]
    first = [line for line in lines if line.form.edition == 1]
    names = {line.unit.id: units[line.unit.id].name for line in lines if line.unit.id in units}
    sealed = _papers(session, as_of, Paper.matter_id.in_([line.form.id for line in lines if line.filed]))
    forms = {paper.matter_id: (paper, known) for paper, known in sealed}
    whole = [] if unit_id is not None else _papers(session, as_of, Paper.round_id == row.id)
    return Round(
        title=row.title,
        due=row.due,
        units=tuple(names[line.unit.id] for line in first),
        late=tuple(names[line.unit.id] for line in first if line.filed and line.late),
        missing=tuple(names[line.unit.id] for line in first if not line.filed),
        returned=sum(line.returned for line in lines),
        urged=sum(line.urged for line in lines),
        whole=_sealed(*whole[-1], row.ledger.office.name) if whole else None,
        forms=tuple(
            (line.form.edition_word, _sealed(*forms[line.form.id], names[line.unit.id]))
            for line in lines
            if line.form.id in forms
        ),
    )


def _papers(session: Session, as_of: datetime, *which: object) -> list[tuple[Paper, Registration]]:
    """Papers sealed by a moment, the oldest first."""
    wanted = (
        select(Paper, Registration)
        .join(Registration, Registration.sha256 == Paper.pdf_sha256)
        .where(*which, Paper.finished_at <= as_of)  # type: ignore[arg-type]
        .order_by(Paper.id)
    )
    return [(paper, known) for paper, known in session.execute(wanted)]


def _sealed(paper: Paper, known: Registration, unit: str) -> SealedPaper:
    return SealedPaper(paper.kind, known.number, unit, day_of(paper.as_of), known.sha256, known.text)


def _attached(
    session: Session, titles: Mapping[int, str], office: str, as_of: datetime
) -> Iterator[tuple[str, SealedPaper]]:
    """(title, paper) of the matters that are sealed; nothing of them ever changes."""
    sealed = _papers(session, as_of, Paper.matter_id.in_(titles))
    papers = {paper.matter_id: (paper, known) for paper, known in sealed}
    for matter_id, title in titles.items():
        if matter_id in papers:
            yield title, _sealed(*papers[matter_id], office)


def _worksheets(session: Session, ledger_id: int, as_of: datetime, unit_id: int | None) -> Sequence[Worksheet]:
    """Worksheets that were finished, of one unit its own alone."""
    finished = (Inspection.ledger_id == ledger_id, Worksheet.closed_at <= as_of)
    wanted = select(Worksheet).join(Worksheet.inspection).where(*finished).order_by(Worksheet.id)
    return session.scalars(wanted if unit_id is None else wanted.where(Worksheet.checked_id == unit_id)).all()


def _assessed(session: Session, ledger_id: int, as_of: datetime, unit_id: int | None) -> Iterator[Assessed]:
    """Assessments as they stood; of one unit its own place alone."""
    begun = (Assessment.ledger_id == ledger_id, Assessment.started_at <= as_of)
    for one in session.scalars(select(Assessment).where(*begun).order_by(Assessment.local)):
        found = results(session, one, as_of)
        sheets = tuple(sheet for sheet in found.sheets if unit_id in (None, sheet.row.unit_id))
        told = {"平时记分": one.started_at, "初评已公示": one.published_at, "已锁定": one.locked_at}
        state = [word for word, since in told.items() if since is not None and since <= as_of][-1]
        if sheets:
            yield Assessed(one.local, state, replace(found, sheets=sheets))


def _inspected(session: Session, ledger_id: int, as_of: datetime, unit_id: int | None) -> Iterator[Inspected]:
    """Inspections that had begun; of one unit its own lines alone. A finished worksheet never changes."""
    begun = (Inspection.ledger_id == ledger_id, Inspection.started_at <= as_of)
    for one in session.scalars(select(Inspection).where(*begun).order_by(Inspection.id)):
        sheets = [sheet for sheet in one.sheets if unit_id in (None, sheet.checked_id)]
        finished = [sheet.judgement for sheet in sheets if sheet.closed_at is not None and sheet.closed_at <= as_of]
        if sheets:
            yield Inspected(one.title, day_of(one.started_at), len(sheets), Counter(filter(None, finished)))


def _look_backs(session: Session, ledger: Ledger, as_of: datetime) -> list[LookBackRound]:
    """Those on this ledger and, of the same office, on those of the year before."""
    mine = (Ledger.id == ledger.id) | ((Ledger.office_id == ledger.office_id) & (Ledger.year == ledger.year - 1))
    begun = select(LookBackRound).join(Ledger).where(mine, LookBackRound.started_at <= as_of)
    return list(session.scalars(begun.order_by(Ledger.year, LookBackRound.id)))


def _checked(session: Session, begun: LookBackRound, ledger: Ledger, as_of: datetime, unit_id: int | None) -> Checked:
    facts = look_back_facts(session, begun.ledger_id, as_of=as_of)
    if unit_id is not None:
        lines = zip(begun.entries, facts.lines, strict=True)
        facts = replace(facts, lines=tuple(line for entry, line in lines if entry.unit_id == unit_id))
    sheets = {sheet.id: sheet for sheet in begun.sheets if unit_id in (None, sheet.unit_id)}
    standing = matters_at(session, sheets, as_of)
    filed = [n for n, then in standing.items() if then.status in (Status.UNIT_APPROVED, Status.CLOSED)]
    newest = {
        paper.matter_id or 0: (paper, known) for paper, known in _papers(session, as_of, Paper.matter_id.in_(filed))
    }
    order = sorted(newest, key=lambda n: (sheets[n].unit.position, n))
    own = [_sealed(*newest[n], sheets[n].unit.name) for n in order]
    of_office = (Paper.kind == "look_back", Paper.ledger_id == begun.ledger_id)
    office = [] if unit_id is not None else _papers(session, as_of, *of_office)[-1:]
    papers = [*(_sealed(*one, facts.office) for one in office), *own]
    return Checked(facts, begun.ledger_id == ledger.id, tuple(papers))


def _mending(
    session: Session, ledger_id: int, begun: list[LookBackRound], units: Units, as_of: datetime, unit_id: int | None
) -> list[Mending]:
    """Every rectification that these look-backs, the ledger's inspections and outside lists had called for, those still open first."""
    sheets = select(Worksheet.id).join(Worksheet.inspection).where(Inspection.ledger_id == ledger_id)
    lines = select(OutsideLine.id).join(OutsideLine.outside).where(OutsideList.ledger_id == ledger_id)
    apart = or_(Rectification.worksheet_id.in_(sheets), Rectification.line_id.in_(lines))
    called: dict[Rectification, Found | None] = {
        entry.rectification: look_back_at(session, one, as_of).found[entry.id]
        for one in begun
        for entry in one.entries
        if entry.rectification
    } | dict.fromkeys(session.scalars(select(Rectification).where(apart)))
    matters = [matter for matter in called if unit_id in (None, matter.unit_id)]
    standing = matters_at(session, [matter.id for matter in matters], as_of)
    there = sorted((one for one in matters if one.id in standing), key=lambda one: (one.unit.position, one.id))
    made = [_mended(matter, called[matter], standing[matter.id], units) for matter in there]
    return sorted(made, key=lambda line: line.done)


def _mended(matter: Rectification, found: Found | None, then: MatterThen, units: Units) -> Mending:
    closed = then.status is Status.CLOSED
    return Mending(
        number=f"ZG-{matter.id}",
        source=matter.source,
        unit=units[matter.unit_id].name,
        problem=(found and found.problem) or matter.problem,
        measure=(found and found.measure) or matter.measure,
        due=matter.due,
        standing=RECTIFICATION.word(then.status),
        closed_on=day_of(then.since) if closed else None,
        closed_by=then.by if closed else "",
        said=then.opinion if closed else "",
    )
