"""Kill -9 of any worker at any moment loses nothing and does nothing twice; a machine that is gone is stood in for."""

from __future__ import annotations

import os
import random
import shutil
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

import worker
from packets.judging import judge
from tests import crew
from tests.bucket import bucket_of, serving
from tests.desk_office import Office, open_office
from tests.postgres import Server, cluster
from workflow.backup import move_in
from workflow.ledgers.models import Ledger
from workflow.office.models import User
from workflow.record import outbox
from workflow.record.installation import Installation, install, wall_clock
from workflow.record.models import AuditEvent, OutboxRow
from workflow.record.outbox import LEASE
from workflow.record.trail import check_trail
from workflow.tasks.models import Packet, PacketRevision, Signoff
from workflow.tasks.words import Decision, PacketState
from workflow.year.models import Paper
from workflow.year.registering import request_paper

KILLS, TIMES, CREW = 5, 20, 2
pytestmark = pytest.mark.own_home
DOUBLE = pytest.param("postgresql", marks=pytest.mark.proof("postgresql"))


@pytest.fixture(params=["sqlite", DOUBLE])
def closed_tasks(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Office]:
    """An office with three closed tasks, and a paper that was asked for; nobody has made anything yet."""
    if request.param == "sqlite":
        yield _closed(open_office(tmp_path, rows=4))
        return
    with cluster() as url:
        server = Server(url)
        yield _closed(open_office(tmp_path / "home", rows=4, server=server))
        server.close()


def _closed(office: Office) -> Office:
    for number, steps in ((1, ()), (2, ("co-verify",)), (4, ())):
        office.walk(office.task_id(number), "submit", "approve", "verify", *steps, "close")
    with office.here.database.writing() as session:
        chen = session.get_one(User, office.ids["chen"])
        request_paper(session, session.get_one(Ledger, 1), "dossier", by=chen, at=office.clock())
    office.here.database.dispose()
    return office


def finished(here: Installation, shift: timedelta) -> None:
    """What is left is done by one who comes when every lease has run out, and everything is there once."""
    own = install(here.settings, crew.ahead(shift + LEASE))
    with own.database.writing() as session:
        outbox.retry(session, at=own.clock())
    worker.drain(own)
    with own.database.reading() as session:
        assert session.execute(select(OutboxRow.key, OutboxRow.last_error).where(*outbox.unkept())).all() == []
        passed = select(Signoff.id).where(Signoff.decision == Decision.PASSED).order_by(Signoff.id)
        sealed = session.scalars(select(PacketRevision.signoff_id).order_by(PacketRevision.signoff_id)).all()
        assert sealed == session.scalars(passed).all(), "one seal a sign-off"
        packets, papers = session.scalars(select(Packet)).all(), session.scalars(select(Paper)).all()
        assert {packet.state for packet in packets} == {PacketState.COMPLETE}
        told = Counter(kind for (kind,) in session.execute(select(AuditEvent.kind)))
        assert (told["packet.sealed"], told["dossier.finished"]) == (len(sealed), len(papers))
        assert all(paper.finished_at is not None for paper in papers)
        finals = [own.store.read(packet.revisions[-1].sha256) for packet in packets]
    assert check_trail(own.database, None, None).intact
    assert {judge(own, pdf).verdict for pdf in finals} == {"通过"}
    own.database.dispose()


@pytest.mark.parametrize("nth", [0, *(pytest.param(n, marks=pytest.mark.proof("kills")) for n in range(1, TIMES))])
def test_kills_lose_nothing_and_seal_nothing_twice(closed_tasks: Office, nth: int) -> None:
    """Two workers at a time, each killed at some moment: two hundred in all on either database."""
    here, chance = closed_tasks.here, random.Random(nth)
    for go in range(KILLS):
        workers = [crew.begin(crew.drain, here.settings, go * LEASE) for _ in range(CREW)]
        for process in workers:
            time.sleep(chance.uniform(0.02, 0.6))
            process.kill()
            process.join()
    finished(here, KILLS * LEASE)


def test_who_comes_back_after_another_took_over_changes_nothing(closed_tasks: Office) -> None:
    """A machine that stood still between sealing and registering, not dead: another did its work meanwhile."""
    here = closed_tasks.here
    frozen = crew.begin(crew.stand_still_once, here.settings)
    crew.wait_until_stopped(frozen)
    finished(here, LEASE)
    crew.go_on(frozen)
    finished(here, LEASE * 3)


@pytest.mark.proof("kills")
@pytest.mark.parametrize("place", ["folder", "bucket"])
def test_a_machine_that_is_gone_for_good_is_stood_in_for_within_a_minute(
    closed_tasks: Office, tmp_path: Path, place: str
) -> None:
    """Two machines with folders of their own; the first is killed with all its processes and its folder is gone. No clock is moved."""
    with ExitStack() as stack:
        stored = stack.enter_context(bucket_of(stack.enter_context(serving()))).settings if place == "bucket" else {}
        settings = closed_tasks.here.settings.model_copy(update=stored)
        if stored:
            assert move_in(install(settings)).lacking == []
        _one_vanishes(install(settings), tmp_path)


def _one_vanishes(here: Installation, folder: Path) -> None:
    both = {"shared": here.settings.home, "database_url": here.settings.database}
    one, other = (
        here.settings.model_copy(update=both | {"home": folder / name}) for name in ("one machine", "other machine")
    )
    first = crew.begin(crew.drain, one)
    held = _wait_for(here, lambda row: row.leased_until is not None)
    os.killpg(first.pid or 0, signal.SIGKILL)
    first.join()
    shutil.rmtree(one.home)
    vanished = wall_clock()
    second = crew.begin(crew.serve, other)
    try:
        taken = _wait_for(here, lambda row: row.id == held.id and row.fence > held.fence)
        since = taken.done_at or (taken.leased_until or vanished) - LEASE
        assert since - vanished < timedelta(minutes=1)
        _wait_for(here, lambda row: row.id == held.id and row.done_at is not None)
    finally:
        second.kill()
        second.join()
    finished(here, timedelta(minutes=5))


def _wait_for(here: Installation, seen: Callable[[OutboxRow], bool]) -> OutboxRow:
    """The first row of the outbox that is as wanted."""
    while True:
        with here.database.reading() as session:
            for row in session.scalars(select(OutboxRow).order_by(OutboxRow.id)):
                if seen(row):
                    return row
        time.sleep(0.02)
