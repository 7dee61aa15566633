"""The trail (留痕): append-only, hash-chained; whoever changes, drops or swaps a link is found out.

The hash of a link covers its sequence, time, kind, actor, task, data and the hash before it. Order is the
sequence, never the clock. Data say what a link is about (``subject``) and where a request came from (``ip``). There are two chains
(docs/decisions/0018): the trail of changes, and the access log of refusals, downloads, exports and looks at people.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, Protocol, TypeVar, cast

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from workflow.record.dialects import dialect_of, only_one
from workflow.record.events import ANCHORED, Anchored, D, Kind
from workflow.record.models import AccessEvent, AuditEvent, Base, Link
from workflow.record.storing import inserting, run

GENESIS = "0" * 64
"""What the first event points back to."""
ORIGIN = "origin"
"""Where a session keeps the address of the request that it works for (``session.info``)."""
LOCKS: dict[type[Link], int] = {AuditEvent: 7466, AccessEvent: 7467}
L = TypeVar("L", bound=Link)


class Actor(Protocol):
    """Whoever did it (操作人), as the chain names them."""

    @property
    def id(self) -> int:
        """Their account."""

    @property
    def name(self) -> str:
        """Their name at the time."""


@dataclass(frozen=True)
class Head:
    """The newest link of the chain (链头)."""

    seq: int
    hash: str


START = Head(0, GENESIS)
"""Before anything has happened."""


@dataclass(frozen=True)
class Entry(Generic[D]):
    """Something that happened, not yet a link of the chain (待记事项)."""

    kind: Kind[D]
    data: D
    subject: int | None
    """The number of what it is about; None for nothing in particular."""


@dataclass(frozen=True)
class ChainCheck:
    """The outcome of walking the chain (验链结果)."""

    intact: bool
    events: int
    head: Head
    fault: str
    """Empty, or one Chinese sentence that names the first broken link."""


@dataclass(frozen=True)
class Published:
    """A head that was noted outside the database (已公布的链头), and where, in words."""

    head: Head
    where: str


class KnownHeads:
    """Heads noted elsewhere, held against the chain while it is walked (核对链头): a chain rewritten or cut is whole in itself."""

    def __init__(self, published: Iterable[Published]) -> None:
        self._known: dict[int, list[Published]] = {}
        for one in published:
            self._known.setdefault(one.head.seq, []).append(one)
        self.count = sum(map(len, self._known.values()))
        self._other: list[Published] = []
        self._last = 0

    def heard(self, events: Iterable[Link]) -> Iterator[Link]:
        """The same events, every head on the way compared."""
        for event in events:
            self.hear(event)
            yield event

    def hear(self, event: Link) -> None:
        """Compare one link."""
        self._last = event.seq
        self._other += [one for one in self._known.get(event.seq, ()) if one.head.hash != event.hash]

    def faults(self) -> list[str]:
        """At most one sentence for a chain that was rewritten, and one for a chain that is too short."""
        found = []
        if self._other:
            first, more = self._other[0], len(self._other) - 1
            also = f"（另有 {more} 处不符）" if more else ""
            found.append(f"留痕第 {first.head.seq} 条与{first.where}记下的不同{also}：它或它以前的留痕被重写。")
        beyond = [one for seq, here in self._known.items() if seq > self._last for one in here]
        if beyond:
            last = max(beyond, key=lambda one: one.head.seq)
            found.append(
                f"留痕只有 {self._last} 条，短于{last.where}记下的第 {last.head.seq} 条：末尾被截断，或数据库被换成了较早的备份。"
            )
        return found


def record(
    session: Session,
    kind: Kind[D],
    data: D,
    *,
    subject: int | None,
    by: Actor | None,
    at: datetime,
    after: Head | None = None,
) -> AuditEvent:
    """Append one event in the caller's transaction; if it cannot be written, neither can the change.

    ``after`` is the newest link where this transaction has read it and recorded nothing since; it is asked for all the
    same where several may write at once.
    """
    return _append(session, AuditEvent, [Entry(kind, data, subject)], by=by, at=at, after=after)[0]


def record_many(session: Session, entries: Sequence[Entry[Any]], *, by: Actor | None, at: datetime) -> list[AuditEvent]:
    """Append events in their order, chained in memory and written in one statement; else like :func:`record`."""
    return _append(session, AuditEvent, entries, by=by, at=at)


def hold(session: Session) -> None:
    """Keep others from recording until this transaction ends: what the trail says of a matter cannot change meanwhile."""
    only_one(session, LOCKS[AuditEvent])


def note_access(session: Session, entry: Entry[Any], *, by: Actor | None, at: datetime) -> None:
    """Append one entry to the access log, in the caller's transaction, which holds nothing else."""
    _append(session, AccessEvent, [entry], by=by, at=at)


def anchor_access(session: Session, *, at: datetime) -> None:
    """Note the access log's head in the trail, if it has grown: what is cut off or rewritten there is found out from here."""
    newest, last = head(session, AccessEvent), anchored(session)
    if newest != last:
        record(session, ANCHORED, Anchored(seq=newest.seq, hash=newest.hash), subject=None, by=None, at=at)


def anchored(session: Session) -> Head:
    """The access log's head as last noted in the trail."""
    last = select(AuditEvent.data).where(AuditEvent.kind == ANCHORED.name).order_by(AuditEvent.seq.desc()).limit(1)
    data = session.scalars(last).first()
    noted = ANCHORED.read(data) if data else Anchored(seq=0, hash=GENESIS)
    return Head(noted.seq, noted.hash)


_LINK = tuple(column.name for column in AuditEvent.__table__.columns)
_HEAD: dict[type[Link], Select[int, str]] = {
    chain: select(chain.seq, chain.hash).order_by(chain.seq.desc()).limit(1) for chain in (AuditEvent, AccessEvent)
}


def _append(
    session: Session,
    chain: type[L],
    entries: Sequence[Entry[Any]],
    *,
    by: Actor | None,
    at: datetime,
    after: Head | None = None,
) -> list[L]:
    if not entries:
        return []
    only_one(session, LOCKS[chain])
    before = after if after and dialect_of(session).one_writer else head(session, chain)
    events = []
    origin = {"ip": session.info[ORIGIN]} if session.info.get(ORIGIN) else {}
    for entry in entries:
        subject = entry.kind.numbered(entry.subject)
        if entry.kind.access is not (chain is AccessEvent):
            raise TypeError(f"{entry.kind.name} belongs to the other chain")
        about = {"subject": subject} if subject else {}
        event = chain(  # type: ignore[call-arg]  # both tables are made by SQLAlchemy
            seq=before.seq + 1,
            at=at.astimezone(UTC).isoformat(timespec="microseconds"),
            kind=entry.kind.name,
            actor_id=by.id if by else None,
            actor_name=by.name if by else "系统",
            task_id=entry.subject if entry.kind.about and entry.kind.about.matter else None,
            subject=subject,
            data=canonical({**entry.data.written(), **about, **origin}),
            prev_hash=before.hash,
        )
        event.hash = link_hash(event)
        before = Head(event.seq, event.hash)
        events.append(event)
    rows = [{name: getattr(event, name) for name in _LINK} for event in events]
    run(session, inserting(cast(type[Base], chain)), rows)
    return events


def head(session: Session, chain: type[Link] = AuditEvent) -> Head:
    """The newest link, or the genesis mark when nothing has happened yet."""
    row = run(session, _HEAD[chain]).first()
    return Head(row.seq, row.hash) if row else START


def canonical(data: Mapping[str, Any]) -> str:
    """One spelling per value: sorted keys, no spaces, no escapes beyond JSON's own, no floats."""
    _refuse_floats(data)
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def digest(data: Mapping[str, Any]) -> str:
    """SHA-256 of a value in its one spelling."""
    return hashlib.sha256(canonical(data).encode()).hexdigest()


def link_hash(event: Link) -> str:
    """SHA-256 over everything a link says and the hash of the link before."""
    link = [
        event.seq,
        event.at,
        event.kind,
        event.actor_id,
        event.actor_name,
        event.task_id,
        event.data,
        event.prev_hash,
    ]
    return hashlib.sha256(json.dumps(link, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def verify_chain(events: Iterable[Link], *, expected: Head | None = None) -> ChainCheck:
    """Walk the chain from the first event; ``expected`` is a head printed or anchored elsewhere.

    A chain cut at its tail is whole in itself: only a known head shows that something is missing.
    """
    prev, count, passed = START, 0, expected is None or expected.seq == 0
    for event in events:
        if event.seq != prev.seq + 1 or event.prev_hash != prev.hash or event.hash != link_hash(event):
            return ChainCheck(False, count, prev, f"留痕第 {prev.seq + 1} 条与前后不相接，内容或次序被改动过。")
        prev, count = Head(event.seq, event.hash), count + 1
        passed = passed or (expected is not None and expected == prev)
    if not passed and expected is not None:
        return ChainCheck(False, count, prev, f"留痕中没有已公布的第 {expected.seq} 条链头，末尾被截断或整链被重写。")
    return ChainCheck(True, count, prev, "")


def _refuse_floats(value: Any) -> None:
    if isinstance(value, float):
        raise TypeError("floats have no canonical form here")
    if isinstance(value, Mapping):
        for item in value.values():
            _refuse_floats(item)
    elif isinstance(value, list | tuple):
        for item in value:
            _refuse_floats(item)
