"""Kill -9 of the worker at any moment loses nothing and seals nothing twice."""

from __future__ import annotations

import os
import random
import signal
import time
from pathlib import Path

import pytest
from sqlalchemy import func, select

import worker
from packets.judging import judge
from tests.desk_office import open_office
from workflow.record import outbox
from workflow.record.installation import Installation, install
from workflow.record.models import OutboxRow
from workflow.tasks.models import Packet, PacketRevision, Signoff
from workflow.tasks.words import Decision, PacketState

KILLS, TIMES = 5, 20
pytestmark = pytest.mark.own_home


@pytest.fixture
def closed_tasks(tmp_path: Path) -> Installation:
    """An office with three closed tasks whose packets nobody has made yet."""
    office = open_office(tmp_path, rows=4)
    for number, steps in ((1, ()), (2, ("co-verify",)), (4, ())):
        office.walk(office.task_id(number), "submit", "approve", "verify", *steps, "close")
    return office.here


def drained_until_killed(here: Installation, seconds: float) -> None:
    """A worker process of its own, killed without warning."""
    child = os.fork()
    if child == 0:
        try:
            own = install(here.settings)
            with own.database.writing() as session:
                outbox.release(session)
            worker.drain(own)
        finally:
            os._exit(0)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


@pytest.mark.parametrize("nth", [0, *(pytest.param(n, marks=pytest.mark.proof("kills")) for n in range(1, TIMES))])
def test_kills_lose_nothing_and_seal_nothing_twice(closed_tasks: Installation, nth: int) -> None:
    """A hundred in all, while there is something to lose: after five the work begins anew."""
    here, chance = closed_tasks, random.Random(nth)
    here.database.dispose()
    for _ in range(KILLS):
        drained_until_killed(here, chance.uniform(0.02, 0.9))
    with here.database.writing() as session:
        outbox.release(session)
        outbox.retry(session, at=here.clock())
    worker.drain(here)
    with here.database.reading() as session:
        unkept = session.scalars(select(OutboxRow.key).where(OutboxRow.done_at.is_(None))).all()
        passed = select(func.count()).select_from(Signoff).where(Signoff.decision == Decision.PASSED)
        revisions = session.execute(
            select(PacketRevision.signoff_id, func.count()).group_by(PacketRevision.signoff_id)
        ).all()
        packets = session.scalars(select(Packet)).all()
        assert unkept == []
        assert len(revisions) == session.scalars(passed).one()
        assert all(count == 1 for _, count in revisions)
        assert [packet.state for packet in packets] == [PacketState.COMPLETE] * 3
        finals = [here.store.read(packet.revisions[-1].sha256) for packet in packets]
    assert [judge(here, pdf).verdict for pdf in finals] == ["通过"] * 3
