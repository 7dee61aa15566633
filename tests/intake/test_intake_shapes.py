"""Shapes besides plain tables: prose, labels, bars, cells alone, standing words, extra columns, notices without a table."""

from __future__ import annotations

import io
from datetime import date

import docx
import pytest

import intake
from workflow.record.errors import Unreadable
from workflow.record.published import PublishedLedger, PublishedTask

NOTICE = """海棠市人民政府办公室关于印发2026年全市优化营商环境重点任务分工方案的通知
海政办函〔2026〕31号
各县（区）人民政府，市直各单位：
现将《2026年全市优化营商环境重点任务分工方案》印发给你们，请于2026年11月30日前将落实情况报送市政府办公室。
海棠市人民政府办公室
2026年4月8日

2026年全市优化营商环境重点任务分工方案
为持续优化营商环境，制定本方案。
一、总体要求
坚持问题导向，服务企业全生命周期。
二、主要任务
（一）提升审批效能
1.压减审批环节。逐项梳理，公布精简清单。（责任单位：市行政审批局牵头，市住房城乡建设局、自然资源和规划局配合；完成时限：2026年6月底前）
2.推行告知承诺。扩大告知承诺事项范围。（市司法局、市行政审批局按职责分工负责）
3.规范中介服务。清理中介收费（含行业协会收费）。（牵头单位：市发展改革委；责任单位：市市场监管局、
各县（区）人民政府）
（二）强化要素保障
4.畅通融资渠道。
责任单位：市财政局、中国人民银行海棠市分行
完成时限：年底前
三、组织保障
（一）加强领导。各级各部门要高度重视。
"""
GROUPED = """松溪区2026年应急体系建设责任分工
一、完善预案
（1）修订总体预案。
（2）推进预案上网。
（责任单位：区应急局、各街道办事处）
二、健全机制
（1）理顺两级机构。
牵头单位:区应急局
责任单位:区委编办，全区各工作专班
时限要求：2026年12月31日前
"""
BARS = """2026年岚山区信访局重点任务清单
工作任务
|
具体要求
|
责任科室
|
时限要求
|
做好文件公开
|
1
|
全面清理，公布目录。
|
办公室
|
年底前
|
做好主动公开
|
2
|
规范专栏，及时发布。
|
各科室
|
持续推进
|
3
|
编制年度报告。
|
办公室
|
3月底前
|
"""
ALONE = """云州市2026年政务公开工作实施方案
目标任务
主要内容
责任单位
一、以公开助力增长
（一）加强预期引导
围绕经济形势，通过新闻发布会及时宣传解读。
市发改委牵头落实
加强金融政策信息公开。
市金融办、人民银行云州市中心支行、云州银保监分局分别牵头落实
（二）推进减税公开
公开减税政策。
市财政局、市税务局牵头落实
"""
EXTRA = """青州市2026年重点任务分解表
说明：排在第一位的责任单位为牵头单位。以下各项均需各县（市、区）人民政府、高新区管委会落实，不再列出。各乡镇人民政府、街道办事处（以下统称各镇街）按职责落实。
序号\t工作任务\t责任单位\t责任人\t联系电话\t完成标准\t完成时限\t备注\t落实情况
1\t公开预算。\t市财政局、市审计局\t张三\t13800000000\t6月底前全部公开\t2026年6月底前\t市教育局另行报送\t
2\t公开决算。\t1.市财政局 2.审计局\t王五\t88888888\t每季度公开\t印发后10个工作日内\t\t
3\t走访企业。\t各镇街\t赵六\t66666666\t走完\t20260930\t\t已走访
"""


def read(text: str) -> PublishedLedger:
    return intake.read(text.encode(), filename="a.txt")


def who(task: PublishedTask) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return (*task.lead_units, *task.lead_groups), (*task.responsible_units, *task.responsible_groups)


def said(ledger: PublishedLedger) -> str:
    return "\n".join(problem.message for problem in ledger.problems)


def test_prose_with_duties_in_brackets_and_on_lines() -> None:
    ledger = read(NOTICE)
    assert [task.number for task in ledger.tasks] == ["1", "2", "3", "4"]
    assert {task.section for task in ledger.tasks[:3]} == {("二、主要任务", "（一）提升审批效能")}
    assert [who(task) for task in ledger.tasks] == [
        (("市行政审批局",), ("市住房城乡建设局", "市自然资源和规划局")),
        ((), ("市司法局", "市行政审批局")),
        (("市发展改革委",), ("市市场监管局", "各县（区）人民政府")),
        ((), ("市财政局", "中国人民银行海棠市分行")),
    ]
    assert ledger.tasks[2].requirement == "规范中介服务。清理中介收费（含行业协会收费）。"
    assert [task.due for task in ledger.tasks] == [date(2026, 6, 30), None, None, date(2026, 12, 31)]
    assert ledger.title == "2026年全市优化营商环境重点任务分工方案"
    assert ledger.report_due
    assert ledger.report_due.date == date(2026, 11, 30)


def test_words_that_belong_to_no_task_are_shown() -> None:
    assert "加强领导" in said(read(NOTICE))
    assert "坚持问题导向" in said(read(NOTICE))


def test_one_duty_below_a_group_of_items_goes_for_all_of_them() -> None:
    first, second, third = read(GROUPED).tasks
    assert who(first) == who(second) == ((), ("区应急局", "各街道办事处"))
    assert who(third) == (("区应急局",), ("区委编办", "全区各工作专班"))
    assert third.due == date(2026, 12, 31)


def test_bars_on_lines_of_their_own() -> None:
    ledger = read(BARS)
    assert [(t.number, t.section, t.requirement, t.recurrence) for t in ledger.tasks] == [
        ("1", ("做好文件公开",), "全面清理，公布目录。", None),
        ("2", ("做好主动公开",), "规范专栏，及时发布。", "continuous"),
        ("3", ("做好主动公开",), "编制年度报告。", None),
    ]


def test_cells_alone_with_neither_number_nor_bar() -> None:
    ledger = read(ALONE)
    assert [(task.section[-1], *who(task)) for task in ledger.tasks] == [
        ("（一）加强预期引导", ("市发改委",), ()),
        ("（一）加强预期引导", ("市金融办", "人民银行云州市中心支行", "云州银保监分局"), ()),
        ("（二）推进减税公开", ("市财政局", "市税务局"), ()),
    ]


def test_standing_words_hold_for_every_row() -> None:
    ledger = read(EXTRA)
    for task in ledger.tasks:
        assert {"高新区管委会", "各县（市、区）人民政府"} <= set(who(task)[1])
    assert [task.lead_units for task in ledger.tasks] == [("市财政局",), ("市财政局",), ()]
    assert "“各镇街”指各乡镇人民政府、街道办事处" in said(ledger)
    assert "不再列出，已逐项加上" in said(ledger)


def test_extra_columns_are_kept_and_never_taken_for_units_or_dates() -> None:
    first, second, third = read(EXTRA).tasks
    assert dict(first.extra) == {
        "责任人": "张三",
        "联系电话": "13800000000",
        "备注": "市教育局另行报送",
    }
    assert first.requirement == "6月底前全部公开"
    assert "市教育局" not in who(first)[1]
    assert (second.due, second.deadline_text) == (None, "印发后10个工作日内")
    assert dict(third.extra)["落实情况"] == "已走访"
    assert third.due == date(2026, 9, 30)


def test_a_relative_deadline_is_kept_as_it_stands() -> None:
    ledger = read(EXTRA)
    assert ledger.tasks[1].deadline_text == "印发后10个工作日内"
    assert ledger.tasks[1].due is None
    assert "要从某一天起算" in said(ledger)


def test_a_notice_without_its_table_gives_its_facts() -> None:
    notice = NOTICE.split("\n\n", maxsplit=1)[0] + "\n附件：2026年全市优化营商环境重点任务分工方案"
    ledger = read(notice)
    assert ledger.tasks == ()
    assert (ledger.document_number, ledger.issued_on) == ("海政办函〔2026〕31号", date(2026, 4, 8))
    assert "没有读到任务表" in said(ledger)


def test_an_empty_skeleton_is_refused() -> None:
    with pytest.raises(Unreadable, match="表头下面没有任务行"):
        read("2026年任务分解表\n序号\t工作任务\t责任单位\t完成时限\n\t\t\t\n")


CELLS = "序号\t工作任务\t责任单位\n1\t公开预算。\t市发展改革局、商务局牵头，各县（区）人民政府配合\n2\t<p>公开</p><p>决算。</p>\t\n"


def test_every_value_knows_its_characters() -> None:
    ledger = read("2026年任务表\n" + CELLS)
    lines = ledger.source_text.split("\n")
    origins = {(o.field, o.value): o for o in ledger.tasks[0].origins}
    whole = origins["responsible_groups", "各县（区）人民政府"]
    assert lines[whole.line - 1][whole.start : whole.end] == "各县（区）人民政府"
    assert whole.sure == "exact"
    elided = origins["lead_units", "市商务局"]
    assert lines[elided.line - 1][elided.start : elided.end] == "商务局"
    assert elided.sure == "derived"
    merged = [o for o in ledger.tasks[1].origins if o.value == "市发展改革局"]
    assert [o.sure for o in merged] == ["inherited"]


def test_every_value_of_every_sample_is_traced() -> None:
    for name in (NOTICE, GROUPED, BARS, ALONE):
        ledger = read(name)
        assert "没有找到对应的文字" not in said(ledger)
        for task in ledger.tasks:
            assert {"requirement", "title"} & {origin.field for origin in task.origins}


LEFT_OUT = """2026年政务公开任务分解责任清单
工作任务 | 具体要求 | 责任单位 | 时限要求 | ||
一、助力经济发展。 | （一）加强市场主体信息公开。 | 1 | 增强政策透明度。 | 市政府各有关部门，各县市区人民政府负责落实 | 持续推进 |
2 | 开设专题。 | 市发展改革委牵头，市住建局等政府各有关部门配合 | 年底前 | ||
（二）加强减税信息公开。 | 3 | 集成减税政策。 | 市税务局牵头负责落实 | 2026年10月底前 | |
"""
LOST = """各镇、街，区直各办、局：
现将《2026年全区政务公开任务分解表》印发给你们，请认真组织实施。
附件：2026年全区政务公开任务分解表
松溪区人民政府办公室
2026年6月29日
2026年全区政务公开任务分解表
工作任务 |
工作要求 |
牵头单位 |
责任单位 |
一、进一步深化政务公开 |
|||
|
|||
"""


def test_bars_with_merged_cells_left_out_on_the_left() -> None:
    ledger = read(LEFT_OUT)
    assert [(task.number, task.section, task.requirement) for task in ledger.tasks] == [
        ("1", ("一、助力经济发展。", "（一）加强市场主体信息公开。"), "增强政策透明度。"),
        ("2", ("一、助力经济发展。", "（一）加强市场主体信息公开。"), "开设专题。"),
        ("3", ("一、助力经济发展。", "（二）加强减税信息公开。"), "集成减税政策。"),
    ]
    assert ledger.tasks[2].lead_units == ("市税务局",)


def test_a_table_that_came_without_its_words_gives_the_notices_facts() -> None:
    ledger = read(LOST)
    assert ledger.tasks == ()
    assert (ledger.title, ledger.issuer) == ("2026年全区政务公开任务分解表", "松溪区人民政府办公室")


def test_prose_in_word() -> None:
    document = docx.Document()
    for line in NOTICE.split("\n"):
        document.add_paragraph(line)
    out = io.BytesIO()
    document.save(out)
    found = intake.read(out.getvalue(), filename="a.docx")
    assert [who(task) for task in found.tasks] == [who(task) for task in read(NOTICE).tasks]


def test_a_short_name_for_what_stands_before_is_no_unit() -> None:
    text = "一、抓落实\n（一）公开预算。（责任时限：2026年底前，牵头单位：市财政局，责任单位：各县（区）政府、经开区管委会，以下统称各县（区）政府，市政府各部门）\n（二）公开决算。（市府办〔市大数据局〕牵头，各县〔区〕政府配合）\n"
    first, second = read("2026年要点\n" + text).tasks
    assert who(first) == (("市财政局",), ("经开区管委会", "各县（区）政府", "市政府各部门"))
    assert first.due == date(2026, 12, 31)
    assert who(second) == (("市府办〔市大数据局〕",), ("各县〔区〕政府",))
