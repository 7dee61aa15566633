"""The task page put together (任务页): the engine's facts in the words and shapes that the templates print."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from flask import render_template, request

from forms.days import read_day
from views.door import installation, load_task, me, reading, today
from workflow.ledgers.deadlines import spoken_period
from workflow.office.phrases import phrases_of
from workflow.record.errors import Refused
from workflow.tasks.conditions import OPINION_LIMIT, REPORT_LIMIT
from workflow.tasks.drawing import draw
from workflow.tasks.evidence_types import ACCEPT
from workflow.tasks.history import Happening
from workflow.tasks.lighting import light_now, light_on, rulebook
from workflow.tasks.lights import Light
from workflow.tasks.models import Task
from workflow.tasks.rail import marks
from workflow.tasks.reading import TaskDesk, desk_of
from workflow.tasks.words import Action, Defect, Gate, RequestKind, TaskOutcome

ICONS = {
    "task.assigned": "send",
    "task.report": "pencil",
    "task.evidence_added": "paperclip",
    "task.evidence_noted": "chat-left-text",
    "task.evidence_removed": "trash",
    "packet.sealed": "patch-check",
    **{f"task.{kind.value}_asked": "question-circle" for kind in RequestKind},
    **{f"task.{kind.value}_granted": "calendar-check" for kind in RequestKind},
    **{f"task.{kind.value}_refused": "calendar-x" for kind in RequestKind},
    "task.resumed": "play-circle",
    "task.copied": "person-lines-fill",
    "task.step_back": "arrow-90deg-left",
    "task.urged": "megaphone",
    "task.received": "envelope-open",
    "task.seat_added": "person-plus",
    "task.seat_taken_back": "person-dash",
    "task.seat_transferred": "person-gear",
    "task.seat_handed_over": "person-gear",
    "task.submit": "box-arrow-up",
    "task.approve": "building-check",
    "task.verify": "shield-check",
    "task.close": "check-circle-fill",
    "task.send_back": "arrow-return-left",
    "task.withdraw": "arrow-counterclockwise",
    "task.reopen": "arrow-repeat",
}


@dataclass(frozen=True)
class Button:
    """How an action looks (按钮)."""

    label: str
    icon: str
    kind: str
    confirm: str


BUTTONS = {
    Action.SUBMIT: Button("保存并提交", "send", "primary", "提交后内容锁定，等待单位负责人审核。确定提交？"),
    Action.APPROVE: Button("审核通过", "building-check", "primary", "确定审核通过？通过后将加盖本单位电子印章。"),
    Action.VERIFY: Button("核验通过", "shield-check", "primary", "确定核验通过？通过后将加盖本单位电子印章。"),
    Action.CLOSE: Button("办结（销号）", "check-circle", "primary", "办结前系统会重新核对全部证明材料。确定办结？"),
    Action.SEND_BACK: Button(
        "退回", "arrow-return-left", "outline-danger", "退回后由经办人重新办理，本轮签批全部失效。确定退回？"
    ),
    Action.STEP_BACK: Button(
        "退回上一环节", "arrow-90deg-left", "outline-danger", "退回后由上一环节重新签批，其签批失效。确定退回？"
    ),
    Action.WITHDRAW: Button(
        "撤回", "arrow-counterclockwise", "outline-secondary", "确定撤回？撤回后需要重新提交或重新审核。"
    ),
    Action.REOPEN: Button(
        "重启", "arrow-repeat", "outline-danger", "重启后退回责任单位重新办理，原证据包保留。确定重启？"
    ),
}


@dataclass(frozen=True)
class Event:
    """One line of the timeline as the macro prints it (时间线)."""

    at: datetime
    who: str
    what: str
    opinion: str
    icon: str
    void: str


@dataclass(frozen=True)
class Typed:
    """What was typed and refused: it is shown again, nothing is lost (已填内容)."""

    report: str | None = None
    outcome: TaskOutcome | None = None
    progress: str | None = None
    opinion: str = ""
    address: str = ""
    note: str = ""


def task_page(task_id: int, typed: Typed | None = None, refused: Refused | None = None) -> tuple[str, int]:
    """The page of one task for the signed-in person, with a refusal and the typed words where there are any."""
    case = load_task(reading(), task_id, me())
    desk = desk_of(reading(), case, me(), installation().clock())
    page = render_template(
        "tasks/show.html",
        desk=desk,
        task=case.task,
        typed=typed or Typed(),
        refused=refused,
        light=task_light(case.task),
        past=_past(case.task),
        period=spoken_period(case.task.period),
        rail=draw(marks(desk.stops)),
        rounds=_rounds(desk.happenings),
        buttons=BUTTONS,
        signing=[offer for offer in desk.offers if offer.step.action is not Action.SUBMIT],
        limit=installation().settings.max_upload_bytes,
        report_limit=REPORT_LIMIT,
        opinion_limit=OPINION_LIMIT,
        accept=ACCEPT,
        defects=list(Defect),
        found=dict(desk.returned.defects) if desk.returned else {},
        one_gate=Gate.LEAD,
        phrases=phrases_of(reading(), me()),
    )
    return page, refused.status if refused else 200


def evidence_fragment(task_id: int, said: str = "") -> str:
    """The evidence list alone, with the version that the page's other form must now name, and what was done."""
    case = load_task(reading(), task_id, me())
    desk: TaskDesk = desk_of(reading(), case, me(), installation().clock())
    found = dict(desk.returned.defects) if desk.returned else {}
    return render_template("tasks/_evidence.html", desk=desk, task=case.task, typed=Typed(), found=found, said=said)


def task_light(task: Task) -> Light:
    """The light of a task today."""
    return light_now(rulebook(reading()), task, today())


def _past(task: Task) -> tuple[date, Light | None] | None:
    """The light of the day that the address asks for, None where it asks for none."""
    try:
        day = read_day(request.args.get("on", ""))
    except ValueError:
        return None
    return (day, light_on(reading(), task, day)) if day else None


def _rounds(happenings: tuple[Happening, ...]) -> list[tuple[int, list[Event]]]:
    """The timeline by rounds, the newest first."""
    return [(number, [_event(h) for h in inside]) for number, inside in groupby(happenings, key=lambda h: h.round)]


def _event(happening: Happening) -> Event:
    icon = ICONS.get(happening.kind, "dot")
    return Event(happening.at, happening.who, happening.what, happening.said, icon, happening.void)
