"""The office's own duties and what is reported up to it (办公室日程、年度报送)."""

from __future__ import annotations

from forms.api_out import DoneOut
from forms.verbs import CadenceIn, DutyAddIn, DutyDoneIn, DutyMoveIn, Nothing
from views.verbs.verb import CALENDAR, REPORTS, Call, Verb
from workflow.ledgers.models import Ledger
from workflow.office.permissions import Permission
from workflow.record.calendar import spoken
from workflow.year import duties, reporting_up


def add_duty(call: Call[Ledger, DutyAddIn]) -> DoneOut:
    """Put something into the office's own calendar of which the table does not speak."""
    duty = duties.add_duty(call.session, call.subject, call.given.what, call.given.on, by=call.by, at=call.at)
    return DoneOut(sentence=f"已列入日程：{duty.what}（{spoken(duty.on)}前）。")


def finish_duty(call: Call[Ledger, DutyDoneIn]) -> DoneOut:
    """Say that one of the office's own duties is done."""
    duty = duties.finish_duty(call.session, call.subject, call.given.key, call.given.note, by=call.by, at=call.at)
    return DoneOut(sentence=f"已登记办结：{duty.what}（{spoken(duty.on)}前）。")


def move_duty(call: Call[Ledger, DutyMoveIn]) -> DoneOut:
    """Put one of the office's own duties on another day, with the reason."""
    key, on, reason = call.given.key, call.given.on, call.given.reason
    duty = duties.move_duty(call.session, call.subject, key, on, reason, by=call.by, at=call.at)
    return DoneOut(sentence=f"已改期到{spoken(on)}，原定{spoken(duty.planned)}仍列在旁边。")


def set_cadence(call: Call[Ledger, CadenceIn]) -> DoneOut:
    """Say how often rows that go on are reported on, and irregular checks come round."""
    duties.set_cadence(call.session, call.subject, call.given.cadence, by=call.by, at=call.at)
    return DoneOut(sentence=f"填报周期已定为{call.given.cadence.word}，日程已按此重排；已办结的事项不变。")


def report_up(call: Call[Ledger, Nothing]) -> DoneOut:
    """Report the own unit's form, evidence list and look-back sheet up, together, with a receipt."""
    made = reporting_up.report_up(call.session, call.subject, by=call.by, at=call.at)
    if made.at != call.at:
        return DoneOut(sentence=f"已经报送过，回执编号 {made.number}，无需重复操作。", id=made.id, replayed=True)
    return DoneOut(sentence=f"已报送，回执编号 {made.number}；正在合订并加盖本单位印章。", id=made.id)


DUTIES = (
    Verb(REPORTS, Nothing, "/reporting", "POST /reporting", report_up),
    Verb(CALENDAR, DutyAddIn, "/duties", "POST /duties", add_duty, permission=Permission.OFFICE),
    Verb(CALENDAR, DutyDoneIn, "/duties/done", "POST /duties/done", finish_duty, permission=Permission.OFFICE),
    Verb(CALENDAR, DutyMoveIn, "/duties/move", "POST /duties/move", move_duty, permission=Permission.OFFICE),
    Verb(CALENDAR, CadenceIn, "/cadence", "PUT /cadence", set_cadence, permission=Permission.OFFICE),
)
