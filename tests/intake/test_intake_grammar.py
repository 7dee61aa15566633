"""The grammar of time and of units, a line a rule: what each phrase says, in 2021."""

from __future__ import annotations

from datetime import date

import pytest

from intake.grammar import deadlines, responsibility

TIMES: tuple[tuple[str, str, str | None, str | None, str | None, str | None], ...] = (
    ("11月底前", "", "2021-11-30", None, None, None),
    ("年底前", "", "2021-12-31", None, None, None),
    ("8月前", "", "2021-07-31", None, None, None),
    ("12月上旬", "", "2021-12-10", None, None, None),
    ("12月中旬", "", "2021-12-20", None, None, None),
    ("10月下旬", "", "2021-10-31", None, None, None),
    ("2023年全年", "", "2023-12-31", None, None, None),
    ("全年", "", None, "continuous", None, None),
    ("每学期", "", None, "half-yearly", None, None),
    ("每学年", "", None, "yearly", None, None),
    ("每年5月底前", "", "2021-05-31", "yearly", None, None),
    ("立行立改", "", None, None, None, None),
    ("立即", "", None, None, None, None),
    ("入汛前", "", None, None, None, None),
    ("每两周", "", None, None, None, None),
    ("即时办结", "", None, None, None, None),
    ("6.30前", "", "2021-06-30", None, None, None),
    ("2021.5", "", "2021-05-31", None, None, None),
    ("22年三季度", "", "2022-09-30", None, None, None),
    ("", "5月1日12时前渔船回港", "2021-05-01", None, None, None),
    ("", "宣传月活动11月举办", "2021-11-30", None, None, None),
    ("双月", "", None, None, None, None),
    ("每半月", "", None, None, None, None),
    ("长效管理", "", None, "continuous", None, None),
    ("全年坚持", "", None, "continuous", None, None),
    ("常态化推进", "", None, "continuous", None, None),
    ("年内", "", "2021-12-31", None, None, None),
    ("3月25日至4月10日", "", "2021-04-10", None, None, None),
    ("5月至9月", "", "2021-09-30", None, None, None),
    ("2022年3月—6月", "", "2022-06-30", None, None, None),
    ("分两批,6月底、12月底", "", "2021-12-31", None, None, None),
    ("第三季度", "", "2021-09-30", None, None, None),
    ("上半年", "", "2021-06-30", None, None, None),
    ("2021年11月底前，各单位将情况报送至市政府办公室", "", "2021-11-30", None, None, None),
    ("2021年11月底前，市政府办公室对完成情况进行检查", "", None, None, "dated", "2021-11-30"),
    ("及时公开，市政府办公室不定期检查。", "", None, "continuous", "irregular", None),
    ("市政府办公室每月对相关工作公开情况进行检查。", "", None, None, "monthly", None),
    ("长期坚持", "每月调度一次", None, "monthly", None, None),
    ("", "每季度至少听取一次汇报", None, "quarterly", None, None),
    ("", "每年至少1次接待", None, "yearly", None, None),
    ("", "每月底前报送", None, "monthly", None, None),
    ("", "长期坚持为民服务", None, None, None, None),
    ("", "月底公布发案数", None, None, None, None),
    ("", "开学第一周检查校园", None, None, None, None),
    ("", "年内盘活闲置厂房8万平方米", "2021-12-31", None, None, None),
    ("10月底前，每月调度", "", "2021-10-31", "monthly", None, None),
    ("每月5日前报送", "", None, "monthly", None, None),
    ("10月底前完成七成，12月底前全部完成", "", "2021-12-31", None, None, None),
    ("5月启用", "", "2021-05-31", None, None, None),
    ("自决定之日起20日内", "", None, None, None, None),
    ("", "自决定作出之日起20个工作日内公开", None, None, None, None),
    ("每周五", "", None, "weekly", None, None),
    ("按月推送", "", None, "monthly", None, None),
    ("逐季公布", "", None, "quarterly", None, None),
    ("2021.6.30", "", "2021-06-30", None, None, None),
    ("2021-06-30", "", "2021-06-30", None, None, None),
    ("2021/6/30", "", "2021-06-30", None, None, None),
    ("6月30日", "", "2021-06-30", None, None, None),
    ("二〇二一年六月底", "", "2021-06-30", None, None, None),
    ("2021年6月-2022年3月", "", "2022-03-31", None, None, None),
    ("2021年6月—2021年12月", "", "2021-12-31", None, None, None),
    ("今年10月底前", "", "2021-10-31", None, None, None),
    ("明年3月底前", "", "2022-03-31", None, None, None),
    ("6月末", "", "2021-06-30", None, None, None),
    ("持续推进", "", None, "continuous", None, None),
    ("随时", "", None, "continuous", None, None),
    ("每日", "", None, "daily", None, None),
    ("每旬", "", None, None, None, None),
    ("每个工作日", "", None, "daily", None, None),
    ("每半年", "", None, "half-yearly", None, None),
    ("2021年第一季度至第三季度", "", "2021-09-30", None, None, None),
    ("一季度", "", "2021-03-31", None, None, None),
    ("四季度前", "", "2021-09-30", None, None, None),
    ("国庆节前", "", None, None, None, None),
    ("6月、9月、12月", "", "2021-12-31", None, None, None),
    ("2021年-2023年", "", "2023-12-31", None, None, None),
    ("2025年", "", "2025-12-31", None, None, None),
    ("按季度", "", None, "quarterly", None, None),
    ("每季度末", "", None, "quarterly", None, None),
    ("每年6月、12月", "", "2021-12-31", "yearly", None, None),
    ("12月15日前完成并长期坚持", "", "2021-12-15", "continuous", None, None),
    ("10月20日前，以后每月更新", "", "2021-10-20", "monthly", None, None),
)
"""(deadline cell, requirement, due, recurrence, inspection, its date)"""
UNITS: tuple[tuple[str, list[str], list[str], list[str], list[str]], ...] = (
    ("市发展改革局、商务局牵头，市直其他单位按职责分工落实", ["市发展改革局", "市商务局"], [], [], ["市直其他单位"]),
    (
        "各县（市、区）人民政府；市财政局牵头，市直其他单位按职责分工落实",
        ["市财政局"],
        [],
        [],
        ["各县（市、区）人民政府", "市直其他单位"],
    ),
    (
        "各区县政府及市政府办公室分别牵头；市发展改革局、自然资源局和有关单位按职责分工落实",
        ["市政府办公室"],
        ["各区县政府"],
        ["市发展改革局", "市自然资源局"],
        ["有关单位"],
    ),
    (
        "市工业和信息化局、建设与交通局、自然资源和规划局",
        [],
        [],
        ["市工业和信息化局", "市建设与交通局", "市自然资源和规划局"],
        [],
    ),
    ("市发展改革委、市场监管局", [], [], ["市发展改革委", "市市场监管局"], []),
    ("人民银行海棠市分行、海棠供电公司、区税务局", [], [], ["人民银行海棠市分行", "海棠供电公司", "区税务局"], []),
    ("市财政局等有关部门", [], [], ["市财政局"], ["有关部门"]),
    ("市财政局、审计局等部门", [], [], ["市财政局", "市审计局"], []),
    ("经开区管委会", [], [], ["经开区管委会"], []),
    ("市教育局会同市公安局", ["市教育局"], [], ["市公安局"], []),
    ("各街道办事处、镇人民政府", [], [], [], ["各街道办事处、镇人民政府"]),
    ("各县、市、区政府", [], [], [], ["各县、市、区政府"]),
    ("市发展改革委、税务局、公安分局", [], [], ["市发展改革委", "税务局", "公安分局"], []),
    ("县自然资源局（牵头）、县林业局、县应急管理局", ["县自然资源局"], [], ["县林业局", "县应急管理局"], []),
    ("教务处（学籍科）牵头，各二级学院配合", ["教务处（学籍科）"], [], [], ["各二级学院"]),
    ("县教育局，各乡镇", [], [], ["县教育局"], ["各乡镇"]),
    ("市委宣传部、网信办", [], [], ["市委宣传部", "市委网信办"], []),
    ("各村、国有林场、派出所", [], [], ["国有林场", "派出所"], ["各村"]),
    ("市住房和城乡建设局会同市公交集团", ["市住房和城乡建设局"], [], ["市公交集团"], []),
    ("市教育局 市公安局", [], [], ["市教育局", "市公安局"], []),
    ("市教育局（牵头），市公安局", ["市教育局"], [], ["市公安局"], []),
    ("牵头单位：市教育局；配合单位：市公安局、财政局", ["市教育局"], [], ["市公安局", "市财政局"], []),
    ("市生态环境局、各县区人民政府、市直有关部门", [], [], ["市生态环境局"], ["各县区人民政府", "市直有关部门"]),
    ("县第一中学、县人民医院、县融媒体中心", [], [], ["县第一中学", "县人民医院", "县融媒体中心"], []),
    ("旗教育局、公安局，各苏木镇", [], [], ["旗教育局", "旗公安局"], ["各苏木镇"]),
    ("县供销社、农商银行、中国移动分公司", [], [], ["县供销社", "农商银行", "中国移动分公司"], []),
    ("团市委、市妇联、市残联", [], [], ["团市委", "市妇联", "市残联"], []),
    ("市级各部门，各区县政府", [], [], [], ["市级各部门", "各区县政府"]),
    ("县直各有关单位、各镇（街道）", [], [], [], ["县直各有关单位", "各镇（街道）"]),
    ("负责预算管理的部门", [], [], ["负责预算管理的部门"], []),
    ("市大数据局牵头，有关单位配合", ["市大数据局"], [], [], ["有关单位"]),
    ("市政府办（汇总）、市财政局", ["市政府办"], [], ["市财政局"], []),
    ("主办：市民政局；协办：市财政局", ["市民政局"], [], ["市财政局"], []),
    ("省工业和信息化厅、商务厅，各市〔州〕人民政府", [], [], ["省工业和信息化厅", "省商务厅"], ["各市〔州〕人民政府"]),
)
"""(cell, lead units, lead groups, responsible units, responsible groups)"""


@pytest.mark.parametrize(("cell", "requirement", "due", "recurrence", "inspection", "on"), TIMES)
def test_what_a_phrase_says_of_time(
    cell: str, requirement: str, due: str | None, recurrence: str | None, inspection: str | None, on: str | None
) -> None:
    said = deadlines.read(cell, requirement, 2021)
    assert said.due == (date.fromisoformat(due) if due else None)
    assert said.recurrence == recurrence
    assert said.inspection == inspection
    assert said.inspection_on == (date.fromisoformat(on) if on else None)


@pytest.mark.parametrize(("cell", "leads", "lead_groups", "units", "groups"), UNITS)
def test_whom_a_cell_names(
    cell: str, leads: list[str], lead_groups: list[str], units: list[str], groups: list[str]
) -> None:
    read = responsibility.read(cell, "responsible")
    assert (read.lead_units, read.lead_groups) == (leads, lead_groups)
    assert (read.responsible_units, read.responsible_groups) == (units, groups)
