"""What is done in inspections (检查): drawn, noted, signed; at both doors alike."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime

from sqlalchemy.orm import Session

from forms.api_out import DoneOut
from forms.verbs_inspections import InspectIn, WorksheetIn
from forms.verbs_year import StepIn
from views.door import load_ledger
from views.verbs.matters import hashed, matter_subject, stepped, submitted
from views.verbs.verb import Call, Do, First, Subject, Verb
from workflow.ledgers.models import Ledger
from workflow.office.models import User
from workflow.office.permissions import Permission
from workflow.record.errors import Invalid
from workflow.record.settings import ZONE
from workflow.tasks.reporting import only_handlers
from workflow.tasks.words import Action
from workflow.year.inspections.models import Worksheet
from workflow.year.inspections.planning import start_inspection
from workflow.year.inspections.worksheets import WORKSHEET, Seen, save_worksheet

_MOMENT = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?[ T]*(\d{1,2}):(\d{2})$")


def moment_in(text: str, what: str = "检查时间") -> datetime | None:
    """A moment as people type it, in China's time; None for nothing. Raises Invalid."""
    typed = unicodedata.normalize("NFKC", text).strip()
    if not typed:
        return None
    found = _MOMENT.match(typed)
    try:
        year, month, day, hour, minute = map(int, found.groups() if found else ())
        return datetime(year, month, day, hour, minute, tzinfo=ZONE)
    except ValueError:
        raise Invalid(f"{what}「{typed[:40]}」不是日期和时间，请写成 2026-09-03 10:20 的样子。") from None


def seen_in(given: WorksheetIn) -> Seen:
    """What was noted. Raises Invalid."""
    return Seen(
        moment_in(given.seen_at), given.place, given.method, given.companion, given.facts, given.judgement, given.category,
        given.clause, given.demand, given.mend_by,
    )  # fmt: skip


def begin_inspection(call: Call[Ledger, InspectIn]) -> DoneOut:
    """Draw what is looked into for one duty of the office's calendar, and lay out its worksheets."""
    given = call.given
    begun = start_inspection(
        call.session, call.subject, given.key, method=given.method, share=given.share, rule=given.rule, by=call.by, at=call.at
    )  # fmt: skip
    return DoneOut(sentence=f"已抽取 {len(begun.sheets)} 项，名单、种子和规则已留痕，任何人可以复算。", id=begun.id)


def keep_worksheet(call: Call[Worksheet, WorksheetIn]) -> DoneOut:
    """Keep what an inspector saw, and lay it before the second one where that is asked."""
    given, sheet = call.given, call.subject
    only_handlers(sheet, call.by)
    new = save_worksheet(
        call.session, sheet, seen_in(given), by=call.by, at=call.at, seen_version=given.seen_version, key=given.key
    )  # fmt: skip
    if not new:
        return DoneOut(sentence="这一份已经收到，没有重复登记。", replayed=True)
    return submitted(call) if given.then else DoneOut(sentence="已保存。")


def step_worksheet(sheet_id: int, given: StepIn) -> Do[Worksheet, StepIn]:
    """Take a worksheet one step on or back; before it is finished its photographs are hashed again."""
    checked = hashed(Worksheet, sheet_id) if given.action is Action.CLOSE else None
    return lambda call: stepped(call, given.action, given.opinion, checked)


def _ledger(session: Session, number: int, by: User) -> Ledger:
    return load_ledger(session, number, by, running=True)


PLAN: Subject[Ledger] = Subject("ledger_id", "/ledgers/<int:ledger_id>", "inspections.index", _ledger)
SHEET = matter_subject(Worksheet, "sheet_id", "inspections/sheets", "inspections.sheet")
_ACTIONS = ",".join(dict.fromkeys(step.action.value for step in WORKSHEET.steps))
INSPECTIONS = (
    Verb(PLAN, InspectIn, "/inspections", "POST /inspections", begin_inspection, permission=Permission.OFFICE),
    Verb(SHEET, WorksheetIn, "", "PUT /record", keep_worksheet, permission=Permission.OFFICE),
    Verb(SHEET, StepIn, f"/act/<any({_ACTIONS}):action>", "POST /actions", First(step_worksheet)),
)
