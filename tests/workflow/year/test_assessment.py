"""An assessment lived through (考核): points with what is behind them, 自评 before 初评, appeals answered, the lock, corrections."""

from __future__ import annotations

import io
import subprocess
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select, text
from werkzeug.test import TestResponse

from reports.papers_of_year import parts
from tests.desk_office import OTHER, OWN, Office
from tests.workflow.year.test_schemes import SAMPLE
from workflow.folding import fold
from workflow.office.models import Unit
from workflow.record.models import AuditEvent
from workflow.year.assessments.assessing import shown as results_shown
from workflow.year.assessments.models import AssessedUnit, Assessment
from workflow.year.assessments.scoring import rounded
from workflow.year.assessments.sheets import Results, results
from workflow.year.dossiers.facts import dossier
from workflow.year.dossiers.parts import Assessed

DUE = "2026-12-10"
NOTED = {"what": "10月抽查，栏目更新及时", "evidence": "检查底稿 2026-10-3"}


def start(office: Office, text: str = "", login: str = "chen") -> TestResponse:
    office.clock.now = datetime(2026, 12, 1, 2, tzinfo=UTC)
    data: dict[str, Any] = {
        "ledger": 1,
        "due": DUE,
        "file": (io.BytesIO((text or SAMPLE.read_text("utf-8")).encode()), "办法.txt"),
    }
    return office.client(login).post("/assessments", data=data, content_type="multipart/form-data")


def counted(office: Office, at: datetime | None = None, *, corrected: bool = True) -> Results:
    with office.here.database.reading() as session:
        return results(session, session.get_one(Assessment, 1), at or office.clock(), corrected=corrected)


def row(office: Office, unit: str = OWN) -> AssessedUnit:
    with office.here.database.reading() as session:
        return session.scalars(select(AssessedUnit).join(Unit).where(Unit.name == unit)).one()


def post(office: Office, login: str, verb: str, sheet: str = "", **data: Any) -> TestResponse:
    found = row(office, sheet or OWN)
    place = f"sheets/{found.id}" if sheet else "1"
    given = {"seen_version": found.version, **data} if sheet else {**data, **seen_results(office, verb)}
    return office.client(login).post(f"/assessments/{place}/{verb}", data=given)


def seen_results(office: Office, verb: str = "lock") -> dict[str, str]:
    """What the page of the results shows now, for those who decide from it."""
    return {"seen": results_shown(counted(office))} if verb in ("publish", "lock") else {}


def note(office: Office, code: str, unit: str = OWN, **more: str) -> TestResponse:
    return post(office, "chen", "note", unit=row(office, unit).unit_id, code=code, **{**NOTED, **more})


def with_outside(office: Office) -> None:
    for sheet in counted(office).sheets:
        assert note(office, "第三方", sheet.row.unit.name, value="80").status_code == 303


def shown(office: Office) -> None:
    """Own scores are due, and the first scores are shown."""
    with_outside(office)
    office.clock.now = datetime(2026, 12, 11, 2, tzinfo=UTC)
    assert post(office, "chen", "publish").status_code == 303


def test_a_bad_scheme_begins_nothing_and_names_its_line(office: Office) -> None:
    answer = start(office, SAMPLE.read_text("utf-8").replace("报送质量 | 30%", "报送质量 | 20%"))
    assert (answer.status_code, "考核办法第 9 行：一级指标的权重合计是 90%" in answer.text) == (422, True)
    assert "写的是 2025 年度" in start(office, SAMPLE.read_text("utf-8").replace("年度：2026", "年度：2025")).text
    assert (
        "没有承办任务的县（区）"
        in start(office, SAMPLE.read_text("utf-8").replace("类别：市直单位", "类别：县（区）")).text
    )
    assert office.count(Assessment) == 0
    assert start(office, login="wang").status_code == 403


def test_every_point_leads_to_clause_event_row_and_evidence(office: Office) -> None:
    office.walk(office.task_id(1), "submit", "approve", "verify", "close")
    assert start(office).status_code == 303
    sheet = counted(office).of(row(office).unit_id)
    assert sheet is not None
    lines = {line.indicator.code: line for line in sheet.lines}
    late = lines["1.2.1"]
    assert (len(late.reasons), late.points) == (2, 10)
    assert late.indicator.clause.startswith("逾期 | 70% | 每次 逾期 扣 2")
    missed = lines["1.1"]
    assert missed.points == 30 * Fraction(1, 3) / Fraction("0.95")
    assert {trace.number for trace in missed.reasons} == {office.task_id(2), office.task_id(3)}
    assert lines["3.2"].points is None, "nothing to put right, so it does not apply"
    assert sheet.applicable == 100 - 5 - 8
    assert sheet.total is None, "the part from outside is missing"
    page = office.client("wang").get(f"/assessments/sheets/{row(office).id}").text
    assert f'href="/tasks/{office.task_id(2)}"' in page
    assert "第 14 行：逾期 | 70% | 每次 逾期 扣 2" in page
    assert office.client("wang").get("/assessments/1").status_code == 404
    assert office.client("wang").get(f"/assessments/sheets/{row(office, OTHER).id}").status_code == 404


def test_an_event_and_its_evidence_stand_behind_what_was_closed_late(office: Office) -> None:
    office.clock.now = datetime(2026, 5, 6, 2, tzinfo=UTC)
    office.walk(office.task_id(1), "submit", "approve", "verify", "close")
    start(office)
    sheet = counted(office).of(row(office).unit_id)
    assert sheet is not None
    line = next(line for line in sheet.lines if line.indicator.code == "1.2.1")
    closed = next(trace for trace in line.reasons if trace.number == office.task_id(1))
    with office.here.database.reading() as session:
        event = session.scalars(select(AuditEvent).where(AuditEvent.seq == closed.seq)).one()
        assert (event.kind, event.task_id) == ("task.close", office.task_id(1))
    assert closed.evidence == ("证明.pdf",)
    assert "逾期 34 天办结" in closed.said


def test_own_scores_are_confirmed_by_a_head_and_locked_before_the_first_ones(office: Office) -> None:
    start(office)
    assert "自评分应在 0 到 30 之间" in post(office, "wang", "own", OWN, **{"own-1": "31"}).text
    assert post(office, "wang", "own", OWN, **{"own-1": "28.5", "basis-1": "见台账"}).status_code == 303
    assert "由单位负责人确认" in post(office, "wang", "own", OWN, then="confirm").text
    assert "没有填写过的单位负责人" in post(office, "both", "own", OWN, then="confirm", **{"own-1": "29"}).text
    assert "没有确认自评" in post(office, "chen", "publish").text
    assert post(office, "li", "own", OWN, then="confirm", **{"own-1": "28.5", "basis-1": "见台账"}).status_code == 303
    assert "已由李主任确认" in post(office, "wang", "own", OWN, **{"own-1": "29"}).text
    shown(office)
    assert "初评已经公布，自评不能再改" in post(office, "qian", "own", OTHER, **{"own-1": "29"}).text
    sheet = counted(office).of(row(office).unit_id)
    assert sheet is not None
    assert (sheet.lines[0].own, sheet.lines[0].basis) == ("28.5", "见台账")


def test_an_appeal_is_answered_with_reasons_before_the_lock(office: Office) -> None:
    start(office)
    assert "不在申诉期内" in post(office, "li", "appeal", OWN, text="早了").text
    shown(office)
    assert post(office, "wang", "appeal", OWN, text="经办人不能申诉").status_code == 403
    assert post(office, "li", "appeal", OWN, text="第2项材料已补交").status_code == 303
    assert "申诉期还没有结束" in post(office, "liushi", "lock").text
    office.clock.now += timedelta(days=8)
    assert "还有申诉没有答复：市财政局" in post(office, "liushi", "lock").text
    assert "不在申诉期内" in post(office, "qian", "appeal", OTHER, text="晚了").text
    assert post(office, "chen", "answer", OWN, text="").status_code == 422
    assert post(office, "chen", "answer", OWN, text="补交晚于时限，维持。").status_code == 303
    assert post(office, "chen", "lock").status_code == 403
    assert post(office, "liushi", "lock").status_code == 303
    assert "补交晚于时限，维持。" in office.client("li").get(f"/assessments/sheets/{row(office).id}").text


def test_after_the_lock_only_a_correction_changes_the_result(office: Office) -> None:
    start(office)
    note(office, "3.4", value="良")
    note(office, "3.3")
    note(office, "加.1")
    shown(office)
    office.clock.now += timedelta(days=8)
    assert post(office, "liushi", "lock").status_code == 303
    locked = counted(office).of(row(office).unit_id)
    assert locked is not None
    office.clock.now += timedelta(days=40)
    later = counted(office).of(row(office).unit_id)
    assert later is not None
    assert (later.total, later.lines[2].reasons) == (locked.total, locked.lines[2].reasons), (
        "lateness goes on, the result does not"
    )
    assert note(office, "否.1", what="发现泄密").status_code == 303
    corrected, kept = (counted(office, corrected=one).of(row(office).unit_id) for one in (True, False))
    assert corrected is not None
    assert kept is not None
    assert (corrected.grade, kept.grade, kept.total) == ("不合格", locked.grade, locked.total)
    page = office.client("chen").get("/assessments/1").text
    assert "锁定以后有更正" in page
    with office.here.database.reading() as session:
        kinds = list(
            session.scalars(
                select(AuditEvent.kind).where(AuditEvent.kind.like("assessment.%")).order_by(AuditEvent.seq)
            )
        )
    assert (kinds.count("assessment.locked"), kinds[-1]) == (1, "assessment.corrected")
    assert fold(office.here.database).faults == ()


def test_what_is_noted_needs_evidence_and_its_own_kind_of_value(office: Office) -> None:
    start(office)
    assert "须写明事实和依据" in note(office, "3.4", value="良", evidence="").text
    assert "等级只能是优、良、一般、差" in note(office, "3.4", value="中").text
    assert "应在 0 到 100 之间" in note(office, "第三方", value="101").text
    assert "由系统从留痕中取数" in note(office, "1.1").text
    assert "没有序号为「99」" in note(office, "3.3", number="99").text
    assert note(office, "3.3", number="2").status_code == 303
    points = [counted(office).of(row(office).unit_id).lines[-4].points]  # type: ignore[union-attr]
    assert "撤销考核事项须写明理由" in post(office, "chen", "take-back", entry=1, reason="").text
    assert post(office, "chen", "take-back", entry=1, reason="重复登记").status_code == 303
    points.append(counted(office).of(row(office).unit_id).lines[-4].points)  # type: ignore[union-attr]
    assert points == [2, 0]
    assert "重复登记" in office.client("chen").get("/assessments/1").text


def test_ranking_and_sheets_leave_as_workbooks(office: Office) -> None:
    start(office)
    with_outside(office)
    found = counted(office)
    best = found.sheets[0]
    assert best.daily is not None
    assert best.total == rounded(rounded(best.daily) * Fraction(7, 10) + 80 * Fraction(3, 10)), "70 % and 30 %"
    answer = office.client("chen").get("/assessments/1/ranking.xlsx")
    cells = [
        [str(cell or "") for cell in line] for line in openpyxl.load_workbook(io.BytesIO(answer.data)).active.values
    ]
    head = next(n for n, line in enumerate(cells) if line[0] == "名次")
    assert cells[head][:4] == ["名次", "单位", "日常（折算）", "第三方（折算）"]
    assert cells[head + 1][:2] == ["1", best.row.unit.name]
    assert cells[head + 1][3] == "80.00"
    one = office.client("li").get(f"/assessments/sheets/{row(office).id}/计分表.xlsx")
    text = "\n".join(
        str(cell) for line in openpyxl.load_workbook(io.BytesIO(one.data)).active.values for cell in line if cell
    )
    assert "每次 逾期 扣 2" in text
    assert office.client("chen").get("/assessments/1/sheets.xlsx").status_code == 200
    assert office.client("li").get("/assessments/1/ranking.xlsx").status_code == 404


@pytest.mark.parametrize("days", [0, 30])
def test_figures_of_a_moment_stay_what_they_were(office: Office, days: int) -> None:
    start(office)
    moment = office.clock.now + timedelta(days=days)
    office.clock.now = moment + timedelta(seconds=5)
    before = [line.points for sheet in counted(office, moment).sheets for line in sheet.lines]
    note(office, "3.4", value="良")
    office.clock.now += timedelta(days=60)
    assert [line.points for sheet in counted(office, moment).sheets for line in sheet.lines] == before


def test_the_dossier_prints_the_result_as_it_stood(office: Office) -> None:
    def part(unit_id: int | None, at: datetime) -> list[Assessed]:
        with office.here.database.reading() as session:
            return list(dossier(session, 1, as_of=at, unit_id=unit_id).assessed)

    before = office.clock()
    start(office)
    shown(office)
    first = office.clock()
    office.clock.now = first + timedelta(days=20)
    assert post(office, "liushi", "lock").status_code == 303
    locked = office.clock()
    assert part(None, before) == []
    assert [one.state for at in (first, locked) for one in part(None, at)] == ["初评已公示", "已锁定"]
    whole, own = part(None, locked)[0], part(row(office).unit_id, locked)[0]
    assert [sheet.row.unit.name for sheet in own.found.sheets] == [OWN], "a unit's dossier tells nothing of others"
    assert len(whole.found.sheets) > 1
    with office.here.database.reading() as session:
        facts = dossier(session, 1, as_of=locked)
    printed = list(parts(facts, office.here.settings))[3]
    said = subprocess.run(["pdftotext", "-layout", "-", "-"], input=printed, capture_output=True, check=True).stdout
    words = "".join(said.decode().partition("八、考核结果")[2].split())
    assert all(f"{sheet.rank}{sheet.row.unit.name}" in words for sheet in whole.found.sheets)


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("UPDATE assessment_entry SET value = '99' WHERE id = 1", "考核登记事项 1 的得分或等级被改动：现为「99」"),
        ("DELETE FROM assessment_entry WHERE id = 1", "考核登记事项 1 不见了"),
        (
            "UPDATE assessed_unit SET confirmed_by = '别人' WHERE confirmed_at IS NOT NULL",
            "的确认人被改动：现为「别人」",
        ),
        ("UPDATE assessment SET locked_by = '别人'", "考核 1 的锁定人被改动"),
        ("UPDATE assessment SET scheme = replace(scheme, '扣 2', '扣 1')", "考核 1 的计分办法被改动"),
        ("UPDATE assessment_entry SET value = '99'", "的得分对不上：按现有数据为「"),
    ],
)
def test_points_that_were_changed_behind_the_engine_are_named(office: Office, statement: str, says: str) -> None:
    start(office)
    found = row(office)
    said = {"own-1.1": "28", "basis-1.1": "见台账"}
    office.client("wang").post(f"/assessments/sheets/{found.id}/own", data={"seen_version": 1, **said})
    office.client("li").post(f"/assessments/sheets/{found.id}/own", data={"seen_version": 2, "then": "confirm"})
    shown(office)
    office.clock.now = datetime(2026, 12, 25, 2, tzinfo=UTC)
    assert post(office, "liushi", "lock").status_code == 303
    assert fold(office.here.database).faults == ()
    with office.here.database.writing() as session:
        session.execute(text(statement))
    faults = fold(office.here.database).faults
    assert any(says in fault for fault in faults), faults
