"""Score sheets and ranking of an assessment (计分、名次): every point with the clause, the event, the row and the evidence behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from sqlalchemy.orm import Session

from workflow.year.assessments.measures import Trace, Traces, noted, traces
from workflow.year.assessments.models import AssessedUnit, Assessment, AssessmentEntry
from workflow.year.assessments.scheme import DAILY, Indicator, Scheme, read_scheme
from workflow.year.assessments.scoring import MANUAL, Share, grade_of, normalised, plain_points, ranks, rounded


@dataclass(frozen=True)
class LineScore:
    """One indicator of one unit (指标得分)."""

    indicator: Indicator
    points: Fraction | None
    """None where it does not apply (不适用)."""
    reasons: tuple[Trace, ...]
    """What took points, or gave them."""
    own: str
    basis: str

    @property
    def off(self) -> Fraction:
        """What is missing to the full points."""
        return self.indicator.full - self.points if self.points is not None else Fraction(0)


@dataclass(frozen=True)
class Sheet:
    """The score sheet of one unit (计分表)."""

    row: AssessedUnit
    lines: tuple[LineScore, ...]
    applicable: Fraction
    """Points to be had by this unit."""
    got: Fraction
    daily: Fraction | None
    """On a hundred: 得分之和 ÷ 适用分值之和 × 100."""
    bonus: Fraction
    parts: dict[str, Fraction | None]
    """What is brought from outside; None while it is missing."""
    vetoes: tuple[Trace, ...]
    total: Fraction | None
    """None while a part is missing."""
    grade: str
    rank: int | None = None

    @property
    def off(self) -> Fraction:
        """Points taken off."""
        return self.applicable - self.got

    def spoken(self, points: Fraction | None) -> str:
        """Points with two decimals; a dash for what is not there."""
        return f"{float(rounded(points)):.2f}" if points is not None else "—"


@dataclass(frozen=True)
class Results:
    """An assessment as of a moment (考核结果)."""

    scheme: Scheme
    sheets: tuple[Sheet, ...]
    """By rank; units that have none yet come last, in the order of the directory."""

    def of(self, unit_id: int) -> Sheet | None:
        """The sheet of a unit."""
        return next((sheet for sheet in self.sheets if sheet.row.unit_id == unit_id), None)


def results(session: Session, assessment: Assessment, as_of: datetime, *, corrected: bool = True) -> Results:
    """Score every unit as of a moment; once locked, what is counted stands as of the lock and only corrections change it.

    ``corrected=False`` gives the locked result itself.
    """
    scheme = read_scheme(assessment.scheme)
    locked = assessment.locked_at is not None and assessment.locked_at <= as_of
    until = assessment.locked_at if locked and assessment.locked_at else as_of
    counted = traces(session, assessment.ledger, until)
    entries = [one for one in assessment.entries if _stands(one, as_of if corrected else until)]
    rows = sorted(assessment.units, key=lambda row: (row.unit.position, row.unit_id))
    sheets = [sheet_of(scheme, row, counted, [one for one in entries if one.unit_id == row.unit_id]) for row in rows]
    return Results(scheme, tuple(ranked(sheets)))


def _stands(entry: AssessmentEntry, as_of: datetime) -> bool:
    return entry.noted_at <= as_of and (entry.void_at is None or entry.void_at > as_of)


def sheet_of(scheme: Scheme, row: AssessedUnit, counted: Traces, entries: Sequence[AssessmentEntry]) -> Sheet:
    """The score sheet of one unit out of what was counted of it and what the office has noted."""
    found = counted.get(row.unit_id, {})
    by_code: dict[str, list[AssessmentEntry]] = {}
    for entry in entries:
        by_code.setdefault(entry.code, []).append(entry)
    lines = {leaf.code: _line(leaf, row, found, by_code.get(leaf.code, [])) for leaf in scheme.leaves}
    base = [lines[leaf.code] for top in scheme.indicators for leaf in top.leaves]
    scored = [(line.points, line.indicator.full) for line in base if line.points is not None]
    daily = normalised(scored)
    plus = sum((lines[one.code].points or Fraction(0) for one in scheme.bonuses), Fraction(0))
    bonus = min(plus, scheme.bonus_cap) if daily is not None and rounded(daily) >= scheme.bonus_from else Fraction(0)
    vetoes = tuple(trace for one in scheme.vetoes for trace in lines[one.code].reasons)
    parts = {name: _brought(by_code.get(name, [])) for name, _ in scheme.mix if name != DAILY}
    total = _total(scheme, daily, parts, bonus)
    return Sheet(
        row=row, lines=tuple(lines.values()), applicable=sum((full for _, full in scored), Fraction(0)),
        got=sum((points for points, _ in scored), Fraction(0)), daily=daily, bonus=bonus, parts=parts, vetoes=vetoes,
        total=total, grade=grade_of(total, scheme.grades, len(vetoes)) if total is not None else "",
    )  # fmt: skip


def _line(
    leaf: Indicator, row: AssessedUnit, found: dict[str, list[Trace]], entries: Sequence[AssessmentEntry]
) -> LineScore:
    by_hand = [noted(entry.what, entry.id, entry.evidence) for entry in entries]
    behind = {**found, MANUAL: by_hand}
    rule = leaf.rule
    if rule is None:
        raise ValueError(f"{leaf.code} has no rule")
    counts = {what: len(listed) for what, listed in behind.items()}
    points = rule.points(counts, leaf.full, entries[-1].value if entries else "")
    if isinstance(rule, Share):
        done = {(trace.page, trace.number) for trace in behind.get(rule.part, ())}
        reasons = [trace for trace in behind.get(rule.whole, ()) if (trace.page, trace.number) not in done]
    else:
        reasons = list(behind.get(rule.asks[0], ()))
    own, basis = row.own.get(leaf.code, ["", ""])
    return LineScore(leaf, points, tuple(reasons), own, basis)


def _brought(entries: Sequence[AssessmentEntry]) -> Fraction | None:
    return Fraction(entries[-1].value) if entries else None


def _total(
    scheme: Scheme, daily: Fraction | None, parts: dict[str, Fraction | None], bonus: Fraction
) -> Fraction | None:  # fmt: skip
    """Every part by its share, each rounded as it is printed, and the bonus beside; None while one is missing."""
    shares = {DAILY: daily, **parts}
    known = [(shares[name], share) for name, share in scheme.mix]
    if any(points is None for points, _ in known):
        return None
    return rounded(sum((rounded(points) * share for points, share in known if points is not None), Fraction(0)) + bonus)


def ranked(sheets: list[Sheet]) -> list[Sheet]:
    """Sheets with their places, the first one first; who has no total yet comes last."""
    whole = [sheet for sheet in sheets if sheet.total is not None]
    placed = ranks(
        [(sheet.total or Fraction(0), rounded(sheet.daily or Fraction(0)), len(sheet.vetoes)) for sheet in whole]
    )
    known = {sheet.row.id: place for sheet, place in zip(whole, placed, strict=True)}
    placed_sheets = [Sheet(**{**vars(sheet), "rank": known.get(sheet.row.id)}) for sheet in sheets]
    return sorted(placed_sheets, key=lambda sheet: (sheet.rank is None, sheet.rank or 0))


def said(sheet: Sheet) -> list[str]:
    """Total, grade and rank, as the event of the lock keeps them."""
    return [sheet.spoken(sheet.total), sheet.grade, str(sheet.rank or "")]


__all__ = ["LineScore", "Results", "Sheet", "plain_points", "ranked", "results", "said", "sheet_of"]
