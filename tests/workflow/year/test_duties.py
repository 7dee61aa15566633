"""The office's own duties (办公室日程): read off rows and notice or added, quoted, done, put off; never a unit's deadline."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select, update

from intake.grid import Line
from intake.notices.duties import of_notice
from tests.desk_office import HOME, LEAD, OWN, Office, open_office
from worker import hourly
from workflow.folding import fold
from workflow.ledgers.drafting import start_draft
from workflow.ledgers.models import Ledger
from workflow.office.models import Notice, User
from workflow.record.published import Inspection, PublishedLedger, PublishedTask, Recurrence
from workflow.tasks.models import Task
from workflow.tasks.publishing import publish
from workflow.year.duties import MARK, Duty, office_calendar
from workflow.year.models import DutyMark

NOTICE = "市政府办公室将通过每季度检查通报、年度考核等方式，跟踪问效。各单位于12月25日前将落实情况报送市政府办公室。"


@pytest.fixture(scope="module")
def checking(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A second ledger with rows that the office checks, and a notice that says so."""
    here = open_office(tmp_path_factory.mktemp("duties") / "home")

    def row(n: int, said: str, **more: object) -> PublishedTask:
        return PublishedTask(str(n), (), f"第{n}项", None, (LEAD,), (OWN,), deadline_text=said, **more)  # type: ignore[arg-type]

    rows = (
        row(1, "市政府办公室每月对公开情况进行检查。", inspection=Inspection.MONTHLY),
        row(2, "11月底前，市政府办公室对解读情况进行通报。", inspection=Inspection.DATED, inspection_on=date(2026, 11, 30)),
        row(3, "不定期抽查。", inspection=Inspection.IRREGULAR),
        row(4, "不定期抽查。", inspection=Inspection.IRREGULAR),
        row(5, "长期坚持", recurrence=Recurrence.CONTINUOUS),
    )  # fmt: skip
    duties = of_notice([Line(7, NOTICE)], 2026)
    published = PublishedLedger("分工方案", 2026, HOME, None, None, None, rows, duties=duties)
    with here.here.database.writing() as session:
        by, blob = session.get_one(User, here.ids["chen"]), here.here.store.add_bytes(b"second")
        publish(
            session,
            start_draft(session, published, blob, name="二.txt", by=by, at=here.clock()),
            by=by,
            at=here.clock(),
        )
    yield here
    here.here.database.dispose()


def listed(checking: Office) -> dict[str, Duty]:
    with checking.here.database.reading() as session:
        return {duty.key: duty for duty in office_calendar(session, session.get_one(Ledger, 2))}


def test_a_notice_says_what_the_office_does_and_nothing_of_what_units_do() -> None:
    said = [(one.words, one.recurrence, one.on) for one in of_notice([Line(1, NOTICE)], 2026)]
    assert said == [("每季度检查通报", Recurrence.QUARTERLY, None), ("年度考核", Recurrence.YEARLY, None)]
    dated = of_notice([Line(1, "12月底前，市政府办公室将对各单位落实情况进行考核，结果纳入年度绩效考核。")], 2026)
    assert [one.on for one in dated] == [date(2026, 12, 31)]
    for own in ("各县区政府每月对本地区工作进行检查，并将结果报市政府办公室。", "各单位要加强日常检查。"):
        assert of_notice([Line(1, own)], 2026) == ()


def test_every_duty_has_a_working_day_and_its_words(checking: Office) -> None:
    found = listed(checking)
    monthly = [duty for duty in found.values() if duty.what == "每月检查"]
    assert [duty.planned for duty in monthly][:3] == [date(2026, 3, 31), date(2026, 4, 30), date(2026, 5, 29)]
    assert monthly[0].quote == "市政府办公室每月对公开情况进行检查。"
    dated = next(duty for duty in found.values() if duty.what == "通报")
    assert (dated.planned, [row.number for row in dated.rows]) == (date(2026, 11, 30), ["2"])
    irregular = [duty for duty in found.values() if duty.what == "不定期抽查"]
    assert len(irregular) == 4
    assert {row.number for row in irregular[0].rows} == {"3", "4"}
    assert [duty.months for duty in found.values() if duty.key.startswith("reports/")] == [3, 6, 9, 12]
    assert {duty.line for duty in found.values() if duty.what == "年度考核"} == {7}


def test_no_inspection_is_a_units_deadline(checking: Office) -> None:
    with checking.here.database.reading() as session:
        tasks = session.scalars(select(Task).where(Task.ledger_id == 2)).all()
    assert {task.due for task in tasks} == {date(2026, 12, 31)}


def test_done_once_with_a_note_and_put_off_with_a_reason(checking: Office) -> None:
    chen, key = checking.client("chen"), next(k for k, duty in listed(checking).items() if duty.what == "每月检查")
    page = chen.get("/ledgers/2/calendar").text
    assert "市政府办公室每月对公开情况进行检查。" in page
    assert "每月检查" in chen.get("/").text
    for given, says in (
        ({"key": key, "on": "2026-04-04", "reason": "调研"}, "2026年4月4日不是工作日"),
        ({"key": key, "on": "2026-04-08", "reason": ""}, "改期须写明理由"),
    ):
        assert says in chen.post("/ledgers/2/duties/move", data=given).text
    chen.post("/ledgers/2/duties/move", data={"key": key, "on": "2026-04-08", "reason": "统一安排在节后"})
    assert (listed(checking)[key].on, listed(checking)[key].planned) == (date(2026, 4, 8), date(2026, 3, 31))
    done = {"key": key, "note": "抽查 5 个单位"}
    assert chen.post("/ledgers/2/duties/done", data=done).status_code == 303
    assert "已由陈科长于" in checking.client("yuan").post("/ledgers/2/duties/done", data=done).text
    checking.clock.now = datetime(2026, 5, 29, 1, tzinfo=UTC)
    for _ in range(2):
        hourly(checking.here)
    with checking.here.database.reading() as session:
        told = session.scalars(
            select(Notice.text).where(Notice.user_id == checking.ids["chen"], Notice.text.startswith(MARK))
        )
        assert list(told) == ["【办公室日程】每月检查（2026年5月29日）。"]
    checking.client("chen").post("/ledgers/2/cadence", data={"cadence": "monthly"})
    kept = listed(checking)
    assert kept[key].mark is not None
    assert kept[key].mark.note == "抽查 5 个单位"
    assert len([duty for duty in kept.values() if duty.key.startswith("reports/")]) == 10
    assert checking.client("wang").get("/ledgers/2/calendar").status_code == 404
    assert fold(checking.here.database).faults == ()


def test_the_office_puts_into_its_calendar_what_the_table_does_not_say(checking: Office) -> None:
    chen, given = checking.client("chen"), {"what": "抽查政务公开栏目", "on": "2026-06-10"}
    assert "增列" in chen.get("/ledgers/2/calendar").text
    for wrong, says in (
        (given | {"what": " "}, "请写明事项"),
        (given | {"on": "2026-06-06"}, "2026年6月6日不是工作日"),
        (given | {"on": "2025-06-10"}, "日期不能早于今天"),
    ):
        assert says in chen.post("/ledgers/2/duties", data=wrong).text
    assert chen.post("/ledgers/2/duties", data=given).status_code == 303
    assert "无需重复增列" in chen.post("/ledgers/2/duties", data=given).text
    own = [duty for duty in listed(checking).values() if duty.what == "抽查政务公开栏目"]
    assert [(duty.key, duty.on, duty.done) for duty in own] == [("own-1", date(2026, 6, 10), False)]
    assert "抽查政务公开栏目" in chen.get("/inspections").text, "what is called a check can be drawn for"
    chen.post("/ledgers/2/duties/move", data={"key": "own-1", "on": "2026-06-11", "reason": "统一安排"})
    chen.post("/ledgers/2/duties/done", data={"key": "own-1", "note": "抽查 5 个单位"})
    done = listed(checking)["own-1"]
    assert (done.planned, done.on, done.done) == (date(2026, 6, 10), date(2026, 6, 11), True)
    assert checking.client("wang").post("/ledgers/2/duties", data=given).status_code in (403, 404)
    assert fold(checking.here.database).faults == ()
    for words, faulty in (
        ("抽查其他事项", True),
        ("抽查政务公开栏目", False),
    ):  # changed behind the engine, and put back
        with checking.here.database.writing() as session:
            session.execute(update(DutyMark).where(DutyMark.key == "own-1").values(what=words))
        assert any("own-1" in str(fault) for fault in fold(checking.here.database).faults) is faulty
