"""A third party's list for tests (外部问题清单): both shapes, made by office programs' own libraries."""

from __future__ import annotations

import io
from typing import Any

import docx
import openpyxl
from openpyxl.styles import Font

from tests.desk_office import OTHER, OWN, Office

HEAD = ("序号", "一级指标", "二级指标", "评价标准", "问题明细", "责任单位", "整改结果")
LINES: tuple[tuple[Any, ...], ...] = (
    (1, "信息公开", "机构职能", "及时更新", "机构职能页面没有更新", OWN, None),
    (2, None, "规划计划", "链接可用", "规划计划栏目链接打不开", "某某局", None),
    (3, None, "统计信息", "按月发布", None, None, None),
)


def workbook() -> bytes:
    """Merged cells, a look of its own in the result column, formulas beside and on another sheet."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "清单"
    sheet.append(["2026年第三方评估问题清单"])
    sheet.merge_cells("A1:G1")
    for row in (HEAD, *LINES):
        sheet.append(row)
    sheet.merge_cells("B3:B5")
    sheet["G3"].font = Font(color="FF0000")
    sheet["I3"] = "=SUM(A3:A5)"
    book.create_sheet("口径")["A1"] = "=1+1"
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def document() -> bytes:
    """The other shape, as a Word table whose result cell stands for two lines."""
    made = docx.Document()
    made.add_paragraph("2026年测评失分情况")
    rows = (
        ("测评指标", "指标分值", "扣分", "失分原因", "整改情况"),
        ("政策解读", "3", "0.5", "解读材料少", ""),
        ("政策解读", "3", "0.2", "没有图解", ""),
        ("依申请公开", "5", "", "", ""),
    )
    table = made.add_table(len(rows), 5)
    for n, row in enumerate(rows):
        for at, text in enumerate(row):
            table.cell(n, at).text = text
    table.cell(1, 4).merge(table.cell(2, 4))
    kept = io.BytesIO()
    made.save(kept)
    return kept.getvalue()


def bring(
    office: Office, data: bytes | None = None, name: str = "问题清单.xlsx", source: str = "2026年第三方评估"
) -> Any:
    """Read a list in on its page."""
    sent = {"source": source, "file": (io.BytesIO(data or workbook()), name)}
    return office.client("chen").post("/ledgers/1/outside-lists", data=sent, content_type="multipart/form-data")


def hand_out(office: Office, *lines: int, due: str = "2026-12-30") -> Any:
    """Give lines of the first list out, the second one to another unit."""
    said = {"due": due, "unit-1": OWN, "unit-2": OTHER} | {f"row-{n}": "1" for n in lines}
    return office.client("chen").post("/outside-lists/1/lines", data=said)
