"""A county cuts one of its tasks for its towns (分解到下级), sees them through and closes upward with the list of what was done."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from io import BytesIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.isolation import read_isolated
from samples.agenda import Agenda, at_work
from samples.seated import seated, take
from workflow.ledgers.drafting import lay_draft
from workflow.ledgers.models import Ledger
from workflow.office.hierarchy import below
from workflow.office.models import Unit
from workflow.office.words import Role
from workflow.record.calendar import day_of, spoken
from workflow.record.errors import Refused
from workflow.record.installation import Installation
from workflow.record.showing import csv_lines
from workflow.tasks import cutting
from workflow.tasks.case import load_case
from workflow.tasks.models import Task
from workflow.tasks.publishing import publish
from workflow.tasks.reporting import add_file, save_report
from workflow.tasks.words import Action, Status

A = Action
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
MOST_LEADS = 4
ROOM = 60 * DAY
"""How long before its end a task is worth cutting."""
WORDS = ("梳理本乡镇办理事项，编制公开目录。", "按目录公开办理结果，每月更新。", "收集群众意见，答复情况一并公开。")
_OPINIONS = {A.APPROVE: "情况属实，同意。", A.VERIFY: "已核对公开页面，同意。", A.CLOSE: "同意办结销号。"}


class Below:
    """The level below one county (下级台账)."""

    def __init__(self, here: Installation, agenda: Agenda, ledger_id: int, until: datetime) -> None:
        self._here, self._agenda, self._ledger_id, self._until = here, agenda, ledger_id, until

    def begin(self, start: datetime) -> None:
        """Have the county cut a task as soon as it has one that leaves the towns time; a year without any is left as it is."""
        self._agenda.add(start + timedelta(minutes=30), self._cut)

    def _cut(self, at: datetime) -> None:
        with self._here.database.writing() as session:
            task = _fit(session, self._ledger_id, at)
            if task is None or at + ROOM > self._until:
                return
            by, name, data = seated(session, task.unit_id, Role.HANDLER)[0], *_table(session, task)
            published = read_isolated(data, filename=name)
            blob = self._here.store.add_bytes(data)
            lower = lay_draft(session, published, blob, name=name, by=by, at=at)
            cutting.cut(session, task, lower, by=by, at=at, seen_version=task.version)
            task_id, ledger_id = task.id, lower.id
        self._agenda.add(at_work(at + DAY), partial(self._publish, task_id, ledger_id))

    def _publish(self, task_id: int, ledger_id: int, at: datetime) -> None:
        with self._here.database.writing() as session:
            lower = session.get_one(Ledger, ledger_id)
            publish(session, lower, by=seated(session, lower.office_id, Role.OFFICE)[0], at=at)
            tasks = list(session.scalars(select(Task.id).where(Task.ledger_id == ledger_id).order_by(Task.id)))
        when = at_work(at + 14 * DAY)
        for n, lower_id in enumerate(tasks):
            begun = when + n * timedelta(minutes=7)
            for k, step in enumerate((A.SUBMIT, A.APPROVE, A.VERIFY, A.CLOSE)):
                self._agenda.add(begun + k * DAY + k * HOUR, partial(self._step, lower_id, step))
        for k, step in enumerate((A.SUBMIT, A.APPROVE, A.VERIFY, A.CLOSE)):
            self._agenda.add(at_work(when + (7 + k) * DAY), partial(self._step, task_id, step))

    def _step(self, task_id: int, step: Action, at: datetime) -> None:
        """Take one step; what the year's own steps have already taken is left."""
        with suppress(Refused, LookupError):
            if step is A.SUBMIT:
                self._write(task_id, at)
            for _ in range(MOST_LEADS if step is A.VERIFY else 1):  # every lead unit signs, one after the other
                take(self._here, task_id, step, at, _OPINIONS.get(step, ""))

    def _write(self, task_id: int, at: datetime) -> None:
        """The report with its proof: of the county the list of what its towns have done, of a town a table of its own."""
        with self._here.database.reading() as session:
            case = load_case(session, task_id)
            unit, day, text = case.task.unit.name, spoken(day_of(at)), case.task.item.text[:24]
            listed = case.lower.listed if case.lower else "".join(csv_lines([("标题", "日期"), (text, day)])).encode()
        blob = self._here.store.add(BytesIO(listed), limit=1 << 20)
        with self._here.database.writing() as session:
            task = session.get_one(Task, task_id)
            by = seated(session, task.unit_id, Role.HANDLER)[0]
            said = f"{unit}对照“{text}”要求，截至{day}已全部公开，"
            said += "各乡镇任务均已办结，逐件见下级办结清单。" if task.lower_id else "清单见附件。"
            save_report(session, task, said, by=by, at=at, seen_version=task.version)
            if task.lower_id:
                cutting.bring_list(session, task, blob, by=by, at=at, seen_version=task.version)
            else:
                add_file(session, task, blob, name=f"{unit}公开清单.csv", media_type="text/csv", note="", by=by, at=at)


def lower_ledgers(session: Session, ledger_id: int) -> list[int]:
    """The ledgers that were cut from tasks of one."""
    return list(session.scalars(select(Task.lower_id).where(Task.ledger_id == ledger_id, Task.lower_id.is_not(None))))


def _fit(session: Session, ledger_id: int, at: datetime) -> Task | None:
    """The first task, untouched and due once, of a unit that has a level below, one above and an office of its own."""
    mine = select(Task).join(Unit, Unit.id == Task.unit_id).where(Task.ledger_id == ledger_id, Task.period == "")
    fresh = mine.where(Task.status == Status.ASSIGNED, Unit.parent_id.is_not(None), Task.due >= day_of(at) + ROOM)
    for task in session.scalars(fresh.order_by(Task.due, Task.id)):
        if seated(session, task.unit_id, Role.OFFICE) and below(session, task.unit_id):
            return task
    return None


def _table(session: Session, task: Task) -> tuple[str, bytes]:
    """What the county hands out: its rows for its towns, due before its own day."""
    towns = [unit.name for unit in below(session, task.unit_id)]
    county = task.unit.name.removesuffix("人民政府")
    title = f"{task.ledger.year}年{county}政务公开任务分解表（上级第 {task.item.number} 条）"
    due = spoken(task.due - 10 * DAY)
    rows = [(n, words, "、".join(towns), due) for n, words in enumerate(WORDS, start=1)]
    return f"{title}.csv", "".join(csv_lines([(title,), ("序号", "工作任务", "责任单位", "完成时限"), *rows])).encode()
