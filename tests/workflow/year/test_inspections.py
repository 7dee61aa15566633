"""Inspections: drawn so that anybody can draw again, two inspectors, the unit's signature, findings that become rectifications."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from reports import making
from tests.desk_office import LEAD, OTHER, OWN, Office
from tests.inspection_desk import FOUND, Looking
from workflow.folding import fold
from workflow.ledgers.models import Ledger
from workflow.record.errors import Forbidden, Incomplete, Invalid, NotInState, Stale
from workflow.tasks.words import Action, Status
from workflow.year.countersigning import SIGN_DAYS
from workflow.year.dossiers.facts import dossier
from workflow.year.duties import Duty, office_calendar
from workflow.year.inspections.facts import inspection_table, worksheet_paper
from workflow.year.inspections.models import Inspection, Worksheet
from workflow.year.inspections.words import Judgement
from workflow.year.missives.bulletin_facts import figures
from workflow.year.models import Paper
from workflow.year.words import Draw, Method


@pytest.fixture
def looking(office: Office) -> Looking:
    looking = Looking(office)
    looking.publish()
    return looking


def drawn(looking: Looking, inspection_id: int) -> list[str]:
    with looking.office.here.database.reading() as session:
        begun = session.get_one(Inspection, inspection_id)
        return [f"{one.item.position}.{one.item.number}|{one.checked.name}" for one in begun.sheets]


@pytest.mark.parametrize("rule", list(Draw))
def test_twenty_lines_repeat_the_draw(looking: Looking, tmp_path: Path, rule: Draw) -> None:
    number = looking.start(share=30, rule=rule)
    page = Path("docs/look-back-draw.md").read_text("utf-8")
    script = tmp_path / "draw.py"
    script.write_text(re.search(r"```python\n(.*?)```", page, re.DOTALL)[1], "utf-8")  # type: ignore[index]
    with looking.office.here.database.reading() as session:
        begun = session.get_one(Inspection, number)
        (tmp_path / "名单.txt").write_text(begun.population, "utf-8")
    said = [sys.executable, str(script), str(tmp_path / "名单.txt"), begun.seed, "30", rule.value]
    repeated = subprocess.run(said, capture_output=True, check=True, text=True)
    assert repeated.stdout.split() == drawn(looking, number)
    assert 0 < len(repeated.stdout.split()) < 8
    assert re.search(r"[0-9a-f]{64}", repeated.stderr)


def test_a_duty_is_drawn_once_and_by_its_office(looking: Looking) -> None:
    looking.start()
    with pytest.raises(NotInState, match="已经发起检查"):
        looking.start()
    with pytest.raises(Invalid, match="抽查比例"):
        looking.start(4, share=0)


def test_what_failed_last_is_always_drawn(looking: Looking) -> None:
    sheet = looking.sheet(looking.start())
    looking.climb(sheet)
    with looking.office.here.database.reading() as session:
        found = session.get_one(Worksheet, sheet)
        failed = f"{found.item.position}.{found.item.number}|{found.checked.name}"
    for n in (4, 5, 6):
        number = looking.start(n, share=1)
        assert failed in drawn(looking, number)


def test_a_sheet_climbs_and_its_finding_is_handed_out(looking: Looking) -> None:
    sheet = looking.sheet(looking.start())
    looking.climb(sheet)
    matter = looking.found(sheet)
    assert matter is not None
    assert (matter.due, matter.measure, matter.problem) == (FOUND.mend_by, FOUND.demand, FOUND.facts)
    assert matter.unit_id == looking.do("li", lambda session, by: by.unit_id)
    assert not fold(looking.office.here.database).faults


def test_what_fits_calls_for_nothing(looking: Looking) -> None:
    sheet = looking.sheet(looking.start())
    looking.note(sheet, replace(FOUND, judgement=Judgement.FITS, category="", clause="", demand="", mend_by=None))
    for action, login in ((Action.SUBMIT, "chen"), (Action.APPROVE, "yuan"), (Action.VERIFY, "li"), (Action.CLOSE, "chen")):  # fmt: skip
        looking.step(sheet, action, login)
    assert looking.found(sheet) is None


def test_one_inspector_is_not_enough_on_site(looking: Looking) -> None:
    sheet = looking.sheet(looking.start())
    looking.note(sheet, companion="")
    with pytest.raises(Incomplete, match="不少于两人"):
        looking.step(sheet, Action.SUBMIT, "chen")
    looking.note(sheet, replace(FOUND, method=Method.ONLINE), companion="")
    assert looking.step(sheet, Action.SUBMIT, "chen").status is Status.DRAFTED
    with pytest.raises((Forbidden, Incomplete)):
        looking.step(sheet, Action.APPROVE, "chen")


def test_the_second_inspector_is_the_one_who_was_there_and_of_the_office(looking: Looking) -> None:
    sheet = looking.sheet(looking.start())
    with pytest.raises(Invalid, match="本办公室的另一位"):
        looking.note(sheet, companion="li")
    with pytest.raises(Invalid, match="本办公室的另一位"):
        looking.note(sheet, companion="chen")


def test_a_finding_without_demand_is_not_laid_before_anybody(looking: Looking) -> None:
    sheet = looking.sheet(looking.start())
    looking.note(sheet, replace(FOUND, demand="", mend_by=None))
    with pytest.raises(Incomplete, match="整改要求、整改时限"):
        looking.step(sheet, Action.SUBMIT, "chen")


def test_the_same_record_comes_in_once(looking: Looking) -> None:
    sheet = looking.sheet(looking.start())
    assert looking.note(sheet, key="k1")
    version = looking.do("chen", lambda session, by: session.get_one(Worksheet, sheet).version)
    assert not looking.note(sheet, key="k1")
    assert looking.do("chen", lambda session, by: session.get_one(Worksheet, sheet).version) == version


def test_a_unit_that_does_not_sign_is_waited_for_and_then_named(looking: Looking) -> None:
    sheet = looking.sheet(looking.start())
    looking.note(sheet)
    looking.step(sheet, Action.SUBMIT, "chen")
    looking.step(sheet, Action.APPROVE, "yuan")
    with pytest.raises(Incomplete, match="期满仍未签认"):
        looking.step(sheet, Action.CLOSE, "chen", "拒签")
    looking.office.clock.now += timedelta(days=SIGN_DAYS + 4)
    with pytest.raises(Incomplete, match="请注明"):
        looking.step(sheet, Action.CLOSE, "chen")
    looking.step(sheet, Action.CLOSE, "chen", "单位负责人拒签")
    with looking.office.here.database.reading() as session:
        assert "未签认：单位负责人拒签" in str(inspection_table(session.get_one(Worksheet, sheet).inspection).rows)


def test_a_unit_objects_by_sending_it_back(looking: Looking) -> None:
    sheet = looking.sheet(looking.start())
    looking.note(sheet)
    looking.step(sheet, Action.SUBMIT, "chen")
    looking.step(sheet, Action.APPROVE, "yuan")
    assert looking.step(sheet, Action.SEND_BACK, "li", "公开栏当天已更新").status is Status.ASSIGNED
    with pytest.raises((Forbidden, NotInState, Stale)):
        looking.step(sheet, Action.VERIFY, "li")


def test_only_the_unit_looked_at_sees_the_sheet_and_not_before_it_is_confirmed(looking: Looking) -> None:
    number = looking.start()
    sheet = looking.sheet(number)
    assert looking.office.client("li").get(f"/inspections/sheets/{sheet}").status_code == 404
    looking.note(sheet)
    looking.step(sheet, Action.SUBMIT, "chen")
    looking.step(sheet, Action.APPROVE, "yuan")
    own, other = looking.office.client("li"), looking.office.client("qian")
    assert own.get(f"/inspections/sheets/{sheet}").status_code == 200
    assert other.get(f"/inspections/sheets/{sheet}").status_code == 404
    assert own.get(f"/inspections/{number}").status_code == 404


def test_the_sealed_paper_is_made_of_the_finished_sheet_alone(looking: Looking) -> None:
    sheet = looking.sheet(looking.start())
    at = looking.office.clock
    with looking.office.here.database.reading() as session:
        assert worksheet_paper(session, sheet, as_of=at()) is None
    looking.climb(sheet)
    with looking.office.here.database.reading() as session:
        paper = next(one for one in session.query(Paper) if one.kind == "worksheet")
        facts = worksheet_paper(session, sheet, as_of=at())
    assert facts is not None
    said = dict(facts.lines)
    assert said["检查人"] == "陈科长、袁副科长"
    assert said["被检查单位意见与签认"].startswith("情况属实（市财政局 李主任")
    making.build(looking.office.here, paper.id)
    answer = looking.office.client("li").get(f"/inspections/sheets/{sheet}/pdf")
    assert answer.status_code == 200
    assert answer.data.startswith(b"%PDF")


def test_units_with_tasks_are_in_the_list_and_the_office_is_not(looking: Looking) -> None:
    assert {key.partition("|")[2] for key in drawn(looking, looking.start())} == {LEAD, OWN, OTHER}


def test_the_dossier_counts_inspections_and_their_rectifications_as_of_its_moment(looking: Looking) -> None:
    sheet = looking.sheet(looking.start())
    before = looking.office.clock()
    looking.climb(sheet)
    with looking.office.here.database.reading() as session:
        then = dossier(session, looking.ledger_id, as_of=before)
        now = dossier(session, looking.ledger_id, as_of=looking.office.clock())
        checked = session.get_one(Worksheet, sheet).checked
        other = dossier(session, looking.ledger_id, as_of=looking.office.clock(), unit_id=checked.id)
    assert [(one.drawn, one.open, dict(one.judged)) for one in then.inspected] == [(12, 12, {})]
    assert [(one.drawn, one.open, dict(one.judged)) for one in now.inspected] == [(12, 11, {Judgement.FAILS: 1})]
    assert [one.drawn for one in other.inspected] == [4], "its own lines alone"
    assert then.mending == ()
    assert [(one.problem, one.measure) for one in now.mending] == [(FOUND.facts, FOUND.demand)]


def test_a_whole_inspection_has_done_its_duty_and_stands_in_the_next_bulletin(looking: Looking) -> None:
    number, key = looking.start(), looking.keys()[3]

    def duty() -> Duty:
        with looking.office.here.database.reading() as session:
            ledger = session.get_one(Ledger, looking.ledger_id)
            return next(one for one in office_calendar(session, ledger) if one.key == key)

    with looking.office.here.database.reading() as session:
        sheets = [(one.id, one.checked.name) for one in session.get_one(Inspection, number).sheets]
    for n, (sheet, unit) in enumerate(sheets):
        assert not duty().done
        fine = replace(FOUND, judgement=Judgement.FITS, mend_by=None, demand="", category="", clause="")
        looking.note(sheet, replace(FOUND, mend_by=date(2026, 12, 30)) if n == 0 else fine)
        for action, login in ((Action.SUBMIT, "chen"), (Action.APPROVE, "yuan")):
            looking.step(sheet, action, login)
        if unit == OWN:
            looking.step(sheet, Action.VERIFY, "li", "属实")
        else:
            looking.office.clock.now += timedelta(days=SIGN_DAYS + 6)
        looking.step(sheet, Action.CLOSE, "chen", "没有签认")
    done = duty()
    assert done.done
    assert done.mark is not None
    assert done.mark.note == f"检查底稿 {len(sheets)} 份全部定稿，发现问题 1 项。"
    with looking.office.here.database.reading() as session:
        ledger, at = session.get_one(Ledger, looking.ledger_id), looking.office.clock()
        told = figures(session, ledger, as_of=at, least=1)
        assert [(one.unit, one.category) for one in told.findings] == [(sheets[0][1], "更新不及时")]
        assert any("检查第" in line for lines in told.told().values() for line in lines)
        again = figures(session, ledger, as_of=at, least=1, last=told, number="云政办督〔2026〕1号")
        assert again.findings == (), "what one bulletin has told is not told by the next"
    assert fold(looking.office.here.database).faults == ()
