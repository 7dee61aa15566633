"""What a look-back had found by a moment (某时回头看): scope, draw, verdicts and sheets folded from the trail alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.record.asof import last_by
from workflow.record.events import kind_of
from workflow.record.models import AuditEvent
from workflow.tasks.binding import content_digest
from workflow.tasks.events import Act, Assigned, Stands
from workflow.tasks.models import Matter, ReportRevision
from workflow.tasks.words import Status
from workflow.year.look_backs import events
from workflow.year.look_backs.models import LookBackEntry, LookBackRound
from workflow.year.words import Method, Scope, Verdict

LOST = "（当时所填文字未留存）"
"""What is printed of words that were written over before anybody signed them."""
Told = tuple[bool | None, str]
"""Whether a unit says that a line is done, and what stands behind that."""


@dataclass
class Found:
    """What had been found of one line (某时核查项)."""

    verdict: Verdict | None = None
    method: Method | None = None
    facts: str = ""
    papers: str = ""
    problem: str = ""
    measure: str = ""
    owner_id: int | None = None
    due: date | None = None
    checked_by: str = ""
    checked_at: datetime | None = None
    lead_view: str = ""
    lead_by: str = ""
    objection: str = ""
    answer: str = ""
    captures: set[str] = field(default_factory=set)
    """Digests of what inspectors had brought."""
    links: dict[str, tuple[datetime, events.LinkSeen]] = field(default_factory=dict)
    """What a link answered when it was last fetched, and when that was."""

    def hear(self, told: OneEvent) -> None:
        """Take in one event of the line."""
        data = told.data
        if isinstance(data, events.Checked):
            self.verdict, self.method, self.facts, self.papers = data.verdict, data.method, data.facts, data.papers
            self.problem, self.measure, self.owner_id, self.due = data.problem, data.measure, data.owner_id, data.due
            self.checked_by, self.checked_at = told.actor, told.at
        elif isinstance(data, events.Captured):
            self.captures.add(data.sha256)
        elif isinstance(data, events.LinkSeen):
            self.links[data.url] = told.at, data
        elif told.kind is events.LEAD_VIEWED:
            self.lead_view, self.lead_by = data.opinion, told.actor
        elif told.kind in (events.OBJECTED, events.ANSWERED):
            place = "objection" if told.kind is events.OBJECTED else "answer"
            setattr(self, place, data.opinion.removeprefix("："))


@dataclass(frozen=True)
class OneEvent:
    """An event as it is heard (留痕一条)."""

    kind: Any
    at: datetime
    actor: str
    data: Any


@dataclass
class LookBackThen:
    """A look-back at a moment (某时回头看)."""

    found: defaultdict[int, Found] = field(default_factory=lambda: defaultdict(Found))
    chosen: set[int] = field(default_factory=set)
    """Lines of scope B and C that were looked back on as well."""
    choice: str = ""
    """Why."""
    drawn: set[int] | None = None
    """What was drawn; None before the draw."""

    def hear(self, told: OneEvent) -> None:
        """Take in one event of the look-back."""
        if isinstance(told.data, events.OnEntry):
            self.found[told.data.entry_id].hear(told)
        elif told.kind is events.LINES_CHOSEN:
            self.chosen, self.choice = set(told.data.entries), told.data.reason
        elif told.kind is events.LINES_DRAWN:
            self.drawn = set(told.data.entries)

    def takes(self, entry: LookBackEntry) -> bool:
        """Whether a line was looked back on; those of scope A always are."""
        return entry.scope is Scope.A or entry.id in self.chosen


def look_back_at(session: Session, begun: LookBackRound, at: datetime) -> LookBackThen:
    """The look-back as it stood at a moment, in one query."""
    then = LookBackThen()
    for _, told in _told(session, at, AuditEvent.subject == f"{events.LOOK_BACK.code}:{begun.id}"):
        then.hear(told)
    return then


@dataclass(frozen=True)
class MatterThen:
    """A sheet or a rectification at a moment (某时办件)."""

    status: Status
    since: datetime
    """When it got there."""
    by: str
    """Who took it there."""
    opinion: str
    """What they said."""
    content_digest: str


def matters_at(session: Session, ids: Iterable[int], at: datetime) -> dict[int, MatterThen]:
    """Every matter of these that there was at a moment, by its id, in one query."""
    found: dict[int, MatterThen] = {}
    wanted = (AuditEvent.task_id.in_(list(ids)),)
    for task_id, told in _told(session, at, *wanted):
        data, before = told.data, found.get(task_id)
        digest = data.content_digest if isinstance(data, Stands) and data.content_digest else ""
        if isinstance(data, Assigned | Act):
            words = data.opinion if isinstance(data, Act) else ""
            kept = digest or (before.content_digest if before else "")
            found[task_id] = MatterThen(data.to, told.at, told.actor, words, kept)
        elif before and digest:
            found[task_id] = MatterThen(before.status, before.since, before.by, before.opinion, digest)
    return found


def words_at(session: Session, matter: Matter, then: MatterThen | None) -> str | None:
    """What a matter's report said when its content had this digest; None where those words were not kept."""
    if then is None or matter.content_digest == then.content_digest:
        return matter.report
    kept = select(ReportRevision.text).where(ReportRevision.task_id == matter.id)
    evidence = matter.live_evidence
    for text in session.scalars(kept):
        if content_digest(text, evidence) == then.content_digest:
            return text
    return "" if content_digest("", []) == then.content_digest else None


def answers_in(report: str | None, lines: list[LookBackEntry]) -> dict[int, Told]:
    """Line → what a sheet's words say of it (自查情况), as ``save_sheet`` writes them."""
    if report is None:
        return {entry.id: (None, LOST) for entry in lines}
    found, rest = {}, report
    for entry, following in zip(lines, [*lines[1:], None], strict=True):
        rest = rest.removeprefix(head_of(entry))
        end = rest.find("\n" + head_of(following)) if following else len(rest)
        said, rest = rest[: max(end, 0)], rest[max(end, 0) + 1 :]
        word, _, text = said.partition("。")
        found[entry.id] = ({"已落实": True, "未落实": False}.get(word), text)
    return found


def head_of(entry: LookBackEntry) -> str:
    """How a line begins in the words of its sheet."""
    return f"{entry.item.number} {entry.item.text[:40]}："


def _told(session: Session, at: datetime, *which: Any) -> Iterable[tuple[int, OneEvent]]:
    columns = (AuditEvent.task_id, AuditEvent.kind, AuditEvent.at, AuditEvent.actor_name, AuditEvent.data)
    wanted = select(*columns).where(*which, AuditEvent.seq <= last_by(session, at)).order_by(AuditEvent.seq)
    for task_id, kind, when, actor, data in session.execute(wanted):
        row = kind_of(kind)
        yield task_id or 0, OneEvent(row, datetime.fromisoformat(when), actor or "", row.read(data))
