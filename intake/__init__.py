"""Reading published documents (读表): text in, clean rows and a list of problems out. No database, no web."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module

from workflow.record.published import Pointing, PublishedLedger, RawGrid

__all__ = ["grids_of", "read"]


def read(
    data: bytes, *, filename: str = "", pointed: Pointing | None = None, known: Sequence[str] = ()
) -> PublishedLedger:
    """Read one published table; raises :class:`workflow.record.errors.Unreadable` where there is none.

    ``pointed``: what a person says about a file that was read wrongly; ``known``: names of the office's units.
    The grammar is loaded here, not above: who has files read in another process has no use for it.
    """
    ledger: PublishedLedger = import_module("intake.reading").read(
        data, filename=filename, pointed=pointed, known=known
    )
    return ledger


def grids_of(data: bytes, *, filename: str = "", pointed: Pointing | None = None) -> tuple[RawGrid, ...]:
    """The grids of a file before anything is understood, for a person to point at. Raises Unreadable."""
    grids: tuple[RawGrid, ...] = import_module("intake.reading").grids_of(data, filename=filename, pointed=pointed)
    return grids
