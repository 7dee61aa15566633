"""An inspection in the sample year (检查): drawn for a duty of the calendar, worksheets signed, one left unsigned, one finding put right."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from io import BytesIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from samples.agenda import Agenda, at_work
from samples.issuing import after
from samples.mending import Mending
from samples.seated import office_of, seated, take
from workflow.ledgers.models import Ledger
from workflow.office.words import Role
from workflow.record.calendar import day_of
from workflow.record.installation import Installation
from workflow.tasks.acting import act
from workflow.tasks.checking import check_evidence
from workflow.tasks.reporting import add_file
from workflow.tasks.words import Action
from workflow.year.duties import Duty
from workflow.year.inspections.models import Inspection, Worksheet
from workflow.year.inspections.planning import list_of, plan, start_inspection
from workflow.year.inspections.words import Judgement
from workflow.year.inspections.worksheets import Seen, save_worksheet
from workflow.year.look_backs.models import Rectification
from workflow.year.words import Draw, Method

A = Action
DAY = timedelta(days=1)
FEW = 10
"""Worksheets that two people fill in in a day."""
PROBLEM, CLAUSE = (
    "栏目最近一次更新在三个月以前，页面上的联系电话无人接听。",
    "《中华人民共和国政府信息公开条例》第二十六条",
)
FINE = "栏目内容齐全，更新日期与要求相符，抽看的附件可以打开。"
UNSIGNED = "已送达三个工作日以上，单位负责人外出培训，没有按期签认。"


@dataclass
class Inspecting:
    """One inspection of a ledger (检查安排)."""

    here: Installation
    agenda: Agenda
    ledger_id: int
    until: datetime

    def begin(self, start: datetime) -> None:
        """In the middle of the year, for the first duty after it."""
        self.agenda.add(at_work(start + 0.5 * (self.until - start)), self._start)

    def _start(self, at: datetime) -> None:
        with self.here.database.writing() as session:
            ledger = session.get_one(Ledger, self.ledger_id)
            duties = [one.duty for one in plan(session, ledger) if one.duty.on > day_of(at)]
            if not duties:
                return
            begun = self._drawn(session, ledger, duties[0], at)
            sheets = [one.id for one in begun.sheets] if begun else []
        for n, sheet in enumerate(sheets):
            self.agenda.add(after(at, 1) + timedelta(minutes=10 * n), partial(self._note, sheet, n))
            for days, action in ((2, A.SUBMIT), (3, A.APPROVE), *([(4, A.VERIFY)] if n != 1 else [])):
                self.agenda.add(after(at, days), partial(self._step, sheet, action))
            self.agenda.add(after(at, 5 if n != 1 else 8), partial(self._finish, sheet))

    def _drawn(self, session: Session, ledger: Ledger, duty: Duty, at: datetime) -> Inspection | None:
        """So many per cent that two people can look at what is drawn; nothing where even one is too much."""
        by, places = seated(session, ledger.office_id, Role.OFFICE)[0], list_of(session, ledger, duty)
        share = max(100 * FEW // max(len(places), FEW), 1)
        if not places or len(places) > 100 * FEW:
            return None
        return start_inspection(
            session, ledger, duty.key, method=Method.ON_SITE, share=share, rule=Draw.LAYERED, by=by, at=at
        )  # fmt: skip

    def _note(self, sheet_id: int, n: int, at: datetime) -> None:
        picture = f"栏目截图 {sheet_id}\n{at:%Y-%m-%d %H:%M}\n".encode()
        blob = self.here.store.add(BytesIO(picture), limit=1 << 20)
        with self.here.database.writing() as session:
            sheet = session.get_one(Worksheet, sheet_id)
            by, second = office_of(session, sheet), office_of(session, sheet, other=True)
            wrong = n == 0
            seen = Seen(
                at - timedelta(minutes=5), f"{sheet.checked.name}政务公开栏", Method.ON_SITE, second.id, PROBLEM if wrong else FINE,
                Judgement.PARTLY if wrong else Judgement.FITS, "更新不及时" if wrong else "", CLAUSE if wrong else "",
                "更新栏目内容，公布有人值守的电话。" if wrong else "", day_of(at + 30 * DAY) if wrong else None,
            )  # fmt: skip
            save_worksheet(session, sheet, seen, by=by, at=at, seen_version=sheet.version)
            add_file(
                session, sheet, blob, name="现场记录.txt", media_type="text/plain", note="检查时所见", by=by, at=at
            )

    def _step(self, sheet_id: int, action: Action, at: datetime) -> None:
        if action is not A.SUBMIT:
            take(self.here, sheet_id, action, at, "情况属实。" if action is A.VERIFY else "")
            return
        with self.here.database.writing() as session:
            sheet = session.get_one(Worksheet, sheet_id)
            act(session, sheet, action, by=office_of(session, sheet), at=at, seen_version=sheet.version)

    def _finish(self, sheet_id: int, at: datetime) -> None:
        with self.here.database.reading() as session:
            checked = check_evidence(session.get_one(Worksheet, sheet_id), self.here.store)
        with self.here.database.writing() as session:
            sheet = session.get_one(Worksheet, sheet_id)
            act(
                session, sheet, A.CLOSE, by=office_of(session, sheet), at=at, seen_version=sheet.version, opinion=UNSIGNED,
                checked=checked,
            )  # fmt: skip
            found = session.scalars(select(Rectification.id).where(Rectification.worksheet_id == sheet_id)).first()
        if found is not None:
            mending = Mending(self.here, self.agenda, lambda day: at_work(at + (day - 40) * DAY))
            mending.begin(found, again=False)
