"""Any text is read or refused; a ledger that is written in any of the layouts reads back as it was."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

import intake
from tests.intake.intake_compare import differences
from tests.intake.intake_written import FORMATS, Printed
from workflow.record.errors import Unreadable

WORDS = st.sampled_from(
    [
        "工作任务",
        "具体要求",
        "责任单位",
        "牵头单位",
        "完成时限",
        "序号",
        "一、公开",
        "（一）公开",
        "1.公开",
        "2.公开",
        "12．",
        "①",
        "市财政局",
        "各县（区）",
        "、",
        "，",
        "；",
        "。",
        "\t",
        "\n",
        "\n\n",
        "牵头",
        "配合",
        "2026年2月30日前",
        "每月",
        "年底前",
        "<p>",
        "</p>",
        "（",
        "）",
        "等有关单位",
        "和",
        "及",
        "\t\t\t",
        "--",
        "-",
        "3",
        "-",
        "\x0c",
        "\u3000",
        "H5",
        "附件",
        "抄送：市委",
        "〔2026〕3号",
        "关于印发",
        "的通知",
    ]
)


@settings(max_examples=150, deadline=5_000)
@given(st.lists(WORDS, max_size=60).map("".join))
def test_any_mixture_of_the_words_of_tables_is_read_or_refused(text: str) -> None:
    read_or_refused(text.encode())
    read_or_refused(f"工作任务\t具体要求\t责任单位\n{text}".encode())
    read_or_refused(f"\t工作任务\n\t具体要求\n\t责任单位\n\n\t{text}".encode())
    read_or_refused(f"工作任务 具体要求 牵头单位 责任单位\n{text}".encode())


@settings(max_examples=100, deadline=5_000)
@given(st.one_of(st.binary(max_size=400), st.text(max_size=200).map(str.encode)))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    read_or_refused(data)


def read_or_refused(data: bytes) -> None:
    try:
        ledger = intake.read(data)
    except Unreadable:
        return
    lines = ledger.source_text.split("\n")
    json.dumps(ledger.to_json())
    assert ledger.tasks or ledger.problems
    for task in ledger.tasks:
        assert task.line is not None
        assert task.line_end is not None
        assert 1 <= task.line <= task.line_end <= len(lines)


LEVELS = st.sampled_from(["市", "县", "区", "州", "旗"])
STEMS = [
    "教育局",
    "财政局",
    "公安局",
    "发展改革委",
    "工业和信息化局",
    "自然资源和规划局",
    "市场监管局",
    "卫生健康委",
    "农业农村局",
    "住房和城乡建设局",
    "政务服务中心",
]
BODY = st.text(st.sampled_from("公开清单目录流程结果政策解读群众企业平台数据服务标准规范"), min_size=4, max_size=40)
HEADING = st.text(st.sampled_from("公开解读回应平台基层规范提升强化"), min_size=4, max_size=12)


@st.composite
def responsibilities(draw: st.DrawFn, level: str) -> dict[str, Any]:
    """A unit cell made from the grammar, with what it means."""
    stems = draw(st.lists(st.sampled_from(STEMS), min_size=1, max_size=5, unique=True))
    leads = draw(st.integers(0, len(stems)))
    groups = draw(
        st.lists(st.sampled_from(["各乡镇（街道）", f"{level}直各单位", "各有关单位"]), max_size=2, unique=True)
    )
    elided = draw(st.booleans())

    def listed(names: list[str]) -> str:
        return level + "、".join(names) if elided else "、".join(level + name for name in names)

    rest = [*([listed(stems[leads:])] if stems[leads:] else []), *groups]
    if leads and rest:
        text = f"{listed(stems[:leads])}牵头，{'、'.join(rest)}{draw(st.sampled_from(['配合', '按职责分工落实', '抓好落实']))}"
    elif leads:
        text = listed(stems[:leads]) + "牵头负责"
    else:
        text = "、".join(rest)
    return {
        "lead_units": [level + name for name in stems[:leads]],
        "responsible_units": [level + name for name in stems[leads:]],
        "lead_groups": [],
        "responsible_groups": groups,
        "text": text,
    }


DEADLINES = [
    ("", {}),
    ("2026年9月底前", {"due": "2026-09-30"}),
    ("11月20日前完成", {"due": "2026-11-20"}),
    ("每季度末报送", {"recurrence": "quarterly"}),
    ("长期坚持", {"recurrence": "continuous"}),
    ("2026年10月底前，县政府办公室进行检查。", {"inspection": "dated", "inspection_on": "2026-10-31"}),
]


@st.composite
def ledgers(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Rows in groups, as gold writes them, with the printed deadline and units beside."""
    level = draw(LEVELS)
    rows: list[dict[str, Any]] = []
    for at, heading in enumerate(draw(st.lists(HEADING, min_size=1, max_size=3, unique=True))):
        for _ in range(draw(st.integers(1, 4))):
            units = draw(responsibilities(level))
            printed, timing = draw(st.sampled_from(DEADLINES))
            row = dict.fromkeys(("due", "recurrence", "inspection", "inspection_on", "title")) | units | timing
            row |= {"number": str(len(rows) + 1), "section": [f"{'一二三'[at]}、{heading}"]}
            row |= {"requirement": draw(BODY) + "。", "deadline": printed}
            rows.append(row)
    return rows


TITLE = "2026年重点任务分解表"


def as_tabs(rows: list[dict[str, Any]]) -> str:
    lines = [TITLE, "序号\t工作要求\t责任单位\t完成时限"]
    for at, row in enumerate(rows):
        if not at or rows[at - 1]["section"] != row["section"]:
            lines.append(row["section"][0] + "\t\t\t")
        lines.append("\t".join([row["number"], row["requirement"], row["text"], row["deadline"]]))
    return "\n".join(lines)


def as_merged_tabs(rows: list[dict[str, Any]]) -> str:
    lines = [TITLE, "工作任务\t具体要求\t责任部门\t时限要求"]
    for at, row in enumerate(rows):
        first = not at or rows[at - 1]["section"] != row["section"]
        lines.append(
            f"{row['section'][0] if first else ''}\t<p>{row['number']}.{row['requirement']}</p>\t<p>{row['text']}</p>\t{row['deadline']}"
        )
    return "\n".join(lines)


def as_cell_lines(rows: list[dict[str, Any]]) -> str:
    lines = [TITLE, "", "\t工作任务", "\t具体要求", "\t落实单位", "\t时间节点", ""]
    for at, row in enumerate(rows):
        first = not at or rows[at - 1]["section"] != row["section"]
        cells = [
            row["section"][0] if first else "",
            f"{row['number']}.{row['requirement']}",
            row["text"],
            row["deadline"],
        ]
        lines += ["\t" + cell for cell in cells] + [""]
    return "\n".join(lines)


def as_bars(rows: list[dict[str, Any]]) -> str:
    lines = [line.split("\t") for line in as_tabs(rows).split("\n")[1:]]
    return "\n".join([TITLE, *("| " + " | ".join(cells) + " |" for cells in lines)])


def as_brackets(rows: list[dict[str, Any]]) -> str:
    """1.……（责任单位：……；完成时限：……）"""
    lines = [TITLE]
    for at, row in enumerate(rows):
        if not at or rows[at - 1]["section"] != row["section"]:
            lines.append(row["section"][0])
        limit = f"；完成时限：{row['deadline']}" if row["deadline"] else ""
        lines.append(f"{row['number']}.{row['requirement']}（责任单位：{row['text']}{limit}）")
    return "\n".join(lines)


def as_labels(rows: list[dict[str, Any]]) -> str:
    """责任单位：and 完成时限：on lines below the item."""
    lines = [TITLE]
    for at, row in enumerate(rows):
        if not at or rows[at - 1]["section"] != row["section"]:
            lines += ["", row["section"][0], ""]
        lines += [f"{row['number']}.{row['requirement']}", f"责任单位：{row['text']}"]
        lines += [f"完成时限：{row['deadline']}"] if row["deadline"] else []
    return "\n".join(lines)


@settings(max_examples=80, deadline=5_000)
@given(ledgers().filter(lambda rows: len(rows) > 1), st.sampled_from([as_brackets, as_labels]))
def test_prose_reads_back(rows: list[dict[str, Any]], written: Any) -> None:
    ledger = intake.read(written(rows).encode())
    assert differences({"tasks": rows}, json.loads(json.dumps(ledger.to_json())), head=False) == []
    assert ledger.title == TITLE


@settings(max_examples=40, deadline=20_000)
@given(ledgers(), st.sampled_from(sorted(FORMATS)))
def test_what_is_written_in_a_format_reads_back(rows: list[dict[str, Any]], form: str) -> None:
    lines = [tuple(line.split("\t")) for line in as_tabs(rows).split("\n")[2:]]
    table = Printed((TITLE,), ((("序号", "工作要求", "责任单位", "完成时限"), tuple(lines)),), ())
    ledger = intake.read(FORMATS[form](table), filename=f"表.{form}")
    assert differences({"tasks": rows}, json.loads(json.dumps(ledger.to_json())), head=False) == []
    assert ledger.title == TITLE


@settings(max_examples=80, deadline=5_000)
@given(
    ledgers(),
    st.sampled_from([as_tabs, as_merged_tabs, as_cell_lines, as_bars]),
    st.sampled_from(["utf-8", "gb18030", "utf-16"]),
)
def test_what_is_written_reads_back(rows: list[dict[str, Any]], written: Any, encoding: str) -> None:
    ledger = intake.read(written(rows).encode(encoding))
    assert differences({"tasks": rows}, json.loads(json.dumps(ledger.to_json())), head=False) == []
    assert ledger.title == TITLE
