"""The task page put together (任务页): the engine's facts in the words and shapes that the templates print."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from flask import render_template, request
from markupsafe import Markup

from forms.days import read_day
from forms.lists import ListQuery
from views.desks.lists import address_of
from views.door import installation, load_task, me, reading, today
from views.typed import asked_beside
from workflow.ledgers.deadlines import spoken_period
from workflow.office.phrases import phrases_of
from workflow.record.errors import Refused
from workflow.tasks.conditions import OPINION_LIMIT, REPORT_LIMIT
from workflow.tasks.evidence_types import ACCEPT
from workflow.tasks.lists.lighting import light_now, light_on, rulebook
from workflow.tasks.lists.lights import Light
from workflow.tasks.models import Task
from workflow.tasks.page.drawing import draw
from workflow.tasks.page.history import Happening
from workflow.tasks.page.rail import marks
from workflow.tasks.page.reading import TaskDesk, desk_of
from workflow.tasks.process import PROCESS
from workflow.tasks.words import Action, Defect, Gate, TaskOutcome


@dataclass(frozen=True)
class Button:
    """How an action looks (按钮)."""

    label: str
    icon: str
    kind: str
    confirm: str


def _button(action: Action) -> Button:
    """Forwards is the plain way; backwards and without a word is the lightest."""
    back = [step for step in PROCESS if step.action is action and step.starts_round]
    kind = "primary" if not back else "outline-danger" if back[0].asks_opinion else "outline-secondary"
    return Button(action.press, action.icon, kind, f"{action.warning}确定{action.press}？")


BUTTONS = {action: _button(action) for action in Action}


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
    outcome: str | None = None
    progress: str | None = None
    milestones: str | None = None
    opinion: str = ""
    address: str = ""
    note: str = ""
    title: str = ""
    lines: str = ""


def task_page(facts: dict[str, Any]) -> tuple[str, int]:
    """The page of one task, with a refusal and the typed words where there are any."""
    refused: Refused | None = facts["refused"]
    return render_template("tasks/show.html", **facts), refused.status if refused else 200


def pane(facts: dict[str, Any]) -> Markup:
    """The task beside the list (右栏): what is decided on, and the decision."""
    listed = urlencode(address_of(asked_beside(ListQuery)), doseq=True) or "all"
    return Markup(render_template("desk/_pane.html", **facts | {"in_pane": True, "listed": listed}))  # noqa: S704 - a template of ours


def task_facts(task_id: int, typed: Typed | None = None, refused: Refused | None = None) -> dict[str, Any]:
    """What the templates of a task print for the signed-in person. Raises NotFound."""
    case = load_task(reading(), task_id, me())
    desk = desk_of(reading(), case, me(), installation().clock())
    signing = [offer for offer in desk.offers if offer.step.action is not Action.SUBMIT]
    return {
        "desk": desk,
        "task": case.task,
        "typed": typed or Typed(),
        "refused": refused,
        "light": task_light(case.task),
        "today": today(),
        "past": _past(case.task),
        "period": spoken_period(case.task.period),
        "rail": draw(marks(desk.stops)),
        "rounds": _rounds(desk.happenings),
        "buttons": BUTTONS,
        "signing": signing,
        "flat": desk.stops,
        "limit": installation().settings.max_upload_bytes,
        "report_limit": REPORT_LIMIT,
        "opinion_limit": OPINION_LIMIT,
        "accept": ACCEPT,
        "defects": list(Defect),
        "found": dict(desk.returned.defects) if desk.returned else {},
        "one_gate": Gate.LEAD,
        "phrases": phrases_of(reading(), me()) if signing else [],
        "in_pane": False,
    }


def task_again(task_id: int, refused: Refused) -> tuple[str, int]:
    """The page of a task whose form was refused, with every word that was typed into it."""
    sent = {
        name: request.form[name]
        for name in ("report", "progress", "milestones", "opinion", "address", "note", "title", "lines")
        if name in request.form
    }
    outcome = request.form.get("outcome", TaskOutcome.DONE.value) if "report" in sent else None
    return task_page(task_facts(task_id, Typed(**sent, outcome=outcome), refused))


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
    kind = happening.kind
    return Event(happening.at, happening.who, kind.word, happening.said, kind.icon, happening.void)
