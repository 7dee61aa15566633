"""Who stands where to a task (岗位关系): the facts that permissions and conditions are asked about.

A :class:`Case` is read once, in one place; the predicates are then pure.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.errors import NotFound
from workflow.models import Evidence, Ledger, ReportRevision, Signoff, Task, User
from workflow.vocabulary import Decision, Gate, Part, Role, Status


@dataclass(frozen=True)
class Case:
    """A task with everything that bears on who may do what (办件)."""

    task: Task
    office_id: int
    """The unit whose office closes the task."""
    leads: tuple[int, ...]
    """Units that must verify, in order of print: never the task's own unit; the office where no other is left."""
    led_by_office: bool
    """True where the office stands in, since the row has no lead besides the task's own unit."""
    authors: frozenset[int]
    """Everybody who ever wrote the report, brought evidence or took it away."""
    signoffs: tuple[Signoff, ...]
    """Sign-offs of the present round that stand."""

    def passed(self, gate: Gate) -> tuple[Signoff, ...]:
        """Standing approvals of one gate in the present round."""
        return tuple(s for s in self.signoffs if s.gate is gate and s.decision is Decision.PASSED)

    @property
    def signed_leads(self) -> frozenset[int]:
        """Lead units that have verified in this round."""
        return frozenset(s.unit_id for s in self.passed(Gate.LEAD))

    @property
    def unsigned_leads(self) -> tuple[int, ...]:
        """Lead units that are still awaited."""
        return tuple(unit for unit in self.leads if unit not in self.signed_leads)


def lead_units(task: Task, office_id: int) -> tuple[tuple[int, ...], bool]:
    """The units that verify this task, and whether the office stands in for want of any other.

    A lead unit never verifies its own task: a co-lead does, else the office.
    """
    others = tuple(unit.id for unit in task.item.units(Part.LEAD) if unit.id != task.unit_id)
    return (others, False) if others else ((office_id,), True)


def load_case(session: Session, task_id: int) -> Case:
    """Read one task with all that bears on it; raises NotFound."""
    task = session.get(Task, task_id)
    if task is None:
        raise NotFound
    return case_of(session, task)


def case_of(session: Session, task: Task) -> Case:
    """The case of a task already in hand."""
    office_id = session.scalars(select(Ledger.office_id).where(Ledger.id == task.ledger_id)).one()
    leads, led_by_office = lead_units(task, office_id)
    wrote = session.scalars(select(ReportRevision.author_id).where(ReportRevision.task_id == task.id))
    touched = session.execute(
        select(Evidence.uploaded_by_id, Evidence.removed_by_id).where(Evidence.task_id == task.id)
    )
    brought = {person for pair in touched for person in pair if person is not None}
    standing = session.scalars(
        select(Signoff)
        .where(Signoff.task_id == task.id, Signoff.round == task.round, Signoff.void_at.is_(None))
        .order_by(Signoff.id)
    )
    return Case(task, office_id, leads, led_by_office, frozenset(wrote) | brought, tuple(standing))


def awaited(case: Case) -> tuple[tuple[int, Role], ...]:
    """Whose turn it is: (unit, desk) pairs; empty once the task is closed."""
    task = case.task
    if task.status is Status.ASSIGNED:
        return ((task.unit_id, Role.HANDLER),)
    if task.status is Status.DRAFTED:
        return ((task.unit_id, Role.UNIT_HEAD),)
    if task.status is Status.UNIT_APPROVED:
        role = Role.OFFICE if case.led_by_office else Role.LEAD_REVIEWER
        return tuple((unit, role) for unit in case.unsigned_leads)
    if task.status is Status.LEAD_VERIFIED:
        return ((case.office_id, Role.OFFICE),)
    return ()


def awaited_besides(case: Case, person: User) -> tuple[tuple[int, Role], ...]:
    """Whose turn it is apart from the person's own desks."""
    return tuple((unit, role) for unit, role in awaited(case) if unit != person.unit_id or role not in person.roles)


def sits_at(person: User, role: Role, unit_id: int) -> bool:
    """True if the person is active, belongs to the unit and holds the desk."""
    return person.active and person.unit_id == unit_id and role in person.roles
