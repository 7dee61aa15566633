"""A draft as the office settles it (核定取数): rows, problems first, and the names nobody has settled, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from workflow.ledgers.models import ItemParty, Ledger, LedgerItem, ReadingProblem
from workflow.ledgers.publishing import Forecast, Within, forecast, obstacles
from workflow.office.directory import Candidate, GroupCandidate, load_directory
from workflow.office.models import Unit
from workflow.office.words import UnitKind
from workflow.record.errors import NotFound

SAME, APART = 90, 5
"""Likeness in per cent from which a name is nearly that of a unit, and how much less like every other unit has to be."""


@dataclass(frozen=True)
class LastChoice:
    """What the office chose for the same words in its latest published ledger (上次选定)."""

    party_id: int
    ledger: str
    count: int
    units: str


@dataclass(frozen=True)
class OpenName:
    """A printed name or phrase that stands for nobody yet (待认定), with every row that prints it."""

    party_id: int
    phrase: str
    is_group: bool
    rows: tuple[tuple[int, str], ...]
    """(row id, number) of every row that prints it."""
    units: tuple[Candidate, ...]
    groups: tuple[GroupCandidate, ...]
    last: LastChoice | None = None

    @property
    def clear(self) -> Candidate | None:
        """The one unit that it is nearly the same as, where no other comes close; None for groups of units."""
        first, *others = self.units or (None,)
        if first is None or self.is_group or self.groups or first.score < SAME:
            return None
        return None if others and others[0].score > first.score - APART else first


@dataclass(frozen=True)
class Share:
    """How many tasks publishing opens for a unit (预计任务)."""

    unit: str
    tasks: int


@dataclass(frozen=True)
class Doubt:
    """What the reader doubted, in one row or in several alike (疑点)."""

    problems: tuple[ReadingProblem, ...]
    pairs: tuple[tuple[ReadingProblem, LedgerItem], ...]
    """Each with the row that it is about, where that is still there."""

    @property
    def rows(self) -> list[LedgerItem]:
        """The rows that it is about."""
        return [row for _, row in self.pairs]

    @property
    def first(self) -> ReadingProblem:
        """One of them, to say it and to settle them all by."""
        return self.problems[0]


@dataclass(frozen=True)
class Draft:
    """Everything on the settling page (待核定台账)."""

    items: tuple[LedgerItem, ...]
    problems: tuple[ReadingProblem, ...]
    doubts: tuple[Doubt, ...]
    """The same problems, those alike together."""
    settled_problems: int
    names: tuple[OpenName, ...]
    obstacles: tuple[str, ...]
    shares: tuple[Share, ...]
    forecast: Forecast
    """What publishing would do today."""

    @property
    def clear(self) -> list[tuple[OpenName, Candidate]]:
        """Names that one press may settle together, each with the unit it is nearly the same as."""
        return [(name, name.clear) for name in self.names if name.clear]

    @cached_property
    def doubted(self) -> dict[int, list[ReadingProblem]]:
        """What is open about each row, by the row's id."""
        found: dict[int, list[ReadingProblem]] = {}
        for doubt in self.doubts:
            for problem, row in doubt.pairs:
                found.setdefault(row.id, []).append(problem)
        return found

    @property
    def alone(self) -> dict[int, list[ReadingProblem]]:
        """What is open about a row and about no other: what is doubted alike in several is said once, above them."""
        found: dict[int, list[ReadingProblem]] = {}
        for problem, row in (pair for doubt in self.doubts if len(doubt.problems) == 1 for pair in doubt.pairs):
            found.setdefault(row.id, []).append(problem)
        return found

    @cached_property
    def of_head(self) -> list[ReadingProblem]:
        """What is open about the ledger as a whole and names a field of its head."""
        return [one for one in self.problems if one.number is None and set(one.doubts) - {"tasks"}]

    @cached_property
    def doubtful(self) -> list[LedgerItem]:
        """Rows with an open doubt, a name that stands for nobody, or no unit at all."""
        return [
            item
            for item in self.items
            if item.id in self.doubted or not item.parties or not all(party.units for party in item.parties)
        ]

    @cached_property
    def plain(self) -> list[LedgerItem]:
        """The other rows."""
        doubtful = {item.id for item in self.doubtful}
        return [item for item in self.items if item.id not in doubtful]


def load_draft(session: Session, ledger: Ledger, *, at: datetime, within: Within | None = None) -> Draft:
    """Read a draft with all that stands between it and publishing; ``within``: what binds a ledger of the level below."""
    items = _items(session, ledger.id)
    problems = list(ledger.problems)
    open_problems = tuple(problem for problem in problems if problem.settled_at is None)
    coming = forecast(ledger, at=at, within=within)
    shares = sorted((unit.position, unit.id, unit.name, tasks) for unit, tasks in coming.shares.items())
    return Draft(
        items=tuple(items),
        problems=open_problems,
        doubts=_doubts(open_problems, items),
        settled_problems=len(problems) - len(open_problems),
        names=_open_names(session, ledger, items),
        obstacles=tuple(obstacles(ledger, within)),
        shares=tuple(Share(name, tasks) for _, _, name, tasks in shares),
        forecast=coming,
    )


def choices_by_kind(session: Session) -> list[tuple[UnitKind, list[tuple[int, str]]]]:
    """Active units by kind, in the directory's order, to tick."""
    rows = session.execute(select(Unit.id, Unit.name, Unit.kind).where(Unit.active).order_by(Unit.position, Unit.id))
    found: dict[UnitKind, list[tuple[int, str]]] = {}
    for unit_id, name, kind in rows:
        found.setdefault(kind, []).append((unit_id, name))
    return [(kind, found[kind]) for kind in UnitKind if kind in found]


def same_words(session: Session, party: ItemParty, ledger_id: int) -> list[str]:
    """Numbers of the rows of this ledger that print the same words."""
    wanted = select(LedgerItem.number).join(ItemParty, ItemParty.item_id == LedgerItem.id)
    same = wanted.where(LedgerItem.ledger_id == ledger_id, ItemParty.phrase == party.phrase)
    return list(session.scalars(same.order_by(LedgerItem.position)))


def _doubts(problems: Iterable[ReadingProblem], items: Iterable[LedgerItem]) -> tuple[Doubt, ...]:
    numbered: dict[str, list[LedgerItem]] = {}
    for item in items:
        numbered.setdefault(item.number, []).append(item)
    alike: dict[str, list[ReadingProblem]] = {}
    for problem in problems:
        alike.setdefault(problem.sentence, []).append(problem)
    return tuple(Doubt(tuple(same), tuple(_pairs(same, numbered))) for same in alike.values())


def _pairs(
    problems: Iterable[ReadingProblem], numbered: dict[str, list[LedgerItem]]
) -> Iterator[tuple[ReadingProblem, LedgerItem]]:
    for problem in problems:
        rows = numbered.get(problem.number or "", [])
        row = next((row for row in rows if problem.is_about(row)), rows[0] if len(rows) == 1 else None)
        if row is not None:
            yield problem, row


def _items(session: Session, ledger_id: int) -> list[LedgerItem]:
    with_units = selectinload(LedgerItem.parties).selectinload(ItemParty.units)
    wanted = select(LedgerItem).where(LedgerItem.ledger_id == ledger_id).options(with_units)
    return list(session.scalars(wanted.order_by(LedgerItem.position)))


def chosen_before(session: Session, party_id: int, office_id: int) -> list[int]:
    """The units, still active, that a name stood for in an earlier ledger of this office."""
    party = session.get(ItemParty, party_id)
    if party is None or party.item.ledger.office_id != office_id:
        raise NotFound
    return [unit.id for unit in party.units if unit.active]


def _last_choices(session: Session, ledger: Ledger, phrases: list[str]) -> dict[str, LastChoice]:
    wanted = (
        select(ItemParty)
        .join(LedgerItem)
        .join(Ledger)
        .where(ItemParty.phrase.in_(phrases), ItemParty.units.any())
        .where(Ledger.office_id == ledger.office_id, Ledger.published_at.is_not(None))
        .options(selectinload(ItemParty.units), joinedload(ItemParty.item).joinedload(LedgerItem.ledger))
        .order_by(Ledger.published_at, ItemParty.id)
    )
    found = {}
    for party in session.scalars(wanted):
        units = "、".join(unit.name for unit in party.units)
        found[party.phrase] = LastChoice(party.id, party.item.ledger.title, len(party.units), units)
    return found


def _open_names(session: Session, ledger: Ledger, items: list[LedgerItem]) -> tuple[OpenName, ...]:
    directory = load_directory(session)
    printed: dict[str, list[ItemParty]] = {}
    for item in items:
        for party in item.parties:
            if not party.units:
                printed.setdefault(party.phrase, []).append(party)
    last = _last_choices(session, ledger, list(printed)) if printed else {}
    found = []
    for phrase, parties in printed.items():
        first = parties[0]
        rows = dict.fromkeys((party.item.id, party.item.number) for party in parties)
        found.append(
            OpenName(
                party_id=first.id,
                phrase=phrase,
                is_group=first.is_group,
                rows=tuple(rows),
                units=() if first.is_group else directory.near(phrase),
                groups=directory.near_groups(phrase) if first.is_group else (),
                last=last.get(phrase),
            )
        )
    return tuple(found)
