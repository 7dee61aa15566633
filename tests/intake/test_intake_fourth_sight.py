"""Kinds of printing met on one more set of documents (又见到的写法): a head again, numbers of two levels, dates of headings."""

import pytest

import intake
from tests.intake.intake_compare import rows_of
from workflow.record.published import PublishedLedger

CELLS = ("序号", "审计查出问题", "整改措施", "责任单位", "配合单位", "整改时限")
ROWS = (
    ("1", "收入未缴国库。", "逐笔缴库。", "县财政局", "县税务局", "2023年9月底前"),
    ("2", "津贴发放有误。", "追回资金。", "县民政局", "县公安局", "2023年8月底前"),
    ("3", "渠系损毁未修复。", "组织修复。", "县农业农村局", "县水利局", "2023年12月"),
)
TASKS = {
    "a head that comes again, a cell a line, under a name that nobody knows": (
        "某县审计整改清单\n" + "\n".join(cell for row in (CELLS, *ROWS[:2], CELLS, ROWS[2]) for cell in row) + "\n",
        ["1 收入未缴国库。逐笔缴库。 |县财政局 县税务局 2023-09-30", "2 津贴发放有误。追回资金。 |县民政局 县公安局 2023-08-31",
         "3 渠系损毁未修复。组织修复。 |县农业农村局 县水利局 2023-12-31"],
    ),
    "a line numbered one level above the rows": (
        "某区2024年任务分解表\n编号\t任务内容\t牵头单位\t完成时限\n1.源头预防\n1.1\t评估报告存档。\t区委政法委\t5月底前\n1.2\t派驻专人。\t区人社局\t6月底前\n"
        "2.办理提质\n2.1\t逐件说明原因。\t区信访局\t7月底前\n",
        ["1.1 [1.源头预防]评估报告存档。 区委政法委| 2024-05-31", "1.2 [1.源头预防]派驻专人。 区人社局| 2024-06-30",
         "2.1 [2.办理提质]逐件说明原因。 区信访局| 2024-07-31"],
    ),
    "a date of its own comes before the heading's, and who is to be called is no task": (
        "某县2021年防汛方案\n一、6月10日前完成隐患整改\n1、疏通管道。（县住建局）\n2、逐个落实方案，5月15日前批复完毕。（县水利局）\n联系人：蔡某，值班电话：7220119。\n某县防汛指挥部\n2021年3月29日\n",
        ["1 疏通管道。 |县住建局 2021-06-10", "2 逐个落实方案，5月15日前批复完毕。 |县水利局 2021-05-15"],
    ),
    "within a year of something is no end of the year": (
        "某市2022年治超任务\n序号\t工作任务\t责任单位\t完成时限\n1\t一年内超限三次的吊销证件。\t市交通局\t持续推进\n2\t年内建成站点。\t市公安局\t\n",
        ["1 一年内超限三次的吊销证件。 |市交通局 ", "2 年内建成站点。 |市公安局 2022-12-31"],
    ),
}  # fmt: skip
WHO = {
    "市工商联、有关行业协会": (["市工商联"], ["有关行业协会"]),
    "有关镇人民政府、街道办事处": ([], ["有关镇人民政府、街道办事处"]),
    "自治县林业局、武警清塘中队": (["自治县林业局", "武警清塘中队"], []),
}


def _read(text: str) -> PublishedLedger:
    return intake.read(text.encode(), filename="a.txt")


@pytest.mark.parametrize("kind", TASKS)
def test_rows(kind: str) -> None:
    text, wanted = TASKS[kind]
    assert rows_of(_read(text), sections="[" in wanted[0]) == wanted


@pytest.mark.parametrize("said", WHO)
def test_units_and_groups(said: str) -> None:
    task = _read(f"某县2024年任务表\n序号\t工作任务\t责任单位\t完成时限\n1\t推进公开。\t{said}\t6月底前\n").tasks[0]
    assert (list(task.responsible_units), list(task.responsible_groups)) == WHO[said]


def test_the_head_of_a_paper_is_no_part_of_the_title_that_says_it_again() -> None:
    found = _read(
        "某县防汛指挥部\n\n某县防汛指挥部关于做好2021年防汛工作的通知\n\n各乡镇：\n1、检修闸门。（县水利局）\n2、修订预案。（县应急管理局）\n"
    )
    assert found.title == "某县防汛指挥部关于做好2021年防汛工作的通知"
