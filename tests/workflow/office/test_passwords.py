"""Passwords that others would guess, and wrong ones: counted by name and place, on every page that asks for one."""

from __future__ import annotations

from datetime import timedelta
from ipaddress import ip_network

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.desk_office import HOME, Office
from views.address import believed, neighbourhood
from workflow.office.models import Unit, UnitAlias, User, WrongPassword
from workflow.office.people import change_password
from workflow.office.resetting import reset_at_the_shell
from workflow.record.errors import Invalid
from workflow.record.models import AuditEvent

GOOD = ("Vt8-pear-Moon", "mT4#vq9LpX", "kettle_River_58", "雨后Carrot-lamp-71", "Jdk38fhKLs9", "Quarz!nimbus4")
WEAK = {
    "common": (
        "Password1234",
        "P@ssw0rd2025",
        "Welcome@1234",
        "Admin@2026!",
        "Test@1234567",
        "Iloveyou520!",
        "Root@12345678",
    ),
    "walk": ("1qaz@WSX3edc", "Qwertyuiop1!", "!QAZ2wsx#EDC", "Zxcvbnm,./12A", "Asdf@1234567", "QWERasdf1234"),
    "sequence": ("0987654321zZ", "Abcdefghij1!", "1122334455aA!", "Aa123456789!"),
    "repeat": ("Bbbbbbbbb2", "Aa1!Aa1!Aa1!", "Zz9Zz9Zz9Zz9"),
    "date": ("19900101Ab!", "Ab@20260101", "Spring#2026!", "Changsha2025@"),
    "pinyin": ("Woaini1314!", "Zhengwu@2026", "Gongkai2026!", "Dangjian@2026", "Huawei@12345"),
    "leet": ("@dm1n1str@t0r", "G0ngk@i2026", "Pa$$w0rd!2025"),
    "short": ("Vt8-pear", "alllowercaseonly"),
}
NAMES = (
    "市财政局Xk7-plum", "市教育局Xk7-plum", "李主任-Xk7-plum", "Shicaizhengju-Xk7", "Caizhengju#58Kw", "LiZhuren_58#kwp",
    "财政-Qk58#vmtz", "Wo-szfb-Qk58#v",
)  # fmt: skip


def set_one(office: Office, new: str, login: str = "li") -> None:
    with office.here.database.writing() as session:
        change_password(session, session.get_one(User, office.ids[login]), new=new, at=office.clock())


@pytest.mark.parametrize("new", [one for kind in WEAK.values() for one in kind])
def test_what_others_would_guess_is_refused(office: Office, new: str) -> None:
    with pytest.raises(Invalid, match="新口令"):
        set_one(office, new)


@pytest.mark.parametrize("new", NAMES)
def test_names_of_units_and_of_the_person_are_refused_in_characters_and_pinyin(office: Office, new: str) -> None:
    with office.here.database.writing() as session:
        unit = session.scalars(select(Unit).where(Unit.name == HOME)).one()
        session.add_all([UnitAlias(name="财政", unit=unit), UnitAlias(name="szfb", unit=unit)])
    with pytest.raises(Invalid, match="不能包含登录名、姓名或单位名称"):
        set_one(office, new)


@pytest.mark.parametrize("new", GOOD)
def test_what_is_hard_to_guess_is_taken(office: Office, new: str) -> None:
    set_one(office, new)


def test_the_login_name_is_refused(office: Office) -> None:
    with pytest.raises(Invalid, match="sysadmin"):
        set_one(office, "Xk7-Sysadmin-pear", "sysadmin")


def test_the_last_five_do_not_come_back_and_a_reset_does_not_help(office: Office) -> None:
    chosen = [
        f"{fruit}-Kx{n}#vw" for n, fruit in enumerate(("pear", "plum", "quince", "fig", "medlar", "sloe", "rowan"), 31)
    ]
    for new in chosen[:6]:
        set_one(office, new)
    for new in chosen[:6]:
        with pytest.raises(Invalid, match="最近用过的 5 个"):
            set_one(office, new)
    with office.here.database.writing() as session:
        reset_at_the_shell(session, session.get_one(User, office.ids["li"]), at=office.clock())
    with pytest.raises(Invalid, match="最近用过的 5 个"):
        set_one(office, chosen[5])
    set_one(office, chosen[6])


@pytest.mark.office(password_days=90)
def test_a_password_grows_old_where_the_installation_says_so(office: Office) -> None:
    set_one(office, GOOD[0], "wang")
    client = office.client("wang")
    assert client.get("/").status_code == 200
    office.clock.now += timedelta(days=91)
    client = office.client("wang")
    assert client.get("/").location == "/password"
    assert "您的口令已用满 90 天" in client.get("/password").text
    office.reconfigure(password_days=0)
    assert client.get("/").status_code == 200


def at(address: str, office: Office, client: FlaskClient | None = None, **headers: str) -> FlaskClient:
    client = client or office.app.test_client()
    client.environ_base["REMOTE_ADDR"] = address
    client.environ_base.update({f"HTTP_{name.upper()}": value for name, value in headers.items()})
    return client


def tries(client: FlaskClient, login: str, password: str, times: int = 1) -> int:
    for _ in range(times):
        status = client.post("/sign-in", data={"login": login, "password": password}).status_code
    return status


def test_five_wrong_ones_close_a_name_to_one_place_alone_and_not_for_ever(office: Office) -> None:
    set_one(office, GOOD[0])
    assert tries(at("10.0.0.1", office), "li", "wrong", 5) == 401
    assert tries(at("10.0.0.1", office), "li", GOOD[0]) == 401
    assert tries(at("10.0.0.2", office), "li", GOOD[0]) == 302
    office.clock.now += timedelta(minutes=16)
    assert tries(at("10.0.0.1", office), "li", GOOD[0]) == 302


def test_two_hundred_wrong_ones_from_one_address_do_not_stop_a_colleague_there(office: Office) -> None:
    set_one(office, GOOD[0])
    stranger = at("10.0.0.1", office)
    for n in range(20):
        tries(stranger, f"nobody{n}", "wrong", 10)
    assert tries(at("10.0.0.1", office), "li", GOOD[0]) == 302


def test_strangers_close_a_name_to_unknown_browsers_and_a_known_one_gets_in(office: Office) -> None:
    set_one(office, GOOD[0])
    known = at("10.0.0.1", office)
    assert tries(known, "li", GOOD[0]) == 302
    for n in range(30):
        tries(at(f"203.0.113.{n}", office), "li", "wrong")
    tries(at("10.0.0.1", office), "li", "wrong", 5)  # its own address, too
    assert tries(at("10.0.0.9", office), "li", GOOD[0]) == 401
    assert tries(known, "li", GOOD[0]) == 302
    assert tries(at("10.9.9.9", office, known), "li", GOOD[0]) == 302  # wherever it is carried


def test_a_known_browser_is_known_for_its_people_alone_and_counted_itself(office: Office) -> None:
    set_one(office, GOOD[0])
    set_one(office, GOOD[1], "chen")
    known = at("10.0.0.1", office)
    assert tries(known, "li", GOOD[0]) == 302
    for n in range(30):
        tries(at(f"203.0.113.{n}", office), "chen", "wrong")
    assert tries(known, "chen", GOOD[1]) == 401
    tries(known, "li", "wrong", 5)
    assert tries(known, "li", GOOD[0]) == 401
    cookie = known.get_cookie("taizhang-known")
    assert cookie is not None
    forged = at("10.0.0.7", office)
    forged.set_cookie("taizhang-known", cookie.value[:-2] + "xx")
    assert tries(forged, "chen", GOOD[1]) == 401


def test_the_password_page_counts_like_the_gate(office: Office) -> None:
    set_one(office, GOOD[0])
    client = at("10.0.0.1", office, office.client("li"))
    for _ in range(6):
        wrong = {"old": "wrong", "new": GOOD[1], "again": GOOD[1]}
        answer = client.post("/password", data=wrong)
        assert answer.status_code == 422
        assert "原口令不正确" in answer.text
    right = {"old": GOOD[0], "new": GOOD[1], "again": GOOD[1]}
    assert client.post("/password", data=right).status_code == 422
    assert tries(at("10.0.0.1", office), "li", GOOD[0]) == 401
    with office.here.database.reading() as session:
        kinds = session.scalars(select(AuditEvent.data).where(AuditEvent.kind == "login.failed")).all()
        assert len(kinds) == 8
        assert office.count(WrongPassword) == 5
    office.clock.now += timedelta(minutes=16)
    client = at("10.0.0.1", office, office.client("li"))
    assert client.post("/password", data=right).status_code == 302


def test_nothing_typed_as_a_name_is_kept_by_the_counter(office: Office) -> None:
    tries(at("10.0.0.1", office), "MySecret-Pass9", "x")
    with office.here.database.reading() as session:
        row = session.scalars(select(WrongPassword)).one()
        assert "secret" not in (row.login_key + row.place).lower()


@pytest.mark.office(trusted_proxies=["10.0.0.0/24"])
def test_behind_our_own_proxy_each_has_their_own_address(office: Office) -> None:
    set_one(office, GOOD[0])
    tries(at("10.0.0.5", office, x_forwarded_for="203.0.113.1"), "li", "wrong", 5)
    assert tries(at("10.0.0.5", office, x_forwarded_for="203.0.113.1"), "li", GOOD[0]) == 401
    assert tries(at("10.0.0.5", office, x_forwarded_for="198.51.100.9"), "li", GOOD[0]) == 302
    tries(at("192.0.2.1", office, x_forwarded_for="203.0.113.7"), "chen", "wrong", 5)
    with office.here.database.reading() as session:
        assert "address 192.0.2.1" in set(session.scalars(select(WrongPassword.place)))


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("192.0.2.1", "203.0.113.1", "192.0.2.1"),
        ("10.0.0.5", "203.0.113.1", "203.0.113.1"),
        ("10.0.0.5", "1.1.1.1, 203.0.113.1", "203.0.113.1"),
        ("10.0.0.5", "1.1.1.1, 203.0.113.1, 10.0.0.6", "203.0.113.1"),
        ("10.0.0.5", "rubbish", "10.0.0.5"),
        ("10.0.0.5", "203.0.113.1, rubbish", "10.0.0.5"),
        ("10.0.0.5", "", "10.0.0.5"),
        ("", "203.0.113.1", ""),
    ],
)
def test_what_proxies_say_is_believed_as_far_as_they_are_ours(peer: str, forwarded: str, address: str) -> None:
    assert believed(peer, forwarded, [ip_network("10.0.0.0/24")]) == address


def test_one_machine_s_many_addresses_are_one_place() -> None:
    assert neighbourhood("2001:db8:1:2:3::4") == neighbourhood("2001:db8:1:2::9") == "2001:db8:1:2::/64"
    assert neighbourhood("203.0.113.1") == "203.0.113.1"


def test_the_administrator_sees_who_is_being_tried(office: Office) -> None:
    tries(at("203.0.113.1", office), "li", "wrong", 3)
    assert "一刻钟内输错口令 3 次" in office.client("sysadmin").get("/accounts?q=li").text
