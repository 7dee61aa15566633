"""A person points at sheet, head and columns of a file that was read wrongly; the next file of that form is read alike."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from openpyxl import Workbook
from sqlalchemy import select

from tests.desk_office import Office
from tests.test_office_desk import items, parties, put, settle_all
from workflow.ledgers.models import Ledger, RememberedPointing
from workflow.record.models import AuditEvent

ODD = "云岭市2027年任务安排\n\n甲；乙；丙；丁\n1；公开部门预算。；市财政局；2027年3月底前\n2；公开督查结果。；市审计局；2027年6月底前\n"
"""Parted by semicolons under a head that says nothing."""
ROLES = {0: "number", 1: "text", 2: "responsible", 3: "deadline"}


def book(year: int = 2027, *, above: int = 6, rows: int = 12) -> bytes:
    """A workbook whose head of unknown names stands below several lines of its own."""
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.title = "安排"
    sheet.append([f"云岭市{year}年重点安排"])
    for n in range(above - 1):
        sheet.append([f"说明{n + 1}"])
    sheet.append(["号", "干什么", "谁来干", "啥时候"])
    for n in range(1, rows + 1):
        sheet.append([n, f"公开第{n}项{year}年信息。", "市财政局" if n % 2 else "市教育局", f"{year}年{n % 12 + 1}月底前"])
    stream = BytesIO()
    made.save(stream)
    return stream.getvalue()


def shown(page: str) -> str:
    found = re.search(r'name="shown" value="([^"]+)"', page)
    assert found, page
    return found[1]


def begin(client: FlaskClient, data: bytes, name: str) -> int:
    """Upload what the reader refuses and go on to pointing, as the refusal offers."""
    answer = put(client, data, name)
    assert answer.status_code == 422, answer.text
    token = re.search(r'name="unread" value="([^"]+)"', answer.text)
    assert token, answer.text
    begun = client.post("/review/unread", data={"unread": token[1]})
    assert begun.status_code == 303, begun.text
    return int(begun.location.split("/")[2])


def look(client: FlaskClient, ledger_id: int, **said: object) -> str:
    """What the page shows after these choices, made one after the other as a person would."""
    url = f"/review/{ledger_id}/pointing"
    page = client.get(url).text
    for upto in ({k: v for k, v in said.items() if not k.startswith("role")}, said):
        fields = {"shown": shown(page), **upto}
        answer = client.post(url, data=fields)
        assert answer.status_code == 200, answer.text
        page = answer.text
    return page


def point(client: FlaskClient, ledger_id: int, roles: dict[int, str] = ROLES, **said: object) -> str:
    """Point, look, and read in what was shown."""
    said |= {f"role-{at}": role for at, role in roles.items()}
    page = look(client, ledger_id, **said)
    sent = {"do": "read", "remember": "1", "shown": shown(page), **said}
    return client.post(f"/review/{ledger_id}/pointing", data=sent, follow_redirects=True).text


def test_a_text_with_an_odd_separator_is_pointed_at(office: Office, chen: FlaskClient) -> None:
    ledger_id = begin(chen, ODD.encode(), "安排.txt")
    page = point(chen, ledger_id, separator="semicolon", head_row="3")
    assert "已按指认读入 2 条；已记住" in page
    rows = items(office, ledger_id)
    assert [rows[n].requirement for n in "12"] == ["公开部门预算。", "公开督查结果。"]
    assert str(rows["2"].due) == "2027-06-30"
    assert set(parties(office, ledger_id)) == {"市财政局", "市审计局"}


def test_a_workbook_with_its_head_in_the_seventh_row(office: Office, chen: FlaskClient) -> None:
    ledger_id = begin(chen, book(), "安排.xlsx")
    page = chen.get(f"/review/{ledger_id}/pointing").text
    assert re.search(r'<option value="7" selected>第 7 行：号｜干什么｜谁来干｜啥时候', page), "the fullest row is proposed"
    page = look(chen, ledger_id, head_row="7", **{f"role-{at}": role for at, role in ROLES.items()})
    assert "将读成 12 条" in page
    assert page.count('data-label="任务"') == 10, "ten rows are shown at once"
    assert office.count(AuditEvent) == events_of(office, "ledger.read"), "looking changes nothing"
    point(chen, ledger_id, head_row="7")
    rows = items(office, ledger_id)
    assert len(rows) == 12
    assert rows["3"].text == "公开第3项2027年信息。"
    assert str(rows["3"].due) == "2027-04-30"


def events_of(office: Office, kind: str) -> int:
    with office.here.database.reading() as session:
        last = session.scalars(select(AuditEvent).where(AuditEvent.kind == kind).order_by(AuditEvent.seq.desc())).first()
        return last.seq if last else 0
