"""The office's calendar (办公室日程): what it has to do for one ledger, by day, beside the words that say so."""

from __future__ import annotations

from flask import Blueprint, render_template

from views.door import load_ledger, me, permit, reading, today
from workflow.ledgers.permissions import looks_over, runs
from workflow.office.permissions import Permission
from workflow.record.calendar import after_working_days
from workflow.record.errors import NotFound
from workflow.year.duties import CADENCES, NOTE_LIMIT, SOON, WHAT_LIMIT, Duty, office_calendar

blueprint = Blueprint("duties", __name__)


@blueprint.get("/ledgers/<int:ledger_id>/calendar")
@permit(Permission.WORK)
def show(ledger_id: int) -> str:
    """Late, soon, later, done."""
    ledger = load_ledger(reading(), ledger_id, me())
    if ledger.published_at is None or not (looks_over(ledger, me())):
        raise NotFound
    listed = office_calendar(reading(), ledger)
    return render_template(
        "ledgers/calendar.html", ledger=ledger, groups=_groups(listed), mine=runs(ledger, me()), cadences=CADENCES,
        total=len(listed), done=sum(duty.done for duty in listed), limit=NOTE_LIMIT, most=WHAT_LIMIT,
    )  # fmt: skip


def _groups(listed: list[Duty]) -> list[tuple[str, str, list[Duty]]]:
    """(code, heading, duties) of every group that has some."""
    now, until = today(), after_working_days(today(), SOON)
    open_ones = [duty for duty in listed if not duty.done]
    groups = [
        ("late", "已过期未办", [duty for duty in open_ones if duty.on < now]),
        ("soon", f"近期（{SOON} 个工作日内）", [duty for duty in open_ones if now <= duty.on <= until]),
        ("later", "以后", [duty for duty in open_ones if duty.on > until]),
        ("done", "已办结", [duty for duty in listed if duty.done]),
    ]
    return [group for group in groups if group[2]]
