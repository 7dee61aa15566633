"""Nobody becomes somebody else: passwords are given out by two, and no desk of the three falls empty."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.desk_office import CAST, HOME, Office
from workflow.office.failures import Place
from workflow.office.models import Notice, PasswordReset, Unit, User
from workflow.office.people import create_user, grant, open_first, set_active
from workflow.office.resetting import agree_to_reset, ask_reset, reset_at_the_shell
from workflow.office.words import Role
from workflow.record.errors import Forbidden, NotFound, Refused
from workflow.record.models import AuditEvent

HERE = Place("address 10.0.0.1")
THREE = ("sysadmin", "secadmin", "audadmin")
HALF = re.compile(r"<code>([a-zA-Z0-9]{4}-[a-zA-Z0-9]{4})</code>")


def person(session: Session, office: Office, login: str) -> User:
    return session.get_one(User, office.ids[login])


def opens(office: Office, login: str, password: str) -> bool:
    """Whether this password lets somebody in who has never been here."""
    client = office.app.test_client()
    return client.post("/sign-in", data={"login": login, "password": password}).status_code == 302


def asked(office: Office, login: str, by: str) -> tuple[int, str]:
    with office.here.database.writing() as session:
        owner = person(session, office, login)
        half = ask_reset(session, owner, by=person(session, office, by), at=office.clock())
        waiting = select(PasswordReset.id).where(PasswordReset.user_id == owner.id, PasswordReset.closed_at.is_(None))
        return session.scalars(waiting).one(), half


def agreed(office: Office, reset: int, by: str) -> str:
    with office.here.database.writing() as session:
        return agree_to_reset(session, reset, by=person(session, office, by), at=office.clock())[1]


def told(office: Office, login: str) -> str:
    with office.here.database.reading() as session:
        return "\n".join(session.scalars(select(Notice.text).where(Notice.user_id == office.ids[login])))


def test_both_halves_open_and_neither_alone(office: Office) -> None:
    li, admin, second = office.client("li"), office.client("sysadmin"), office.client("secadmin")
    first = HALF.search(admin.post(f"/accounts/{office.ids['li']}/password").text)
    assert first
    assert li.get("/").status_code == 200  # nothing has happened yet
    found = re.search(r"/resets/\d+/agree", second.get("/resets").text)
    assert found
    other = HALF.search(second.post(found[0]).text)
    assert other
    assert li.get("/").status_code == 302
    for wrong in (
        first[1],
        other[1],
        f"{first[1]}-{first[1]}",
        f"{other[1]}-{first[1]}",
        f"{first[1]}-",
        f"-{other[1]}",
    ):
        office.clock.now = office.clock.now.replace(day=office.clock.now.day + 1)
        assert not opens(office, "li", wrong), wrong
    assert opens(office, "li", first[1] + other[1])


def test_it_is_told_to_the_owner_and_recorded(office: Office) -> None:
    reset, _ = asked(office, "li", "sysadmin")
    assert "系统员（系统管理员）申请为您发放新的一次性口令" in told(office, "li")
    assert "申请为李主任（li）发放新的一次性口令" in told(office, "secadmin")
    assert "申请为李主任" in office.client("audadmin").get("/notices").text
    agreed(office, reset, "secadmin")
    assert "系统员（系统管理员）申请，安全员（安全管理员）同意" in told(office, "li")
    with office.here.database.reading() as session:
        kinds = session.execute(select(AuditEvent.kind, AuditEvent.actor_name).order_by(AuditEvent.seq.desc()).limit(2))
        assert [tuple(row) for row in kinds] == [
            ("account.password_reset", "安全员"),
            ("account.reset_asked", "系统员"),
        ]


@pytest.mark.parametrize("owner", ["li", "chen", "wang", "nobody", *THREE])
def test_it_takes_two_administrators_of_different_desks_who_are_not_the_owner(office: Office, owner: str) -> None:
    helpers = [login for login in THREE if login != owner]
    for outsider in sorted(set(CAST) - set(helpers)):
        with pytest.raises(Forbidden):
            asked(office, owner, outsider)
    reset, _ = asked(office, owner, helpers[0])
    for outsider in sorted(set(CAST) - set(helpers[1:])):
        with pytest.raises(Forbidden):
            agreed(office, reset, outsider)
    assert agreed(office, reset, helpers[1])
    with pytest.raises(NotFound):
        agreed(office, reset, helpers[1])


def test_a_second_of_the_same_desk_and_one_who_changed_desks_do_not_count(office: Office) -> None:
    reset, _ = asked(office, "li", "sysadmin")
    with office.here.database.writing() as session:
        secadmin = person(session, office, "secadmin")
        grant(session, person(session, office, "nobody"), {Role.SYSTEM_ADMIN}, by=secadmin, at=office.clock())
    with pytest.raises(Forbidden, match="不同岗位"):
        agreed(office, reset, "nobody")
    with office.here.database.writing() as session:
        secadmin = person(session, office, "secadmin")
        grant(session, person(session, office, "sysadmin"), {Role.SECURITY_ADMIN}, by=secadmin, at=office.clock())
    with pytest.raises(Forbidden):  # who asked is of the other desk now
        agreed(office, reset, "sysadmin")
    with office.here.database.writing() as session:
        secadmin = person(session, office, "secadmin")
        grant(session, person(session, office, "sysadmin"), (), by=secadmin, at=office.clock())
    with pytest.raises(Refused, match="已不是管理员"):
        agreed(office, reset, "audadmin")


def test_what_nobody_agreed_to_falls_away_and_gives_nothing(office: Office) -> None:
    late, half = asked(office, "li", "sysadmin")
    again, _ = asked(office, "li", "sysadmin")
    with pytest.raises(NotFound):
        agreed(office, late, "secadmin")  # asked anew: the earlier half is worth nothing
    office.clock.now = office.clock.now.replace(day=office.clock.now.day + 4)
    with pytest.raises(NotFound):
        agreed(office, again, "secadmin")
    assert not opens(office, "li", half)
    third, _ = asked(office, "li", "sysadmin")
    client = office.client("secadmin")
    assert client.post(f"/resets/{third}/refuse").status_code == 303
    assert "没有同意为李主任发放新口令" in told(office, "li")
    assert client.post(f"/resets/{third}/agree").status_code == 404


def test_the_page_asks_for_any_person_and_says_why_not(office: Office) -> None:
    client = office.client("secadmin")
    assert HALF.search(client.post("/resets", data={"person": "sysadmin"}).text)
    assert "没有找到「谁」" in client.post("/resets", data={"person": "谁"}).text
    own = client.post("/resets", data={"person": "secadmin"})
    assert own.status_code == 403
    assert "修改口令" in own.text
    for stranger in ("wang", "chen", "shenji"):
        assert office.client(stranger).get("/resets").status_code == 403


def test_opening_and_granting_is_no_detour(office: Office) -> None:
    with office.here.database.writing() as session:
        unit = session.scalars(select(Unit).where(Unit.name == HOME)).one()
        sysadmin, secadmin = person(session, office, "sysadmin"), person(session, office, "secadmin")
        puppet, half = create_user(
            session, login="puppet", name="某人", unit=unit, roles=(), by=sysadmin, at=office.clock()
        )
        grant(session, puppet, {Role.OFFICE}, by=secadmin, at=office.clock())
        set_active(session, puppet, False, by=sysadmin, at=office.clock())
        set_active(session, puppet, True, by=sysadmin, at=office.clock())
    for guess in (half, half * 2, f"{half}|", half.replace("-", "")):
        assert not opens(office, "puppet", guess)


def test_stopping_and_starting_gives_no_password(office: Office) -> None:
    with office.here.database.reading() as session:
        before = person(session, office, "li").password_hash
    for wish in ("stop", "start"):
        office.client("sysadmin").post(f"/accounts/{office.ids['li']}/{wish}")
    with office.here.database.reading() as session:
        assert person(session, office, "li").password_hash == before


def test_at_the_shell_it_is_told_to_the_owner_and_to_the_security_administrator(office: Office) -> None:
    with office.here.database.writing() as session:
        password = reset_at_the_shell(session, person(session, office, "li"), at=office.clock())
    assert "在服务器上用命令重置" in told(office, "li")
    assert "李主任（li）的口令已在服务器上用命令重置" in told(office, "secadmin")
    with office.here.database.reading() as session:
        newest = session.scalars(select(AuditEvent).order_by(AuditEvent.seq.desc())).first()
        assert newest is not None
        assert (newest.kind, newest.actor_name) == ("account.password_reset", "系统")
    assert opens(office, "li", password)


@pytest.mark.parametrize("login", THREE)
def test_the_last_of_the_three_stays(office: Office, login: str) -> None:
    """Neither a withdrawn desk nor a stopped account leaves one of the three without anybody."""
    with office.here.database.writing() as session:
        role = next(iter(CAST[login][2]))
        one, unit = person(session, office, login), person(session, office, "chen").unit
        helpers = {}
        for wanted in (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN):
            helpers[wanted], _ = create_user(
                session,
                login=f"second.{wanted.value}",
                name="助手",
                unit=unit,
                roles={wanted},
                by=None,
                at=office.clock(),
            )
        security, system = helpers[Role.SECURITY_ADMIN], helpers[Role.SYSTEM_ADMIN]
        for helper in helpers.values():
            helper.active = helper.roles != {role}  # the last one but for a stopped account
        secadmin = security if role is not Role.SECURITY_ADMIN else person(session, office, "secadmin")
        session.flush()
        if role is not Role.SECURITY_ADMIN:
            for left in ((), {Role.OFFICE}):
                with pytest.raises(Forbidden, match="唯一在用的"):
                    grant(session, one, left, by=secadmin, at=office.clock())
        if role is not Role.SYSTEM_ADMIN:
            with pytest.raises(Forbidden, match="唯一在用的"):
                set_active(session, one, False, by=system, at=office.clock())
        assert one.active
        assert one.roles == {role}


def test_a_form_without_a_tick_takes_no_desk(office: Office) -> None:
    client, address = office.client("secadmin"), f"/grants/{office.ids['li']}"
    for data in ({}, {"none": "y", "roles": ["unit_head"]}):
        answer = client.post(address, data=data)
        assert answer.status_code == 422
        assert "收回全部岗位" in answer.text
    assert office.client("li").get("/ledgers").status_code == 200
    assert client.post(address, data={"none": "y"}).status_code == 303
    assert office.client("li").get("/ledgers").status_code == 403
    assert "将您的岗位改为：无" in told(office, "li")


def test_the_first_of_the_three_are_opened_at_the_shell_and_only_the_first(office: Office) -> None:
    with office.here.database.writing() as session:
        unit = person(session, office, "chen").unit
        for role in (Role.SYSTEM_ADMIN, Role.OFFICE):
            with pytest.raises(Forbidden):
                open_first(session, login="first", name="首位", unit=unit, role=role, at=office.clock())
        person(session, office, "audadmin").active = False
        role = Role.AUDIT_ADMIN
        password = open_first(session, login="first", name="首位", unit=unit, role=role, at=office.clock())
    assert opens(office, "first", password)


@pytest.mark.own_home
def test_the_commands_open_the_first_and_reset(office: Office) -> None:
    shell = office.app.test_cli_runner()
    one = ["account", "open", "first", "首位", "--unit", HOME, "--desk", "审计管理员"]
    refused = shell.invoke(args=one)
    assert refused.exit_code == 1
    assert "已有人担任" in refused.output
    with office.here.database.writing() as session:
        person(session, office, "audadmin").active = False
    opened = shell.invoke(args=one)
    assert opened.exit_code == 0, opened.output
    assert opens(office, "first", opened.output.strip().rsplit("：", 1)[1])
    reset = shell.invoke(args=["account", "reset", "chen"])
    assert opens(office, "chen", reset.output.strip().rsplit("：", 1)[1])
    assert "陈科长（chen）的口令已在服务器上用命令重置" in told(office, "secadmin")
    assert "没有「某单位」" in shell.invoke(args=[*one[:5], "某单位", *one[6:]]).output
