"""Units that answer and sign for a paper at the same moment: nothing that one says is lost in what is bound, nobody signs twice."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.desk_office import Office, open_office
from tests.whole.test_races import together
from tests.workflow.year.test_bulletins import do, drafted, issued, receive, step
from workflow.office.models import User
from workflow.record.errors import Incomplete, NotInState, Stale
from workflow.record.models import AuditEvent
from workflow.tasks.words import Action
from workflow.year.missives import drafting, receiving
from workflow.year.missives.models import Missive
from workflow.year.missives.process import digest_of

pytestmark = pytest.mark.own_home


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.proof("postgresql"))])
def busy(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Office]:
    made = open_office(tmp_path, server=None if request.param == "sqlite" else request.getfixturevalue("postgres"))
    yield made
    made.here.database.dispose()


def attempt(work: Callable[[], None]) -> str:
    try:
        work()
    except (NotInState, Incomplete, Stale):
        return "refused"
    return "done"


def say_by_the_page(office: Office, number: int, login: str) -> None:
    """As the page does: the unit's line is found first."""

    def work(session: Session, by: User) -> None:
        missive = receiving.row_of(session.get_one(Missive, number), by).missive
        time.sleep(0.02)
        receiving.answer(
            session,
            missive,
            agrees=True,
            text="正在办",
            measure=str(time.time()),
            by=by,
            at=office.clock(),
            seen_round=missive.round,
        )

    do(office, login, work)


def test_what_all_units_say_at_once_is_what_the_signatures_bind(busy: Office) -> None:
    number = drafted(busy)
    step(busy, number, Action.SUBMIT, "chen")
    for _ in range(6):
        together(*(partial(attempt, partial(say_by_the_page, busy, number, login)) for login in ("wang", "qian")))
        with busy.here.database.reading() as session:
            stored = session.get_one(Missive, number)
            assert digest_of(stored) == stored.content_digest


def test_a_unit_signs_for_a_paper_once(busy: Office) -> None:
    number = drafted(busy)
    issued(busy, number)
    told = together(
        *(partial(attempt, partial(receive, busy, number, login)) for login in ("li", "wang", "both", "hong") * 2)
    )
    assert told.count("done") == 1
    with busy.here.database.reading() as session:
        kinds = select(func.count()).where(AuditEvent.kind == "bulletin.received")
        assert session.scalars(kinds).one() == 1


def test_a_paper_is_put_right_once(busy: Office) -> None:
    first = drafted(busy)
    issued(busy, first)

    def correct(session: Session, by: User) -> int:
        old, signer = session.get_one(Missive, first), session.get_one(User, busy.ids["liushi"])
        return drafting.draft_correction(session, old, "附件第一行更正。", signer, by=by, at=busy.clock()).id

    both = [do(busy, "chen", correct) for _ in range(2)]
    for number in both:
        for action, login in ((Action.SUBMIT, "chen"), (Action.APPROVE, "yuan"), (Action.VERIFY, "liushi")):
            step(busy, number, action, login)

    def close(number: int) -> None:
        step(busy, number, Action.CLOSE, "chen")

    assert sorted(together(*(partial(attempt, partial(close, number)) for number in both))) == ["done", "refused"]
    with busy.here.database.reading() as session:
        serials = session.scalars(select(Missive.serial).where(Missive.serial.is_not(None))).all()
    assert sorted(serials) == [1, 2], "no gap and no double"
