"""What is refused, fetched, exported or looked at (访问记录): noted with person and address, chained, searched, exported."""

from __future__ import annotations

import json
import re

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

import worker
from tests.behind import change
from tests.desk_office import OTHER, PDF, Clock, Office, pieces, upload
from workflow.record import audit
from workflow.record.events import ANCHORED, KINDS
from workflow.record.models import AccessEvent, AuditEvent
from workflow.record.trail import check_access


def entries(office: Office) -> list[tuple[str, str, dict[str, object]]]:
    """(kind, person, data) in their order."""
    with office.here.database.reading() as session:
        rows = session.scalars(select(AccessEvent).order_by(AccessEvent.seq)).all()
        return [(row.kind, row.actor_name, json.loads(row.data)) for row in rows]


@pytest.mark.parametrize(
    ("login", "page", "kind"),
    [
        ("sysadmin", "/accounts", "look.people"),
        ("secadmin", "/grants", "look.people"),
        ("secadmin", "/grants/1", "look.people"),
        ("shenji", "/trail", "look.trail"),
        ("shenji", "/trail/export.csv?person=王", "export.trail"),
        ("chen", "/units/export.csv", "export.units"),
        ("chen", "/ledgers/1/export.xlsx", "export.ledger"),
        ("chen", "/ledgers/1/source", "download.source"),
        ("chen", "/verify/ca.pem", "download.other"),
    ],
)
def test_what_is_handed_out_is_noted(office: Office, login: str, page: str, kind: str) -> None:
    changes = office.count()
    assert office.client(login).get(page).status_code == 200
    (found,) = entries(office)
    assert found[0] == kind
    assert found[1] != "系统"
    assert (found[2]["path"], found[2]["status"], found[2]["ip"]) == (page.partition("?")[0], 200, "127.0.0.1")
    assert ("query" in found[2]) == ("?" in page)
    assert office.count() == changes, "looking is no change"


def test_a_piece_of_evidence_fetched_names_its_task(office: Office) -> None:
    client, task_id = office.client("wang"), office.task_id()
    upload(client, task_id, PDF, "证明.pdf")
    (piece,) = pieces(office, task_id)
    assert client.get(f"/tasks/{task_id}/evidence/{piece.id}").data == PDF
    with office.here.database.reading() as session:
        (row,) = session.scalars(select(AccessEvent)).all()
    assert (row.kind, row.actor_name, row.task_id) == ("download.evidence", "小王", task_id)


def test_refusals_are_noted_foreign_and_forbidden(office: Office) -> None:
    foreign = office.task_id(unit=OTHER)
    client = office.client("wang")
    assert client.get(f"/tasks/{foreign}").status_code == 404
    assert client.get("/accounts").status_code == 403
    assert client.post("/units/new").status_code == 403
    assert client.get("/no-such-page").status_code == 404
    said = [(kind, person, data["method"], data["path"]) for kind, person, data in entries(office)]
    assert said == [
        ("refused.not_found", "小王", "GET", f"/tasks/{foreign}"),
        ("refused.forbidden", "小王", "GET", "/accounts"),
        ("refused.forbidden", "小王", "POST", "/units/new"),
    ]


def test_a_forged_form_and_a_dead_token_are_noted(office: Office) -> None:
    client = office.client("wang")
    office.app.config["WTF_CSRF_ENABLED"] = True
    assert client.post("/sign-out").status_code == 400
    stranger = office.app.test_client()
    assert stranger.get("/api/v1/tasks", headers={"Authorization": "Bearer tz_x"}).status_code == 401
    assert stranger.get("/api/v1/tasks").status_code == 401
    assert stranger.get("/tasks/1").status_code == 302
    assert [kind for kind, _, _ in entries(office)] == ["refused.forged", "refused.token"]


def test_who_keeps_knocking_does_not_fill_the_disk(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Clock, "__call__", lambda clock: clock.now)  # one minute
    client = office.client("qian")
    for _ in range(70):
        client.get("/accounts")
    assert len(entries(office)) == 60


def test_ones_own_work_is_not_noted(office: Office) -> None:
    client = office.client("wang")
    for page in ("/", f"/tasks/{office.task_id()}", "/notices", "/ledgers", "/ledgers/1"):
        assert client.get(page).status_code == 200
    assert entries(office) == []


def test_every_change_says_where_it_came_from(office: Office) -> None:
    office.walk(office.task_id(), "submit")
    with office.here.database.reading() as session:
        done = session.scalars(select(AuditEvent.data).where(AuditEvent.kind == "task.submit")).one()
    assert json.loads(done)["ip"] == "127.0.0.1"


def test_what_nobody_is_called_is_kept_unreadable(office: Office) -> None:
    client = office.app.test_client()
    for typed in ("Geheim-2026!", "Geheim-2026!", "other"):
        assert client.post("/sign-in", data={"login": typed, "password": "x"}).status_code == 401
    with office.here.database.reading() as session:
        told = select(AuditEvent.data).where(AuditEvent.kind == "login.failed").order_by(AuditEvent.seq)
        failed = session.scalars(told).all()
    assert "geheim" not in "".join(failed).lower()
    veiled = [json.loads(data)["login_veiled"] for data in failed]
    assert veiled[0] == veiled[1] != veiled[2], "the same name is recognised"
    assert all(re.fullmatch("[0-9a-f]{16}", one) for one in veiled)
    assert all(json.loads(data)["ip"] == "127.0.0.1" for data in failed)


def test_the_log_is_searched_and_exported(office: Office) -> None:
    office.client("wang").get("/accounts")
    office.client("sysadmin").get("/accounts")
    auditor = office.client("shenji")
    page = auditor.get("/trail?log=access&kind=refused.forbidden").text
    assert page.count("<details>") == 1
    assert "越权被拒" in page
    assert "127.0.0.1" in page
    assert "长期保存（不少于 180 天）" in page
    assert "没有符合条件的记录" in auditor.get("/trail?log=access&ip=10.").text
    assert "系统员" in auditor.get("/trail?log=access&ip=127.0.0.1&person=系统员").text
    lines = auditor.get("/trail/export.jsonl?log=access&kind=refused.forbidden").text.splitlines()
    (line,) = (json.loads(line) for line in lines)
    assert (line["kind"], line["actor_name"]) == ("refused.forbidden", "小王")
    table = auditor.get("/trail/export.csv?log=access").text
    assert "来源地址" in table
    assert "127.0.0.1" in table
    for odd in ("log=x", "log=access&kind=task.submit", "log=access&ip=%25", "log=access&before=1"):
        assert auditor.get(f"/trail?{odd}").status_code == 200


@pytest.mark.own_home
@pytest.mark.parametrize(
    "harm", ["UPDATE access_event SET actor_name = '别人' WHERE seq = 1", "DELETE FROM access_event"]
)
def test_nobody_changes_it_unseen(office: Office, harm: str) -> None:
    office.client("wang").get("/accounts")
    worker.hourly(office.here)
    with office.here.database.write_engine.begin() as connection, pytest.raises(DBAPIError, match="append-only"):
        connection.execute(text(harm))
    assert check_access(office.here.database).intact
    change(office.here.database, harm)
    assert not check_access(office.here.database).intact
    assert office.app.test_cli_runner().invoke(args=["trail", "verify"]).exit_code == 1
    assert "不通过" in office.client("shenji").get("/trail/check").text


def test_its_head_is_noted_in_the_trail_once_it_has_grown(office: Office) -> None:
    worker.hourly(office.here)
    office.client("wang").get("/accounts")
    for _ in range(2):
        worker.hourly(office.here)
    with office.here.database.reading() as session:
        noted = session.scalars(select(AuditEvent.data).where(AuditEvent.kind == ANCHORED.name)).all()
        newest = audit.head(session, AccessEvent)
    assert [json.loads(one) for one in noted] == [{"seq": newest.seq, "hash": newest.hash}]


def test_every_route_that_says_what_it_leaves_says_a_known_kind(office: Office) -> None:
    said = {kind for view in office.app.view_functions.values() if (kind := getattr(view, "_noted", None))}
    assert all(KINDS[kind.name] is kind and kind.access for kind in said)
    assert len(said) > 8


@pytest.mark.own_home
def test_reading_goes_on_where_nothing_can_be_written(office: Office) -> None:
    client = office.client("sysadmin")
    with office.here.database.write_engine.begin() as connection:
        connection.execute(text("DROP TABLE access_event"))
    assert client.get("/accounts").status_code == 200
