"""The figures behind the papers of the demonstration (数据底稿): each with the moment as of which it holds."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from reports.check_tables import look_back_paper, sheet_paper
from samples.papers import file_name, issued_name, round_name, sealed_papers
from workflow.record.calendar import day_of
from workflow.record.installation import Installation
from workflow.record.settings import ZONE
from workflow.tasks.lists.lighting import rulebook, situation_of
from workflow.tasks.models import Task
from workflow.tasks.past.asof import tasks_at
from workflow.tasks.words import Status
from workflow.year.filings.board import Standing, board, line_of
from workflow.year.filings.models import Filing, FilingRound
from workflow.year.look_backs.models import Rectification, SelfCheck
from workflow.year.missives.drafting import figures_of
from workflow.year.missives.letters import LADDER
from workflow.year.missives.models import Missive


@dataclass(frozen=True)
class Figures:
    """What one paper counts (一份材料的数据)."""

    files: str
    as_of: datetime
    counts: dict[str, Any]

    def to_json(self) -> dict[str, Any]:
        """Plain values, the moment in the office's time."""
        when = self.as_of.astimezone(ZONE).isoformat(timespec="seconds")
        return {"files": self.files, "as_of": when, "figures": self.counts}


def write_figures(here: Installation, ledger_id: int, path: Path, *, dossier: datetime) -> None:
    """Write ``facts.json``: the figures of the dossier as of ``dossier``, of each round, form, sheet and of the look-back."""
    with here.database.reading() as session:
        found = [_year(session, ledger_id, dossier)]
        for paper in sealed_papers(session, "round"):
            found.append(_round(session, session.get_one(FilingRound, paper.round_id), paper.as_of))
        found += [
            _form(session, session.get_one(Filing, p.matter_id), p.as_of) for p in sealed_papers(session, "filing")
        ]
        found += [_look_back(session, p.ledger_id, p.as_of) for p in sealed_papers(session, "look_back")]
        found += [_sheet(session, session.get_one(SelfCheck, p.matter_id), p.as_of) for p in sealed_papers(session, "self_check")]  # fmt: skip
        found += _rectifications(session, dossier)
        for kind in ("bulletin", *LADDER):
            found += [_issued(session.get_one(Missive, p.matter_id), p.as_of) for p in sealed_papers(session, kind)]
    said = {"papers": [one.to_json() for one in found]}
    path.write_text(json.dumps(said, ensure_ascii=False, indent=1), "utf-8")


def _year(session: Session, ledger_id: int, as_of: datetime) -> Figures:
    tasks = tasks_at(session, as_of, Task.ledger_id == ledger_id)
    book = rulebook(session, as_of)
    late = [task for task in tasks if situation_of(book, task).overdue(day_of(as_of))]
    paused = [task for task in tasks if task.paused_at is not None]
    statuses = Counter(task.status for task in tasks)
    counts: dict[str, Any] = {"任务": len(tasks), **{status.word: statuses[status] for status in Status}}
    closed_late = [
        task for task in tasks if task.status is Status.CLOSED and situation_of(book, task).days_late(day_of(as_of))
    ]
    counts |= {"逾期未办结": len(late), "逾期办结": len(closed_late), "挂账": len(paused), "退回": sum(task.returns for task in tasks)}  # fmt: skip
    return Figures("dossier/", as_of, counts)


def _round(session: Session, row: FilingRound, as_of: datetime) -> Figures:
    state = board(session, row, as_of=as_of)
    filed = [line for line in state.first if line.filed]
    counts: dict[str, Any] = {
        "条目": len(row.ledger.items),
        "应报单位": len(state.first),
        "已报送": len(filed),
        "其中迟报": sum(line.late for line in filed),
        "未报送": len(state.first) - len(filed),
        "补报": sum(line.form.edition > 1 and line.filed for line in state.lines),
        "退回": sum(line.returned for line in state.lines),
        "催办": state.urged,
    }
    counts["状态"] = {standing.word: state.counts[standing] for standing in Standing}
    return Figures(f"filings/{round_name(row)}/全市", as_of, counts)


def _form(session: Session, form: Filing, as_of: datetime) -> Figures:
    line = line_of(session, form, as_of=as_of)
    counts = {
        "条目": len(form.rows),
        "有文字": sum(bool(row.text) for row in form.rows),
        "不涉及": sum(row.not_concerned for row in form.rows),
        "迟报": line.late,
        "退回": line.returned,
    }
    return Figures(f"filings/{round_name(form.in_round)}/{file_name(form.unit.name)}{form.edition_word}", as_of, counts)


def _look_back(session: Session, ledger_id: int, as_of: datetime) -> Figures:
    facts = look_back_paper(session, ledger_id, as_of=as_of)
    counts: dict[str, Any] = {f"{scope.value}类条目": count for scope, count in facts.scope.items()}
    counts |= {"核查项": len(facts.chosen), **{verdict.word: count for verdict, count in facts.verdicts.items()}}
    counts |= {
        "未下结论": facts.open_lines,
        "当年已办结、现不落实": len(facts.fallen_back),
        "整改": len(facts.mending),
        "其中已销号": sum(facts.mending),
    }
    return Figures("lookback/核查表", as_of, counts)


def _sheet(session: Session, sheet: SelfCheck, as_of: datetime) -> Figures:
    told = sheet_paper(session, sheet.id, as_of=as_of)
    lines = len(told.lines) if told else 0
    counts = {"自查项": lines, "已落实": told.done if told else 0}
    return Figures(f"lookback/自查表-{file_name(sheet.unit.name)}", as_of, counts)


def _issued(missive: Missive, as_of: datetime) -> Figures:
    """An issued paper: to how many units, who has signed, and the classes that a bulletin counts."""
    counts: dict[str, Any] = {"受文单位": len(missive.units), "已签收": sum(row.received_at is not None for row in missive.units)}  # fmt: skip
    told = figures_of(missive)
    if told is not None:
        counts |= {"核对单位": len(missive.named), "有异议": sum(row.agrees is False for row in missive.named)}
        counts |= {f"条目{pace.word}": count for pace, count, _ in told.classes}
    return Figures(issued_name(missive.matter, missive.number), missive.as_of if told else as_of, counts)


def _rectifications(session: Session, as_of: datetime) -> list[Figures]:
    listed = session.scalars(select(Rectification)).all()
    closed = sum(one.status is Status.CLOSED for one in listed)
    return [Figures("rectification/整改台账", as_of, {"整改": len(listed), "已销号": closed, "办理中": len(listed) - closed})] if listed else []  # fmt: skip
