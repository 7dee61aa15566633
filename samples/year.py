"""A year of tasks in the sample office (示例年度): every step a real operation by a real person at its own time."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from io import BytesIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from samples.agenda import Agenda, at_work
from samples.fates import Born, Plan
from samples.seated import office_of, seated, take
from workflow.office.models import User
from workflow.office.words import Role
from workflow.record.calendar import day_of
from workflow.record.errors import Refused
from workflow.record.installation import Installation
from workflow.record.settings import ZONE
from workflow.tasks.models import Request, Task
from workflow.tasks.opening import open_due_periods
from workflow.tasks.reporting import add_file, add_link, save_report
from workflow.tasks.requests.requesting import ask, decide, resume
from workflow.tasks.requests.rulings import Ask
from workflow.tasks.urging import urge_late
from workflow.tasks.words import Action, RequestKind, Status, TaskOutcome

HOUR = timedelta(hours=1)
LATER = timedelta(days=4)
"""When the office looks again at what it could not close: a 牵头汇总 is closed after the shares that it sums up."""
OPENING = timedelta(days=28)
"""How often the periods that have begun are opened."""
LONGER = timedelta(days=30)
"""What an extension gives."""

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
_LATER = ("上级配套文件尚未印发，需延后公开，请予延期。", "数据正在汇总核对，预计下月完成，请予延期。")
_PAUSED = ("因机构职能调整，承接单位尚未明确，申请挂账。", "所涉系统正在升级改造，暂不能公开，申请挂账。")


class Year:
    """One ledger's tasks on their way through the year (任务年度)."""

    def __init__(self, here: Installation, agenda: Agenda, ledger_id: int, plan: Plan, until: datetime) -> None:
        self._here, self._agenda, self._ledger_id, self._plan, self._until = here, agenda, ledger_id, plan, until

    def begin(self, at: datetime) -> None:
        """Have periods opened from now on, and late tasks urged."""
        self._agenda.add(at, self._open)
        for share in (0.4, 0.7, 0.95):
            self._agenda.add(at_work(at + share * (self._until - at)), self._urge)

    def _open(self, at: datetime) -> None:
        with self._here.database.writing() as session:
            open_due_periods(session, at=at)
        with self._here.database.reading() as session:
            wanted = select(Task.id, Task.item_id, Task.kind, Task.due).where(Task.ledger_id == self._ledger_id)
            tasks = [Born(*row) for row in session.execute(wanted)]
        for step in self._plan.lay_out(tasks, at):
            self._agenda.add(step.at, partial(self._step, step.task_id, step.verb))
        self._agenda.add(at + OPENING, self._open)

    def _urge(self, at: datetime) -> None:
        with self._here.database.writing() as session:
            late = session.scalars(select(Task).where(Task.ledger_id == self._ledger_id)).first()
            if late is not None:
                urge_late(session, self._ledger_id, by=office_of(session, late), at=at)

    def _step(self, task_id: int, verb: str, at: datetime) -> None:
        """Take one step; what the table does not allow now is left, and what cannot be closed yet is looked at again."""
        try:
            _take(self._here, task_id, verb, at)
        except LookupError:
            return  # it has gone its way already: a task that was cut is closed with what is below it
        except Refused:
            again = min(at_work(at + LATER), self._until - HOUR)
            if verb == Action.CLOSE and at < again:
                self._agenda.add(again, partial(self._step, task_id, verb))


def _take(here: Installation, task_id: int, verb: str, at: datetime) -> None:
    if verb in ("extend", "pause"):
        _ask(here, task_id, RequestKind.EXTENSION if verb == "extend" else RequestKind.SUSPENSION, at)
    elif verb in ("grant", "resume"):
        _rule(here, task_id, verb, at)
    elif verb in (Action.SUBMIT, "not-concerned"):
        _fill_in(here, task_id, at, concerned=verb == Action.SUBMIT)
        _act(here, task_id, Action.SUBMIT, at)
    elif verb == Action.VERIFY:
        _verify_all(here, task_id, at)
    else:
        _act(here, task_id, Action.SEND_BACK if verb == "return" else Action(verb), at)


def _act(here: Installation, task_id: int, action: Action, at: datetime) -> None:
    choices = OPINIONS.get(action, ("",))
    take(here, task_id, action, at, choices[task_id % len(choices)])


def _verify_all(here: Installation, task_id: int, at: datetime) -> None:
    """Every lead unit signs, one after the other."""
    for _ in range(9):
        with here.database.reading() as session:
            if session.get_one(Task, task_id).status is not Status.UNIT_APPROVED:
                return
        _act(here, task_id, Action.VERIFY, at)


def _ask(here: Installation, task_id: int, kind: RequestKind, at: datetime) -> None:
    """The handler asks for a later date, or for the clock to be stopped."""
    with here.database.writing() as session:
        task = session.get_one(Task, task_id)
        by, later = _handler(session, task), kind is RequestKind.EXTENSION
        choices = _LATER if later else _PAUSED
        due = max(task.due, day_of(at)) + LONGER if later else None
        ask(session, task, Ask(kind, choices[task_id % len(choices)], due), by=by, at=at)


def _rule(here: Installation, task_id: int, verb: str, at: datetime) -> None:
    """The office grants what was asked for, or starts the clock again."""
    with here.database.writing() as session:
        task = session.get_one(Task, task_id)
        by = office_of(session, task)
        if verb == "resume":
            resume(session, task, by=by, at=at)
            return
        asked = select(Request.id).where(Request.task_id == task_id, Request.granted.is_(None))
        found = session.scalars(asked).first()
        if found is not None:
            decide(session, task, found, granted=True, opinion="情况属实，同意。", by=by, at=at)


def _handler(session: Session, task: Task) -> User:
    return seated(session, task.unit_id, Role.HANDLER)[0]


def _fill_in(here: Installation, task_id: int, at: datetime, *, concerned: bool = True) -> None:
    """Write the report and bring evidence, as the handler would."""
    with here.database.reading() as session:
        task = session.get_one(Task, task_id)
        number, words, unit, round_ = task.item.number, task.item.text, task.unit.name, task.round
    day = at.astimezone(ZONE)
    table = f"序号,标题,发布日期,单位\r\n1,{words[:24]},{day:%Y-%m-%d},{unit}\r\n".encode("utf-8-sig")
    blob = here.store.add(BytesIO(table), limit=1 << 20) if concerned else None
    with here.database.writing() as session:
        task = session.get_one(Task, task_id)
        by = _handler(session, task)
        outcome = TaskOutcome.DONE if concerned else TaskOutcome.NOT_CONCERNED
        report = _report(task_id, words, unit, day) if concerned else f"{unit}没有这一事项的职责，由牵头单位统一办理。"
        save_report(session, task, report, by=by, at=at, seen_version=task.version, outcome=outcome)
        if blob is None:
            return
        name = f"第{number}条公开情况统计表（{round_}）.csv"
        add_file(session, task, blob, name=name, media_type="text/csv", note="发布清单", by=by, at=at)
        link = f"https://www.example.gov.cn/zwgk/{day:%Y%m}/t{task_id:06d}.html"
        add_link(session, task, link, note="公开页面", by=by, at=at)


_REPORTS = (
    "围绕“{words}”，{unit}已于{day}前在政府信息公开专栏集中发布相关信息{n}条，配发图解{m}篇，材料见附件。",
    "{unit}对照工作要求制定清单，落实到科室和人员，截至{day}共公开信息{n}条，答复群众咨询{m}件，详见附件统计表。",
    "已完成“{words}”相关内容的梳理、审核和公开，{day}前更新栏目{m}个、发布信息{n}条，网页链接和清单见证明材料。",
    "{unit}会同有关单位推进此项工作，召开调度会{m}次，{day}前公开信息{n}条，均在规定时限内发布。",
)


def _report(task_id: int, words: str, unit: str, day: datetime) -> str:
    said = _REPORTS[task_id % len(_REPORTS)]
    when = f"{day.year}年{day.month}月{day.day}日"
    return said.format(words=words[:30].rstrip("。，；"), unit=unit, day=when, n=task_id % 17 + 3, m=task_id % 4 + 1)
