"""A year in the life of a sample office (示例年度): every step a real operation by a real person at its own time."""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from io import BytesIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.office.models import User, UserRole
from workflow.office.words import Role
from workflow.record.errors import Refused
from workflow.record.installation import Installation
from workflow.record.settings import ZONE
from workflow.tasks.acting import act
from workflow.tasks.case import case_of
from workflow.tasks.checking import check_evidence
from workflow.tasks.models import Task
from workflow.tasks.opening import open_due_periods
from workflow.tasks.reporting import add_file, add_link, save_report
from workflow.tasks.words import Action, Status

Hour = timedelta(hours=1)
LATER = timedelta(days=21)
"""When the office looks again at what it could not close: a 牵头汇总 is closed after the shares that it sums up."""

FATES = (
    "submit approve verify close",
    "submit approve verify close",
    "submit return submit approve verify close",
    "late submit approve verify close",
    "submit approve",
    "submit",
    "submit approve return",
    "submit approve verify",
    "submit approve verify return submit approve verify close",
    "",
    "submit withdraw",
    "",
)
"""What becomes of one task after another; an empty one is never begun, and is late in the end."""

OPINIONS = {
    Action.APPROVE: ("情况属实，同意报送。", "同意。", "已核对材料，同意。"),
    Action.VERIFY: ("经核验，符合工作要求。", "材料齐全，同意通过。", "已抽查网页链接，均可打开，同意。"),
    Action.CLOSE: ("同意办结销号。", "完成情况良好，予以销号。"),
    Action.SEND_BACK: (
        "只写了“已完成”，请补充发布日期、条数和网页链接。",
        "证明材料与本条任务不对应，请重新上传。",
        "缺少文号和发文时间，请补充后再报。",
    ),
}


@dataclass(frozen=True)
class Progress:
    """How far the year has been walked (进度)."""

    done: int
    total: int


class SteeredClock:
    """A clock that stands where it is put (可拨时钟)."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """The time it was put to."""
        return self.now


def walk(
    installation: Installation,
    clock: SteeredClock,
    ledger_id: int,
    *,
    until: datetime,
    closing: int,
    progress: Callable[[Progress], None] = lambda _: None,
) -> int:
    """Walk the ledger's tasks through their fates up to ``until``; at most ``closing`` reach the end.

    Returns the number of steps taken. The clock ends at ``until``.
    """
    plan, timeline = _Plan(closing), list[tuple[datetime, int, int, str]]()
    taken = 0
    for month in _months(clock.now, until):
        clock.now = month
        with installation.database.writing() as session:
            open_due_periods(session, at=month)
        for entry in plan.lay_out(installation, ledger_id, month, until):
            heapq.heappush(timeline, entry)
        following = min(month + timedelta(days=28), until)
        while timeline and timeline[0][0] < following:
            clock.now, order, task_id, verb = heapq.heappop(timeline)
            done = _step(installation, task_id, verb, clock.now)
            taken += done
            if verb == Action.CLOSE and not done and clock.now + LATER < until:
                heapq.heappush(timeline, (clock.now + LATER, order, task_id, verb))
            progress(Progress(taken, taken + len(timeline)))
    clock.now = until
    return taken


def _months(start: datetime, until: datetime) -> Iterator[datetime]:
    """Every fourth week from the start: when the periods that have begun are opened."""
    while start < until:
        yield start
        start += timedelta(days=28)


class _Plan:
    """Which fate each task gets (安排): laid out when a task opens, the same each time the year is walked."""

    def __init__(self, closing: int) -> None:
        self._closing, self._chance = closing, random.Random(20260315)
        self._seen: set[int] = set()
        self._order = self._closed = 0

    def lay_out(
        self, installation: Installation, ledger_id: int, start: datetime, until: datetime
    ) -> Iterator[tuple[datetime, int, int, str]]:
        """(when, tie-breaker, task, verb) for every step before ``until`` of the tasks opened since last time."""
        with installation.database.reading() as session:
            wanted = select(Task.id, Task.due).where(Task.ledger_id == ledger_id).order_by(Task.due, Task.id)
            tasks = [task for task in session.execute(wanted) if task[0] not in self._seen]
        for task_id, due in _spread(tasks):
            verbs = self._fate(len(self._seen))
            self._seen.add(task_id)
            late = verbs[:1] == ["late"]
            latest = datetime.combine(due, time(15), ZONE).astimezone(UTC)
            chance = self._chance
            at = latest + timedelta(days=chance.randint(3, 12)) if late else _before(latest, start, chance)
            for verb in verbs[1:] if late else verbs:
                self._order += 1
                if at < until:
                    yield (at, self._order, task_id, verb)
                at = _at_work(at + timedelta(hours=chance.choice((2, 3, 20, 26, 44))))

    def _fate(self, n: int) -> list[str]:
        verbs = FATES[n % len(FATES)].split()
        if "close" in verbs:
            self._closed += 1
            return verbs if self._closed <= self._closing else []
        return verbs


def _at_work(at: datetime) -> datetime:
    """The same time, or the next morning where the office is closed by then."""
    local = at.astimezone(ZONE)
    if 9 <= local.hour < 18:
        return at
    return (local + timedelta(days=local.hour >= 18)).replace(hour=9 + at.minute % 8).astimezone(UTC)


def _spread(tasks: Iterable[tuple[int, date]]) -> list[tuple[int, date]]:
    """The tasks in an order that mixes rows and units, the same each time."""
    mixed = list(tasks)
    random.Random(1949).shuffle(mixed)
    return mixed


def _before(latest: datetime, start: datetime, chance: random.Random) -> datetime:
    """A working hour between the start and a week before the deadline."""
    room = max((latest - start).days - 10, 2)
    day = start + timedelta(days=chance.randint(1, room))
    return day.replace(hour=chance.randint(1, 8), minute=chance.randint(0, 59))


def _step(installation: Installation, task_id: int, verb: str, at: datetime) -> int:
    """Take one step as the person whose turn it is; 0 where the table does not allow it."""
    action = {"return": Action.SEND_BACK}.get(verb) or Action(verb)
    try:
        if action is Action.SUBMIT:
            _fill_in(installation, task_id, at)
        elif action is Action.VERIFY:
            return _verify_all(installation, task_id, at)
        return _act(installation, task_id, action, at)
    except Refused:
        return 0


def _verify_all(installation: Installation, task_id: int, at: datetime) -> int:
    """Every lead unit signs, one after the other."""
    taken = 0
    while True:
        with installation.database.reading() as session:
            status = session.get_one(Task, task_id).status
        if status is not Status.UNIT_APPROVED:
            return taken
        taken += _act(installation, task_id, Action.VERIFY, at + taken * Hour)


def _act(installation: Installation, task_id: int, action: Action, at: datetime) -> int:
    with installation.database.reading() as session:
        checked = check_evidence(session.get_one(Task, task_id), installation.store) if action is Action.CLOSE else None
    with installation.database.writing() as session:
        task = session.get_one(Task, task_id)
        person = _whose_turn(session, task, action)
        choices = OPINIONS.get(action, ("",))
        opinion = choices[task_id % len(choices)]
        act(session, task, action, by=person, at=at, seen_version=task.version, opinion=opinion, checked=checked)
    return 1


def _whose_turn(session: Session, task: Task, action: Action) -> User:
    """Somebody who may take the step: at the awaited desk and not yet a signer of this round."""
    if action in (Action.SUBMIT, Action.WITHDRAW):
        return _seated(session, task.unit_id, Role.HANDLER)[0]
    case = case_of(session, task)
    for row in task.awaited:
        for person in _seated(session, row.unit_id, row.role):
            if person.id not in case.signers | case.authors:
                return person
    raise LookupError(f"nobody to {action} task {task.id}")


def _seated(session: Session, unit_id: int, role: Role) -> list[User]:
    seated = select(User).join(UserRole).where(User.unit_id == unit_id, UserRole.role == role).order_by(User.id)
    return list(session.scalars(seated))


def _fill_in(installation: Installation, task_id: int, at: datetime) -> None:
    """Write the report and bring evidence, as the handler would."""
    with installation.database.reading() as session:
        task = session.get_one(Task, task_id)
        number, words, unit, round_ = task.item.number, task.item.text, task.unit.name, task.round
    day = at.astimezone(ZONE)
    table = f"序号,标题,发布日期,单位\r\n1,{words[:24]},{day:%Y-%m-%d},{unit}\r\n".encode("utf-8-sig")
    blob = installation.store.add(BytesIO(table), limit=1 << 20)
    with installation.database.writing() as session:
        task = session.get_one(Task, task_id)
        by = _seated(session, task.unit_id, Role.HANDLER)[0]
        report = (
            f"围绕“{words[:40]}”，{unit}于{day.year}年{day.month}月{day.day}日前在政府信息公开专栏集中发布相关信息"
            f"{task_id % 17 + 3}条，开展专题解读{task_id % 4 + 1}次，材料见附件（第{round_}次报送）。"
        )
        save_report(session, task, report, by=by, at=at, seen_version=task.version)
        name = f"第{number}条公开情况统计表（{round_}）.csv"
        add_file(session, task, blob, name=name, media_type="text/csv", note="发布清单", by=by, at=at)
        link = f"https://www.example.gov.cn/zwgk/{day:%Y%m}/t{task_id:06d}.html"
        add_link(session, task, link, note="公开页面", by=by, at=at)
