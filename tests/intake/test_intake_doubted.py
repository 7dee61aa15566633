"""Doubt (存疑): what stands where it should not, what was seen where nothing is read, and which fields are named."""

from __future__ import annotations

import pytest

import intake
from workflow.record.errors import Unreadable


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ("甲字\t修路。\t县交通局\t6月底前\t", "number"),
        ("1\t修路。\t县交通局县财政局\t6月底前\t", "responsible_units"),
        ("1\t修路。\t县交通局\t\t9月底前完工", "due"),
        ("1\t举办书展，4月的周末。\t县文旅局\t\t", "due"),
    ],
)
def test_what_stands_where_it_should_not_is_doubted(row: str, field: str) -> None:
    text = f"2024年任务表\n序号\t工作任务\t责任单位\t完成时限\t备注\n{row}\n2\t建桥。\t县住建局\t6月底前\t\n"
    tasks = intake.read(text.encode(), filename="a.txt").tasks
    assert field in tasks[0].doubts
    assert not tasks[1].doubts


def test_names_printed_together_are_cut_by_the_directory() -> None:
    text = (
        "2024年任务表\n序号\t工作任务\t责任单位\n1\t修路。\t县交通局县财政局牵头，县住建局配合\n2\t建桥。\t县住建局\n"
    )
    (task, _) = intake.read(text.encode(), filename="a.txt", known=["县交通局", "县财政局"]).tasks
    assert (task.lead_units, task.responsible_units) == (("县交通局", "县财政局"), ("县住建局",))
    assert task.doubts == ()


def test_tasks_in_prose_are_weighed_beside_a_table() -> None:
    rows = "".join(
        f"<tr><td>{n}</td><td>{unit}</td><td>值守</td><td>{n}月</td></tr>"
        for n, unit in ((6, "县水利局"), (7, "县应急局"))
    )
    page = (
        "<h1>某县2024年防汛工作安排</h1><p>一、重点任务</p><p>（一）排查山塘，5月底前完成。（责任单位：县水利局、各乡镇）</p>"
        "<p>（二）储备物资，6月10日前到位。（责任单位：县应急局）</p><p>（三）开展演练2次。（责任单位：县消防大队）</p>"
        f"<table><tr><th>序号</th><th>值班单位</th><th>值班内容</th><th>时间</th></tr>{rows}</table>"
    )
    ledger = intake.read(page.encode(), filename="a.html")
    assert [task.responsible_units for task in ledger.tasks] == [("县水利局",), ("县应急局",), ("县消防大队",)]
    assert "tasks" in ledger.doubts
    assert ledger.alternative
    assert len(ledger.alternative.tasks) == 2


def test_a_refusal_says_what_was_seen() -> None:
    page = "<table><tr><td>单位</td><td>电话</td></tr><tr><td>县水利局</td><td>1</td></tr></table>"
    with pytest.raises(
        Unreadable, match="看到 1 张表：“表 1”2 行 2 列，最像表头的是第 1 行（单位、电话），缺少“工作任务"
    ):
        intake.read(page.encode(), filename="a.html")


def test_a_field_in_doubt_is_named() -> None:
    text = "2024年任务表\n序号\t工作任务\t责任单位\t完成时限\n1\t修路。\t\t择机\n3\t建桥。\t县交通局\t6月底前\n"
    ledger = intake.read(text.encode(), filename="a.txt")
    assert {"due", "recurrence", "lead_units", "responsible_units"} <= set(ledger.tasks[0].doubts)
    assert "tasks" in ledger.doubts
    assert ledger.to_json()["tasks"][0]["doubts"] == list(ledger.tasks[0].doubts)
