"""A packet verifies itself before it is registered, and says why it waits; what is downloaded beside it confirms it elsewhere."""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import segno
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

import worker
from packets import jobs
from packets.gathering import gather
from packets.judging import judge
from packets.paper import manifest_of
from packets.render import packet_html, render
from packets.verify import verify
from tests.desk_office import PDF, Office, upload
from views.desks import outside
from workflow.ledgers.models import Ledger
from workflow.ledgers.stating import set_progress_by
from workflow.ledgers.words import ProgressBy
from workflow.office.models import User
from workflow.record import outbox
from workflow.record.models import OutboxRow, Registration
from workflow.record.registering import CODE
from workflow.tasks.case import case_of
from workflow.tasks.models import Packet, PacketRevision, Signoff, Task
from workflow.tasks.submitting import submit_report


def approved(office: Office) -> str:
    """A task whose unit has approved, and the address of its page."""
    office.walk(office.task_id(), "submit", "approve")
    worker.drain(office.here)
    return f"/tasks/{office.task_id()}"


def mended(office: Office) -> None:
    """What the administrator does once the cause is gone."""
    with office.here.database.writing() as session:
        outbox.retry(session, at=office.clock())
    worker.drain(office.here)


def held(office: Office, task: str, words: str) -> None:
    """Nothing is registered, the promise is parked, and the people at the task read why."""
    assert (office.count(PacketRevision), office.count(Registration)) == (0, 0)
    with office.here.database.reading() as session:
        row = session.scalars(select(OutboxRow).where(OutboxRow.kind == "packet")).one()
        assert row.attempts == outbox.MAX_ATTEMPTS
        assert words in row.last_error
    page = office.client("wang").get(task).text
    assert "签章暂未完成" in page
    assert words in page
    progress = office.client("wang").get(f"{task}/sealing").get_json()
    assert progress["state"] == "failed"
    assert words in progress["message"]


def test_what_a_broken_printer_prints_is_not_registered(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def misprint(contents: Any, *rest: Any, **named: Any) -> bytes:
        return render(replace(contents, unit="市审计局"), *rest, **named)

    monkeypatch.setattr(jobs, "render", misprint)
    task = approved(office)
    held(office, task, "责任单位")
    monkeypatch.setattr(jobs, "render", render)
    mended(office)
    assert office.count(PacketRevision) == 1


def test_what_a_broken_sealer_seals_is_not_registered(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = jobs.seal
    monkeypatch.setattr(jobs, "seal", lambda *given, **named: whole(*given, **named)[:-40] + b"\n%%EOF\n")
    held(office, approved(office), "自检未通过")


def test_the_page_the_register_and_a_stranger_say_the_same(office: Office) -> None:
    task_id = office.task_id()
    office.walk(task_id, "submit", "approve", "verify", "close")
    worker.drain(office.here)
    wang = office.client("wang")
    with office.here.database.reading() as session:
        packet = session.scalars(select(Packet)).one()
        last = packet.revisions[-1].id
    pdf = wang.get(f"/packets/{packet.id}")
    beside = wang.get(f"/packets/{packet.id}/registration")
    anchors = wang.get("/verify/ca.pem").data
    ending = ".registration.json"
    assert ending in beside.headers["Content-Disposition"]
    assert pdf.headers["Content-Disposition"].replace(".pdf", "") == beside.headers["Content-Disposition"].replace(
        "download.json", "download"
    ).replace(ending, "")
    outside = verify(pdf.data, anchors=[anchors], registration=beside.data, at=office.clock())
    assert outside.verdict == "通过", outside.reason
    assert judge(office.here, pdf.data) == outside
    boundary, body = encode_multipart({"file": FileStorage(BytesIO(pdf.data), filename="包.pdf")})
    page = wang.post("/verify", data=body, content_type=f"multipart/form-data; boundary={boundary}").text
    assert "<strong>通过</strong>" in page
    for fact in outside.facts:
        assert fact.detail in page
    assert wang.get(f"/packets/{packet.id}/registration?revision={last}").data == beside.data
    first = wang.get(f"/packets/{packet.id}/registration?revision={last - 2}").data
    early = wang.get(f"/packets/{packet.id}?revision={last - 2}").data
    assert verify(early, anchors=[anchors], registration=first, at=office.clock()).verdict == "无法确认"
    for foreign in ("qian", "sysadmin"):
        assert office.client(foreign).get(f"/packets/{packet.id}/registration").status_code in (403, 404)


def test_anybody_may_check_a_packet_and_learns_of_seals_and_times_alone(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    task_id = office.task_id()
    office.walk(task_id, "submit", "approve", "verify", "close")
    worker.drain(office.here)
    with office.here.database.reading() as session:
        packet = session.scalars(select(Packet)).one()
        number, pdf = packet.number, office.here.store.read(packet.revisions[-1].sha256)
        content = session.scalars(select(Signoff.content_digest).where(Signoff.task_id == task_id)).first() or ""
        task = session.get_one(Task, task_id)
        secret = [task.item.title or task.item.requirement, task.report, *session.scalars(select(User.name))]
    stranger = office.app.test_client()
    code = content[:CODE].upper()
    boundary, body = encode_multipart({"file": FileStorage(BytesIO(pdf), filename="包.pdf")})
    by_file = stranger.post("/check", data=body, content_type=f"multipart/form-data; boundary={boundary}")
    by_number = stranger.get("/check", query_string={"number": number, "code": f"{code[:4]} {code[4:]}"})
    for answer in (by_file, by_number):
        assert answer.status_code == 200
        assert "<strong>通过</strong>" in answer.text
        assert answer.text.count("枚印章（") == 3
        assert not [word for word in secret if word and word in answer.text]
    wrong = stranger.get("/check", query_string={"number": number, "code": "0" * CODE})
    missing = stranger.get("/check", query_string={"number": "TZ-0", "code": code})
    assert (wrong.status_code, missing.status_code) == (404, 404)
    monkeypatch.setattr(outside, "ONE", 1)
    office.clock.now = office.clock.now.replace(second=0) + timedelta(minutes=1)
    assert [stranger.get("/check?number=TZ-0&code=1").status_code for _ in range(2)] == [404, 429]
    assert stranger.get("/check").status_code == 200


def test_the_code_on_a_packet_leads_to_the_public_check_where_there_is_one(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    printed: list[str] = []
    make = segno.make

    def kept(text: str, **given: Any) -> Any:
        printed.append(text)
        return make(text, **given)

    monkeypatch.setattr(segno, "make", kept)
    approved(office)
    with office.here.database.reading() as session:
        packet = session.scalars(select(Packet)).one()
        case = case_of(session, session.get_one(Task, office.task_id()), office.clock())
        contents = gather(session, packet, case, embed_limit=0)
    settings = office.here.settings
    packet_html(contents, settings)
    packet_html(contents, settings.model_copy(update={"public_url": "https://taizhang.example.cn/"}))
    digest = contents.content_digest
    asked = f"https://taizhang.example.cn/check?number={contents.number}&code={digest[:CODE]}"
    assert printed[-2:] == [f"{contents.number} {digest}", asked]


def test_the_progress_and_the_steps_that_were_approved_are_printed(office: Office, tmp_path: Path) -> None:
    task_id = office.task_id()
    upload(office.client("wang"), task_id, PDF, "证明.pdf")
    with office.here.database.writing() as session:
        chen, wang = (session.get_one(User, office.ids[login]) for login in ("chen", "wang"))
        ledger, task = session.scalars(select(Ledger)).one(), session.get_one(Task, task_id)
        set_progress_by(session, ledger, ProgressBy.MILESTONES, by=chen, at=office.clock())
        said = {"seen_version": task.version, "milestones": "√ 2026-02-01 印发方案\n2026-03-31 编制目录"}
        submit_report(session, task, "正在编制。", by=wang, at=office.clock(), **said)
    office.walk(task_id, "approve")
    worker.drain(office.here)
    with office.here.database.reading() as session:
        sealed = office.here.store.read(session.scalars(select(PacketRevision.sha256)).one())
    (tmp_path / "p.pdf").write_bytes(sealed)
    told = subprocess.run(["pdftotext", "-layout", tmp_path / "p.pdf", "-"], capture_output=True, text=True, check=True)
    text = re.sub(r"\s", "", told.stdout)
    assert "节点完成：50%" in text
    assert "2026年2月1日印发方案已完成" in text
    assert "2026年3月31日编制目录未完成" in text
    assert manifest_of(sealed)["milestones"] == [["2026-02-01", "印发方案", True], ["2026-03-31", "编制目录", False]]
