"""Rows are added, split, merged, changed many at once and tied to last year's; a unit cuts its task by section."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.desk_office import OWN, Office
from tests.views.desks.test_office_desk import items, names, parties, read_in, settle, unit_id
from workflow.ledgers.models import LedgerItem
from workflow.record.models import AuditEvent
from workflow.tasks.models import TaskShare
from workflow.year.look_backs.of_ledger import look_back

TABLE = """云岭市2027年政务公开工作要点任务分解表
序号\t工作任务\t工作要求\t牵头单位\t责任单位\t完成时限\t备注
一、公开
1\t公开预算\t公开部门预算。公开部门决算。\t市财政局\t各有关单位\t2027年3月底前\t另行通知
2\t公开督查\t公开督查结果。\t市审计局\t市教育局\t每季度\t
3\t公开审计\t公开审计结果。\t市审计局\t市教育局\t2027年5月底前\t
"""


def post(client: FlaskClient, url: str, **fields: Any) -> str:
    answer = client.post(url, data=fields, follow_redirects=True)
    assert answer.status_code == 200, answer.text
    return answer.text


def order(office: Office, ledger_id: int) -> list[str]:
    with office.here.database.reading() as session:
        wanted = select(LedgerItem.number).where(LedgerItem.ledger_id == ledger_id).order_by(LedgerItem.position)
        return list(session.scalars(wanted))


def kinds(office: Office) -> list[str]:
    with office.here.database.reading() as session:
        return list(session.scalars(select(AuditEvent.kind).order_by(AuditEvent.seq)))


def test_a_row_is_added_where_it_belongs(office: Office, chen: FlaskClient) -> None:
    ledger_id = read_in(chen, TABLE)
    first = items(office, ledger_id)["1"]
    post(chen, f"/review/{ledger_id}/rows/add", after=first.id, number="1-2", title="", requirement="公开三公经费。")
    assert order(office, ledger_id) == ["1", "1-2", "2", "3"]
    assert items(office, ledger_id)["1-2"].section == ["一、公开"]
    assert kinds(office)[-1] == "ledger.item_added"


def test_an_added_row_must_say_something(office: Office, chen: FlaskClient) -> None:
    ledger_id = read_in(chen, TABLE)
    answer = chen.post(f"/review/{ledger_id}/rows/add", data={"number": "9"})
    assert answer.status_code == 422
    assert "不能都是空的" in answer.text
    assert order(office, ledger_id) == ["1", "2", "3"]


def test_a_row_splits_with_its_units_and_dates(office: Office, chen: FlaskClient) -> None:
    ledger_id = read_in(chen, TABLE)
    first = items(office, ledger_id)["1"]
    post(chen, f"/review/{ledger_id}/rows/{first.id}/split", parts="公开部门预算。\n\n公开部门决算。\n")
    assert order(office, ledger_id) == ["1", "1-2", "2", "3"]
    with office.here.database.reading() as session:
        one, two = (
            session.scalars(
                select(LedgerItem).where(LedgerItem.ledger_id == ledger_id, LedgerItem.number == number)
            ).one()
            for number in ("1", "1-2")
        )
        assert (one.requirement, two.requirement) == ("公开部门预算。", "公开部门决算。")
        assert [p.phrase for p in one.parties] == [p.phrase for p in two.parties]
        assert one.due == two.due
        assert two.extra == [["备注", "另行通知"]]


@pytest.mark.parametrize("parts", ["", "只有一段", "\n".join("甲" for _ in range(51))])
def test_a_split_into_one_or_too_many_is_refused(office: Office, chen: FlaskClient, parts: str) -> None:
    ledger_id = read_in(chen, TABLE)
    answer = chen.post(f"/review/{ledger_id}/rows/{items(office, ledger_id)['1'].id}/split", data={"parts": parts})
    assert answer.status_code == 422
    assert order(office, ledger_id) == ["1", "2", "3"]


def test_two_rows_become_one(office: Office, chen: FlaskClient) -> None:
    ledger_id = read_in(chen, TABLE)
    second = items(office, ledger_id)["2"]
    post(chen, f"/review/{ledger_id}/rows/{second.id}/merge")
    assert order(office, ledger_id) == ["1", "2"]
    merged = items(office, ledger_id)["2"]
    assert merged.requirement == "公开督查结果。公开审计结果。"
    assert str(merged.due) == "2027-05-31"
    assert merged.recurrence == "quarterly"


def test_the_last_row_has_nothing_below_to_merge(office: Office, chen: FlaskClient) -> None:
    ledger_id = read_in(chen, TABLE)
    answer = chen.post(f"/review/{ledger_id}/rows/{items(office, ledger_id)['3'].id}/merge")
    assert answer.status_code == 422
    assert "下面没有条目" in answer.text


def test_many_rows_at_once(office: Office, chen: FlaskClient) -> None:
    ledger_id = read_in(chen, TABLE)
    rows = items(office, ledger_id)
    ticked = [rows["1"].id, rows["3"].id]
    post(chen, f"/review/{ledger_id}/rows/many", row=ticked, do="due", due="2027-09-30")
    assert [str(items(office, ledger_id)[n].due) for n in "123"] == ["2027-09-30", "None", "2027-09-30"]
    assert "已处理勾选的 1 条" in post(
        chen, f"/review/{ledger_id}/rows/many", row=ticked, do="unit", name=OWN, part="lead"
    )
    post(chen, f"/review/{ledger_id}/rows/many", row=ticked, do="delete")
    assert order(office, ledger_id) == ["2"]


@pytest.mark.parametrize(
    "fields",
    [{"do": "due", "due": "2027-02-30"}, {"do": "due", "due": ""}, {"do": "unit", "name": "没有的局"}, {"do": ""}, {}],
)
def test_many_rows_at_once_refuse_what_makes_no_sense(
    office: Office, chen: FlaskClient, fields: dict[str, str]
) -> None:
    ledger_id = read_in(chen, TABLE)
    before = office.count()
    row = items(office, ledger_id)["1"].id
    assert chen.post(f"/review/{ledger_id}/rows/many", data={"row": row, **fields}).status_code == 422
    assert chen.post(f"/review/{ledger_id}/rows/many", data=fields).status_code == 422
    assert office.count() == before


def publish(office: Office, chen: FlaskClient, ledger_id: int) -> None:
    settle(chen, office, ledger_id, "各有关单位", unit=[unit_id(office, OWN), unit_id(office, "市教育局")])
    assert chen.post(f"/review/{ledger_id}/publish").status_code == 303


def test_last_times_choice_is_proposed_for_the_same_words(office: Office, chen: FlaskClient) -> None:
    publish(office, chen, read_in(chen, TABLE))
    again = read_in(chen, TABLE.replace("2027", "2028"))
    page = chen.get(f"/review/{again}").text
    assert "照上次选定的 2 个单位" in page
    like = parties(office, again - 1)["各有关单位"].id
    settle(chen, office, again, "各有关单位", like=like)
    assert names(parties(office, again)["各有关单位"]) == {OWN, "市教育局"}


def test_a_newer_version_shows_what_changed(office: Office, chen: FlaskClient) -> None:
    old = read_in(chen, TABLE)
    new = read_in(
        chen,
        TABLE.replace("公开督查结果。", "公开督查和整改结果。")
        .replace("3\t公开审计", "3\t公开绩效")
        .replace("公开审计结果。", "公示目标绩效评价报告。"),
    )
    assert f"other={old}" in chen.get(f"/review/{new}").text
    page = chen.get(f"/review/{new}/compare?other={old}").text
    assert "相同 1 条，有改动 1 条，新增 1 条，删去 1 条" in page
    assert "<del>公开督查结果。</del> → <ins>公开督查和整改结果。</ins>" in page


def test_rows_are_tied_to_last_years_by_a_person(office: Office, chen: FlaskClient) -> None:
    old = read_in(chen, TABLE)
    publish(office, chen, old)
    new = read_in(chen, TABLE.replace("2027", "2028"))
    pair = f"{items(office, new)['3'].id}:{items(office, old)['3'].id}"
    assert "已确认 1 条" in post(chen, f"/review/{new}/follow", other=old, pair=[pair])
    assert kinds(office)[-1] == "ledger.item_follows"
    post(chen, f"/review/{new}/follow", other=old)
    assert items(office, new)["3"].follows_id is None
    post(chen, f"/review/{new}/follow", other=old, pair=[pair])
    publish(office, chen, new)
    with office.here.database.reading() as session:
        look = look_back(session, new, as_of=office.clock())
    assert [item.follows for item in look.items] == ["", "", "承接 2027 年第 3 条（当年办结 0/2）"]


def test_rows_of_another_office_or_ledger_are_not_found(office: Office, chen: FlaskClient) -> None:
    ledger_id = read_in(chen, TABLE)
    stranger = office.client("wang")
    row = items(office, ledger_id)["1"].id
    for url in (f"rows/{row}/split", f"rows/{row}/merge", "rows/many", "rows/add", "follow"):
        assert stranger.post(f"/review/{ledger_id}/{url}", data={"parts": "甲\n乙"}).status_code in (403, 404)
        if url != "follow":
            assert chen.post(f"/review/1/{url}", data={"parts": "甲\n乙"}).status_code in (404, 409, 422)
    assert order(office, ledger_id) == ["1", "2", "3"]


def shares(office: Office, task_id: int) -> list[TaskShare]:
    with office.here.database.reading() as session:
        return list(session.scalars(select(TaskShare).where(TaskShare.task_id == task_id).order_by(TaskShare.id)))


def test_a_unit_cuts_its_task_by_section(office: Office) -> None:
    task_id, wang = office.task_id(), office.client("wang")
    page = post(wang, f"/tasks/{task_id}/shares", section="预算科", work="整理预算表", due="2026-04-01")
    assert "预算科" in page
    assert "整理预算表" in page
    share = shares(office, task_id)[0]
    assert "重新办理" in post(wang, f"/tasks/{task_id}/shares/{share.id}", done="1")
    assert office.task(task_id).version == 1
    post(wang, f"/tasks/{task_id}/shares/{share.id}/drop")
    assert shares(office, task_id) == []
    assert [kind for kind in kinds(office) if "share" in kind] == [
        "task.share_added",
        "task.share_done",
        "task.share_dropped",
    ]


def test_sections_are_the_units_own_affair(office: Office) -> None:
    task_id = office.task_id()
    post(office.client("wang"), f"/tasks/{task_id}/shares", section="预算科", work="整理预算表")
    for stranger in ("zhao", "chen", "qian"):
        assert "预算科：" not in office.client(stranger).get(f"/tasks/{task_id}").text
        answer = office.client(stranger).post(f"/tasks/{task_id}/shares", data={"section": "甲", "work": "乙"})
        assert answer.status_code in (403, 404)
    assert len(shares(office, task_id)) == 1


@pytest.mark.parametrize("fields", [{"section": "", "work": "乙"}, {"section": "甲", "work": " "}, {"section": "甲", "work": "乙", "due": "2026-13-01"}])  # fmt: skip
def test_a_share_must_say_who_and_what(office: Office, fields: dict[str, str]) -> None:
    task_id = office.task_id()
    assert office.client("wang").post(f"/tasks/{task_id}/shares", data=fields).status_code == 422
    assert shares(office, task_id) == []


def test_a_closed_task_is_cut_no_more(office: Office) -> None:
    task_id = office.task_id()
    office.walk(task_id, "submit", "approve", "verify", "close")
    answer = office.client("wang").post(f"/tasks/{task_id}/shares", data={"section": "甲", "work": "乙"})
    assert answer.status_code == 409
