"""A person points at sheet, head and columns of a file that was read wrongly; the next file of that form is read alike."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from flask import g
from flask.testing import FlaskClient
from openpyxl import Workbook
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.desk_office import Office, multipart
from tests.views.desks.test_office_desk import items, ledger, parties, put, read_in, settle, unit_id
from views.desks import unread
from views.desks.pointing_page import File
from workflow.ledgers.models import Ledger, LedgerItem, RememberedPointing
from workflow.ledgers.words import Part
from workflow.office.models import User
from workflow.record.models import AuditEvent

ODD = "云岭市2027年任务安排\n\n甲；乙；丙；丁\n1；公开部门预算。；市财政局；2027年3月底前\n2；公开督查结果。；市审计局；2027年6月底前\n"
"""Parted by semicolons under a head that says nothing: read by its cells, if not as somebody wants it."""
NOTHING = "甲；乙；丙\n子；丑；寅\n卯；辰；巳\n"
"""A table of which no reader can know what it says."""
ROLES = {0: "number", 1: "text", 2: "responsible", 3: "deadline"}
LEADS = ROLES | {2: "lead"}
"""What nothing in the file says."""


def book(year: int = 2027, *, above: int = 6, rows: int = 12, sheets: int = 1) -> bytes:
    """A workbook whose head of unknown names stands below several lines of its own."""
    made = Workbook()
    for n in range(sheets):
        sheet = made.create_sheet(f"安排{n + 1}", n)
        for line in (f"云岭市{year}年重点安排", *(f"说明{at}" for at in range(1, above))):
            sheet.append([line])
        sheet.append(["号", "干什么", "谁来干", "啥时候"])
        for at in range(1, rows + 1):
            who = "市财政局" if at % 2 else "市教育局"
            sheet.append([at, f"公开第{at}项{year}年信息。", who, f"{year}年{at % 12 + 1}月底前"])
    del made["Sheet"]
    stream = BytesIO()
    made.save(stream)
    return stream.getvalue()


def shown(page: str) -> str:
    found = re.search(r'name="shown" value="([^"]+)"', page)
    assert found, page
    return found[1]


def begin(client: FlaskClient, data: bytes, name: str) -> int:
    """Upload, and where the reader refuses go on to pointing as the refusal offers."""
    answer = put(client, data, name)
    token = re.search(r'name="unread" value="([^"]+)"', answer.text)
    if token:
        assert answer.status_code == 422
        answer = client.post("/review/unread", data={"unread": token[1]})
    assert answer.status_code == 303, answer.text
    return int(answer.location.split("/")[2])


def read_next(client: FlaskClient, data: bytes, name: str) -> tuple[int, str]:
    """Upload the next file: its draft and what the settling page says."""
    answer = put(client, data, name)
    assert answer.status_code == 303, answer.text
    return int(answer.location.rsplit("/", 1)[1]), client.get(answer.location).text


def parts(office: Office, ledger_id: int) -> set[Part]:
    """The parts that units play in a draft."""
    return {party.part for party in parties(office, ledger_id).values()}


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
    assert re.search(r'<option value="7" selected>第 7 行：号｜干什么｜谁来干｜啥时候', page), (
        "the fullest row is proposed"
    )
    page = look(chen, ledger_id, head_row="7", **{f"role-{at}": role for at, role in ROLES.items()})
    assert "将读成 12 条" in page
    assert page.count('data-label="任务"') == 10, "ten rows are shown at once"
    assert events(office, "ledger.read_again") == 0, "looking changes nothing"
    point(chen, ledger_id, head_row="7")
    rows = items(office, ledger_id)
    assert len(rows) == 12
    assert rows["3"].text == "公开第3项2027年信息。"
    assert str(rows["3"].due) == "2027-04-30"


AMBIGUOUS = """云岭市2027年政务公开任务分解表
序号  工作任务  责任单位  完成时限
1  公开部门预算  市财政局  2027年3月底前
   公开决算  市教育局
2  公开督查结果  市审计局  2027年6月底前
   并公开审计结果
"""
"""Rows that go on in the next line, or more rows."""


def other(client: FlaskClient, ledger_id: int, **sent: object) -> TestResponse:
    return client.post(f"/review/{ledger_id}/other-reading", data=sent)


def events(office: Office, kind: str) -> int:
    with office.here.database.reading() as session:
        return len(session.scalars(select(AuditEvent).where(AuditEvent.kind == kind)).all())


def agreed(page: str) -> str:
    found = re.search(r'name="agreed" value="([^"]+)"', page)
    return found[1] if found else ""


# Pointing ---------------------------------------------------------------------------------------------------------------


def test_a_text_in_another_encoding(office: Office, chen: FlaskClient) -> None:
    table = "雲嶺市2027年工作安排\n\n甲\t乙\t丙\t丁\n1\t公開部門預算。\t市財政局\t2027年3月底前\n"
    ledger_id = begin(chen, table.encode("big5"), "安排.txt")
    assert "公開部門預算" not in chen.get(f"/review/{ledger_id}/pointing").text
    point(chen, ledger_id, encoding="big5", separator="tab", head_row="3")
    assert items(office, ledger_id)["1"].text == "公開部門預算。"
    assert ledger(office, ledger_id).title == "雲嶺市2027年工作安排", "the head is read anew as well"


def test_what_was_not_shown_is_not_read_in(office: Office, chen: FlaskClient) -> None:
    """Without scripts a choice may be changed and read in with one press: it is shown first."""
    ledger_id = begin(chen, ODD.encode(), "安排.txt")
    url = f"/review/{ledger_id}/pointing"
    said = {f"role-{at}": role for at, role in LEADS.items()} | {"separator": "semicolon", "head_row": "3"}
    answer = chen.post(url, data={"do": "read", "shown": shown(chen.get(url).text), **said})
    assert answer.status_code == 422
    assert "请核对前几行，再按一次" in answer.text
    assert parts(office, ledger_id) == {Part.RESPONSIBLE}
    again = chen.post(url, data={"do": "read", "shown": shown(answer.text), **said})
    assert again.status_code == 303
    assert parts(office, ledger_id) == {Part.LEAD}


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"separator": "~"}, "没有这种分隔符"),
        ({"encoding": "rot13"}, "没有这种文字编码"),
        ({"separator": "semicolon", "head_row": "7000"}, "请在其中选择表头所在的行"),
        ({"head_row": "第三行"}, "应是数字"),
        ({"separator": "semicolon", "head_row": "3", "role-1": "king"}, "没有这种栏目"),
    ],
)
def test_what_the_page_does_not_offer_is_refused_with_a_sentence(
    office: Office, chen: FlaskClient, said: dict[str, str], sentence: str
) -> None:
    ledger_id = begin(chen, ODD.encode(), "安排.txt")
    url = f"/review/{ledger_id}/pointing"
    before, kept = shown(look(chen, ledger_id, separator="semicolon", head_row="3")), parties(office, ledger_id)
    answer = chen.post(url, data={"do": "read", "shown": before, **said})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert list(parties(office, ledger_id)) == list(kept), "as it was read"


def test_what_holds_no_table_is_a_plain_refusal(chen: FlaskClient) -> None:
    for data, name in ((b"\x89PNG\r\n\x1a\n" + bytes(64), "图.png"), (b"PK\x03\x04" + bytes(64), "表.docx")):
        assert 'name="unread"' not in put(chen, data, name).text


def test_a_refused_file_waits_for_whoever_sent_it(office: Office, chen: FlaskClient) -> None:
    answer = put(chen, NOTHING.encode(), "安排.txt")
    token = re.findall(r'name="unread" value="([^"]+)"', answer.text)[0]
    assert office.client("yuan").post("/review/unread", data={"unread": token}).status_code == 404
    assert chen.post("/review/unread", data={"unread": token + "x"}).status_code == 404
    assert office.client("wang").post("/review/unread", data={"unread": token}).status_code == 403
    assert "没有读到任务表" in chen.get("/review/new", query_string={"unread": token}).text
    assert office.count(Ledger) == 1, "no draft before somebody points"


def test_nothing_is_being_read_of_the_database_while_a_refused_file_is(
    chen: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An open read keeps every commit waiting; a file may take a minute."""
    answer, seen = put(chen, NOTHING.encode(), "安排.txt"), []
    token = re.findall(r'name="unread" value="([^"]+)"', answer.text)[0]

    def look(file: File) -> str:
        seen.append(g.reading.in_transaction())
        return ""

    monkeypatch.setattr(unread, "_text", look)
    assert chen.post("/review/unread", data={"unread": token}).status_code == 303
    assert seen == [False]


def test_a_script_that_uploads_is_led_to_the_page_that_offers_pointing(chen: FlaskClient) -> None:
    body = {"data": multipart(NOTHING.encode(), "安排.txt"), "content_type": "multipart/form-data; boundary=b"}
    answer = chen.post("/review/new", headers={"HX-Request": "true"}, **body)
    assert answer.status_code == 422
    assert 'name="unread"' in chen.get(answer.headers["HX-Redirect"]).text


def test_nobody_else_points(office: Office, chen: FlaskClient) -> None:
    ledger_id = begin(chen, ODD.encode(), "安排.txt")
    addresses = (
        f"/review/{ledger_id}/pointing",
        f"/review/{ledger_id}/pointing/forget",
        f"/review/{ledger_id}/other-reading",
    )
    for address in addresses:
        assert office.client("wang").post(address).status_code == 403
        assert office.client("shenji").post(address).status_code == 403
    with office.here.database.writing() as session:
        session.get_one(User, office.ids["yuan"]).unit_id = session.get_one(User, office.ids["qian"]).unit_id
    assert office.client("yuan").get(addresses[0]).status_code == 404, "another office's draft"
    for address in addresses:
        assert office.client("yuan").post(address).status_code == 404


# Remembered -------------------------------------------------------------------------------------------------------------


def test_the_next_file_of_that_form_is_read_alike(office: Office, chen: FlaskClient) -> None:
    point(chen, begin(chen, book(), "2027年安排.xlsx"), LEADS, head_row="7")
    ledger_id, page = read_next(chen, book(2028, above=3, rows=5), "2028年安排.xlsx")
    assert "《2027年安排.xlsx》记住的指认读入" in page
    rows = items(office, ledger_id)
    assert len(rows) == 5
    assert rows["3"].text == "公开第3项2028年信息。"
    assert str(rows["3"].due) == "2028-04-30"
    assert parts(office, ledger_id) == {Part.LEAD}


def test_another_form_and_another_office_are_read_as_ever(office: Office, chen: FlaskClient) -> None:
    point(chen, begin(chen, book(), "2027年安排.xlsx"), LEADS, head_row="7")
    assert "记住的指认" not in read_next(chen, AMBIGUOUS.encode(), "表.txt")[1]
    with office.here.database.writing() as session:
        session.get_one(User, office.ids["yuan"]).unit_id = session.get_one(User, office.ids["qian"]).unit_id
    yuan = office.client("yuan")
    theirs = begin(yuan, book(2028), "2028年安排.xlsx")
    assert "记住的指认" not in yuan.get(f"/review/{theirs}").text
    assert Part.LEAD not in parts(office, theirs)


def test_forgotten_it_is_read_as_ever(office: Office, chen: FlaskClient) -> None:
    ledger_id = begin(chen, book(), "2027年安排.xlsx")
    point(chen, ledger_id, LEADS, head_row="7")
    told = chen.post(f"/review/{ledger_id}/pointing/forget", follow_redirects=True).text
    assert "已忘掉这种格式的指认" in told
    assert "记住的指认读入" not in told
    assert parts(office, ledger_id) == {Part.LEAD}, "the draft keeps its rows"
    assert office.count(RememberedPointing) == 0
    chen.post(f"/review/{ledger_id}/pointing/forget")  # a second click
    assert events(office, "ledger.pointing_forgotten") == 1
    assert Part.LEAD not in parts(office, begin(chen, book(2028), "2028年安排.xlsx"))


def test_it_is_not_remembered_against_the_wish(office: Office, chen: FlaskClient) -> None:
    ledger_id = begin(chen, book(), "2027年安排.xlsx")
    point(chen, ledger_id, LEADS, head_row="7", remember="")
    assert parts(office, ledger_id) == {Part.LEAD}
    assert office.count(RememberedPointing) == 0


def test_one_table_of_several_is_read_and_a_column_left_unread(office: Office, chen: FlaskClient) -> None:
    ledger_id = begin(chen, book(sheets=2), "安排.xlsx")
    point(chen, ledger_id, LEADS | {0: "skip"}, sheet="1", head_row="7")
    with office.here.database.reading() as session:
        told = session.get_one(Ledger, ledger_id).problems
        assert "按指认只读入“安排2”，另外 1 张表没有读入。" in [problem.message for problem in told]
    assert len(items(office, ledger_id)) == 12
    assert all(not row.extra for row in items(office, ledger_id).values())


# The other reading ------------------------------------------------------------------------------------------------------


def test_two_readings_stand_side_by_side_and_one_is_chosen(office: Office, chen: FlaskClient) -> None:
    ledger_id = read_in(chen, AMBIGUOUS)
    first = set(items(office, ledger_id))
    page = chen.get(f"/review/{ledger_id}").text
    assert "现在读成 3 条，也可以读成 2 条" in page
    assert page.count('class="alone"') == 3, "rows that the other reading does not have are marked"
    assert other(chen, ledger_id, second="1").status_code == 303
    assert len(items(office, ledger_id)) == 2
    assert "现在读成 2 条，也可以读成 3 条" in chen.get(f"/review/{ledger_id}").text
    assert other(chen, ledger_id).status_code == 303
    assert set(items(office, ledger_id)) == first, "and back again"
    assert events(office, "ledger.read_again") == 2


def test_what_was_settled_is_lost_only_knowingly(office: Office, chen: FlaskClient) -> None:
    ledger_id = read_in(chen, AMBIGUOUS)
    chen.post(f"/review/{ledger_id}/head", data={"title": "改好的名称", "year": "2027"})
    settle(chen, office, ledger_id, "市教育局", unit=unit_id(office, "市教育局"))
    answer = other(chen, ledger_id, second="1")
    assert answer.status_code == 422
    assert "会丢失已核定的内容（单位认定或调整 1 次）" in answer.text
    assert len(items(office, ledger_id)) == 3
    knows = agreed(chen.get(f"/review/{ledger_id}").text)
    chen.post(f"/review/{ledger_id}/items/{next(iter(items(office, ledger_id).values())).id}/delete")
    assert other(chen, ledger_id, second="1", agreed=knows).status_code == 422, "a colleague went on meanwhile"
    knows = agreed(chen.get(f"/review/{ledger_id}").text)
    assert other(chen, ledger_id, second="1", agreed=knows).status_code == 303
    assert len(items(office, ledger_id)) == 2
    assert ledger(office, ledger_id).title == "改好的名称", "the head was put right by hand and stays"


def test_a_draft_published_meanwhile_is_not_touched(office: Office, chen: FlaskClient) -> None:
    ledger_id = read_in(chen, AMBIGUOUS)
    page = look(chen, ledger_id)
    for one in parties(office, ledger_id).values():
        settle(chen, office, ledger_id, one.phrase, unit=unit_id(office, "市财政局"), everywhere=1)
    seen = re.search(r'name="seen" value="([^"]+)"', chen.get(f"/review/{ledger_id}").text)
    published = chen.post(f"/review/{ledger_id}/publish", data={"seen": seen[1] if seen else ""})
    assert published.status_code == 303, published.text
    before = {row.id for row in items(office, ledger_id).values()}
    for address, sent in (
        ("other-reading", {"second": "1"}),
        ("pointing", {"do": "read", "shown": shown(page)}),
        ("pointing/forget", {}),
    ):
        answer = chen.post(f"/review/{ledger_id}/{address}", data=sent)
        assert answer.status_code == 409, address
        assert "已经发布" in answer.text
    assert {row.id for row in items(office, ledger_id).values()} == before


# Doubts -----------------------------------------------------------------------------------------------------------------


def test_every_field_in_doubt_is_marked_at_its_row_with_the_reason(office: Office, chen: FlaskClient) -> None:
    table = "云岭市2027年任务分解表\n序号\t工作任务\t责任单位\t完成时限\n1\t公开预算\t市财政局\t2027年2月30日前\n2\t公开决算\t市财政局\t2027年3月底前\n"
    ledger_id = read_in(chen, table)
    rows = items(office, ledger_id)
    page = chen.get(f"/review/{ledger_id}").text
    doubted, plain = (page[page.index(f'id="row-{rows[n].id}"') :].split("</article>")[0] for n in "12")
    assert "时限存疑：" in doubted
    assert "2027年2月30日" in doubted[doubted.index('class="doubts"') :]
    assert "存疑" not in plain
    press = re.search(r'class="doubts".*?action="([^"]+)"', doubted, re.DOTALL)
    assert press
    chen.post(press[1])
    page = chen.get(f"/review/{ledger_id}").text
    assert "时限存疑" not in page[page.index('id="rows"') :]


def test_rows_that_bear_the_same_number_are_doubted_each_for_itself(office: Office, chen: FlaskClient) -> None:
    table = "云岭市2027年任务分解表\n序号\t工作任务\t责任单位\t完成时限\n1\t公开预算\t市财政局\t2027年3月底前\n1\t公开决算\t市财政局\t2027年2月30日前\n"
    ledger_id = read_in(chen, table)
    page = chen.get(f"/review/{ledger_id}").text
    with office.here.database.reading() as session:
        wanted = select(LedgerItem.id).where(LedgerItem.ledger_id == ledger_id).order_by(LedgerItem.position)
        first, second = (
            page[page.index(f'id="row-{row}"') :].split("</article>")[0] for row in session.scalars(wanted)
        )
    assert "不是有效日期" not in first
    assert "不是有效日期" in second
