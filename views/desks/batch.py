"""Several tasks at once (批量办理): a loop over the very verbs, one transaction and one signature a task.

What changed meanwhile or may not be done is told by name, and the others go through.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, render_template
from markupsafe import Markup

from forms.batch import Batch, BatchForm, PickedForm
from forms.verbs import ActIn, WordsIn
from views.desks.desk import refreshed
from views.desks.downloads import table_file
from views.desks.inbox import desk_page
from views.door import load_task, me, permit, reading, today, wants_fragment
from views.typed import taken
from views.verbs.requests import URGE
from views.verbs.screen import at_once
from views.verbs.steps import ACT
from views.verbs.verb import Place
from workflow.office.permissions import Permission
from workflow.record.errors import Invalid, NotFound, Refused
from workflow.tasks.at_hand import opened_of
from workflow.tasks.case import TaskCase
from workflow.tasks.holding import CLOSED_YEAR
from workflow.tasks.lists.lighting import light_now, rulebook
from workflow.tasks.lists.lights import Light
from workflow.tasks.lists.listed import table_of
from workflow.tasks.page.reading import offers_of, shut
from workflow.tasks.words import Action

blueprint = Blueprint("batch", __name__)
MOST = 200


@dataclass(frozen=True)
class Asked:
    """One of several tasks, before anything is done (待确认)."""

    task_id: int
    version: int
    name: str
    word: str
    """What will be done: 审核通过, 核验通过 …"""
    unread: bool
    missing: str
    """Why it cannot be done; empty where it can."""
    light: Light | None = None


@dataclass(frozen=True)
class Done:
    """One of several tasks, afterwards (办理结果)."""

    task_id: int
    name: str
    refused: str = ""
    version: int = 0


@blueprint.post("/batch/confirm")
@permit(Permission.WORK)
def confirm() -> str:
    """What is about to be done with each of the ticked tasks: who has not been read, and what cannot be done."""
    form = taken(BatchForm)
    asked = [_asked(form.action.data, *one) for one in _picked(form)]
    shown = render_template("desk/_confirm.html", action=form.action.data, asked=asked, Batch=Batch)
    return shown if wants_fragment() else desk_page(Markup(shown))  # noqa: S704 - a template of ours


@blueprint.post("/batch")
@permit(Permission.WORK)
def carry_out() -> str:
    """Do it with each of them, one after another."""
    form = taken(BatchForm)
    action, each = form.action.data, form.each.data
    done = [_done(action, number, seen, each.get(number, form.opinion.data)) for number, seen in _picked(form)]
    good = [one for one in done if not one.refused]
    bad = [one for one in done if one.refused]
    said = f"已{action.done} {len(good)} 件" + (f"，{len(bad)} 件没有办成。" if bad else "。")
    if not wants_fragment():
        return desk_page(_result(said, bad))
    undo = _undo(good) if action is Batch.PASS else {}
    return refreshed(said, undo=undo, shown=_result(said, bad) if bad else None)


@blueprint.post("/batch/export")
@permit(Permission.WORK)
def export() -> Response:
    """The ticked tasks as a workbook."""
    numbers = [number for number, _ in _picked(taken(PickedForm))]
    for number in numbers:
        load_task(reading(), number, me())
    return table_file(table_of(reading(), numbers, today()), "xlsx")


def _picked(form: PickedForm) -> list[tuple[int, int]]:
    """Each ticked task with the version that was seen. Raises Invalid."""
    if not (picked := form.seen()):
        raise Invalid("还没有勾选任务，请先在清单左侧勾选。")
    if len(picked) > MOST:
        raise Invalid(f"一次最多办理 {MOST} 件，请分几次办理。")
    return list(picked.items())


def _step(action: Batch, case: TaskCase) -> Action | None:
    """Which step of the process is meant for this task; None where there is none."""
    offered = [one.step for one in offers_of(case, me())]
    if action is Batch.PASS:
        return next((step.action for step in offered if step.gate is not None), None)
    meant = Action.SEND_BACK if action is Batch.BACK else Action.WITHDRAW
    return meant if any(step.action is meant for step in offered) else None


def _asked(action: Batch, task_id: int, seen: int) -> Asked:
    case = load_task(reading(), task_id, me())
    task = case.task
    step = None if action is Batch.URGE else _step(action, case)
    offer = next((o for o in offers_of(case, me()) if o.step.action is step), None)
    missing = "".join(offer.missing) if offer else "" if action is Batch.URGE else "现在不由您办理这一步。"
    if shut(case):
        missing = CLOSED_YEAR
    elif task.version != seen:
        missing = f"{task.last_actor or '他人'}刚刚改动了此件，请重新打开看过再办。"
    unread = opened_of(reading(), me(), [task_id]).get(task_id) != task.version
    light = light_now(rulebook(reading()), task, today())
    return Asked(task_id, seen, task.name, step.press if step else action.word, unread, missing, light)


def _done(action: Batch, task_id: int, seen: int, opinion: str) -> Done:
    """Do it with one task, in a transaction of its own; what refuses it is told and stops nothing else."""
    name = f"第 {task_id} 号任务"
    try:
        case = load_task(reading(), task_id, me())
        name = case.task.name
        if action is Batch.URGE:
            URGE.carry_out(Place(task_id, 0, {}), WordsIn(words=opinion[:120]), at_once)
            return Done(task_id, name)
        step = _step(action, case)
        if step is None:
            why = CLOSED_YEAR if shut(case) else "现在不由您办理这一步，可能已由他人处理。"
            return Done(task_id, name, why)
        given = ActIn.model_construct(seen_version=seen, action=step, opinion=opinion, defects={})
        done = ACT.carry_out(Place(task_id, 0, {}), given, at_once)
    except NotFound:
        return Done(task_id, name, "没有找到，或者您已无权查看。")
    except Refused as refused:
        return Done(task_id, name, refused.message)
    return Done(task_id, name, version=done.version or 0)


def _undo(done: list[Done]) -> dict[int, int]:
    """Which of these their signer may take back, with the versions that they have now."""
    cases = ((one, load_task(reading(), one.task_id, me())) for one in done)
    return {
        one.task_id: one.version
        for one, case in cases
        if any(o.step.action is Action.WITHDRAW and not o.missing for o in offers_of(case, me()))
    }


def _result(said: str, bad: list[Done]) -> Markup:
    return Markup(render_template("desk/_result.html", said=said, bad=bad))  # noqa: S704 - a template of ours
