"""Tables of web pages (网页表格): rows as they are shown, spans cut at their row group (HTML Living Standard, 4.9.12)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from intake.blocks import Grid, Span
from intake.grammar import columns
from workflow.record.errors import Unreadable

if TYPE_CHECKING:
    from intake.formats.page import Walk

MAX_SPAN = 200
"""Columns or rows that one cell is taken to cover at most: a page may say 1000 in every cell."""
MAX_ACROSS = 2_000
"""Columns of a table, those that cells from above push aside among them."""
_GROUPS = ("thead", "tbody", "tfoot")


def rows(table: Any) -> list[list[Any]]:
    """The row groups in the order in which they are shown: heads, bodies, feet; rows of inner tables are not among them."""
    head: list[list[Any]] = []
    body: list[list[Any]] = []
    foot: list[list[Any]] = []
    loose: list[Any] = []
    for node in _below(table):
        if node.tag == "tr":
            if not loose:
                body.append(loose)
            loose.append(node)
            continue
        loose = []
        {"thead": head, "tbody": body, "tfoot": foot}[node.tag].append([one for one in _below(node) if one.tag == "tr"])
    return [*head, *body, *foot]


def _below(node: Any) -> Iterator[Any]:
    """Rows and row groups under a node, through whatever a careless page has put around them."""
    for child in node:
        if child.tag == "tr" or child.tag in _GROUPS:
            yield child
        elif isinstance(child.tag, str) and child.tag not in ("table", "td", "th", "caption"):
            yield from _below(child)


def cells(row: Any) -> Iterator[Any]:
    """The cells of a row."""
    for child in row:
        if child.tag in ("td", "th"):
            yield child
        elif child.tag == "form":
            yield from cells(child)


def is_frame(groups: list[list[Any]]) -> bool:
    """Whether a table only lays out what stands in it: tables within, and no head of its own."""
    all_rows = [row for group in groups for row in group]
    inner = [table for row in all_rows for cell in cells(row) for table in cell.iterdescendants("table")]
    if not inner:
        return False
    if any(columns.header_of([_own(cell) for cell in cells(row)]) for row in all_rows[:10]):
        return False
    here = sum(1 for row in all_rows for _ in cells(row))
    within = sum(1 for table in inner for _ in table.iter("td", "th"))
    return within > here or all(sum(1 for _ in cells(row)) == 1 for row in all_rows)


def _own(cell: Any) -> str:
    """The words of a cell without those of tables in it."""
    whole: str = cell.text_content()
    for table in cell.iterdescendants("table"):
        whole = whole.replace(table.text_content(), "", 1)
    return "".join(whole.split())


def grid(groups: list[list[Any]], walk: Walk) -> Grid:
    """The cells at their places: a span from above pushes what comes after it to the right."""
    spans: list[Span] = []
    at = 0
    for group in groups:
        shown = [row for row in group if walk.is_seen(row)]
        taken: dict[int, int] = {}
        for n, row in enumerate(shown):
            column = 0
            for cell in cells(row):
                if cell.attrib and not walk.is_seen(cell):
                    continue
                while taken.get(column, 0) > at + n:
                    column += 1
                if column > MAX_ACROSS:
                    raise Unreadable(
                        f"没有读到任务表：网页里的表格合并单元格后超过 {MAX_ACROSS} 列，范围过大；请取消不需要的合并后再读入。"
                    )
                down, across = (_times(cell, "rowspan"), _times(cell, "colspan")) if cell.attrib else (1, 1)
                down = len(shown) - n if down == 0 else min(down, len(shown) - n)
                spans.append(Span(at + n, column, walk.cell(cell), down, max(across, 1)))
                for place in range(column, column + max(across, 1)):
                    taken[place] = at + n + down
                column += max(across, 1)
        at += len(shown)
    return Grid(_without_phantoms(spans))


def _without_phantoms(spans: list[Span]) -> list[Span]:
    """Columns in which no cell begins are only the overhang of a span: they are none."""
    begun = sorted({span.column for span in spans})
    if not begun or (begun[-1] == len(begun) - 1 and all(span.column + span.columns <= len(begun) for span in spans)):
        return spans
    place = {column: at for at, column in enumerate(begun)}
    found = []
    for span in spans:
        across = sum(span.column <= column < span.column + span.columns for column in begun)
        found.append(Span(span.row, place[span.column], span.text, span.rows, across))
    return found


def _times(cell: Any, name: str) -> int:
    value = (cell.get(name) or "").strip()
    return min(int(value), MAX_SPAN) if value.isdecimal() else 1


def is_list(inner: Grid) -> bool:
    """Whether a table in a cell is one column or one row: its words belong to the cell."""
    return len({span.row for span in inner.spans}) < 2 or len({span.column for span in inner.spans}) < 2


def told(inner: Grid) -> str:
    """A table in a cell as one line."""
    lines: dict[int, list[str]] = {}
    for span in inner.spans:
        lines.setdefault(span.row, []).append(span.text)
    return "；".join("｜".join(line) for line in lines.values())
