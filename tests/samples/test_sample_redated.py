"""The demonstration's year is over: a document of this year is moved back whole years, words and dates alike."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from samples.redated import named, redated
from workflow.record.published import Origin, PublishedLedger, PublishedTask, ReportDue

TODAY = date(2028, 11, 26)


def document(year: int | None, issued_on: date | None = None) -> PublishedLedger:
    task = PublishedTask(
        number="1",
        section=("一、2028年重点",),
        title="落实《2019年规划》，2028年底前完成",
        requirement=None,
        due=date(2028, 2, 29),
        deadline_text="2028年2月29日前",
        line=2028,
        origins=(Origin("title", "2028年", "exact", 2028, 0, 2028, 5),),
    )
    due = ReportDue(date(2029, 1, 5), None, "2029年1月5日前")
    return PublishedLedger(
        "2028年工作要点", year, None, "云政办〔2028〕1号", issued_on, due, (task,), source_text="2028"
    )


def test_a_document_of_this_year_is_of_the_last_full_one() -> None:
    moved = redated(document(2028, date(2028, 3, 6)), today=TODAY)
    assert (moved.year, moved.title, moved.document_number) == (2027, "2027年工作要点", "云政办〔2027〕1号")
    assert moved.issued_on == date(2027, 3, 6)
    assert moved.report_due == ReportDue(date(2028, 1, 5), None, "2028年1月5日前")
    (task,) = moved.tasks
    assert task.due == date(2027, 2, 28)
    assert task.title == "落实《2019年规划》，2027年底前完成", "earlier years name other documents"
    assert (task.line, task.origins[0].line, task.origins[0].value) == (2028, 2028, "2027年")


@pytest.mark.parametrize("year", [2019, 2027])
def test_a_document_of_a_year_gone_by_stays_as_it_is(year: int) -> None:
    assert redated(document(year), today=TODAY) == document(year)


@pytest.mark.parametrize(("issued_on", "year"), [(None, 2027), (date(2028, 3, 6), 2027), (date(2026, 3, 6), 2026)])
def test_a_document_that_names_no_year_is_given_one_that_is_over(issued_on: date | None, year: int) -> None:
    moved = redated(document(None, issued_on), today=TODAY)
    assert moved.year == year
    assert moved.issued_on is None or moved.issued_on.year == year


def test_papers_of_a_document_without_a_title_do_not_go_by_the_name_of_its_file() -> None:
    file = Path("003_205b9cb3.txt")
    assert named(document(2027), file).title == "2028年工作要点"
    for title in (None, file.stem):
        assert named(replace(document(2027), title=title), file).title == "2027年重点工作任务分解表"
