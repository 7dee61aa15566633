"""Reading the trail (留痕查询): the events in pages, by what they are about, and whether they are what was written."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from workflow.record.audit import ChainCheck, Head, KnownHeads, anchored, verify_chain
from workflow.record.database import Database
from workflow.record.errors import Invalid
from workflow.record.events import SUBJECTS, TASK, spoken_subject, subject_in
from workflow.record.models import AccessEvent, AuditEvent, Link

PAGE = 100
BATCH = 2000


CHAINS: dict[str, type[Link]] = {"": AuditEvent, "access": AccessEvent}
"""What the address says → the chain that is looked at."""


@dataclass(frozen=True)
class Asked:
    """Which events an auditor wants to see (筛选)."""

    subject: str | None = None
    """As data and index spell it: ``task:12``."""
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
    return _walked(known.heard(events) if known else events, expected)


def check_access(database: Database) -> ChainCheck:
    """Walk the access log, against its head as the trail has noted it."""
    with database.reading() as session:
        expected = anchored(session)
    return _walked(all_events(database, Asked(log="access")), expected)


def _walked(events: Iterator[Link], expected: Head | None) -> ChainCheck:
    """The chain itself, then the first link that the index would not find."""
    found: list[str] = []
    checked = verify_chain(_heard(events, found), expected=expected)
    return replace(checked, intact=False, fault=found[0]) if checked.intact and found else checked


def _heard(events: Iterator[Link], found: list[str]) -> Iterator[Link]:
    for event in events:
        yield event  # a link whose data cannot be read is broken, and nobody asks for the next
        found += misplaced(event)


def subject_named(words: str) -> str | None:
    """What somebody typed (任务 12, 台账 3; a number alone is a task's) as index and data spell it. Raises Invalid."""
    if not words:
        return None
    known = {subject.word: subject for subject in SUBJECTS.values()}
    typed = re.fullmatch(r"(\D*?)\s*(\d{1,18})", words)
    about = known.get(typed[1] or TASK.word) if typed else None
    if typed is None or about is None:
        raise Invalid(f"对象请写明是哪一类、第几号，例如「任务 12」；类别有：{'、'.join(known)}。")
    return about.numbered(int(typed[2]))


def misplaced(event: Link) -> list[str]:
    """A sentence where the index says of a link something else than its hashed part: no page would find it any more."""
    try:
        told = subject_in(event.kind, event.task_id, json.loads(event.data))
    except ValueError:
        told = None  # nothing that this program has written
    if event.subject == told:
        return []
    stored, there = (spoken_subject(one) or "空" for one in (event.subject, told))
    return [f"留痕第 {event.seq} 条的对象被改动：现为「{stored}」，内容中为「{there}」。"]


def _wanted(asked: Asked) -> Select[Link]:
    chain = asked.chain
    wanted = select(chain)
    if asked.subject is not None:
        wanted = wanted.where(chain.subject == asked.subject)
    if asked.person:
        wanted = wanted.where(chain.actor_name.contains(asked.person, autoescape=True))
    if asked.kind:
        wanted = wanted.where(chain.kind == asked.kind)
    if asked.ip:
        wanted = wanted.where(chain.data.contains(f'"ip":"{asked.ip}', autoescape=True))
    return wanted
