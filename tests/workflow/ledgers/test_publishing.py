"""Publishing says what it will do, opens tasks in bulk, and goes on in the background however it is interrupted."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

import worker
from tests.desk_office import HOME, OTHER, OWN, Office, upload
from tests.promises import broken_promises
from tests.statements import statements
from workflow.ledgers.drafting import start_draft
from workflow.ledgers.models import Ledger
from workflow.ledgers.publishing import MANY
from workflow.office.models import Notice, Unit, User
from workflow.office.units import import_units
from workflow.record.models import AuditEvent, OutboxRow
from workflow.record.outbox import MAX_ATTEMPTS
from workflow.record.published import PublishedLedger, PublishedTask, Recurrence, UnitRow
from workflow.tasks import batches, publishing
from workflow.tasks.models import Task

UNITS = 30
LATE = date(2021, 12, 25)


@pytest.fixture(autouse=True)
def more_units(office: Office) -> None:
    """An office of more units than the cast has."""
    rows = [UnitRow(n, f"单位{n}", "部门", (), ()) for n in range(UNITS - 1)]
    with office.here.database.writing() as session:
        import_units(session, rows, by=None, at=office.clock())


def draft(office: Office, rows: int, *, units: int = UNITS, due: date | None = date(2026, 12, 25)) -> int:
    """A settled draft of so many rows, each with 市财政局 and other units."""
    names = (OWN, *(f"单位{n}" for n in range(units - 1)))
    tasks = tuple(PublishedTask(str(n), (), f"公开第{n}项", None, (), names, due=due) for n in range(1, rows + 1))
    table = PublishedLedger("大表", 2026, HOME, None, None, None, tasks)
    with office.here.database.writing() as session:
        blob = office.here.store.add_bytes(f"{rows} {units} {due}".encode())
        by = session.get_one(User, office.ids["chen"])
        return start_draft(session, table, blob, name="表.txt", by=by, at=office.clock()).id


def stamp(client: FlaskClient, ledger_id: int) -> str:
    """What ticking the box on the settling page sends."""
    found = re.search(r'name="seen" value="([^"]+)"', client.get(f"/review/{ledger_id}").text)
    return found.group(1) if found else ""


def publish(client: FlaskClient, ledger_id: int) -> TestResponse:
    """Tick and press."""
    seen = stamp(client, ledger_id)
    answer = client.post(f"/review/{ledger_id}/publish", data={"seen": seen} if seen else {})
    assert answer.status_code == 303, answer.text
    return answer


def tasks_of(office: Office, ledger_id: int) -> int:
    with office.here.database.reading() as session:
        return session.scalars(select(func.count()).select_from(Task).where(Task.ledger_id == ledger_id)).one()


def born(office: Office, ledger_id: int) -> list[tuple[int | None, dict[str, Any]]]:
    """Who opened what, in the order of the chain."""
    with office.here.database.reading() as session:
        mine = select(AuditEvent).join(Task, Task.id == AuditEvent.task_id).where(Task.ledger_id == ledger_id)
        events = session.scalars(mine.where(AuditEvent.kind == "task.assigned").order_by(AuditEvent.seq))
        return [(one.actor_id, json.loads(one.data)) for one in events]


def told(office: Office, ledger_id: int) -> list[str]:
    with office.here.database.reading() as session:
        mine = select(Notice.text).where(Notice.ledger_id == ledger_id, Notice.user_id == office.ids["wang"])
        return list(session.scalars(mine))


# Said beforehand ------------------------------------------------------------------------------------------------------


def test_the_page_and_the_dialog_name_tasks_units_and_what_is_late(office: Office, chen: FlaskClient) -> None:
    page = chen.get(f"/review/{draft(office, 3, units=4, due=LATE)}").text
    words = "将向 4 个单位交办 12 项任务，其中 12 项的时限已过，一发布即逾期，最早的时限是2021年12月25日。"
    assert f"现在发布{words}" in page
    assert f'data-confirm="{words}' in page
    assert re.search(r'type="checkbox" name="seen" value="[^"]+" required', page)


def test_a_small_table_in_time_asks_for_no_tick(office: Office, chen: FlaskClient) -> None:
    ledger_id = draft(office, 3, units=4)
    assert stamp(chen, ledger_id) == ""
    page = chen.get(f"/review/{ledger_id}").text
    assert 'data-confirm="将向 4 个单位交办 12 项任务。' in page
    assert publish(chen, ledger_id).location.endswith(f"/ledgers/{ledger_id}")


@pytest.mark.parametrize(("rows", "due"), [(1, LATE), (MANY // UNITS + 1, date(2026, 12, 25))])
def test_late_or_many_tasks_are_not_published_without_a_tick(
    office: Office, chen: FlaskClient, rows: int, due: date
) -> None:
    ledger_id, events = draft(office, rows, due=due), office.count()
    for sent in ({}, {"seen": ""}, {"seen": "1"}):
        answer = chen.post(f"/review/{ledger_id}/publish", data=sent)
        assert answer.status_code == 422
        assert f"还没有发布：现在发布将向 {UNITS} 个单位交办 {rows * UNITS} 项任务" in answer.text
        assert "勾选“已核对”" in answer.text
    assert (tasks_of(office, ledger_id), office.count()) == (0, events)
    publish(chen, ledger_id)


def test_a_tick_is_for_the_figures_that_were_seen(office: Office, chen: FlaskClient) -> None:
    ledger_id = draft(office, 2, due=LATE)
    seen = stamp(chen, ledger_id)
    with office.here.database.reading() as session:
        item_id = session.get_one(Ledger, ledger_id).items[0].id
    chen.post(f"/review/{ledger_id}/items/{item_id}/delete")
    assert chen.post(f"/review/{ledger_id}/publish", data={"seen": seen}).status_code == 422
    publish(chen, ledger_id)


# Opened in bulk -------------------------------------------------------------------------------------------------------


def test_few_tasks_are_there_with_the_answer(office: Office, chen: FlaskClient) -> None:
    ledger_id = draft(office, 4)
    with statements(office) as seen:
        publish(chen, ledger_id)
    assert tasks_of(office, ledger_id) == 120
    assert len(seen) <= 2 * 120
    assert told(office, ledger_id) == ["《大表》交办 4 项任务，请及时办理。"]
    assert "data-progress-url" not in chen.get(f"/ledgers/{ledger_id}").text


@pytest.mark.parametrize("rows", [25, pytest.param(100, marks=pytest.mark.proof)])
def test_the_answer_to_three_thousand_tasks_asks_no_more_than_that_to_a_thousand(
    office: Office, chen: FlaskClient, rows: int
) -> None:
    asked = []
    for units in (10, UNITS):
        ledger_id = draft(office, rows, units=units)
        ticked = stamp(chen, ledger_id)
        with statements(office) as seen:
            chen.post(f"/review/{ledger_id}/publish", data={"seen": ticked})
        assert tasks_of(office, ledger_id) == 0
        asked.append(len(seen))
    assert asked[1] == asked[0] <= 30
    with statements(office) as seen:
        worker.drain(office.here)
    assert tasks_of(office, ledger_id) == rows * UNITS
    assert len(seen) + asked[1] <= 2 * rows * UNITS
    assert told(office, ledger_id) == [f"《大表》交办 {rows} 项任务，请及时办理。"]
    with office.here.database.reading() as session:
        assert broken_promises(session) == []


def test_the_background_writes_the_events_that_a_request_would(office: Office, chen: FlaskClient) -> None:
    later, at_once = draft(office, 10), draft(office, 10, due=date(2026, 12, 24))
    publish(chen, later)
    assert tasks_of(office, later) == 0
    worker.drain(office.here)
    with office.here.database.writing() as session:
        by = session.get_one(User, office.ids["chen"])
        publishing.publish(session, session.get_one(Ledger, at_once), by=by, at=office.clock())
    left, right = born(office, later), born(office, at_once)
    dated = {"due", "due_reason", "ledger_id", "item_id", "subject"}
    assert len(left) == 300
    assert [who for who, _ in left] == [who for who, _ in right] == [office.ids["chen"]] * 300
    for (_, one), (_, other) in zip(left, right, strict=True):
        assert {k: v for k, v in one.items() if k not in dated} == {k: v for k, v in other.items() if k not in dated}


# Interrupted ----------------------------------------------------------------------------------------------------------


def broken_after(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The job opens so many batches of 70 and then breaks down, once."""
    opening: Callable[..., int] = batches.open_batch
    calls = iter(range(count + 1))

    def breaks(*arguments: Any, **more: Any) -> int:
        if next(calls, None) == count:
            raise RuntimeError("killed")
        return opening(*arguments, **more)

    monkeypatch.setattr(batches, "BATCH", 70)
    monkeypatch.setattr(batches, "open_batch", breaks)


def test_what_was_interrupted_goes_on_and_nothing_happens_twice(
    office: Office, chen: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger_id = draft(office, 10)
    publish(chen, ledger_id)
    broken_after(2, monkeypatch)
    worker.drain(office.here)
    assert tasks_of(office, ledger_id) == 140
    assert told(office, ledger_id) == []
    page = chen.get(f"/ledgers/{ledger_id}").text
    assert f'data-progress-url="/ledgers/{ledger_id}/opening"' in page
    assert '<progress value="140" max="300"' in page
    assert chen.get(f"/ledgers/{ledger_id}/opening").json["state"] == "running"
    office.clock.now += timedelta(minutes=1)
    worker.drain(office.here)
    assert len(born(office, ledger_id)) == tasks_of(office, ledger_id) == 300
    assert told(office, ledger_id) == ["《大表》交办 10 项任务，请及时办理。"]
    assert chen.get(f"/ledgers/{ledger_id}/opening").json["state"] == "done"
    worker.JOBS["opening"].do(office.here, promised(office).payload)  # a worker that had lost its lease
    assert (tasks_of(office, ledger_id), len(told(office, ledger_id))) == (300, 1)
    with office.here.database.reading() as session:
        assert broken_promises(session) == []


def test_a_unit_works_on_its_first_task_while_others_are_opened(
    office: Office, chen: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger_id = draft(office, 10)
    publish(chen, ledger_id)
    broken_after(1, monkeypatch)
    worker.drain(office.here)
    with office.here.database.reading() as session:
        mine = select(Task.id).join(Unit).where(Task.ledger_id == ledger_id, Unit.name == OWN)
        task_id = session.scalars(mine.order_by(Task.id)).first()
    assert task_id is not None
    assert upload(office.client("wang"), task_id, b"%PDF-1.4\n", "a.pdf").status_code == 303
    assert tasks_of(office, ledger_id) == 70
    office.clock.now += timedelta(minutes=1)
    worker.drain(office.here)
    assert tasks_of(office, ledger_id) == 300
    assert office.task(task_id).version == 2


def test_what_needs_every_task_waits_for_the_last(office: Office, chen: FlaskClient) -> None:
    ledger_id = draft(office, 10, due=LATE)
    publish(chen, ledger_id)
    page = chen.get(f"/ledgers/{ledger_id}").text
    assert "生成年度卷宗" not in page
    for address in (f"/ledgers/{ledger_id}/papers/dossier", f"/ledgers/{ledger_id}/urge"):
        answer = chen.post(address)
        assert answer.status_code == 409, address
        assert "任务正在交办（0/300）" in answer.text
    worker.drain(office.here)
    assert "生成年度卷宗" in chen.get(f"/ledgers/{ledger_id}").text
    assert chen.post(f"/ledgers/{ledger_id}/papers/dossier").status_code == 302


def test_a_job_that_gives_up_says_so_where_one_waits(office: Office, chen: FlaskClient) -> None:
    ledger_id = draft(office, 10)
    publish(chen, ledger_id)
    with office.here.database.writing() as session:
        row = session.scalars(select(OutboxRow).where(OutboxRow.kind == "opening")).one()
        row.attempts, row.last_error = MAX_ATTEMPTS, "磁盘已满"
    assert "交办中断（0/300）：磁盘已满" in chen.get(f"/ledgers/{ledger_id}").text
    assert chen.get(f"/ledgers/{ledger_id}/opening").json["state"] == "failed"


def test_only_who_may_see_the_ledger_hears_how_far_it_is(office: Office, chen: FlaskClient) -> None:
    ledger_id = draft(office, 10)
    assert office.client("wang").get(f"/ledgers/{ledger_id}/opening").status_code == 404
    assert office.client("sysadmin").get(f"/ledgers/{ledger_id}/opening").status_code == 403
    assert chen.get("/ledgers/999/opening").status_code == 404


# Later periods --------------------------------------------------------------------------------------------------------


def test_periods_open_by_the_hour_and_many_of_them_in_the_background(office: Office, chen: FlaskClient) -> None:
    names = (OWN, OTHER, *(f"单位{n}" for n in range(UNITS - 2)))
    rows = tuple(
        PublishedTask(str(n), (), f"报送第{n}项", None, (), names, recurrence=Recurrence.MONTHLY) for n in range(1, 9)
    )
    with office.here.database.writing() as session:
        by = session.get_one(User, office.ids["chen"])
        table = PublishedLedger("月报", 2026, HOME, None, None, None, rows)
        blob = office.here.store.add_bytes(b"monthly")
        ledger = start_draft(session, table, blob, name="月.txt", by=by, at=office.clock())
        publishing.publish(session, ledger, by=by, at=office.clock())
        ledger_id = ledger.id
    assert tasks_of(office, ledger_id) == 240
    office.clock.now = office.clock.now.replace(month=4)
    assert worker.hourly(office.here) == 0
    assert tasks_of(office, ledger_id) == 240
    worker.hourly(office.here)  # nothing is promised or opened beside what goes on
    worker.drain(office.here)
    assert tasks_of(office, ledger_id) == 480
    assert [who for who, _ in born(office, ledger_id)[240:]] == [None] * 240
    assert told(office, ledger_id) == ["《月报》交办 8 项任务，请及时办理。"] * 2
    assert worker.hourly(office.here) == 0


def promised(office: Office) -> OutboxRow:
    with office.here.database.reading() as session:
        return session.scalars(select(OutboxRow).where(OutboxRow.kind == "opening")).one()
