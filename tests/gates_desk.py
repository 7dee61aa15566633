"""What the tests of gates share: acting, arranging, seating and judging packets by the operations themselves."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

import worker
from packets.judging import judge
from tests.desk_office import OWN, Office
from tests.promises import broken_promises
from workflow.ledgers.models import Ledger
from workflow.office.models import Unit, User
from workflow.tasks import acting
from workflow.tasks.checking import check_evidence
from workflow.tasks.models import Packet, Task
from workflow.tasks.people.arranging import Arrangement, set_policy
from workflow.tasks.people.signers import add_signer, transfer_seat
from workflow.tasks.people.standing_in import delegate
from workflow.tasks.words import Action, Gate, Mode, Status

A = Action


def act(office: Office, task_id: int, action: Action, login: str, opinion: str = "同意") -> Status:
    with office.here.database.writing() as session:
        task, by = session.get_one(Task, task_id), session.get_one(User, office.ids[login])
        checked = check_evidence(task, office.here.store)
        outcome = acting.act(
            session, task, action, by=by, at=office.clock(), seen_version=task.version, opinion=opinion, checked=checked
        )
        assert broken_promises(session) == []
    return outcome.status


def policy(
    office: Office,
    gate: Gate,
    mode: Mode,
    *people: str,
    unit: str | None = OWN,
    by: str = "li",
    item: int | None = None,
) -> int:
    with office.here.database.writing() as session:
        ledger = session.scalars(select(Ledger)).one()
        joint = unit is None
        wanted = Arrangement(
            gate,
            mode,
            tuple(office.ids[one] for one in people),
            unit_id=None if joint else session.scalars(select(Unit.id).where(Unit.name == unit)).one(),
            ledger_id=ledger.id if joint or item else None,
            item_id=ledger.items[item - 1].id if item else None,
        )
        return set_policy(session, wanted, by=session.get_one(User, office.ids[by]), at=office.clock())


def seat_of(office: Office, task_id: int, how: str, login: str, person: str, *, behind: int = 0) -> None:
    with office.here.database.writing() as session:
        task, by = session.get_one(Task, task_id), session.get_one(User, office.ids[login])
        to = session.get_one(User, office.ids[person])
        at, version = office.clock(), task.version - behind
        if how == "transfer":
            transfer_seat(session, task, to, reason="外出", by=by, at=at, seen_version=version)
        else:
            add_signer(session, task, to, before=how == "before", reason="请把关", by=by, at=at, seen_version=version)
        assert broken_promises(session) == []


def stand_in(office: Office, principal: str, deputy: str, *, days: int = 3, ledger_id: int | None = None) -> int:
    with office.here.database.writing() as session:
        at = office.clock()
        return delegate(
            session,
            session.get_one(User, office.ids[deputy]),
            starts=at.date(),
            ends=at.date() + timedelta(days),
            ledger_id=ledger_id,
            reason="外出学习",
            by=session.get_one(User, office.ids[principal]),
            at=at,
        ).id


def waiting(office: Office, task_id: int) -> list[str]:
    names = {number: login for login, number in office.ids.items()}
    return sorted(names.get(row.user_id or 0, row.role.value) for row in office.task(task_id).awaited)


def packet(office: Office, task_id: int) -> tuple[str, str]:
    """The verdict on the newest packet with its anchors, and its facts in words."""
    worker.drain(office.here)
    with office.here.database.reading() as session:
        newest = session.scalars(select(Packet).where(Packet.task_id == task_id).order_by(Packet.id.desc())).first()
        assert newest is not None
        pdf = office.here.store.read(newest.revisions[-1].sha256)
    result = judge(office.here, pdf)
    return result.verdict, "".join(fact.detail for fact in result.facts)
