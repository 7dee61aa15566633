"""A state machine of eight people on six tasks: whatever they try in whatever order, the promises of §7 hold after every step."""

from __future__ import annotations

import os
import random
import shutil
import tempfile
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.busy import PEOPLE, TASKS, UNITS, Busy, last_event
from tests.desk_office import open_office
from tests.promises import broken_promises
from workflow.folding import fold
from workflow.office.models import Unit, User
from workflow.office.people import set_active
from workflow.record.errors import Refused
from workflow.record.installation import install
from workflow.tasks import acting
from workflow.tasks.case import case_of
from workflow.tasks.checking import check_evidence
from workflow.tasks.models import Request, Seat, Task
from workflow.tasks.people import standing_in
from workflow.tasks.people.arranging import Arrangement, set_policy
from workflow.tasks.people.signers import add_signer, take_back_signer, transfer_seat
from workflow.tasks.people.standing_in import delegate
from workflow.tasks.reporting import add_file, remove_evidence, save_report
from workflow.tasks.requests import requesting
from workflow.tasks.requests.rulings import Ask
from workflow.tasks.seats import open_seats
from workflow.tasks.steps import Paper
from workflow.tasks.words import Action, Gate, Mode, RequestKind

YEARS, STEPS = int(os.environ.get("TAIZHANG_YEARS", "20")), 500
pytestmark = pytest.mark.own_home
who, what = st.sampled_from(PEOPLE), st.sampled_from(TASKS)
stale = st.integers(min_value=0, max_value=12).map(lambda n: n if n > 9 else 0)  # mostly a fresh page
teams = st.tuples(*(st.sampled_from(pair) for pair in (["wang", "both"], ["li", "both"], ["yuan", "chen"])))
words = st.sampled_from(["", " ", "已经公开。", "已公开，见附件。", "重新整理后公开。"])


class Year(Busy, RuleBasedStateMachine):
    """People act on fresh and on stale pages, change content, lose their account and restart the service."""

    replays: Bundle[tuple[int, Action, str, int]] = Bundle("replays")

    @initialize()
    def open(self) -> None:
        self.home = Path(tempfile.mkdtemp())
        self.office = open_office(self.home)
        self.here, self.clock, self.ids = self.office.here, self.office.clock, self.office.ids
        with self.here.database.reading() as session:
            self.units = {unit.id: unit.name for unit in session.scalars(select(Unit))}
        self.tasks = {(row, unit): self.office.task_id(row, unit) for row, unit in TASKS}

    def teardown(self) -> None:
        if hasattr(self, "here"):
            assert fold(self.here.database).faults == (), "the trail tells every row as it is"
            self.here.database.dispose()
            shutil.rmtree(self.home)

    @rule(target=replays, of=what, by=who, action=st.sampled_from(list(Action)), opinion=words, behind=stale)
    def act(
        self, of: tuple[int, str], by: str, action: Action, opinion: str, behind: int
    ) -> tuple[int, Action, str, int]:
        return self._act(self.tasks[of], by, action, opinion, behind)

    @rule(of=what, steps=st.sampled_from([1, 2, 5, 5]), team=teams, behind=stale)
    def climb(self, of: tuple[int, str], steps: int, team: tuple[str, str, str], behind: int) -> None:
        """Next steps by people who often may: without this no chain would be climbed by chance."""
        task_id, (writer, head, office) = self.tasks[of], team
        for _ in range(steps):
            task = self.office.task(task_id)
            signed = {s.user_name for s in task.signoffs if s.void_at is None}
            action, by = {
                "ASSIGNED": (Action.SUBMIT, writer),
                "DRAFTED": (Action.APPROVE, head),
                "UNIT_APPROVED": (
                    Action.VERIFY,
                    {1: "zhao", 2: "shen" if "周副科长" in signed else "zhou", 3: office}[of[0]],
                ),
                "LEAD_VERIFIED": (Action.CLOSE, "chen"),
                "CLOSED": (Action.REOPEN, "chen"),
            }[task.status.value]
            if action is Action.REOPEN:
                self.ask(of, "yuan", RequestKind.REOPENING, None)
            if action is Action.SUBMIT:
                self.write(of, by, f"第{task.version}稿", 0)
                self.bring(of, by, b"proof")
            self._act(task_id, by, action, "照办", behind)

    @rule(of=what, by=who, text=words, behind=stale)
    def write(self, of: tuple[int, str], by: str, text: str, behind: int) -> None:
        self._try(
            lambda session, task, person: save_report(
                session, task, text, by=person, at=self.clock(), seen_version=task.version - behind
            ),
            self.tasks[of],
            by,
        )

    @rule(of=what, by=who, content=st.binary(min_size=1, max_size=3))
    def bring(self, of: tuple[int, str], by: str, content: bytes) -> None:
        blob = self.here.store.add_bytes(content)
        self._try(
            lambda session, task, person: add_file(
                session, task, blob, name="证明.txt", media_type="text/plain", note="", by=person, at=self.clock()
            ),
            self.tasks[of],
            by,
        )

    @rule(of=what, by=who, nth=st.integers(min_value=0, max_value=3))
    def take_away(self, of: tuple[int, str], by: str, nth: int) -> None:
        pieces = self.office.task(self.tasks[of]).live_evidence
        if nth < len(pieces):
            self._try(
                lambda session, task, person: remove_evidence(
                    session, task, pieces[nth].id, by=person, at=self.clock()
                ),
                self.tasks[of],
                by,
            )

    @rule(click=replays)
    def click_again(self, click: tuple[int, Action, str, int]) -> None:
        """Promise 3: the very same request once more changes nothing."""
        task_id, action, by, version = click
        before = self._last_event()
        self._try(
            lambda session, task, person: acting.act(
                session, task, action, by=person, at=self.clock(), seen_version=version, opinion="意见"
            ),
            task_id,
            by,
            roll_back_if_fresh=version,
        )
        assert self._last_event() == before

    @rule(of=what, by=who, kind=st.sampled_from(list(RequestKind)), unit=st.sampled_from([None, *UNITS]))
    def ask(self, of: tuple[int, str], by: str, kind: RequestKind, unit: str | None) -> None:
        self._try(
            lambda session, task, person: requesting.ask(
                session,
                task,
                Ask(kind, "情况有变", task.due + timedelta(9), self._unit(session, unit)),
                by=person,
                at=self.clock(),
            ),
            self.tasks[of],
            by,
        )

    @rule(of=what, by=st.sampled_from(["chen", "yuan", "li"]), granted=st.booleans(), unit=st.sampled_from(UNITS))
    def decide(self, of: tuple[int, str], by: str, granted: bool, unit: str) -> None:
        def change(session: Session, task: Task, person: User) -> None:
            waiting = select(Request).where(Request.task_id == task.id, Request.granted.is_(None))
            for one in session.scalars(waiting.order_by(Request.id.desc()).limit(1)):
                ruled = self._unit(session, unit) if one.kind is RequestKind.OBJECTION else None
                requesting.decide(
                    session,
                    task,
                    one.id,
                    granted=granted,
                    opinion="照此办理",
                    by=person,
                    at=self.clock(),
                    unit_id=ruled,
                )

        self._try(change, self.tasks[of], by)

    @rule(of=what, by=st.sampled_from(["chen", "zhao"]))
    def resume(self, of: tuple[int, str], by: str) -> None:
        self._try(
            lambda session, task, person: requesting.resume(session, task, by=person, at=self.clock()),
            self.tasks[of],
            by,
        )

    @rule(of=what, by=who, person=who, how=st.sampled_from(["before", "after", "transfer", "drop"]), behind=stale)
    def seat(self, of: tuple[int, str], by: str, person: str, how: str, behind: int) -> None:
        """Signers on the way, taken back again, and colleagues in one's own place."""

        def change(session: Session, task: Task, me: User) -> None:
            to, at, seen = session.get_one(User, self.ids[person]), self.clock(), task.version - behind
            if how == "transfer":
                transfer_seat(session, task, to, reason="外出", by=me, at=at, seen_version=seen)
            elif how == "drop":
                added = select(Seat.id).where(Seat.task_id == task.id, Seat.added_by_id == me.id)
                for seat_id in session.scalars(added.order_by(Seat.id.desc()).limit(1)).all():
                    take_back_signer(session, task, seat_id, by=me, at=at, seen_version=seen)
            else:
                before = how == "before"
                add_signer(session, task, to, before=before, reason="把关", by=me, at=at, seen_version=seen)

        self._try(change, self.tasks[of], by)

    @rule(of=what, by=who)
    def sign_what_waits(self, of: tuple[int, str], by: str) -> None:
        """Whoever is named signs: without this no seat on the way would be filled by chance."""
        task = self.office.task(self.tasks[of])
        action = {"DRAFTED": Action.APPROVE, "UNIT_APPROVED": Action.VERIFY, "LEAD_VERIFIED": Action.CLOSE}
        names = {number: login for login, number in self.ids.items()}
        named = [names[row.user_id] for row in task.awaited if row.user_id]
        if task.status.value in action:
            self._act(task.id, named[0] if named else by, action[task.status.value], "同意", 0)

    @rule(
        gate=st.sampled_from(list(Gate)), mode=st.sampled_from(list(Mode)), by=st.sampled_from(["li", "zhao", "chen"])
    )
    def arrange(self, gate: Gate, mode: Mode, by: str) -> None:
        people = {Gate.UNIT: ("both", "li"), Gate.LEAD: ("zhou", "zhao"), Gate.OFFICE: ("yuan", "chen")}[gate]
        self._try(
            lambda session, task, person: set_policy(
                session,
                Arrangement(gate, mode, tuple(self.ids[one] for one in people), person.unit_id),
                by=person,
                at=self.clock(),
            ),
            self.tasks[TASKS[0]],
            by,
        )

    @rule(by=st.sampled_from(["li", "zhao", "chen"]), deputy=who, days=st.integers(min_value=0, max_value=3))
    def stand_in(self, by: str, deputy: str, days: int) -> None:
        self._try(
            lambda session, task, person: delegate(
                session,
                session.get_one(User, self.ids[deputy]),
                starts=self.clock().date(),
                ends=self.clock().date() + timedelta(days),
                ledger_id=None,
                reason="外出",
                by=person,
                at=self.clock(),
            ),
            self.tasks[TASKS[0]],
            by,
        )

    @rule(pair=st.sampled_from([("zhou", "zhao"), ("both", "li"), ("yuan", "chen")]))
    def hand_over(self, pair: tuple[str, str]) -> None:
        leaver, heir = pair
        self._try(
            lambda session, task, person: standing_in.hand_over(
                session,
                session.get_one(User, self.ids[leaver]),
                session.get_one(User, self.ids[heir]),
                by=person,
                at=self.clock(),
            ),
            self.tasks[TASKS[0]],
            "secadmin",
        )

    @rule(of=what, by=st.sampled_from(["chen", "yuan", "zhao"]))
    def sign_on_paper(self, of: tuple[int, str], by: str) -> None:
        scan = self.here.store.add_bytes(b"scan")

        def change(session: Session, task: Task, person: User) -> None:
            seats = open_seats(case_of(session, task).seats)
            if seats:
                action = {Gate.UNIT: Action.APPROVE, Gate.LEAD: Action.VERIFY, Gate.OFFICE: Action.CLOSE}
                paper = Paper(seats[0].id, "李主任", scan.sha256, scan.size, "扫描件.pdf")
                acting.act(
                    session,
                    task,
                    action[seats[0].gate],
                    by=person,
                    at=self.clock(),
                    seen_version=task.version,
                    paper=paper,
                )

        self._try(change, self.tasks[of], by)

    @rule(hours=st.integers(min_value=1, max_value=100))
    def wait(self, hours: int) -> None:
        self.clock.now += timedelta(hours=hours)

    @rule(login=st.sampled_from(["hong", "zhou", "shen"]), active=st.sampled_from([True, True, False]))
    def employ(self, login: str, active: bool) -> None:
        with self.here.database.writing() as session:
            admin, person = session.get_one(User, self.ids["sysadmin"]), session.get_one(User, self.ids[login])
            set_active(session, person, active, by=admin, at=self.clock())

    @rule()
    def restart(self) -> None:
        self.here.database.dispose()
        self.office.here = self.here = install(self.here.settings, self.clock)

    @invariant()
    def promises_hold(self) -> None:
        if hasattr(self, "here"):
            with self.here.database.reading() as session:
                assert broken_promises(session) == []

    @staticmethod
    def _unit(session: Session, name: str | None) -> int | None:
        return session.scalars(select(Unit.id).where(Unit.name == name)).one() if name else None

    def _last_event(self) -> int:
        with self.here.database.reading() as session:
            return last_event(session)

    def _act(self, task_id: int, by: str, action: Action, opinion: str, behind: int) -> tuple[int, Action, str, int]:
        task = self.office.task(task_id)
        version, events = task.version - behind, self._last_event() if behind else 0
        checked = check_evidence(task, self.here.store)
        self._try(
            lambda session, task, person: acting.act(
                session,
                task,
                action,
                by=person,
                at=self.clock(),
                seen_version=version,
                opinion=opinion,
                checked=checked,
            ),
            task_id,
            by,
        )
        assert not behind or self._last_event() == events, "acted on a stale page"
        return task_id, action, by, version

    def _try(self, change: object, task_id: int, by: str, roll_back_if_fresh: int = -1) -> None:
        """One request; a refusal must leave nothing behind."""
        before = 0
        try:
            with self.here.database.writing() as session:
                before = last_event(session)
                task, person = session.get_one(Task, task_id), session.get_one(User, self.ids[by])
                fresh, gone = task.version == roll_back_if_fresh, not person.active
                change(session, task, person)  # type: ignore[operator]
                if fresh:  # the first click was refused, so this one is no second
                    session.rollback()
        except Refused:
            gone = True
        assert not gone or self._last_event() == before  # nor does who has left change anything


STEADY = settings(
    stateful_step_count=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


class TestPromises(Year.TestCase):  # type: ignore[misc]
    """Some lives."""

    settings = settings(STEADY, max_examples=4)


@pytest.mark.proof
class TestMorePromises(Year.TestCase):  # type: ignore[misc]
    """Many more."""

    settings = settings(STEADY, max_examples=20)


@pytest.mark.parametrize("seed", [0, *(pytest.param(n, marks=pytest.mark.proof("years")) for n in range(1, YEARS))])
def test_years_of_every_verb(seed: int) -> None:
    """Five hundred verbs a year, ten thousand in all; ``TAIZHANG_YEARS=100`` knows of more."""
    year = Year()
    year.open()
    try:
        year.live(random.Random(seed), STEPS)
        year.promises_hold()
    finally:
        year.teardown()
