"""Two rounds of filing in the sample year (填报期): most units in time, one late, one returned row by row, one supplement; the second still runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from samples.agenda import Agenda, at_work, on
from samples.filled import head_of, said_of
from samples.seated import seated, take, whose_turn
from samples.towns import Towns
from workflow.ledgers.models import Ledger
from workflow.office.words import Role
from workflow.record.calendar import day_of, spoken
from workflow.record.installation import Installation
from workflow.tasks.words import Action
from workflow.year.filings import filling, rounds
from workflow.year.filings.filling import Cell
from workflow.year.filings.gathering import unasked
from workflow.year.filings.models import Filing, FilingRound
from workflow.year.registering import request_paper

A = Action
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
CLOSING = (3, 6, 9, 11)
"""The months with which a round may close."""
FIRST = {1: "returned", 2: "supplement", 4: "late", 7: "own-return"}
"""What becomes of a unit's form, by its place in the directory; of all others: filed in time and taken in."""
SECOND = {1: "blank", 3: "filed", 4: "returned-open", 6: "late", 8: "with-head", 11: "filed", 13: "filed"}
"""The same in the round that is still running when the year is looked at."""
ABSENT = 9
"""A unit at this place files nothing until the first round is closed."""
FAULTS = ("只写了工作打算，没有写明公开了什么，请补充条数、日期和栏目。", "与上期文字相同，请写明本期新的进展。")


@dataclass(frozen=True)
class Form:
    """A unit's form and what becomes of it (填报件)."""

    id: int
    n: int
    fate: str


class Filings:
    """The rounds of one ledger (填报安排)."""

    def __init__(self, here: Installation, agenda: Agenda, ledger_id: int, *, until: datetime) -> None:
        self._here, self._agenda, self._ledger_id, self._until = here, agenda, ledger_id, until
        self._year, self._towns = day_of(until).year, Towns(here, agenda)

    def begin(self, start: datetime) -> None:
        """Have the office open two rounds: in summer and at the end of the year, or what is left of it."""
        left = [months for months in CLOSING if on(self._begins(months), 9) > start]
        first = [months for months in left if months in (6, 9)][:1]
        for months in dict.fromkeys([*first, *left[-1:]]):
            last = months == left[-1]
            at = on(self._begins(months) + timedelta(days=6 if last else 0), 9, 30)
            self._agenda.add(at, partial(self._open, months, last))

    def _begins(self, months: int) -> date:
        """The first day after the months that a round tells of."""
        return date(self._year, months + 1, 1)

    def _open(self, months: int, running: bool, at: datetime) -> None:
        due = at_work(at + 10 * DAY)
        with self._here.database.writing() as session:
            ledger = session.get_one(Ledger, self._ledger_id)
            by = seated(session, ledger.office_id, Role.OFFICE)[0]
            row = rounds.open_round(session, ledger, rounds.Wanted(months, day_of(due)), by=by, at=at)
            forms = sorted((form.unit.position, form.unit_id, form.id) for form in row.filings)
            gathers = {form.id for form in row.filings if unasked(session, form)}
            round_id = row.id
        for n, (_, _, form_id) in enumerate(forms):
            fate = "gathers" if form_id in gathers else _fate(n, len(forms), running=running)
            self._lay_out(Form(form_id, n, fate), at, due)
            if form_id in gathers:
                self._agenda.add(at_work(at + 3 * HOUR), partial(self._towns.ask, form_id))
        for when in (at_work(due - DAY), at_work(due + 2 * DAY)):
            self._agenda.add(when, partial(self._run, round_id, rounds.urge_round))
        if not running:
            self._agenda.add(at_work(due + 8 * DAY), partial(self._run, round_id, rounds.close_round))
        self._agenda.add(self._until - HOUR if running else at_work(due + 20 * DAY), partial(self._ask_paper, round_id))

    def _run(self, round_id: int, what: Callable[..., object], at: datetime) -> None:
        with self._here.database.writing() as session:
            row = session.get_one(FilingRound, round_id)
            what(session, row, by=seated(session, row.ledger.office_id, Role.OFFICE)[1], at=at)

    def _ask_paper(self, round_id: int, at: datetime) -> None:
        with self._here.database.writing() as session:
            row = session.get_one(FilingRound, round_id)
            by = seated(session, row.ledger.office_id, Role.OFFICE)[0]
            request_paper(session, row.ledger, "round", by=by, at=at, round_id=row.id)

    def _lay_out(self, form: Form, at: datetime, due: datetime) -> None:
        """The steps of one form: written one day, approved the next, taken in the day after."""
        days = {"late": due + 3 * DAY, "gathers": due - 5 * DAY}
        written = at_work(days.get(form.fate, at + (1 + form.n % 7) * DAY) + (form.n % 6) * HOUR)
        steps = _STORIES.get(form.fate, _FILED)
        after = due + 12 * DAY if form.fate in ("supplement", "absent") else written
        for step in steps:
            when = after if step == "again" and form.fate in ("supplement", "absent") else written
            self._agenda.add(when, partial(self._step, form, step))
            written = at_work(written + DAY)

    def _step(self, form: Form, step: str, at: datetime) -> None:
        own = {"write": self._write, "return": self._return, "mend": self._mend, "again": self._supplement}
        if step in own:
            own[step](form, at)
        else:
            take(self._here, form.id, Action(step), at, _OPINIONS.get(Action(step), ""))

    def _write(self, form: Form, at: datetime) -> None:
        """Copy the last round forward, fill what is blank and say who fills in."""
        with self._here.database.writing() as session:
            row = filling.whole(session, session.get_one(Filing, form.id))
            by = seated(session, row.unit_id, Role.HANDLER)[0]
            last = filling.last_filed(session, row)
            if last is not None:
                filling.copy_forward(session, row, by=by, at=at, seen_version=row.version)
            cells = said_of(row, form.n, before=last.in_round.months if last else 0)
            filling.save(session, row, cells, by=by, at=at, seen_version=row.version, head=head_of(by))

    def _return(self, form: Form, at: datetime) -> None:
        """The office says of up to two rows what is wrong with them."""
        with self._here.database.writing() as session:
            row = filling.whole(session, session.get_one(Filing, form.id))
            faults = {line.id: FAULTS[n] for n, line in enumerate(row.rows[: len(FAULTS)])}
            by = whose_turn(session, row, A.SEND_BACK)
            filling.send_back(
                session, row, faults, "请按退回意见逐条补充后重报。", by=by, at=at, seen_version=row.version
            )

    def _mend(self, form: Form, at: datetime) -> None:
        """The handler writes the rows anew that were returned."""
        with self._here.database.writing() as session:
            row = filling.whole(session, session.get_one(Filing, form.id))
            by = seated(session, row.unit_id, Role.HANDLER)[0]
            more = f"截至{spoken(day_of(at))}，已在专栏公开{form.n % 9 + 2}条，附解读{form.n % 3 + 1}篇。"
            cells = {line.id: Cell(f"{line.text.rstrip('。')}。{more}") for line in row.rows if line.fault}
            filling.save(session, row, cells, by=by, at=at, seen_version=row.version)

    def _supplement(self, form: Form, at: datetime) -> None:
        """A second edition, with one row told anew, goes the whole way."""
        with self._here.database.writing() as session:
            row = session.get_one(Filing, form.id)
            by = seated(session, row.unit_id, Role.HANDLER)[0]
            edition = filling.supplement(session, row, by=by, at=at)
            made = filling.whole(session, session.get_one(Filing, edition))
            line = made.rows[0]
            more = f"补充：{spoken(day_of(at))}又公开{form.n % 5 + 2}条，本期累计{form.n % 5 + 9}条。"
            cells = said_of(made, form.n) | {line.id: Cell("\n".join(part for part in (line.text, more) if part))}
            filling.save(session, made, cells, by=by, at=at, seen_version=made.version, head=head_of(by))
        for n, step in enumerate((A.SUBMIT, A.APPROVE, A.CLOSE)):
            later = Form(edition, form.n, "")
            self._agenda.add(at_work(at + (n + 1) * 3 * HOUR), partial(self._step, later, step))


_OPINIONS = {A.APPROVE: "情况属实，同意报送。", A.CLOSE: "已核对，同意接收。", A.SEND_BACK: "请写明数量和日期后再报。"}
_FILED = ("write", A.SUBMIT, A.APPROVE, A.CLOSE)
_STORIES: dict[str, tuple[str, ...]] = {
    "returned": ("write", A.SUBMIT, A.APPROVE, "return", "mend", A.SUBMIT, A.APPROVE, A.CLOSE),
    "own-return": ("write", A.SUBMIT, A.SEND_BACK, *_FILED),
    "supplement": (*_FILED, "again"),
    "absent": ("again",),
    "blank": (),
    "filed": ("write", A.SUBMIT, A.APPROVE),
    "returned-open": ("write", A.SUBMIT, A.APPROVE, "return"),
    "with-head": ("write", A.SUBMIT),
}
"""Steps of a form, by what becomes of it."""


def _fate(n: int, units: int, *, running: bool) -> str:
    """What becomes of the form of the unit at a place."""
    if running:
        return SECOND.get(n, "filed" if n % 9 == 3 else "")
    return "absent" if n == ABSENT and units > ABSENT + 2 else FIRST.get(n % 24, "")
