"""Kinds of printing met at first sight (初次见到的写法): each with documents of its own words, read whole."""

from datetime import date

import pytest

import intake
from tests.intake.intake_compare import rows_of
from workflow.record.published import PublishedLedger

ROWS = {
    "a head of a column of codes and one that ends like a table": (
        "某区2022年建议交办一览表\n案号\t类别\t建议内容\t主办单位\t会办单位\t办结时间\t领衔代表\n"
        "A3\t交通\t关于增设公交站的建议\t区交通局\t区公安分局\t6月底前\t周某\n"
        "B7\t教育\t关于开放操场的建议\t区教育局\t区体育局\t7月底前\t王某\n",
        ["A3 关于增设公交站的建议 区交通局|区公安分局 2022-06-30", "B7 关于开放操场的建议 区教育局|区体育局 2022-07-31"],
    ),
    "groups with their sums": (
        "某市2023年实事责任分解表\n序号|名称|目标任务|牵头单位|责任单位|完成时间|投资\n一|养老工程|||||500\n"
        "1|社区食堂|建成8处|市民政局|各区县人民政府|8月|500\n二|出行工程|||||900\n"
        "2|过街天桥|建成2座|市住建局|市交通局|11月底|900\n|合计|||||1400\n",
        ["1 社区食堂建成8处 市民政局|各区县人民政府 2023-08-31", "2 过街天桥建成2座 市住建局|市交通局 2023-11-30"],
    ),
    "labels that count the records": (
        "某局2025年实事项目\n\n项目1：送医下乡\n责任科室：医政科\n完成时限：5月底前\n工作内容：巡诊40场。\n\n"
        "项目2：延时门诊\n工作内容：周末开诊。\n责任科室：门诊部\n完成时限：9月底前\n",
        ["1 送医下乡巡诊40场。 |医政科 2025-05-31", "2 延时门诊周末开诊。 |门诊部 2025-09-30"],
    ),
    "columns named as nobody names them": (
        "某街道2025年攻坚图\n第几条\t抓手\t干什么\t谁来牵\t谁来帮\t啥时候干成\n1\t拆违\t拆除棚屋9处，场地复绿\t执法队\t城建办\t5月底前\n"
        "2\t停车\t划定车位60个，重铺路面\t城建办\t各社区\t8月底前\n",
        ["1 拆违拆除棚屋9处，场地复绿 执法队|城建办 2025-05-31", "2 停车划定车位60个，重铺路面 城建办|各社区 2025-08-31"],
    ),
    "quarters that say what is done in them": (
        "某市2024年项目推进安排\n序号\t项目名称\t牵头单位\t一季度\t二季度\t三季度\t四季度\n1\t体育馆\t市体育局\t完成选址\t完成招标\t主体封顶\t\n"
        "2\t绿道\t市园林局\t完成设计\t开工建设\t铺设8公里\t全线贯通\n",
        ["1 体育馆完成选址；完成招标；主体封顶 市体育局| 2024-09-30", "2 绿道完成设计；开工建设；铺设8公里；全线贯通 市园林局| 2024-12-31"],
    ),
    "who signs together below the last item, and which items a unit is for": (
        "某市任务分工\n一、重点任务\n1.清理欠款。\n2.盘活厂房。\n责任单位：市财政局、市国资委（1、2项）\n二、宣传\n3.选树典型。\n"
        "责任单位：市委宣传部\n\n中共栎阳市委办公室\n栎阳市人民政府办公室\n2025年1月7日\n",
        ["1 清理欠款。 |市财政局 市国资委 ", "2 盘活厂房。 |市财政局 市国资委 ", "3 选树典型。 |市委宣传部 "],
    ),
    "a heading about a place, and what a page prints below": (
        "某镇2023年要点\n一、建设宜居乡村\n（一）修路。硬化2公里。（责任单位：规建办）\n（二）通水。换管4公里。（责任单位：水厂，有关村）\n"
        "附件下载：要点.doc\n上一篇：公告\n",
        ["1 修路。硬化2公里。 |规建办 ", "2 通水。换管4公里。 |水厂 有关村 "],
    ),
    "blank lines between all rows of a layout": (
        "                  某区2023年任务清单\n\n 类别      工作内容                    责任科室      完成时限\n\n"
        " 作业      出台指南，逐校公示，每周      基础科        2月底前\n           检查一次。\n\n"
        "           评选作业设计百份。            教研室        6月底前\n\n 课后      引进校外师资。                终身科        长期坚持\n\n"
        "           开放图书馆、体育馆。          基础科        9月底前\n",
        [
            "1 [作业]出台指南，逐校公示，每周检查一次。 |基础科 2023-02-28",
            "2 [作业]评选作业设计百份。 |教研室 2023-06-30",
            "3 [课后]引进校外师资。 |终身科 ",
            "4 [课后]开放图书馆、体育馆。 |基础科 2023-09-30",
        ],
    ),
    "heads that hold words for units, and no title": (
        "编码\t专项\t任务描述\t承办部门\t联合部门\t计划完成\t实际完成\nJ-1\t走访\t走访企业百家\t就业中心\t各学院\t2024.6.30\t\n"
        "J-2\t招聘\t举办招聘会二十场\t就业中心\t校团委\t2024.12.10\t\n",
        ["J-1 走访走访企业百家 |就业中心 各学院 2024-06-30", "J-2 招聘举办招聘会二十场 |就业中心 校团委 2024-12-10"],
    ),
    "a plan by months": (
        "某中学2025年推进表\n序号\t工作\t责任部门\t3月\t4月\t5月\n1\t签订责任书\t安全办\t√\t\t\n2\t更换灭火器\t总务处\t\t√\t√\n",
        ["1 签订责任书 |安全办 2025-03-31", "2 更换灭火器 |总务处 2025-05-31"],
    ),
    "who is the subject of the sentence": (
        "某县政府专题会议纪要\n2023年5月9日，议定事项如下：\n一、由县住建局牵头，县城管局配合，6月底前完成泊位规划。\n"
        "二、由县公安局负责，7月15日前施划泊位400个。\n",
        [
            "1 由县住建局牵头，县城管局配合，6月底前完成泊位规划。 县住建局|县城管局 2023-06-30",
            "2 由县公安局负责，7月15日前施划泊位400个。 |县公安局 2023-07-15",
        ],
    ),
    "a label for the words below a title": (
        "某局2024年重点工作\n一、培育企业\n1.企业倍增\n工作内容：净增企业60家。\n责任科室：高新科\n完成时限：11月底前\n"
        "2.研发统计\n工作内容：逐户辅导归集。\n责任科室：计划科\n完成时限：9月底前\n",
        ["1 企业倍增净增企业60家。 |高新科 2024-11-30", "2 研发统计逐户辅导归集。 |计划科 2024-09-30"],
    ),
    "a way of doing is the task, a thing to build no unit": (
        "某县2024年任务分解表\n序号\n地块\n处置方式\n牵头单位\n配合单位\n完成时限\n1\n北门片\n建成县级照护中心\n县民政局\n县卫健局\n10月底前\n"
        "2\n南门片\n协议收回\n县资源局\n县财政局\n11月底前\n",
        ["1 北门片建成县级照护中心 县民政局|县卫健局 2024-10-31", "2 南门片协议收回 县资源局|县财政局 2024-11-30"],
    ),
    "two dashes that lead to who does it": (
        "某市2024年备汛清单\n一、责任\n1.公布责任人名单。——市水利局、各区人民政府\n2.修订预案，4月20日前备案。——市应急管理局\n",
        ["1 公布责任人名单。 |市水利局 各区人民政府 ", "2 修订预案，4月20日前备案。 |市应急管理局 2024-04-20"],
    ),
    "a number right before a day": (
        "某乡2021年防汛分工\n一、乡水利站\n1.5月20日前清理渠道。\n2.检修水泵。\n3.6月底前备足沙袋。\n二、各行政村\n4.每日巡查堤坝。\n",
        ["1 5月20日前清理渠道。 |乡水利站 2021-05-20", "2 检修水泵。 |乡水利站 ", "3 6月底前备足沙袋。 |乡水利站 2021-06-30",
         "4 每日巡查堤坝。 |各行政村 "],
    ),
    "a sentence that heads paragraphs without numbers": (
        "某省2022年养老服务分工\n一、扩大供给\n（一）支持社区养老。\n新建食堂80个。（省民政厅牵头，省财政厅配合）\n"
        "腾退用房优先使用。（省住房城乡建设厅负责）\n（二）发展医养结合。\n签约机构翻一番。（省卫生健康委负责）\n",
        ["1 新建食堂80个。 省民政厅|省财政厅 ", "2 腾退用房优先使用。 |省住房城乡建设厅 ", "3 签约机构翻一番。 |省卫生健康委 "],
    ),
    "a day with its time, and nobody beside 主责": (
        "某院2023年任务清单\n序号\t任务\t主责科室\t完成时间\n1\t更新床单元40套\t护理部\t2023-05-31 0:00:00\n2\t疏通下水道\t总务科\t2023-04-15 18:30\n",
        ["1 更新床单元40套 |护理部 2023-05-31", "2 疏通下水道 |总务科 2023-04-15"],
    ),
    "what the state says before a comma is no date of the state": (
        "某市2021年分工\n1.落实国家目录，库存药品5月底前完成替换。（市医保局牵头，市卫健委参与）\n2.第四季度并入统一平台。（市信访局负责）\n",
        ["1 落实国家目录，库存药品5月底前完成替换。 市医保局|市卫健委 2021-05-31", "2 第四季度并入统一平台。 |市信访局 2021-12-31"],
    ),
    "a column for the limit and the checking": (
        "某区2022年公开要点分解表\n序号\t公开任务\t责任单位\t完成时限及检查安排\n1\t公布预算\t区财政局\t2022年3月31日前，区财政局将目录报送至区政府办公室。\n"
        "2\t回应咨询\t区信访局\t2022年4月底前\n3\t公开目录\t区档案馆\t2022年5月15日前，区政府办公室对落实情况进行检查。\n",
        ["1 公布预算 |区财政局 2022-03-31", "2 回应咨询 |区信访局 2022-04-30", "3 公开目录 |区档案馆 "],
    ),
}  # fmt: skip


def _read(text: str) -> PublishedLedger:
    return intake.read(text.encode(), filename="a.txt")


@pytest.mark.parametrize("kind", ROWS)
def test_rows(kind: str) -> None:
    text, rows = ROWS[kind]
    assert rows_of(_read(text), sections=rows[0][2] == "[") == rows


def test_of_several_columns_of_units_without_a_known_name_who_leads_is_a_doubt() -> None:
    text = (
        "某街道2025年攻坚图\n第几条\t干什么\t甲方\t乙方\t啥时候干成\n1\t拆除棚屋9处，场地复绿\t执法队\t城建办\t5月底前\n"
        "2\t划定车位60个，重铺路面\t城建办\t各社区\t8月底前\n"
    )
    assert all({"lead_units", "responsible_units"} <= set(task.doubts) for task in _read(text).tasks)


PHRASES = [
    ("各县（区）党委和人民政府", ["各县（区）党委和人民政府"]),
    ("各乡镇党委、政府，县教育局", ["县教育局", "各乡镇党委、政府"]),
    ("各村党支部和村委会", ["各村党支部和村委会"]),
    ("县水利局、有关村委会", ["县水利局", "有关村委会"]),
    ("市开发区管委会、区直各部门党组（党委）", ["市开发区管委会", "区直各部门党组（党委）"]),
]


@pytest.mark.parametrize(("cell", "names"), PHRASES)
def test_two_bodies_of_each_place_are_one_phrase(cell: str, names: list[str]) -> None:
    from intake.grammar import responsibility

    assert responsibility.read(cell, "responsible").names == names


def test_the_head_of_a_plan_for_several_years_and_of_several_signers() -> None:
    text = (
        "关于印发栎阳市数据开放方案（2024—2026年）任务分工的通知\n各单位：\n请各牵头单位于每季度末将进展报市数据局，"
        "并于2024年12月8日前报送总结。\n栎阳市教育局\n栎阳市数据局\n2024年3月1日\n栎阳市数据开放方案（2024—2026年）任务分工\n"
        "一、任务\n1.编目录。（市数据局牵头，5月底前）\n2.开数据。（市教育局牵头，6月底前）\n"
    )
    ledger = _read(text)
    assert (ledger.year, ledger.issuer, ledger.issued_on) == (2024, "栎阳市教育局、栎阳市数据局", date(2024, 3, 1))
    assert ledger.report_due is not None
    assert (ledger.report_due.date, ledger.report_due.to) == (date(2024, 12, 8), "市数据局")
    assert "issuer" in ledger.doubts


def test_who_stands_alone_below_the_title() -> None:
    text = "青山集团2024年重点工作台账\n青山集团有限公司办公室\n序号\t任务\t责任部门\n1\t检修行车\t设备部\n2\t清点库存\t财务部\n"
    assert _read(text).issuer == "青山集团有限公司办公室"


def test_a_link_above_the_title_is_no_part_of_it() -> None:
    text = "返回首页\n某县2023年治气任务分解表\n序号\t任务\t责任部门\n1\t取缔煤炉\t县环保局\n2\t封闭砖窑\t县住建局\n"
    assert _read(text).title == "某县2023年治气任务分解表"
