"""Who comes first in the queue (先后): people before printing, and nothing waits for ever."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from tests.desk_office import Office
from workflow.record import outbox
from workflow.record.jobs import DELIVERY, PACKET, PAPER, OfDelivery, OfPaper, OfRound
from workflow.record.models import OutboxRow

NOW = datetime(2026, 3, 20, 9, tzinfo=UTC)


def test_what_people_wait_for_passes_a_backlog_and_nothing_waits_for_ever(office: Office) -> None:
    with office.here.database.writing() as session:
        session.execute(update(OutboxRow).values(done_at=NOW))
        _promise(session)
        taken = [outbox.take(session, at=NOW) for _ in range(9)]
    order = [one.key for one in taken if one]
    assert order == ["old packet", "notice", *(f"packet {n}" for n in range(5)), "dossier"]


def _promise(session: Session) -> None:
    outbox.promise(session, PACKET, "old packet", OfRound(1, 1), at=NOW - PACKET.patience - timedelta(seconds=1))
    for n in range(5):
        outbox.promise(session, PACKET, f"packet {n}", OfRound(2, n), at=NOW - timedelta(seconds=30))
    outbox.promise(session, PAPER, "dossier", OfPaper(1), at=NOW - timedelta(minutes=10))
    outbox.promise(session, DELIVERY, "notice", OfDelivery(1), at=NOW)
