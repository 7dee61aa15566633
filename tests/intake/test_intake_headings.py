"""Printed numbers, column names and the head of a document."""

from datetime import date

import pytest

from intake.grammar import columns
from intake.grammar.headings import Outline, items, number_of, value_of
from intake.layouts.layout import lines_of
from intake.notices import notice

NUMBERS = [
    ("1.主动公开", "arabic", "1", "主动公开"),
    ("1、主动公开", "arabic", "1", "主动公开"),
    ("12．主动公开", "arabic", "12", "主动公开"),
    ("38. 强化保障", "arabic", "38", "强化保障"),
    ("31.2021 年底前全部支持", "arabic", "31", "2021 年底前全部支持"),
    ("（1）主动公开", "bracket", "1", "主动公开"),
    ("1）主动公开", "half-bracket", "1", "主动公开"),
    ("1.1 主动公开", "decimal", "1.1", "主动公开"),
    ("①主动公开", "circled", "①", "主动公开"),
    ("一、主动公开", "chinese", "一", "主动公开"),
    ("十一、主动公开", "chinese", "十一", "主动公开"),
    ("（四）主动公开", "chinese-bracket", "四", "主动公开"),
    ("(四) 主动公开", "chinese-bracket", "四", "主动公开"),
    ("第一部分 总体要求", "part", "一", "总体要求"),
]


@pytest.mark.parametrize(("text", "style", "printed", "rest"), NUMBERS, ids=[n[0] for n in NUMBERS])
def test_a_printed_number(text: str, style: str, printed: str, rest: str) -> None:
    number = number_of(text)
    assert number is not None
    assert (number.style, number.printed, number.rest) == (style, printed, rest)


@pytest.mark.parametrize("text", ["2.5倍于去年", "2021年底前", "26个领域", "十四五规划", "12345热线", "第三方评估", ""])
def test_what_is_no_number(text: str) -> None:
    assert number_of(text) is None


def test_what_numbers_count() -> None:
    assert [value_of(text) for text in ("7", "十", "十一", "二十", "四十六", "一百零二", "⑪", "1.2")] == [
        7,
        10,
        11,
        20,
        46,
        102,
        11,
        None,
    ]


def test_items_of_one_cell_count_on() -> None:
    cell = "3.公布清单。\n4.公布目录，含2.5万条。\n5.做好三件事：1.查；2.改。"
    assert [text.strip() for _, text in items(cell)] == [
        "3.公布清单。",
        "4.公布目录，含2.5万条。",
        "5.做好三件事：1.查；2.改。",
    ]


def test_an_outline_forgets_what_a_new_heading_ends() -> None:
    outline = Outline()
    for text in ("一、甲", "（一）乙", "（二）丙"):
        outline.enter([text])
    assert outline.path() == ("一、甲", "（二）丙")
    outline.enter(["二、丁"])
    assert outline.path() == ("二、丁",)


ROLES = {
    "number": ["序号", "编号", "序 号"],
    "text": [
        "工作任务",
        "重点任务",
        "主要任务",
        "任务内容",
        "工作要求",
        "具体要求",
        "工作内容",
        "具体措施",
        "工作措施",
        "工 作 任 务",
        "公开内容",
        "任务类别",
    ],
    "lead": ["牵头单位", "牵头部门", "主办单位", "牵头责任单位", "牵 头 单 位"],
    "responsible": [
        "责任单位",
        "责任部门",
        "落实单位",
        "配合单位",
        "协办单位",
        "承办单位",
        "责任科室",
        "责任分工",
        "责任单位及分工",
        "实施主体",
        "单位",
    ],
    "deadline": ["完成时限", "时限要求", "时限及要求", "时间节点", "完成时间", "进度安排", "工作进度", "完成期限"],
    "other": ["备注", "落实情况", "完成情况", "责任人", "联系电话", "分管领导", "联系人"],
}


@pytest.mark.parametrize(("role", "name"), [(role, name) for role, names in ROLES.items() for name in names])
def test_column_names(role: str, name: str) -> None:
    assert columns.role_of(name) == role


@pytest.mark.parametrize(
    "name", ["市财政局", "2021年底前完成。", "一、工作任务", "各县（区）", "为贯彻落实上级关于公开工作的要求"]
)
def test_what_is_no_column_name(name: str) -> None:
    assert columns.role_of(name) is None


NOTICE = """云岭市人民政府办公室文件
云政办〔2025〕3 号
云岭市人民政府办公室
关于印发2025年云岭市公开工作
分工方案的通知
各县（区）人民政府：
现印发给你们。请于2025年11月30日前将落实情况报送市政府办公室（政务公开科）。
云岭市人民政府办公室
2025年4月30日
2025年云岭市公开工作
分工方案
"""


def test_the_head_of_a_notice() -> None:
    head = notice.read(lines_of(NOTICE), [], "")
    assert head.title == "2025年云岭市公开工作分工方案"
    assert head.year == 2025
    assert head.issuer == "云岭市人民政府办公室"
    assert head.document_number == "云政办〔2025〕3号"
    assert head.issued_on == date(2025, 4, 30)
    assert head.report_due is not None
    assert (head.report_due.date, head.report_due.to) == (date(2025, 11, 30), "市政府办公室")


@pytest.mark.parametrize(
    ("lines", "title"),
    [
        ("", ""),
        ("临江区2024年重点工作任务清单\n填报单位：\n填报时间：", "临江区2024年重点工作任务清单"),
        ("附件2\n\n2024年任务分解表（征求意见稿）", "2024年任务分解表（征求意见稿）"),
        ("临江区人民政府关于印发《2024年公开要点》的通知\n现印发给你们，请认真落实。", "2024年公开要点"),
    ],
)
def test_titles(lines: str, title: str) -> None:
    assert notice.read(lines_of(lines), [], "").title == title


def test_the_year_may_come_from_the_rows() -> None:
    assert notice.read([], [], "2023年底前完成；2023年6月启动；〔2019〕5号").year == 2023
