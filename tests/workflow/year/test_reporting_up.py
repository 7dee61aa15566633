"""Reporting up (年度报送): everything together or a sentence that says what is not ready; sealed, with a receipt, once."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import date
from io import BytesIO

import pikepdf
from sqlalchemy import select

from packets.judging import judge
from packets.verdict import PASSED
from tests.desk_office import OWN, Office, table_of
from tests.filings_desk import filed, fill, form_of, opened, step
from tests.look_back_desk import Desk
from worker import drain
from workflow.folding import fold
from workflow.ledgers.drafting import start_draft
from workflow.office.models import User
from workflow.tasks.words import Action
from workflow.year.filings.filling import Cell
from workflow.year.filings.models import Reporting
from workflow.year.look_backs.models import SelfCheck
from workflow.year.look_backs.starting import send_sheets, start_look_back
from workflow.year.models import Paper

PAGE = "/ledgers/1/reporting"


def press(office: Office, login: str = "li") -> str:
    """The page after the head's press."""
    return office.client(login).post(PAGE, follow_redirects=True).text


def asked_to_look_back(office: Office) -> Desk:
    """A look-back on the year before, with a sheet for every unit."""
    with office.here.database.writing() as session:
        by, blob = session.get_one(User, office.ids["chen"]), office.here.store.add_bytes(b"before")
        before = replace(table_of(1), year=2025, title="2025年任务分解表")
        ledger = start_draft(session, before, blob, name="去年.txt", by=by, at=office.clock())
        begun = start_look_back(
            session, ledger, basis="通知", due=date(2026, 5, 29), by=by, at=office.clock()
        )  # fmt: skip
        send_sheets(session, begun, by=by, at=office.clock())
    return Desk(office)


def made(office: Office) -> list[Reporting]:
    with office.here.database.reading() as session:
        return list(session.scalars(select(Reporting).order_by(Reporting.id)))


def test_what_is_not_ready_is_named_and_nothing_is_reported(office: Office) -> None:
    assert "办公室还没有发起填报" in press(office)
    desk = asked_to_look_back(office)
    form_id = form_of(office, opened(office))
    said = press(office)
    assert "现在是「待填报」，须先由本单位负责人审核报送" in said
    assert "回头看自查表" in said
    fill(office, form_id, Cell("已公开。"))
    step(office, form_id, Action.SUBMIT, "wang")
    step(office, form_id, Action.APPROVE, "li")
    assert "正在加盖本单位印章" in press(office)
    assert office.client("wang").post(PAGE).status_code == 403
    assert made(office) == []
    desk.fill()


def test_one_press_reports_everything_up_and_the_bundle_passes(office: Office) -> None:
    desk = asked_to_look_back(office)
    office.walk(office.task_id(1), "submit", "approve")
    form_id = filed(office, opened(office), Cell("已公开。"))
    desk.fill()
    for action, who in ((Action.SUBMIT, "wang"), (Action.APPROVE, "li")):
        desk.step(SelfCheck, action, who)
    drain(office.here)
    assert "一并报送" in office.client("li").get(PAGE, follow_redirects=True).text
    assert "回执编号 HZ-2026-1-0001" in press(office)
    assert "已经报送过" in press(office)
    drain(office.here)
    one = made(office)[0]
    assert [piece["name"] for piece in one.evidence] == ["证明.pdf"]
    with office.here.database.reading() as session:
        paper = session.scalars(select(Paper).where(Paper.kind == "reporting")).one()
    assert paper.error == ""
    pdf = office.here.store.read(paper.pdf_sha256 or "")
    judged = judge(office.here, pdf)
    assert judged.verdict == PASSED, judged.reason
    with pikepdf.open(BytesIO(pdf)) as opened_pdf:
        inside = {
            name: hashlib.sha256(file.get_file().read_bytes()).hexdigest()
            for name, file in opened_pdf.attachments.items()
        }
        manifest = json.loads(opened_pdf.attachments["manifest.json"].get_file().read_bytes())
    assert (inside["form.pdf"], inside["self-check.pdf"]) == (one.form_sha256, one.sheet_sha256)
    assert (manifest["receipt"], manifest["evidence_list"]) == (one.number, one.evidence_digest)
    assert office.client("wang").get(f"/reportings/{one.id}/sealed.pdf").data == pdf
    assert office.client("qian").get(f"/reportings/{one.id}/sealed.pdf").status_code == 404
    board = office.client("chen").get(PAGE).text
    assert board.count("已报送</span>") == 1
    assert "HZ-2026-1-0001" in board
    step(office, form_id, Action.SEND_BACK, "chen", "请补充第 1 条")
    assert "退回待重报" in office.client("chen").get(PAGE).text
    step(office, form_id, Action.SUBMIT, "wang")
    step(office, form_id, Action.APPROVE, "li")
    drain(office.here)
    assert "HZ-2026-1-0002" in press(office)
    assert desk.broken() == []
    assert fold(office.here.database).faults == ()
    assert OWN in office.client("shenji").get(PAGE).text
