"""A scan is recognised once, in the background, page by page; its office sees how far it is, and can stop it."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest
from sqlalchemy import func, select
from weasyprint import HTML

from intake import programs
from tests.desk_office import Office
from tests.scanned import pdf_of, pictures
from tests.views.desks.test_office_desk import put
from worker import drain, one
from workflow.ledgers import scanning
from workflow.ledgers.models import Ledger, Scan, ScanPage
from workflow.office.models import Notice
from workflow.record import outbox
from workflow.record.migrating import migrate, migrate_down

STYLE = """<meta charset=utf-8><style>@page { size: A5 landscape; margin: 8mm } body { font: 13pt "Noto Serif CJK SC" }
table { border-collapse: collapse; width: 100% } td, th { border: 1px solid black; padding: 3pt } div { break-after: page }</style>"""
HEAD = "<tr><th>序号<th>工作任务<th>责任单位<th>完成时限</tr>"
SUBJECTS = ("部门预算", "部门决算", "督查结果", "收费目录")


@pytest.fixture(scope="module")
def scan() -> bytes:
    """A table of four rows on four pages that are pictures."""
    title = "<h3>云岭市2027年政务公开任务分解表</h3>"
    pages = [
        f"<div>{title if n == 1 else ''}<table>{HEAD}<tr><td>{n}<td>公开{subject}。<td>市财政局<td>2027年{n + 2}月底前</tr></table></div>"
        for n, subject in enumerate(SUBJECTS, start=1)
    ]
    return pdf_of(pictures(HTML(string=STYLE + "".join(pages)).write_pdf()))


def step(office: Office) -> int:
    """Keep one promise that is due; returns how many pages are recognised then."""
    here = office.here
    assert one(here)
    with here.database.reading() as session:
        return session.scalars(select(func.count()).select_from(ScanPage)).one()


def test_a_scan_is_read_in_the_background_once_and_pointing_uses_what_was_recognised(
    office: Office, scan: bytes
) -> None:
    client = office.client("chen")
    answer = put(client, scan, "扫描件.pdf")
    assert answer.status_code == 303
    page = client.get(answer.location)
    assert "取消读入" in page.text
    assert client.get(answer.location + "/progress").json["state"] == "running"
    assert put(client, scan, "扫描件.pdf").location == answer.location  # the same bytes are the same work
    assert step(office) == programs.PAGES
    how = client.get(answer.location + "/progress").json
    assert (how["done"], how["total"]) == (3, 4)
    assert step(office) == 4
    assert step(office) == 0
    draft = client.get(answer.location).location
    assert client.get(answer.location + "/progress").json == {
        "done": 1, "total": 1, "state": "done", "message": "已读入", "url": draft,
    }  # fmt: skip
    ledger_id = int(draft.rsplit("/", 1)[1])
    with office.here.database.reading() as session:
        said = [row.requirement or row.title for row in session.get_one(Ledger, ledger_id).items]
    assert said == [f"公开{subject}。" for subject in SUBJECTS]
    settling = client.get(draft).text
    assert "本文件是扫描件" in settling
    assert office.unread("chen") == 1
    at = re.search(r'data-at="([^"]+)"', settling)
    assert at is not None
    shown = client.get(f"/review/{ledger_id}/page?at={quote(at[1])}").text
    assert "第 1 / 4 页" in shown
    assert shown.count("<rect") == 1
    second = client.get(f"/review/{ledger_id}/page?page=2").text
    assert ("第 2 / 4 页" in second, "<rect" in second) == (True, False)
    picture = client.get(f"/review/{ledger_id}/pages/1/m.jpg")
    assert (picture.status_code, picture.mimetype) == (200, "image/jpeg")
    assert office.client("wang").get(f"/review/{ledger_id}/pages/1/m.jpg").status_code == 403
    assert client.get("/review/1/page").status_code == 404, "a table typed as text has no pages"

    with office.here.database.reading() as session:
        sha256 = session.scalars(select(Scan.sha256)).one()
    (office.here.settings.home / "blobs" / sha256[:2] / sha256).unlink()  # nothing is left to be recognised anew
    pointing = client.get(f"/review/{ledger_id}/pointing")
    assert pointing.status_code == 200
    assert "公开部门预算" in pointing.text


@pytest.mark.proof("kills")
def test_what_is_stopped_goes_on_where_it_was_and_a_killed_worker_loses_no_page(office: Office, scan: bytes) -> None:
    client = office.client("chen")
    place = put(client, scan, "扫描件.pdf").location
    with office.here.database.writing() as session:  # a worker takes it and is killed
        assert outbox.take(session, at=office.here.clock())
    office.clock.now += outbox.LEASE
    assert step(office) == 3
    assert client.post(place + "/stop").status_code == 303
    drain(office.here)
    page = client.get(place).text
    assert "已取消读入。 已识别 3 页，共 4 页。" in page
    assert "已取消" in client.get("/review/new").text
    assert client.post(place + "/again").status_code == 303
    drain(office.here)
    with office.here.database.reading() as session:
        assert session.scalars(select(Ledger.id).where(Ledger.title.contains("2027年政务公开"))).one()
        assert session.scalars(select(func.count()).select_from(ScanPage)).one() == 0
        kept = session.scalars(select(Scan)).one()
        assert kept.result_sha256
        assert kept.finished_at


def test_nobody_outside_the_office_sees_it(office: Office, scan: bytes) -> None:
    place = put(office.client("chen"), scan, "扫描件.pdf").location
    for path in ("", "/progress"):
        assert office.client("wang").get(place + path).status_code == 403
    assert office.client("wang").post(place + "/stop").status_code == 403


@pytest.mark.proof("formats")
def test_a_picture_without_a_table_says_so_on_its_page_and_to_who_brought_it(office: Office) -> None:
    client = office.client("chen")
    page = pictures(HTML(string=STYLE + "<p>今天食堂供应米饭、面条和馒头。").write_pdf())[0]
    place = put(client, pdf_of([page]), "菜单.pdf").location
    drain(office.here)
    said = client.get(place)
    assert "未读入" in said.text
    assert "没有读到任务表" in said.text
    with office.here.database.reading() as session:
        assert session.scalars(select(Notice.text).where(Notice.text.contains("菜单.pdf"))).one()


@pytest.mark.own_home
def test_scans_go_with_their_migration_and_drafts_stay(office: Office, scan: bytes) -> None:
    put(office.client("chen"), scan, "扫描件.pdf")
    with office.here.database.writing() as session:
        scanning.keep(session, session.scalars(select(Scan)).one(), ["{}"], total=4, behind=0, at=office.clock())
    ledgers, engine = office.count(Ledger), office.here.database.write_engine
    migrate_down(engine, "0032")
    migrate(engine)
    assert (office.count(Ledger), office.count(Scan), office.count(ScanPage)) == (ledgers, 0, 0)
    drain(office.here)  # no promise is left that nobody keeps


def test_a_print_of_many_pages_is_read_in_the_background_too(office: Office) -> None:
    rows = "".join(
        f"<tr><td>{n}<td>公开第{n}项信息。<td>市财政局<td>2027年{n % 9 + 3}月底前</tr>" for n in range(1, 70)
    )
    page = f"{STYLE}<style>@page {{ size: A6 landscape }} tr {{ break-after: page }}</style><h3>云岭市2027年任务分解表</h3>"
    long = HTML(string=f"{page}<table>{HEAD}{rows}</table>").write_pdf()
    client = office.client("chen")
    place = put(client, long, "长表.pdf").location
    assert "/scans/" in place
    drain(office.here)
    with office.here.database.reading() as session:
        laid = session.get_one(Ledger, int(client.get(place).location.rsplit("/", 1)[1]))
        assert len(laid.items) == 69
        assert session.scalars(select(Scan.result_sha256)).one() is None
