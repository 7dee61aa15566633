"""Who runs a ledger (台账权限)."""

from __future__ import annotations

from workflow.ledgers.models import Ledger
from workflow.office.desks import sits_at
from workflow.office.models import User
from workflow.office.words import Role


def runs(ledger: Ledger, person: User) -> bool:
    """True for the office that issued this ledger."""
    return sits_at(person, Role.OFFICE, ledger.office_id)
