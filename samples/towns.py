"""A county's towns in a round (下级汇总): asked by the county with an earlier limit, written, taken in; the last of them is silent."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from samples.agenda import Agenda, at_work
from samples.filled import head_of, said_of
from samples.seated import seated, take
from workflow.office.words import Role
from workflow.record.calendar import day_of
from workflow.record.installation import Installation
from workflow.tasks.words import Action
from workflow.year.filings import filling, gathering
from workflow.year.filings.models import Filing

A = Action
DAY = timedelta(days=1)
BEFORE = 6 * DAY
"""How long before its own limit the county wants its towns' forms."""
_OPINIONS = {A.APPROVE: "情况属实，同意报送。", A.CLOSE: "已核对，汇入本县表。"}


class Towns:
    """The forms below one county's (乡镇填报)."""

    def __init__(self, here: Installation, agenda: Agenda) -> None:
        self._here, self._agenda = here, agenda

    def ask(self, form_id: int, at: datetime) -> None:
        """The county asks its towns; all but the last file at once, each is taken in the day after it was approved."""
        with self._here.database.writing() as session:
            form = session.get_one(Filing, form_id)
            by = seated(session, form.unit_id, Role.HANDLER)[0]
            gathering.ask_below(
                session, form, by=by, at=at, seen_version=form.version, due=max(form.due - BEFORE, day_of(at))
            )
            parts = [part.id for part in gathering.parts_asked(session, form)]
        for n, part_id in enumerate(parts[:-1]):
            when = at + DAY
            self._agenda.add(at_work(when + n * timedelta(hours=1)), partial(self._write, part_id, n))
            for k, step in enumerate((A.SUBMIT, A.APPROVE, A.CLOSE)):
                self._agenda.add(at_work(when + timedelta(hours=3 + 20 * k + n)), partial(self._step, part_id, step))
        self._agenda.add(at_work(at + 4 * DAY), partial(self._urge, form_id))

    def _write(self, part_id: int, n: int, at: datetime) -> None:
        with self._here.database.writing() as session:
            form = filling.whole(session, session.get_one(Filing, part_id))
            by = seated(session, form.unit_id, Role.HANDLER)[0]
            filling.save(session, form, said_of(form, n), by=by, at=at, seen_version=form.version, head=head_of(by))

    def _step(self, part_id: int, step: Action, at: datetime) -> None:
        take(self._here, part_id, step, at, _OPINIONS.get(step, ""))

    def _urge(self, form_id: int, at: datetime) -> None:
        with self._here.database.writing() as session:
            form = session.get_one(Filing, form_id)
            gathering.urge_below(session, form, by=seated(session, form.unit_id, Role.HANDLER)[0], at=at)
