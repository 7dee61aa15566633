"""The office's desk: a table goes in, is settled name by name and row by row, and is published whole or not at all."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.desk_office import OWN, Office, multipart
from tests.promises import broken_promises
from workflow.ledgers.models import ItemParty, Ledger, LedgerItem
from workflow.ledgers.words import Part
from workflow.office.models import Notice, Unit, UnitAlias, UnitGroup
from workflow.office.words import Resolution
from workflow.record.models import AuditEvent
from workflow.tasks.models import Task
from workflow.tasks.words import Status

TABLE = """云岭市2027年政务公开工作要点任务分解表
序号\t工作任务\t工作要求\t牵头单位\t责任单位\t完成时限
1\t公开预算\t公开部门预算。\t市财政局\t各有关单位\t2027年3月底前
2\t公开督查\t公开督查结果。\t市发展与改革委员会\t市教育局\t每季度
3\t公开审计\t公开审计结果。\t市审计局\t市商务局\t2027年2月30日前
"""


def put(client: FlaskClient, data: bytes, name: str = "表.txt") -> TestResponse:
    return client.post("/review/new", data=multipart(data, name), content_type="multipart/form-data; boundary=b")


def read_in(client: FlaskClient, table: str = TABLE) -> int:
    answer = put(client, table.encode())
    assert answer.status_code == 303, answer.text
    return int(answer.location.rsplit("/", 1)[1])


def parties(office: Office, ledger_id: int) -> dict[str, ItemParty]:
    with office.here.database.reading() as session:
        wanted = select(ItemParty).join(LedgerItem).where(LedgerItem.ledger_id == ledger_id)
        return {party.phrase: party for party in session.scalars(wanted) if list(party.units) is not None}


def items(office: Office, ledger_id: int) -> dict[str, LedgerItem]:
    with office.here.database.reading() as session:
        wanted = select(LedgerItem).where(LedgerItem.ledger_id == ledger_id)
        return {item.number: item for item in session.scalars(wanted)}


def ledger(office: Office, ledger_id: int) -> Ledger:
    with office.here.database.reading() as session:
        return session.get_one(Ledger, ledger_id)


def unit_id(office: Office, name: str) -> int:
    with office.here.database.reading() as session:
        return session.scalars(select(Unit.id).where(Unit.name == name)).one()


def names(party: ItemParty) -> set[str]:
    return {unit.name for unit in party.units}


def settle(client: FlaskClient, office: Office, ledger_id: int, phrase: str, **fields: object) -> TestResponse:
    party = parties(office, ledger_id)[phrase]
    return client.post(f"/review/{ledger_id}/names/{party.id}", data=fields, follow_redirects=True)


def settle_all(client: FlaskClient, office: Office, ledger_id: int) -> None:
    settle(client, office, ledger_id, "各有关单位", unit=[unit_id(office, OWN), unit_id(office, "市教育局")])
    settle(client, office, ledger_id, "市发展与改革委员会", name="市发展和改革委员会", remember=1)
    party = parties(office, ledger_id)["市商务局"]
    made = client.post(
        f"/review/{ledger_id}/names/{party.id}/new-unit",
        data={"name": "市商务局", "kind": "department"},
        follow_redirects=True,
    )
    assert "已把「市商务局」认定为市商务局" in made.text


# Reading in -----------------------------------------------------------------------------------------------------------


def test_problems_and_open_names_stand_first_beside_the_source(chen: FlaskClient) -> None:
    page = chen.get(f"/review/{read_in(chen)}").text
    assert page.index("待核实") < page.index("读出的条目")
    assert "2027年2月30日" in page
    assert "不是有效日期" in page
    assert "市商务局" in page
    assert "各有关单位" in page
    assert 'id="L3"' in page, "the source stands there with its lines"


BAD = {
    "nothing chosen": (None, "", 422, "没有选择文件"),
    "empty": (b"", "空.txt", 422, "是空的（0 字节）"),
    "not a table": ("关于召开会议的通知\n请准时参加。".encode(), "通知.txt", 422, "没有读到任务表"),
    "wrong encoding": (b"\xff\xfe\x00\xd8" * 50, "乱.txt", 422, "没有读到任务表"),
    "word": (b"PK\x03\x04" + b"\0" * 64, "表.docx", 422, "没有读到任务表"),
    "fifty megabytes of spaces": (b" " * 50_000_000, "空格.txt", 413, "超过 20 MB 的上限"),
    "twenty megabytes of spaces": (b" " * 20_000_000, "空格.txt", 422, "没有读到任务表"),
    "a name with a NUL": ("没有表".encode(), "a\x00b.txt", 422, "文件名中有非法字符"),
    "a hostile name": ("没有表".encode(), "../../etc/passwd<script>.txt", 422, "没有读到任务表"),
}


@pytest.mark.parametrize("kind", BAD)
def test_bad_documents_are_refused_with_a_sentence(office: Office, chen: FlaskClient, kind: str) -> None:
    data, name, status, words = BAD[kind]
    events, before = office.count(AuditEvent), office.count(Ledger)
    answer = chen.post("/review/new") if data is None else put(chen, data, name)
    assert answer.status_code == status
    said = re.sub(r"<[^>]+>", "", answer.text[answer.text.index("data-refusal") :]) if status == 422 else answer.text
    assert words in said
    assert "Traceback" not in answer.text
    assert "<script>.txt" not in answer.text
    assert (office.count(AuditEvent), office.count(Ledger)) == (events, before)


def test_the_same_file_twice_is_said_with_a_link(office: Office, chen: FlaskClient) -> None:
    first = read_in(chen)
    again = put(chen, TABLE.encode(), "另一个名字.txt")
    assert again.status_code == 409
    assert "已经读入，正在核定" in again.text
    assert f"/ledgers/{first}" in again.text
    assert office.count(Ledger) == 2


def test_only_the_office_reads_in(office: Office) -> None:
    for login in ("wang", "li", "zhao", "liushi", "shenji", "sysadmin"):
        assert put(office.client(login), TABLE.encode()).status_code == 403
    assert office.client("wang").get("/review/1").status_code == 403


def test_the_source_comes_back_byte_for_byte(chen: FlaskClient) -> None:
    answer = chen.get(f"/ledgers/{read_in(chen)}/source")
    assert answer.data == TABLE.encode()
    assert answer.headers["Content-Disposition"].startswith("attachment")


# Settling -------------------------------------------------------------------------------------------------------------


def test_names_are_resolved_proposed_or_asked_for(office: Office, chen: FlaskClient) -> None:
    found = parties(office, read_in(chen))
    assert names(found["市财政局"]) == {OWN}
    assert found["市发展与改革委员会"].resolution is Resolution.NEAR
    assert not found["市发展与改革委员会"].units
    assert found["各有关单位"].is_group
    assert not found["各有关单位"].units
    assert not found["市商务局"].units


def test_a_proposed_name_is_taken_with_one_click_and_remembered(office: Office, chen: FlaskClient) -> None:
    ledger_id = read_in(chen)
    near = unit_id(office, "市发展和改革委员会")
    page = settle(chen, office, ledger_id, "市发展与改革委员会", unit=near, everywhere=1, remember=1).text
    assert "已把「市发展与改革委员会」认定为市发展和改革委员会" in page
    with office.here.database.reading() as session:
        assert session.scalars(select(UnitAlias.unit_id).where(UnitAlias.name == "市发展与改革委员会")).one() == near


def test_several_units_can_be_remembered_as_a_group(office: Office, chen: FlaskClient) -> None:
    ledger_id = read_in(chen)
    ids = [unit_id(office, OWN), unit_id(office, "市教育局")]
    settle(chen, office, ledger_id, "各有关单位", unit=ids, remember=1)
    assert names(parties(office, ledger_id)["各有关单位"]) == {OWN, "市教育局"}
    with office.here.database.reading() as session:
        assert len(session.scalars(select(UnitGroup).where(UnitGroup.name == "各有关单位")).one().members) == 2


@pytest.mark.parametrize("fields", [{}, {"name": "火星局"}, {"unit": "999999"}, {"name": "　"}, {"unit": "abc"}])
def test_a_name_is_settled_with_units_that_exist(office: Office, chen: FlaskClient, fields: dict[str, str]) -> None:
    ledger_id = read_in(chen)
    answer = settle(chen, office, ledger_id, "市商务局", **fields)
    assert answer.status_code == 422
    said = (
        "请选择",
        "至少一个现有单位",
        "单位名录里没有「火星局」",
        "勾选的单位中有无法识别的选项，请刷新页面后重新勾选",
    )
    assert any(sentence in answer.text for sentence in said)
    assert not parties(office, ledger_id)["市商务局"].units


def test_a_row_is_edited_and_a_bad_date_keeps_what_was_typed(office: Office, chen: FlaskClient) -> None:
    ledger_id = read_in(chen)
    row = items(office, ledger_id)["3"]
    address = f"/review/{ledger_id}/items/{row.id}"
    typed = {
        "title": "公开审计整改",
        "requirement": "公开审计整改结果。",
        "deadline_text": "2027年2月底前",
        "recurrence": "",
    }
    wrong = chen.post(address, data={**typed, "due": "2027-02-30"})
    assert wrong.status_code == 422
    assert "不是有效的日期" in wrong.text
    assert "公开审计整改结果" in wrong.text
    assert chen.post(address, data={**typed, "due": "2027-02-28"}).status_code == 303
    after = items(office, ledger_id)["3"]
    assert (after.title, str(after.due)) == ("公开审计整改", "2027-02-28")


def test_a_row_needs_words(office: Office, chen: FlaskClient) -> None:
    ledger_id = read_in(chen)
    row = items(office, ledger_id)["1"]
    answer = chen.post(
        f"/review/{ledger_id}/items/{row.id}", data={"title": " ", "requirement": "\u200b", "recurrence": ""}
    )
    assert answer.status_code == 422
    assert "不能都是空的" in answer.text


def test_a_row_is_deleted_once(office: Office, chen: FlaskClient) -> None:
    ledger_id = read_in(chen)
    row = items(office, ledger_id)["2"]
    address = f"/review/{ledger_id}/items/{row.id}/delete"
    assert "已删除第 2 条" in chen.post(address, follow_redirects=True).text
    assert "无需重复操作" in chen.post(address, follow_redirects=True).text
    assert set(items(office, ledger_id)) == {"1", "3"}


def test_units_are_added_and_taken_off_a_row(office: Office, chen: FlaskClient) -> None:
    ledger_id = read_in(chen)
    row = items(office, ledger_id)["1"]
    address = f"/review/{ledger_id}/items/{row.id}/units"
    assert chen.post(address, data={"part": "responsible", "name": "市审计局"}).status_code == 303
    twice = chen.post(address, data={"part": "responsible", "name": "市审计局"})
    assert twice.status_code == 409
    assert "已经有市审计局" in twice.text
    added = next(p for p in _row_parties(office, row.id) if p.phrase == "市审计局" and p.part is Part.RESPONSIBLE)
    chen.post(f"/review/{ledger_id}/names/{added.id}/drop")
    assert "市审计局" not in {p.phrase for p in _row_parties(office, row.id)}


def _row_parties(office: Office, item_id: int) -> list[ItemParty]:
    with office.here.database.reading() as session:
        return list(session.scalars(select(ItemParty).where(ItemParty.item_id == item_id)))


def test_the_head_is_edited_and_a_wrong_year_refused(office: Office, chen: FlaskClient) -> None:
    ledger_id = read_in(chen)
    typed = {"title": "新名称", "year": "2027", "document_number": "云政办〔2027〕1号", "report_due": "2027-12-20"}
    assert chen.post(f"/review/{ledger_id}/head", data=typed).status_code == 303
    after = ledger(office, ledger_id)
    assert (after.title, str(after.report_due), after.lead_tasks) == ("新名称", "2027-12-20", False)
    assert chen.post(f"/review/{ledger_id}/head", data={**typed, "year": "27"}).status_code == 422
    assert chen.post(f"/review/{ledger_id}/head", data={**typed, "title": ""}).status_code == 422


def test_names_are_held_against_a_directory_that_has_grown(office: Office, chen: FlaskClient) -> None:
    ledger_id = read_in(chen)
    chen.post("/units/new", data={"name": "市商务局", "kind": "department", "aliases": ""})
    assert "新认定 1 处" in chen.post(f"/review/{ledger_id}/resolve", follow_redirects=True).text


def test_a_draft_is_discarded_and_may_be_read_again(office: Office, chen: FlaskClient) -> None:
    chen.post(f"/review/{read_in(chen)}/discard")
    assert office.count(Ledger) == 1
    read_in(chen)


# Publishing -----------------------------------------------------------------------------------------------------------


def test_nothing_is_published_while_a_name_is_open(office: Office, chen: FlaskClient) -> None:
    ledger_id = read_in(chen)
    tasks = office.count(Task)
    answer = chen.post(f"/review/{ledger_id}/publish")
    assert answer.status_code == 422
    assert "还没有认定单位" in answer.text
    assert office.count(Task) == tasks
    assert ledger(office, ledger_id).published_at is None


def test_publishing_opens_one_task_a_unit_and_tells_them_once(office: Office, chen: FlaskClient) -> None:
    ledger_id = read_in(chen)
    settle_all(chen, office, ledger_id)
    tasks, unread, notices = office.count(Task), office.unread("wang"), office.count(Notice)
    page = chen.post(f"/review/{ledger_id}/publish", follow_redirects=True).text
    assert "3 条任务" in page
    with office.here.database.reading() as session:
        opened = session.scalars(select(Task).where(Task.ledger_id == ledger_id)).all()
        assert {task.status for task in opened} == {Status.ASSIGNED}
        by_row = {n: {t.unit.name for t in opened if t.item.number == n} for n in ("1", "3")}
        assert by_row == {"1": {OWN, "市教育局"}, "3": {"市审计局", "市商务局"}}
        assert next(str(t.due) for t in opened if t.item.number == "1") == "2027-03-31"
        assert broken_promises(session) == []
    assert office.unread("wang") > unread
    after = office.count(Task), office.count(Notice), office.count(AuditEvent)
    assert "已经发布，无需重复操作" in chen.post(f"/review/{ledger_id}/publish", follow_redirects=True).text
    assert (office.count(Task), office.count(Notice), office.count(AuditEvent)) == after
    assert after[0] == tasks + len(opened)
    assert after[1] > notices


def test_a_published_ledger_is_frozen(office: Office, chen: FlaskClient) -> None:
    ledger_id = read_in(chen)
    settle_all(chen, office, ledger_id)
    chen.post(f"/review/{ledger_id}/publish")
    row, party = items(office, ledger_id)["1"], parties(office, ledger_id)["市财政局"]
    typed = {"title": "改", "requirement": "改", "recurrence": ""}
    for address, data in (
        (f"items/{row.id}", typed), (f"items/{row.id}/delete", {}), (f"names/{party.id}/drop", {}),
        (f"names/{party.id}", {"name": "市审计局"}), (f"items/{row.id}/units", {"part": "lead", "name": "市审计局"}),
        ("head", {"title": "改", "year": "2027"}), ("resolve", {}), ("discard", {}),
    ):  # fmt: skip
        answer = chen.post(f"/review/{ledger_id}/{address}", data=data)
        assert answer.status_code == 409, address
        assert "条目已冻结" in answer.text
    with office.here.database.writing() as session:  # a group that changes later changes nothing published
        session.get_one(Ledger, ledger_id)
    assert items(office, ledger_id)["1"].title == "公开预算"


def test_the_same_published_file_says_so(office: Office, chen: FlaskClient) -> None:
    ledger_id = read_in(chen)
    settle_all(chen, office, ledger_id)
    chen.post(f"/review/{ledger_id}/publish")
    assert "已经发布" in put(chen, TABLE.encode()).text


def test_a_unit_that_leads_itself_is_listed_and_led_by_the_office(office: Office, chen: FlaskClient) -> None:
    table = TABLE.split("\n1\t", maxsplit=1)[0] + "\n1\t公开\t公开预算。\t市财政局\t市财政局、市财政局\t2027年3月底前\n"
    ledger_id = read_in(chen, table)
    page = chen.get(f"/review/{ledger_id}").text
    assert "既是牵头单位又是责任单位" in page
    assert "出现了两次" in page
    chen.post(f"/review/{ledger_id}/publish")
    with office.here.database.reading() as session:
        task = session.scalars(select(Task).where(Task.ledger_id == ledger_id)).one()
    office.walk(task.id, "submit", "approve")
    assert "核验" in office.client("chen").get(f"/tasks/{task.id}").text


# The overview and the dossier's desk ----------------------------------------------------------------------------------


def test_the_matrix_shows_every_task_and_narrows(office: Office, chen: FlaskClient) -> None:
    office.walk(office.task_id(), "submit")
    page = chen.get("/ledgers/1").text
    for number in (1, 2, 3):
        assert f"/tasks/{office.task_id(number)}" in page
    narrowed = chen.get("/ledgers/1?status=DRAFTED").text
    assert f"/tasks/{office.task_id(1)}" in narrowed
    assert f"/tasks/{office.task_id(2)}" not in narrowed
    assert "没有符合条件的条目" in chen.get("/ledgers/1?status=CLOSED").text
    assert chen.get("/ledgers/1?unit=99999999999999999999&status=x&section=" + "长" * 400).status_code == 200


def test_a_dossier_is_asked_for_once_and_shows_its_progress(office: Office, chen: FlaskClient) -> None:
    first = chen.post("/ledgers/1/papers/dossier")
    second = chen.post("/ledgers/1/papers/dossier")
    assert first.location == second.location
    assert chen.get(first.location + "/progress").json["state"] == "waiting"
    assert chen.get(first.location + "/pdf").status_code == 404
    for login in ("wang", "zhao", "sysadmin"):
        assert office.client(login).get(first.location).status_code == 403


def test_names_that_are_nearly_a_unit_s_own_are_settled_together(office: Office, chen: FlaskClient) -> None:
    table = TABLE.replace("发展与改革", "发展改革").replace("市商务局", "云岭市人民府办公室")
    ledger_id = read_in(chen, table)
    page = chen.get(f"/review/{ledger_id}").text
    pairs = re.findall(r'name="pair" value="(\d+:\d+)"', page)
    assert len(pairs) == 2
    assert "这 2 个一并认定" in page
    foreign = [pairs[0], f"{parties(office, ledger_id)['各有关单位'].id}:{10**6}"]
    assert chen.post(f"/review/{ledger_id}/names", data={"pair": foreign}).status_code == 422
    assert not names(parties(office, ledger_id)["市发展改革委员会"])  # all or none
    assert chen.post(f"/review/{ledger_id}/names", data={"pair": pairs}).status_code == 303
    assert names(parties(office, ledger_id)["市发展改革委员会"]) == {"市发展和改革委员会"}
    assert names(parties(office, ledger_id)["云岭市人民府办公室"]) == {"云岭市人民政府办公室"}
