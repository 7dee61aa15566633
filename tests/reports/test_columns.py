"""The office's own tables: no column that is empty throughout, none too narrow for its words, all within the page."""

from __future__ import annotations

from reports.columns import ACROSS, fitted
from workflow.ledgers.export import LedgerTable, TableColumn

LONG = "市教育局、市民政局、市财政局、市农业农村局、市卫生健康委、市应急管理局"
ROWS = (("1", "公开财政信息", "", LONG, "95.5%", ""), ("2", "公开规划", "", "市财政局", "100.0%", ""), ("合计 2 条",))


def table(rows: tuple[tuple[str, ...], ...] = ROWS) -> LedgerTable:
    names = ("序号", "工作任务", "牵头单位", "责任单位", "序时应达", "滞后原因")
    columns = tuple(TableColumn("extra", name, 4) for name in names)
    return LedgerTable("", "", "", "", "", columns, rows)


def test_columns_that_are_empty_throughout_are_left_out_with_their_cells() -> None:
    made = fitted(table())
    assert [column.name.replace("\n", "") for column in made.columns] == ["序号", "工作任务", "责任单位", "序时应达"]
    assert made.rows == (("1", "公开财政信息", LONG, "95.5%"), ("2", "公开规划", "市财政局", "100.0%"), ("合计 2 条",))


def test_the_wordy_column_gets_the_room_that_is_left_and_short_ones_stand_in_a_line() -> None:
    made = fitted(table())
    widths = {column.name.replace("\n", ""): column.weight for column in made.columns}
    assert sum(widths.values()) <= ACROSS
    assert widths["责任单位"] == max(widths.values()) > 25
    assert widths["序时应达"] >= 4
    assert widths["工作任务"] == len("公开财政信息") + 1, "never wider than its longest cell"


def test_a_narrow_head_stands_in_two_even_lines() -> None:
    assert "序时\n应达" in [column.name for column in fitted(table()).columns]


def test_a_table_without_rows_keeps_its_head() -> None:
    empty = table((("合计 0 条",),))
    assert fitted(empty) == empty
