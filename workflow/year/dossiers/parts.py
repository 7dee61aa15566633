"""What a dossier is made of besides its ledger (卷宗各件): rounds, look-backs, rectifications, issued papers, as of a moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from workflow.year.assessments.sheets import Results
from workflow.year.inspections.words import Judgement
from workflow.year.look_backs.facts import LookBackFacts


@dataclass(frozen=True)
class SealedPaper:
    """A paper that was sealed and registered by then (已签章材料)."""

    kind: str
    """By its code in the table of papers."""
    number: str
    unit: str
    """Who sealed it."""
    on: date
    sha256: str
    registration: str


@dataclass(frozen=True)
class Round:
    """A round of filings (填报期)."""

    title: str
    due: date
    units: tuple[str, ...]
    """Who was asked."""
    late: tuple[str, ...]
    missing: tuple[str, ...]
    returned: int
    urged: int
    whole: SealedPaper | None
    """The office's table of all units."""
    forms: tuple[tuple[str, SealedPaper], ...]
    """(「（补报）」 or nothing, form) in the order of the directory."""

    @property
    def asked(self) -> int:
        """How many units were asked."""
        return len(self.units)

    @property
    def filed(self) -> int:
        """How many of them have filed."""
        return len(self.units) - len(self.missing)


@dataclass(frozen=True)
class Mending:
    """A rectification (整改事项)."""

    number: str
    source: str
    unit: str
    problem: str
    measure: str
    due: date
    standing: str
    closed_on: date | None
    closed_by: str
    said: str
    """What whoever closed it found."""

    @property
    def done(self) -> bool:
        """Whether it is 销号."""
        return self.closed_on is not None


@dataclass(frozen=True)
class Checked:
    """A look-back with its sealed papers (回头看)."""

    facts: LookBackFacts
    own: bool
    """Whether it is about the dossier's own ledger; else it is about the ledger of the year before."""
    papers: tuple[SealedPaper, ...]
    """The office's, then every unit's sheet."""


@dataclass(frozen=True)
class Inspected:
    """An inspection (检查)."""

    title: str
    on: date
    drawn: int
    judged: Mapping[Judgement, int]
    """How many worksheets were finished by then, by what was made of it."""

    @property
    def open(self) -> int:
        """How many are not finished."""
        return self.drawn - sum(self.judged.values())


@dataclass(frozen=True)
class Assessed:
    """An assessment of the units of one class (考核)."""

    local: bool
    """Of counties and the like; else of the city's own units."""
    state: str
    """How far it had come: 平时记分, 初评已公示 or 已锁定."""
    found: Results
