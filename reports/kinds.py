"""What a kind of paper is (材料种类): the office seals it alone, whatever it says."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy.orm import Session

from workflow.record.installation import Installation
from workflow.record.settings import Settings


class Facts(Protocol):
    """What every paper knows of itself, besides what it tells (取数结果)."""

    @property
    def title(self) -> str:
        """Of what it is."""

    @property
    def office(self) -> str:
        """Who seals it."""

    @property
    def year(self) -> int:
        """Of which year it tells."""

    @property
    def as_of(self) -> datetime:
        """Until when it tells."""

    @property
    def head_seq(self) -> int:
        """The trail's last link that it knows of."""

    @property
    def head_hash(self) -> str:
        """The hash of that link."""


class Gather(Protocol):
    """Reads what a paper tells (取数): one frozen value, no rows are read behind it."""

    def __call__(self, session: Session, number: int, /, *, as_of: datetime) -> Facts | None:
        """The facts of one ledger, matter or round as of a moment; None where it has been taken back since.

        A gatherer of :attr:`PaperKind.shares` is told a ``unit_id`` as well.
        """


@dataclass(frozen=True)
class Block:
    """A paragraph of a paper's text (段落)."""

    style: str
    """``h1`` 一、, ``h2`` （一）, ``p``."""
    text: str


@dataclass(frozen=True)
class Place:
    """Where a seal stands (用印位置): its page, 0 the first, and its corners in PDF points."""

    page: int
    corners: tuple[float, float, float, float]


SEAL_AT = (174.0, 190.0, 420.0, 310.0)
"""Where the office's seal stands on the cover of a volume, in PDF points."""
Step = Callable[[str], None]
"""Told of every step of the work, for the progress bar."""


@dataclass(frozen=True)
class Planned:
    """A volume that is to be made (待编之卷)."""

    number: int
    title: str


@dataclass(frozen=True)
class Made:
    """A volume that was sealed and registered (已成之卷)."""

    number: int
    sha256: str
    size: int
    registration: str


class Binder(Protocol):
    """Makes the volumes of one paper (成卷), one at a time, and lays what belongs to them beside."""

    @property
    def planned(self) -> Sequence[Planned]:
        """The volumes in the order in which they are made."""

    @property
    def steps(self) -> int:
        """How many steps the work is, for the progress bar."""

    def bind(self, one: Planned) -> bytes:
        """One volume as a PDF, its first page the one with the seal."""

    def vouches(self, one: Planned) -> Mapping[str, Any]:
        """What its manifest says besides: digests of what is bound in it."""

    def recall(self, one: Planned, said: Mapping[str, Any]) -> None:
        """Take over what the manifest of a volume says that was made before the work was broken off."""

    def pack(self, made: Sequence[Made], folder: Path) -> Path | None:
        """The volumes and the originals as one archive in a folder; None where the PDF is all."""


Volume = Callable[[Any, Installation, Step], Binder]
"""What makes a paper bound volumes with originals beside them: the facts → their binder."""


@dataclass(frozen=True)
class PaperKind:
    """One kind of paper (材料): what it is called, how it is numbered, where its facts come from, how it is printed and signed."""

    word: str
    series: str
    """The letters that its numbers begin with."""
    gather: Callable[..., Facts | None]
    """A :class:`Gather`."""
    template: str
    """``templates/reports/NAME.html``, told the ``facts``."""
    statement: str
    """What the office says by its seal."""
    volume: Volume | None = None
    """None for a paper that is its template and no more."""
    shares: bool = False
    """Whether it is made of one unit's share as well."""
    elsewhere: bool = False
    """True where it is asked for at a desk of its own."""
    about: str = "ledger"
    """What it tells of: a ledger, a matter or a round."""
    unit: Callable[[Any], str | None] = lambda facts: None
    """The facts → the unit that seals it; None for the office itself."""
    prints: Callable[[Settings, Any], tuple[bytes, Place]] | None = None
    """Of an issued paper: it prints itself, says where its seal stands, and bears its 文号; None for the template alone."""
    page: int = 0
    """The page with the seal: 0 the first, -1 the last."""
    corners: tuple[float, float, float, float] = SEAL_AT
