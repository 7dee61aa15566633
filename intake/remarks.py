"""What a person should look at around the rows (表外待核实): the head, words for all rows, lines that belong to none."""

from __future__ import annotations

import re
from collections.abc import Iterator

from intake.grammar import duty, segments, signers
from intake.grammar.wording import folded, squeeze
from intake.grid import Sheet
from intake.layouts import weighing
from intake.notices import notice, standing
from workflow.record.published import Problem


def of_all(sheet: Sheet, head: notice.Head, around: standing.Standing) -> Iterator[Problem]:
    """Every remark that is about no single row."""
    yield from _of_head(head)
    yield from _of_stray(sheet, head)
    yield from _of_passed(sheet)
    yield from _of_standing(around)


def _of_head(head: notice.Head) -> list[Problem]:
    problems = []
    if not head.title:
        problems.append(Problem("没有读到标题，请填写台账名称。", doubts=("title",)))
    elif not notice.is_named(head.title):
        problems.append(Problem(f"标题“{head.title[:30]}”不像表名或文件名，请核对。", doubts=("title",)))
    if head.report_unread:
        problems.append(
            Problem(f"“{head.report_unread[:40]}”像是报送时限，没有读出日期，请核对。", doubts=("report_due",))
        )
    if "、" in (head.issuer or ""):
        problems.append(Problem(f"由“{head.issuer}”联合落款，发文机关怎样写请核对。", doubts=("issuer",)))
    if head.year is None:
        problems.append(
            Problem("没有读到年份，没有写年份的时限无法换算成日期，请填写年份后重新读入。", doubts=("year",))
        )
    return problems


def _of_standing(around: standing.Standing) -> list[Problem]:
    added, said = "、".join(around.added), []
    if added:
        said.append(Problem(f"原文写明“{added}”对各项均负责、不再列出，已逐项加上，请核对。"))
    if around.first_leads:
        said.append(Problem("原文写明排在第一位的单位牵头，已逐项照此认定，请核对。"))
    if around.deadline:
        said.append(Problem(f"原文写明各项任务“{around.deadline}”完成，没有写时限的各项已照此填写，请核对。"))
    for short, names in around.stands_for.items():
        said.append(Problem(f"原文中“{short}”指{'、'.join(names)}，指定单位时请照此办理。"))
    return said


def _of_stray(sheet: Sheet, head: notice.Head) -> list[Problem]:
    return [
        Problem(
            f"这一段文字没有归入任何任务：“{squeeze(line.text)[:30]}”，请核对。",
            line.number,
            doubts=_doubted_by(line.text, head),
        )
        for line in sheet.stray
    ]


def _of_passed(sheet: Sheet) -> list[Problem]:
    """Paragraphs before and after the rows that say who does something: tasks of their own, or none."""
    return [
        Problem(
            f"这一段写明了责任单位，但没有读作任务：“{squeeze(line.text)[:30]}”，请核对。",
            line.number,
            doubts=("tasks",),
        )
        for line in (*sheet.before, *sheet.after)
        if weighing.is_told(line.text)
    ]


def _doubted_by(stray: str, head: notice.Head) -> tuple[str, ...]:
    """What a line that belongs to nothing puts in doubt: a day alone is a signature's, units or a limit are a row's."""
    if signers.is_day(stray):
        return () if head.issued_on else ("issuer", "issued_on")
    tells = duty.has(stray) or _ACTS.search(stray) or segments.reads_as_deadline(folded(squeeze(stray)))
    return ("tasks",) if tells else ()


_ACTS = re.compile(r"(?:牵头|负责|承办|主办)[。；]?\s*$")
