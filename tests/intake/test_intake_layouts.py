"""Every layout on the samples, and on samples that were changed: other places, years, columns and orders of columns."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

import intake
from tests.intake.intake_compare import MAIN, NAMES, differences, sample

CELLS = "云岭市2026年数字政府建设重点任务分解表"
ITEMS = "云岭市2026年优化营商环境工作分工方案"
CUT = "市县两级重点领域公开分工表"
FLOWED = "青溪县2026年全县政务公开工作任务分解表"


def got(text: str) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(json.dumps(intake.read(text.encode()).to_json()))
    return plain


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_reads_as_its_gold(name: str) -> None:
    text, gold = sample(name)
    assert differences(gold, got(text)) == []


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "gb18030"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends(encoding: str, ending: str) -> None:
    text, gold = sample(MAIN)
    ledger = intake.read(text.replace("\n", ending).encode(encoding))
    assert differences(gold, json.loads(json.dumps(ledger.to_json()))) == []


@pytest.mark.parametrize("name", NAMES)
def test_every_row_points_at_its_lines(name: str) -> None:
    ledger = intake.read(sample(name)[0].encode())
    lines = ledger.source_text.split("\n")
    for task in ledger.tasks:
        assert task.line
        assert task.line_end
        shown = re.sub(r"\s|</?p>", "", "".join(lines[task.line - 1 : task.line_end]))
        assert (task.title or task.requirement or "")[:6] in shown


LEVELS = "政府|直|发展|教育|工业|公安|民政|司法|财政|人力|自然|生态|住房|交通|农业|卫生|应急|审计|市场|统计|医保|政务|信访|委|公共|税务|资源"
PLACES: dict[str, Callable[[str], str]] = {
    "another town and year": lambda t: (
        t.replace("云岭", "盛源").replace("青溪", "柳河").replace("2026", "2031").replace("2027", "2032")
    ),
    "a prefecture": lambda t: re.sub(f"市(?={LEVELS})", "州", t),
    "a district": lambda t: (
        re.sub(f"市(?={LEVELS})", "区", t)
        .replace("各县（区）人民政府", "各镇（街道）")
        .replace("各县区人民政府", "各镇街")
    ),
    "short names": lambda t: (
        t.replace("发展改革委", "发改局").replace("卫生健康委", "卫健局").replace("住房和城乡建设局", "建设与交通局")
    ),
    "a banner": lambda t: re.sub(f"市(?={LEVELS})", "旗", t).replace("各县区", "各苏木镇").replace("各乡镇", "各苏木"),
    "half-width punctuation": lambda t: t.replace("（区）", "(区)").replace("；", ";"),
    "other verbs": lambda t: (
        t.replace("按职责分工落实", "根据各自职责抓好落实")
        .replace("按照职责分工落实", "分工负责")
        .replace("抓好落实", "具体实施")
    ),
}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("change", PLACES)
def test_no_place_year_or_wording_matters(name: str, change: str) -> None:
    text, gold = sample(name)
    changed = PLACES[change](text)
    assert differences(json.loads(PLACES[change](json.dumps(gold, ensure_ascii=False))), got(changed)) == []


HEADS = {
    "序号": "编号",
    "工作任务": "主要任务",
    "工作要求": "工作内容",
    "具体要求": "具体措施",
    "牵头单位": "主办单位",
    "责任单位": "承办单位",
    "落实单位": "责任部门",
    "完成时限": "时间节点",
    "时限及要求": "进度安排",
    "任务类别": "工作事项",
}


@pytest.mark.parametrize("name", NAMES)
def test_columns_may_have_other_names(name: str) -> None:
    text, gold = sample(name)
    lines = [
        re.sub("|".join(HEADS), lambda head: HEADS[head.group()], line)
        if sum(head in line for head in HEADS) > 2 or line.strip() in HEADS
        else line
        for line in text.split("\n")
    ]
    assert differences(gold, got("\n".join(lines))) == []


def reordered(text: str, order: list[int | str]) -> str:
    """The tab rows of a text with their columns in another order; a word stands for a new column with that head."""
    lines = []
    for line in text.split("\n"):
        cells = line.split("\t")
        if len(cells) < 3:
            lines.append(line)
            continue
        head = "责任单位" in cells
        filled = sum(bool(cell) for cell in cells)
        new = [cells[at] if isinstance(at, int) else at if head else "" for at in order]
        lines.append("\t".join([cells[0], *[""] * (len(order) - 1)] if filled == 1 and not head else new))
    return "\n".join(lines)


@pytest.mark.parametrize(
    "order",
    [
        [0, 1, 2, 4, 3, 5],
        [0, 1, 2, 5, 3, 4],
        [0, 3, 4, 1, 2, 5],
        [0, 1, 2, 3, 4, 5, "落实情况", "备注"],
        [0, 1, 2, 3, 4, "责任人", "联系电话", 5],
        [1, 2, 3, 4, 5],
    ],
    ids=str,
)
def test_columns_may_stand_in_another_order(order: list[int | str]) -> None:
    text, gold = sample(MAIN)
    assert differences(gold, got(reordered(text, order))) == []


def test_a_column_may_be_missing() -> None:
    text, gold = sample(MAIN)
    for task in gold["tasks"]:
        task["lead_units"] = []
        task.update(due=None, inspection=None, inspection_on=None)
        task["recurrence"] = "yearly" if "每年" in task["requirement"] else None
    assert [d for d in differences(gold, got(reordered(text, [0, 1, 2, 4]))) if ".due" not in d] == []


def test_trailing_tabs_may_be_cut_off() -> None:
    text, gold = sample(MAIN)
    assert differences(gold, got("\n".join(line.rstrip("\t") for line in text.split("\n")))) == []


def test_a_page_break_may_stand_anywhere_between_rows() -> None:
    text, gold = sample(MAIN)
    head = next(line for line in text.split("\n") if line.startswith("序号"))
    body = re.sub(r"\n(?=(?:3|12|20)\t)", f"\n\n- 4 -\n{head}\n", text)
    assert differences(gold, got(body)) == []


def test_flowed_rows_need_no_numbers() -> None:
    text, gold = sample(FLOWED)
    assert differences(gold, got(re.sub(r"(?m)^\d+\.", "", text))) == []


def test_flowed_text_may_have_no_blank_lines() -> None:
    text, gold = sample(FLOWED)
    front, table = text.split("工作任务 工作要求", 1)
    assert differences(gold, got(front + "工作任务 工作要求" + re.sub(r"\n\n+", "\n", table))) == []


def unwrapped(name: str) -> tuple[str, dict[str, Any]]:
    """A sample with one whole cell a line, as copied from a web page."""
    text, gold = sample(name)
    lines = []
    for task in gold["tasks"]:
        lines += [
            f"{task['number']}.{task['title'] or ''}",
            task["requirement"],
            *task["responsibility_text"].split("|"),
        ]
    head = text.split("一、围绕")[0]
    return head + "\n\n".join(lines), gold


def test_flowed_cells_need_not_be_broken_into_lines() -> None:
    text, gold = unwrapped(FLOWED)
    for task in gold["tasks"]:
        task["section"] = []
    assert differences(gold, got(text)) == []


def test_flowed_items_may_share_the_cell_below_them() -> None:
    text, gold = sample(ITEMS)
    front = text.split("\t工作任务")[0]
    lines = ["工作任务", "具体措施", "责任单位"]
    for at, task in enumerate(gold["tasks"]):
        following = gold["tasks"][at + 1] if at + 1 < len(gold["tasks"]) else None
        before = gold["tasks"][at - 1] if at else None
        task["section"] = [re.sub(r"^\S、", "", task["section"][0])]
        lines += task["section"] if not before or before["section"] != task["section"] else []
        lines.append(f"{task['number']}.{task['requirement']}")
        shared = following is not None and following["responsibility_text"] == task["responsibility_text"]
        lines += [] if shared else [task["responsibility_text"]]
    assert differences(gold, got(front + "\n\n".join(lines) + "\n")) == []


def test_a_head_may_span_columns() -> None:
    lines = [
        "2024年任务清单",
        "工作任务\t具体要求\t责任单位\t时限要求",
        "一、发展\t（一）公开政策\t1\t公开政策的执行情况。\t市政府各有关部门，各县市区人民政府\t持续推进",
        "\t\t2\t开设政策专题。\t市商务局\t2024年10月底前",
        "\t（二）公开减税\t3\t公开退税政策。\t市税务局牵头，市财政局落实\t2024年12月底前",
        "二、民生\t（三）公开救助\t4\t公布救助标准。\t市民政局\t持续推进",
    ]
    tasks = got("\n".join(lines))["tasks"]
    assert [task["number"] for task in tasks] == ["1", "2", "3", "4"]
    assert [task["section"] for task in tasks][1:3] == [["一、发展", "（一）公开政策"], ["一、发展", "（二）公开减税"]]
    assert tasks[1]["due"] == "2024-10-31"
    assert (tasks[2]["lead_units"], tasks[2]["responsible_units"]) == (["市税务局"], ["市财政局"])


def test_a_head_may_take_two_lines() -> None:
    lines = [
        "2024年任务清单",
        "序号\t工作任务\t责任分工\t\t完成时限",
        "\t\t牵头单位\t配合单位\t",
        "1\t公开预算。\t市财政局\t市审计局\t6月底前",
        "2\t公开规划。\t市发展改革委\t市直各部门\t持续推进",
    ]
    tasks = got("\n".join(lines))["tasks"]
    assert [task["lead_units"] for task in tasks] == [["市财政局"], ["市发展改革委"]]
    assert [task["responsible_units"] + task["responsible_groups"] for task in tasks] == [["市审计局"], ["市直各部门"]]


def test_two_tables_of_one_document_are_both_read() -> None:
    one = "工作任务\t责任单位\n公开预算。\t市财政局\n公开规划。\t市发展改革委\n"
    other = "序号\t重点任务\t工作要求\t牵头单位\n1\t公开救助。\t按月公布名单。\t市民政局\n"
    tasks = got("2024年任务清单\n" + one + "\n" + other)["tasks"]
    assert [task["lead_units"] or task["responsible_units"] for task in tasks] == [
        ["市财政局"],
        ["市发展改革委"],
        ["市民政局"],
    ]
