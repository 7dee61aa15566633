"""What has to be put right: through the chain, closed by another unit alone, opened again when it breaks."""

from __future__ import annotations

import re
from datetime import date, timedelta
from io import BytesIO

import openpyxl
import pytest
from werkzeug.test import TestResponse

from reports.check_tables import RECTIFICATIONS
from tests.desk_office import HOME, OWN, Office
from tests.look_back_desk import SEEN, Desk
from workflow.office.models import User, UserRole
from workflow.office.words import Role
from workflow.record.errors import Incomplete, NotInState
from workflow.tasks.reporting import add_link
from workflow.tasks.words import Action, Status
from workflow.year.look_backs.models import Rectification
from workflow.year.look_backs.rectifying import save_rectification, told_in
from workflow.year.words import Result


@pytest.fixture
def mending(office: Office) -> Desk:
    mending = Desk(office)
    mending.start()
    mending.judge(mending.line(), mending.failing())
    return mending


def tell(mending: Desk, text: str = "已恢复网页", *, result: Result = Result.MENDED, link: bool = True) -> None:
    """Say what came of it, with a link that shows it."""
    with mending.office.here.database.writing() as session:
        by = session.get_one(User, mending.office.ids["wang"])
        matter = session.get_one(Rectification, mending.matter(Rectification))
        save_rectification(
            session, matter, text, result=result, person="王经办", by=by, at=mending.office.clock(), seen_version=matter.version
        )  # fmt: skip
        if link:
            add_link(session, matter, "https://www.example.gov.cn/page", note="", by=by, at=mending.office.clock())


def climb(mending: Desk, *, captured: bool = True) -> None:
    """To the office's re-check, and what the office saw then."""
    tell(mending)
    mending.step(Rectification, Action.SUBMIT, "wang")
    mending.step(Rectification, Action.APPROVE, "li")
    if captured:
        mending.capture(mending.line())


def test_a_link_alone_is_not_believed(mending: Desk) -> None:
    climb(mending, captured=False)
    with pytest.raises(Incomplete, match="佐证只有网页链接"):
        mending.step(Rectification, Action.CLOSE, "chen", "打开网页看过")
    mending.capture(mending.line())
    assert mending.step(Rectification, Action.CLOSE, "chen", "打开网页看过").status is Status.CLOSED


def test_it_is_closed_through_the_chain_and_says_so(mending: Desk) -> None:
    with pytest.raises(Incomplete, match="整改情况"):
        mending.step(Rectification, Action.SUBMIT, "wang")
    tell(mending, link=False)
    with pytest.raises(Incomplete, match="佐证"):
        mending.step(Rectification, Action.SUBMIT, "wang")
    climb(mending)
    with pytest.raises(Incomplete, match="复核结论"):
        mending.step(Rectification, Action.CLOSE, "chen")
    done = mending.step(Rectification, Action.CLOSE, "chen", "打开网页，内容为本月更新")
    assert done.sentence == "已销号。"
    assert mending.rectification().status is Status.CLOSED
    assert mending.broken() == []


def test_who_has_not_put_it_right_says_why_without_showing_anything(mending: Desk) -> None:
    tell(mending, "本年度没有应公开的内容", result=Result.EXPLAINED, link=False)
    assert mending.step(Rectification, Action.SUBMIT, "wang").status is Status.DRAFTED


def test_nobody_of_its_own_unit_closes_it(mending: Desk) -> None:
    mending.judge(mending.line(2), mending.failing(owner_id=mending.unit_id(HOME)))
    with mending.office.here.database.writing() as session:  # the office itself had to put it right
        for login, role in (("yuan", Role.HANDLER), ("liushi", Role.UNIT_HEAD)):
            session.add(UserRole(user_id=mending.office.ids[login], role=role))
    number = mending.matter(Rectification, unit=HOME)
    with mending.office.here.database.writing() as session:
        by, matter = session.get_one(User, mending.office.ids["yuan"]), session.get_one(Rectification, number)
        save_rectification(
            session,
            matter,
            "说明",
            result=Result.EXPLAINED,
            person="袁",
            by=by,
            at=mending.office.clock(),
            seen_version=1,
        )
    mending.step(Rectification, Action.SUBMIT, "yuan", matter=number)
    mending.step(Rectification, Action.APPROVE, "liushi", matter=number)
    with pytest.raises(Incomplete, match="整改单位以外"):
        mending.step(Rectification, Action.CLOSE, "chen", "看过了", matter=number)


def test_it_is_opened_again_within_ninety_days_and_no_later(mending: Desk) -> None:
    climb(mending)
    mending.step(Rectification, Action.CLOSE, "chen", "可以打开")
    mending.office.clock.now += timedelta(days=89)
    assert mending.step(Rectification, Action.REOPEN, "chen", "又打不开了").status is Status.ASSIGNED
    assert mending.rectification().round == 2
    climb(mending)
    mending.step(Rectification, Action.CLOSE, "chen", "可以打开")
    mending.office.clock.now += timedelta(days=91)
    with pytest.raises(Incomplete, match="超过 90 天"):
        mending.step(Rectification, Action.REOPEN, "chen", "又打不开了")


def test_it_is_sent_back_with_words_and_climbs_again(mending: Desk) -> None:
    climb(mending)
    with pytest.raises(Incomplete, match="退回必须写明意见"):
        mending.step(Rectification, Action.SEND_BACK, "chen")
    mending.step(Rectification, Action.SEND_BACK, "chen", "链接打不开")
    assert mending.rectification().status is Status.ASSIGNED


def test_a_verdict_that_changes_takes_it_back_until_the_unit_has_reported(mending: Desk) -> None:
    with pytest.raises(Incomplete, match="仍要求整改"):
        mending.step(Rectification, Action.CLOSE, "chen", "不用改了")
    mending.judge(mending.line(), SEEN)
    assert mending.rectification().status is Status.CLOSED
    mending.judge(mending.line(), mending.failing())
    assert mending.rectification().status is Status.ASSIGNED
    climb(mending)
    with pytest.raises(NotInState, match="已经报送整改情况"):
        mending.judge(mending.line(), SEEN)
    assert mending.broken() == []


def test_the_list_leaves_as_a_workbook_of_text(mending: Desk) -> None:
    tell(mending, "=cmd|' /C calc'!A0，电话 13812345678")
    answer = mending.office.client("chen").get("/rectifications.xlsx")
    sheet = openpyxl.load_workbook(BytesIO(answer.data)).worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    head = next(n for n, row in enumerate(rows) if row[0] == "序号")
    assert rows[head] == [name for name, _ in RECTIFICATIONS]
    line = dict(zip(rows[head], rows[head + 1], strict=True))
    assert line["责任单位"] == OWN
    assert line["整改结果"] == "已整改：=cmd|' /C calc'!A0，电话 138****5678"
    assert line["整改时限"] == "2027年3月31日"
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None} == {"s"}


def test_its_pages_lead_through_the_whole_way(mending: Desk) -> None:
    number = mending.matter(Rectification)
    wang, page = mending.office.client("wang"), f"/rectifications/{number}"
    assert "整改" in wang.get("/").text
    said = {"result": "mended", "person": "王经办", "report": "已恢复", "seen_version": 1}
    assert wang.post(page, data=said).status_code == 303
    assert wang.post(f"{page}/links", data={"address": "https://www.example.gov.cn/a"}).status_code == 303
    mending.capture(mending.line())
    for login, action in (("wang", "submit"), ("li", "approve"), ("chen", "close")):
        version = mending.rectification().version
        step = {"seen_version": version, "opinion": "已复核，可以打开"}
        assert mending.office.client(login).post(f"{page}/act/{action}", data=step).status_code == 303
    assert mending.rectification().status is Status.CLOSED
    assert mending.office.client("qian").get(page).status_code == 404
    assert "已销号 1 项" in mending.office.client("chen").get("/rectifications").text
    assert date(2027, 3, 31) == mending.rectification().due


def brought(mending: Desk, **cells: str) -> bytes:
    """The exported list with cells of its only line filled in."""
    book = openpyxl.load_workbook(BytesIO(mending.office.client("wang").get("/rectifications.xlsx").data))
    sheet = book.worksheets[0]
    head = next(row for row in sheet.iter_rows() if row[0].value == "序号")
    for cell in head:
        if cell.value in cells:
            sheet.cell(cell.row + 1, cell.column, cells[str(cell.value)])
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def bring(mending: Desk, data: bytes) -> TestResponse:
    files = {"file": (BytesIO(data), "整改台账.xlsx")}
    return mending.office.client("wang").post("/rectifications/import", data=files, content_type="multipart/form-data")


def test_a_list_filled_in_outside_is_shown_before_it_is_kept(mending: Desk) -> None:
    number = mending.matter(Rectification)
    page = bring(mending, brought(mending, 责任人="王经办", 整改结果="已整改：网页已恢复"))
    assert page.status_code == 200
    assert "王经办｜已整改：网页已恢复" in page.text
    assert mending.rectification().person == ""
    said = dict(re.findall(r'type="hidden" name="(\w+-\d+)" value="([^"]*)"', page.text))
    assert (
        mending.office.client("wang").post("/rectifications/import/keep", data={**said, "row": number}).status_code
        == 303
    )
    assert mending.rectification().person == "王经办"
    assert told_in(mending.rectification()) == "网页已恢复"
    again = mending.office.client("wang").post(
        "/rectifications/import/keep", data={**said, "row": number, f"report-{number}": "改"}
    )
    assert again.status_code == 409, "somebody has changed it since the page was shown"


def test_what_a_unit_may_not_change_is_refused_by_its_address(mending: Desk) -> None:
    answer = bring(mending, brought(mending, 整改时限="2029年1月1日", 整改结果="弄好了"))
    assert answer.status_code == 422
    assert re.search(r"K\d「整改时限」与台账不一致", answer.text)
    assert re.search(r"L\d 应写成", answer.text)
    assert bring(mending, b"no workbook").status_code == 422
