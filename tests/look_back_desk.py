"""A look-back for tests: the small office a year later, its ledger half done, walked through the real operations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.desk_office import OWN, Office
from tests.promises import broken_promises
from workflow.folding import fold
from workflow.ledgers.models import Ledger
from workflow.office.models import Unit, User
from workflow.tasks.acting import Outcome, act
from workflow.tasks.checking import check_evidence
from workflow.tasks.models import Matter
from workflow.tasks.words import Action
from workflow.year.look_backs.models import LookBackEntry, LookBackRound, Rectification, SelfCheck
from workflow.year.look_backs.self_checks import Answer, lines_of, save_sheet
from workflow.year.look_backs.starting import send_sheets, start_look_back
from workflow.year.look_backs.verdicts import Finding, add_capture, set_verdict
from workflow.year.words import Method, Verdict

T = TypeVar("T")
START, DUE, MEND_BY = datetime(2027, 1, 12, 1, tzinfo=UTC), date(2027, 1, 29), date(2027, 3, 31)
SEEN = Finding(Verdict.DONE, Method.ON_SITE, "现场看到公开栏已更新")


@dataclass
class Desk:
    """The office with a look-back (回头看)."""

    office: Office

    def broken(self) -> list[str]:
        """Promises that do not hold, and rows that are not as the trail says."""
        with self.office.here.database.reading() as session:
            return broken_promises(session) + list(fold(self.office.here.database).faults)

    def do(self, login: str, work: Callable[[Session, User], T]) -> T:
        """One piece of work of one person, in one transaction."""
        with self.office.here.database.writing() as session:
            return work(session, session.get_one(User, self.office.ids[login]))

    def start(self, ledger_id: int = 1, *, send: bool = True) -> int:
        """Begin, and send the sheets out."""
        self.office.clock.now = max(self.office.clock.now, START)

        def work(session: Session, by: User) -> int:
            ledger, at = session.get_one(Ledger, ledger_id), self.office.clock()
            begun = start_look_back(session, ledger, basis="关于开展回头看的通知", due=DUE, by=by, at=at)
            if send:
                send_sheets(session, begun, by=by, at=at)
            return begun.id

        return self.do("chen", work)

    def line(self, number: int = 1, unit: str = OWN, look_back: int = 1) -> int:
        """The line of one row and one unit."""
        with self.office.here.database.reading() as session:
            lines = session.get_one(LookBackRound, look_back).entries
            return next(e.id for e in lines if e.item.number == str(number) and e.unit and e.unit.name == unit)

    def entry(self, entry_id: int) -> LookBackEntry:
        """A line as stored."""
        with self.office.here.database.reading() as session:
            return session.get_one(LookBackEntry, entry_id)

    def unit_id(self, name: str = OWN) -> int:
        """A unit of the directory."""
        with self.office.here.database.reading() as session:
            return session.scalars(select(Unit.id).where(Unit.name == name)).one()

    def failing(self, **more: Any) -> Finding:
        """A finding that says all it has to."""
        said = {"problem": "网页打不开", "measure": "恢复网页", "owner_id": self.unit_id(), "due": MEND_BY}
        return Finding(Verdict.NOT_DONE, Method.PHONE, "拨打公开电话，无人接听", **{**said, **more})

    def judge(self, entry_id: int, found: Finding, *, login: str = "chen", seen: int | None = None) -> None:
        """Set a verdict."""

        def work(session: Session, by: User) -> None:
            entry = session.get_one(LookBackEntry, entry_id)
            version = entry.version if seen is None else seen
            set_verdict(session, entry, found, by=by, at=self.office.clock(), seen_version=version)

        self.do(login, work)

    def capture(self, entry_id: int) -> None:
        """Keep what the office saw on the web."""
        blob = self.office.here.store.add_bytes(f"<html>{self.office.clock()}</html>".encode())

        def work(session: Session, by: User) -> None:
            entry, at = session.get_one(LookBackEntry, entry_id), self.office.clock()
            add_capture(session, entry, blob, name="页面.html", note="https://www.example.gov.cn/", by=by, at=at)

        self.do("chen", work)

    def matter(self, kind: type[Matter], matter_id: int | None = None, unit: str = OWN) -> int:
        """The sheet or the rectification of a unit."""
        if matter_id is not None:
            return matter_id
        with self.office.here.database.reading() as session:
            mine = select(kind.id).join(Unit, Unit.id == Matter.unit_id).where(Unit.name == unit)
            return session.scalars(mine.order_by(kind.id.desc())).first() or 0

    def step(self, kind: type[Matter], action: Action, login: str, words: str = "", *, matter: int | None = None) -> Outcome:  # fmt: skip
        """Take a step of a sheet or a rectification."""
        number = self.matter(kind, matter)

        def work(session: Session, by: User) -> Outcome:
            found = session.get_one(kind, number)
            checked = check_evidence(found, self.office.here.store)
            return act(session, found, action, by=by, at=self.office.clock(), seen_version=found.version, opinion=words, checked=checked)  # fmt: skip

        return self.do(login, work)

    def fill(self, login: str = "wang", *, done: bool = True, text: str = "已公开，见门户网站") -> None:
        """Fill every line of the own sheet."""

        def work(session: Session, by: User) -> None:
            sheet = session.get_one(SelfCheck, self.matter(SelfCheck))
            answers = {entry.id: Answer(done, text) for entry in lines_of(sheet)}
            save_sheet(session, sheet, answers, by=by, at=self.office.clock(), seen_version=sheet.version)

        self.do(login, work)

    def rectification(self) -> Rectification:
        """The newest rectification of the own unit, as stored."""
        with self.office.here.database.reading() as session:
            found = session.get_one(Rectification, self.matter(Rectification))
            _ = found.entry, found.unit, list(found.signoffs)
            return found
