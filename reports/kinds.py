"""What a kind of paper is (材料种类): the office seals it alone, whatever it says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy.orm import Session

from workflow.record.installation import Installation


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
        """The facts of one ledger, matter or round as of a moment; None where it has been taken back since."""


SEAL_AT = (174.0, 190.0, 420.0, 310.0)
"""Where the office's seal stands on the cover of a volume, in PDF points."""
Step = Callable[[str], None]
"""Told of every step of the work, for the progress bar."""


@dataclass(frozen=True)
class Volume:
    """What makes a paper a bound volume with originals beside it (成卷)."""

    bind: Callable[[Any, Installation, Step], bytes]
    """The facts → one PDF, its first page the template's."""
    vouches: Callable[[Any], Mapping[str, Any]]
    """What its manifest says besides: digests of what is bound in it."""
    pack: Callable[[Any, bytes, str, Installation, Path, Step], Path] | None
    """The sealed PDF, its registration and the originals → one archive in a folder; None where the PDF is all."""
    steps: Callable[[Any], int]
    """How many steps binding and packing are."""


@dataclass(frozen=True)
class PaperKind:
    """One kind of paper (材料): what it is called, how it is numbered, where its facts come from, how it is printed and signed."""

    word: str
    series: str
    """The letters that its numbers begin with."""
    gather: Gather
    template: str
    """``templates/reports/NAME.html``, told the ``facts``."""
    statement: str
    """What the office says by its seal."""
    volume: Volume | None = None
    """None for a paper that is its template and no more."""
    elsewhere: bool = False
    """True where it is asked for at a desk of its own."""
    about: str = "ledger"
    """What it tells of: a ledger, a matter or a round."""
    unit: Callable[[Any], str | None] = lambda facts: None
    """The facts → the unit that seals it; None for the office itself."""
    page: int = 0
    """The page with the seal: 0 the first, -1 the last."""
    corners: tuple[float, float, float, float] = SEAL_AT
