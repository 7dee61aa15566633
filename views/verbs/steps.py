"""The report and the steps of the process (填报与办理), online and on paper; every step goes through ``act``."""

from __future__ import annotations

from flask_login import current_user

from forms.api_out import DoneOut
from forms.verbs import ActIn, PaperIn, ReportIn
from views.door import hold_task, installation, load_task, me, pause_reading, reading
from views.verbs.storing import Stored, store_files
from views.verbs.verb import TASK, Call, Do, First, Subject, Verb
from workflow.office.models import User
from workflow.record.errors import Forbidden, Invalid, NotFound
from workflow.record.text import file_name
from workflow.tasks import acting
from workflow.tasks.case import TaskCase
from workflow.tasks.checking import check_evidence
from workflow.tasks.conditions import EvidenceCheck
from workflow.tasks.models import Task
from workflow.tasks.permissions import registers_paper
from workflow.tasks.process import PROCESS
from workflow.tasks.reporting import save_report
from workflow.tasks.steps import Paper
from workflow.tasks.submitting import submit_report
from workflow.tasks.words import Action

ENDINGS = (".pdf", ".jpg", ".jpeg", ".png", ".tif", ".tiff")


def report(call: Call[Task, ReportIn]) -> DoneOut:
    """Save the report."""
    given = call.given
    save = submit_report if given.then else save_report
    done = save(
        call.session, call.subject, given.report, by=call.by, at=call.at, seen_version=given.seen_version,
        outcome=given.outcome, progress=given.progress, milestones=given.milestones,
    )  # fmt: skip
    return DoneOut(sentence=done.sentence, replayed=done.replayed) if done else DoneOut(sentence="已保存。")


def act(task_id: int, given: ActIn) -> Do[TaskCase, ActIn]:
    """Take one step: submit, approve, verify, close, send back, step back, withdraw or reopen."""
    hashed = _hashed(task_id) if given.action is Action.CLOSE else None
    return lambda call: _step(call, hashed)


def _step(call: Call[TaskCase, ActIn], hashed: EvidenceCheck | None) -> DoneOut:
    given = call.given
    if not all(number.isascii() and number.isdigit() and len(number) < 19 for number in given.defects):
        raise NotFound
    outcome = acting.act(
        call.session,
        call.subject.task,
        given.action,
        by=call.by,
        at=call.at,
        seen_version=given.seen_version,
        opinion=given.opinion,
        checked=hashed,
        defects={int(number): defect for number, defect in given.defects.items()},
        known=call.subject,
    )
    return DoneOut(sentence=outcome.sentence, replayed=outcome.replayed)


def _hashed(task_id: int) -> EvidenceCheck:
    """Hash the evidence again with no reading session open: a second one beside it would deadlock with a commit."""
    pause_reading()
    with installation().database.reading() as session:
        task = load_task(session, task_id, session.get_one(User, current_user.id)).task
        list(task.evidence), list(task.signoffs)
    return check_evidence(task, installation().store)


def paper(task_id: int, given: PaperIn) -> Do[Task, PaperIn]:
    """Register a form signed on paper: its scan fills the place it was signed for."""
    case = load_task(reading(), task_id, me())  # nobody's bytes are kept but the office's
    if not registers_paper(case, me()):
        raise Forbidden("线下签批由台账的办公室登记。")
    seat = next((one for one in case.seats if one.id == given.seat), None)
    if seat is None:
        raise NotFound
    step = next(step for step in PROCESS if step.gate is seat.gate)
    pause_reading()
    scan = _scan(given)
    form = Paper(seat.id, given.signer, scan.blob.sha256, scan.blob.size, scan.name)
    return lambda call: _register(call, step.action, form)


def _register(call: Call[Task, PaperIn], action: Action, form: Paper) -> DoneOut:
    outcome = acting.act(
        call.session, call.subject, action, by=call.by, at=call.at, seen_version=call.given.seen_version,
        opinion=call.given.opinion, paper=form,
    )  # fmt: skip
    return DoneOut(sentence=f"已登记线下签批。{outcome.sentence}", replayed=outcome.replayed)


def _scan(given: PaperIn) -> Stored:
    if not file_name(given.file.filename or "").lower().endswith(ENDINGS):
        raise Invalid("请选择审批单的扫描件，PDF 或图片（JPG、PNG、TIFF）。")
    scan = store_files([given.file])[0]
    if scan.looked.apart:
        raise Invalid(
            f"扫描件里不应有这些内容：{'、'.join(scan.looked.remarks)}；请重新扫描，或导出为普通 PDF 后登记。"
        )
    return scan


CASE = Subject[TaskCase](
    TASK.number,
    TASK.root,
    TASK.page,
    load_task,
    lambda case: TASK.told(case.task),
    lambda case: (case.task,),
    hold_task,
)
"""A task with all that bears on it, read once for whoever takes a step."""
ACT = Verb(CASE, ActIn, f"/act/<any({','.join(Action)}):action>", "POST /actions", First(act), stays=True)
STEPS = (
    Verb(TASK, ReportIn, "/report", "PUT /report", report, stays=True),
    ACT,
    Verb(TASK, PaperIn, "/paper", "POST /paper", First(paper)),
)
