"""From a file to a ledger (读表步骤): told apart by format, laid out, read row by row, checked as a whole."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from intake import formats, layout, notice, origins, standing
from intake.assemble import Assembly
from intake.blocks import lay_out
from intake.decode import decode, spoilt
from intake.grid import Sheet
from intake.problems import of_numbers
from intake.programs import Needs
from intake.wording import squeeze
from workflow.errors import Unreadable
from workflow.published import Problem, PublishedLedger


def read(data: bytes, *, filename: str = "") -> PublishedLedger:
    """:func:`intake.read`."""
    name = f"《{filename[:80]}》" if filename else "文件"
    sheet, text, places, notes = _laid(data, name)
    if sheet is None:
        return _without_rows(notice.read(layout.lines_of(text), [], ""), text, _no_table(text, name))
    body = "\n".join(cell.text for table in sheet.tables for row in table.rows for cell in row.cells)
    head = notice.read(sheet.before, sheet.after, body)
    around = standing.read([line.text for line in (*sheet.before, *sheet.stray, *sheet.after)])
    assembly = Assembly(head.year, around)
    for table in sheet.tables:
        assembly.take(table)
    if not assembly.tasks:
        empty = f"没有读到任务表：{name}里找到了表头，但表头下面没有任务行，请确认表格内容完整后再读入。"
        return _without_rows(head, text, empty)
    tasks, untraced = origins.traced(assembly.tasks, text.split("\n"))
    problems = [
        *(Problem(note) for note in notes),
        *_of_head(head),
        *_of_stray(sheet),
        *_of_standing(around),
        *assembly.problems,
        *untraced,
        *of_numbers(tasks),
    ]
    columns = max((table.columns for table in sheet.tables), key=len)
    return _ledger(
        head,
        tasks=tuple(tasks),
        columns=tuple((column.role, column.name) for column in columns),
        problems=tuple(sorted(problems, key=lambda problem: problem.line or 0)),
        source_text=text,
        places=places,
    )


def answer(data: bytes, question: dict[str, Any]) -> dict[str, Any]:
    """Read in a process apart: the ledger as JSON, the sentence of refusal, or the program that is needed first."""
    try:
        return {"ledger": json.dumps(asdict(read(data, filename=question["filename"])), default=str)}
    except Needs as needs:
        return {"needs": needs.program, "unreadable": needs.message}
    except Unreadable as unreadable:
        return {"unreadable": unreadable.message}


def _ledger(head: notice.Head, **rest: Any) -> PublishedLedger:
    return PublishedLedger(
        title=head.title or None,
        year=head.year,
        issuer=head.issuer,
        document_number=head.document_number,
        issued_on=head.issued_on,
        report_due=head.report_due,
        **rest,
    )


def _without_rows(head: notice.Head, text: str, refusal: str) -> PublishedLedger:
    """A notice that only announces its table, or whose table came without words, has facts but no tasks.

    Raises Unreadable with the refusal for anything else.
    """
    issued = head.document_number or (head.issued_on and head.issuer)
    if not (issued and head.title and "附件" in text):
        raise Unreadable(refusal)
    said = "这份通知里没有读到任务表，只读出了文号、日期等；请把附件的表格另行读入，或在核对页逐条添加任务。"
    return _ledger(head, tasks=(), problems=(Problem(said),), source_text=text)


def _laid(data: bytes, name: str) -> tuple[Sheet | None, str, dict[int, str], list[str]]:
    """(sheet, text, place of each line, notes) of a file of any format."""
    reader = formats.reader_of(data, name)
    if reader is None:
        text = decode(data, name)
        return layout.read(text), text, {}, spoilt(text)
    document = reader(data, name)
    laid = lay_out(document)
    return laid.sheet, "\n".join(laid.lines), laid.places, document.notes


def _no_table(text: str, name: str) -> str:
    count = sum(1 for line in text.split("\n") if line.strip())
    return (
        f"没有读到任务表：{name}里有 {count} 行文字，但没有找到带“工作任务、责任单位（牵头单位、落实单位）”等表头的表格，"
        "请确认选对了文件，并把表头一并复制进来。"
    )


def _of_head(head: notice.Head) -> list[Problem]:
    problems = []
    if not head.title:
        problems.append(Problem("没有读到标题，请填写台账名称。"))
    if head.year is None:
        problems.append(Problem("没有读到年份，没有写年份的时限无法换算成日期，请填写年份后重新读入。"))
    return problems


def _of_standing(around: standing.Standing) -> list[Problem]:
    added, said = "、".join(around.added), []
    if added:
        said.append(Problem(f"原文写明“{added}”对各项均负责、不再列出，已逐项加上，请核对。"))
    if around.first_leads:
        said.append(Problem("原文写明排在第一位的单位牵头，已逐项照此认定，请核对。"))
    for short, names in around.stands_for.items():
        said.append(Problem(f"原文中“{short}”指{'、'.join(names)}，指定单位时请照此办理。"))
    return said


def _of_stray(sheet: Sheet) -> list[Problem]:
    return [
        Problem(f"这一段文字没有归入任何任务：“{squeeze(line.text)[:30]}”，请核对。", line.number)
        for line in sheet.stray
    ]
