"""A ledger as a file again (台账导出): .docx, .xlsx and PDF in the shape it came in, to be read back as the same."""

from __future__ import annotations

import io
from collections.abc import Iterable
from math import ceil
from typing import IO, Any

import docx
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties

from reports.binding import printed
from workflow.ledgers.export import LedgerTable, TableColumn
from workflow.record.settings import Settings
from workflow.record.showing import would_run

PAGE, MARGIN = (297, 210), 20
"""A4 across, in millimetres."""
_TITLE, _HEAD, _BODY = "方正小标宋简体", "黑体", "仿宋"
_THIN = Side(style="thin")
_BORDER = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
BODY_SIZE, LINE = 12, 15.0
SHEETS = ("落实情况表", "核查表", "范围表", "自查表", "整改台账")
"""What the sheet of a workbook is called, by what stands in its title."""
ROOM = 40
"""Twentieths of a point between a cell's text and its upper and lower edge."""
MANY = 12
"""From so many columns on they are narrower, and lie on A3."""
_A3, _A4 = 8, 9
"""ECMA-376 part 1, 18.3.1.63: sizes of paper."""
MIME = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}


def as_pdf(table: LedgerTable, settings: Settings) -> bytes:
    """Printed, the head repeated on every page."""
    return printed(settings, "ledger", table=table)


def as_docx(table: LedgerTable) -> bytes:
    """A Word document: the head repeated on every page, headings merged across."""
    document = docx.Document()
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(PAGE[0]), Mm(PAGE[1])
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(MARGIN)
    for text, font, size, aligned in _lines(table):
        paragraph = document.add_paragraph()
        paragraph.alignment = aligned
        _write(paragraph, text, font, size)
    grid = document.add_table(rows=1 + len(table.rows), cols=len(table.columns))
    grid.style, grid.autofit = "Table Grid", False
    cells = [cell for row in grid.rows for cell in row.cells]  # a grid's own look at one cell walks over all of them
    width, total = PAGE[0] - 2 * MARGIN, sum(column.weight for column in table.columns)
    names = tuple(column.name for column in table.columns)
    for at, row in enumerate((names, *table.rows)):
        place = cells[at * len(names) : (at + 1) * len(names)]
        if len(row) == 1:
            place[0].merge(place[-1])
        for cell, text, column in zip(place, row, table.columns, strict=False):
            cell.width = Mm(width if len(row) == 1 else width * column.weight / total)
            _write(cell.paragraphs[0], text, _BODY if at and len(row) > 1 else _HEAD, 10)
    for shape, column in zip(grid.columns, table.columns, strict=True):
        shape.width = Mm(width * column.weight / total)
    _repeat(grid.rows[0])
    _roomy(grid)
    for text in table.foot:
        _write(document.add_paragraph(), text, _BODY, BODY_SIZE)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _lines(table: LedgerTable) -> list[tuple[str, str, int, WD_ALIGN_PARAGRAPH]]:
    """What stands above the table, line by line: (text, font, points, alignment)."""
    centre, right, left = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.LEFT
    lines = [
        (table.document_number, _BODY, 12, centre),
        (table.report, _BODY, 12, left),
        (table.issuer, _BODY, 12, right),
        (table.issued_on, _BODY, 12, right),
        (table.title, _TITLE, 18, centre),
        *((text, _BODY, BODY_SIZE, left) for text in table.under),
    ]
    return [line for line in lines if line[0]]


def _write(paragraph: Any, text: str, font: str, size: int) -> None:
    run = paragraph.add_run(text)
    run.font.size, run.font.name = Pt(size), font
    run.element.rPr.rFonts.set(qn("w:eastAsia"), font)


def _repeat(row: Any) -> None:
    """ECMA-376 part 1, 17.4.78: this row again at the top of every page."""
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)  # noqa: SLF001 - python-docx has no property for it


def _roomy(grid: Any) -> None:
    """ECMA-376 part 1, 17.4.42: a little room above and below the text of every cell."""
    margins = OxmlElement("w:tblCellMar")
    for side in ("top", "bottom"):
        edge = OxmlElement(f"w:{side}")
        edge.set(qn("w:w"), str(ROOM))
        edge.set(qn("w:type"), "dxa")
        margins.append(edge)
    properties = grid._tbl.tblPr  # noqa: SLF001 - python-docx has no property for it
    look = properties.find(qn("w:tblLook"))
    properties.append(margins) if look is None else look.addprevious(margins)


def as_xlsx(table: LedgerTable) -> bytes:
    """A workbook: every cell as text, so that nothing is taken for a formula (safety.md P16)."""
    out = io.BytesIO()
    write_xlsx(table, table.rows, out)
    return out.getvalue()


def write_xlsx(table: LedgerTable, rows: Iterable[tuple[str, ...]], out: IO[bytes]) -> None:
    """The same of rows that are still being read: each is written and forgotten, so that a million take no memory."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(next((name for name in SHEETS if name in table.title), "任务分解表"))
    above, names = _lines(table), tuple(column.name for column in table.columns)
    head = len(above) + 1
    for at, shape in enumerate(table.columns, start=1):
        sheet.column_dimensions[get_column_letter(at)].width = _width(shape, table)
    sheet.freeze_panes = f"A{head + 1}"
    sheet.print_title_rows = f"{head}:{head}"
    _on_paper(sheet, _A3 if len(names) > MANY else _A4)
    lines = _Lines(sheet, table)
    for text, _, size, aligned in above:
        lines.put((text,), height=None, bold=size > BODY_SIZE, horizontal=aligned.name.lower())
    lines.put(names, bold=True, horizontal="center", bordered=True)
    for row in rows:
        lines.put(row, bold=len(row) == 1, horizontal="left", bordered=True)
    for text in table.foot:
        lines.put((text,), bold=False, horizontal="left")
    book.save(out)


class _Lines:
    """Writes one line of a sheet after the other (逐行写入)."""

    def __init__(self, sheet: Any, table: LedgerTable) -> None:
        self._sheet, self._table, self._at = sheet, table, 0
        self._looks: dict[Any, Any] = {}

    def put(self, row: tuple[str, ...], *, height: float | None = 0, **look: Any) -> None:
        """A row; one of a single cell goes across. It is as high as its longest cell asks; where None, as any row is."""
        self._at += 1
        across = len(row) == 1
        texts = (*row, *[""] * (len(self._table.columns) - 1)) if across and look.get("bordered") else row
        if across and len(self._table.columns) > 1:
            self._sheet.merged_cells.add(f"A{self._at}:{get_column_letter(len(self._table.columns))}{self._at}")
        if height is not None:
            self._sheet.row_dimensions[self._at].height = _height(row, self._table)
        self._sheet.append([_text(self._looks, WriteOnlyCell(self._sheet), text, **look) for text in texts])
        self._sheet.row_dimensions.pop(self._at, None)


def _on_paper(sheet: Any, size: int) -> None:
    """Across, as wide as the paper, with its page number below."""
    sheet.page_setup.orientation, sheet.page_setup.paperSize, sheet.page_setup.fitToHeight = "landscape", size, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_margins = PageMargins(left=0.5, right=0.5, top=0.6, bottom=0.6, header=0.3, footer=0.3)
    sheet.HeaderFooter.oddFooter.center.text = "— &P —"
    sheet.print_options.horizontalCentered = True


def _width(column: TableColumn, table: LedgerTable) -> int:
    """In the spreadsheet's unit, the width of a digit; a Chinese character takes two."""
    return 4 + 3 * column.weight if len(table.columns) > MANY else 6 + 4 * column.weight


def _height(row: tuple[str, ...], table: LedgerTable) -> float:
    """Points that the longest cell takes: not every program fits rows by itself."""
    widths = [_width(column, table) for column in table.columns]
    cells = zip(row, [sum(widths)] if len(row) == 1 else widths, strict=True)
    lines = (sum(ceil(2 * len(line) / (width - 2)) or 1 for line in text.split("\n")) for text, width in cells)
    most = max(lines, default=1)
    return LINE if len(row) == 1 and most == 1 else min(LINE * most + 3, 409)


def _text(looks: dict[Any, Any], cell: Any, text: str, *, bold: bool, horizontal: str, bordered: bool = False) -> Any:
    """A cell that a spreadsheet shows and never runs; how it looks is made once a sheet, for it costs more than the cell."""
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", text)
    cell.data_type = "s"
    asked = bold, horizontal, bordered, would_run(text)
    if asked in looks:
        cell._style = looks[asked]  # noqa: SLF001 - nobody changes a look after it was made
        return cell
    cell.font, cell.alignment = Font(bold=bold), Alignment(wrap_text=True, vertical="center", horizontal=horizontal)
    cell.quotePrefix = would_run(text)
    if bordered:
        cell.border = _BORDER
    looks[asked] = cell._style  # noqa: SLF001 - see above
    return cell
