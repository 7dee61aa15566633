"""The verbs of the year (全年工作的动作): one year walked through by pages and by programs, alike in every sentence and event."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import select

from tests.desk_office import OTHER, OWN, Office, open_office
from tests.filings_desk import form_of, opened
from tests.outside_desk import bring
from tests.promises import broken_promises
from tests.views.api.test_interface import ROOT, token
from tests.workflow.year.test_assessment import row, seen_results, start
from tests.workflow.year.test_bulletins import as_stored, drafted
from tests.workflow.year.test_closing import item_ids, next_ledger, seen_year
from tests.workflow.year.test_reporting_up import asked_to_look_back
from tests.workflow.year.test_talks import letter as issued_letter
from views.verbs.table import YEAR
from views.verbs.verb import Verb
from workflow.folding import fold
from workflow.ledgers.models import Ledger
from workflow.office.units import import_units
from workflow.record.models import AuditEvent
from workflow.record.published import UnitRow
from workflow.tasks.models import Matter
from workflow.year.assessments.models import AssessedUnit
from workflow.year.filings.models import Filing, FilingRow
from workflow.year.inspections.models import Worksheet
from workflow.year.look_backs.models import LookBackEntry, Rectification, SelfCheck
from workflow.year.missives.talk_models import Talk

BY_NAME: dict[str, Verb[Any, Any]] = {verb.function.__name__: verb for verb in YEAR}
QUOTE = {
    "words": "每季度检查通报",
    "sentence": "市政府办公室每季度检查通报。",
    "line": 3,
    "recurrence": "quarterly",
    "on": None,
}


@dataclass
class Walk:
    """One office in which everything is done by one kind of door; what was answered is kept."""

    office: Office
    program: bool
    said: list[tuple[str, int, str]] = field(default_factory=list)
    bearers: dict[tuple[str, int], str] = field(default_factory=dict)

    def do(self, login: str, name: str, number: int, **given: Any) -> None:
        """Do a verb, and keep what was answered; steps of one action have its name in their address."""
        verb = BY_NAME[name]
        below = verb.program.split()[1] if self.program else verb.screen
        address = re.sub(r"<int:\w+>", str(number), verb.subject.root + below)
        address = re.sub(r"<any.*?:(\w+)>", lambda found: str(given[found[1]]), address)
        self.said.append((name, *(self._sent if self.program else self._posted)(login, address, verb, given)))

    def _posted(self, login: str, address: str, verb: Verb[Any, Any], given: dict[str, Any]) -> tuple[int, str]:
        flat: dict[str, str] = {}
        for key, value in given.items():
            rows = {f"{key}-{row}": one for row, one in value.items()} if isinstance(value, dict) else {key: value}
            flat |= {name: str(int(one)) if isinstance(one, bool) else str(one) for name, one in rows.items()}
        client = self.office.client(login)
        answer = client.post(address, data=flat)
        if answer.status_code == 303:
            with client.session_transaction() as kept:
                return 200, kept["_flashes"][-1][1]
        return answer.status_code, re.sub(r"<[^>]+>", "", answer.text)

    def _sent(self, login: str, address: str, verb: Verb[Any, Any], given: dict[str, Any]) -> tuple[int, str]:
        month = (login, self.office.clock.now.month)
        self.bearers[month] = self.bearers.get(month) or token(self.office, login)
        headers = {"Authorization": f"Bearer {self.bearers[month]}"}
        method = verb.program.split()[0]
        answer = self.office.app.test_client().open(ROOT + address, method=method, json=given, headers=headers)
        return answer.status_code, str(answer.json.get("sentence") or answer.json["detail"])

    def seen(self, kind: type[Any], unit: str = OWN) -> tuple[int, int]:
        """The number and version of the unit's newest matter or line of this kind."""
        with self.office.here.database.reading() as session:
            rows = session.scalars(select(kind).order_by(kind.id.desc())).all()
            row = next(one for one in rows if one.unit is not None and one.unit.name == unit)
            return row.id, row.version

    def step(self, login: str, name: str, kind: type[Matter], action: str, **given: Any) -> None:
        """One step of the unit's matter of a kind."""
        number, version = self.seen(kind)
        self.do(login, name, number, action=action, seen_version=version, **given)


W = TypeVar("W", bound=Walk)


def walked(walk: W) -> W:
    """A year: duties, a form, a sheet, a verdict, a rectification; also what is refused."""
    office = walk.office
    with office.here.database.writing() as session:
        session.get_one(Ledger, 1).duties = [QUOTE]
        import_units(session, [UnitRow(1, "柳河镇", "街道乡镇", (), (), OTHER)], by=None, at=office.clock())
    round_id = opened(office, due=date(2026, 4, 10))
    asked_to_look_back(office)
    form = form_of(office, round_id)
    with office.here.database.reading() as session:
        row = session.scalars(select(FilingRow.id).where(FilingRow.filing_id == form)).first()
    walk.do("chen", "set_cadence", 1, cadence="monthly")
    walk.do("chen", "add_duty", 1, what="抽查政务公开栏目", on="2026-04-08")
    walk.do("chen", "move_duty", 1, key="notice-0/2026-Q1", on="2026-04-08", reason="合并办理")
    for _ in range(2):
        walk.do("chen", "finish_duty", 1, key="notice-0/2026-Q1", note="已通报")
    other = form_of(office, round_id, OTHER)
    for login in ("wang", "qian", "qian"):
        walk.do(login, "ask_below", other, seen_version=1)
    for _ in range(2):
        walk.do("qian", "urge_below", other)
    walk.do("qian", "copy_form", form, seen_version=1)
    walk.do("wang", "copy_form", form, seen_version=1)
    walk.do(
        "wang",
        "save_form",
        form,
        seen_version=1,
        text={row: "已公开。"},
        row={row: True},
        person="小王",
        phone="13800005678",
    )
    walk.step("wang", "step_form", Filing, "submit")
    walk.step("li", "step_form", Filing, "approve", opinion="同意")
    walk.step("chen", "step_form", Filing, "send_back", fault={row: "请写明网址"})
    walk.do("wang", "save_form", form, seen_version=walk.seen(Filing)[1], text={row: "已公开，见门户。"}, then="submit")
    walk.step("li", "step_form", Filing, "approve")
    walk.step("chen", "step_form", Filing, "close")
    for _ in range(2):
        walk.do("chen", "urge_round", round_id)
        walk.do("chen", "urge_sheets", 1)
    sheet, version = walk.seen(SelfCheck)
    line, _ = walk.seen(LookBackEntry)
    walk.do("wang", "save_sheet", sheet, seen_version=version, done={line: True}, text={line: "已落实"}, then="submit")
    walk.step("li", "step_sheet", SelfCheck, "approve")
    walk.do("li", "report_up", 1)
    verdict = {
        "verdict": "not_done",
        "method": "phone",
        "facts": "无人接听",
        "problem": "打不通",
        "measure": "恢复",
        "owner": OWN,
    }
    walk.do("chen", "set_verdict", line, seen_version=1, **verdict)
    walk.do("chen", "set_verdict", line, seen_version=1, due="2026-04-30", **verdict)
    walk.do("yuan", "set_verdict", line, seen_version=1, due="2026-04-30", **verdict)
    walk.do("chen", "ask_links", line, url="https://www.example.gov.cn/", words="公开")
    walk.do("chen", "ask_all_links", 1)
    walk.do("zhao", "give_lead_view", line, seen_version=2, text="同意核查意见")
    walk.do("wang", "object_to_verdict", line, seen_version=3, text="当天检修")
    walk.do("chen", "answer_objection", line, seen_version=4, text="维持")
    office.clock.now += timedelta(days=60)
    walk.do("chen", "urge_rectifications", 0)
    mending, version = walk.seen(Rectification)
    said = {"result": "explained", "person": "小王", "report": "线路检修，已恢复", "then": "submit"}
    walk.do("wang", "save_rectification", mending, seen_version=version, **said)
    walk.step("li", "step_rectification", Rectification, "approve")
    walk.step("chen", "step_rectification", Rectification, "close")
    walk.step("chen", "step_rectification", Rectification, "close", opinion="已拨通")
    walk.do("chen", "check_mended_links", mending, words="公开")
    for _ in range(2):
        walk.do("chen", "close_round", round_id)
    listed(walk)
    inspected(walk)
    issued(walk)
    assessed(walk)
    ended(walk)
    return walk


def assessed(walk: Walk) -> None:
    """An assessment from its scheme to a correction."""
    office = walk.office
    assert start(office).status_code == 303

    def sheet(login: str, name: str, **given: Any) -> None:
        found = row(office)
        walk.do(login, name, found.id, seen_version=found.version, **given)

    said = {"what": "测评结果", "evidence": "测评报告", "value": "80"}
    with office.here.database.reading() as session:
        units = [one.unit_id for one in session.scalars(select(AssessedUnit).order_by(AssessedUnit.id))]
    for unit in units:
        walk.do("chen", "note_occurrence", 1, unit=unit, code="第三方", **said)
    walk.do("chen", "note_occurrence", 1, unit=units[0], code="1.1", **said)
    walk.do("chen", "take_occurrence_back", 1, entry=1, reason="误登记")
    walk.do("chen", "note_occurrence", 1, unit=units[0], code="第三方", **said)
    sheet("wang", "save_own_scores", own={1: "28.5"}, basis={1: "见台账"})
    sheet("li", "save_own_scores", then="confirm")
    walk.do("chen", "publish_first_scores", 1, **seen_results(office))
    office.clock.now = datetime(2026, 12, 11, 2, tzinfo=UTC)
    walk.do("chen", "publish_first_scores", 1, **seen_results(office))
    sheet("li", "appeal_scores", text="材料已补交")
    office.clock.now += timedelta(days=8)
    walk.do("liushi", "lock_scores", 1, **seen_results(office))
    sheet("chen", "answer_appeal", text="晚于时限，维持")
    walk.do("liushi", "lock_scores", 1, **seen_results(office))
    walk.do("chen", "note_occurrence", 1, unit=units[0], code="第三方", **said | {"value": "81.5"})


def ended(walk: Walk) -> None:
    """The year closed, opened again, closed; carried over into the next one's draft, which starts from this one."""
    walk.office.clock.now = datetime(2027, 1, 8, 2, tzinfo=UTC)
    walk.do("chen", "close_year", 1, on="2026-12-31", seen=seen_year(walk.office))
    walk.do("liushi", "close_year", 1, on="2026-12-31", seen=seen_year(walk.office))
    walk.do("liushi", "reopen_year", 1, reason="误按")
    walk.do("liushi", "close_year", 1, on="2026-12-31", seen=seen_year(walk.office))
    following = next_ledger(walk.office, published=False)
    old = item_ids(walk.office, 1)
    walk.do("chen", "take_over", following, earlier=1)
    walk.do("chen", "carry_rows", 1, following=following, seen=seen_year(walk.office), into={old[0]: "9"})
    said = {"into": {old[0]: "1"}, "left": {old[1]: "合并办理"}, "added": {old[2]: True}, "row": {old[0]: True}}
    for _ in range(2):
        walk.do("chen", "carry_rows", 1, following=following, seen=seen_year(walk.office), **said)
        said = {"into": {old[0]: "1"}}


def inspected(walk: Walk) -> None:
    """One duty of the calendar carried out: drawn, and a worksheet from what was seen to its end."""
    office = walk.office
    for _ in range(2):
        walk.do("chen", "begin_inspection", 1, key="notice-0/2026-Q2", share=100, rule="random", method="online")
    with office.here.database.reading() as session:
        sheets = session.scalars(select(Worksheet).order_by(Worksheet.id))
        number = next(one.id for one in sheets if one.checked.name == OWN)

    def version() -> int:
        with office.here.database.reading() as session:
            return session.get_one(Worksheet, number).version

    office.clock.now += timedelta(hours=2)
    seen_at = f"{office.clock.now:%Y-%m-%d} 10:00"
    said = {"seen_at": seen_at, "place": "门户网站", "method": "online", "facts": "已公开", "judgement": "fits"}
    walk.do("chen", "keep_worksheet", number, seen_version=version(), **said | {"seen_at": "昨天"})
    walk.do("chen", "keep_worksheet", number, seen_version=version(), then="submit", **said)
    for login, action in (("yuan", "approve"), ("li", "verify"), ("chen", "close")):
        walk.do(login, "step_worksheet", number, action=action, seen_version=version(), opinion="属实")


def listed(walk: Walk) -> None:
    """A third party's list, its first line handed out once."""
    assert bring(walk.office).status_code == 303
    given = {"row": {1: True}, "due": "2026-12-30", "measure": "照标准改"}
    walk.do("chen", "hand_out", 1, unit={1: "没有的局"}, **given)
    for _ in range(2):
        walk.do("chen", "hand_out", 1, unit={1: OWN}, **given)
    number, version = walk.seen(Rectification)
    said = {"result": "later", "person": "小王", "report": "系统改版", "then": "submit"}
    walk.do("wang", "save_rectification", number, seen_version=version, **said)
    walk.step("li", "step_rectification", Rectification, "approve")
    for due in ("2026-12-30", "2027-02-26"):
        walk.do("chen", "rule_on_rectification", number, seen_version=walk.seen(Rectification)[1], due=due, why="属实")


def issued(walk: Walk) -> None:
    """A bulletin from its draft to the first receipt."""
    office, number = walk.office, drafted(walk.office)
    liu = office.ids["liushi"]
    walk.do("chen", "take_figures_anew", number, seen_version=2, least=1)
    said = {
        "title": "关于落实情况的通报",
        "code": "云政办督",
        "addressed": "各单位",
        "opening": "现通报如下。",
        "signer": liu,
    }
    walk.do("chen", "save_missive", number, seen_version=3, then="submit", **said)
    walk.do("qian", "step_missive", number, action="approve", seen_version=4)
    walk.do("wang", "answer_lines", number, seen_round=1, objects=True, text="已经公开")
    row = next(one.id for one in as_stored(office, number).units if one.agrees is False)
    walk.do(
        "chen", "reply_to_unit", number, seen_version=as_stored(office, number).version, row=row, text="没有证明材料"
    )
    office.clock.now += timedelta(days=7)
    for login, action in (("yuan", "approve"), ("liushi", "verify"), ("chen", "close")):
        walk.do(login, "step_missive", number, action=action, seen_version=as_stored(office, number).version)
    walk.do("wang", "receive_missive", number)
    walk.do("wang", "receive_missive", number, person="李主任", promised="2027-12-31")
    walk.do("chen", "urge_receipts", number)
    called_in(walk)


def called_in(walk: Walk) -> None:
    """A letter issued, and the talk after it."""
    office = walk.office
    letter = issued_letter(office)
    walk.do("wang", "call_talk", letter)
    walk.do("chen", "call_talk", letter)
    with office.here.database.reading() as session:
        number = session.scalars(select(Talk.id)).one()
    said = {
        "held_at": f"{office.clock.now:%Y-%m-%d} 08:00",
        "place": "会议室",
        "convener": "刘市长",
        "attendees": "李主任",
    }
    walk.do("chen", "keep_talk", number, seen_version=1, **said | {"held_at": "昨天"})
    walk.do("chen", "keep_talk", number, seen_version=1, grounds="限期已过", minutes="限期整改", then="submit", **said)
    walk.do("yuan", "step_talk", number, action="approve", seen_version=3)


def test_a_year_is_worked_alike_by_both_doors(tmp_path: Path) -> None:
    people = walked(Walk(open_office(tmp_path / "people"), program=False))
    programs = walked(Walk(open_office(tmp_path / "programs"), program=True))
    assert {name for name, _, _ in people.said} == BY_NAME.keys()
    for (name, status, page), (_, answered, sentence) in zip(people.said, programs.said, strict=True):
        assert (status, sentence in page) == (answered, True), (name, page, sentence)
    assert [status for _, status, _ in people.said].count(200) >= 24
    left = []
    for walk in (people, programs):
        with walk.office.here.database.reading() as session:
            assert broken_promises(session) == []
            events = session.scalars(select(AuditEvent).order_by(AuditEvent.seq))
            left.append(
                [(one.kind, one.actor_name, one.subject) for one in events if not one.kind.startswith("token.")]
            )
        assert fold(walk.office.here.database).faults == ()
        walk.office.here.database.dispose()
    assert left[0] == left[1]


def test_a_program_reads_the_numbers_that_it_needs(office: Office) -> None:
    form, headers = form_of(office, opened(office)), {"Authorization": f"Bearer {token(office, 'wang')}"}
    client = office.app.test_client()
    waiting = client.get(f"{ROOT}/matters", headers=headers).json["matters"]
    assert [(one["kind"], one["id"]) for one in waiting] == [("filing", form)]
    rows = client.get(f"{ROOT}/filings/{form}", headers=headers).json["rows"]
    assert [row["number"] for row in rows] == ["1", "2", "3"]
    assert client.get(f"{ROOT}/ledgers/1/duties", headers=headers).status_code == 403
    stranger = {"Authorization": f"Bearer {token(office, 'qian')}"}
    assert client.get(f"{ROOT}/filings/{form}", headers=stranger).status_code == 404
