"""By when, how often, and whose date it is."""

from datetime import date

import pytest

from intake.grammar.deadlines import read

CELLS = [
    # cell, due, recurrence, inspection, inspection_on
    ("2026年11月底前", date(2026, 11, 30), None, None, None),
    ("11月底前完成", date(2026, 11, 30), None, None, None),
    ("2026年2月底前", date(2026, 2, 28), None, None, None),
    ("8月前完成", date(2026, 7, 31), None, None, None),
    ("年底前", date(2026, 12, 31), None, None, None),
    ("2026年内", date(2026, 12, 31), None, None, None),
    ("上半年", date(2026, 6, 30), None, None, None),
    ("第三季度末", date(2026, 9, 30), None, None, None),
    ("10月上旬", date(2026, 10, 10), None, None, None),
    ("2026.9.30", date(2026, 9, 30), None, None, None),
    ("2026-09-30前", date(2026, 9, 30), None, None, None),
    ("二〇二六年十一月二十日前", date(2026, 11, 20), None, None, None),
    ("十一月底前", date(2026, 11, 30), None, None, None),
    ("明年1月31日前", date(2027, 1, 31), None, None, None),
    ("2026年6月至10月", date(2026, 10, 31), None, None, None),
    ("２０２６年８月１５日前", date(2026, 8, 15), None, None, None),
    ("2026年8月15日前，在门户网站制作专题。", date(2026, 8, 15), None, None, None),
    ("2026年11月底前，各单位将台账报送至市政府办公室209室。", date(2026, 11, 30), None, None, None),
    ("2026年10月底前完成专项检查", date(2026, 10, 31), None, None, None),
    ("每月25日前报送", None, "monthly", None, None),
    ("每季度末月25日前报送至市政府办公室", None, "quarterly", None, None),
    ("每周五前", None, "weekly", None, None),
    ("每半年报告一次", None, "half-yearly", None, None),
    ("每日发布", None, "daily", None, None),
    ("每年12月20日前", date(2026, 12, 20), "yearly", None, None),
    ("持续推进", None, "continuous", None, None),
    ("全年", None, "continuous", None, None),
    ("立即落实并长期坚持。", None, "continuous", None, None),
    ("及时公开，市政府办公室不定期检查。", None, "continuous", "irregular", None),
    ("市政府办公室每月对公开情况进行检查。", None, None, "monthly", None),
    ("区政府办每季度通报一次", None, None, "quarterly", None),
    ("县政府督查室每月督查一次", None, None, "monthly", None),
    ("2026年11月底前，市政府办公室对答复情况进行通报。", None, None, "dated", date(2026, 11, 30)),
    ("县政府办公室不定期检查；对接于2026年11月底前完成。", date(2026, 11, 30), None, "irregular", None),
    ("各单位每月自查，市政府办公室每季度抽查", None, "monthly", "quarterly", None),
    ("", None, None, None, None),
]


@pytest.mark.parametrize(("cell", "due", "recurrence", "inspection", "on"), CELLS, ids=[c[0] for c in CELLS])
def test_a_deadline_cell(
    cell: str, due: date | None, recurrence: str | None, inspection: str | None, on: date | None
) -> None:
    timing = read(cell, "", 2026)
    assert (timing.due, timing.recurrence, timing.inspection, timing.inspection_on) == (due, recurrence, inspection, on)
    assert not timing.unread
    assert not timing.impossible
    assert timing.several == []


REQUIREMENTS = [
    ("2026年底前将现行有效规章集中公开。", date(2026, 12, 31), None),
    ("应于2026年9月底前启用专用章。", date(2026, 9, 30), None),
    ("及时跟踪国务院行政复议机构在2026年底前将制定出台的规范。", None, None),
    ("省政府办公厅将于2026年6月底前印发目录，各单位对照执行。", None, None),
    ("从2026年起解读率不得低于90％。", None, None),
    ("落实2026年政务公开工作要点。", None, None),
    ("清理2019年底前制发的文件。", None, None),
    ("各单位分管负责人每季度至少听取一次汇报。", None, "quarterly"),
    ("主要负责同志每年至少听取１次汇报。", None, "yearly"),
    ("每月底前报送执行情况。", None, "monthly"),
    ("及时公开、长期坚持、持续推进、定期组织。", None, None),
    ("建立月度通报机制。", None, None),
]


@pytest.mark.parametrize(("text", "due", "recurrence"), REQUIREMENTS, ids=[r[0] for r in REQUIREMENTS])
def test_a_requirement_says_little_about_time(text: str, due: date | None, recurrence: str | None) -> None:
    timing = read("", text, 2026)
    assert (timing.due, timing.recurrence) == (due, recurrence)


def test_the_units_own_date_in_the_requirement_stands_beside_the_offices_check() -> None:
    timing = read("2026年9月底前，市政府办公室对启用情况进行检查。", "各单位应于2026年9月底前启用专用章。", 2026)
    assert timing.due == timing.inspection_on == date(2026, 9, 30)


def test_a_date_that_does_not_exist_is_left_empty_and_said() -> None:
    timing = read("2026年2月30日前", "", 2026)
    assert timing.due is None
    assert timing.impossible == ["2026年2月30日前"]


def test_of_several_dates_the_last_is_taken_and_said() -> None:
    timing = read("6月底前完成初稿，9月底前印发", "", 2026)
    assert timing.due == date(2026, 9, 30)
    assert timing.several == ["6月底前", "9月底前"]


def test_without_a_year_a_date_without_a_year_is_not_guessed() -> None:
    assert read("11月底前", "", None).due is None
    assert read("2026年11月底前", "", None).due == date(2026, 11, 30)


def test_a_cell_that_says_no_date_is_said() -> None:
    assert read("按要求完成", "", 2026).unread
