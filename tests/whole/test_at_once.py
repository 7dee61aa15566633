"""Two at the same moment (同时): on PostgreSQL two clicks leave what they leave one after the other, and no two grants add up.

On SQLite the second transaction does not begin before the first is over; so what it leaves is what has to be left.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.desk_office import OTHER, Office, open_office
from tests.postgres import Server
from tests.promises import broken_promises
from tests.views.verbs.test_verbs_year import BY_NAME, QUOTE, Walk, walked
from tests.whole.test_races import Change, in_turn
from views.door import writing
from views.verbs import screen
from workflow.folding import fold
from workflow.ledgers.models import Ledger
from workflow.office.models import Unit, User
from workflow.office.people import create_user, grant
from workflow.office.words import Role
from workflow.record.models import AuditEvent
from workflow.tasks.people.moving import move_away

pytestmark = pytest.mark.own_home
LEFT = 0.4
"""Seconds for which the first click waits before it commits: the second comes to its lock, or goes past it."""


class Click(threading.local):
    """Which of two clicks a thread is (点击)."""

    first: bool | None = None
    changed: threading.Event
    through: threading.Event


CLICK = Click()


def slowly(work: Callable[..., Any]) -> Any:
    """The door of the pages, as :func:`views.verbs.screen.at_once`; the first click does not commit before the second has come."""
    with writing() as (session, by):
        done = work(session, by)
        if CLICK.first is not None:
            session.flush()
            (CLICK.changed if CLICK.first else CLICK.through).set()
        if CLICK.first:
            CLICK.through.wait(LEFT)
        return done


@dataclass
class Twice(Walk):
    """A year in which everything is clicked twice, one after the other or both at once."""

    at_once: bool = False
    left: list[tuple[str, list[int], list[str]]] = field(default_factory=list)

    def do(self, login: str, name: str, number: int, **given: Any) -> None:
        """Twice, and what is left of it."""
        verb, before = BY_NAME[name], self.office.count()
        address = re.sub(r"<int:\w+>", str(number), verb.subject.root + verb.screen)
        address = re.sub(r"<any.*?:(\w+)>", lambda found: str(given[found[1]]), address)
        changed, through = threading.Event(), threading.Event()

        def click(*, first: bool) -> tuple[int, str]:
            CLICK.changed, CLICK.through, CLICK.first = changed, through, first if self.at_once else None
            try:
                assert first or changed.wait(60)
                return self._posted(login, address, verb, given)
            finally:
                changed.set()

        with ThreadPoolExecutor(2) as pool:
            calls = [pool.submit(click, first=True)]
            if not self.at_once:
                calls[0].result()
            calls.append(pool.submit(click, first=False))
            answers = [one.result() for one in calls]
        with self.office.here.database.reading() as session:
            told = select(AuditEvent.kind).where(AuditEvent.seq > before).order_by(AuditEvent.seq)
            self.left.append((name, sorted(status for status, _ in answers), list(session.scalars(told))))
            assert broken_promises(session) == []
        self.said.append((name, *answers[0]))


@pytest.mark.proof("postgresql")
def test_two_clicks_at_once_leave_what_two_in_turn_leave(
    postgres: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(screen, "at_once", slowly)
    in_order, together = (
        walked(Twice(open_office(tmp_path / name, server=postgres), program=False, at_once=name == "together"))
        for name in ("in order", "together")
    )
    assert together.left == in_order.left
    for year in (in_order, together):
        assert fold(year.office.here.database).faults == ()
        year.office.here.database.dispose()


def test_an_inspection_is_drawn_on_postgresql_too(postgres: Server, tmp_path: Path) -> None:
    walk = Walk(open_office(tmp_path, server=postgres), program=False)
    with walk.office.here.database.writing() as session:
        session.get_one(Ledger, 1).duties = [QUOTE]
    walk.do("chen", "begin_inspection", 1, key="notice-0/2026-Q2", share=100, rule="random", method="online")
    assert walk.said[0][1] == 200, walk.said
    walk.office.here.database.dispose()


def seating(office: Office, login: str, *roles: Role) -> Change:
    """A grant of these desks."""

    def change(session: Session, _: Ledger, by: User) -> None:
        grant(session, session.get_one(User, office.ids[login]), roles, by=by, at=office.clock())

    return change


def moving(office: Office, login: str) -> Change:
    """A move to another unit."""

    def change(session: Session, _: Ledger, by: User) -> None:
        unit = session.scalars(select(Unit).where(Unit.name == OTHER)).one()
        move_away(session, session.get_one(User, office.ids[login]), unit, by=by, at=office.clock())

    return change


def second_guard(office: Office) -> None:
    """Another security administrator."""
    with office.here.database.writing() as session:
        unit, desks = session.get_one(User, office.ids["secadmin"]).unit, {Role.SECURITY_ADMIN}
        made, _ = create_user(session, login="guard", name="安全二", unit=unit, roles=desks, by=None, at=office.clock())
        office.ids["guard"] = made.id


def desks_of(office: Office, login: str) -> tuple[str, set[Role]]:
    with office.here.database.reading() as session:
        person = session.get_one(User, office.ids[login])
        return person.unit.name, set(person.roles)


def test_two_grants_at_once_seat_nobody_among_the_three_and_at_business(postgres: Server, tmp_path: Path) -> None:
    office = open_office(tmp_path, server=postgres)
    second_guard(office)
    both = (seating(office, "nobody", Role.UNIT_HEAD), seating(office, "nobody", Role.SYSTEM_ADMIN))
    assert in_turn(office, 1, ("secadmin", both[0]), ("guard", both[1])) == ["done", "done"]
    assert desks_of(office, "nobody")[1] == {Role.SYSTEM_ADMIN}
    assert fold(office.here.database).faults == ()
    office.here.database.dispose()


def test_no_desk_goes_along_with_who_is_moved_while_it_is_given(postgres: Server, tmp_path: Path) -> None:
    office = open_office(tmp_path, server=postgres)
    give, move = (
        ("secadmin", seating(office, "hong", Role.HANDLER, Role.UNIT_HEAD)),
        ("sysadmin", moving(office, "hong")),
    )
    in_turn(office, 1, give, move)
    assert desks_of(office, "hong") == (OTHER, set())
    assert fold(office.here.database).faults == ()
    office.here.database.dispose()
