"""A round of filing in the small office: opened, filled in, filed, and how it stands (填报现场)."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select

from tests.desk_office import OWN, Office
from worker import drain
from workflow.ledgers.export import LedgerTable
from workflow.ledgers.models import Ledger
from workflow.office.models import User
from workflow.tasks.acting import Outcome, act
from workflow.tasks.words import Action
from workflow.year.filings import filling, rounds
from workflow.year.filings.board import Standing, board
from workflow.year.filings.filling import Cell, Head
from workflow.year.filings.models import Filing, FilingRound
from workflow.year.filings.tables import form_table, round_table

HEAD = Head("小王", "13800005678")
DUE = date(2026, 4, 10)


def opened(office: Office, months: int = 3, due: date = DUE) -> int:
    """A round that the office has opened."""
    with office.here.database.writing() as session:
        ledger, by = session.get_one(Ledger, 1), session.get_one(User, office.ids["chen"])
        return rounds.open_round(session, ledger, rounds.Wanted(months, due), by=by, at=office.clock()).id


def form_of(office: Office, round_id: int, unit: str = OWN, edition: int = 1) -> int:
    """A unit's form in a round."""
    with office.here.database.reading() as session:
        forms = session.scalars(select(Filing).where(Filing.round_id == round_id, Filing.edition == edition))
        return next(form.id for form in forms if form.unit.name == unit)


def fill(office: Office, form_id: int, *cells: Cell, by: str = "wang", head: Head = HEAD) -> None:
    """Write the first rows of a form."""
    with office.here.database.writing() as session:
        form, person = session.get_one(Filing, form_id), session.get_one(User, office.ids[by])
        written = dict(zip([row.id for row in form.rows], cells, strict=False))
        filling.save(session, form, written, by=person, at=office.clock(), seen_version=form.version, head=head)


def step(office: Office, form_id: int, action: Action, by: str, opinion: str = "", version: int = 0) -> Outcome:
    """One step of the process."""
    with office.here.database.writing() as session:
        form, person = session.get_one(Filing, form_id), session.get_one(User, office.ids[by])
        return act(
            session, form, action, by=person, at=office.clock(), seen_version=version or form.version, opinion=opinion
        )


def filed(office: Office, round_id: int, *cells: Cell) -> int:
    """The form of the unit, filled in, approved and sealed."""
    form_id = form_of(office, round_id)
    fill(office, form_id, *cells)
    step(office, form_id, Action.SUBMIT, "wang")
    step(office, form_id, Action.APPROVE, "li")
    drain(office.here)
    return form_id


def cells_in(office: Office, form_id: int) -> list[tuple[str, str]]:
    """Text and pending words of each row."""
    with office.here.database.reading() as session:
        return [(row.cell, row.pending) for row in session.get_one(Filing, form_id).rows]


def standing(office: Office, round_id: int, **ago: int) -> dict[str, tuple[Standing, bool, int]]:
    """State, lateness and urgings by unit and edition."""
    with office.here.database.reading() as session:
        state = board(session, session.get_one(FilingRound, round_id), as_of=office.clock() - timedelta(**ago))
        return {f"{one.unit.name}{one.form.edition_word}": (one.standing, one.late, one.urged) for one in state.lines}


def table_of(office: Office, form_id: int) -> LedgerTable:
    with office.here.database.reading() as session:
        return form_table(session, session.get_one(Filing, form_id))


def whole(office: Office, round_id: int) -> LedgerTable:
    with office.here.database.reading() as session:
        return round_table(session, session.get_one(FilingRound, round_id), as_of=office.clock())


def printed(office: Office, round_id: int) -> str:
    """Everything that the table of all units says."""
    return "\n".join(cell for row in whole(office, round_id).rows for cell in row)
