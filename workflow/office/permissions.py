"""What a door asks for before it opens (权限): by desk alone; absent means denied."""

from __future__ import annotations

from enum import Enum, auto

from workflow.office.models import User
from workflow.office.words import Role


class Permission(Enum):
    """What a door may ask for before it opens (权限)."""

    WORK = auto()
    """See the own desk: inbox, ledgers, the tasks one has a part in."""
    OFFICE = auto()
    """Run ledgers: read in, settle, publish, build dossiers."""
    DIRECTORY = auto()
    """Keep units, aliases and groups."""
    SEALS = auto()
    """See how the units' seals stand."""
    AUDIT = auto()
    """Read the trail."""
    ACCOUNTS = auto()
    """Open, stop and unlock accounts."""
    GRANTS = auto()
    """Grant and withdraw desks."""
    RESETS = auto()
    """Ask for somebody's new password, or agree to what another desk asked."""
    NOTICES = auto()
    """Read one's own messages."""
    SELF = auto()
    """Anything every signed-in person may do: own password, verification of packets, help."""


LOOKERS = frozenset({Role.LEADER, Role.AUDITOR})
"""Desks that look at every task, and touch none."""
_BUSINESS = {Role.HANDLER, Role.UNIT_HEAD, Role.LEAD_REVIEWER, Role.OFFICE, Role.LEADER, Role.AUDITOR}


PERMISSIONS: dict[Permission, frozenset[Role]] = {
    Permission.WORK: frozenset(_BUSINESS),
    Permission.OFFICE: frozenset({Role.OFFICE}),
    Permission.DIRECTORY: frozenset({Role.OFFICE}),
    Permission.SEALS: frozenset({Role.OFFICE, Role.SYSTEM_ADMIN}),
    Permission.AUDIT: frozenset({Role.AUDITOR, Role.AUDIT_ADMIN}),
    Permission.ACCOUNTS: frozenset({Role.SYSTEM_ADMIN}),
    Permission.GRANTS: frozenset({Role.SECURITY_ADMIN}),
    Permission.RESETS: frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN}),
    Permission.NOTICES: frozenset(Role),
    Permission.SELF: frozenset(Role),
}


ADMINISTRATORS = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})
"""三员: nobody holds two of them, none of them holds a business role."""


OF_THE_WHOLE = frozenset({Permission.DIRECTORY, Permission.SEALS, Permission.AUDIT})
"""What bears on every unit: an office or auditor of a unit that stands under another has no part in it."""


def may(person: User, permission: Permission) -> bool:
    """True if any desk of this active person opens the door; whoever has no desk yet can still change the password and leave."""
    if permission is Permission.SELF:
        return person.active
    desks = PERMISSIONS.get(permission, frozenset()) & person.roles
    if permission in OF_THE_WHOLE and not of_first_level(person):
        desks &= ADMINISTRATORS
    return person.active and bool(desks)


def of_first_level(person: User) -> bool:
    """Whether the person's unit stands under no other in the directory (上级单位): what is below has a level of its own."""
    return person.unit.parent_id is None


def compatible(roles: frozenset[Role]) -> bool:
    """True if one person may hold all these desks together."""
    return not (roles & ADMINISTRATORS) or len(roles) == 1


def looks_on(person: User) -> bool:
    """Leaders and auditors look, and touch nothing; at which ledgers, :mod:`workflow.ledgers.permissions` says."""
    return person.active and bool(LOOKERS & person.roles)


def keeps_robots(person: User) -> bool:
    """Who decides where a unit's notices go besides its people's own boxes (群机器人)."""
    return person.active and bool({Role.UNIT_HEAD, Role.OFFICE} & person.roles)
