"""Moving to another unit (调动): first what is theirs by name goes to somebody, then the person goes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from workflow.office.access import hold_accounts
from workflow.office.models import Unit, User
from workflow.office.people import move
from workflow.record.errors import NotInState
from workflow.tasks.models import TaskCopy
from workflow.tasks.people.leaving import holdings
from workflow.tasks.people.standing_in import end_all


def move_away(session: Session, person: User, unit: Unit, *, by: User, at: datetime) -> None:
    """Put a person into another unit; delegations to and from them end, and what was copied to them they see no more.

    Raises NotInState, and what ``move`` raises.

    Places and policies that name the person are handed over before: a task under way keeps who signs it.
    """
    hold_accounts(session, person, by)
    held = holdings(session, person)
    if held.count or held.policies:
        raise NotInState(
            f"{person.name}名下还有事项：{held.words}请先由安全管理员在“岗位授权”中办理离岗移交，再调动单位。"
        )
    end_all(session, person, by=by, at=at)
    session.execute(delete(TaskCopy).where(TaskCopy.user_id == person.id))
    move(session, person, unit, by=by, at=at)
