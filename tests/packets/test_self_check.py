"""A packet verifies itself before it is registered, and says why it waits; what is downloaded beside it confirms it elsewhere."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

import worker
from packets import jobs
from packets.judging import judge
from packets.render import render
from packets.verify import verify
from tests.desk_office import Office
from workflow.record import outbox
from workflow.record.models import OutboxRow, Registration
from workflow.tasks.models import Packet, PacketRevision


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
