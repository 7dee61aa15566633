"""Work against the time gone by: one class a row, summaries closed last, and what a unit itself says of its work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from tests.desk_office import COLEAD, LEAD, OTHER, OWN, PDF, Office, report, seen, sign, upload
from tests.workflow.tasks.test_requests import ask, decide
from workflow.folding import fold
from workflow.ledgers.words import ProgressBy
from workflow.office.models import Unit, User
from workflow.record.errors import Invalid
from workflow.record.showing import spoken_percent
from workflow.tasks.binding import content_digest
from workflow.tasks.case import load_case
from workflow.tasks.lists.lights import LightRules, Situation, light
from workflow.tasks.milestones import done_share, read_milestones
from workflow.tasks.models import Task
from workflow.tasks.past.asof import tasks_at
from workflow.tasks.progress import RULE, Pace, classes, come, elapsed, pace_of, settled, struck
from workflow.tasks.words import Status, TaskOutcome

OPENED = datetime(2026, 1, 1, 4, tzinfo=UTC)
DUE, HALF = date(2026, 4, 11), date(2026, 2, 20)
"""A hundred days, and the day on which fifty of them are gone."""


@dataclass(frozen=True)
class Work:
    """A task as the classes see it."""

    status: Status = Status.ASSIGNED
    progress: int | None = None
    outcome: TaskOutcome = TaskOutcome.DONE
    paused_at: datetime | None = None
    milestones: str = ""
    due: date = DUE
    opened_at: datetime = OPENED


CLOSED, HELD = Work(Status.CLOSED), Work(paused_at=OPENED)
RULED = Work(Status.LEAD_VERIFIED, outcome=TaskOutcome.NOT_CONCERNED)
LATE = Work(due=date(2026, 2, 19), progress=99)


@pytest.mark.parametrize(
    ("tasks", "pace"),
    [
        ([CLOSED], Pace.SETTLED),
        ([CLOSED, RULED], Pace.SETTLED),
        ([Work(Status.CLOSED, due=date(2026, 1, 2))], Pace.SETTLED),
        ([HELD], Pace.HELD),
        ([CLOSED, HELD], Pace.HELD),
        ([], Pace.HELD),
        ([LATE], Pace.LATE),
        ([CLOSED, LATE, HELD], Pace.LATE),
        ([Work(progress=44)], Pace.BEHIND),
        ([Work(progress=45)], Pace.ON_PACE),
        ([Work(progress=55)], Pace.ON_PACE),
        ([Work(progress=56)], Pace.AHEAD),
        ([Work()], Pace.BEHIND),
        ([Work(Status.DRAFTED)], Pace.ON_PACE),
        ([Work(Status.LEAD_VERIFIED)], Pace.AHEAD),
        ([CLOSED, Work()], Pace.ON_PACE),
        ([HELD, Work(progress=50)], Pace.ON_PACE),
        ([Work(Status.LEAD_VERIFIED, progress=10)], Pace.BEHIND),
    ],
)
def test_a_row_is_in_one_class(tasks: list[Work], pace: Pace) -> None:
    assert pace_of(tasks, HALF) is pace


def test_classes_add_up() -> None:
    counts = classes([Pace.LATE, Pace.SETTLED, Pace.LATE])
    assert list(counts) == list(Pace)
    assert (sum(counts.values()), counts[Pace.LATE]) == (3, 2)


def test_a_row_with_periods_to_come_is_not_struck() -> None:
    assert struck([CLOSED], more=False)
    assert not struck([CLOSED], more=True)
    assert not struck([], more=False)
    assert pace_of([CLOSED], HALF, more=True) is Pace.AHEAD


def test_a_pause_settles_nothing() -> None:
    assert not settled(Work(Status.CLOSED, paused_at=OPENED))
    assert not settled(Work(Status.UNIT_APPROVED, outcome=TaskOutcome.NOT_CONCERNED)), "the leads have not ruled"


def test_time_goes_by_in_days() -> None:
    first = OPENED.date()
    assert elapsed(first, DUE, first) == 0
    assert elapsed(first, DUE, DUE) == 100
    assert elapsed(first, date(2026, 1, 13), date(2026, 1, 12)) == Fraction(1100, 12)
    assert spoken_percent(Fraction(1100, 12)) == "91.7%"
    assert spoken_percent(Fraction(1, 4) / 5) == "0.1%", "half up"
    assert elapsed(first, first, first) == 100
    assert elapsed(DUE, first, first) == 100
    assert come(Status.CLOSED, 30) == 100


def opened(office: Office) -> dict[str, int]:
    """The tasks of row 2, which has two leads, by unit."""
    with office.here.database.reading() as session:
        rows = session.execute(select(Unit.name, Task.id).join(Task, Task.unit_id == Unit.id).where(Task.item_id == 2))
        return dict(rows.all())


def stand(office: Office, task_id: int, **values: object) -> None:
    """Put a task where its case is looked at; how it came there is not asked."""
    with office.here.database.writing() as session:
        session.execute(update(Task).where(Task.id == task_id).values(**values))


def holders(office: Office, task_id: int) -> tuple[str, ...]:
    with office.here.database.reading() as session:
        return load_case(session, task_id).open_shares


def test_a_summary_waits_for_what_it_sums_up_and_not_for_another(office: Office) -> None:
    tasks = opened(office)
    assert tasks.keys() == {OWN, OTHER, LEAD, COLEAD}
    stand(office, tasks[LEAD], status=Status.LEAD_VERIFIED)
    stand(office, tasks[OWN], status=Status.LEAD_VERIFIED)
    assert holders(office, tasks[LEAD]) == (OWN, OTHER)
    assert holders(office, tasks[OWN]) == (), "only a summary waits"
    stand(office, tasks[OTHER], status=Status.CLOSED)
    assert holders(office, tasks[LEAD]) == (OWN,)
    stand(office, tasks[OWN], outcome=TaskOutcome.NOT_CONCERNED)
    assert holders(office, tasks[LEAD]) == (), "the other lead's summary is still open"
    stand(office, tasks[OWN], paused_at=office.clock())
    assert holders(office, tasks[LEAD]) == (OWN,)


def test_the_office_is_told_who_keeps_a_summary_open(office: Office) -> None:
    task_id = opened(office)[LEAD]
    with office.here.database.writing() as session:
        lead = session.scalars(select(Unit.id).where(Unit.name == LEAD)).one()
        session.get_one(User, office.ids["wang"]).unit_id = session.get_one(User, office.ids["li"]).unit_id = lead
    office.walk(task_id, "submit", "approve", "co-verify")
    refused = sign(office.client("chen"), task_id, "close", "同意")
    assert refused.status_code == 422
    assert f"还有 2 个单位没有办结（{OWN}、{OTHER}）" in refused.text
    assert office.task(task_id).status is Status.LEAD_VERIFIED


def state(client: FlaskClient, task_id: int, text: str, progress: str, then: str = "") -> int:
    data = {"report": text, "progress": progress, "then": then, "seen_version": seen(client, task_id)}
    return client.post(f"/tasks/{task_id}/report", data=data).status_code


def ask_for_percent(office: Office, way: str = "percent") -> int:
    return office.client("chen").post("/ledgers/1/progress", data={"way": way}).status_code


def test_a_unit_says_how_far_its_work_has_come(office: Office) -> None:
    task_id, wang = office.task_id(), office.client("wang")
    assert 'name="progress"' not in wang.get(f"/tasks/{task_id}").text
    assert state(wang, task_id, "已开工。", "30") == 422, "the ledger does not ask"
    assert ask_for_percent(office) == 303
    for bad in ("101", "-1", "三十", "3.5"):
        assert state(wang, task_id, "已开工。", bad) == 422
    assert state(wang, task_id, "已开工。", "30%") == 303
    page = office.client("li").get(f"/tasks/{task_id}").text
    assert "完成进度（单位自报）：30%" in page
    assert "自报进度 30%" in page
    task = office.task(task_id)
    assert task.content_digest == content_digest("已开工。", [], progress=30)
    assert content_digest("已开工。", []) == content_digest("已开工。", [], progress=None) != task.content_digest
    assert state(wang, task_id, "已开工，见附件。", "") == 303, "nothing said leaves it as it was"
    assert office.task(task_id).progress == 30


def test_what_was_said_is_signed_told_and_folded(office: Office) -> None:
    task_id, wang = office.task_id(), office.client("wang")
    ask_for_percent(office)
    upload(wang, task_id, PDF, "证明.pdf")
    first = office.clock()
    assert state(wang, task_id, "已完成。", "80", then="submit") == 303
    office.walk(task_id, "approve")
    assert sign(office.client("zhao"), task_id, "send_back", "请补充").status_code == 303
    assert state(wang, task_id, "已完成。", "90") == 303
    with office.here.database.reading() as session:
        said = [tasks_at(session, at, Task.id == task_id)[0].progress for at in (first, office.clock())]
    assert said == [None, 90]
    assert fold(office.here.database).faults == ()


def test_another_unit_begins_without_what_the_first_said(office: Office) -> None:
    task_id, wang = office.task_id(), office.client("wang")
    ask_for_percent(office)
    ask(office, "objection", unit=COLEAD)
    assert state(wang, task_id, "", "60") == 303
    assert decide(office).status_code == 303
    task = office.task(task_id)
    assert task.progress is None
    assert task.content_digest == content_digest("", [])
    with office.here.database.reading() as session:
        assert tasks_at(session, office.clock(), Task.id == task_id)[0].progress is None
    assert fold(office.here.database).faults == ()


def test_who_sets_whether_units_say(office: Office) -> None:
    assert office.client("wang").post("/ledgers/1/progress", data={"way": "percent"}).status_code in (403, 404)
    assert ask_for_percent(office, "hearsay") == 422
    assert ask_for_percent(office, ProgressBy.NONE.value) == 303
    assert report(office.client("wang"), office.task_id(), "好。").status_code == 303


FIRST, SECOND = "2026-02-01 印发方案", "2026-03-20 完成目录编制"


@pytest.mark.parametrize(
    ("done", "progress", "pace"),
    [((), 0, Pace.BEHIND), ((FIRST,), 50, Pace.ON_PACE), ((FIRST, SECOND), 100, Pace.AHEAD)],
)
def test_milestones_that_are_due_are_held_against_those_that_are_done(
    done: tuple[str, ...], progress: int, pace: Pace
) -> None:
    """On the day on which half of the time is gone the first of two is due; in per cent 0 would be as far behind."""
    kept = read_milestones("\n".join(f"√ {one}" if one in done else one for one in (SECOND, FIRST)))
    assert int(done_share(kept)) == progress
    work = Work(progress=progress, milestones=kept)
    assert pace_of([work], HALF) is pace
    assert pace_of([Work(progress=progress, milestones=kept, due=HALF - timedelta(days=1))], HALF) is Pace.LATE
    assert pace_of([Work(Status.CLOSED, progress=progress, milestones=kept)], HALF) is Pace.SETTLED
    early = HALF - timedelta(days=30)
    assert pace_of([Work(progress=0, milestones=read_milestones(f"{FIRST}\n{SECOND}"))], early) is Pace.ON_PACE
    seen = Situation(DUE, began_on=OPENED.date(), progress=progress, milestones=kept)
    shown = light(seen, HALF, LightRules(behind=10, far_behind=30))
    assert (shown.colour == "red") is (pace is Pace.BEHIND)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("2026-06-30", "节点第 1 行「2026-06-30」没有读懂"),
        (f"{FIRST}\n六月底 编目录", "节点第 2 行「六月底 编目录」没有读懂"),
        (f"{FIRST}\n{FIRST}", "节点「印发方案」写了两次"),
        ("\n".join(f"2026-06-30 第{n}步" for n in range(21)), "节点最多 20 个"),
    ],
)
def test_milestones_that_cannot_be_read_are_named(typed: str, says: str) -> None:
    with pytest.raises(Invalid, match=says):
        read_milestones(typed)


def test_a_unit_names_its_milestones_with_its_report(office: Office) -> None:
    task_id, wang = office.task_id(), office.client("wang")

    def said(text: str, milestones: str) -> TestResponse:
        data = {"seen_version": seen(wang, task_id), "report": text, "milestones": milestones}
        return wang.post(f"/tasks/{task_id}/report", data=data)

    refused = said("正在编制。", FIRST)
    assert (refused.status_code, "没有要求按节点填报" in refused.text) == (422, True)
    assert ask_for_percent(office, ProgressBy.MILESTONES.value) == 303
    page = said("正在编制。", f"{SECOND}\n完成")
    assert "节点第 2 行「完成」没有读懂" in page.text
    assert SECOND in page.text, "what was typed is there again"
    assert said("正在编制。", f"{SECOND}\n√ 2026年2月1日 印发方案").status_code == 303
    first = office.clock()
    task = office.task(task_id)
    assert (task.milestones, task.progress) == (f"√ {FIRST}\n{SECOND}", 50)
    assert said("正在编制。", f"√ {FIRST}\n√ {SECOND}").status_code == 303
    assert office.task(task_id).content_digest != task.content_digest, "an approval binds them"
    assert "节点完成：100%" in office.client("li").get(f"/tasks/{task_id}").text
    with office.here.database.reading() as session:
        then = tasks_at(session, first, Task.id == task_id)[0]
    assert (then.milestones, then.progress) == (task.milestones, 50)
    assert fold(office.here.database).faults == ()


def test_the_rule_stands_where_the_number_is(office: Office) -> None:
    office.clock.now += timedelta(days=1)
    page = office.client("chen").get("/ledgers/1").text
    assert "条目 <strong>3</strong> 条，销号 <strong>0</strong> 条" in page
    assert RULE[:20] in page
