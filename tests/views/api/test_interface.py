"""The interface for other programs: the whole chain by tokens, scopes, refusals in JSON, and requests done once."""

from __future__ import annotations

import contextlib
import os
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
import schemathesis
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ignored_auth,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from sqlalchemy import select
from werkzeug.test import TestResponse

import worker
from tests.desk_office import OWN, PDF, Office
from tests.promises import broken_promises
from workflow.office.models import ApiToken, User
from workflow.office.people import set_active
from workflow.office.tokens import create_token
from workflow.office.words import TokenScope
from workflow.record.models import AuditEvent
from workflow.tasks.models import Task
from workflow.tasks.words import Status

ROOT = "/api/v1"


def token(office: Office, login: str, scope: TokenScope = TokenScope.ACT, *, days: int = 30) -> str:
    with office.here.database.writing() as session:
        by, at = session.get_one(User, office.ids[login]), office.clock()
        expires = at.date() + timedelta(days)
        return create_token(session, name="同步", scope=scope, expires=expires, by=by, at=at)[1]


class Program:
    """A program that acts as one person."""

    def __init__(self, office: Office, login: str, **options: Any) -> None:
        self.client: FlaskClient = office.app.test_client()
        self.headers = {"Authorization": f"Bearer {token(office, login, **options)}"}

    def get(self, path: str) -> TestResponse:
        return self.client.get(ROOT + path, headers=self.headers)

    def send(self, method: str, path: str, body: object = None, *, key: str = "") -> TestResponse:
        headers = self.headers | ({"Idempotency-Key": key} if key else {})
        return self.client.open(ROOT + path, method=method, json=body, headers=headers)

    def upload(self, task_id: int, *contents: bytes, key: str = "") -> TestResponse:
        files = [(BytesIO(content), "证明.pdf") for content in contents or (PDF,)]
        headers = self.headers | ({"Idempotency-Key": key} if key else {})
        data = {"file": files, "note": "附件"}
        return self.client.post(f"{ROOT}/tasks/{task_id}/evidence", data=data, headers=headers)

    def act(self, task_id: int, action: str, opinion: str = "同意", **more: Any) -> TestResponse:
        version = self.get(f"/tasks/{task_id}").json["version"]  # type: ignore[index]
        body = {"action": action, "opinion": opinion, "seen_version": version, **more}
        return self.send("POST", f"/tasks/{task_id}/actions", body)


def test_the_whole_chain_by_programs(office: Office) -> None:
    task_id, wang = office.task_id(), Program(office, "wang")
    listed = wang.get("/tasks").json
    assert task_id in [line["id"] for line in listed["tasks"]]  # type: ignore[index]
    report = {"report": "已经全部公开。", "seen_version": 1}
    assert wang.send("PUT", f"/tasks/{task_id}/report", report).json["version"] == 2  # type: ignore[index]
    assert wang.upload(task_id).json["id"]  # type: ignore[index]
    for login, action in (("wang", "submit"), ("li", "approve"), ("zhao", "verify"), ("chen", "close")):
        answer = Program(office, login).act(task_id, action)
        assert answer.status_code == 200, answer.text
    assert answer.json["status"] == "CLOSED"  # type: ignore[index]
    worker.drain(office.here)
    shown = Program(office, "chen").get(f"/tasks/{task_id}").json
    assert [packet["seals"] for packet in shown["packets"]] == [3]  # type: ignore[index]
    pdf = wang.get(f"/packets/{shown['packets'][0]['id']}")  # type: ignore[index]
    assert pdf.data.startswith(b"%PDF")
    kinds = [event["kind"] for event in wang.get(f"/tasks/{task_id}/events").json["events"]]  # type: ignore[index]
    assert kinds[-1] == "task.assigned"
    assert "task.close" in kinds
    with office.here.database.reading() as session:
        assert broken_promises(session) == []


def test_a_file_sent_again_under_its_name_is_answered_alike(office: Office) -> None:
    task_id, wang = office.task_id(), Program(office, "wang")
    first = wang.upload(task_id, PDF, PDF + b"1", key="7d0c51f6-1")
    assert first.status_code == 200
    for others in ((PDF + b"2", PDF + b"1"), (PDF, PDF + b"2"), (PDF,)):
        assert wang.upload(task_id, *others, key="7d0c51f6-1").status_code == 422, "the name is another request's"
    office.walk(task_id, "submit")
    again = wang.upload(task_id, PDF, PDF + b"1", key="7d0c51f6-1")
    assert again.status_code == 200, "whatever has happened to the task since"
    assert again.json["replayed"]  # type: ignore[index]
    assert again.json["id"] == first.json["id"]  # type: ignore[index]


def test_the_verbs_beside_the_chain(office: Office) -> None:
    task_id, wang, chen, li = office.task_id(), *(Program(office, login) for login in ("wang", "chen", "li"))
    assert wang.send("POST", f"/tasks/{task_id}/receipt").json["sentence"] == "已签收。"  # type: ignore[index]
    asked = wang.send("POST", f"/tasks/{task_id}/requests", {"kind": "suspension", "reason": "等上级文件"})
    decision = f"/tasks/{task_id}/requests/{asked.json['id']}/decision"  # type: ignore[index]
    assert chen.send("POST", decision, {"granted": True}).status_code == 200
    assert chen.get(f"/tasks/{task_id}").json["paused_since"]  # type: ignore[index]
    assert chen.send("POST", f"/tasks/{task_id}/resumption").status_code == 200
    assert chen.send("POST", f"/tasks/{task_id}/urging", {"words": "请抓紧"}).status_code == 200
    assert wang.send("POST", f"/tasks/{task_id}/copies", {"person": "qian"}).status_code == 200
    office.walk(task_id, "submit")
    version = li.get(f"/tasks/{task_id}").json["version"]  # type: ignore[index]
    seat = {"how": "before", "person": "hong", "reason": "请把关", "seen_version": version}
    added = li.send("POST", f"/tasks/{task_id}/signers", seat).json
    drop = f"/tasks/{task_id}/signers/{added['id']}?seen_version={added['version']}"  # type: ignore[index]
    assert li.send("DELETE", drop).status_code == 200
    given = {"person": "hong", "starts": "2026-03-20", "ends": "2026-03-30", "reason": "外出"}
    number = li.send("POST", "/delegations", given).json["id"]  # type: ignore[index]
    assert li.send("DELETE", f"/delegations/{number}").status_code == 200
    me = li.get("/me").json
    wanted = {"gate": "unit", "mode": "all", "people": [office.ids["li"]], "unit_id": me["unit_id"]}  # type: ignore[index]
    assert "1 件正在这一环节" in li.send("POST", "/policies", wanted).json["sentence"]  # type: ignore[index]
    assert li.send("DELETE", "/policies/1").status_code == 200


def test_the_desk_beside_the_tasks(office: Office) -> None:
    task_id, wang, chen, li = office.task_id(), *(Program(office, login) for login in ("wang", "chen", "li"))
    listed = wang.get("/ledgers").json["ledgers"]  # type: ignore[index]
    assert [(one["id"], one["closed"], one["tasks"]) for one in listed] == [(1, 0, office.count(Task))]
    rules = {"near_days": 3, "notice_days": 8, "grave_days": 0, "behind": 10, "far_behind": 40}
    assert wang.send("PUT", "/ledgers/1/lights", rules).status_code == 404, "another unit runs it"
    assert chen.send("PUT", "/ledgers/1/lights", rules | {"notice_days": 2}).status_code == 422
    assert chen.send("PUT", "/ledgers/1/lights", rules).status_code == 200
    assert wang.get("/ledgers/1/lights").json == rules
    assert wang.upload(task_id).status_code == 200
    piece = wang.get(f"/tasks/{task_id}").json["evidence"][0]  # type: ignore[index]
    assert wang.get(f"/tasks/{task_id}/evidence/{piece['id']}").data == PDF
    assert Program(office, "qian").get(f"/tasks/{task_id}/evidence/{piece['id']}").status_code == 404
    office.walk(task_id, "submit")
    told = li.get("/notices").json["notices"]  # type: ignore[index]
    assert (told[0]["task_id"], told[0]["read_at"]) == (task_id, None)
    assert wang.send("POST", f"/notices/{told[0]['id']}/receipt").json["replayed"]  # type: ignore[index]
    assert not li.send("POST", f"/notices/{told[0]['id']}/receipt").json["replayed"]  # type: ignore[index]
    assert li.get("/notices").json["notices"][0]["read_at"]  # type: ignore[index]
    given = {"person": "hong", "starts": "2026-03-20", "ends": "2026-03-30", "reason": "外出"}
    li.send("POST", "/delegations", given)
    held = Program(office, "hong").get("/delegations").json["delegations"]  # type: ignore[index]
    assert [(one["principal"], one["deputy"], one["given"]) for one in held] == [("李主任", "小红", False)]
    wanted = {"gate": "unit", "mode": "in_order", "people": [office.ids["both"], office.ids["li"]]}
    li.send("POST", "/policies", wanted | {"unit_id": li.get("/me").json["unit_id"]})  # type: ignore[index]
    policy = li.get("/policies").json["policies"][0]  # type: ignore[index]
    assert (policy["mode"], policy["people"], policy["mine"]) == ("in_order", ["孙副主任", "李主任"], True)


def test_paper_is_registered_by_a_program_and_shown_as_paper(office: Office) -> None:
    task_id, chen = office.task_id(), Program(office, "chen")
    office.walk(task_id, "submit")
    shown = chen.get(f"/tasks/{task_id}").json
    seat = next(one for one in shown["seats"] if one["open"])  # type: ignore[index]
    assert (seat["gate"], seat["signed"]) == ("unit", False)

    def send(program: Program, name: str = "审批单.pdf", **more: Any) -> TestResponse:
        form = {"seat": seat["id"], "signer": "李主任", "opinion": "同意", "seen_version": shown["version"]} | more  # type: ignore[index]
        data = form | {"file": (BytesIO(PDF), name)}
        return program.client.post(f"{ROOT}/tasks/{task_id}/paper", data=data, headers=program.headers)

    assert send(Program(office, "wang")).status_code == 403
    assert send(chen, "审批单.exe").status_code == 422
    assert send(chen, seat=4711).status_code == 404
    done = send(chen).json
    assert done["status"] == "UNIT_APPROVED"  # type: ignore[index]
    after = chen.get(f"/tasks/{task_id}").json
    assert "线下" in after["signoffs"][0]["signer"] or after["signoffs"][0]["paper"]  # type: ignore[index]
    assert [stop["state"] for stop in after["chain"]][:4] == ["done", "done", "done", "now"]  # type: ignore[index]
    with office.here.database.reading() as session:
        assert broken_promises(session) == []


def test_a_named_request_is_done_once(office: Office) -> None:
    task_id, wang = office.task_id(), Program(office, "wang")
    body = {"address": "https://www.example.gov.cn/a", "note": ""}
    first = wang.send("POST", f"/tasks/{task_id}/links", body, key="0c7b6c1e-1")
    events = office.count(AuditEvent)
    again = wang.send("POST", f"/tasks/{task_id}/links", body, key="0c7b6c1e-1")
    assert again.json == {**first.json, "replayed": True}  # type: ignore[dict-item]
    assert office.count(AuditEvent) == events
    other = wang.send("POST", f"/tasks/{task_id}/links", body | {"note": "别的"}, key="0c7b6c1e-1")
    assert (other.status_code, other.json["code"]) == (422, "invalid")  # type: ignore[index]
    refused = wang.send("POST", f"/tasks/{task_id}/links", {"address": "ftp://x", "note": ""}, key="0c7b6c1e-2")
    assert refused.status_code == 422
    assert wang.send("POST", f"/tasks/{task_id}/links", body, key="0c7b6c1e-2").status_code == 200, (
        "nothing had been done"
    )
    assert wang.send("POST", f"/tasks/{task_id}/receipt", key="x").status_code == 422


def test_a_token_opens_what_it_may_and_ends(office: Office) -> None:
    task_id = office.task_id()
    reader = Program(office, "wang", scope=TokenScope.READ, days=2)
    assert reader.get("/tasks").status_code == 200
    assert reader.send("POST", f"/tasks/{task_id}/receipt").json["code"] == "forbidden"  # type: ignore[index]
    assert Program(office, "qian").get(f"/tasks/{task_id}").json["code"] == "not_found"  # type: ignore[index]
    assert reader.get("/tasks?scope=everything").status_code == 403
    office.clock.now += timedelta(days=4)
    assert reader.get("/tasks").status_code == 401
    for headers in (
        {},
        {"Authorization": "Bearer tz_x"},
        {"Authorization": "Basic eDp5"},
        {"Authorization": "Bearer é"},
    ):
        answer = office.app.test_client().get(f"{ROOT}/me", headers=headers)
        assert (answer.status_code, answer.json["code"]) == (401, "unauthorized")  # type: ignore[index]
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_program_of_the_office_reads_who_belongs_to_whom(office: Office) -> None:
    listed = "名称,类别,上级单位\n城关镇,街道乡镇,市财政局\n".encode()
    office.client("chen").post("/units/import", data={"file": (BytesIO(listed), "名录.csv")})
    units = {unit["name"]: unit for unit in Program(office, "chen").get("/units").json["units"]}  # type: ignore[index]
    assert units["城关镇"] | {"id": 0} == {
        "id": 0, "name": "城关镇", "kind": "town", "aliases": [], "active": True, "parent_id": units[OWN]["id"],
    }  # fmt: skip
    assert units[OWN]["parent_id"] is None
    assert Program(office, "wang").get("/units").status_code == 403


def test_a_browsers_cookie_opens_nothing_here_and_a_token_no_page(office: Office) -> None:
    assert office.client("wang").get(f"{ROOT}/me").status_code == 401
    wang = Program(office, "wang")
    assert wang.client.get("/", headers=wang.headers).status_code == 302


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("POST", "/tasks/1/actions", {"action": "approve", "seen_version": 1}, 409, "not_in_state"),
        ("POST", "/tasks/1/actions", {"action": "submit", "seen_version": 99}, 409, "stale"),
        ("POST", "/tasks/1/actions", {"action": "submit", "seen_version": 1}, 422, "incomplete"),
        ("POST", "/tasks/1/actions", {"action": "to_CLOSED", "seen_version": 1}, 422, "invalid"),
        ("POST", "/tasks/1/actions", {"action": "submit", "seen_version": 1, "by": "li"}, 422, "invalid"),
        ("GET", "/tasks/999", None, 404, "not_found"),
        ("GET", "/nothing", None, 404, "not_found"),
        ("PATCH", "/me", None, 405, "method_not_allowed"),
    ],
)
def test_refusals_are_for_programs(
    office: Office, method: str, path: str, body: object, status: int, code: str
) -> None:
    answer = Program(office, "wang").send(method, path, body)
    assert (answer.status_code, answer.json["code"]) == (status, code)  # type: ignore[index]
    assert answer.mimetype == "application/problem+json"
    assert office.task(office.task_id()).status is Status.ASSIGNED


def test_tokens_are_made_shown_once_and_taken_back(office: Office) -> None:
    client = office.client("wang")
    page = client.post("/tokens", data={"name": "财政内网", "scope": "read", "expires": "2026-12-31"}).text
    secret = page.split('<code class="text-break">')[1].split("</code>")[0]
    assert secret not in client.get("/tokens").text
    headers = {"Authorization": f"Bearer {secret}"}
    assert office.app.test_client().get(f"{ROOT}/me", headers=headers).json["scope"] == "read"  # type: ignore[index]
    assert office.client("li").post("/tokens/1/revoke").status_code == 404
    assert client.post("/tokens/1/revoke").status_code == 303
    assert office.app.test_client().get(f"{ROOT}/me", headers=headers).status_code == 401
    for bad in ({"name": "", "scope": "read", "expires": "2026-12-31"}, {"name": "x", "scope": "all", "expires": ""}):
        assert client.post("/tokens", data=bad).status_code == 422
    assert client.post("/tokens", data={"name": "x", "scope": "act", "expires": "2029-01-01"}).status_code == 422
    with office.here.database.reading() as session:
        assert secret not in str(session.scalars(select(ApiToken.token_hash)).all())


def test_who_has_left_has_no_program_either(office: Office) -> None:
    wang = Program(office, "wang")
    with office.here.database.writing() as session:
        admin, person = (session.get_one(User, office.ids[login]) for login in ("sysadmin", "wang"))
        set_active(session, person, False, by=admin, at=office.clock())
    assert wang.get("/me").status_code == 401


CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    ignored_auth,
]
EXAMPLES = int(os.environ.get("TAIZHANG_CASES", "12"))
"""Cases an operation for a proof, ``TAIZHANG_CASES=500`` for a longer look."""


@pytest.mark.parametrize("cases", [3, pytest.param(EXAMPLES, marks=pytest.mark.proof)])
@pytest.mark.parametrize("login", ["wang", "chen"])
def test_whatever_is_sent_the_description_holds(office: Office, login: str, cases: int) -> None:
    """No 5xx, no status or shape that the description does not name, nothing without a token (Schemathesis)."""
    headers = {"Authorization": f"Bearer {token(office, login)}"}
    described = schemathesis.openapi.from_wsgi(f"{ROOT}/openapi.json", office.app)
    operations_ = [found.ok() for found in described.get_all_operations()]
    assert len(operations_) == 103
    for operation in operations_:
        multipart = operation.path.endswith(("/evidence", "/paper"))  # its WSGI transport sends forms alone
        for mode in [schemathesis.GenerationMode.POSITIVE] if multipart else schemathesis.GenerationMode:

            @settings(max_examples=cases, deadline=None, database=None, suppress_health_check=list(HealthCheck))
            @given(case=operation.as_strategy(generation_mode=mode))
            def sent(case: Any) -> None:
                case.call_and_validate(headers=headers, checks=CHECKS)

            with contextlib.suppress(Unsatisfiable):  # nothing wrong can be sent where nothing is taken
                sent()


def test_the_description_is_served_and_names_no_other_host(office: Office) -> None:
    answer = office.app.test_client().get(f"{ROOT}/openapi.json")
    assert answer.json["openapi"] == "3.1.0"  # type: ignore[index]
    assert "://" not in answer.text
