"""Settling a name answers what was doubted about it; the same doubt in many rows is one line and one press."""

from __future__ import annotations

from flask.testing import FlaskClient
from sqlalchemy import select

from tests.desk_office import OTHER, OWN, Office
from tests.views.desks.test_office_desk import items, parties, read_in, settle, unit_id
from workflow.ledgers.models import ReadingProblem
from workflow.record.models import AuditEvent

HEAD = "云岭市2027年政务公开工作要点任务分解表\n序号\t工作任务\t工作要求\t牵头单位\t责任单位\t完成时限\n"
ROWS = 17
TABLE = HEAD + "".join(f"{n}\t公开{n}\t公开{n}。\t市财政局\t市直其他单位\t2027年3月底前\n" for n in range(1, ROWS + 1))


def doubts(office: Office, ledger_id: int) -> list[ReadingProblem]:
    """What is still in doubt."""
    with office.here.database.reading() as session:
        mine = select(ReadingProblem).where(ReadingProblem.ledger_id == ledger_id, ReadingProblem.settled_at.is_(None))
        return list(session.scalars(mine.order_by(ReadingProblem.id)))


def settled(office: Office) -> int:
    with office.here.database.reading() as session:
        return len(session.scalars(select(AuditEvent).where(AuditEvent.kind == "ledger.problem_settled")).all())


def test_the_same_doubt_is_one_line_with_its_rows(office: Office, chen: FlaskClient) -> None:
    ledger_id = read_in(chen, TABLE)
    assert len(doubts(office, ledger_id)) == ROWS
    page = chen.get(f"/review/{ledger_id}").text
    listed = page.partition('id="problems"')[2].partition("</section>")[0]
    assert listed.count("“市直其他单位”没有写明具体单位，发布前请指定。<") == 1
    assert "17 处全部已核实" in page
    assert f"等 {ROWS} 条" in page
    assert f'href="#row-{items(office, ledger_id)["3"].id}">3</a>' in page


def test_one_press_settles_all_that_say_the_same(office: Office, chen: FlaskClient) -> None:
    ledger_id = read_in(chen, TABLE.replace("公开5。", "公开5。").replace("\t2027年3月底前", "\t2027年2月30日前", 1))
    others = [one for one in doubts(office, ledger_id) if "市直其他单位" not in one.message]
    asked = next(one for one in doubts(office, ledger_id) if "市直其他单位" in one.message)
    address = f"/review/{ledger_id}/problems/{asked.id}"
    assert "17 处疑点已标为核实" in chen.post(address, follow_redirects=True).text
    assert [one.message for one in doubts(office, ledger_id)] == [one.message for one in others]
    assert others, "another doubt stays"
    assert settled(office) == 1
    chen.post(address)  # a second click
    assert settled(office) == 1


def test_settling_a_name_everywhere_answers_every_doubt_about_it(office: Office, chen: FlaskClient) -> None:
    ledger_id = read_in(chen, TABLE)
    units = [unit_id(office, OWN), unit_id(office, OTHER)]
    page = settle(chen, office, ledger_id, "市直其他单位", unit=units, everywhere=1).text
    assert "共 17 处。关于它的 17 处疑点随之核实。" in page
    assert doubts(office, ledger_id) == []
    assert "读表时的 17 处疑点都已核实" in page


def test_settling_one_cell_answers_for_its_row_alone(office: Office, chen: FlaskClient) -> None:
    ledger_id = read_in(chen, TABLE)
    settle(chen, office, ledger_id, "市直其他单位", unit=unit_id(office, OWN))
    assert len(doubts(office, ledger_id)) == ROWS - 1


def test_other_doubts_about_the_row_stay(office: Office, chen: FlaskClient) -> None:
    table = HEAD + "1\t公开\t公开。\t市财政局\t市财政局、有关单位\t2027年2月30日前\n"
    ledger_id = read_in(chen, table)
    before = {one.message for one in doubts(office, ledger_id)}
    settle(chen, office, ledger_id, "有关单位", unit=unit_id(office, OTHER), everywhere=1)
    gone = before - {one.message for one in doubts(office, ledger_id)}
    assert gone == {"第 1 项：“有关单位”没有写明具体单位，发布前请指定。"}
    assert any("既是牵头单位又是责任单位" in message for message in before - gone)


def test_a_name_that_looks_like_no_unit_is_answered_by_a_new_unit_or_by_leaving(
    office: Office, chen: FlaskClient
) -> None:
    table = HEAD + "".join(f"{n}\t公开{n}\t公开{n}。\t市财政局\t火星小组{n}\t2027年3月底前\n" for n in (1, 2))
    ledger_id = read_in(chen, table)
    assert {one.name for one in doubts(office, ledger_id)} == {"火星小组1", "火星小组2"}
    made, left = parties(office, ledger_id)["火星小组1"], parties(office, ledger_id)["火星小组2"]
    new = {"name": "火星小组1", "kind": "department"}
    assert (
        "随之核实" in chen.post(f"/review/{ledger_id}/names/{made.id}/new-unit", data=new, follow_redirects=True).text
    )
    assert {one.name for one in doubts(office, ledger_id)} == {"火星小组2"}
    chen.post(f"/review/{ledger_id}/names/{left.id}/drop")
    assert doubts(office, ledger_id) == []


def test_names_found_in_a_directory_that_has_grown_are_answered_too(office: Office, chen: FlaskClient) -> None:
    ledger_id = read_in(chen, HEAD + "1\t公开\t公开。\t市财政局\t火星小组\t2027年3月底前\n")
    chen.post("/units/new", data={"name": "火星小组", "kind": "department", "aliases": ""})
    chen.post(f"/review/{ledger_id}/resolve")
    assert doubts(office, ledger_id) == []
