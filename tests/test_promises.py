"""A state machine of eight people on six tasks: whatever they try in whatever order, the promises of §7 hold after every step."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from tests.desk_office import OTHER, OWN, open_office
from tests.promises import broken_promises
from workflow import operations
from workflow.errors import Refused
from workflow.installation import install
from workflow.models import AuditEvent, Task, User
from workflow.vocabulary import Action

PEOPLE = ["wang", "hong", "li", "both", "zhao", "zhou", "shen", "chen", "yuan", "qian"]
TASKS = [(1, OWN), (2, OWN), (3, OWN), (1, OTHER)]
who, what = st.sampled_from(PEOPLE), st.sampled_from(TASKS)
stale = st.integers(min_value=0, max_value=12).map(lambda n: n if n > 9 else 0)  # mostly a fresh page
teams = st.tuples(*(st.sampled_from(pair) for pair in (["wang", "both"], ["li", "both"], ["yuan", "chen"])))
words = st.sampled_from(["", " ", "已经公开。", "已公开，见附件。", "重新整理后公开。"])


class Year(RuleBasedStateMachine):
    """People act on fresh and on stale pages, change content, lose their account and restart the service."""

    replays: Bundle[tuple[int, Action, str, int]] = Bundle("replays")

    @initialize()
    def open(self) -> None:
        self.home = Path(tempfile.mkdtemp())
        self.office = open_office(self.home)
        self.here, self.clock, self.ids = self.office.here, self.office.clock, self.office.ids
        self.tasks = {(row, unit): self.office.task_id(row, unit) for row, unit in TASKS}

    def teardown(self) -> None:
        if hasattr(self, "here"):
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
            if action is Action.SUBMIT:
                self.write(of, by, f"第{task.version}稿", 0)
                self.bring(of, by, b"proof")
            self._act(task_id, by, action, "照办", behind)

    @rule(of=what, by=who, text=words, behind=stale)
    def write(self, of: tuple[int, str], by: str, text: str, behind: int) -> None:
        self._try(
            lambda session, task, person: operations.save_report(
                session, task, text, by=person, at=self.clock(), seen_version=task.version - behind
            ),
            self.tasks[of],
            by,
        )

    @rule(of=what, by=who, content=st.binary(min_size=1, max_size=3))
    def bring(self, of: tuple[int, str], by: str, content: bytes) -> None:
        blob = self.here.store.add_bytes(content)
        self._try(
            lambda session, task, person: operations.add_file(
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
                lambda session, task, person: operations.remove_evidence(
                    session, task, pieces[nth].id, by=person, at=self.clock()
                ),
                self.tasks[of],
                by,
            )

    @rule(click=replays)
    def click_again(self, click: tuple[int, Action, str, int]) -> None:
        """Promise 3: the very same request once more changes nothing."""
        task_id, action, by, version = click
        before = self.office.count(AuditEvent)
        self._try(
            lambda session, task, person: operations.act(
                session, task, action, by=person, at=self.clock(), seen_version=version, opinion="意见"
            ),
            task_id,
            by,
            roll_back_if_fresh=version,
        )
        assert self.office.count(AuditEvent) == before

    @rule(login=st.sampled_from(["hong", "zhou", "shen"]), active=st.sampled_from([True, True, False]))
    def employ(self, login: str, active: bool) -> None:
        with self.here.database.writing() as session:
            admin, person = session.get_one(User, self.ids["sysadmin"]), session.get_one(User, self.ids[login])
            operations.set_active(session, person, active, by=admin, at=self.clock())

    @rule()
    def restart(self) -> None:
        self.here.database.dispose()
        self.office.here = self.here = install(self.here.settings, self.clock)

    @invariant()
    def promises_hold(self) -> None:
        if hasattr(self, "here"):
            with self.here.database.reading() as session:
                assert broken_promises(session) == []

    def _act(self, task_id: int, by: str, action: Action, opinion: str, behind: int) -> tuple[int, Action, str, int]:
        task = self.office.task(task_id)
        version, events = task.version - behind, self.office.count(AuditEvent)
        checked = operations.check_evidence(task, self.here.store)
        self._try(
            lambda session, task, person: operations.act(
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
        assert not behind or self.office.count(AuditEvent) == events, "acted on a stale page"
        return task_id, action, by, version

    def _try(self, change: object, task_id: int, by: str, roll_back_if_fresh: int = -1) -> None:
        """One request; a refusal must leave nothing behind."""
        before = self.office.count(AuditEvent)
        try:
            with self.here.database.writing() as session:
                task, person = session.get_one(Task, task_id), session.get_one(User, self.ids[by])
                fresh = task.version == roll_back_if_fresh
                change(session, task, person)  # type: ignore[operator]
                if fresh:  # the first click was refused, so this one is no second
                    session.rollback()
        except Refused:
            assert self.office.count(AuditEvent) == before


TestPromises = Year.TestCase
TestPromises.settings = settings(
    max_examples=40,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
