"""A form that was filled in elsewhere comes back (读回): matched by number and text, what is printed may not be changed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from operator import eq

from workflow.ledgers.export import LedgerTable
from workflow.record.errors import Unreadable
from workflow.record.text import unspaced
from workflow.year.filings.filling import Cell
from workflow.year.filings.models import Filing, FilingRow
from workflow.year.filings.tables import UNFILLED, said_below

Read = tuple[str, list[str]]
"""Where a row stands in the file, and its cells."""
Printed = tuple[FilingRow, tuple[str, ...], tuple[str, ...], str]
"""A row of the form, its cells as printed, as they are compared, and what units below say under its own words."""
_NOT_CONCERNED = re.compile(r"\s*不涉及本单位[，,、]?\s*理由[：:]\s*")
_TOTALS = ("合计", "填报", "单位负责人", "迟报", "未报送", "没有文字")


@dataclass(frozen=True)
class Change:
    """One row whose words differ (改动)."""

    row: FilingRow
    cell: Cell
    place: str


@dataclass
class Returned:
    """What a file says of a form (读回结果): nothing is written yet."""

    changes: list[Change] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    """Cells of the published table that were changed, by their address."""
    unmatched: list[str] = field(default_factory=list)
    """Rows that are none of the form's."""
    same: int = 0


def cell_of(text: str) -> Cell:
    """A printed cell as what it says."""
    text = "" if text.strip() == UNFILLED else text.strip()
    found = _NOT_CONCERNED.match(text)
    return Cell(text[found.end() :], not_concerned=True) if found else Cell(text)


def compare(form: Filing, table: LedgerTable, rows: Iterable[Read]) -> Returned:
    """Lay a file beside the form as it stands. Raises Unreadable where it has not the form's columns."""
    names = [column.name for column in table.columns]
    printed = _printed(form, table)
    found, where = Returned(), None
    for place, cells in rows:
        head = _head(cells, names)
        if head is not None:
            where = head
        elif where is not None and not _is_aside(cells):
            _lay(found, printed, names, place, [cells[at] if at < len(cells) else "" for at in where])
    if where is None:
        raise Unreadable(f"文件里没有找到本表的表头（{'、'.join(names)}），请用本系统导出的表填写后上传。")
    return found


def _printed(form: Filing, table: LedgerTable) -> list[Printed]:
    rows = {row.item_id: row for row in form.rows}
    lines = zip(table.items, table.rows, strict=True)
    return [
        (rows[item], cells[:-1], tuple(map(unspaced, cells[:-1])), said_below(form.taken, item, {}))
        for item, cells in lines
        if item is not None
    ]


def _head(cells: Sequence[str], names: Sequence[str]) -> list[int] | None:
    """Where each column of the form stands, if this row is its head."""
    plain = [unspaced(cell) for cell in cells]
    wanted = [unspaced(name) for name in names]
    return [plain.index(name) for name in wanted] if set(wanted) <= set(plain) else None


def _is_aside(cells: Sequence[str]) -> bool:
    """A heading, a line below the table, or nothing at all: one text across."""
    said = {unspaced(cell) for cell in cells if unspaced(cell)}
    return len(said) <= 1 or next(iter(cells)).strip().startswith(_TOTALS)


def _lay(found: Returned, printed: list[Printed], names: Sequence[str], place: str, cells: Sequence[str]) -> None:
    plain = [unspaced(cell) for cell in cells[:-1]]
    likeness = [(sum(map(eq, plain, own)), n) for n, (_, _, own, _) in enumerate(printed)]
    best = max(likeness, default=(0, 0))
    rivals = [n for score, n in likeness if score == best[0]]
    texts = [at for at, name in enumerate(names[:-1]) if name != "序号"]
    row, said, own, below = printed[rivals[0]] if rivals else (None, (), (), "")
    if row is None or len(rivals) != 1 or not any(plain[at] and plain[at] == own[at] for at in texts[:2]):
        found.unmatched.append(f"{place}：{next((cell for cell in cells[1:] if cell.strip()), '')[:40]}")
        return
    wrong = [at for at, text in enumerate(plain) if text != own[at]]
    found.refused += [
        f"{place}「{names[at]}」栏被改动：原文是「{said[at][:40]}」，文件里是「{cells[at][:40]}」" for at in wrong
    ]
    if not wrong:
        _take(found, row, place, cells[-1], below)


def _take(found: Returned, row: FilingRow, place: str, text: str, below: str) -> None:
    """A cell's own words; those of units below are printed under them, and are theirs to change."""
    text, mark, rest = text.partition(below[: below.find("〕") + 1]) if below else (text, "", "")
    if unspaced(mark + rest) not in ("", unspaced(below)):
        found.refused.append(f"{place}：「〔…〕」里是下级单位的内容，只能由下级单位在自己的表里改")
        return
    cell = cell_of(text)
    if (unspaced(cell.text), cell.not_concerned) == (unspaced(row.text), row.not_concerned):
        found.same += 1
    else:
        found.changes.append(Change(row, cell, place))
