"""What the papers of an inspection tell (检查材料取数): the finished worksheet, and the list of all of them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from workflow.ledgers.export import LedgerTable, TableColumn
from workflow.record.asof import last_by
from workflow.record.calendar import day_of, spoken, spoken_moment
from workflow.record.models import AuditEvent
from workflow.tasks.models import Signoff
from workflow.tasks.words import Gate, Status
from workflow.year.filings.tables import masked
from workflow.year.inspections.models import Inspection, Worksheet
from workflow.year.inspections.worksheets import WORKSHEET

COLUMNS = (
    ("序号", 2), ("检查对象", 5), ("条目编号", 2), ("条目与要求", 8), ("检查时间", 4), ("地点或网址", 4), ("检查人", 3), ("检查方法", 2), ("事实", 8),
    ("取证（SHA-256）", 6), ("判断", 3), ("问题类别", 3), ("依据条款", 4), ("整改要求", 5), ("整改时限", 3), ("被检查单位意见与签认", 5), ("状态", 3),
)  # fmt: skip


@dataclass(frozen=True)
class WorksheetFacts:
    """A finished worksheet as it is sealed (检查底稿)."""

    title: str
    office: str
    year: int
    as_of: datetime
    head_seq: int
    head_hash: str
    lines: tuple[tuple[str, str], ...]
    """(field, what it says), in the order of the paper."""
    files: tuple[tuple[str, str, str], ...]
    """(name, note, SHA-256) of what was brought."""


def inspectors_of(sheet: Worksheet) -> str:
    """Who looked: whoever laid it before the second inspector, and the second inspector."""
    confirmed = _signed(sheet, Gate.UNIT)
    second = sheet.companion.name if sheet.companion else confirmed.signer if confirmed else ""
    return "、".join(dict.fromkeys(name for name in (sheet.inspector, second) if name))


def view_of(sheet: Worksheet) -> str:
    """What the unit said and who signed, or why nobody did."""
    given = _signed(sheet, Gate.LEAD)
    if given is not None:
        return f"{given.opinion or '无不同意见'}（{given.unit_name} {given.signer}，{spoken(day_of(given.at))}）"
    return f"未签认：{sheet.unsigned}" if sheet.unsigned else ""


def _signed(sheet: Worksheet, gate: Gate) -> Signoff | None:
    return next((s for s in reversed(sheet.signoffs) if s.gate is gate and s.void_at is None), None)


def rule_of(begun: Inspection) -> str:
    """How it was drawn, so that anybody can draw again."""
    listed = begun.population.count("\n")
    digest = hashlib.sha256(begun.population.encode()).hexdigest()
    return f"{begun.rule.word}，比例 {begun.share}%，名单 {listed} 项，抽中 {len(begun.sheets)} 项，种子 {begun.seed}，名单摘要 {digest}"


def cells_of(sheet: Worksheet) -> tuple[str, ...]:
    """What a worksheet says, in the order of :data:`COLUMNS` from the second on."""
    item, files = sheet.item, [f"{one.name} {one.sha256}" for one in sheet.live_evidence if one.sha256]
    return (
        sheet.checked.name, item.number, "\n".join(part for part in (item.text, item.requirement) if part),
        spoken_moment(sheet.seen_at) if sheet.seen_at else "", sheet.place, inspectors_of(sheet), sheet.method.word, sheet.facts,
        "\n".join(files), sheet.judgement.word if sheet.judgement else "", sheet.category, sheet.clause, sheet.demand,
        spoken(sheet.mend_by) if sheet.mend_by else "", view_of(sheet), WORKSHEET.word(sheet.status),
    )  # fmt: skip


def inspection_table(begun: Inspection) -> LedgerTable:
    """Every worksheet of an inspection, a line each."""
    rows = [(str(n), *map(masked, cells_of(sheet))) for n, sheet in enumerate(begun.sheets, start=1)]
    columns = tuple(TableColumn("extra", name, weight) for name, weight in COLUMNS)
    return LedgerTable(
        title=f"检查底稿汇总表：{begun.title}", document_number=begun.ledger.document_number or "", issuer="", issued_on="",
        report="", columns=columns, rows=(*rows, (f"抽取：{rule_of(begun)}",)),
    )  # fmt: skip


def worksheet_paper(session: Session, sheet_id: int, /, *, as_of: datetime) -> WorksheetFacts | None:
    """What a finished worksheet's sealed paper says; nothing of it changes any more. None before that."""
    sheet, last = session.get_one(Worksheet, sheet_id), last_by(session, as_of)
    if sheet.status is not Status.CLOSED:
        return None
    names = [name for name, _ in COLUMNS[1:]]
    said = [
        pair
        for pair in zip(names, map(masked, cells_of(sheet)), strict=True)
        if pair[0] not in ("取证（SHA-256）", "状态")
    ]
    begun = sheet.inspection
    return WorksheetFacts(
        title=f"检查底稿：{begun.title}", office=sheet.unit.name, year=day_of(as_of).year, as_of=as_of, head_seq=last,
        head_hash=session.get_one(AuditEvent, last).hash,
        lines=(("来源", f"《{begun.ledger.title}》{begun.basis}"), *said, ("抽取", rule_of(begun))),
        files=tuple((one.name, one.note, one.sha256 or "") for one in sheet.live_evidence),
    )  # fmt: skip
