"""Facts as of a date: what the trail is folded to is what the rows were, on a hundred dates of a lived year and for good."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

import worker
from tests.desk_office import COLEAD, HOME, LEAD, OTHER, OWN, Office, ask_to_reopen, report, sign
from tests.statements import statements
from tests.whole.test_promises import Year
from workflow.office.asof import units_at
from workflow.office.models import Unit, User
from workflow.office.units import save_unit, set_unit_active
from workflow.office.words import UnitKind
from workflow.record.asof import last_by
from workflow.record.calendar import end_of
from workflow.record.errors import NotInState
from workflow.record.events import CLOCK_ACCEPTED, kind_of
from workflow.record.models import AuditEvent
from workflow.tasks.lists.overview import Overview, Wish, overview
from workflow.tasks.models import Task
from workflow.tasks.past.asof import TaskThen, tasks_at
from workflow.tasks.past.retelling import Telling
from workflow.tasks.past.wording import texts_of
from workflow.tasks.words import Action, EvidenceKind, RequestKind
from workflow.year.look_backs.of_ledger import LookBack, look_back

DATES, VERBS = 100, 3
STORED = """
SELECT t.*, (SELECT count(*) FROM signoff s WHERE s.task_id = t.id AND s.decision = 'returned') AS returns,
  (SELECT count(*) FROM request r WHERE r.task_id = t.id AND r.kind = 'extension' AND r.granted) AS extensions,
  (SELECT {joined}(e.id || e.name || coalesce(e.sha256, ''), ',') FROM evidence e
    WHERE e.task_id = t.id AND e.removed_at IS NULL) AS pieces,
  (SELECT number FROM packet p WHERE p.task_id = t.id AND p.state = 'complete') AS packet
FROM task t ORDER BY t.id
"""
"""The rows by a statement of their own: nothing of the fold is asked."""
JOINED = {"sqlite": "group_concat", "postgresql": "string_agg"}
MOMENTS = ("opened_at", "received_at", "closed_at", "paused_at")
SAME = (
    "id", "ledger_id", "item_id", "unit_id", "period", "due_reason", "version", "round", "content_digest", "progress",
    "returns", "extensions",
)  # fmt: skip


def stored(session: Session) -> list[dict[str, Any]]:
    """Every task as the database has it now."""
    asked = text(STORED.format(joined=JOINED[session.get_bind().dialect.name]))
    return [{name: _plain(value) for name, value in row.items()} for row in session.execute(asked).mappings()]


def _plain(value: Any) -> Any:
    """As SQLite keeps it, which has neither dates nor times of its own."""
    if isinstance(value, datetime):
        return _moment(value)
    return value.isoformat() if isinstance(value, date) else value


def folded(session: Session, at: datetime) -> list[dict[str, Any]]:
    """Every task as of a moment, in the spelling of the database."""
    tasks = tasks_at(session, at)
    words = texts_of(session, tasks)
    return [_spelt(task, words) for task in tasks]


def _spelt(task: TaskThen, words: dict[int, str]) -> dict[str, Any]:
    pieces = ",".join(f"{piece.id}{piece.name}{piece.sha256 or ''}" for piece in task.evidence)
    return {
        **{name: getattr(task, name) for name in SAME},
        "kind": task.kind.value,
        "due": task.due.isoformat(),
        "status": task.status.value,
        "outcome": task.outcome.value,
        **{name: _moment(getattr(task, name)) for name in MOMENTS},
        "pieces": pieces or None,
        "packet": task.packet.number if task.packet else None,
        "report": words.get(task.id),
    }


def _moment(at: datetime | None) -> str | None:
    return at.strftime("%Y-%m-%d %H:%M:%S.%f") if at else None


def directory(session: Session) -> dict[int, tuple[str, bool, int | None]]:
    """Every unit as the database has it now."""
    return {unit.id: (unit.name, unit.active, unit.parent_id) for unit in session.scalars(select(Unit))}


class Snapshots:
    """What was true when the clock showed a moment (快照)."""

    def __init__(self, year: Year) -> None:
        self.year = year
        self.taken: list[tuple[datetime, list[dict[str, Any]], dict[int, tuple[str, bool, int | None]], Overview]] = []

    def take(self) -> None:
        """The rows, the directory and the matrix, now."""
        now = self.year.clock()
        with self.year.here.database.reading() as session:
            self.taken.append((now, stored(session), directory(session), overview(session, 1, Wish(), now)))
        self.year.clock.now += timedelta(hours=75)


@pytest.mark.own_home
@pytest.mark.parametrize("seed", [0, *(pytest.param(n, marks=pytest.mark.proof("lives")) for n in range(1, 5))])
def test_a_hundred_dates_of_a_lived_year(seed: int) -> None:
    year, luck = Year(), random.Random(seed)
    year.open()
    try:
        snapshots = Snapshots(year)
        for n in range(DATES):
            for verb in EVENTFUL.get(n, ()):
                verb(year)
            for _ in range(VERBS):
                year._verb(luck)
            snapshots.take()
        with year.here.database.reading() as session:
            kinds = set(session.scalars(text("SELECT kind FROM audit_event")))
            for at, rows, units, matrix in snapshots.taken:
                _agree(folded(session, at), rows, at)
                assert {
                    unit.id: (unit.name, unit.active, unit.parent_id) for unit in units_at(session, at).values()
                } == units, at
                assert overview(session, 1, Wish(), at, past=True) == matrix, at
        assert kinds >= WANTED
    finally:
        year.teardown()


def _agree(told: list[dict[str, Any]], rows: list[dict[str, Any]], at: datetime) -> None:
    """Folded and stored alike, in every column that both have."""
    assert [task["id"] for task in told] == [row["id"] for row in rows], at
    for task, row in zip(told, rows, strict=True):
        lost = {"report"} if row["status"] == "ASSIGNED" and task["report"] is None else set()
        # a draft that was written over is nowhere kept
        differs = {name: (task[name], row[name]) for name in task.keys() - lost if task[name] != row[name]}
        assert differs == {}, (at, row["id"])


def _renamed(number: int, name: str, above: str | None = None) -> Callable[[Year], None]:
    def verb(year: Year) -> None:
        with year.here.database.writing() as session:
            by, unit = session.get_one(User, year.ids["chen"]), session.get_one(Unit, number)
            save_unit(
                session, unit, name=name, kind=UnitKind.DEPARTMENT, aliases=[f"新{number}"], above=above, by=by,
                at=year.clock(),
            )  # fmt: skip

    return verb


def _joined(name: str) -> Callable[[Year], None]:
    def verb(year: Year) -> None:
        with year.here.database.writing() as session:
            by = session.get_one(User, year.ids["chen"])
            save_unit(session, None, name=name, kind=UnitKind.DEPARTMENT, aliases=[], by=by, at=year.clock())

    return verb


def _stopped(number: int, active: bool) -> Callable[[Year], None]:
    def verb(year: Year) -> None:
        with year.here.database.writing() as session:
            by, unit = session.get_one(User, year.ids["chen"]), session.get_one(Unit, number)
            set_unit_active(session, unit, active, by=by, at=year.clock())

    return verb


def _there_and_back(of: tuple[int, str]) -> Callable[[Year], None]:
    """Every way forwards and backwards on one task, which ends where it began."""
    team = ("wang", "li", "yuan")

    def verb(year: Year) -> None:
        year.climb(of, 2, team, 0)
        year.act(of, "zhao", Action.STEP_BACK, "请补充", 0)
        year.act(of, "wang", Action.WITHDRAW, "", 0)
        year.take_away(of, "wang", 0)
        year.climb(of, 2, team, 0)
        year.act(of, "zhao", Action.SEND_BACK, "请补充", 0)
        year.climb(of, 5, team, 0)

    return verb


def _asked(of: tuple[int, str], by: str, kind: RequestKind, unit: str | None) -> Callable[[Year], None]:
    """Asked for and granted; the units that the machine knows keep their names for that."""

    def verb(year: Year) -> None:
        year.ask(of, by, kind, unit)
        year.decide(of, "yuan", True, unit or OTHER)

    return verb


EVENTFUL: dict[int, tuple[Callable[[Year], None], ...]] = {
    0: (_asked((3, OWN), "wang", RequestKind.OBJECTION, COLEAD),),
    1: (_there_and_back((1, OWN)),),
    2: (_asked((1, OWN), "wang", RequestKind.EXTENSION, None),),
    3: (_asked((1, OTHER), "qian", RequestKind.SUSPENSION, None), _joined("市数据局")),
    9: (lambda year: year.resume((1, OTHER), "chen"),),
    20: (_renamed(1, "云岭市人民政府办公室（新）"), _renamed(6, "市数据局", above=HOME + "（新）")),
    40: (_stopped(6, False), _renamed(1, HOME)),
    60: (_stopped(6, True), _renamed(6, "市数据和政务服务局", above="")),
}
"""What happens for sure on the nth date: tasks that move, wait and go on; units that join, change names and stop."""
WANTED = {
    "task.objection_granted", "task.extension_granted", "task.suspension_granted", "task.resumed", "task.close",
    "task.send_back", "task.step_back", "task.reopen", "task.withdraw", "task.evidence_removed", "units.saved", "units.active",
}  # fmt: skip


def looked(office: Office, at: datetime) -> LookBack:
    with office.here.database.reading() as session:
        return look_back(session, 1, as_of=at)


def test_a_look_back_is_the_same_whenever_it_is_asked(office: Office) -> None:
    """Asked on the day, and again after a packet, a return, a reopening and a rename."""
    first, second = office.task_id(1), office.task_id(3)
    office.walk(first, "submit", "approve", "verify", "close")
    worker.drain(office.here)
    office.walk(second, "submit")
    day = office.clock()
    before = looked(office, day)
    assert [task.done for task in before.tasks].count(True) == 1
    assert next(task for task in before.tasks if task.task_id == first).packet is not None
    office.clock.now += timedelta(days=40)
    sign(office.client("li"), second, "send_back", "请补充")
    ask_to_reopen(office, first, "chen")
    assert sign(office.client("yuan"), first, "reopen", "数据有误").status_code == 303
    with office.here.database.writing() as session:
        unit, by = (
            session.scalars(select(Unit).where(Unit.name == OWN)).one(),
            session.get_one(User, office.ids["chen"]),
        )
        save_unit(session, unit, name="市财政局（新）", kind=unit.kind, aliases=[], by=by, at=office.clock())
    assert looked(office, day) == before
    after = looked(office, office.clock())
    assert [task.done for task in after.tasks].count(True) == 0
    assert sum(task.returns for task in after.tasks) == 1
    assert all(task.packet is None for task in after.tasks)
    assert {task.unit for task in after.tasks} == {"市财政局（新）", OTHER, LEAD, COLEAD}
    with pytest.raises(NotInState, match="还没有发布"):
        looked(office, day - timedelta(days=1))


def test_words_are_those_that_were_approved(office: Office) -> None:
    task_id = office.task_id(1)
    office.walk(task_id, "submit", "approve")
    then = office.clock()
    sign(office.client("zhao"), task_id, "send_back", "请补充")
    report(office.client("wang"), task_id, "改过的话。")
    with office.here.database.reading() as session:
        for at, words in ((then, "已经全部公开。"), (office.clock(), "改过的话。")):
            tasks = tasks_at(session, at, Task.id == task_id)
            assert texts_of(session, tasks, Task.id == task_id) == {task_id: words}


def test_any_number_of_tasks_is_a_fixed_number_of_queries(office: Office) -> None:
    with office.here.database.reading() as session:
        now, one, all_of_them = office.clock(), Task.id == office.task_id(1), office.count(Task)
        with statements(office) as few:
            assert len(tasks_at(session, now, one)) == 1
        with statements(office) as many:
            assert len(tasks_at(session, now)) == all_of_them
    assert len(few) == len(many)


def test_a_past_day_of_the_matrix(office: Office) -> None:
    task_id, day = office.task_id(1), office.clock().date()
    office.clock.now += timedelta(days=3)
    office.walk(task_id, "submit", "approve", "verify", "close")
    page = office.client("chen").get(f"/ledgers/1?on={day}").text
    assert "日终的情况" in page
    assert "办结 <strong>0</strong> 件" in page
    now = office.client("chen").get("/ledgers/1").text
    assert "日终的情况" not in now
    assert "办结 <strong>1</strong> 件" in now
    assert office.client("chen").get("/ledgers/1?on=nonsense").text.count("日终的情况") == 0


def test_what_follows_a_moment_changes_nothing_before_it(office: Office) -> None:
    """Order is the trail's, not the clock's: a clock that ran ahead and was set right leaves the past alone."""
    with office.here.database.reading() as session:
        start = session.scalars(text("SELECT max(seq) FROM audit_event")).one()
    now = office.clock()
    ahead = now + timedelta(days=900)
    righted = (CLOCK_ACCEPTED.name, now + timedelta(hours=1))
    told = (("one", now), ("two", ahead), righted, ("three", now + timedelta(days=2)))
    with office.here.database.writing() as session:
        for seq, (kind, at) in enumerate(told, start=start + 1):
            moment = at.isoformat(timespec="microseconds")
            marks = {"data": "{}", "prev_hash": f"before {seq}", "hash": f"{seq}"}
            session.add(AuditEvent(seq=seq, at=moment, kind=kind, actor_name="系统", **marks))
    with office.here.database.reading() as session:
        assert last_by(session, now) == start + 1
        assert last_by(session, now + timedelta(minutes=59)) == start + 1
        assert last_by(session, now + timedelta(days=1)) == start + 3, "the clock was set right by then"
        assert last_by(session, now + timedelta(days=3)) == start + 4
        assert last_by(session, end_of(date(2020, 1, 1))) == 0


def test_events_of_an_older_version_are_folded(office: Office) -> None:
    """What they do not say stays as it was, or as the row has it for good."""
    telling, at = Telling(1), office.clock()
    old = {
        "to": "ASSIGNED",
        "round": 1,
        "version": 1,
        "content_digest": "",
        "due": "2026-04-02",
        "due_reason": "按条目",
    }
    stands = {"to": "ASSIGNED", "round": 1, "version": 2, "content_digest": "a"}
    for name, said in (
        ("task.assigned", old),
        ("task.report", {**stands, "characters": 3}),
        ("task.evidence_added", {"to": "ASSIGNED", "evidence_id": 1, "name": "证明.pdf", "sha256": "b"}),
        ("task.objection_refused", {"round": 1, "opinion": "不同意", "old_due": "2026-04-02"}),
    ):
        kind = kind_of(name)
        telling.hear(kind, at, kind.read(json.dumps(said)))
    assert telling.values["due"] == date(2026, 4, 2)
    assert telling.values["unit_id"] is None, "the row has it"
    assert telling.values["version"] == 2
    assert telling.pieces[1].kind is EvidenceKind.FILE


def test_how_far_the_trail_had_come_is_read_by_an_index(office: Office) -> None:
    """Every look at a past moment begins with it; PostgreSQL would read the few rows of a test one by one, and may not."""
    with office.here.database.reading() as session, statements(office) as seen:
        last_by(session, office.clock())
    asked = [one for one in seen if "audit_event.at" in one[0]]
    assert len(asked) == 2, asked
    with office.here.database.reading() as session:
        connection, explain = session.connection(), "EXPLAIN QUERY PLAN "
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET enable_seqscan = off")
            explain = "EXPLAIN "
        for index, (sql, values) in zip(("ix_audit_event_kind", "ix_audit_event_at"), asked, strict=True):
            plan = " ".join(str(row) for row in connection.exec_driver_sql(explain + sql, values))
            assert index in plan, plan
