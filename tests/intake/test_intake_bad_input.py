"""What is no table is refused in one Chinese sentence, quickly; what is half readable is listed."""

import itertools
import sys
from contextlib import suppress

import pytest

import intake
from workflow.record.errors import Unreadable
from workflow.record.published import PublishedLedger

HEAD = "序号\t工作任务\t工作要求\t牵头单位\t责任单位\t完成时限\n"

REFUSED = {
    "empty": (b"", "是空的"),
    "blank": (b" \r\n\t \n", "是空的"),
    "only a mark": (b"\xef\xbb\xbf", "没有读到任务表"),
    "fifty megabytes of blanks": (b" " * 50_000_000, "5 MB"),
    "too much text": ("公开".encode() * 1_000_000, "5 MB"),
    "word": (b"PK\x03\x04" + b"\x00" * 100, "已损坏，不能打开"),
    "old word": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 100, "旧版 Office 格式的文件"),
    "pdf": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "请重新导出 PDF 后再读入"),
    "picture": (b"\x89PNG\r\n\x1a\n\x00\x00", "是图片，需要文字识别"),
    "noise": (bytes(range(256)) * 40, "另存"),
    "zeros": (b"\x00" * 5000, "是空的"),
    "no table": ("关于做好公开工作的通知\n请认真落实。\n".encode(), "里看到 2 行文字，没有一行像表头"),
    "a head without rows": (HEAD.encode(), "表头下面没有任务行"),
    "a half character": ("工作任务".encode()[:-1] + b"\xff", "没有读到任务表"),
    "a flood of merged cells": (
        ("<html><table><tr><td>序号<td>工作任务<td>责任单位" + "<tr><td rowspan=200>1" * 1_500 + "</table>").encode(),
        "纵向合并的单元格",
    ),
    "cells that push each other aside": (
        (
            "<html><table><tr><td>序号<td>工作任务<td>责任单位"
            + "<tr><td rowspan=200 colspan=200>推进" * 400
            + "</table>"
        ).encode(),
        "超过 2000 列",
    ),
    "too many tables": (("<html>" + "<table><tr><td>1<td>推进</table>" * 2_001).encode(), "2001 张表格"),
    "too many lines": (("公开\n" * 100_001).encode(), "100001 行"),
    "too many rows": ((HEAD + "1\t公开\t公开清单。\t市财政局\t\t\n" * 10_001).encode(), "一万行"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_refused_with_a_sentence(kind: str) -> None:
    data, words = REFUSED[kind]
    with pytest.raises(Unreadable) as refused:
        intake.read(data, filename="要点.txt")
    assert refused.value.message.startswith("没有读到任务表：")
    assert words in refused.value.message
    assert refused.value.message.endswith("。")
    assert refused.value.message.count("。") == 1


SLOW = {
    "one endless line": HEAD + "1\t" + "公开、" * 300_000,
    "endless units": HEAD + "1\t公开\t公开。\t" + "市财政局、" * 200_000,
    "endless brackets": HEAD + "1\t公开\t公开。\t" + "（" * 400_000,
    "endless verbs": HEAD + "1\t公开\t公开。\t" + "牵头" * 300_000,
    "endless dates": HEAD + "1\t公开\t公开。\t\t\t" + "2026年1月" * 100_000,
    "endless numbers": HEAD + "1\t公开\t" + "".join(f"{n}.公开。" for n in range(60_000)),
    "endless tabs": HEAD + "\t" * 1_000_000,
    "endless tags": HEAD + "1\t公开\t" + "<p" * 500_000,
    "endless digits": HEAD + "1\t公开\t" + "1" * 1_000_000,
    "endless joins": HEAD + "1\t公开\t公开。\t" + "局和" * 300_000,
    "wide blanks in a line": "序号  工作任务  责任单位\n" + "公开  " * 40_000,
    "names joined in many cells": HEAD + "".join(f"{n}\t公开\t公开。\t{'和与及' * 400}{n}\n" for n in range(400)),
    "flowed": "工作任务 工作要求 牵头单位 责任单位\n" + "1.公开\n公开清单，\n市财政局\n各部门\n" * 4_000,
    "flowed without an end": "工作任务 工作要求 牵头单位 责任单位\n" + "公开清单，\n市财政局、\n" * 4_000,
    "a cell that goes on": "\t工作任务\n\t具体要求\n\t落实单位\n\n\t公开\n\t1.公开\n" + "公开\n" * 200_000,
    "heads": "工作任务\t责任单位\n" * 50_000,
    "runs of blanks": ("1" + " " * 300 + "任务" + " " * 300 + "市财政局\n") * 4_000,
    "blank lines": HEAD + "\n" * 2_000_000,
    "title lines": "关于公开\n" * 200_000 + HEAD + "1\t公开\t公开。\t市财政局\t\t\n",
}


def steps(text: str) -> int:
    """How many calls it takes to read it or to refuse it."""
    calls = itertools.count()
    sys.setprofile(lambda frame, event, arg: next(calls) if event in ("call", "c_call") else None)
    try:
        with suppress(Unreadable):
            intake.read(text.encode())
    finally:
        sys.setprofile(None)
    return next(calls)


@pytest.mark.parametrize("kind", SLOW)
def test_twice_as_much_takes_twice_the_steps(kind: str) -> None:
    text = SLOW[kind]
    small, large = (steps(text[: len(text) // part]) for part in (40, 20))
    assert large < 2.5 * small


@pytest.mark.proof
@pytest.mark.parametrize("kind", SLOW)
def test_what_is_made_to_be_slow_comes_to_its_end(kind: str) -> None:
    """Steps do not show what a pattern does inside one call: the whole of it is read, and a hang ends the test."""
    with suppress(Unreadable):
        intake.read(SLOW[kind].encode()[: 5 * 1024 * 1024].decode("utf-8", "ignore").encode())


def ledger(rows: str, title: str = "2026年任务分解表\n") -> PublishedLedger:
    return intake.read((title + HEAD + rows).encode())


def messages(rows: str, title: str = "2026年任务分解表\n") -> list[tuple[int | None, str | None, str]]:
    return [(problem.line, problem.task, problem.message) for problem in ledger(rows, title).problems]


GOOD = "1\t公开预算。\t公开预算和决算。\t市财政局\t市审计局\t年底前\n"
DOUBTS = {
    "a unit named twice": (
        "2\t公开。\t公开清单。\t\t市财政局、市审计局、市财政局\t\n",
        "“市财政局”在责任分工中出现了两次",
    ),
    "lead and responsible": ("2\t公开。\t公开清单。\t市财政局\t市财政局\t\n", "“市财政局”既是牵头单位又是责任单位"),
    "no unit, a new section": ("二、甲\t\t\t\t\t\n2\t公开。\t公开清单。\t\t\t\n", "没有读到任何牵头单位或责任单位"),
    "merged units": ("2\t公开。\t公开清单。\t\t\t\n", "已按合并单元格取上一行的单位"),
    "no such day": ("2\t公开。\t公开清单。\t市财政局\t\t2026年2月30日前\n", "“2026年2月30日前”不是有效日期"),
    "no requirement": ("2\t\t\t市财政局\t\t\n", "第 2 项"),
    "a gap": ("4\t公开。\t公开清单。\t市财政局\t\t\n", "编号不连续：1 之后是 4，缺第 2—3 项"),
    "a number twice": (
        "2\t公开。\t公开。\t市财政局\t\t\n3\t公开。\t公开。\t市财政局\t\t\n2\t公开。\t公开。\t市财政局\t\t\n",
        "编号 2 出现了不止一次",
    ),
    "nobody named": ("2\t公开。\t公开清单。\t市财政局\t有关单位\t\n", "“有关单位”没有写明具体单位"),
    "some units": ("2\t公开。\t公开清单。\t市财政局\t市审计局等单位\t\n", "“等单位”没有说明是哪些单位"),
    "no unit's name": ("2\t公开。\t公开清单。\t市财政局\t张三\t\n", "“张三”不像单位名称"),
    "several dates": ("2\t公开。\t公开清单。\t市财政局\t\t6月底前起草，9月底前印发\n", "时限中有多个日期"),
    "no date": ("2\t公开。\t公开清单。\t市财政局\t\t按要求办理\n", "“按要求办理”没有读出日期或周期"),
    "too many cells": ("2\t公开。\t公开清单。\t市财政局\t\t年底前\t甲\t乙\n", "这一行的格数与表头不一致"),
}


@pytest.mark.parametrize("kind", DOUBTS)
def test_a_doubt_is_listed_with_its_line(kind: str) -> None:
    rows, words = DOUBTS[kind]
    found = [problem for problem in messages(GOOD + rows) if words in problem[2]]
    assert found
    assert all(line and line >= 4 for line, _, _ in found)


def test_a_row_without_doubts_has_no_problem() -> None:
    assert messages(GOOD) == []


def test_a_document_without_title_or_year_says_so() -> None:
    found = [message for _, _, message in messages(GOOD.replace("年底前", "6月底前"), title="")]
    assert any("没有读到标题" in message for message in found)
    assert any("没有读到年份" in message for message in found)


def test_no_row_is_dropped() -> None:
    rows = "".join(f"{n}\t公开第{n}项。\t\t\t\t\n" for n in range(2, 9))
    assert [task.number for task in ledger(GOOD + rows).tasks] == [str(n) for n in range(1, 9)]


def test_a_line_between_rows_is_listed() -> None:
    found = messages(GOOD + "\n这里夹着一句话\n\n" + GOOD.replace("1", "2", 1))
    assert any("这里夹着一句话" in message for _, _, message in found)


def test_the_source_text_has_the_lines_that_are_named() -> None:
    read = ledger(GOOD)
    assert read.tasks[0].line == 3
    assert read.source_text.split("\n")[2].startswith("1\t公开预算")
    assert read.source_text.splitlines()[2] == read.source_text.split("\n")[2]


def test_zeros_and_controls_in_a_text_do_no_harm() -> None:
    text = ("2026年任务分解表\n" + HEAD + GOOD).replace("市财政局", "市\x00财\x08政局")
    assert intake.read(text.encode()).tasks[0].lead_units == ("市财政局",)
