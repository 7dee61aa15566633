"""One table written as every format that offices hold: the words of a document that was read, laid out anew."""

from __future__ import annotations

import html
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import docx
from docx.enum.section import WD_ORIENT
from openpyxl import Workbook
from weasyprint import HTML

from intake.grammar.wording import unmark
from intake.layouts import layout


@dataclass(frozen=True)
class Printed:
    """A notice with one table or several: lines before, (head, rows) of each, lines after."""

    before: tuple[str, ...]
    tables: tuple[tuple[tuple[str, ...], tuple[tuple[str, ...], ...]], ...]
    after: tuple[str, ...]


def printed(text: str) -> Printed:
    """The words of a plain document by cell; a row with one filled cell is a section row, merged across."""
    sheet = layout.read(text)
    assert sheet is not None
    tables = tuple(
        (
            tuple(column.name for column in table.columns),
            tuple(tuple(unmark(cell.text).strip() for cell in row.cells) for row in table.rows if row.filled()),
        )
        for table in sheet.tables
    )
    return Printed(_lines(sheet.before), tables, _lines(sheet.after))


HEAD = ("序号", "工作任务", "工作要求", "牵头单位", "责任单位", "完成时限")


def composed(gold: dict[str, Any]) -> Printed:
    """A ledger as its gold says it, in one common shape: section rows across, one row a task, names in full."""
    rows: list[tuple[str, ...]] = []
    path: list[str] = []
    for task in gold["tasks"]:
        if task["section"] != path:
            same = next((n for n, (a, b) in enumerate(zip(path, task["section"], strict=False)) if a != b), None)
            kept = min(len(path), len(task["section"])) if same is None else same
            rows += [(part, "", "", "", "", "") for part in task["section"][kept:]]
            path = task["section"]
        lead, responsible = (
            "、".join([*task[f"{part}_units"], *task[f"{part}_groups"]]) for part in ("lead", "responsible")
        )
        number, title = str(task["number"]), task["title"] or ""
        rows.append((number, title, task["requirement"] or "", lead, responsible, task["deadline_text"] or ""))
    before = [gold["document_number"] or ""]
    if gold["report_due"]:
        before.append(gold["report_due"]["text"] + "。")
    if gold["issued_on"]:
        year, month, day = gold["issued_on"].split("-")
        before += [gold["issuer"] or "", f"{year}年{int(month)}月{int(day)}日"]
    return Printed((*before, "", gold["title"] or ""), ((HEAD, tuple(rows)),), ())


def _lines(lines: Sequence[layout.Line]) -> tuple[str, ...]:
    return tuple(line.text.strip() for line in lines)


def is_section(row: Sequence[str]) -> bool:
    """Whether a row is one cell across the table."""
    return sum(bool(cell) for cell in row) == 1


def as_docx(given: Printed) -> bytes:
    document = docx.Document()
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    for line in given.before:
        document.add_paragraph(line)
    for head, rows in given.tables:
        table = document.add_table(rows=1 + len(rows), cols=len(head))
        table.style = "Table Grid"
        cells = table._cells  # python-docx works this list out anew at every look
        for at, row in enumerate((head, *rows)):
            place = cells[at * len(head) : (at + 1) * len(head)]
            if is_section(row):
                place[0].merge(place[-1]).text = "".join(row)
                continue
            for cell, text in zip(place, row, strict=False):
                cell.text = text
        document.add_paragraph("")
    for line in given.after:
        document.add_paragraph(line)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def as_xlsx(given: Printed) -> bytes:
    book = Workbook()
    sheet = book.active
    width = max(len(head) for head, _ in given.tables)
    for line in given.before:
        sheet.append([line])
        sheet.merge_cells(start_row=sheet.max_row, end_row=sheet.max_row, start_column=1, end_column=width)
    for head, rows in given.tables:
        sheet.append(list(head))
        for row in rows:
            if is_section(row):
                sheet.append(["".join(row)])
                sheet.merge_cells(start_row=sheet.max_row, end_row=sheet.max_row, start_column=1, end_column=len(head))
            else:
                sheet.append([cell or None for cell in row])
    for line in given.after:
        sheet.append([line])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


STYLE = """<style>@page { size: A4 landscape; margin: 15mm; @bottom-center { content: "— " counter(page) " —" } }
body { font: 9pt "Noto Serif CJK SC" } table { border-collapse: collapse; width: 100% } thead { display: table-header-group }
td, th { border: 1px solid black; padding: 2pt; vertical-align: middle } td { white-space: pre-line }</style>"""


def as_html(given: Printed, style: str = "") -> bytes:
    parts = [f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>某政府网站</title>{style}</head><body>"]
    parts += [f"<p>{html.escape(line)}</p>" for line in given.before]
    for head, rows in given.tables:
        parts.append(
            "<table><thead><tr>" + "".join(f"<th>{html.escape(name)}</th>" for name in head) + "</tr></thead><tbody>"
        )
        for row in rows:
            if is_section(row):
                parts.append(f"<tr><td colspan='{len(head)}'>{html.escape(''.join(row))}</td></tr>")
            else:
                cells = ("".join(f"<p>{html.escape(line)}</p>" for line in cell.split("\n")) for cell in row)
                parts.append("<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>")
        parts.append("</tbody></table>")
    parts += [f"<p>{html.escape(line)}</p>" for line in given.after]
    return "".join([*parts, "</body></html>"]).encode()


def as_pdf(given: Printed) -> bytes:
    page = as_html(given, STYLE + "<style>p { margin: 0 }</style>").decode()
    made: bytes = HTML(string=page).write_pdf()
    return made


FORMATS: dict[str, Callable[[Printed], bytes]] = {"docx": as_docx, "xlsx": as_xlsx, "html": as_html, "pdf": as_pdf}
