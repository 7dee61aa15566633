"""What the demonstration leaves in its folder (演示成果): filings, look-back, rectifications and packets, each sealed paper with its registration."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.lists.outside_back import put_back
from packets.beside import beside
from packets.judging import bundle
from reports import ledger_files
from reports.assessment_tables import all_sheets_table, ranking_table
from reports.assessment_tables import sheet_table as sheet_table_of
from reports.carried_list import carried_list
from reports.check_tables import item_table, look_back_paper, rectification_table, scope_table, sheet_paper, sheet_table
from reports.official import official
from reports.official_docx import official_docx
from workflow.ledgers.export import LedgerTable
from workflow.ledgers.models import Ledger
from workflow.record.installation import Installation, wall_clock
from workflow.record.registering import registration_of
from workflow.tasks.models import Packet, Task
from workflow.tasks.words import PacketState
from workflow.year.assessments.models import Assessment
from workflow.year.assessments.sheets import results
from workflow.year.filings.models import Filing, FilingRound
from workflow.year.filings.tables import form_table, round_table
from workflow.year.inspections.facts import inspection_table
from workflow.year.inspections.models import Inspection, Worksheet
from workflow.year.look_backs.models import Rectification, SelfCheck
from workflow.year.missives.events import LETTER_WORDS
from workflow.year.missives.letters import LADDER
from workflow.year.missives.talk_models import Talk
from workflow.year.models import Paper
from workflow.year.outside.lists import results_of
from workflow.year.outside.models import OutsideList

NAME = 60
"""Characters of a unit's name in a file's name."""


def leave(here: Installation, ledger_id: int, out: Path) -> None:
    """Write everything but the dossier, and the anchors to check it with, as of today."""
    out.mkdir(parents=True, exist_ok=True)
    (out / "ca.pem").write_bytes(bundle(replace(here, clock=wall_clock)))
    with here.database.reading() as session:
        _packets(here, session, ledger_id, out / "packets")
        for row in session.scalars(select(FilingRound).order_by(FilingRound.id)):
            _round(here, session, row, out / "filings" / round_name(row))
        _look_back(here, session, out / "lookback")
        _rectifications(session, out / "rectification")
        _inspections(here, session, out / "inspections")
        _issued(here, session, out)
        _beyond(here, session, out)
        _assessments(session, out / "assessment")
        _closing(here, session, out / "closing")


def round_name(row: FilingRound) -> str:
    """「2025年1-6月」, as its folder is called."""
    return f"{row.ledger.year}年{'1月' if row.months == 1 else f'1-{row.months}月'}"


def sealed_papers(session: Session, kind: str) -> Iterator[Paper]:
    """The newest sealed paper of a kind for each thing that it tells of."""
    made = select(Paper).where(Paper.kind == kind, Paper.pdf_sha256.is_not(None)).order_by(Paper.id)
    yield from {(one.ledger_id, one.matter_id, one.round_id): one for one in session.scalars(made)}.values()


def _packets(here: Installation, session: Session, ledger_id: int, folder: Path) -> None:
    """The year's own in the folder, those of the year before in one of their own."""
    complete = select(Packet, Ledger).join(Task, Task.id == Packet.task_id).join(Ledger, Ledger.id == Task.ledger_id)
    for packet, ledger in session.execute(complete.where(Packet.state == PacketState.COMPLETE)):
        place = folder if ledger.id == ledger_id else folder / f"{ledger.year}年"
        _sealed(here, session, packet.revisions[-1].sha256, place / f"{packet.number}.pdf")


def _round(here: Installation, session: Session, row: FilingRound, folder: Path) -> None:
    """Each unit's form that was filed, and the table of all units, in three formats."""
    for paper in sealed_papers(session, "filing"):
        form = session.get_one(Filing, paper.matter_id)
        if form.round_id == row.id:
            name = f"{file_name(form.unit.name)}{form.edition_word}"
            _tables(form_table(session, form), folder / name)
            _sealed(here, session, paper.pdf_sha256, folder / f"{name}.pdf")
    for paper in sealed_papers(session, "round"):
        if paper.round_id == row.id:
            _tables(round_table(session, row, as_of=paper.as_of), folder / "全市")
            _sealed(here, session, paper.pdf_sha256, folder / "全市.pdf")


def _look_back(here: Installation, session: Session, folder: Path) -> None:
    for paper in sealed_papers(session, "look_back"):
        facts = look_back_paper(session, paper.ledger_id, as_of=paper.as_of)
        _workbook(item_table(facts), folder / "核查表.xlsx")
        _workbook(scope_table(facts), folder / "范围表.xlsx")
        _sealed(here, session, paper.pdf_sha256, folder / "核查表.pdf")
    for paper in sealed_papers(session, "self_check"):
        sheet = session.get_one(SelfCheck, paper.matter_id)
        told, name = sheet_paper(session, sheet.id, as_of=paper.as_of), file_name(sheet.unit.name)
        if told is not None:
            _workbook(sheet_table(told), folder / f"自查表-{name}.xlsx")
            _sealed(here, session, paper.pdf_sha256, folder / f"自查表-{name}.pdf")


def _rectifications(session: Session, folder: Path) -> None:
    listed = session.scalars(select(Rectification)).all()
    if listed:
        _workbook(rectification_table(listed), folder / "整改台账.xlsx")


def _inspections(here: Installation, session: Session, folder: Path) -> None:
    """The list of every inspection, and each worksheet that was finished."""
    for begun in session.scalars(select(Inspection).order_by(Inspection.id)):
        _workbook(inspection_table(begun), folder / f"检查底稿汇总表-{begun.id}.xlsx")
    for paper in sealed_papers(session, "worksheet"):
        sheet = session.get_one(Worksheet, paper.matter_id)
        _sealed(here, session, paper.pdf_sha256, folder / f"检查底稿-{sheet.id}-{file_name(sheet.checked.name)}.pdf")


def _issued(here: Installation, session: Session, out: Path) -> None:
    """Bulletins and letters by their numbers, as sealed and as Word documents."""
    for kind in ("bulletin", *LADDER):
        for paper in sealed_papers(session, kind):
            facts = official(session, paper.matter_id or 0, as_of=paper.as_of)
            path = out / issued_name(kind, facts.number)
            _sealed(here, session, paper.pdf_sha256, path.with_name(f"{path.name}.pdf"))
            path.with_name(f"{path.name}.docx").write_bytes(official_docx(facts))


def _beyond(here: Installation, session: Session, out: Path) -> None:
    """The record of every talk, and each third party's list with the results in it."""
    for paper in sealed_papers(session, "talk"):
        talk = session.get_one(Talk, paper.matter_id)
        _sealed(
            here, session, paper.pdf_sha256, out / "talks" / f"约谈记录-{talk.id}-{file_name(talk.talked.name)}.pdf"
        )
    for one in session.scalars(select(OutsideList).order_by(OutsideList.id)):
        data, results = here.store.read(one.sha256), results_of(one)
        path = out / "rectification" / f"外部清单-{one.id}-{file_name(one.name)}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(put_back(data, results, filename=one.name) if results else data)


def issued_name(kind: str, number: str) -> str:
    """Where an issued paper lies, without its ending: ``letters/提醒函-×政办提函〔2026〕1号``."""
    place = f"letters/{LETTER_WORDS[kind]}" if kind in LADDER else "bulletins/通报"
    return f"{place}-{file_name(number)}"


def _assessments(session: Session, folder: Path) -> None:
    """The ranking and every unit's lines, of both classes, as they stand; and the sheets of those who appealed."""
    for one in session.scalars(select(Assessment).order_by(Assessment.id)):
        word, until = "县区" if one.local else "市直单位", one.entries[-1].noted_at if one.entries else one.started_at
        found = results(session, one, max(until, one.locked_at or until))
        title, state = f"{one.ledger.year} 年度政务公开考核{word}", "已锁定" if one.locked_at else "平时记分"
        _workbook(ranking_table(f"{title}排名表", found, state), folder / f"排名表-{word}.xlsx")
        _workbook(all_sheets_table(f"{title}计分明细", found, state), folder / f"计分明细-{word}.xlsx")
        for sheet in found.sheets:
            if sheet.row.appeal:
                _workbook(
                    sheet_table_of(f"{title}计分表", sheet, state),
                    folder / f"计分表-{file_name(sheet.row.unit.name)}.xlsx",
                )


def _closing(here: Installation, session: Session, folder: Path) -> None:
    for paper in sealed_papers(session, "carried"):
        _workbook(carried_list(session, paper.ledger_id, as_of=paper.as_of).table(), folder / "结转清单.xlsx")
        _sealed(here, session, paper.pdf_sha256, folder / "结转清单.pdf")


def file_name(name: str) -> str:
    """A unit's name as a file may be called."""
    return "".join("_" if c in '/\\:*?"<>|' or ord(c) < 32 else c for c in name)[:NAME]


def _tables(table: LedgerTable, stem: Path) -> None:
    _workbook(table, stem.with_name(f"{stem.name}.xlsx"))
    stem.with_name(f"{stem.name}.docx").write_bytes(ledger_files.as_docx(table))


def _workbook(table: LedgerTable, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(ledger_files.as_xlsx(table))


def _sealed(here: Installation, session: Session, sha256: str | None, path: Path) -> None:
    """A sealed paper, and beside it what is vouched for it."""
    if sha256 is None:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(here.store.read(sha256))
    if (known := registration_of(session, sha256)) is not None:
        beside(path).write_text(known.text, "utf-8")
