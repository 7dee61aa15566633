"""The desks beside the work: accounts, desks granted, the trail, packets."""

from __future__ import annotations

import csv
import io
import json
import re
from io import BytesIO
from pathlib import Path

import pytest

from tests.behind import change
from tests.desk_office import HOME, Office
from workflow.office.events import SIGNED_OUT, Login
from workflow.office.models import Unit, User
from workflow.record import audit
from workflow.record.models import AuditEvent
from workflow.tasks.models import Signoff, Task
from workflow.tasks.registering import packet_of, register_revision

ROOT = Path(__file__).parents[3]
HALF = re.compile(r"<code>([a-zA-Z0-9]{4}-[a-zA-Z0-9]{4})</code>")


def _unit(office: Office, name: str = HOME) -> int:
    with office.here.database.reading() as session:
        return next(unit.id for unit in session.query(Unit) if unit.name == name)


def test_a_new_account_s_password_comes_in_two_halves_and_is_changed_at_first_sign_in(office: Office) -> None:
    admin, second = office.client("sysadmin"), office.client("secadmin")
    opened = admin.post("/accounts", data={"login": "xin.ren", "name": "新人", "unit_id": _unit(office)})
    first = HALF.search(opened.text)
    assert first
    assert not HALF.search(admin.get("/accounts").text)
    assert opened.headers["Cache-Control"] == "no-store"
    agreed = re.search(r"/resets/\d+/agree", second.get("/resets").text)
    assert agreed
    other = HALF.search(second.post(agreed[0]).text)
    assert other
    client, password = office.app.test_client(), f"{first[1]}-{other[1]}"
    assert client.post("/sign-in", data={"login": "xin.ren", "password": password}).status_code == 302
    assert client.get("/").location == "/password"
    weak = client.post("/password", data={"old": password, "new": "short", "again": "short"})
    assert weak.status_code == 422
    assert "新口令至少 10 位" in weak.text
    strong = {"old": password, "new": "Vt8-pear-Moon", "again": "Vt8-pear-Moon"}
    assert client.post("/password", data=strong).status_code == 302
    assert "您的账号还没有授予岗位" in client.get("/").text
    assert client.post("/sign-out").status_code == 302


@pytest.mark.parametrize(
    ("login", "name", "status", "sentence"),
    [
        ("wang", "重名", 409, "登录名 wang 已经有人使用"),
        ("大写", "某人", 422, "登录名须为 2 至 64 位"),
        ("", "某人", 422, "请填写登录名。"),
        ("ok.name", "", 422, "请填写姓名。"),
        ("ok.name", "\u200b", 422, "请填写姓名。"),
        ("x" * 65, "某人", 422, "登录名最多 64 字"),
    ],
)
def test_accounts_that_cannot_be_are_refused(office: Office, login: str, name: str, status: int, sentence: str) -> None:
    before = office.count(User)
    answer = office.client("sysadmin").post("/accounts", data={"login": login, "name": name, "unit_id": _unit(office)})
    assert answer.status_code == status
    assert sentence in answer.text
    assert office.count(User) == before
    assert 'value="' + login + '"' in answer.text or not login


def test_an_account_of_no_unit_is_refused(office: Office) -> None:
    for unit in ("999", "x", ""):
        answer = office.client("sysadmin").post("/accounts", data={"login": "ok.name", "name": "某", "unit_id": unit})
        assert answer.status_code == 422


def test_stopping_ends_the_sessions_and_is_written_once(office: Office) -> None:
    admin, wang, user = office.client("sysadmin"), office.client("wang"), office.ids["wang"]
    admin.post(f"/accounts/{user}/stop")
    events = office.count()
    admin.post(f"/accounts/{user}/stop")
    assert office.count() == events
    assert wang.get("/").status_code == 302
    assert "已停用" in admin.get("/accounts?q=wang").text
    admin.post(f"/accounts/{user}/start")
    assert office.client("wang").get("/").status_code == 200
    own = admin.post(f"/accounts/{office.ids['sysadmin']}/stop")
    assert own.status_code == 403
    assert "不能停用自己的账号" in own.text
    for missing in (4711, 10**30):
        assert admin.post(f"/accounts/{missing}/stop").status_code == 404


def test_the_security_administrator_gives_desks_and_nobody_mixes_the_three(office: Office) -> None:
    client, user = office.client("secadmin"), office.ids["nobody"]
    assert client.post(f"/grants/{user}", data={"roles": ["handler", "unit_head"]}).status_code == 303
    assert "经办人" in office.client("nobody").get("/").text
    mixed = client.post(f"/grants/{user}", data={"roles": ["handler", "system_admin"]})
    assert mixed.status_code == 422
    assert "三员须由不同的人担任" in mixed.text
    assert client.post(f"/grants/{user}", data={"roles": ["emperor"]}).status_code == 422
    own = client.post(f"/grants/{office.ids['secadmin']}", data={"roles": ["audit_admin"]})
    assert own.status_code == 403
    assert "不能给自己授予岗位" in own.text
    events = office.count()
    client.post(f"/grants/{user}", data={"roles": ["handler", "unit_head"]})
    assert office.count() == events


@pytest.mark.parametrize(
    ("login", "urls"),
    [
        ("wang", ("/accounts", "/grants", "/trail", "/trail/check", "/trail/export.csv")),
        ("sysadmin", ("/grants", "/trail", "/tasks/1")),
        ("secadmin", ("/accounts", "/trail", "/tasks/1")),
        ("audadmin", ("/accounts", "/grants", "/tasks/1")),
        ("nobody", ("/accounts", "/grants", "/trail", "/seals", "/tasks/1")),
    ],
)
def test_desks_are_closed_to_others(office: Office, login: str, urls: tuple[str, ...]) -> None:
    for url in urls:
        answer = office.client(login).get(url)
        assert answer.status_code == 403, url
        assert "没有这个功能的权限" in answer.text


@pytest.mark.parametrize(
    ("login", "home"), [("sysadmin", "/accounts"), ("secadmin", "/grants"), ("audadmin", "/trail")]
)
def test_administrators_land_at_their_own_desk(office: Office, login: str, home: str) -> None:
    assert office.client(login).get("/").location == home


def test_the_trail_is_listed_filtered_and_checked(office: Office) -> None:
    office.walk(office.task_id(), "submit")
    client = office.client("shenji")
    page = client.get(f"/trail?subject={office.task_id()}&kind=task.submit").text
    assert page.count("<details>") == 1
    assert "小王" in page
    assert "没有符合条件的记录" in client.get("/trail?person=不存在的人").text
    for query in ("subject=任务 " + "9" * 18, "subject=台账1", "before=x", "kind=%00", "person=%25"):
        assert client.get(f"/trail?{query}").status_code == 200
    assert "例如「任务 12」" in client.get("/trail?subject=x").text
    assert "逐条相接" in client.get("/trail/check").text
    with office.here.database.reading() as session:
        head = audit.head(session)
    assert "一致" in client.get(f"/trail/check?seq={head.seq}&hash={head.hash}").text
    assert "末尾被截断或整链被重写" in client.get(f"/trail/check?seq={head.seq}&hash={'0' * 64}").text
    assert client.get("/trail/check?seq=1&hash=zz").status_code == 422


@pytest.mark.own_home
def test_a_rewritten_event_is_found(office: Office) -> None:
    assert change(office.here.database, "UPDATE audit_event SET actor_name = '别人' WHERE seq = 3") == 1
    page = office.client("shenji").get("/trail/check").text
    assert "不通过" in page
    assert "留痕第 3 条" in page


def test_exports_hold_every_event_and_no_formula(office: Office) -> None:
    with office.here.database.writing() as session:
        session.get_one(User, office.ids["chen"]).name = "=cmd|' /C calc'!A0"
        by = session.get_one(User, office.ids["chen"])
        audit.record(session, SIGNED_OUT, Login(login="chen"), subject=by.id, by=by, at=office.clock())
    client = office.client("shenji")
    rows = list(csv.reader(io.StringIO(client.get("/trail/export.csv").text.lstrip("\ufeff"))))
    assert len(rows) == office.count(AuditEvent) + 1
    assert rows[-1][3].startswith("'=cmd")
    lines = [json.loads(line) for line in client.get("/trail/export.jsonl").text.splitlines()]
    checked = audit.verify_chain(AuditEvent(**line) for line in lines)
    assert checked.intact
    assert checked.events == office.count(AuditEvent)


def test_a_packet_is_downloaded_by_those_who_see_the_task(office: Office) -> None:
    task_id = office.task_id()
    office.walk(task_id, "submit", "approve")
    page = office.client("wang").get(f"/tasks/{task_id}").text
    assert "正在生成证据包并签章" in page
    progress = office.client("wang").get(f"/tasks/{task_id}/sealing").get_json()
    assert (progress["done"], progress["total"], progress["state"]) == (0, 1, "running")
    sealed = b"%PDF-1.7 sealed"
    with office.here.database.writing() as session:
        task = session.get_one(Task, task_id)
        packet = packet_of(session, task, 1, at=office.clock())
        blob = office.here.store.add_bytes(sealed)
        signoff = session.query(Signoff).one()
        register_revision(session, packet, signoff, field="unit", blob=blob, at=office.clock())
        number, packet_id = packet.number, packet.id
    page = office.client("wang").get(f"/tasks/{task_id}").text
    assert number in page
    assert "签章中" in page
    answer = office.client("zhao").get(f"/packets/{packet_id}")
    assert answer.data == sealed
    assert number in answer.headers["Content-Disposition"]
    assert office.client("zhao").get(f"/packets/{packet_id}?revision=99").status_code == 404
    for missing in (4711, 10**30):
        assert office.client("zhao").get(f"/packets/{missing}").status_code == 404
    assert office.client("qian").get(f"/packets/{packet_id}").status_code == 404
    assert office.client("wang").get(f"/tasks/{task_id}/sealing").get_json()["state"] == "done"


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [(b"", "空.pdf", "不是 PDF 文件"), (b"MZ", "程序.pdf", "不是 PDF 文件"), (b"%PDF-", "", "没有选择文件")],
)
def test_what_is_no_packet_is_refused(office: Office, content: bytes, name: str, sentence: str) -> None:
    answer = office.client("wang").post("/verify", data={"file": (BytesIO(content), name)})
    assert answer.status_code == 422
    assert sentence in answer.text


def test_a_broken_pdf_is_never_passed(office: Office) -> None:
    answer = office.client("wang").post("/verify", data={"file": (BytesIO(b"%PDF-1.7\nrubbish"), "包.pdf")})
    assert answer.status_code == 200
    assert "核对结果" in answer.text
    assert "<strong>通过</strong>" not in answer.text
