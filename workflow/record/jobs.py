"""Kinds of background work (后台事项): one row a kind; whoever promises one and the worker who keeps it read the same row."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import astuple, dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from sqlalchemy.orm import Session

from workflow.record.settings import ZONE

if TYPE_CHECKING:
    from workflow.record.installation import Installation


@dataclass(frozen=True)
class Told:
    """What one piece of work is told (事项内容): plain values, kept as JSON under these names."""


P = TypeVar("P", bound=Told)


@dataclass(frozen=True)
class OfRound(Told):
    """A task in one of its rounds."""

    task_id: int
    round: int


@dataclass(frozen=True)
class OfLedger(Told):
    """Tasks of a ledger to be opened: on whose word, counting from when, and how many there will be."""

    ledger_id: int
    by: int | None
    since: str
    total: int


@dataclass(frozen=True)
class OfDelivery(Told):
    """A message to be sent."""

    delivery_id: int


@dataclass(frozen=True)
class OfPaper(Told):
    """A paper that was asked for."""

    paper_id: int


@dataclass(frozen=True)
class OfEntry(Told):
    """Links of one line of a look-back, or of one rectification, to be fetched."""

    entry_id: int
    matter_id: int = 0


@dataclass(frozen=True)
class OfScan(Told):
    """A file that is read in the background."""

    scan_id: int


@dataclass(frozen=True)
class OfExport(Told):
    """A list that is taken along."""

    export_id: int


@dataclass(frozen=True)
class OfAll(Told):
    """Everything there is."""


@dataclass(frozen=True)
class Job(Generic[P]):
    """One kind of work (事项): its name in the queue, what it is told, and what does it."""

    kind: str
    payload: Callable[..., P]
    does: str
    """``module:function``, loaded when the work is first done: it stands in rooms above whoever promises it."""
    seals: bool = False
    """True where the trail gets a checkpoint afterwards."""
    given_up: str = ""
    """``module:function`` that tells those who can mend it that it is not tried any more; empty where nobody is told."""
    patience: timedelta = timedelta()
    """How long it may stand behind what is promised after it: people's own come at once, what prints for minutes later, and
    nothing waits for ever."""
    again: Callable[[datetime], datetime] | None = None
    """When it comes round after a moment; None where it is done once."""

    def do(self, here: Installation, payload: Mapping[str, Any]) -> object:
        """Keep one promise of this kind."""
        return _loaded(self.does)(here, *astuple(self.payload(**payload)))

    def give_up(self, session: Session, payload: Mapping[str, Any], reason: str, *, at: datetime) -> None:
        """Say that one promise of this kind is not tried any more, and why."""
        if self.given_up:
            _loaded(self.given_up)(session, *astuple(self.payload(**payload)), reason=reason, at=at)


def _loaded(address: str) -> Callable[..., object]:
    module, _, name = address.partition(":")
    function: Callable[..., object] = getattr(importlib.import_module(module), name)
    return function


def next_minute(at: datetime) -> datetime:
    """The full minute after a moment."""
    return at.replace(second=0, microsecond=0) + timedelta(minutes=1)


def next_hour(at: datetime) -> datetime:
    """Five past the hour after a moment."""
    return (at - timedelta(minutes=5)).replace(minute=5, second=0, microsecond=0) + timedelta(hours=1)


def next_night(at: datetime) -> datetime:
    """25 to three in China's night after a moment: nobody works, and the day's papers are made."""
    tonight = at.astimezone(ZONE).replace(hour=2, minute=35, second=0, microsecond=0)
    return tonight if tonight > at else tonight + timedelta(days=1)


PACKET = Job(
    "packet",
    OfRound,
    "packets.jobs:advance",
    seals=True,
    given_up="workflow.tasks.telling:tell_of_seal",
    patience=timedelta(minutes=10),
)
DELIVERY = Job("delivery", OfDelivery, "workflow.posting.sending:deliver")
OPENING = Job("opening", OfLedger, "workflow.tasks.batches:open_in_batches")
PAPER = Job("paper", OfPaper, "reports.making:build", seals=True, patience=timedelta(minutes=30))
LINKS = Job("links", OfEntry, "workflow.year.look_backs.link_checks:see", patience=timedelta(minutes=5))
SCAN = Job("scan", OfScan, "views.reading_in:go_on", given_up="workflow.ledgers.scanning:fail")
EXPORT = Job("export", OfExport, "views.exporting:write", given_up="workflow.tasks.lists.exporting:fail")
INDEX = Job("index", OfAll, "workflow.finding:index_all", patience=timedelta(hours=1))

MINUTELY = Job("minutely", Told, "worker:minutely", again=next_minute)
HOURLY = Job("hourly", Told, "worker:hourly", again=next_hour)
NIGHTLY = Job("nightly", Told, "worker:nightly", again=next_night)

_ALL = (PACKET, DELIVERY, OPENING, PAPER, LINKS, SCAN, EXPORT, INDEX, MINUTELY, HOURLY, NIGHTLY)
JOBS: dict[str, Job[Any]] = {job.kind: job for job in _ALL}
