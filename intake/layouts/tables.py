"""Streams into tables (成表): heads are found, rows laid under them, and what stands around is kept as lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from intake.grammar import columns, furniture
from intake.grammar.columns import Column
from intake.grammar.fit import price
from intake.grammar.headings import is_section, number_of
from intake.grammar.wording import TERMINAL, squeeze
from intake.grid import Cell, Line, Row, Sheet, Table
from intake.layouts.align import lay
from intake.layouts.heads import DEEPEST, Head, head_at
from intake.layouts.streams import Printed, Stream
from intake.layouts.views import unbroken
from workflow.record.published import Role

WORST = 12.0
"""What a row costs at most when heads are compared: one row with too many cells settles nothing."""
SAMPLE = 80
"""Rows by which it is settled which columns a head leaves unnamed."""
TITLE = re.compile(
    r"(?:表|方案|清单|台账|要点|计划|安排|目录|一览|汇总|分工|分解|任务|事项)(?:—{1,2}.{2,12})?(?:[（(].{0,20}[）)])?$|^附[件表]\d{0,2}$"
)


def fixed(stream: Stream) -> Sheet | None:
    """The tables of a stream whose rows are known; None where no head is found in it."""
    rows = stream.rows
    heads = _heads(rows)
    if not heads:
        return None
    sheet = Sheet(before=_lines(rows[: heads[0][0]]))
    last = max(at for at, row in enumerate(rows) if not row.loose)
    for n, (at, size, head) in enumerate(heads):
        end = heads[n + 1][0] if n + 1 < len(heads) else len(rows)
        table = sheet.tables[-1] if sheet.tables else None
        again = tables_name(sheet) if table is not None else ""
        other = bool(sheet.names) and sheet.names[-1] != again
        if table is None or other or not columns.same_header(table.columns, head):
            table = Table(head, line=rows[at].tokens[0].cell.line)
            table.names = sheet.names if n else ()
            sheet.tables.append(table)
            for line in last_heading(sheet.before) if n == 0 else ():
                table.add(Row([Cell(line.text, line.number, line.number)], line.number, line.number))
        _take(sheet, table, rows[at + size : end], last - at - size, follows=n + 1 < len(heads), fresh=n > 0)
    for table in sheet.tables:
        _widen(table, stream.reach)
    return sheet


def last_heading(before: list[Line]) -> list[Line]:
    """A short numbered heading right above the first table belongs to its rows."""
    last = next((line for line in reversed(before) if line.text.strip()), None)
    plain = squeeze(last.text) if last else ""
    if last and is_section(plain) and len(plain) <= 60 and plain[-1] not in TERMINAL:
        before.remove(last)
        return [last]
    return []


def tables_name(sheet: Sheet) -> str:
    """The name of the last table, or of the first as it stands above it."""
    if sheet.tables[-1].names:
        return sheet.tables[-1].names[-1]
    above = [squeeze(line.text).strip("|｜") for line in sheet.before if is_title(line.text)]
    return above[-1] if above else ""


def _heads(rows: Sequence[Printed]) -> list[tuple[int, int, Head]]:
    """Where heads stand, how many rows each takes, and what it names."""
    found: list[tuple[int, int, Head]] = []
    at = 0
    while at < len(rows):
        head, size = _head_at(rows, at)
        if head:
            found.append((at, size, head))
        at += size
    return found


def _head_at(rows: Sequence[Printed], at: int) -> tuple[Head | None, int]:
    """The head at a row, on as many rows as it takes."""
    if rows[at].loose:
        return None, 1
    width = len(rows[at].tokens)
    run = list(takewhile(lambda row: not row.loose, rows[at : at + DEEPEST]))
    cells = [[token.text for token in row.tokens] for row in run]
    return head_at([row + [""] * (width - len(row)) for row in cells], 0)


def _take(sheet: Sheet, table: Table, rows: Sequence[Printed], last: int, *, follows: bool, fresh: bool) -> None:
    """The printed rows under a head, and the loose lines among and below them."""
    title = _titles(rows) if follows else len(rows)
    gap = fresh
    for at, row in enumerate(rows[:title]):
        gap = gap or row.gap
        if not row.loose:
            cells = [token.cell for token in row.tokens]
            if any(cell.text.strip() for cell in cells):
                table.add(Row(cells, row.tokens[0].cell.line, row.tokens[-1].cell.line_end, gap))
            gap = False
        elif not follows and at > last:
            if not row.gap and not furniture.is_footer(row.tokens[0].text) and at == last + 1 and _goes_on(table, row):
                last += 1
                continue
            sheet.after = _lines(rows[at:])
            return
        elif _heads_numbers(row, rows[at + 1 : at + 2]):
            table.add(Row([row.tokens[0].cell], row.tokens[0].cell.line, row.tokens[0].cell.line_end, gap, across=True))
            gap = False
        elif _loose(sheet, table, row, gap):
            gap = False
    said = (squeeze("".join(token.text for token in row.tokens)).strip("|｜") for row in rows[title:])
    sheet.names = tuple(text for text in said if is_title(text))


def _titles(rows: Sequence[Printed]) -> int:
    """Where the lines begin that only name the next table."""
    at = len(rows)
    while at and len(rows) - at < 5 and (_is_title(rows[at - 1]) or _is_aside(rows[at - 1])):
        at -= 1
    return at


def _is_aside(row: Printed) -> bool:
    return (
        len(row.tokens) == 1
        and re.fullmatch(r"[（(].{0,60}[）)]|.{0,3}单位[：:].{1,10}", squeeze(row.tokens[0].text)) is not None
    )


def _is_title(row: Printed) -> bool:
    words = [token.text for token in row.tokens if token.text.strip()]
    return len(words) == 1 and is_title(words[0])


def is_title(text: str) -> bool:
    """Whether a line only names a table: 表2 …任务清单, 附件1."""
    plain = squeeze(text).strip("|｜")
    return len(plain) < 60 and TITLE.search(plain) is not None and not is_section(plain)


def _goes_on(table: Table, row: Printed) -> bool:
    cell = row.tokens[0].cell
    if not table.rows:
        return False
    above = table.rows[-1]
    at = (above.filled() or [0])[-1]
    if number_of(cell.text) and at < len(table.columns) and table.columns[at].role != "text":
        return False  # 1.2 … is no part of a limit or of names
    above.cells[at] = above.cells[at].joined(cell, "\n")
    above.line_end = cell.line
    return True


def _loose(sheet: Sheet, table: Table, row: Printed, gap: bool) -> bool:
    """A line outside the marks: a heading, the rest of the last cell, or something between pages."""
    cell = row.tokens[0].cell
    if is_section(cell.text) and len(squeeze(cell.text)) <= 120:
        table.add(Row([cell], cell.line, cell.line_end, gap))
    elif not gap and _is_heading(table, squeeze(cell.text)):
        table.add(Row([cell], cell.line, cell.line_end, gap, across=True))
    elif not table.rows or gap or not _goes_on(table, row):
        sheet.stray.append(Line(cell.line, cell.text))
        return False
    return True


def _heads_numbers(row: Printed, below: Sequence[Printed]) -> bool:
    """Whether a line outside the marks is numbered one level above the row below it: 1.源头预防 above 1.1."""
    number = number_of(squeeze(row.tokens[0].text))
    first = next((text for one in below if not one.loose for token in one.tokens if (text := squeeze(token.text))), "")
    return number is not None and number.style == "arabic" and re.match(rf"{number.value}[.．]\d", first) is not None


def _is_heading(table: Table, text: str) -> bool:
    """Whether a short line without a number heads the rows below it: the row above it is whole."""
    if not 2 <= len(text) <= 24 or text[-1] in "。；，、,;" or number_of(text) or text[0] in "、，。；）":
        return False
    if not table.rows:
        return True
    above = table.rows[-1]
    at = (above.filled() or [0])[-1]
    return len(above.filled()) > 2 and at < len(table.columns) and price(table.columns[at].role, above.text(at)) < 0


def _widen(table: Table, reach: int) -> None:
    """Settle which columns a head leaves unnamed, and lay every row under them."""
    widest = max((len(row.filled()) for row in table.rows), default=0)
    heads = variants(table.columns, widest if reach == 1 else 0)
    sample = [row for row in table.rows if len(row.filled()) > 1][:SAMPLE]
    prices = [
        sum(min(lay(row.cells, head, reach)[0], WORST) for row in sample) + 0.3 * len(sample) * n
        for n, head in enumerate(heads)
    ]
    table.columns = heads[prices.index(min(prices))] if sample else table.columns
    for row in table.rows:
        if len(row.filled()) > 1:
            cells = lay(row.cells, table.columns, reach)[1]
            row.ragged = len(cells) > len(table.columns)
            row.cells = [cell if cell.line else cell._replace(line=row.line, line_end=row.line_end) for cell in cells]
        row.cells = [unbroken(cell, role) for cell, role in zip(row.cells, _roles(table, row), strict=True)]


def _roles(table: Table, row: Row) -> list[Role]:
    roles = [column.role for column in table.columns[: len(row.cells)]]
    rest: list[Role] = ["other"] * (len(row.cells) - len(roles))
    return [*roles, *rest]


def variants(head: Head, widest: int) -> list[Head]:
    """The head as printed, and with columns that it does not name before its first words."""
    names = tuple(column for column in head if column.name)
    texts = [at for at, column in enumerate(names) if column.role == "text"] or [0]
    number, text = (texts[0], Column("number", "")), (texts[0], Column("text", ""))
    inner = (texts[-1], Column("number", ""))
    numbered = any(column.role == "number" for column in names)
    found = [head]
    for more in [[text]] if numbered else [[number], [text], [text, number], [text, inner], [inner]]:
        if widest >= len(names) + len(more):
            found.append(_inserted(names, more))
    if len(names) < len(head):
        found.insert(1, names)
    return list(dict.fromkeys(found))


def _inserted(names: Head, more: Sequence[tuple[int, Column]]) -> Head:
    wide = list(names)
    for n, (at, column) in enumerate(more):
        wide.insert(at + n, column)
    return tuple(wide)


def _lines(rows: Sequence[Printed]) -> list[Line]:
    return [
        Line(row.tokens[0].cell.line, " ".join(token.text for token in row.tokens if token.text.strip()))
        for row in rows
    ]
