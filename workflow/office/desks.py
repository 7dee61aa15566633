"""Desks of units (岗位): who sits where, and whose turn it is."""

from __future__ import annotations

from typing import NamedTuple

from workflow.office.models import User
from workflow.office.words import Role


class Turn(NamedTuple):
    """Whose turn it is (轮到谁): a desk of a unit, or the one person who must sign there."""

    unit_id: int
    role: Role
    user_id: int | None = None


def is_turn_of(turn: Turn, person: User) -> bool:
    """Whether the person is the one, or sits at the desk, that is waited for."""
    return turn.user_id in (None, person.id) and sits_at(person, turn.role, turn.unit_id)


def sits_at(person: User, role: Role, unit_id: int) -> bool:
    """True if the person is active, belongs to the unit and holds the desk."""
    return person.active and person.unit_id == unit_id and role in person.roles
