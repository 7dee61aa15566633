"""A person with unit and desks (人员全貌): all that every door asks of one, in one statement."""

from __future__ import annotations

from sqlalchemy import Integer, bindparam, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from workflow.office.models import Unit, User, UserRole
from workflow.record.errors import NotFound
from workflow.record.held import Kind, wide
from workflow.record.storing import run

_USER, _UNIT, _ROLE = Kind(User), Kind(Unit), Kind(UserRole)
_WHOLE = (
    select(*wide(_USER, _UNIT, _ROLE))
    .select_from(_USER.source)
    .join(_UNIT.source, _UNIT.c.id == _USER.c.unit_id)
    .outerjoin(_ROLE.source, _ROLE.c.user_id == _USER.c.id)
    .where(_USER.c.id == bindparam("person", type_=Integer))
    .order_by(_ROLE.c.role)
)


def whole(session: Session, user_id: int) -> User:
    """The person of this number, as the database knows them now. Raises NotFound."""
    rows = run(session, _WHOLE, {"person": user_id}).all()
    if not rows:
        raise NotFound
    person = _USER.one(session, rows[0])
    set_committed_value(person, "unit", _UNIT.one(session, rows[0]))
    set_committed_value(person, "role_rows", [role for row in rows if (role := _ROLE.read(session, row)) is not None])
    return person
