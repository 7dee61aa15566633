"""A year's end (年结、结转): clocks stop, nothing is approved, open rows are carried on by rows that a person has settled."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from reports.carried_list import carried_list
from tests.desk_office import LEAD, OTHER, OWN, Office, report, seen, sign, table_of
from worker import hourly
from workflow.folding import fold
from workflow.ledgers.drafting import start_draft
from workflow.ledgers.models import Ledger, LedgerItem
from workflow.ledgers.words import Part
from workflow.office.models import User
from workflow.record.asof import last_by
from workflow.record.models import AuditEvent
from workflow.tasks.lists.light_rules import set_lights
from workflow.tasks.lists.lighting import rulebook
from workflow.tasks.lists.lights import LightRules, Situation, light
from workflow.tasks.lists.overview import Wish, overview
from workflow.tasks.models import Awaiting, GatePolicy, Task
from workflow.tasks.people.arranging import Arrangement, set_policy
from workflow.tasks.publishing import publish
from workflow.tasks.words import Gate, Mode, Status
from workflow.year.look_backs.of_ledger import look_back
from workflow.year.missives.bulletin_facts import figures
from workflow.year.year_end.carrying import carried_at
from workflow.year.year_end.closing import open_rows, shown

NEW_YEAR = datetime(2027, 1, 8, 2, tzinfo=UTC)
END = date(2026, 12, 31)


def close(office: Office, login: str = "liushi", on: str = "2026-12-31") -> tuple[int, str]:
    """The head presses 年结."""
    answer = office.client(login).post(
        "/ledgers/1/year/close", data={"on": on, "seen": seen_year(office)}, follow_redirects=True
    )
    return answer.status_code, answer.text


def seen_year(office: Office) -> str:
    """What the page of the year's end shows now."""
    with office.here.database.reading() as session:
        ledger, at = session.get_one(Ledger, 1), office.clock()
        return shown(ledger, open_rows(session, ledger, at), carried_at(session, 1, at, drafts=True))


def carry(office: Office, data: dict[str, Any]) -> TestResponse:
    """The office confirms from the page as it is."""
    given = data | {"seen": seen_year(office)}
    return office.client("chen").post("/ledgers/1/year/carry", data=given, follow_redirects=True)


def worked(office: Office) -> None:
    """Row 1 closed for one unit; row 2 late and reported; the rest untouched; then the year is over."""
    office.walk(office.task_id(1), "submit", "approve", "verify", "close")
    office.walk(office.task_id(2), "submit")
    office.clock.now = NEW_YEAR


def next_ledger(office: Office, *, published: bool) -> int:
    """The table of the year after: row 1 says the same as before, row 2 nearly, row 3 something else."""
    table = table_of(3)
    rows = [replace(row, due=date(2027, 4, 1) + timedelta(days=n)) for n, row in enumerate(table.tasks)]
    rows[1] = replace(rows[1], title="公开第2项信息目录")
    rows[2] = replace(
        rows[2], title="开展政民互动满意度调查", requirement="每年一次。", responsible_units=("承办的有关部门",)
    )
    with office.here.database.writing() as session:
        by, blob = session.get_one(User, office.ids["chen"]), office.here.store.add_bytes(b"next year")
        said = replace(table, title="2027年政务公开任务分解表", year=2027, tasks=tuple(rows[:2] if published else rows))
        ledger = start_draft(session, said, blob, name="新.txt", by=by, at=office.clock())
        if published:
            publish(session, ledger, by=by, at=office.clock())
        return ledger.id


def item_ids(office: Office, ledger_id: int) -> list[int]:
    with office.here.database.reading() as session:
        wanted = select(LedgerItem.id).where(LedgerItem.ledger_id == ledger_id).order_by(LedgerItem.position)
        return list(session.scalars(wanted))


def test_lateness_stops_at_the_closing_day_and_approves_nothing(office: Office) -> None:
    worked(office)
    late = office.task_id(2)
    before = {task: office.task(task).status for task in (late, office.task_id(1))}
    status, text = close(office)
    assert (status, "已年结，计时停在2026年12月31日；未办结 3 条" in text) == (200, True)
    assert {task: office.task(task).status for task in before} == before, "nothing was approved"
    office.clock.now += timedelta(days=2066)
    shown = office.client("wang").get(f"/tasks/{late}").text
    days = (END - office.task(late).due).days
    assert f"年结时逾期 {days} 天" in shown
    assert f"{days + 2066}" not in shown
    with office.here.database.reading() as session:
        table = overview(session, 1, Wish(), office.clock())
        assert max(cell.late for row in table.rows for cell in row.cells.values()) == days + 1, "row 1, a day earlier"
        assert table.late == sum(task.status is not Status.CLOSED for task in session.scalars(select(Task)))
    assert fold(office.here.database).faults == ()


def test_tasks_of_a_closed_year_offer_no_tick_and_a_batch_says_why(office: Office) -> None:
    worked(office)
    task, li = office.task_id(2), office.client("li")
    assert f'name="pick-{task}"' in li.get("/?scope=unit").text
    close(office)
    listed = li.get("/?scope=unit").text
    assert f'id="line-{task}"' in listed
    assert "pick-" not in listed
    pick = {f"pick-{task}": str(office.task(task).version)}
    for action in ("pass", "back", "urge"):
        asked = li.post("/batch/confirm", data={"action": action, **pick}).text
        assert ("不能办理的 1 件" in asked, "已经年结" in asked) == (True, True)
    assert "已经年结" in li.post("/batch", data={"action": "pass", **pick}).text
    assert office.task(task).status is Status.DRAFTED


def test_open_tasks_wait_for_nobody_and_refuse_every_step(office: Office) -> None:
    worked(office)
    task, before = office.task_id(2), office.count(Awaiting)
    version, other = seen(office.client("li"), task), seen(office.client("wang"), office.task_id(3))
    assert before > 0
    close(office)
    assert office.count(Awaiting) == 0
    unread = office.unread("wang")
    hourly(office.here)
    assert (office.unread("wang"), office.count(Awaiting)) == (unread, 0), "nobody is reminded of it"
    for answer in (
        sign(office.client("li"), task, "approve", version=version),
        report(office.client("wang"), office.task_id(3), "后补。", version=other),
    ):
        assert (answer.status_code, "已经年结" in answer.text) == (409, True)
    assert office.client("chen").post(f"/tasks/{task}/urge", data={"words": ""}).status_code == 409
    answer = office.client("liushi").post("/ledgers/1/year/reopen", data={"reason": "误按"})
    assert answer.status_code == 303
    assert office.count(Awaiting) == before, "whom it waited for, it waits for again"
    assert sign(office.client("li"), task, "approve", "同意").status_code == 303
    assert fold(office.here.database).faults == ()


@pytest.mark.parametrize(
    ("login", "on", "status", "says"),
    [
        ("chen", "2026-12-31", 403, "由台账所属办公室的负责人"),
        ("li", "2026-12-31", 403, "由台账所属办公室的负责人"),
        ("liushi", "2026-11-30", 422, "年结日应在2026年12月1日至今天之间"),
        ("liushi", "2027-01-09", 422, "不能预定将来的日期"),
    ],
)
def test_who_may_close_and_on_which_day(office: Office, login: str, on: str, status: int, says: str) -> None:
    office.clock.now = NEW_YEAR
    answered, text = close(office, login, on)
    assert (answered, says in text) == (status, True), text
    with office.here.database.reading() as session:
        assert session.get_one(Ledger, 1).closed_on is None


def test_figures_of_a_moment_are_the_same_before_and_after_closing(office: Office) -> None:
    """As of before the close the clocks ran; as of after it they stood; whenever it is asked."""
    office.clock.now = NEW_YEAR
    moment, ledger_id = office.clock(), 1

    def told(at: datetime) -> tuple[object, ...]:
        with office.here.database.reading() as session:
            lines = look_back(session, ledger_id, as_of=at).tasks
            counted = figures(session, session.get_one(Ledger, ledger_id), as_of=at, least=1)
            paper = carried_list(session, ledger_id, as_of=at)
            return [line.late_days for line in lines], counted.rows, paper.table(), paper.closed

    office.clock.now += timedelta(seconds=30)
    running = told(moment)
    close(office)
    office.clock.now += timedelta(minutes=5)
    stood = told(office.clock.now)
    next_id = next_ledger(office, published=True)
    old, new = item_ids(office, 1), item_ids(office, next_id)
    data = {"following": next_id, f"into-{old[0]}": "1", f"row-{old[1]}": "1"}
    assert carry(office, data).status_code == 200
    closed_at = office.clock.now - timedelta(minutes=1)
    office.clock.now += timedelta(days=400)
    assert told(moment) == running
    assert max(running[0]) == max(stood[0]) + 8  # type: ignore[call-overload]
    assert "尚未年结" in str(running[3])
    assert "2026年12月31日年结" in str(stood[3])
    with office.here.database.reading() as session:
        assert carried_at(session, 1, closed_at) == {}
        assert [item.id for item in carried_at(session, 1, office.clock())[old[0]].into] == [new[0]]
        assert last_by(session, closed_at) < last_by(session, office.clock())


def test_open_rows_are_carried_by_what_a_person_settles(office: Office) -> None:
    office.clock.now = NEW_YEAR
    close(office)
    next_id = next_ledger(office, published=False)
    old, new = item_ids(office, 1), item_ids(office, next_id)
    page = office.client("chen").get("/ledgers/1/year").text
    assert f'name="into-{old[0]}"' in page
    assert "100% 相似" in page
    with office.here.database.reading() as session:
        assert carried_at(session, 1, office.clock(), drafts=True) == {}, "a likeness settles nothing"
    data = {"following": next_id, f"into-{old[0]}": "1", f"left-{old[1]}": "上级已取消该项要求", f"added-{old[2]}": "1"}
    both = data | {f"left-{old[0]}": "也不承接"}
    refused = carry(office, both)
    assert (refused.status_code, "三者只能选一种" in refused.text) == (422, True)
    wrong = carry(office, data | {f"into-{old[0]}": "77"})
    assert "没有序号为「77」的条目" in wrong.text
    answer = carry(office, data)
    assert "已确认 3 条的结转" in answer.text
    with office.here.database.reading() as session:
        fates = carried_at(session, 1, office.clock(), drafts=True)
        added = fates[old[2]].into[0]
        assert (fates[old[0]].into[0].id, fates[old[1]].left) == (new[0], "上级已取消该项要求")
        assert (added.text, added.due, added.ledger_id) == ("公开第3项信息", None, next_id)
        assert {unit.name for unit in added.units(Part.RESPONSIBLE)} == {OWN, OTHER}
        assert carried_at(session, 1, office.clock())[old[0]].into == [], "a draft is no ledger yet"
    again = carry(office, data | {f"added-{old[2]}": "", f"row-{old[2]}": "1"})
    assert again.status_code == 200
    with office.here.database.reading() as session:
        assert carried_at(session, 1, office.clock(), drafts=True)[old[2]].into == []
    assert fold(office.here.database).faults == ()


def test_the_list_of_what_is_carried_over_as_a_workbook(office: Office) -> None:
    office.clock.now = NEW_YEAR
    close(office)
    next_id, old = next_ledger(office, published=True), item_ids(office, 1)
    data = {"following": next_id, f"into-{old[0]}": "1", f"left-{old[2]}": "合并办理"}
    carry(office, data)
    answer = office.client("chen").get("/ledgers/1/year/结转清单.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    cells = [[str(cell.value or "") for cell in row] for row in sheet.iter_rows()]
    head = next(n for n, row in enumerate(cells) if row[0] == "序号")
    listed = {row[1]: dict(zip(cells[head], row, strict=True)) for row in cells[head + 1 : head + 4]}
    assert (listed["1"]["承接条目"], listed["1"]["未办结单位"]) == ("2027 年第 1 条", f"{LEAD}、{OWN}、{OTHER}")
    assert (listed["3"]["不再承接的理由"], listed["3"]["确认人"]) == ("合并办理", "陈科长")
    assert int(listed["2"]["逾期天数"]) == (END - date(2026, 4, 3)).days
    assert any("已承接 1 条，不再承接 1 条，尚未确认 1 条" in row[0] for row in cells)
    assert office.client("wang").get("/ledgers/1/year/结转清单.xlsx").status_code == 404


def test_the_next_ledger_starts_from_the_last_ones_units_policies_and_lights(office: Office) -> None:
    with office.here.database.writing() as session:
        chen, ledger = session.get_one(User, office.ids["chen"]), session.get_one(Ledger, 1)
        set_lights(session, ledger, LightRules(near_days=5), by=chen, at=office.clock())
        unit = session.get_one(User, office.ids["zhao"]).unit_id
        wanted = Arrangement(Gate.LEAD, Mode.ALL, (office.ids["zhao"], office.ids["zhou"]), unit_id=unit, ledger_id=1)
        set_policy(session, wanted, by=chen, at=office.clock())
        ledger.items[0].parties[-1].phrase = "承办的有关部门"
    office.clock.now = NEW_YEAR
    next_id, chen = next_ledger(office, published=False), office.client("chen")
    taken = chen.post(f"/ledgers/{next_id}/year/take-over", data={"earlier": 1}, follow_redirects=True)
    assert "已沿用 1 个名称的单位认定" in taken.text
    with office.here.database.writing() as session:
        draft, by = session.get_one(Ledger, next_id), session.get_one(User, office.ids["chen"])
        named = next(party for party in draft.items[2].parties if party.phrase == "承办的有关部门")
        assert [unit.name for unit in named.units] == [OTHER]
        publish(session, draft, by=by, at=office.clock())
    for count in (2, 0):
        taken = chen.post(f"/ledgers/{next_id}/year/take-over", data={"earlier": 1}, follow_redirects=True)
        assert f"共 {count} 项" in taken.text
    with office.here.database.reading() as session:
        assert rulebook(session).on(next_id, office.clock().date()).near_days == 5
        held = session.scalars(select(GatePolicy).where(GatePolicy.ledger_id == next_id)).one()
        assert held.people == [office.ids["zhao"], office.ids["zhou"]]
        kinds = list(session.scalars(select(AuditEvent.kind).where(AuditEvent.kind == "ledger.settings_taken")))
        assert len(kinds) == 3
    assert fold(office.here.database).faults == ()


def test_a_closed_years_light_says_when_the_clock_stopped() -> None:
    late = Situation(due=date(2026, 6, 30), stopped_on=END)
    assert light(late, date(2032, 8, 1)).word == "年结时逾期 184 天"
    assert light(Situation(due=date(2027, 1, 5), stopped_on=END), date(2027, 2, 1)).word == "年结未办结"
    assert light(late, date(2026, 7, 1)).word == "逾期 1 天"
