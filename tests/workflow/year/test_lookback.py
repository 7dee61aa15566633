"""Looking back on an earlier year: scope, draw, sheets, verdicts, objections, and the sealed papers."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import openpyxl
import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import func, select
from sqlalchemy.orm import Session

import worker
from packets.isolation import verify_isolated
from packets.judging import bundle, judge
from reports.check_tables import item_table, look_back_paper, scope_table
from reports.ledger_files import as_xlsx
from tests.desk_office import COLEAD, HOME, LEAD, OTHER, OWN, Office, ask_to_reopen, sign
from tests.look_back_desk import DUE, SEEN, Desk
from workflow.ledgers.drafting import add_party, start_draft
from workflow.ledgers.models import Ledger, LedgerItem
from workflow.ledgers.words import Part
from workflow.office.models import Unit, User
from workflow.record.errors import Forbidden, Incomplete, NotInState, Refused, Stale
from workflow.record.migrating import config, migrate, migrate_down
from workflow.record.published import PublishedLedger, PublishedTask
from workflow.tasks.models import Task
from workflow.tasks.opening import open_due_periods
from workflow.tasks.words import Action, Status
from workflow.year.look_backs.facts import look_back_facts
from workflow.year.look_backs.models import LookBackEntry, LookBackRound, Rectification, SelfCheck
from workflow.year.look_backs.self_checks import give_lead_view
from workflow.year.look_backs.starting import choose_lines, scope_counts, send_sheets, start_look_back
from workflow.year.look_backs.verdicts import Finding, answer_objection, object_to
from workflow.year.models import Paper
from workflow.year.words import Method, Scope, Verdict


@pytest.fixture
def desk(office: Office) -> Desk:
    office.walk(office.task_id(1), "submit", "approve", "verify", "close")
    return Desk(office)


def past_table(title: str = "2025年任务分解表") -> PublishedLedger:
    """A table of last year: one row with unit and date, one without a date, one without a unit, one that recurs."""
    rows = (
        PublishedTask(
            "1", (), "有主体有时限", "要求", (LEAD,), (OWN,), responsibility_text="甲", due=date(2025, 6, 30)
        ),
        PublishedTask(
            "2", (), "持续推进公开", "要求", (LEAD,), (OWN, OTHER), responsibility_text="乙", deadline_text="持续推进"
        ),
        PublishedTask("3", (), "没有主体", "要求", (), (), responsibility_text=""),
    )
    return PublishedLedger(title, 2025, HOME, None, None, None, rows)


def read_in(desk: Desk, table: PublishedLedger) -> int:
    blob = desk.office.here.store.add_bytes(table.title.encode() if table.title else b"t")
    return desk.do("chen", lambda session, by: start_draft(session, table, blob, name="旧表.txt", by=by, at=desk.office.clock()).id)  # fmt: skip


def test_a_table_only_read_in_is_sorted_frozen_and_never_handed_out(desk: Desk) -> None:
    ledger_id = read_in(desk, past_table())
    tasks = desk.office.count(Task)
    begun = desk.start(ledger_id, send=False)
    with desk.office.here.database.reading() as session:
        found = session.get_one(LookBackRound, begun)
        assert scope_counts(found) == {Scope.A: 1, Scope.B: 1, Scope.C: 1}
        why = {entry.item.number: entry.why for entry in found.entries}
        assert "没有写明日期" in why["2"]
        assert "责任主体" in why["3"]
        assert [entry.chosen for entry in found.entries if entry.scope is not Scope.A] == [False] * 4
        assert [e.unit.name for e in found.entries if e.item.number == "2" and e.unit] == [LEAD, OWN, OTHER]
    desk.do("chen", lambda session, by: open_due_periods(session, at=desk.office.clock()))
    assert desk.office.count(Task) == tasks
    assert desk.broken() == []


def test_scope_b_and_c_are_chosen_with_a_reason_and_only_before_sending(desk: Desk) -> None:
    begun = desk.start(read_in(desk, past_table()), send=False)

    def choose(reason: str) -> Callable[[Session, User], None]:
        def work(session: Session, by: User) -> None:
            found = session.get_one(LookBackRound, begun)
            ids = {entry.item_id for entry in found.entries if entry.scope is Scope.B}
            choose_lines(session, found, ids, reason=reason, by=by, at=desk.office.clock())

        return work

    with pytest.raises(Incomplete, match="理由"):
        desk.do("chen", choose(""))
    desk.do("chen", choose("群众关注"))
    asked = desk.do(
        "chen", lambda s, by: send_sheets(s, s.get_one(LookBackRound, begun), by=by, at=desk.office.clock())
    )
    assert asked == 3
    with pytest.raises(NotInState, match="已经下发"):
        desk.do("chen", choose("再选"))
    with pytest.raises(Stale):
        desk.do("chen", lambda s, by: send_sheets(s, s.get_one(LookBackRound, begun), by=by, at=desk.office.clock()))


def test_a_unit_that_the_table_does_not_print_leaves_its_row_in_scope_c(desk: Desk) -> None:
    ledger_id = read_in(desk, past_table())

    def settle(session: Session, by: User) -> None:
        item = session.scalars(select(LedgerItem).where(LedgerItem.ledger_id == ledger_id, LedgerItem.number == "3"))
        unit = session.scalars(select(Unit).where(Unit.name == OWN)).one()
        add_party(session, item.one(), Part.RESPONSIBLE, unit, by=by, at=desk.office.clock())

    desk.do("chen", settle)
    begun = desk.start(ledger_id, send=False)
    with desk.office.here.database.reading() as session:
        found = session.get_one(LookBackRound, begun)
        assert scope_counts(found) == {Scope.A: 1, Scope.B: 1, Scope.C: 1}
        lines = [(entry.unit.name if entry.unit else "", entry.chosen, entry.why) for entry in found.entries if entry.item.number == "3"]  # fmt: skip
        assert lines == [(OWN, False, "原表没有写明责任主体，由办公室认定")]


def test_only_an_earlier_year_is_looked_back_on_and_only_once(desk: Desk) -> None:
    with pytest.raises(Refused, match="以前年度"):
        desk.do("chen", lambda s, by: start(s, by, desk, datetime(2026, 3, 20, 2, tzinfo=UTC)))
    desk.start()
    with pytest.raises(NotInState, match="已经发起"):
        desk.start()


def start(session: Session, by: User, desk: Desk, at: datetime) -> None:
    start_look_back(session, session.get_one(Ledger, 1), basis="通知", due=DUE, by=by, at=at)


def test_a_sheet_climbs_is_sealed_by_its_unit_and_received(desk: Desk) -> None:
    desk.start()
    with pytest.raises(Incomplete, match="还没有填写"):
        desk.step(SelfCheck, Action.SUBMIT, "wang")
    desk.fill()
    desk.step(SelfCheck, Action.SUBMIT, "wang")
    with pytest.raises(Forbidden):
        desk.step(SelfCheck, Action.APPROVE, "zhao")
    desk.step(SelfCheck, Action.APPROVE, "li", "同意报送")
    assert desk.step(SelfCheck, Action.CLOSE, "chen").status is Status.CLOSED
    worker.drain(desk.office.here)
    with desk.office.here.database.reading() as session:
        paper = session.scalars(select(Paper).where(Paper.kind == "self_check")).one()
    pdf = desk.office.here.store.read(paper.pdf_sha256 or "")
    assert judge(desk.office.here, pdf).verdict == "通过"
    assert judge(desk.office.here, pdf + b" ").verdict != "通过"
    alone = verify_isolated(pdf, anchors=[bundle(desk.office.here)], registration=None, at=desk.office.clock())
    assert alone.verdict == "无法确认", "whose paper it is, the registrar says, and nobody else"
    assert desk.broken() == []


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"problem": ""}, "存在问题"), ({"measure": " "}, "整改措施"), ({"owner_id": None}, "责任主体"),
        ({"due": None}, "整改时限"), ({"due": date(2027, 1, 1)}, "整改时限"), ({"facts": ""}, "现在看到的事实"),
        ({"method": Method.ONLINE}, "网页截图"),
    ],
)  # fmt: skip
def test_what_is_wanting_is_not_saved_without_what_it_needs(
    desk: Desk, wrong: dict[str, object], sentence: str
) -> None:
    desk.start()
    base = vars(desk.failing())
    with pytest.raises(Incomplete, match=sentence):
        desk.judge(desk.line(), Finding(**{**base, **wrong}))
    assert desk.entry(desk.line()).verdict is None
    assert desk.office.count(Rectification) == 0


def test_done_needs_a_fact_seen_now_and_a_web_page_a_capture(desk: Desk) -> None:
    desk.start()
    line = desk.line()
    with pytest.raises(Incomplete, match="不能只凭当年的审批"):
        desk.judge(line, Finding(Verdict.DONE, Method.PAPERS, "  "))
    online = Finding(Verdict.DONE, Method.ONLINE, "页面可以打开，内容为本月更新")
    with pytest.raises(Incomplete, match="取证"):
        desk.judge(line, online)
    desk.capture(line)
    desk.judge(line, online)
    assert desk.entry(line).verdict is Verdict.DONE


def test_of_two_inspectors_the_first_wins_and_the_other_is_told(desk: Desk) -> None:
    desk.start()
    line = desk.line()
    seen = desk.entry(line).version
    desk.judge(line, SEEN, login="yuan", seen=seen)
    with pytest.raises(Stale, match="袁副科长"):
        desk.judge(line, desk.failing(), login="chen", seen=seen)
    assert desk.entry(line).verdict is Verdict.DONE
    assert desk.office.count(Rectification) == 0


def test_a_unit_objects_within_five_working_days_and_both_views_stand(desk: Desk) -> None:
    desk.start()
    line = desk.line()
    desk.judge(line, desk.failing())

    def objecting(at: datetime) -> Callable[[Session, User], None]:
        def work(session: Session, by: User) -> None:
            entry = session.get_one(LookBackEntry, line)
            object_to(session, entry, "网页当日维护，已恢复", by=by, at=at, seen_version=entry.version)

        return work

    checked = desk.entry(line).checked_at
    assert checked is not None
    with pytest.raises(NotInState, match="2027年1月19日"):
        desk.do("wang", objecting(checked + timedelta(days=8)))
    with pytest.raises(Forbidden):
        desk.do("qian", objecting(checked + timedelta(days=7)))
    desk.do("wang", objecting(checked + timedelta(days=7)))
    desk.do("chen", lambda s, by: answer_objection(s, s.get_one(LookBackEntry, line), "经复核，维持原结论", by=by, at=desk.office.clock(), seen_version=3))  # fmt: skip
    page = desk.office.client("wang").get(f"/look-backs/lines/{line}").text
    assert "网页当日维护，已恢复" in page
    assert "经复核，维持原结论" in page
    assert desk.office.client("qian").get(f"/look-backs/lines/{line}").status_code == 404


def test_what_was_closed_and_is_wanting_now_and_repeats_are_named(desk: Desk) -> None:
    first = desk.start(read_in(desk, past_table()))
    desk.judge(desk.line(1, OWN, first), desk.failing())
    second = desk.start()
    desk.judge(desk.line(1, OWN, second), desk.failing())
    desk.judge(desk.line(2, OWN, second), SEEN)
    with desk.office.here.database.reading() as session:
        facts = look_back_paper(session, 1, as_of=desk.office.clock())
    assert [(line.number, line.unit) for line in facts.fallen_back] == [("1", OWN)]
    assert facts.repeated == (OWN,)
    assert facts.verdicts[Verdict.NOT_DONE] == 1
    assert facts.share(1) == f"{100 / len(facts.chosen):.1f}%"


def test_a_lead_says_what_it_thinks_and_nobody_else_does(desk: Desk) -> None:
    desk.start()
    line = desk.line()

    def view(session: Session, by: User) -> None:
        give_lead_view(
            session,
            session.get_one(LookBackEntry, line),
            "情况属实",
            by=by,
            at=desk.office.clock(),
            seen_version=session.get_one(LookBackEntry, line).version,
        )

    with pytest.raises(Forbidden, match="牵头"):
        desk.do("shen", view)
    desk.do("zhao", view)
    assert desk.entry(line).lead_view == "情况属实"


def test_the_papers_say_what_the_rows_say_and_run_nothing(desk: Desk) -> None:
    with desk.office.here.database.writing() as session:
        session.scalars(select(LedgerItem).where(LedgerItem.number == "2")).one().title = "=HYPERLINK(1)"
    desk.start()
    desk.judge(desk.line(1), desk.failing(problem="=1+1"))
    assert desk.office.client("chen").post("/look-backs/1/paper").status_code == 303
    worker.drain(desk.office.here)
    with desk.office.here.database.reading() as session:
        facts = look_back_paper(session, 1, as_of=desk.office.clock())
        paper = session.scalars(select(Paper).where(Paper.kind == "look_back")).one()
        lines = session.scalars(select(func.count()).select_from(LookBackEntry)).one()
    assert judge(desk.office.here, desk.office.here.store.read(paper.pdf_sha256 or "")).verdict == "通过"
    for table in (item_table(facts), scope_table(facts)):
        sheet = openpyxl.load_workbook(BytesIO(as_xlsx(table))).worksheets[0]
        cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
        assert {cell.data_type for cell in cells} == {"s"}
        assert "=HYPERLINK(1)" in {cell.value for cell in cells}
    rows = item_table(facts).rows
    assert sum(len(row) > 1 for row in rows) == lines
    assert sum(len(row) == 1 for row in rows) == 3, "one sub-total a row of the ledger"
    order = [row[4] for row in rows if len(row) > 1 and row[0].startswith("2.")]
    assert order == [LEAD, COLEAD, OWN, OTHER], "units in the order of the directory"
    assert list(facts.of_unit()) == [LEAD, COLEAD, OWN, OTHER]


def test_the_pages_are_there_for_who_has_a_part_in_it(desk: Desk) -> None:
    desk.start()
    worker.drain(desk.office.here)
    line, sheet = desk.line(), desk.matter(SelfCheck)
    for login, address, status in (
        ("chen", "/look-backs", 200), ("wang", "/look-backs", 200), ("chen", "/look-backs/1", 200),
        ("wang", "/look-backs/1", 404), ("wang", f"/look-backs/lines/{line}", 200), ("zhao", f"/look-backs/lines/{line}", 200),
        ("wang", f"/self-checks/{sheet}", 200), ("qian", f"/self-checks/{sheet}", 404), ("chen", "/rectifications", 200),
        ("chen", "/look-backs/1/items.xlsx", 200), ("chen", "/look-backs/1/population.txt", 200),
    ):  # fmt: skip
        assert desk.office.client(login).get(address).status_code == status, (login, address)
    assert "回头看自查表" in desk.office.client("wang").get("/").text
    data = {"verdict": "done", "method": "phone", "facts": "电话有人接听", "seen_version": 1}
    assert desk.office.client("chen").post(f"/look-backs/lines/{line}/verdict", data=data).status_code == 303
    assert "验签通过" in desk.entry(line).papers
    assert "1 份材料摘要一致" in desk.entry(line).papers
    again = desk.office.client("yuan").post(f"/look-backs/lines/{line}/verdict", data=data)
    assert again.status_code == 409
    assert "陈科长" in again.text
    filled = {f"done-{line}": "1", f"text-{line}": "已公开", "seen_version": 1, "then": "submit"}
    assert desk.office.client("wang").post(f"/self-checks/{sheet}", data=filled).status_code == 422
    for number in (1, 2, 3):
        filled |= {f"done-{desk.line(number)}": "1", f"text-{desk.line(number)}": "已公开"}
    assert desk.office.client("wang").post(f"/self-checks/{sheet}", data=filled).status_code == 303
    assert "待单位审" in desk.office.client("li").get(f"/self-checks/{sheet}").text


@pytest.mark.own_home
def test_of_many_inspectors_at_one_moment_one_wins(desk: Desk) -> None:
    desk.start()
    line, start_together = desk.line(), threading.Barrier(8)

    def attempt(n: int) -> str:
        start_together.wait()
        try:
            desk.judge(line, desk.failing(problem=f"第 {n} 人所见"), seen=1)
        except Stale:
            return "late"
        return "won"

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(attempt, range(8)))
    assert sorted(answers) == ["late"] * 7 + ["won"]
    assert desk.office.count(Rectification) == 1
    assert desk.broken() == []


def test_what_was_found_and_how_rows_ended_stays_what_it_was_at_a_moment(desk: Desk) -> None:
    desk.start()
    desk.fill()
    desk.step(SelfCheck, Action.SUBMIT, "wang")
    desk.step(SelfCheck, Action.APPROVE, "li", "同意")
    desk.judge(desk.line(), SEEN)
    at = desk.office.clock()
    with desk.office.here.database.reading() as session:
        before = look_back_facts(session, 1, as_of=at)
    assert (before.verdicts[Verdict.DONE], len(before.fallen_back)) == (1, 0)
    desk.step(SelfCheck, Action.SEND_BACK, "chen", "写具体些")
    desk.fill(done=False, text="其实没有公开")
    desk.judge(desk.line(), desk.failing())
    ask_to_reopen(desk.office, desk.office.task_id(1), "chen")
    assert sign(desk.office.client("yuan"), desk.office.task_id(1), "reopen", "数据有误").status_code == 303
    with desk.office.here.database.reading() as session:
        assert look_back_facts(session, 1, as_of=at) == before
        now = look_back_facts(session, 1, as_of=desk.office.clock())
    assert (now.verdicts[Verdict.NOT_DONE], now.lines[0].told, now.lines[0].closed_then) != (
        0,
        before.lines[0].told,
        True,
    )


@pytest.mark.own_home
def test_the_tables_go_down_and_up_with_a_look_back_in_them(desk: Desk) -> None:
    desk.start()
    desk.judge(desk.line(), desk.failing())
    tasks, engine = desk.office.count(Task), desk.office.here.database.write_engine
    script = ScriptDirectory.from_config(config(None))
    mine = next(one for one in script.walk_revisions() if one.path.endswith("look_backs.py"))
    migrate_down(engine, str(mine.down_revision))
    migrate(engine)
    assert desk.office.count(Task) == tasks
    assert desk.office.count(Rectification) == desk.office.count(LookBackEntry) == 0
