"""What a person has pointed out about a file (记住的指认): kept for the office's next file of that form, and forgotten."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.ledgers.drafting import editable, held
from workflow.ledgers.events import POINTING_FORGOTTEN, PointingForgotten
from workflow.ledgers.models import Ledger, ReadAs, RememberedPointing
from workflow.office.models import User
from workflow.record import audit
from workflow.record.errors import Unreadable
from workflow.record.published import Pointing, RawGrid

LOOKED_AT = 300
"""Rows of a grid among which a known head is looked for."""
LEAST = 2
"""Names that a head must have to be known again."""


def head_cells(cells: Sequence[str]) -> list[str]:
    """The names in a head as they are compared: without blanks, and without empty cells at its end."""
    plain = ["".join(cell.split()) for cell in cells]
    while plain and not plain[-1]:
        plain.pop()
    return plain


def remember(
    session: Session, ledger: Ledger, pointed: Pointing, head: Sequence[str], *, by: User, at: datetime
) -> RememberedPointing | None:
    """Keep how files with this head are read from now on; None where the head has too few names to know it by."""
    held(session, ledger, by=by)
    cells = head_cells(head)
    if sum(map(bool, cells)) < LEAST:
        return None
    form = hashlib.sha256("\x1f".join((_kind(ledger.source.name), *cells)).encode()).hexdigest()
    same = (RememberedPointing.office_id == ledger.office_id, RememberedPointing.form == form)
    kept = session.scalars(select(RememberedPointing).where(*same)).first()
    kept = kept or RememberedPointing(office_id=ledger.office_id, form=form, head=cells)
    kept.pointing = asdict(replace(pointed, head_row=None, second=False))
    kept.file, kept.by_id, kept.at = ledger.source.name, by.id, at
    session.add(kept)
    return kept


def forget(session: Session, ledger: Ledger, *, by: User, at: datetime) -> bool:
    """Forget the pointing by which a draft was read; its rows stay. False where there is none any more."""
    editable(ledger, by)
    kept = ledger.read_as.pointing if ledger.read_as else None
    if kept is None:
        return False
    for one in session.scalars(select(ReadAs).where(ReadAs.pointing_id == kept.id)):
        one.pointing = None
    session.flush()
    session.delete(kept)
    told = PointingForgotten(ledger_id=ledger.id, file=kept.file)
    audit.record(session, POINTING_FORGOTTEN, told, subject=ledger.id, by=by, at=at)
    return True


def kept_by(session: Session, office_id: int) -> list[RememberedPointing]:
    """Everything that an office has pointed out, the latest first."""
    mine = select(RememberedPointing).where(RememberedPointing.office_id == office_id)
    return list(session.scalars(mine.order_by(RememberedPointing.at.desc(), RememberedPointing.id.desc())))


def known_form(
    kept: Iterable[RememberedPointing], name: str, grids_of: Callable[[Pointing], Sequence[RawGrid]]
) -> tuple[RememberedPointing, Pointing] | None:
    """The pointing by which a file is to be read: one of its kind whose head stands in it, and where it stands."""
    looked: dict[tuple[str, str], Sequence[RawGrid]] = {}
    for one in (one for one in kept if _kind(one.file) == _kind(name)):
        said = Pointing.of(one.pointing)
        way = (said.separator, said.encoding)
        if way not in looked:
            looked[way] = _grids(grids_of, Pointing(separator=said.separator, encoding=said.encoding))
        for grid in looked[way]:
            row = _row_of(one.head, grid)
            if row is not None:
                return one, replace(said, sheet=grid.name if said.sheet else "", head_row=row)
    return None


def _grids(grids_of: Callable[[Pointing], Sequence[RawGrid]], way: Pointing) -> Sequence[RawGrid]:
    try:
        return grids_of(way)
    except Unreadable:
        return ()


def _kind(name: str) -> str:
    return Path(name).suffix.lower()


def _row_of(head: list[str], grid: RawGrid) -> int | None:
    rows = enumerate(grid.rows[:LOOKED_AT], start=1)
    return next((at for at, row in rows if head_cells(row) == head), None)
