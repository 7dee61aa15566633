"""Sessions and tokens end for good (会话与令牌): with password, reset, standing and desks; a clock that goes back opens nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.desk_office import Office, ask_to_reopen, sign, table_of
from workflow.ledgers.drafting import start_draft
from workflow.office import people
from workflow.office.models import ApiToken, LoginSession, PasswordReset, User
from workflow.office.people import set_active
from workflow.office.resetting import agree_to_reset, ask_reset
from workflow.office.tokens import create_token
from workflow.office.words import Role, TokenScope
from workflow.record.errors import ClockBehind
from workflow.record.models import AuditEvent, ClockMark
from workflow.tasks.models import Task
from workflow.tasks.publishing import publish
from workflow.tasks.requests.requesting import decide

Change = Callable[[Session, Office, User], Any]


def by(session: Session, office: Office, login: str) -> User:
    return session.get_one(User, office.ids[login])


def reset(session: Session, office: Office, user: User) -> None:
    ask_reset(session, user, by=by(session, office, "sysadmin"), at=office.clock())
    asked = session.scalars(select(PasswordReset.id).where(PasswordReset.closed_at.is_(None))).one()
    agree_to_reset(session, asked, by=by(session, office, "secadmin"), at=office.clock())


def change_password(session: Session, office: Office, user: User) -> None:
    people.change_password(session, user, new="Liu-shui-2026!", at=office.clock())


def stop_and_start(session: Session, office: Office, user: User) -> None:
    for active in (False, True):
        set_active(session, user, active, by=by(session, office, "sysadmin"), at=office.clock())


def grant(session: Session, office: Office, user: User) -> None:
    roles = {Role.HANDLER, Role.UNIT_HEAD}
    people.grant(session, user, roles, by=by(session, office, "secadmin"), at=office.clock())


def token(office: Office, login: str) -> dict[str, str]:
    with office.here.database.writing() as session:
        person, last = by(session, office, login), date(2026, 12, 31)
        made = create_token(session, name="同步", scope=TokenScope.ACT, expires=last, by=person, at=office.clock())
    return {"Authorization": f"Bearer {made[1]}"}


def kinds(office: Office) -> list[str]:
    with office.here.database.reading() as session:
        return list(session.scalars(select(AuditEvent.kind).order_by(AuditEvent.seq)))


def is_in(client: FlaskClient) -> bool:
    return client.get("/notices").status_code == 200


@pytest.mark.parametrize("change", [reset, change_password, stop_and_start, grant])
def test_sessions_and_tokens_end_in_their_rows(office: Office, change: Change) -> None:
    client, program, other = office.client("wang"), token(office, "wang"), token(office, "li")
    stranger = office.app.test_client()
    assert is_in(client)
    assert stranger.get("/api/v1/tasks", headers=program).status_code == 200
    with office.here.database.writing() as session:
        change(session, office, by(session, office, "wang"))
        by(session, office, "wang").must_change_password = False
    with office.here.database.reading() as session:
        mine = select(LoginSession.ended_at).where(LoginSession.user_id == office.ids["wang"])
        assert None not in session.scalars(mine).all()
        assert (
            None not in session.scalars(select(ApiToken.revoked_at).where(ApiToken.user_id == office.ids["wang"])).all()
        )
        told = session.scalars(select(AuditEvent.data).order_by(AuditEvent.seq.desc())).first()
    assert '"tokens_ended":' in (told or "")
    assert not is_in(client)
    assert stranger.get("/api/v1/tasks", headers=program).status_code == 401
    assert stranger.get("/api/v1/tasks", headers=other).status_code == 200, "nobody else's ended"


def test_a_token_made_at_the_very_moment_of_the_change_is_dead(office: Office) -> None:
    program = token(office, "wang")
    with office.here.database.writing() as session:  # as another transaction would, that did not see the token yet
        by(session, office, "wang").epoch += 1
    assert office.app.test_client().get("/api/v1/tasks", headers=program).status_code == 401


def test_a_session_that_idled_out_does_not_come_back_with_the_clock(office: Office) -> None:
    client, start = office.client("wang"), office.clock.now
    assert is_in(client)
    office.clock.now = start + timedelta(minutes=45)
    assert not is_in(client)
    assert kinds(office)[-1] == "login.expired"
    office.clock.now = start + timedelta(minutes=1)
    assert not is_in(client)
    assert kinds(office).count("login.expired") == 1


def test_nor_does_one_that_nobody_asked_with_meanwhile(office: Office) -> None:
    asleep, start = office.client("wang"), office.clock.now
    office.clock.now = start + timedelta(days=1)
    assert is_in(office.client("li"))  # whose day moves the time that has been seen
    office.clock.now = start + timedelta(minutes=1)
    assert not is_in(asleep)


def test_a_token_that_ran_out_does_not_come_back_with_the_clock(office: Office) -> None:
    program, start = token(office, "wang"), office.clock.now
    office.clock.now = start + timedelta(days=300)
    assert is_in(office.client("li"))
    office.clock.now = start
    assert office.app.test_client().get("/api/v1/tasks", headers=program).status_code == 401


def test_nothing_is_signed_while_the_clock_is_behind(office: Office) -> None:
    task_id, start = office.task_id(), office.clock.now
    office.walk(task_id, "submit")
    office.clock.now = start + timedelta(days=1)
    assert is_in(office.client("zhao"))
    office.clock.now = start + timedelta(hours=1)
    li, before, events = office.client("li"), office.task(task_id), office.count()
    answer = sign(li, task_id, "approve", "同意")
    assert answer.status_code == 503
    assert "时间可能被调回" in answer.text
    assert "请系统管理员校准服务器时间" in answer.text
    after = office.task(task_id)
    assert (after.status, after.version, office.count()) == (before.status, before.version, events)
    assert li.get(f"/tasks/{task_id}").status_code == 200, "reading goes on"
    office.clock.now = start + timedelta(days=1, minutes=-3)  # what two machines may differ
    assert sign(office.client("li"), task_id, "approve", "同意").status_code == 303


def test_an_answered_program_moves_the_time_seen(office: Office) -> None:
    program, start = token(office, "wang"), office.clock.now
    office.clock.now = start + timedelta(days=2)
    assert office.app.test_client().get("/api/v1/tasks", headers=program).status_code == 200
    with office.here.database.reading() as session:
        assert session.get_one(ClockMark, 1).latest >= start + timedelta(days=2)


def test_neither_publishing_nor_a_ruling_is_done_while_the_clock_is_behind(office: Office) -> None:
    task_id = office.task_id()
    office.walk(task_id, "submit", "approve", "verify", "close")
    ask_to_reopen(office, task_id, "chen")
    start = office.clock.now
    office.clock.now = start + timedelta(days=1)
    assert is_in(office.client("zhao"))
    with office.here.database.writing() as session:
        task, person = session.get_one(Task, task_id), by(session, office, "yuan")
        with pytest.raises(ClockBehind):
            decide(session, task, 1, granted=False, opinion="否", by=person, at=start)
    with office.here.database.writing() as session:
        person, blob = by(session, office, "chen"), office.here.store.add_bytes(b"another table")
        ledger = start_draft(session, table_of(1), blob, name="表.txt", by=person, at=start)
        with pytest.raises(ClockBehind):
            publish(session, ledger, by=person, at=start)


def test_a_clock_that_had_run_ahead_is_accepted_at_the_shell(office: Office) -> None:
    task_id, start = office.task_id(), office.clock.now
    office.walk(task_id, "submit")
    office.clock.now = start + timedelta(days=400)
    ahead = office.client("li")
    assert is_in(ahead)
    office.clock.now = start + timedelta(hours=2)
    done = office.app.test_cli_runner().invoke(args=["clock", "accept"])
    assert done.exit_code == 0, done.output
    assert "已留痕" in done.output
    assert kinds(office)[-1] == "clock.accepted"
    assert not is_in(ahead), "whoever signed in ahead of time signs in anew"
    assert sign(office.client("li"), task_id, "approve", "同意").status_code == 303
