"""Lists that somebody keeps under a name (常用视图): their own, at hand beside the filters."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.office.models import User
from workflow.record.errors import Invalid, NotFound
from workflow.record.text import clean_line
from workflow.tasks.models import SavedView

MOST, LONGEST = 20, 20


def views_of(session: Session, person: User) -> list[SavedView]:
    """The person's own, in the order they were kept."""
    return list(session.scalars(select(SavedView).where(SavedView.user_id == person.id).order_by(SavedView.id)))


def keep_view(session: Session, name: str, address: str, *, by: User) -> None:
    """Keep what the address of a list asks for; a name that is there already stands for the new one. Raises Invalid."""
    name = clean_line(name, limit=LONGEST)
    if not name:
        raise Invalid("请填写视图名称。")
    known = {view.name: view for view in views_of(session, by)}
    if name in known:
        known[name].address = address
    elif len(known) >= MOST:
        raise Invalid(f"视图最多 {MOST} 个，请先删去不用的。")
    else:
        session.add(SavedView(user_id=by.id, name=name, address=address))


def drop_view(session: Session, view_id: int, *, by: User) -> None:
    """Forget one of one's own. Raises NotFound."""
    view = session.get(SavedView, view_id)
    if view is None or view.user_id != by.id:
        raise NotFound
    session.delete(view)
