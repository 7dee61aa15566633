"""Eight workers under load, one after another killed at some moment (随机断电): everything is done once, nothing dangles.

``TAIZHANG_KILLS=300`` is the whole of it, some ten minutes on two cores; a run of the proof draws twenty kills.
"""

from __future__ import annotations

import os
import random
import socket
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from time import monotonic, sleep

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import func, select

from tests import crew
from tests.desk_office import Office, open_office
from tests.postgres import Server, cluster
from tests.whole.test_worker_kill import finished
from workflow.ledgers.models import Ledger
from workflow.office.models import User
from workflow.posting.addresses import collect, save_address
from workflow.posting.models import Delivery
from workflow.posting.words import Channel, DeliveryState, Rhythm
from workflow.record import outbox
from workflow.record.calendar import day_of, is_working_day
from workflow.record.installation import wall_clock
from workflow.record.models import OutboxRow
from workflow.record.settings import ZONE
from workflow.tasks.models import PacketRevision
from workflow.year.models import Paper
from workflow.year.registering import request_paper

KILLS, CREW, EACH = int(os.environ.get("TAIZHANG_KILLS", "20")), 8, 4
PAUSE = (0.05, 2.0)
"""Seconds between two kills, and kills a task; a worker takes one or two to seal a packet."""
pytestmark = [pytest.mark.own_home, pytest.mark.proof("kills"), pytest.mark.timeout(3600)]


class Box:
    """A mail server that remembers under which name each message came."""

    def __init__(self) -> None:
        self.names: Counter[str] = Counter()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.mail = Controller(self, hostname="127.0.0.1", port=self.port)
        self.mail.start()

    async def handle_DATA(self, server: object, session: object, envelope: object) -> str:  # noqa: N802
        message = message_from_bytes(envelope.content, policy=policy.default)  # type: ignore[attr-defined]
        self.names[str(message["Message-ID"])] += 1
        return "250 OK"


@pytest.fixture
def box() -> Iterator[Box]:
    made = Box()
    yield made
    made.mail.stop()


def office_hours() -> timedelta:
    """How far ahead every clock is: ten o'clock of the next working day, for at night nobody is written to."""
    day = day_of(wall_clock()) + timedelta(1)
    while not is_working_day(day):
        day += timedelta(1)
    return datetime.combine(day, time(10), ZONE) - wall_clock()


@pytest.fixture
def crowded(tmp_path: Path, box: Box) -> Iterator[tuple[Office, timedelta]]:
    """An office in PostgreSQL whose heads and reviewers are told by mail; four kills a task."""
    with cluster() as url:
        server = Server(url)
        settings = {"smtp_host": "127.0.0.1", "smtp_port": box.port, "jobs": 1}
        office, ahead = (
            open_office(tmp_path / "home", rows=max(6, KILLS // EACH), server=server, **settings),
            office_hours(),
        )
        office.clock.now = crew.ahead(ahead)()
        with office.here.database.writing() as session:
            for login in ("li", "zhao", "chen"):
                save_address(
                    session, channel=Channel.MAIL, target=f"{login}@example.gov.cn", secret="", rhythm=Rhythm.AT_ONCE,
                    settings=office.here.settings, by=session.get_one(User, office.ids[login]), at=office.clock(),
                )  # fmt: skip
        yield office, ahead
        office.here.database.dispose()
        server.close()


def test_everything_is_done_once(crowded: tuple[Office, timedelta], box: Box) -> None:
    office, ahead = crowded
    settings, now = office.here.settings, crew.ahead(ahead)
    chance, crewed = random.Random(KILLS), [crew.begin(crew.serve, settings, ahead) for _ in range(CREW)]
    began = monotonic()
    try:
        for n in range(KILLS):
            office.clock.now = now()
            if n % EACH == 0:
                _work(office, n // EACH + 1)
            sleep(chance.uniform(*PAUSE))
            one = crewed.pop(chance.randrange(CREW))
            one.kill()
            one.join()
            crewed.append(crew.begin(crew.serve, settings, ahead))
        _wait_until_kept(office)
    finally:
        for process in crewed:
            process.kill()
            process.join()
    print(f"{KILLS} kills of {CREW} workers, {monotonic() - began:.0f} s until all was done")
    finished(office.here, ahead + timedelta(minutes=2))
    with office.here.database.reading() as session:
        states = Counter(session.scalars(select(Delivery.state)))
        seals, papers = (
            session.scalars(select(func.count()).select_from(one)).one() for one in (PacketRevision, Paper)
        )
    again = sum(box.names.values()) - len(box.names)
    print(f"{seals} seals, {papers} dossiers, {len(box.names)} messages, of which {again} came twice under one name")
    assert set(states) == {DeliveryState.SENT}
    assert len(box.names) == states[DeliveryState.SENT] > 0, "each message has one name, whoever sent it"


def _work(office: Office, number: int) -> None:
    """A task is closed, people are told of it, and now and then a volume is asked for."""
    if number == 3:  # no unit leads it
        return
    office.walk(office.task_id(number), "submit", "approve", "verify", *(["co-verify"] if number == 2 else []), "close")
    with office.here.database.writing() as session:
        collect(session, at=office.clock())
        if number % 20 == 1:
            chen = session.get_one(User, office.ids["chen"])
            request_paper(session, session.get_one(Ledger, 1), "dossier", by=chen, at=office.clock())


def _wait_until_kept(office: Office) -> None:
    """Until nothing is left that anybody was promised; whoever was killed is stood in for within a lease."""
    while True:
        with office.here.database.reading() as session:
            left = session.scalars(select(OutboxRow.id).where(*outbox.unkept()).limit(1)).first()
            making = session.scalars(select(Paper.id).where(Paper.finished_at.is_(None)).limit(1)).first()
        if left is None and making is None:
            return
        sleep(0.2)
