"""What the office says of its own duties (办公室日程): done, put on another day, and how often rows that go on are reported on."""

from __future__ import annotations

from forms.api_out import DoneOut
from forms.verbs import CadenceIn, DutyDoneIn, DutyMoveIn
from views.verbs.verb import CALENDAR, Call, Verb
from workflow.ledgers.models import Ledger
from workflow.office.permissions import Permission
from workflow.record.calendar import spoken
from workflow.year import duties


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


DUTIES = (
    Verb(CALENDAR, DutyDoneIn, "/duties/done", "POST /duties/done", finish_duty, permission=Permission.OFFICE),
    Verb(CALENDAR, DutyMoveIn, "/duties/move", "POST /duties/move", move_duty, permission=Permission.OFFICE),
    Verb(CALENDAR, CadenceIn, "/cadence", "PUT /cadence", set_cadence, permission=Permission.OFFICE),
)
