"""What is done in an assessment (考核): noted, assessed by the unit itself, shown, appealed, answered, locked, corrected."""

from __future__ import annotations

from sqlalchemy.orm import Session

from forms.api_out import DoneOut
from forms.verbs import ShownIn
from forms.verbs_assessment import AppealIn, NoteIn, OwnIn, TakeBackIn
from views.verbs.verb import Call, Subject, Verb
from workflow.office.models import User
from workflow.office.permissions import Permission
from workflow.record.calendar import spoken
from workflow.record.errors import Invalid, NotFound
from workflow.year.assessments import assessing, notes
from workflow.year.assessments.assessing import held_by, sees_assessment
from workflow.year.assessments.models import AssessedUnit, Assessment, AssessmentEntry
from workflow.year.assessments.scheme import read_scheme


def find_assessment(session: Session, number: int, by: User) -> Assessment:
    """An assessment that this person may look at as a whole. Raises NotFound."""
    found = session.get(Assessment, number)
    if found is None or not sees_assessment(found, by):
        raise NotFound
    return found


def find_sheet(session: Session, number: int, by: User) -> AssessedUnit:
    """A unit's sheet: its own people's, and whoever sees the whole. Raises NotFound."""
    found = session.get(AssessedUnit, number)
    if found is None or not (sees_assessment(found.assessment, by) or assessing.row_of(found.assessment, by) is found):
        raise NotFound
    return found


WHOLE: Subject[Assessment] = Subject(
    "assessment_id", "/assessments/<int:assessment_id>", "assessment.show", find_assessment, held=lambda found: (found,)
)  # fmt: skip
SHEET: Subject[AssessedUnit] = Subject(
    "sheet_id", "/assessments/sheets/<int:sheet_id>", "assessment.sheet", find_sheet, lambda row: {"version": row.version},
    lambda row: (row.assessment, row),
)  # fmt: skip


def note_occurrence(call: Call[Assessment, NoteIn]) -> DoneOut:
    """Note something of a unit with its evidence; after the lock it is a correction."""
    given = call.given
    wanted = notes.Note(given.unit, given.code, given.what, given.evidence, given.value, given.number)
    made = notes.note(call.session, call.subject, wanted, by=call.by, at=call.at)
    if made.noted_at != call.at:
        return DoneOut(
            sentence="同样的事项已经登记，没有重复登记；确是另一次的，请在事实中写明。", id=made.id, replayed=True
        )
    return DoneOut(sentence="已更正，单位可以看到。" if made.correction else "已登记，单位可以看到。", id=made.id)


def take_occurrence_back(call: Call[Assessment, TakeBackIn]) -> DoneOut:
    """Take back what was noted; it stays listed with the reason."""
    entry = call.session.get(AssessmentEntry, call.given.entry)
    if entry is None or entry.assessment_id != call.subject.id:
        raise NotFound
    notes.take_back(call.session, entry, call.given.reason, by=call.by, at=call.at)
    return DoneOut(sentence="已撤销，事项和理由仍列在下面。")


def save_own_scores(call: Call[AssessedUnit, OwnIn]) -> DoneOut:
    """Keep a unit's own scores; its head confirms them, which locks them."""
    given, row = call.given, call.subject
    leaves = [leaf for top in read_scheme(row.assessment.scheme).indicators for leaf in top.leaves]
    codes = {str(place): leaf.code for place, leaf in enumerate(leaves, start=1)}
    if not {*given.own, *given.basis} <= codes.keys():
        raise Invalid("自评中有不属于本办法的指标，请刷新页面。")
    own, basis = ({codes[place]: text for place, text in said.items()} for said in (given.own, given.basis))
    confirm = given.then == "confirm"
    assessing.save_own(
        call.session, row, own, basis, confirm=confirm, by=call.by, at=call.at, seen_version=given.seen_version
    )  # fmt: skip
    return DoneOut(sentence="已确认自评，不能再改。" if confirm else "已保存自评，请由单位负责人确认。")


def publish_first_scores(call: Call[Assessment, ShownIn]) -> DoneOut:
    """Show the first scores to the units as they were seen; own ones are locked from then on."""
    held_by(call.subject, call.by)
    assessing.require_shown(call.session, call.subject, call.given.seen, at=call.at)
    until = assessing.publish_first(call.session, call.subject, by=call.by, at=call.at)
    return DoneOut(sentence=f"初评已公布，申诉截止{spoken(until)}。")


def appeal_scores(call: Call[AssessedUnit, AppealIn]) -> DoneOut:
    """Say what is not right about a unit's scores."""
    given = call.given
    assessing.appeal(call.session, call.subject, given.text, by=call.by, at=call.at, seen_version=given.seen_version)
    return DoneOut(sentence="已申诉，办公室答复后会通知本单位。")


def answer_appeal(call: Call[AssessedUnit, AppealIn]) -> DoneOut:
    """Answer a unit's appeal with reasons."""
    given = call.given
    assessing.answer_appeal(
        call.session, call.subject, given.text, by=call.by, at=call.at, seen_version=given.seen_version
    )  # fmt: skip
    return DoneOut(sentence="已答复。")


def lock_scores(call: Call[Assessment, ShownIn]) -> DoneOut:
    """Lock the results as they were seen; from then on there are only corrections."""
    assessing.may_lock(call.subject, call.by)
    assessing.require_shown(call.session, call.subject, call.given.seen, at=call.at)
    count = assessing.lock(call.session, call.subject, by=call.by, at=call.at)
    return DoneOut(sentence=f"已锁定 {count} 个单位的考核结果，以后只能更正。")


_OFFICE = Permission.OFFICE
ASSESSMENT = (
    Verb(WHOLE, NoteIn, "/note", "POST /entries", note_occurrence, permission=_OFFICE),
    Verb(WHOLE, TakeBackIn, "/take-back", "POST /entries/taking-back", take_occurrence_back, permission=_OFFICE),
    Verb(WHOLE, ShownIn, "/publish", "POST /publishing", publish_first_scores, permission=_OFFICE),
    Verb(WHOLE, ShownIn, "/lock", "POST /locking", lock_scores),
    Verb(SHEET, OwnIn, "/own", "PUT /own", save_own_scores),
    Verb(SHEET, AppealIn, "/appeal", "POST /appeal", appeal_scores),
    Verb(SHEET, AppealIn, "/answer", "POST /answer", answer_appeal, permission=_OFFICE),
)
