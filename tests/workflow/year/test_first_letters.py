"""Two offices that begin a series of the same letters at the same moment (机关代字)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from sqlalchemy import update
from sqlalchemy.orm import Session

from tests.desk_office import Office, open_office
from tests.postgres import Server, cluster
from tests.whole.test_races import drafted as another_ledger
from tests.whole.test_races import in_turn
from tests.workflow.year.test_bulletins import drafted, step
from workflow.ledgers.models import Ledger
from workflow.office.models import User
from workflow.office.people import create_user
from workflow.office.words import Role
from workflow.tasks.acting import act
from workflow.tasks.models import Matter
from workflow.tasks.words import Action
from workflow.year.missives.models import Missive


def test_two_offices_that_issue_first_with_the_same_letters_are_told_apart(tmp_path: Path) -> None:
    """Neither saw the other before its step: the later one is answered with a sentence all the same."""
    with cluster() as url:
        server = Server(url)
        _two_first(open_office(tmp_path, server=server))
        server.close()


def _two_first(office: Office) -> None:
    numbers = [drafted(office), drafted(office)]
    for number in numbers:
        step(office, number, Action.SUBMIT, "chen")
    office.clock.now += timedelta(days=5)
    for number in numbers:
        step(office, number, Action.APPROVE, "yuan")
        step(office, number, Action.VERIFY, "liushi")
    theirs = another_ledger(office)
    with office.here.database.writing() as session:
        qian = session.get_one(User, office.ids["qian"])
        asked = {"unit": qian.unit, "roles": frozenset({Role.OFFICE}), "by": None, "at": office.clock()}
        office.ids["ding"] = create_user(session, login="ding", name="丁主任", **asked)[0].id
        session.execute(update(Ledger).where(Ledger.id == theirs).values(office_id=qian.unit_id))
        moved = {"unit_id": qian.unit_id, "ledger_id": theirs}
        session.execute(update(Matter).where(Matter.id == numbers[1]).values(**moved))

    def issuing(number: int) -> Callable[[Session, Ledger, User], None]:
        def issue(session: Session, ledger: Ledger, by: User) -> None:
            paper = session.get_one(Missive, number)
            act(session, paper, Action.CLOSE, by=by, at=office.clock(), seen_version=paper.version)

        return issue

    answers = in_turn(office, 1, ("chen", issuing(numbers[0])), ("ding", issuing(numbers[1])))
    assert answers == ["done", "Invalid"], "the later one waits for the trail, then reads the number of the first"
    with office.here.database.reading() as session:
        assert [session.get_one(Missive, number).serial for number in numbers] == [1, None]
    office.here.database.dispose()
