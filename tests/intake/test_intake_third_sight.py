"""Kinds of printing met when documents are printed anew in odd ways: columns of a PDF, codes, heads, times."""

from datetime import date

import pytest

import intake
from tests.intake.intake_compare import rows_of

ROWS = {
    "columns set by characters as out of a PDF, elsewhere on the next page, full cells a blank apart": (
        "某市2019年复审分工表\n\n序号   任务内容            责任单位        完成时限\n\n"
        "1    机械化清扫率达到85%，背街小巷实 市城管局牵头，各街道办  5月底前\n     行人工普扫。           事处配合\n\n"
        "2    改造旱厕62座。          市住建局         8月底前\n\n              —1—\n"
        " 序号     任务内容              责任单位        完成时限\n\n"
        "3     公共场所张贴标识，设控烟劝导员。   市爱卫办会同市卫生健康 4月20日前\n      宣传到户。             委\n\n"
        "4     每季度更换专栏。           市教育局        长期坚持\n",
        [
            "1 机械化清扫率达到85%，背街小巷实行人工普扫。 市城管局|各街道办事处 2019-05-31",
            "2 改造旱厕62座。 |市住建局 2019-08-31",
            "3 公共场所张贴标识，设控烟劝导员。宣传到户。 市爱卫办|市卫生健康委 2019-04-20",
            "4 每季度更换专栏。 |市教育局 ",
        ],
    ),
    "columns of a PDF whose rows have no number, sections under a column, a wrapped row that fills every column": (
        "某市2019年任务表\n\n  工作任务           责任单位           完成时限\n\n                 一、水利\n\n"
        "储备仓库轮换编织袋五十万   防御处、省防汛物资储备    3月底前完\n条。             中心             成\n\n"
        "三日内启用备用水源。     农村水利处          6月底前\n\n                 二、应急\n\n监测站点升级。        防御处            10月底前\n",
        [
            "1 [一、水利]储备仓库轮换编织袋五十万条。 |防御处 省防汛物资储备中心 2019-03-31",
            "2 [一、水利]三日内启用备用水源。 |农村水利处 2019-06-30",
            "3 [二、应急]监测站点升级。 |防御处 2019-10-31",
        ],
    ),
    "sentences without a number, each above who does it": (
        "某区2021年清单\n\n拆除违建码头。恢复岸线原貌。\n牵头部门：区交通局；责任单位：区水务局\n评选护河员。评出护河员10名。\n牵头部门：区河长办；责任单位：区委宣传部\n",
        ["1 拆除违建码头。恢复岸线原貌。 区交通局|区水务局 ", "2 评选护河员。评出护河员10名。 区河长办|区委宣传部 "],
    ),
    "records of two labels, one of them as people speak": (
        "某市2023年清单\n\n要办的事：推行“一照多址”。\n责任单位：市市场监管局负责\n\n要办的事：压减检查频次。\n责任单位：市司法局牵头，市公安局配合\n",
        ["1 推行“一照多址”。 |市市场监管局 ", "2 压减检查频次。 市司法局|市公安局 "],
    ),
    "a sentence that opens with a rhythm is no limit that was left out": (
        "某县2022年任务表\n\n序号\n何时办结\n工作任务\n承办单位\n1.\n6月底前\n爆破作业一炮三检。\n县公安局\n2.\n每月开展一次水害隐患排查。\n各矿山企业\n"
        "3.\n年底前\n边坡安装在线监测。\n县应急局\n",
        [
            "1 爆破作业一炮三检。 |县公安局 2022-06-30",
            "2 每月开展一次水害隐患排查。 |各矿山企业 ",
            "3 边坡安装在线监测。 |县应急局 2022-12-31",
        ],
    ),
    "lists are names of columns": (
        "某县2020年整改统计表\n填报单位：某县扶贫办\t\t\t\t填报日期：2020年9月15日\n序号\t问题清单\t措施清单\t责任单位\t整改时限\n"
        "1\t村医缺编\t派驻巡诊。\t县卫生健康局\t10月底前\n2\t公示牌破损\t逐村核对。\t县扶贫办\t11月底前\n",
        ["1 村医缺编派驻巡诊。 |县卫生健康局 2020-10-31", "2 公示牌破损逐村核对。 |县扶贫办 2020-11-30"],
    ),
    "a standard to be reached is the task's though it is measured by it": (
        "某市2024年测评任务表\n编号\t测评内容\t测评标准\t评分标准\t责任单位\t完成时限\n1\t公共秩序\t有序排队。\t每处扣0.2分\t市公安局\t6月底前\n"
        "2\t文明餐桌\t张贴标识。\t每处扣0.5分\t市商务局\t10月底前\n",
        ["1 公共秩序有序排队。 |市公安局 2024-06-30", "2 文明餐桌张贴标识。 |市商务局 2024-10-31"],
    ),
    "when work begins is no limit": (
        "某县2025年工作台账\n序号\t整治措施\t责任单位\t启动时间\t完成时间\n1\t登记资产。\t县农业农村局\t2025年4月\t6月底前\n"
        "2\t逐月公开账目。\t各村民委员会\t2025年4月\t长期坚持\n",
        ["1 登记资产。 |县农业农村局 2025-06-30", "2 逐月公开账目。 |各村民委员会 "],
    ),
    "第几项 is a number": (
        "某市2022年分工表\n编号\t工作任务\t责任单位\t完成时限\n第1项\t修路。\t市交通局·市公安局\t6月底前\n第2项\t架桥。\t市住建局\t年底前\n",
        ["1 修路。 |市交通局 市公安局 2022-06-30", "2 架桥。 |市住建局 2022-12-31"],
    ),
    "codes number paragraphs": (
        "某区2023年行动计划\nA1.校舍改造。新建教学楼3栋。\n牵头单位：区教育局；责任单位：区住建局\n"
        "A2.公租房配租。房源上网公示。\n牵头单位：区住建局；责任单位：区民政局\n",
        ["A1 校舍改造。新建教学楼3栋。 区教育局|区住建局 ", "A2 公租房配租。房源上网公示。 区住建局|区民政局 "],
    ),
    "articles number paragraphs under chapters": (
        "某区2023年方案\n一、卫生\n第1项　晨检数据按周分析。（责任单位：监测科）\n二、防疫\n第2项　建成监测哨点。（责任单位：防制科）\n",
        ["1 [一、卫生]晨检数据按周分析。 |监测科 ", "2 [二、防疫]建成监测哨点。 |防制科 "],
    ),
    "a cell a line, no limit for what opens with a date": (
        "某乡2020年任务表\n\n工作任务\n责任单位\n完成时限\n依法查处野外用火。\n乡派出所\n立行立改\n10月20日前清理林缘可燃物。\n各行政村\n"
        "10月底前完成扑火队集训。\n乡林业站\n",
        [
            "1 依法查处野外用火。 |乡派出所 ",
            "2 10月20日前清理林缘可燃物。 |各行政村 2020-10-20",
            "3 10月底前完成扑火队集训。 |乡林业站 2020-10-31",
        ],
    ),
    "names of columns as people speak": (
        "某区2021年任务表\n\n项数\n谁牵头\n干什么\n助力单位\n何时办结\n1\n区水务局\n清理河道淤积。\n区财政局\n5月底前\n2\n区河长办\n开展巡河。\n"
        "各镇（街道）\n10月底前\n",
        ["1 清理河道淤积。 区水务局|区财政局 2021-05-31", "2 开展巡河。 区河长办|各镇（街道） 2021-10-31"],
    ),
    "short words before those of the task, no head": (
        "某区2023年任务表\n\n1\t校舍改造\t新建教学楼3栋，年内投用。\t区教育局\t8月底前\n2\t公租房\t房源上网公示，邀请公证。\t区住建局\t9月底前\n",
        [
            "1 校舍改造新建教学楼3栋，年内投用。 |区教育局 2023-08-31",
            "2 公租房房源上网公示，邀请公证。 |区住建局 2023-09-30",
        ],
    ),
}


@pytest.mark.parametrize("kind", ROWS)
def test_odd_printings_are_read(kind: str) -> None:
    text, expected = ROWS[kind]
    assert rows_of(intake.read(text.encode(), filename="a.txt"), sections="[" in expected[0]) == expected


@pytest.mark.parametrize(
    ("said", "due", "rhythm"),
    [("2023年年底前", date(2023, 12, 31), None), ("10月起每月", None, "monthly"), ("2023年6月开始", None, None)],
)
def test_odd_times_are_read(said: str, due: date | None, rhythm: str | None) -> None:
    text = (
        f"2021年任务表\n序号\t工作任务\t责任单位\t完成时限\n1\t修路。\t县交通局\t{said}\n2\t架桥。\t县住建局\t6月底前\n"
    )
    task = intake.read(text.encode(), filename="a.txt").tasks[0]
    assert (task.due, task.recurrence) == (due, rhythm)


def test_who_signs_for_a_party_group_or_under_quotes() -> None:
    for signer in ("中共某弯市交通运输局党组", "某源县“三资”专项整治工作专班"):
        text = f"整改方案\n序号\t工作任务\t责任单位\n1\t修路。\t局党办、局机关各支部\n2\t架桥。\t局工程科\n\n{signer}\n2023年6月19日\n"
        ledger = intake.read(text.encode(), filename="a.txt")
        assert ledger.issuer == signer
        assert ledger.tasks[0].responsible_groups == ("局机关各支部",)


def test_a_chapter_without_words_is_read_over() -> None:
    text = "2021年任务\n一、\n（一）修路。（责任单位：县交通局）\n（二）架桥。（责任单位：县住建局）\n二、\n"
    assert [task.responsible_units for task in intake.read(text.encode(), filename="a.txt").tasks] == [
        ("县交通局",),
        ("县住建局",),
    ]


def test_the_name_of_a_column_left_in_words_is_doubted() -> None:
    text = "2021年任务表\n序号\t工作任务\t责任单位\n1\t修路。何时办结：9月\t县交通局\n2\t架桥。\t县住建局\n"
    doubted, sure = intake.read(text.encode(), filename="a.txt").tasks
    assert {"text", "responsible_units"} <= set(doubted.doubts)
    assert not sure.doubts


def test_a_time_under_no_name_is_doubted() -> None:
    text = (
        "2021年任务表\n\n修路三条，年内通车。\t县交通局\t视情\n架桥一座，两岸连通。\t县住建局\t9月\n"
        "种树百株，成活九成。\t县林业局\t分阶段\n"
    )
    assert "due" in intake.read(text.encode(), filename="a.txt").tasks[1].doubts


@pytest.mark.parametrize("said", ["教务处教务处", "各二级学院各二级学院"])
def test_a_name_printed_twice_without_anything_between_is_doubted(said: str) -> None:
    text = f"2021年任务表\n序号\t工作任务\t责任单位\n1\t修路。\t{said}\n2\t架桥。\t县住建局\n"
    doubted, sure = intake.read(text.encode(), filename="a.txt").tasks
    assert any(field.startswith("responsible") for field in doubted.doubts)
    assert not sure.doubts
