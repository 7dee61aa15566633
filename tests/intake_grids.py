"""The rows of a ledger in every shape that tables of offices take (表格版式生成): as text, Word, workbook and page."""

from __future__ import annotations

import html
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import docx
from openpyxl import Workbook

from tests.intake.intake_printed import HEAD, Item, items_of

Rect = tuple[int, int, int, int]
"""First row, first column, last row, last column of merged cells."""


@dataclass
class Table:
    """Rows of cells, with what is merged."""

    rows: list[list[str]]
    merged: list[Rect] = field(default_factory=list)

    def across(self, text: str) -> None:
        """Add a row of one cell from side to side."""
        width = len(self.rows[0])
        self.rows.append([text, *[""] * (width - 1)])
        self.merged.append((len(self.rows) - 1, 0, len(self.rows) - 1, width - 1))


Task = dict[str, Any]
Made = tuple[list[str | Table], list[Task]]
"""Paragraphs and tables, and what must be read of them."""
QUARTERS = {"03-31": 0, "06-30": 1, "09-30": 2, "12-31": 3}


def _expected(gold: dict[str, Any]) -> list[tuple[Item, Task]]:
    items = items_of(gold)
    return [(item, {**task, "number": item.cells[0]}) for item, task in zip(items, gold["tasks"], strict=True)]


def _all(gold: dict[str, Any]) -> list[Task]:
    return [task for _, task in _expected(gold)]


def plain(gold: dict[str, Any]) -> Made:
    return [Table([list(HEAD), *(list(item.cells) for item, _ in _expected(gold))])], _all(gold)


def merged_left_out(gold: dict[str, Any]) -> Made:
    """A column of groups, each merged over its rows."""
    table = Table([["序号", "类别", *HEAD[1:]]])
    for count, (item, _) in enumerate(_expected(gold)):
        table.rows.append([item.cells[0], f"第{count // 4 + 1}类工作" if count % 4 == 0 else "", *item.cells[1:]])
    for first in range(1, len(table.rows), 4):
        last = min(first + 3, len(table.rows) - 1)
        if last > first:
            table.merged.append((first, 1, last, 1))
    return [table], _all(gold)


def heads_again(gold: dict[str, Any]) -> Made:
    table = Table([list(HEAD)])
    for count, (item, _) in enumerate(_expected(gold)):
        if count and count % 7 == 0:
            table.rows.append(list(HEAD))
        table.rows.append(list(item.cells))
    return [table], _all(gold)


def two_row_head(gold: dict[str, Any]) -> Made:
    table = Table([["序号", "工作任务", "责任分工", "", "完成时限"], ["", "", "牵头单位", "配合单位", ""]])
    table.merged = [(0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 0, 3), (0, 4, 1, 4)]
    table.rows += [list(item.cells) for item, _ in _expected(gold)]
    return [table], _all(gold)


def other_order(gold: dict[str, Any]) -> Made:
    order = (0, 4, 2, 3, 1)
    rows = [HEAD, *(item.cells for item, _ in _expected(gold))]
    return [Table([[row[n] for n in order] for row in rows])], _all(gold)


def cards(gold: dict[str, Any]) -> Made:
    blocks: list[str | Table] = []
    for item, _ in _expected(gold):
        blocks += [Table([[name, cell] for name, cell in zip(HEAD, item.cells, strict=True)]), ""]
    return blocks, _all(gold)


def wide_cards(gold: dict[str, Any]) -> Made:
    """Two pairs a row, the words of the task across."""
    blocks: list[str | Table] = []
    for item, _ in _expected(gold):
        number, text, lead, responsible, when = item.cells
        rows = [
            [HEAD[0], number, HEAD[4], when],
            [HEAD[1], text, "", ""],
            [HEAD[2], lead, HEAD[3], responsible],
        ]
        blocks += [Table(rows, [(1, 1, 1, 3)]), ""]
    return blocks, _all(gold)


def turned(gold: dict[str, Any]) -> Made:
    """Six tasks a table, the names on the left."""
    pairs = _expected(gold)
    blocks: list[str | Table] = []
    for first in range(0, len(pairs), 6):
        cells = [HEAD, *(item.cells for item, _ in pairs[first : first + 6])]
        blocks += [Table([list(row) for row in zip(*cells, strict=True)]), ""]
    return blocks, _all(gold)


def quarters(gold: dict[str, Any]) -> Made:
    """A column a quarter; only tasks that end with one."""
    pairs = [(item, task) for item, task in _expected(gold) if (task["due"] or "")[5:] in QUARTERS]
    table = Table([["序号", "工作任务", "一季度", "二季度", "三季度", "四季度", "牵头单位", "责任单位"]])
    for item, task in pairs:
        steps = ["", "", "", ""]
        for at in range(QUARTERS[task["due"][5:]] + 1):
            steps[at] = ("启动", "推进", "见效", "收官")[at]
        table.rows.append([item.cells[0], item.cells[1], *steps, item.cells[2], item.cells[3]])
    year = gold["year"]
    return [table], [task for _, task in pairs if task["due"][:4] == str(year)] and [task for _, task in pairs]


def matrix(gold: dict[str, Any]) -> Made:
    """Units as heads of columns, ● and ○ below them."""
    pairs = [(i, t) for i, t in _expected(gold) if not t["lead_groups"] and not t["responsible_groups"]][:8]
    units = list(dict.fromkeys(name for _, t in pairs for name in (*t["lead_units"], *t["responsible_units"])))
    table = Table([["序号", "工作任务", *units, "完成时限"]])
    for item, task in pairs:
        signs = ["●" if u in task["lead_units"] else "○" if u in task["responsible_units"] else "" for u in units]
        table.rows.append([item.cells[0], item.cells[1], *signs, item.cells[4]])
    return [table, "注：●表示牵头单位，○表示配合单位。"], [task for _, task in pairs]


def units_as_rows(gold: dict[str, Any]) -> Made:
    """The units that lead in merged rows above their tasks."""
    table, tasks = Table([["序号", "工作任务", "配合单位", "完成时限"]]), []
    above = ""
    for item, task in _expected(gold):
        if not item.cells[2]:
            continue
        if item.cells[2] != above:
            above = item.cells[2]
            table.across(f"牵头单位：{above}")
        table.rows.append([item.cells[0], item.cells[1], item.cells[3], item.cells[4]])
        tasks.append(task)
    return [table], tasks


def units_as_headings(gold: dict[str, Any]) -> Made:
    """One unit a heading, its tasks in a table below."""
    blocks: list[str | Table] = []
    tasks: list[Task] = []
    leads = [task["lead_units"][0] for task in gold["tasks"] if len(task["lead_units"]) == 1]
    for count, unit in enumerate(list(dict.fromkeys(leads))[:10]):
        own = [(item, task) for item, task in _expected(gold) if task["lead_units"] == [unit]]
        rows = [["序号", "工作任务", "完成时限"], *([i.cells[0], i.cells[1], i.cells[4]] for i, _ in own)]
        blocks += [f"（{'一二三四五六七八九十'[count]}）{unit}", Table(rows), ""]
        nobody: Task = {"lead_units": [], "lead_groups": [], "responsible_groups": [], "responsible_units": [unit]}
        tasks += [{**task, **nobody} for _, task in own]
    return blocks, tasks


def several_tables(gold: dict[str, Any]) -> Made:
    """Three tables under names of their own, of different width."""
    pairs = _expected(gold)
    size = (len(pairs) + 2) // 3
    blocks: list[str | Table] = []
    for n, name in enumerate(("表1 重点任务分解表", "表2 专项任务分解表", "表3 其他任务分解表")):
        rows = [list(HEAD), *(list(item.cells) for item, _ in pairs[n * size : (n + 1) * size])]
        if n == 1:
            rows = [[*row, "备注" if at == 0 else ""] for at, row in enumerate(rows)]
        if len(rows) > 1:
            blocks += [name, Table(rows), ""]
    return blocks, _all(gold)


def without_head(gold: dict[str, Any]) -> Made:
    return [Table([list(item.cells) for item, _ in _expected(gold)])], _all(gold)


def unknown_names(gold: dict[str, Any]) -> Made:
    head = ["排序", "干什么", "谁来牵头", "谁来落实", "啥时干完"]
    return [Table([head, *(list(item.cells) for item, _ in _expected(gold))])], _all(gold)


LAYOUTS: dict[str, Callable[[dict[str, Any]], Made]] = {
    made.__name__: made
    for made in (
        plain, merged_left_out, heads_again, two_row_head, other_order, cards, wide_cards, turned, quarters, matrix,
        units_as_rows, units_as_headings, several_tables, without_head, unknown_names,
    )
}  # fmt: skip


def title_of(gold: dict[str, Any]) -> str:
    return f"某市{gold['year'] or 2026}年重点任务分解表"


def as_text(title: str, blocks: Sequence[str | Table]) -> bytes:
    lines = [title, ""]
    for block in blocks:
        lines += [block] if isinstance(block, str) else ["\t".join(row) for row in block.rows]
    return "\n".join(lines).encode()


def as_docx(title: str, blocks: Sequence[str | Table]) -> bytes:
    document = docx.Document()
    document.add_paragraph(title)
    for block in blocks:
        if isinstance(block, str):
            document.add_paragraph(block)
            continue
        width = len(block.rows[0])
        table = document.add_table(rows=len(block.rows), cols=width)
        cells = table._cells  # python-docx works this list out anew at every look
        for at, row in enumerate(block.rows):
            for n, text in enumerate(row):
                if text:
                    cells[at * width + n].text = text
        for top, left, bottom, right in block.merged:
            cells[top * width + left].merge(cells[bottom * width + right]).text = block.rows[top][left]
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def as_xlsx(title: str, blocks: Sequence[str | Table]) -> bytes:
    book = Workbook()
    sheet = book.active
    sheet.append([title])
    for block in blocks:
        if isinstance(block, str):
            sheet.append([block])
            continue
        top = sheet.max_row + 1
        for at, row in enumerate(block.rows):
            for n, text in enumerate(row, start=1):
                sheet.cell(top + at, n, text or None)
        for first, left, last, right in block.merged:
            sheet.merge_cells(start_row=top + first, start_column=left + 1, end_row=top + last, end_column=right + 1)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def as_html(title: str, blocks: Sequence[str | Table]) -> bytes:
    parts = [f"<html><head><meta charset='utf-8'></head><body><h2>{title}</h2>"]
    for block in blocks:
        parts.append(f"<p>{html.escape(block)}</p>" if isinstance(block, str) else _table(block))
    return "".join([*parts, "</body></html>"]).encode()


def _table(block: Table) -> str:
    spans = {(top, left): (bottom - top + 1, right - left + 1) for top, left, bottom, right in block.merged}
    hidden = {
        (r, c) for top, left, bottom, right in block.merged for r in range(top, bottom + 1) for c in range(left, right + 1)
    } - spans.keys()  # fmt: skip
    rows = []
    for at, row in enumerate(block.rows):
        cells = []
        for n, text in enumerate(row):
            if (at, n) not in hidden:
                down, across = spans.get((at, n), (1, 1))
                cells.append(f"<td rowspan={down} colspan={across}>{html.escape(text)}</td>")
        rows.append(f"<tr>{''.join(cells)}</tr>")
    return f"<table>{''.join(rows)}</table>"


FORMATS: dict[str, Callable[[str, Sequence[str | Table]], bytes]] = {
    "txt": as_text, "docx": as_docx, "xlsx": as_xlsx, "html": as_html,
}  # fmt: skip
