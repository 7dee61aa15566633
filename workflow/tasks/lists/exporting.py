"""Long lists to take along (清单导出): asked for here, written in the background, fetched by whoever asked, forgotten after a day."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from workflow.office.models import User
from workflow.office.permissions import Permission, may
from workflow.record import outbox
from workflow.record.errors import NotFound, TooMany
from workflow.record.installation import Installation
from workflow.record.jobs import EXPORT, OfExport
from workflow.record.settings import Settings
from workflow.tasks.lists.listing import Scope, scopes_of
from workflow.tasks.models import ListExport

KEPT = timedelta(days=1)
AT_ONCE = 5
"""Lists of one person that may be in work."""


def ask(session: Session, scope: Scope, address: str, *, by: User, at: datetime) -> ListExport:
    """Have a list written: once, however often it is asked for before it is done. Raises TooMany."""
    mine = select(ListExport).where(ListExport.asked_by_id == by.id, ListExport.finished_at.is_(None))
    waiting = session.scalars(mine).all()
    for one in waiting:
        if (one.address, one.unit_id) == (address, by.unit_id):
            return one
    if len(waiting) >= AT_ONCE:
        raise TooMany(f"您有 {len(waiting)} 份清单正在生成，请等它们完成后再导出。")
    made = ListExport(asked_by_id=by.id, unit_id=by.unit_id, asked_at=at, scope=scope.value, address=address)
    session.add(made)
    session.flush()
    outbox.promise(session, EXPORT, f"{EXPORT.kind}:{made.id}", OfExport(made.id), at=at)
    return made


def opens(one: ListExport, person: User) -> bool:
    """Whether the list is still open to whoever asked for it, at the desk and in the unit that it was asked from."""
    known = one.scope in [scope.value for scope in scopes_of(person)]
    return one.asked_by_id == person.id and one.unit_id == person.unit_id and may(person, Permission.WORK) and known


def of_person(session: Session, export_id: int, person: User) -> ListExport:
    """One that the person asked for and may still have. Raises NotFound."""
    one = session.get(ListExport, export_id)
    if one is None or not opens(one, person):
        raise NotFound("没有找到这份导出的清单：它只保留一天，也只给导出的人；请回到清单重新导出。")
    return one


def finish(session: Session, one: ListExport, *, at: datetime, error: str = "") -> None:
    """It lies ready, or cannot be made: then why."""
    one.finished_at, one.error = at, error[:500]


def fail(session: Session, export_id: int, *, reason: str, at: datetime) -> None:
    """Say on its page that it is not tried any more."""
    one = session.get(ListExport, export_id)
    if one is not None:
        finish(session, one, at=at, error=reason)


def file_of(settings: Settings, export_id: int) -> Path:
    """Where its workbook lies: whatever machine wrote it, any of them hands it out. It is no part of a backup."""
    return settings.common / "exports" / f"{export_id}.xlsx"


def forget(here: Installation, *, at: datetime) -> int:
    """Throw away what was asked for more than a day ago, whoever has fetched it or not; returns how many."""
    with here.database.writing() as session:
        old = list(session.scalars(select(ListExport.id).where(ListExport.asked_at < at - KEPT)))
        session.execute(delete(ListExport).where(ListExport.id.in_(old)))
        kept = {file_of(here.settings, one) for one in session.scalars(select(ListExport.id))}
    for path in (here.settings.common / "exports").glob("*"):
        with suppress(OSError):  # another machine was faster
            if path not in kept and path.stat().st_mtime < (at - KEPT / 2).timestamp():
                path.unlink()
    return len(old)
