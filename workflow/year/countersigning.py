"""What the office writes of a unit is signed by that unit (签认): it is asked, waited for, and why it has not signed is said."""

from __future__ import annotations

from dataclasses import dataclass

from workflow.office.notices import tell_each_unit
from workflow.record.calendar import after_working_days, day_of, spoken
from workflow.tasks.conditions import Attempt
from workflow.tasks.steps import Doing
from workflow.tasks.words import Action, Gate, Status

SIGN_DAYS = 3
"""Working days that the unit has to sign, before a paper may be finished without."""


@dataclass(frozen=True)
class Countersigning:
    """The signature of the unit that a kind of paper is about, and what that unit is called there."""

    who: str

    def time_to_sign(self, attempt: Attempt) -> str:
        """A unit that does not sign is waited for so many working days; then the paper says that it did not."""
        given = attempt.case.passed(Gate.UNIT)
        until = after_working_days(day_of(given[-1].at), SIGN_DAYS) if given else None
        if until is not None and attempt.at is not None and day_of(attempt.at) <= until:
            return f"{self.who}可以在{spoken(until)}前签认；期满仍未签认的，再注明情况定稿。"
        return ""

    def says_why_unsigned(self, attempt: Attempt) -> str:
        """Without the unit's signature a paper says why."""
        return "" if attempt.opinion.strip() else f"{self.who}没有签认，请注明拒签或者没有按期签认的情况。"


def ask_to_sign(doing: Doing, unit_id: int, what: str) -> None:
    """Tell the unit that its signature is waited for, once another one of the office stands behind the paper."""
    if doing.step.action is Action.APPROVE and doing.task.status is Status.UNIT_APPROVED:
        text = f"{what}请单位负责人核对并签认，{SIGN_DAYS} 个工作日内办理；有异议的退回并写明。"
        tell_each_unit(doing.session, {unit_id: text}, by=doing.by, at=doing.at, ledger_id=doing.task.ledger_id)


def why_unsigned(doing: Doing) -> str:
    """What was said of the missing signature of a paper that was just finished; empty where the unit has signed."""
    return doing.opinion if doing.before is Status.UNIT_APPROVED else ""
