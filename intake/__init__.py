"""Reading published documents (读表): text in, clean rows and a list of problems out. No database, no web."""

from __future__ import annotations

from importlib import import_module

from workflow.record.published import PublishedLedger

__all__ = ["read"]


def read(data: bytes, *, filename: str = "") -> PublishedLedger:
    """Read one published table; raises :class:`workflow.record.errors.Unreadable` where there is none.

    The grammar is loaded here, not above: who has files read in another process has no use for it.
    """
    ledger: PublishedLedger = import_module("intake.reading").read(data, filename=filename)
    return ledger
