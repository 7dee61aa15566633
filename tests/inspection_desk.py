"""An inspection for tests: a second ledger whose rows say that the office looks, drawn and walked through the real operations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.desk_office import HOME, LEAD, OTHER, OWN, Office
from workflow.ledgers.drafting import start_draft
from workflow.ledgers.models import Ledger
from workflow.office.models import User
from workflow.record.published import Inspection as How
from workflow.record.published import PublishedLedger, PublishedTask
from workflow.tasks.acting import Outcome, act
from workflow.tasks.checking import check_evidence
from workflow.tasks.publishing import publish
from workflow.tasks.words import Action
from workflow.year.inspections.models import Inspection, Worksheet
from workflow.year.inspections.planning import plan, start_inspection
from workflow.year.inspections.words import Judgement
from workflow.year.inspections.worksheets import Seen, save_worksheet
from workflow.year.look_backs.models import Rectification
from workflow.year.words import Draw, Method

T = TypeVar("T")
START = datetime(2026, 6, 8, 2, tzinfo=UTC)
FOUND = Seen(
    START + timedelta(hours=1), "市财政局公开栏", Method.ON_SITE, None, "公开栏没有更新", Judgement.FAILS, "更新不及时", "条例第七条",
    "更新公开栏", date(2026, 6, 30),
)  # fmt: skip


@dataclass
class Looking:
    """The office with an inspection (检查)."""

    office: Office
    ledger_id: int = 0

    def do(self, login: str, work: Callable[[Session, User], T]) -> T:
        """One piece of work of one person, in one transaction."""
        with self.office.here.database.writing() as session:
            return work(session, session.get_one(User, self.office.ids[login]))

    def publish(self, rows: int = 4) -> None:
        """A ledger of which the office looks at every row once a month."""
        blob = self.office.here.store.add_bytes(b"checked")

        def work(session: Session, by: User) -> int:
            tasks = tuple(
                PublishedTask(
                    str(n), (), f"更新第{n}个公开栏", "及时更新。", (LEAD,), (OWN, OTHER),
                    deadline_text="市政府办公室每月检查一次。", inspection=How.MONTHLY, due=date(2026, 11, 30),
                )
                for n in range(1, rows + 1)
            )  # fmt: skip
            table = PublishedLedger("2026年公开栏检查任务表", 2026, HOME, None, None, None, tasks)
            ledger = start_draft(session, table, blob, name="表.txt", by=by, at=self.office.clock())
            publish(session, ledger, by=by, at=self.office.clock())
            return ledger.id

        self.ledger_id = self.do("chen", work)

    def keys(self) -> list[str]:
        """The keys of the plan."""
        with self.office.here.database.reading() as session:
            return [one.duty.key for one in plan(session, session.get_one(Ledger, self.ledger_id))]

    def start(self, n: int = 3, *, share: int = 100, rule: Draw = Draw.RANDOM) -> int:
        """Begin the n-th of the plan."""
        self.office.clock.now = max(self.office.clock.now, START)
        key = self.keys()[n]

        def work(session: Session, by: User) -> int:
            ledger, at = session.get_one(Ledger, self.ledger_id), self.office.clock()
            begun = start_inspection(session, ledger, key, method=Method.ON_SITE, share=share, rule=rule, by=by, at=at)
            return begun.id

        return self.do("chen", work)

    def sheet(self, inspection_id: int, unit: str = OWN) -> int:
        """The first sheet about a unit."""
        with self.office.here.database.reading() as session:
            sheets = session.get_one(Inspection, inspection_id).sheets
            return next(one.id for one in sheets if one.checked.name == unit)

    def note(
        self, sheet_id: int, seen: Seen = FOUND, *, login: str = "chen", key: str = "", companion: str = "yuan"
    ) -> bool:
        """What the inspector saw, with a second one beside."""
        seen = replace(seen, companion_id=self.office.ids[companion] if companion else None)
        self.office.clock.now = max(self.office.clock.now, START + timedelta(hours=2))

        def work(session: Session, by: User) -> bool:
            sheet = session.get_one(Worksheet, sheet_id)
            return save_worksheet(
                session, sheet, seen, by=by, at=self.office.clock(), seen_version=sheet.version, key=key
            )

        return self.do(login, work)

    def step(self, sheet_id: int, action: Action, login: str, words: str = "") -> Outcome:
        """Take a step of a sheet."""

        def work(session: Session, by: User) -> Outcome:
            sheet = session.get_one(Worksheet, sheet_id)
            checked = check_evidence(sheet, self.office.here.store)
            return act(
                session, sheet, action, by=by, at=self.office.clock(), seen_version=sheet.version, opinion=words, checked=checked
            )  # fmt: skip

        return self.do(login, work)

    def climb(self, sheet_id: int) -> None:
        """From what was seen to the finished sheet."""
        self.note(sheet_id)
        for action, login in (
            (Action.SUBMIT, "chen"),
            (Action.APPROVE, "yuan"),
            (Action.VERIFY, "li"),
            (Action.CLOSE, "chen"),
        ):
            self.step(sheet_id, action, login, "情况属实")

    def found(self, sheet_id: int) -> Rectification | None:
        """What a finished sheet has called for."""
        with self.office.here.database.reading() as session:
            return session.scalars(select(Rectification).where(Rectification.worksheet_id == sheet_id)).first()
