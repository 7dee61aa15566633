"""The lines of a look-back as papers and pages print them (核查项取数), as they were at a moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from workflow.office.asof import UnitThen, units_at
from workflow.record.calendar import day_of, spoken
from workflow.record.showing import spoken_duty
from workflow.tasks.models import Task
from workflow.tasks.past.asof import tasks_at
from workflow.tasks.words import Status
from workflow.year.look_backs.asof import (
    Found,
    LookBackThen,
    MatterThen,
    Told,
    answers_in,
    look_back_at,
    matters_at,
    words_at,
)
from workflow.year.look_backs.link_checks import spoken_link
from workflow.year.look_backs.models import LookBackEntry, LookBackRound, SelfCheck
from workflow.year.look_backs.of_ledger import APPROVED
from workflow.year.look_backs.self_checks import lines_of
from workflow.year.words import Scope, Verdict

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


def line_facts(session: Session, entry: LookBackEntry, *, as_of: datetime) -> Line:
    """One line as its page and the papers say it, without the others."""
    return line_of(entry, past_of(session, entry.look_back, Task.item_id == entry.item_id, as_of, only=entry))


@dataclass(frozen=True)
class Past:
    """What lines are printed from besides their rows (某时情况)."""

    then: LookBackThen
    ended: dict[tuple[int, int], tuple[str, bool]]
    """(row, unit) → how it ended in its year, and whether all of it was closed."""
    units: dict[int, UnitThen]
    told: dict[int, Told]
    matters: dict[int, MatterThen]


def past_of(
    session: Session,
    begun: LookBackRound,
    which: ColumnElement[bool],
    as_of: datetime,
    only: LookBackEntry | None = None,
) -> Past:
    """Everything that lines of a look-back are printed from, in a fixed number of queries."""
    entries = [only] if only else begun.entries
    sheets = [sheet for sheet in begun.sheets if only is None or sheet.unit_id == only.unit_id]
    mended = [entry.rectification.id for entry in entries if entry.rectification]
    matters = matters_at(session, [*mended, *(sheet.id for sheet in sheets)], as_of)
    told: dict[int, Told] = {}
    for sheet in sheets:
        told |= _told(session, sheet, matters.get(sheet.id))
    return Past(
        look_back_at(session, begun, as_of), _ended(session, which, as_of), units_at(session, as_of), told, matters
    )


def _told(session: Session, sheet: SelfCheck, then: MatterThen | None) -> dict[int, Told]:
    """What a unit had said of each of its lines: nothing before its head had approved it, for a draft is written over."""
    lines = lines_of(sheet)
    if then is None or then.status not in APPROVED:
        return {}
    if then.content_digest == sheet.content_digest:
        return {entry.id: (entry.done, entry.told) for entry in lines}
    return answers_in(words_at(session, sheet, then), lines)


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


def line_of(entry: LookBackEntry, past: Past) -> Line:
    """One line."""
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
    links = [spoken_link(data, at) for at, data in found.links.values()]
    return "；".join(part for part in (found.papers, *links, *seen) if part)
