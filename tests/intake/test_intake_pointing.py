"""What a person says about a file: which grid, which row heads it, what columns are for; and the runner-up beside the best."""

from __future__ import annotations

import io
from dataclasses import asdict

from openpyxl import Workbook

import intake
from intake.isolation import grids_isolated, read_isolated
from workflow.record.published import Pointing

ROWS = (
    ("事项", "经办", "截止"),
    ("修缮河堤护栏，消除隐患。", "县水务局", "2026年6月底前"),
    ("清理沿线垃圾，建立长效机制。", "县城管局", "每月"),
)
TEXT = "\n".join(["青山县2026年河道整治任务", *(";".join(row) for row in ROWS)])


def workbook() -> bytes:
    book = Workbook()
    book.active.title = "说明"
    book.active.append(["填表说明：按月更新。"])
    sheet = book.create_sheet("任务")
    for row in (("青山县2026年河道整治任务",), *ROWS):
        sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_grids_are_shown_before_anything_is_understood() -> None:
    first, second = intake.grids_of(workbook(), filename="a.xlsx")
    assert (first.name, second.name) == ("说明", "任务")
    assert second.rows[1] == ROWS[0]


def test_a_plain_text_is_shown_by_each_separator_that_parts_it() -> None:
    (grid,) = intake.grids_of(TEXT.encode(), filename="a.txt", pointed=Pointing(separator="semicolon"))
    assert grid.separator == "semicolon"
    assert grid.rows[2] == ROWS[1]


def test_sheet_head_and_columns_are_as_a_person_says() -> None:
    pointed = Pointing(sheet="任务", head_row=2, roles={0: "text", 1: "lead", 2: "deadline"})
    ledger = intake.read(workbook(), filename="a.xlsx", pointed=pointed)
    assert [task.lead_units for task in ledger.tasks] == [("县水务局",), ("县城管局",)]
    assert [task.recurrence for task in ledger.tasks] == [None, "monthly"]
    assert ledger.columns[1] == ("lead", "经办")


def test_a_separator_and_an_encoding_are_as_a_person_says() -> None:
    pointed = Pointing(separator="semicolon", encoding="big5", head_row=0, roles={0: "text", 1: "responsible"})
    text = "\n".join(";".join(row[:2]) for row in (("整治河道。", "縣水利局"), ("清理垃圾。", "縣環保局")))
    ledger = intake.read(text.encode("big5"), filename="a.txt", pointed=pointed)
    assert [task.responsible_units for task in ledger.tasks] == [("縣水利局",), ("縣環保局",)]


def test_pointing_reaches_the_process_apart() -> None:
    pointed = Pointing(sheet="任务", head_row=2, roles={1: "lead"})
    assert [grid.name for grid in grids_isolated(workbook(), filename="a.xlsx")] == ["说明", "任务"]
    assert read_isolated(workbook(), filename="a.xlsx", pointed=pointed).tasks[0].lead_units == ("县水务局",)


def test_what_is_said_goes_through_json() -> None:
    pointed = Pointing(sheet="任务", head_row=2, roles={1: "lead"}, second=True)
    assert Pointing.of(asdict(pointed)) == pointed
    assert Pointing.of({"roles": {"1": "lead", "2": "nonsense"}}) == Pointing(roles={1: "lead"})
