"""More kinds of printing met at first sight (再见到的写法): labels, heads and signatures that no list of names knows."""

from datetime import date

import pytest

import intake
from tests.intake.intake_compare import rows_of
from workflow.record.published import PublishedLedger

ROWS = {
    "records with labels that nobody knows": (
        "某县积案交办单\n\n案件编号：A-01\n包案单位：县住建局\n案件事项：安置房延期。\n化解措施：督促复工。\n化解期限：2023年11月20日\n\n"
        "案件编号：A-02\n案件事项：占地补偿不到位。\n化解措施：补偿到户。\n包案单位：县交通局\n化解期限：2023年10月31日\n",
        ["A-01 安置房延期。督促复工。 |县住建局 2023-11-20", "A-02 占地补偿不到位。补偿到户。 |县交通局 2023-10-31"],
    ),
    "for whom something is done is no word of the task": (
        "某镇2021年项目清单\n\n项目名称：修桥\n责任单位：镇村建办\n服务对象：河西群众\n具体措施：桥长18米。\n完成时间：2021年10月1日前\n\n"
        "项目名称：装灯\n责任单位：镇经发办\n服务对象：全镇群众\n具体措施：装灯260盏。\n完成时间：2021年11月\n",
        ["1 修桥桥长18米。 |镇村建办 2021-10-01", "2 装灯装灯260盏。 |镇经发办 2021-11-30"],
    ),
    "a column of places that carry out": (
        "某县2021年粮食任务表\n序号\t乡镇\t播种面积任务\t落实措施\t责任人\n1\t石湾镇\t早稻1.2万亩\t育秧点4个\t镇长\n"
        "2\t大塘乡\t早稻0.9万亩\t复耕300亩\t乡长\n",
        ["1 早稻1.2万亩育秧点4个 |石湾镇 ", "2 早稻0.9万亩复耕300亩 |大塘乡 "],
    ),
    "a name of a column with a long note": (
        "某市2021年任务清单\n序号\t重点任务\t责任单位（列第一位的为牵头单位）\t完成时限\n1\t延伸专用线。\t市发改委、市交通局\t10月底前\n"
        "2\t办理通行证。\t市公安局、市商务局\t5月15日前\n",
        ["1 延伸专用线。 市发改委|市交通局 2021-10-31", "2 办理通行证。 市公安局|市商务局 2021-05-15"],
    ),
    "who does it as a sentence behind the task": (
        "某区2021年攻坚分解\n一、攻坚\n——背街小巷每日两扫。区环卫中心牵头，各街道办事处落实。\n——清理僵尸车450辆，区城管局、区交通局负责。\n",
        ["1 背街小巷每日两扫。 区环卫中心|各街道办事处 ", "2 清理僵尸车450辆 |区城管局 区交通局 "],
    ),
    "an outline that leaves out its merged column, all cells apart": (
        "某街道2024年任务\n\n板块\n\n任务名称\n\n具体内容\n\n责任科室\n\n见效时间\n\n餐饮\n\n早餐网点\n\n早餐店不少于12家。\n\n市场监管所\n\n4月20日前"
        "\n\n社区食堂\n\n老人就餐打八折。\n\n社会事务科\n\n9月底前\n\n维修\n\n小修小补\n\n设置点位9处。\n\n城市建设科\n\n6月底前\n\n家电回收\n\n每周六定点回收。"
        "\n\n综合执法队\n\n持续开展\n\n（某安街道办事处　2024年3月11日）\n",
        [
            "1 [餐饮]早餐网点早餐店不少于12家。 |市场监管所 2024-04-20",
            "2 [餐饮]社区食堂老人就餐打八折。 |社会事务科 2024-09-30",
            "3 [维修]小修小补设置点位9处。 |城市建设科 2024-06-30",
            "4 [维修]家电回收每周六定点回收。 |综合执法队 ",
        ],
    ),
    "set columns whose wrapped cells stand below": (
        "         某市整改任务表\n\n  编号   整改任务              整改单位      督办单位    整改期限\n"
        "  （1）  供水管网漏损率降至    市水务集团    市城管局    2020年12月\n         9%以下。                                        底\n"
        "  （2）  公共建筑更换节水器    市机关事务    市水利局    2020年6月\n         具，更换率100%。      管理局                    底\n",
        ["1 供水管网漏损率降至9%以下。 |市水务集团 2020-12-31", "2 公共建筑更换节水器具，更换率100%。 |市机关事务管理局 2020-06-30"],
    ),
    "a standard is the task's, a sum of money is not": (
        "某县2025年项目表\n序号\t项目名称\t建设标准\t总投资（万元）\t年度目标\t责任单位\t竣工时间\n1\t索道\t轿厢24个\t3200\t完成安装\t县文旅集团\t9月\n"
        "2\t工坊\t1800平方米\t860\t投入运营\t县文化馆\t5月\n\t合计\t\t4060\t\t\t\n",
        ["1 索道轿厢24个完成安装 |县文旅集团 2025-09-30", "2 工坊1800平方米投入运营 |县文化馆 2025-05-31"],
    ),
    "codes of clauses behind a column of units": (
        "某院2023年评审任务\n科室\t条款\t任务要求\t完成时限\n医务科\t1.2.1\t修订核心制度汇编\t4月15日\n护理部\t2.1.3\t不良事件网上直报\t5月底\n",
        ["1.2.1 修订核心制度汇编 |医务科 2023-04-15", "2.1.3 不良事件网上直报 |护理部 2023-05-31"],
    ),
    "months of the second half of a school year in the words of a task": (
        "某大学2024—2025学年第二学期任务\n1.期中检查，4月30日前完成。（教务处牵头，各学院参与）\n2.论文查重，5月25日前。（各学院）\n",
        ["1 期中检查，4月30日前完成。 教务处|各学院 2025-04-30", "2 论文查重，5月25日前。 |各学院 2025-05-25"],
    ),
    "marks before labels that count the records": (
        "某新区2022年任务书\n\n◆ 任务1 城市大脑\n  建设内容：接入视频。\n  牵头单位：新区数据局\n  完成时间：2022年10月\n\n"
        "◆ 任务2 智慧停车\n  建设内容：泊位联网。\n  牵头单位：新区城管局\n  完成时间：2022年8月底\n",
        ["1 城市大脑接入视频。 新区数据局| 2022-10-31", "2 智慧停车泊位联网。 新区城管局| 2022-08-31"],
    ),
    "headings and tasks without numbers, labels below": (
        "某集团2024年行动分工\n\n降本类\n集中度提高到75%，8月底前完成。\n牵头部门：供应部；配合部门：各分公司\n差旅费压降10%。\n牵头部门：财务部\n"
        "增收类\n清收账款1.2亿元。\n牵头部门：法务部；配合部门：各项目部\n",
        ["1 [降本类]集中度提高到75%，8月底前完成。 供应部|各分公司 2024-08-31", "2 [降本类]差旅费压降10%。 财务部| ",
         "3 [增收类]清收账款1.2亿元。 法务部|各项目部 "],
    ),
    "who runs a page is no part of its last item": (
        "某区2021年办实事清单\n1.设立资金池。\n牵头单位：区财政局\n2.开到园区。\n牵头单位：区审批局\n责任单位：各园区管委会\n完成时限：2021年9月10日前\n某林区人民政府主办\n",
        ["1 设立资金池。 区财政局| ", "2 开到园区。 区审批局|各园区管委会 2021-09-10"],
    ),
}  # fmt: skip


def _read(text: str) -> PublishedLedger:
    return intake.read(text.encode(), filename="a.txt")


@pytest.mark.parametrize("kind", ROWS)
def test_rows(kind: str) -> None:
    text, rows = ROWS[kind]
    assert rows_of(_read(text), sections=rows[0].split(" ")[1][0] == "[") == rows


SIGNED = [
    "江湾市能源局（代章）\n2021年9月26日",
    "（2021年9月26日　江湾市能源局）",
    "江湾市能源局　　二〇二一年九月二十六日",
    "发文：江湾市能源局　　2021年9月26日",
]


@pytest.mark.parametrize("place", ["above", "below"])
@pytest.mark.parametrize("signature", SIGNED)
def test_who_signs_and_when_on_one_line_or_two(signature: str, place: str) -> None:
    title, table = "江湾市保供任务分派表", "序号\t事项\t承担单位\n1\t储备电煤\t市铁路办\n2\t签订合同\t市城管局"
    parts = [title, signature, table] if place == "above" else [title, table, signature]
    ledger = _read("\n".join(parts) + "\n")
    assert (ledger.title, ledger.issuer, ledger.issued_on) == (title, "江湾市能源局", date(2021, 9, 26))
    assert len(ledger.tasks) == 2


def test_a_person_named_in_a_merged_row_is_no_heading_and_is_kept() -> None:
    text = (
        "某县2024年任务表\n具体措施|责任单位|进度安排\n责任领导：副县长 段某||\n核查单人户。|县民政局|5月底\n"
        "责任领导：副县长 卜某||\n改造家庭130户。|县残联|11月底\n"
    )
    tasks = _read(text).tasks
    assert [task.section for task in tasks] == [(), ()]
    assert [dict(task.extra)["责任领导"] for task in tasks] == ["副县长段某", "副县长卜某"]


REPORTS = [
    ("各科于每月25日前报进度，2023年12月1日前报全年总结至办公室。", date(2023, 12, 1)),
    ("攻坚结束后于2023年8月20日前将总结报送区城管委办公室邮箱。", date(2023, 8, 20)),
    ("各科于每年12月1日前报区城管委办公室。", None),
]


@pytest.mark.parametrize(("said", "day"), REPORTS)
def test_the_date_by_which_all_report(said: str, day: date | None) -> None:
    ledger = _read(f"各科：\n{said}\n某中心2023年任务分解\n序号\t任务\t责任部门\n1\t建哨点\t检验科\n2\t摸底\t免疫科\n")
    assert (ledger.report_due.date if ledger.report_due else None) == day


def test_a_left_over_sentence_that_says_who_puts_the_rows_in_doubt() -> None:
    text = (
        "某省2024年分工\n一、公开。推进项目公开，省发展改革委牵头；推进配置公开，省财政厅牵头落实。\n"
        "二、解读。解读材料同步发布，由文稿经手方面的人负责。\n三、回应。限时办理，省信访局牵头。\n"
    )
    assert "tasks" in _read(text).doubts
