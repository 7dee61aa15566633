"""One spelling: sizes, cells for spreadsheets, deadlines, messages' kinds and dates, wherever they are said."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import unquote

import openpyxl
import pytest
from playwright.sync_api import sync_playwright
from sqlalchemy import select

from packets.gathering import gather
from packets.render import environment, packet_html
from reports import ledger_files
from tests.bagged import bagged
from tests.desk_office import HOME, LEAD, OWN, PDF, Office, report, sign, upload
from tests.views.api.test_interface import Program
from workflow.ledgers.deadlines import QUOTED
from workflow.ledgers.drafting import start_draft
from workflow.ledgers.export import LedgerTable, TableColumn
from workflow.ledgers.models import Ledger
from workflow.office.events import SIGNED_OUT, Login
from workflow.office.models import Notice, Unit, User
from workflow.office.words import NoticeKind, UnitKind
from workflow.record import audit
from workflow.record.errors import TooLarge
from workflow.record.published import PublishedLedger, PublishedTask, Recurrence
from workflow.record.showing import RUNS, csv_lines, spoken_size, would_run
from workflow.record.store import Store
from workflow.tasks.case import case_of
from workflow.tasks.models import Task
from workflow.tasks.publishing import publish
from workflow.tasks.registering import packet_of
from workflow.tasks.reminding import remind
from workflow.year.look_backs.of_ledger import SealedPacket, look_back

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = [
    p for room in ("workflow", "intake", "packets", "reports", "forms", "views") for p in (ROOT / room).rglob("*.py")
]
SIZES = (0, 1, 1023, 1024, 1280, 9000, 102_350, 1_048_575, 1_048_576, 1_153_434, 100 << 20, 300_000_001)


def test_a_size_is_spelt_one_way(office: Office) -> None:
    task_id, data = office.task_id(), PDF + b" " * (9000 - len(PDF))
    assert upload(office.client("wang"), task_id, data, "证明.pdf").status_code == 303
    assert "8.8 KB" in office.client("wang").get(f"/tasks/{task_id}").text
    assert "每个不超过 100 MB" in office.client("wang").get(f"/tasks/{task_id}").text
    packet, screen = environment(office.here.settings).filters["size"], office.app.jinja_env.filters["size"]
    assert [packet(size) for size in SIZES] == [screen(size) for size in SIZES]
    assert packet(9000) == "8.8 KB"
    with pytest.raises(TooLarge, match=re.escape("超过 8.8 KB 的上限")):
        Store(office.here.settings).add(io.BytesIO(b" " * 9001), limit=9000)


def test_the_browser_counts_alike() -> None:
    source = (ROOT / "static" / "js" / "upload.js").read_text("utf-8")
    counting = source[source.index("function bytes(") : source.index("\n}\n") + 2]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        said = browser.new_page().evaluate(f"(sizes) => {{ {counting} return sizes.map(bytes); }}", list(SIZES))
        browser.close()
    assert said == [spoken_size(size) for size in SIZES]
    assert said[1:6] == ["1 字节", "1023 字节", "1 KB", "1.3 KB", "8.8 KB"]


def test_nobody_else_writes_tables_or_sizes() -> None:
    for path in PRODUCT:
        text, name = path.read_text("utf-8"), path.relative_to(ROOT).as_posix()
        assert "csv.writer" not in text or name == "workflow/record/showing.py", name
        assert "Workbook()" not in text or name == "reports/ledger_files.py", name
        assert not re.search(r"\d ?[KM]B\b|[KM]B\"", text) or name == "workflow/record/showing.py", name


EVIL = [f"{sign}HYPERLINK(1)" for sign in RUNS] + [" =1+1", "\u3000＝1+1"]


@pytest.mark.parametrize("evil", EVIL, ids=ascii)
def test_every_table_shows_and_never_runs(office: Office, tmp_path: Path, evil: str) -> None:
    with office.here.database.writing() as session:
        session.add(Unit(name=evil, kind=UnitKind.OTHER, position=99))
        session.get_one(User, office.ids["hong"]).name = evil
        by = session.get_one(User, office.ids["hong"])
        audit.record(session, SIGNED_OUT, Login(), subject=by.id, by=by, at=office.clock())
        session.flush()
    with office.here.database.reading() as session:
        look = look_back(session, 1, as_of=office.clock())
    look = replace(look, items=tuple(replace(item, text=evil) for item in look.items))
    bagged(office, look, tmp_path / "bag")
    tables = {
        "trail": office.client("audadmin").get("/trail/export.csv").text,
        "units": office.client("chen").get("/units/export.csv").text,
        "archive": next((tmp_path / "bag").rglob("tasks.csv")).read_bytes().decode(),
    }
    for name, text in tables.items():
        assert text.startswith("\ufeff"), name
        cells = [cell for row in csv.reader(io.StringIO(text.lstrip("\ufeff"), newline="")) for cell in row]
        assert f"'{evil}" in cells, name
        assert not [cell for cell in cells if would_run(cell)], name
    table = LedgerTable("表", "", "", "", "", (TableColumn("number", "序号", 1),), ((evil,), ("一般文字",)))
    rows = list(openpyxl.load_workbook(io.BytesIO(ledger_files.as_xlsx(table))).active.iter_rows())  # type: ignore[union-attr]
    marked = {cell.value: (cell.data_type, cell.quotePrefix) for row in rows for cell in row}
    assert marked.pop("一般文字") == ("s", False)
    assert ("s", True) in marked.values()


def test_a_packet_of_before_registrations_is_archived_without_one(office: Office, tmp_path: Path) -> None:
    """An empty file beside it would be read as a registration that somebody has altered: 不通过 instead of 无法确认."""
    old, new = (office.here.store.add_bytes(data) for data in (b"%PDF-1.7 old", b"%PDF-1.7 new"))
    with office.here.database.reading() as session:
        look = look_back(session, 1, as_of=office.clock())
    first = look.items[0]
    tasks = tuple(
        replace(first.tasks[0], packet=SealedPacket(number, blob.sha256, blob.size, registration))
        for number, blob, registration in (("OLD", old, ""), ("NEW", new, "{}"))
    )
    look = replace(look, items=(replace(first, tasks=tasks), *look.items[1:]))
    bagged(office, look, tmp_path / "bag")
    found = next((tmp_path / "bag").rglob("packets"))
    assert {path.name for path in found.iterdir()} == {"OLD.pdf", "NEW.pdf", "NEW.registration.json"}


def test_what_does_not_run_stays_as_it_is() -> None:
    plain = ["第1条", "公开=透明", "2026-03", "", "'"]
    assert list(csv.reader(io.StringIO("".join(csv_lines([plain])).lstrip("\ufeff")))) == [plain]


SAID = "立即落实并长期坚持"
ROWS = {
    "1": (SAID, None, None, f"原文时限「{SAID}」未定出完成日期，按台账年度最后一天：2026年12月31日。"),
    "2": (None, None, None, "原文没有写明时限，按台账年度最后一天：2026年12月31日。"),
    "3": (
        "10月底前市政府办公室检查",
        None,
        date(2026, 10, 31),
        "原文时限「10月底前市政府办公室检查」未定出完成日期，按台账年度最后一天：2026年12月31日。",
    ),
    "4": ("9月底前", date(2026, 9, 30), None, "按本条任务的完成时限：2026年9月30日。"),
    "5": (
        "按法定期限办理，" * 20,
        None,
        None,
        f"原文时限「{('按法定期限办理，' * 20)[:QUOTED]}…」未定出完成日期，按台账年度最后一天：2026年12月31日。",
    ),
}


def test_a_deadline_is_said_one_way(office: Office) -> None:
    tasks = tuple(
        PublishedTask(
            number, (), f"落实第{number}项", None, (LEAD,), (OWN,), responsibility_text="", deadline_text=said, due=due,
            inspection="dated" if checked else None, inspection_on=checked,
        )
        for number, (said, due, checked, _) in ROWS.items()
    )  # fmt: skip
    recurring = PublishedTask(
        "6", (), "报送", None, (), (OWN,), recurrence=Recurrence.QUARTERLY, deadline_text="每季度末报送"
    )
    published = PublishedLedger("督查任务", 2026, HOME, None, None, None, (*tasks, recurring))
    blob, chen = office.here.store.add_bytes(b"second"), office.client("chen")
    with office.here.database.writing() as session:
        by = session.get_one(User, office.ids["chen"])
        ledger = start_draft(session, published, blob, name="二.txt", by=by, at=office.clock())
        rows = {item.number: f"/review/{ledger.id}/items/{item.id}" for item in ledger.items}
        ledger_id = ledger.id
    drafts = {number: chen.get(address).text for number, address in rows.items()}
    assert "按期报送，共 4 期，期末为2026年3月31日、2026年6月30日、" in drafts["6"]
    with office.here.database.writing() as session:
        publish(session, session.get_one(type(ledger), ledger_id), by=session.get_one(User, by.id), at=office.clock())
        wanted = select(Task).join(Unit, Unit.id == Task.unit_id).where(Task.ledger_id == ledger_id, Unit.name == OWN)
        ids = {task.item.number: task.id for task in session.scalars(wanted)}
    with office.here.database.reading() as session:
        look = look_back(session, ledger_id, as_of=office.clock())
    looked = {task.task_id: task.due_reason for item in look.items for task in item.tasks}
    program = Program(office, "wang")
    for number, (said, _, _, sentence) in ROWS.items():
        page = office.client("wang").get(f"/tasks/{ids[number]}").text
        assert sentence in drafts[number]
        assert page.count(sentence) == 3, "in short, beside the date and in the history"
        assert program.get(f"/tasks/{ids[number]}").json["due_reason"] == sentence
        assert looked[ids[number]] == sentence
        assert said is None or said in page
    paper = _paper(office, ids["1"])
    assert ROWS["1"][-1] in paper
    assert f"原文：{SAID}" in paper
    assert "没有写明时限" not in paper


def _paper(office: Office, task_id: int) -> str:
    """The packet's page as it goes to the press."""
    office.walk(task_id, "submit", "approve")
    with office.here.database.writing() as session:
        task = session.get_one(Task, task_id)
        packet = packet_of(session, task, task.round, at=office.clock())
        contents = gather(session, packet, case_of(session, task), embed_limit=1 << 20)
    return packet_html(contents, office.here.settings)


def test_a_return_says_in_the_packet_what_it_says_on_the_page(office: Office) -> None:
    task_id = office.task_id()
    office.walk(task_id, "submit")
    piece = office.task(task_id).live_evidence[0].id
    li, version = office.client("li"), office.task(task_id).version
    back = {"opinion": "请换清楚的", "seen_version": version, f"defects-{piece}": "unreadable"}
    assert li.post(f"/tasks/{task_id}/act/send_back", data=back).status_code == 303
    said = "「证明.pdf」打不开或看不清"
    assert said in office.client("wang").get(f"/tasks/{task_id}").text
    assert report(office.client("wang"), task_id, "已经换过。", then="submit").status_code == 303
    assert sign(li, task_id, "approve").status_code == 303
    with office.here.database.writing() as session:
        task = session.get_one(Task, task_id)
        packet = packet_of(session, task, task.round, at=office.clock())
        rail = gather(session, packet, case_of(session, task), embed_limit=1 << 20).rail
    assert [said in entry.opinion for entry in rail if entry.action == "退回"] == [True]


def test_a_message_is_what_its_kind_says(office: Office) -> None:
    """Words that look like a reminder's are no reminder: today's still goes out, once."""
    due = office.task(office.task_id()).due
    office.clock.now = office.clock.now.replace(month=due.month, day=due.day) + timedelta(days=1)
    with office.here.database.writing() as session:
        session.add(Notice(user_id=office.ids["wang"], text="【今日提醒】请看附件", created_at=office.clock()))
        session.flush()
        assert remind(session, at=office.clock()) > 0
        assert remind(session, at=office.clock()) == 0
    kinds = [notice["kind"] for notice in Program(office, "wang").get("/notices").json["notices"]]
    assert kinds.count(NoticeKind.REMINDER) == 1
    assert kinds[:2] == ["reminder", "news"]


def test_dates_asked_for_are_spoken(office: Office) -> None:
    task_id = office.task_id()
    asked = {"kind": "extension", "reason": "系统改造", "new_due": "2026-05-15"}
    assert office.client("wang").post(f"/tasks/{task_id}/requests", data=asked).status_code == 303
    assert "2026年4月2日 → 2026年5月15日：系统改造" in office.client("wang").get(f"/tasks/{task_id}").text


def test_a_title_is_no_path(office: Office) -> None:
    """A ledger's export is called as the ledger is, strokes and all."""
    with office.here.database.writing() as session:
        session.get_one(Ledger, 1).title = "2026/2027年“双公示”任务: 分解表"
    head = office.client("chen").get("/ledgers/1/export.xlsx").headers["Content-Disposition"]
    assert unquote(head.partition("''")[2]) == "2026_2027年“双公示”任务_ 分解表.xlsx"
