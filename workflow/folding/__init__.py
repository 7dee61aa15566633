"""The trail folded and held against the rows (核对): what was changed behind the engine is found, row by row.

The chain is walked in short reads, since a long one would keep writers waiting; the rows and what has been added to the
trail meanwhile are then read in one view.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.events import KINDS as _ALL  # noqa: F401 - every room's events are known
from workflow.folding.arrangements import Delegations, Policies, Tokens
from workflow.folding.assessments import Assessed, Assessments, Entries
from workflow.folding.checks import Lines, Links, Lists
from workflow.folding.filings import Duties, Forms, Reported
from workflow.folding.fold import Fold, Told
from workflow.folding.ledgers import Ledgers, Parties, Rows, Sources
from workflow.folding.missives import Missives
from workflow.folding.papers import Packets, Papers, Seals
from workflow.folding.people import Desks, People, Units
from workflow.folding.signing import Pieces, Signoffs
from workflow.folding.tasks import Requests, Tasks
from workflow.record.audit import ChainCheck, KnownHeads, verify_chain
from workflow.record.database import Database
from workflow.record.events import kind_of
from workflow.record.models import AuditEvent, Link
from workflow.record.trail import Asked, all_events, misplaced

FOLDS: tuple[type[Fold], ...] = (
    Tasks, Signoffs, Pieces, Requests, Packets, Seals, Papers, Ledgers, Sources, Rows, Parties, People, Desks, Units,
    Policies, Delegations, Tokens, Forms, Lines, Links, Lists, Duties, Reported, Missives, Assessments, Assessed, Entries,
)  # fmt: skip
"""One a table that events speak of."""


@dataclass(frozen=True)
class Folded:
    """What walking the trail and comparing has found (核对结果)."""

    chain: ChainCheck
    faults: tuple[str, ...]
    """One Chinese sentence for every row that is not as the trail says."""


def fold(database: Database, known: KnownHeads | None = None) -> Folded:
    """Walk the chain and compare every row that events speak of; the chain's own fault stands in ``chain``.

    ``known`` hears every link too: heads that were noted outside the database.
    """
    listening, known = _Listening(), known or KnownHeads(())
    events = known.heard(listening.heard(all_events(database, Asked())))
    chain = verify_chain(events)
    for _ in events:  # a broken link does not end the listening
        pass
    with database.snapshot() as session:
        later = select(AuditEvent).where(AuditEvent.seq > listening.last).order_by(AuditEvent.seq)
        for event in session.scalars(later):
            listening.hear(event)
            known.hear(event)
        return Folded(chain, tuple(listening.faults(session)))


class _Listening:
    """Every fold at the same events (听取)."""

    def __init__(self) -> None:
        self._folds = [kind() for kind in FOLDS]
        self._unheard: list[int] = []
        self._misplaced: list[str] = []
        self.last = 0

    def heard(self, events: Iterator[Link]) -> Iterator[Link]:
        """The same events, each told to every fold on the way."""
        for event in events:
            self.hear(event)
            yield event

    def hear(self, event: Link) -> None:
        """Tell one event to every fold; one that makes no sense is a fault, and the others go on."""
        self.last = event.seq
        try:
            kind = kind_of(event.kind)
            told = Told(
                seq=event.seq,
                at=datetime.fromisoformat(event.at),
                kind=kind,
                actor_id=event.actor_id,
                actor_name=event.actor_name,
                task_id=event.task_id,
                data=kind.read(event.data),
                subject=event.subject,
            )
            for one in self._folds:
                one.hear(told)
            self._misplaced += misplaced(event)
        except (ValueError, KeyError, TypeError, AttributeError):
            self._unheard.append(event.seq)

    def faults(self, session: Session) -> Iterator[str]:
        """What could not be understood, then what is not as told."""
        for seq in self._unheard:
            yield f"留痕第 {seq} 条的内容不合规格，读不出来。"
        yield from self._misplaced
        for one in self._folds:
            yield from one.faults(session)
