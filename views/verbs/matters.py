"""What is done to the year's matters (填报表、自查表、整改): saved, and taken step by step, at both doors alike."""

from __future__ import annotations

from typing import Any, TypeVar

from flask_login import current_user
from sqlalchemy.orm import Session

from forms.api_out import DoneOut
from forms.fields import number_in
from forms.verbs import Nothing, SeenIn
from forms.verbs_year import AskBelowIn, FormIn, FormStepIn, RectifyIn, SheetIn, StepIn
from views.door import installation, load_matter, pause_reading
from views.verbs.verb import Call, Do, First, Subject, Verb
from workflow.office.models import User
from workflow.office.permissions import Permission
from workflow.record.errors import NotFound
from workflow.tasks import acting
from workflow.tasks.checking import check_evidence
from workflow.tasks.conditions import EvidenceCheck
from workflow.tasks.models import Matter
from workflow.tasks.steps import PROCESSES
from workflow.tasks.words import Action
from workflow.year.filings import filling, gathering
from workflow.year.filings.filling import Cell, Head
from workflow.year.filings.models import Filing
from workflow.year.look_backs import rectifying, self_checks
from workflow.year.look_backs.models import Rectification, SelfCheck
from workflow.year.look_backs.self_checks import Answer

M = TypeVar("M", bound=Matter)


def matter_subject(kind: type[M], number: str, root: str, page: str) -> Subject[M]:
    """The subject of verbs about one kind of matter."""

    def find(session: Session, wanted: int, by: User) -> M:
        return load_matter(session, kind, wanted, by).task

    return Subject(number, f"/{root}/<int:{number}>", page, find, _told)


def _told(matter: Matter) -> dict[str, Any]:
    return {"status": matter.status, "version": matter.version}


FORM = matter_subject(Filing, "filing_id", "filings", "filings.show")
SHEET = matter_subject(SelfCheck, "sheet_id", "self-checks", "lookback.sheets.show")
RECTIFICATION = matter_subject(Rectification, "matter_id", "rectifications", "rectification.show")


def save_form(call: Call[Filing, FormIn]) -> DoneOut:
    """Keep what was written in a unit's form, and lay it before the head where that is asked; a row of ``row`` without text is emptied."""
    given, form = call.given, call.subject
    said, apart = by_number(given.text), by_number(given.apart)
    cells = {row: Cell(said.get(row, ""), apart.get(row, False)) for row in by_number(given.row) | said}
    head = Head(given.person, given.phone) if given.person or given.phone else None
    changed = filling.save(
        call.session, form, cells, head=head, by=call.by, at=call.at, seen_version=given.seen_version
    )  # fmt: skip
    if not given.then:
        return DoneOut(sentence=f"已保存，改动 {changed} 条。")
    blank = sum(not row.text for row in form.rows)
    done = submitted(call)
    left = f"有 {blank} 条没有填写，按空白报送。" if blank else ""
    return done.model_copy(update={"sentence": done.sentence + left})


def copy_form(call: Call[Filing, SeenIn]) -> DoneOut:
    """Fill the blank rows of a form with what was filed in the last round."""
    seen = call.given.seen_version
    count = filling.copy_forward(call.session, call.subject, by=call.by, at=call.at, seen_version=seen)
    return DoneOut(sentence=f"已从上一期沿用 {count} 条，请逐条核对后提交。")


def step_form(call: Call[Filing, FormStepIn]) -> DoneOut:
    """Take a form one step on or back; a return may say what is wrong row by row."""
    given = call.given
    if given.action is not Action.SEND_BACK:
        return stepped(call, given.action, given.opinion)
    done = filling.send_back(
        call.session, call.subject, by_number(given.fault), given.opinion, by=call.by, at=call.at,
        seen_version=given.seen_version,
    )  # fmt: skip
    return DoneOut(sentence=done.sentence, replayed=done.replayed)


def ask_below(call: Call[Filing, AskBelowIn]) -> DoneOut:
    """Ask the units below for forms of their own, which become parts of this one."""
    given = call.given
    names = gathering.ask_below(
        call.session, call.subject, by=call.by, at=call.at, seen_version=given.seen_version, due=given.due
    )  # fmt: skip
    return DoneOut(sentence=f"已向 {len(names)} 个下级单位下发填报表，报来后逐份接收，即汇入本表。")


def urge_below(call: Call[Filing, Nothing]) -> DoneOut:
    """Press the units below that have not filed, each once a day."""
    return urged(gathering.urge_below(call.session, call.subject, by=call.by, at=call.at), "个下级单位")


def save_sheet(call: Call[SelfCheck, SheetIn]) -> DoneOut:
    """Keep what a unit says of every line of its sheet; a line that is left out is emptied."""
    given, sheet = call.given, call.subject
    done, text = by_number(given.done), by_number(given.text)
    answers = {one.id: Answer(done.get(one.id), text.get(one.id, "")) for one in self_checks.lines_of(sheet)}
    self_checks.save_sheet(
        call.session, sheet, answers, by=call.by, at=call.at, seen_version=given.seen_version
    )  # fmt: skip
    return submitted(call) if given.then else DoneOut(sentence="已保存。")


def step_sheet(call: Call[SelfCheck, StepIn]) -> DoneOut:
    """Take a unit's sheet one step on or back."""
    return stepped(call, call.given.action, call.given.opinion)


def save_rectification(call: Call[Rectification, RectifyIn]) -> DoneOut:
    """Keep what came of a rectification, and lay it before the head where that is asked."""
    given, matter = call.given, call.subject
    rectifying.save_rectification(
        call.session, matter, given.report, result=given.result or matter.result, person=given.person, by=call.by,
        at=call.at, seen_version=given.seen_version,
    )  # fmt: skip
    return submitted(call) if given.then else DoneOut(sentence="已保存。")


def step_rectification(matter_id: int, given: StepIn) -> Do[Rectification, StepIn]:
    """Take a rectification one step on or back; before it is closed its evidence is hashed again."""
    checked = hashed(Rectification, matter_id) if given.action is Action.CLOSE else None
    return lambda call: stepped(call, given.action, given.opinion, checked)


def urge_rectifications(call: Call[User, Nothing]) -> DoneOut:
    """Press every unit that is late with a rectification, each once a day."""
    return urged(rectifying.urge_rectifications(call.session, by=call.by, at=call.at), "项逾期的整改")


def urged(count: int, what: str) -> DoneOut:
    """What is answered to one press for all."""
    if not count:
        return DoneOut(sentence="没有需要催办的，或今天都已催办过。", replayed=True)
    return DoneOut(sentence=f"已催办 {count} {what}，今天催过的不再催。")


def hashed(kind: type[Matter], matter_id: int) -> EvidenceCheck:
    """Hash the evidence of a matter again with no session open while files are read."""
    pause_reading()
    with installation().database.reading() as session:
        matter = load_matter(session, kind, matter_id, session.get_one(User, current_user.id)).task
        list(matter.evidence), list(matter.signoffs)
    return check_evidence(matter, installation().store)


def submitted(call: Call[Any, Any]) -> DoneOut:
    """Lay what was just saved before the signers."""
    done = acting.act(
        call.session, call.subject, Action.SUBMIT, by=call.by, at=call.at, seen_version=call.subject.version
    )  # fmt: skip
    return DoneOut(sentence=done.sentence, replayed=done.replayed)


def stepped(call: Call[Any, Any], action: Action, opinion: str, checked: EvidenceCheck | None = None) -> DoneOut:
    """Take the subject one step."""
    done = acting.act(
        call.session, call.subject, action, by=call.by, at=call.at, seen_version=call.given.seen_version,
        opinion=opinion, checked=checked,
    )  # fmt: skip
    return DoneOut(sentence=done.sentence, replayed=done.replayed)


V = TypeVar("V")


def by_number(said: dict[str, V]) -> dict[int, V]:
    """What is said row by row, by the rows' numbers. Raises NotFound for what is none."""
    found = {number_in(row): value for row, value in said.items()}
    if None in found:
        raise NotFound
    return {row: value for row, value in found.items() if row is not None}


def _steps(subject: Subject[Any], process: str, takes: type[StepIn], do: Any) -> Verb[Any, Any]:
    actions = ",".join(dict.fromkeys(step.action.value for step in PROCESSES[process].steps))
    return Verb(subject, takes, f"/act/<any({actions}):action>", "POST /actions", do)


OFFICE: Subject[User] = Subject("", "", "rectification.index", lambda session, number, by: by)
MATTERS = (
    Verb(FORM, FormIn, "/rows", "PUT /rows", save_form),
    Verb(FORM, SeenIn, "/copy", "POST /copying", copy_form),
    Verb(FORM, AskBelowIn, "/below", "POST /below", ask_below),
    Verb(FORM, Nothing, "/below/urge", "POST /below/urging", urge_below),
    _steps(FORM, "filing", FormStepIn, step_form),
    Verb(SHEET, SheetIn, "", "PUT /lines", save_sheet),
    _steps(SHEET, "self_check", StepIn, step_sheet),
    Verb(RECTIFICATION, RectifyIn, "", "PUT /report", save_rectification),
    _steps(RECTIFICATION, "rectification", StepIn, First(step_rectification)),
    Verb(
        OFFICE, Nothing, "/rectifications/urge", "POST /rectifications/urging", urge_rectifications,
        permission=Permission.OFFICE,
    ),
)  # fmt: skip
