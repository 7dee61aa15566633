"""More kinds of printing (更多写法): labels of every make, groups that answer for what stands below, codes, names with 与."""

from datetime import date
from io import BytesIO

import pytest
from openpyxl import Workbook
from weasyprint import HTML

import intake
from tests.intake.intake_compare import rows_of
from workflow.record.published import PublishedLedger

ROWS = {
    "groups at work whose members are named below their heading": (
        "某县2022年创城方案\n一、专班\n（一）环境整治专班\n牵头单位：县城管局\n成员单位：县住建局、各镇\n1.清走垃圾。\n2.清零乱拉线。\n"
        "（二）交通秩序专班\n牵头单位：县公安局\n成员单位：县教育局\n3.路口设岗。\n",
        ["1 清走垃圾。 县城管局|县住建局 各镇 ", "2 清零乱拉线。 县城管局|县住建局 各镇 ", "3 路口设岗。 县公安局|县教育局 "],
    ),
    "several tasks in each paragraph of a chapter": (
        "某县2022年矿山方案\n一、重点\n（一）严把关口。①年限不足的不予立项。（责任单位：县资源局）②停产的重新设计。（责任单位：县应急局）\n"
        "（二）管住现场。①边坡装监测。（责任单位：各矿山企业）②爆破要报备。（责任单位：县公安局）\n",
        [
            "1 [一、重点]年限不足的不予立项。 |县资源局 ", "2 [一、重点]停产的重新设计。 |县应急局 ",
            "1 [一、重点]边坡装监测。 |各矿山企业 ", "2 [一、重点]爆破要报备。 |县公安局 ",
        ],
    ),
    "a heading that urges is no limit": (
        "某县2020年分工\n一、持续打好三大攻坚战\n1.扶贫扫尾。（责任单位：县扶贫办）\n2.降尘。（责任单位：县环保局）\n",
        ["1 扶贫扫尾。 |县扶贫办 ", "2 降尘。 |县环保局 "],
    ),
    "what is done within a time stands before who does it": (
        "某省2024年政务公开要点\n一、解读。重要文件同步解读，省政府办公厅负责。\n二、回应。按期答复留言，省信访局负责。\n三、公开。每月更新目录，省司法厅牵头，各单位落实。\n",
        ["1 解读。重要文件同步解读 |省政府办公厅 ", "2 回应。按期答复留言 |省信访局 ", "3 公开。每月更新目录 省司法厅|各单位 "],
    ),
    "codes for numbers, and the year of the days": (
        "督查事项办理单\n流水号,事项,主办单位,协办单位,办结日期\nDB2024001,管网开工,市住建局,市财政局,2024-10-20\nDB2024007,答复来信,市信访局,,2024-06-28\n",
        ["DB2024001 管网开工 市住建局|市财政局 2024-10-20", "DB2024007 答复来信 市信访局| 2024-06-28"],
    ),
    "a target and a place are words of the task": (
        "某县2023年任务分解\n序号\t任务指标\t目标值\t建设地点\t责任单位\t时限\n1\t绿色工厂\t4家\t城东\t县工信局\t2023年11月\n2\t充电桩\t60个\t各镇\t县发改局\t2023年12月\n",
        ["1 绿色工厂4家城东 |县工信局 2023-11-30", "2 充电桩60个各镇 |县发改局 2023-12-31"],
    ),
    "a blank within a name": (
        "某市2016年任务表\n序号\t责任单位\t任务\t时限\n1\t市环保局、市质监局\t抽检煤质\t12月底\n2\t市发 展改革委\t建配送中心\t9月底\n",
        ["1 抽检煤质 |市环保局 市质监局 2016-12-31", "2 建配送中心 |市发展改革委 2016-09-30"],
    ),
    "a school year": (
        "某校2023—2024学年第二学期安排\n时间\t内容\t责任处室\n3月\t学雷锋\t德育处\n6月\t毕业典礼\t教导处\n",
        ["1 学雷锋 |德育处 2024-03-31", "2 毕业典礼 |教导处 2024-06-30"],
    ),
    "units and a limit in the bracket of the title": (
        "某区政务服务任务清单（责任单位：区数据局，2024年10月底前完成）\n序号\t任务\t时限\n1\t压减材料\t5月底\n2\t延伸自助区\t\n",
        ["1 压减材料 |区数据局 2024-05-31", "2 延伸自助区 |区数据局 2024-10-31"],
    ),
    "signs beside the names of those who lead": (
        "某市2023年责任清单\n（责任单位中，加*的为牵头单位）\n序号\t任务\t责任单位\t时间\n1\t利用粉煤灰\t*市工信局、市环境局\t11月\n2\t收集危废\t*市环境局\t9月\n",
        ["1 利用粉煤灰 市工信局|市环境局 2023-11-30", "2 收集危废 市环境局| 2023-09-30"],
    ),
    "a unit named above a table without a column for units": (
        "某市2023年目标责任书\n责任单位：市交通局\n序号\t目标任务\t量化指标\t完成时限\n1\t农村公路\t新建21公里\t11月底\n2\t公交\t新增4条\t9月底\n",
        ["1 农村公路新建21公里 |市交通局 2023-11-30", "2 公交新增4条 |市交通局 2023-09-30"],
    ),
    "counted headings over decimal numbers": (
        "某县2024年双减分工\n行动一：提质行动\n1.1 建作业库。\n　责任科室：基教科　　完成时限：5月底\n1.2 展评设计。\n　责任科室：教研室　　完成时限：6月底\n"
        "行动二：服务行动\n2.1 聘传承人。\n　责任科室：终身科　　完成时限：9月1日前\n",
        ["1.1 [行动一：提质行动]建作业库。 |基教科 2024-05-31", "1.2 [行动一：提质行动]展评设计。 |教研室 2024-06-30",
         "2.1 [行动二：服务行动]聘传承人。 |终身科 2024-09-01"],
    ),
    "marks of two levels": (
        "某集团2024年分解\n◎深化理论学习\n  ○每旬学习。责任部门：宣传部\n  ○轮训党员。责任部门：组织部\n◎夯实基层基础\n  ○单建支部。责任部门：国际部\n",
        ["1 [深化理论学习]每旬学习。 |宣传部 ", "2 [深化理论学习]轮训党员。 |组织部 ", "3 [夯实基层基础]单建支部。 |国际部 "],
    ),
    "problems as headings over records": (
        "某市2024年整改方案\n一、关于检测过期的问题\n整改目标：全部检测。\n整改措施：5月20日前补检。\n牵头单位：市气象局\n责任单位：市商务局\n\n"
        "二、关于无证上岗的问题\n整改目标：全部持证。\n整改措施：6月底前清零。\n牵头单位：市住建局\n责任单位：市人社局\n",
        ["1 关于检测过期的问题全部检测。5月20日前补检。 市气象局|市商务局 2024-05-20", "2 关于无证上岗的问题全部持证。6月底前清零。 市住建局|市人社局 2024-06-30"],
    ),
    "stages of the work below a name for dates": (
        "某县2024年台账\n序号\t任务\t年度目标\t时间节点\t\t责任单位\n\t\t\t启动\t完成\t\n1\t引项目\t签约5个\t3月\t11月底\t县招商局\n2\t办推介\t3场\t5月\t9月底\t县商务局\n",
        ["1 引项目签约5个 |县招商局 2024-11-30", "2 办推介3场 |县商务局 2024-09-30"],
    ),
    "goals of several years": (
        "某县2023年清单\n类别|序号|任务名称|2023年目标|2024年目标|牵头单位|责任单位\n网点|1|改商贸中心|3个|5个|县商务局|有关乡镇\n|2|建便民店|40个|60个|县供销社|各乡镇\n",
        ["1 [网点]改商贸中心3个5个 县商务局|有关乡镇 ", "2 [网点]建便民店40个60个 县供销社|各乡镇 "],
    ),
    "who does it before a colon": (
        "某区2022年改造方案\n一、改造任务\n今年改造小区18个。\n二、职责分工\n1.区住建局：负责抓总，6月底前完成审图。\n2.区发改局、区财政局：负责争取资金。\n3.各街道办事处：征求意见。\n",
        ["1 [二、职责分工]负责抓总，6月底前完成审图。 |区住建局 2022-06-30", "2 [二、职责分工]负责争取资金。 |区发改局 区财政局 ",
         "3 [二、职责分工]征求意见。 |各街道办事处 "],
    ),
    "groups at work that part the rows of others": (
        "某市2024年任务表\n工作专班\t攻坚任务\t年度指标\t责任科室\t完成时限\n处置专班\t清存量\t25%\t利用科\t10月底\n处置专班\t查闲置\t18%\t执法支队\t9月底\n"
        "保障专班\t再开发\t盘活3200亩\t规划科\t11月底\n",
        ["1 [处置专班]清存量25% |利用科 2024-10-31", "2 [处置专班]查闲置18% |执法支队 2024-09-30", "3 [保障专班]再开发盘活3200亩 |规划科 2024-11-30"],
    ),
    "a body told by what it does": (
        "某省2024年分工\n一、解读。新政策同步解读，由政策制定机关负责。\n二、回应。逐件答复留言，省信访局负责。\n",
        ["1 解读。新政策同步解读 |政策制定机关 ", "2 回应。逐件答复留言 |省信访局 "],
    ),
    "persons and units under one name": (
        "某镇2025年任务\n工作任务\t责任人/责任单位\t完成时限\n储备种子\t张强/农业办\t3月15日前\n排查线路\t李敏/综治办、中心学校\t2月底前\n",
        ["1 储备种子 |农业办 2025-03-15", "2 排查线路 |综治办 中心学校 2025-02-28"],
    ),
}  # fmt: skip


def _read(text: str) -> PublishedLedger:
    return intake.read(text.encode(), filename="a.txt")


@pytest.mark.parametrize("kind", ROWS)
def test_rows(kind: str) -> None:
    text, rows = ROWS[kind]
    assert rows_of(_read(text), sections="[" in rows[0]) == rows


TITLES = [
    ("某区服务任务清单（区数据局，2024年4月9日）", "某区服务任务清单", "区数据局", date(2024, 4, 9)),
    ("某区服务落实情况表（截至6月底）", "某区服务落实情况表（截至6月底）", None, None),
    ("某区服务提升方案（2024—2026年）", "某区服务提升方案（2024—2026年）", None, None),
]


@pytest.mark.parametrize(("printed", "title", "issuer", "day"), TITLES)
def test_a_bracket_behind_the_title(printed: str, title: str, issuer: str | None, day: date | None) -> None:
    ledger = _read(f"{printed}\n序号\t任务\t责任单位\n1\t压减材料\t区卫健局\n2\t公布指南\t各街道\n")
    assert (ledger.title, ledger.issuer, ledger.issued_on) == (title, issuer, day)


def _cells(*cells: str) -> PublishedLedger:
    rows = "\n".join(f"{n}\t整改第{n}项\t{cell}" for n, cell in enumerate(cells, start=1))
    return _read(f"某校2024年整改任务表\n序号\t任务\t责任部门\n{rows}\n")


def test_a_name_with_and_is_one_where_it_stands_within_a_list() -> None:
    ledger = _cells("实验室与设备管理处、化学学院", "保卫处、实验室与设备管理处")
    assert [task.responsible_units for task in ledger.tasks] == [
        ("实验室与设备管理处", "化学学院"),
        ("保卫处", "实验室与设备管理处"),
    ]
    assert [task.doubts for task in ledger.tasks] == [(), ()]


@pytest.mark.parametrize("cell", ["实验室与设备管理处", "国际处与港澳台办公室"])
def test_a_name_with_and_is_a_doubt_where_nothing_settles_it(cell: str) -> None:
    assert all("responsible_units" in task.doubts for task in _cells(cell, cell).tasks)


def test_the_directory_settles_a_name_with_and() -> None:
    text = "某校2024年任务表\n序号\t任务\t责任部门\n1\t修门\t国际处与港澳台办公室\n2\t修窗\t总务处\n"
    ledger = intake.read(text.encode(), filename="a.txt", known=("国际处与港澳台办公室",))
    assert ledger.tasks[0].responsible_units == ("国际处与港澳台办公室",)
    assert ledger.tasks[0].doubts == ()


def test_each_half_that_stands_alone_elsewhere_is_a_name() -> None:
    ledger = _cells("教务处和学工处", "教务处", "学工处")
    assert ledger.tasks[0].responsible_units == ("教务处", "学工处")
    assert ledger.tasks[0].doubts == ()


def test_the_numbers_of_a_list_on_a_page_begin_anew() -> None:
    items = "".join(
        f"<h2>{head}</h2><ol><li>办讲座。（责任单位：区科协）</li><li>换展品。（责任单位：区科技局）</li></ol>"
        for head in ("一、阵地", "二、活动")
    )
    page = f"<html><body><h1>某区2021年科普任务</h1>{items}</body></html>"
    assert [task.number for task in intake.read(page.encode(), filename="a.html").tasks] == ["1", "2", "1", "2"]


def test_what_every_page_repeats_above_the_table_is_no_title() -> None:
    words = "逐块登记原因，限期复耕，公示期满报县级备案。" * 12
    rows = "".join(f"<tr><td>{n}</td><td>{words}</td><td>县农业局</td></tr>" for n in (1, 2, 3))
    page = (
        "<style>@page{size:A5;@top-right{content:'某县工作专报';font-size:8pt}} h1{font-size:17pt}"
        "td{border:1px solid}</style><h1>某县2023年耕地任务分解表</h1><table><thead><tr><td>序号</td><td>工作任务</td>"
        f"<td>责任单位</td></tr></thead>{rows}</table>"
    )
    ledger = intake.read(HTML(string=page).write_pdf(), filename="a.pdf")
    assert (ledger.title, len(ledger.tasks)) == ("某县2023年耕地任务分解表", 3)


def test_a_sheet_of_each_unit_is_for_that_unit() -> None:
    book, data = Workbook(), BytesIO()
    book.remove(book.worksheets[0])
    for unit in ("区水务局", "区民政局"):
        sheet = book.create_sheet(unit)
        for row in (
            [f"{unit}2023年目标责任任务"],
            ["序号", "目标任务", "完成标准", "完成时限"],
            ["1", "达标", "两成以上", "5月"],
        ):
            sheet.append(row)
    book.save(data)
    ledger = intake.read(data.getvalue(), filename="a.xlsx")
    assert rows_of(ledger) == ["1 达标两成以上 |区水务局 2023-05-31", "1 达标两成以上 |区民政局 2023-05-31"]


def test_a_sign_beside_a_name_that_nothing_explains_is_a_doubt() -> None:
    assert all("lead_units" in task.doubts for task in _cells("*教务处、学工处", "*学工处、教务处").tasks)


def test_who_signs_beside_each_other_on_one_line() -> None:
    text = "某区2021年要点\n1.换灯。（区机关局负责）\n2.停电。（区财政局负责）\n\n北固区机关事务管理局　　北固区财政局\n2021年3月8日\n"
    assert _read(text).issuer == "北固区机关事务管理局、北固区财政局"
