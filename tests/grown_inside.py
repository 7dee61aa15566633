"""What a project grown by a gate, a channel, a role and a paper does; run by ``test_changes`` in such a copy, and nowhere else."""

from __future__ import annotations

from sqlalchemy import select

import worker
from packets.judging import judge
from tests.desk_office import Office, sign
from tests.gates_desk import packet
from tests.promises import broken_promises
from views.desks import manual
from workflow.office.models import User
from workflow.office.people import grant
from workflow.office.words import Role
from workflow.posting.words import Channel
from workflow.tasks.words import Status
from workflow.year.models import Paper


def test_a_gate_is_walked_shown_sealed_and_verified(office: Office) -> None:
    task_id = office.task_id()
    office.walk(task_id, "submit", "approve", "verify")
    page = office.client("chen").get(f"/tasks/{task_id}").text
    assert "审核合法" in page, "the button"
    assert "bi-bank" in page, "its icon"
    assert "法制审核" in page, "the rail"
    assert "审核合法" not in office.client("zhao").get(f"/tasks/{task_id}").text
    assert sign(office.client("chen"), task_id, "check", "合法").status_code == 303
    assert office.task(task_id).status is Status.CHECKED
    assert sign(office.client("yuan"), task_id, "close", "同意").status_code == 303
    assert office.task(task_id).status is Status.CLOSED
    verdict, said = packet(office, task_id)
    assert verdict == "通过", said
    assert "4 枚印章依次加盖" in said
    assert "法制已审" in office.client("chen").get("/ledgers/1").text


def test_a_gate_stands_in_the_documents(office: Office) -> None:
    written = "".join(manual.documents().values())
    for line in (
        "| 法制审核 `check` |",
        "办公室法制人员",
        "| `legal` | 法制审核 |",
        "| `pigeon` | 信鸽 |",
        "| `inspector` | 督查员 |",
    ):
        assert line in written
    assert "办公室法制人员" in office.client("chen").get("/manual/process").text


def test_a_channel_is_chosen_and_sends(office: Office) -> None:
    li = office.client("li")
    assert "信鸽" in li.get("/notices/settings").text
    said = {"channel": Channel.PIGEON.value, "target": "屋顶", "rhythm": "at_once", "secret": ""}
    assert li.post("/notices/settings", data=said).status_code == 303
    office.walk(office.task_id(), "submit")
    worker.minutely(office.here)
    worker.drain(office.here)
    assert (office.here.settings.home / "pigeon.txt").read_text("utf-8").startswith("屋顶：1. 市财政局 小王填报")


def test_a_role_is_granted_and_looks(office: Office) -> None:
    with office.here.database.writing() as session:
        by, person = session.get_one(User, office.ids["secadmin"]), session.get_one(User, office.ids["nobody"])
        grant(session, person, {Role.INSPECTOR}, by=by, at=office.clock())
    seen = office.client("nobody").get(f"/tasks/{office.task_id()}")
    assert seen.status_code == 200
    assert office.client("nobody").get("/units").status_code == 403
    assert "督查员" in office.client("secadmin").get("/grants").text


def test_a_paper_is_asked_for_made_sealed_and_verified(office: Office) -> None:
    chen = office.client("chen")
    assert "生成情况通报" in chen.get("/dossiers").text
    assert chen.post("/ledgers/1/papers/brief").status_code == 302
    worker.drain(office.here)
    assert "下载情况通报 PDF" in chen.get("/dossiers/1").text
    assert "归档包" not in chen.get("/dossiers/1").text
    with office.here.database.reading() as session:
        made = session.scalars(select(Paper)).one()
        assert (made.kind, made.error) == ("brief", "")
        assert broken_promises(session) == []
    result = judge(office.here, office.here.store.read(made.pdf_sha256 or ""))
    assert result.verdict == "通过", [fact.detail for fact in result.facts]
    assert "情况通报 QKTB-2026-000001" in "".join(fact.detail for fact in result.facts)
