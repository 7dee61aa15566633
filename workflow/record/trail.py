"""Reading the trail (留痕查询): what each kind of event is called, and the events in pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from workflow.record.audit import ChainCheck, Head, KnownHeads, anchored, verify_chain
from workflow.record.database import Database
from workflow.record.models import AccessEvent, AuditEvent, Link

PAGE = 100
BATCH = 2000
LARGEST = 2**63 - 1


CHAINS: dict[str, type[Link]] = {"": AuditEvent, "access": AccessEvent}
"""What the address says → the chain that is looked at."""


@dataclass(frozen=True)
class Asked:
    """Which events an auditor wants to see (筛选)."""

    task_id: int | None = None
    person: str = ""
    kind: str = ""
    ip: str = ""
    """The whole address, or how it begins."""
    log: str = ""
    """Which chain: a key of :data:`CHAINS`."""

    @property
    def chain(self) -> type[Link]:
        """The table asked."""
        return CHAINS[self.log]


def page_events(session: Session, asked: Asked, *, before: int | None) -> list[Link]:
    """Events, newest first; one more than a page tells that there are older ones."""
    wanted = _wanted(asked).order_by(asked.chain.seq.desc()).limit(PAGE + 1)
    return list(session.scalars(wanted if before is None else wanted.where(asked.chain.seq < before)))


def all_events(database: Database, asked: Asked) -> Iterator[Link]:
    """Every event asked for, oldest first, in short reads: a long one would keep writers waiting."""
    after = 0
    while True:
        with database.reading() as session:
            batch = list(
                session.scalars(_wanted(asked).where(asked.chain.seq > after).order_by(asked.chain.seq).limit(BATCH))
            )
        yield from batch
        if len(batch) < BATCH:
            return
        after = batch[-1].seq


def check_trail(database: Database, expected: Head | None, known: KnownHeads | None = None) -> ChainCheck:
    """Walk the whole chain; ``expected`` is a head that somebody typed in, ``known`` hears every link on the way."""
    events = all_events(database, Asked())
    return verify_chain(known.heard(events) if known else events, expected=expected)


def check_access(database: Database) -> ChainCheck:
    """Walk the access log, against its head as the trail has noted it."""
    with database.reading() as session:
        expected = anchored(session)
    return verify_chain(all_events(database, Asked(log="access")), expected=expected)


def _wanted(asked: Asked) -> Select[Link]:
    chain = asked.chain
    wanted = select(chain)
    if asked.task_id is not None:
        wanted = wanted.where(chain.task_id == min(asked.task_id, LARGEST))
    if asked.person:
        wanted = wanted.where(chain.actor_name.contains(asked.person, autoescape=True))
    if asked.kind:
        wanted = wanted.where(chain.kind == asked.kind)
    if asked.ip:
        wanted = wanted.where(chain.data.contains(f'"ip":"{asked.ip}', autoescape=True))
    return wanted
