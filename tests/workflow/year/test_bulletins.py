"""Bulletins: drafted from a snapshot, checked by the units named, signed by a leader, numbered, issued, received, corrected."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import select
from sqlalchemy.orm import Session

from packets.judging import judge
from packets.verdict import PASSED
from reports.binding import printed
from reports.bulletin_paper import annexes
from tests.desk_office import OTHER, OWN, Office
from tests.whole.test_races import together
from worker import drain
from workflow.folding import fold
from workflow.ledgers.models import Ledger
from workflow.office.models import Notice, Unit, User
from workflow.record.errors import Forbidden, Incomplete, Invalid, NotFound, NotInState
from workflow.record.migrating import config, migrate, migrate_down
from workflow.tasks.acting import act
from workflow.tasks.models import Task
from workflow.tasks.progress import Pace
from workflow.tasks.words import Action, Status
from workflow.year.missives import drafting, letters, receiving
from workflow.year.missives.models import Bulletin, Letter, Missive
from workflow.year.missives.process import own_series
from workflow.year.missives.register import register

T = TypeVar("T")
LATER = datetime(2026, 4, 9, 1, tzinfo=UTC)
"""A Thursday a week after the first row was due."""


def do(office: Office, login: str, work: Callable[[Session, User], T]) -> T:
    """One piece of work of one person, in one transaction."""
    with office.here.database.writing() as session:
        return work(session, session.get_one(User, office.ids[login]))


def drafted(office: Office, *, least: int = 1, code: str = "云政办督") -> int:
    """A bulletin as of now, drafted by chen, with its series."""
    office.clock.now = max(office.clock.now, LATER)

    def work(session: Session, by: User) -> int:
        ledger, signer, at = session.get_one(Ledger, 1), session.get_one(User, office.ids["liushi"]), office.clock()
        born = drafting.draft_bulletin(session, ledger, signer, as_of=at, least=least, by=by, at=at)
        wording = drafting.Wording(born.title, code, born.addressed, born.opening, born.demands)
        drafting.save_wording(session, born, wording, signer, born.due, by=by, at=at, seen_version=born.version)
        return born.id

    return do(office, "chen", work)


def step(office: Office, number: int, action: Action, login: str, opinion: str = "") -> str:
    """One step of the process."""

    def work(session: Session, by: User) -> str:
        matter = session.get_one(Missive, number)
        return act(
            session, matter, action, by=by, at=office.clock(), seen_version=matter.version, opinion=opinion
        ).sentence

    return do(office, login, work)


def say(office: Office, number: int, login: str, *, agrees: bool = True, text: str = "正在补办") -> None:
    """A unit's word on what is said of it."""
    do(office, login, lambda session, by: receiving.answer(
        session, session.get_one(Missive, number), agrees=agrees, text=text, measure="四月底前办结", by=by, at=office.clock(),
        seen_round=session.get_one(Missive, number).round,
    ))  # fmt: skip


def issued(office: Office, number: int) -> str:
    """From the draft to the number, once the days of the check are over."""
    step(office, number, Action.SUBMIT, "chen")
    office.clock.now += timedelta(days=5)
    step(office, number, Action.APPROVE, "yuan")
    step(office, number, Action.VERIFY, "liushi")
    step(office, number, Action.CLOSE, "chen")
    return as_stored(office, number).number


def as_stored(office: Office, number: int) -> Missive:
    """The paper, with its units and what corrects it loaded."""
    with office.here.database.reading() as session:
        found = session.get_one(Missive, number)
        _ = [row.unit.name for row in found.units], list(found.corrected_by), found.signer, found.unit
        return found


def test_a_snapshot_counts_every_row_once_and_names_who_is_late(office: Office) -> None:
    office.walk(office.task_id(1), "submit", "approve", "verify", "close")
    told = drafting.figures_of(as_stored(office, drafted(office)))
    assert told is not None
    assert sum(count for _, count, _ in told.classes) == 3
    late = [row for row in told.rows if row.pace is Pace.LATE]
    assert [(row.number, row.late_days) for row in late] == [("1", 7), ("2", 6), ("3", 5)]
    assert OWN not in [name for _, name, _ in late[0].culprits]
    ranks = {unit.name: (unit.share, unit.rank) for unit in told.units}
    assert ranks[OWN] == ("33.3%", 1)
    assert ranks[OTHER] == ("0.0%", 2)
    assert {rank for name, (_, rank) in ranks.items() if name != OWN} == {2}, "ties share a rank"
    assert any("第 2 条" in line and "逾期 6 天" in line for lines in told.told().values() for line in lines)


def test_units_that_say_the_same_share_a_line_of_the_annex(office: Office) -> None:
    number = drafted(office)
    step(office, number, Action.SUBMIT, "chen")
    for login in ("wang", "qian"):
        say(office, number, login)
    paper = as_stored(office, number)
    told = drafting.figures_of(paper)
    assert told is not None
    _, (table,), _ = annexes(told, paper)[0]
    said = {cells[1]: cells[9] for cells in table.rows if len(cells) > 1}
    assert f"{OWN}、{OTHER}：正在补办" in said.values(), said


def test_the_whole_road(office: Office) -> None:
    number = drafted(office)
    assert as_stored(office, number).number == ""
    with pytest.raises(NotFound):
        say(office, number, "wang")  # nobody outside sees a draft
    step(office, number, Action.SUBMIT, "chen")
    assert as_stored(office, number).check_until == date(2026, 4, 13)
    with pytest.raises(Incomplete, match="核对期到2026年4月13日止，还有 4 个单位没有答复"):
        step(office, number, Action.APPROVE, "yuan")
    say(office, number, "wang", agrees=False, text="第 1 条已于三月公开")
    office.clock.now += timedelta(days=5)
    with pytest.raises(NotInState, match="不在核对期内"):
        say(office, number, "qian")
    with pytest.raises(Incomplete, match="市财政局有异议，请先答复"):
        step(office, number, Action.APPROVE, "yuan")
    row = next(row for row in as_stored(office, number).units if row.agrees is False)
    do(office, "chen", lambda session, by: receiving.reply(
        session, session.get_one(Missive, number), row.id, "系统中尚无证明材料", by=by, at=office.clock(),
        seen_version=session.get_one(Missive, number).version,
    ))  # fmt: skip
    with pytest.raises(Incomplete, match="参与过本件的填报"):
        step(office, number, Action.APPROVE, "chen")
    step(office, number, Action.APPROVE, "yuan")
    with pytest.raises(Forbidden):
        step(office, number, Action.VERIFY, "chen")
    step(office, number, Action.VERIFY, "liushi", "同意印发")
    step(office, number, Action.CLOSE, "chen")
    done = as_stored(office, number)
    assert (done.number, done.status) == ("云政办督〔2026〕1号", Status.CLOSED)
    receive(office, number, "li")
    with pytest.raises(NotInState, match="已经签收"):
        receive(office, number, "wang")
    assert fold(office.here.database).faults == ()


def later(office: Office, number: int, due: date) -> None:
    """Another limit for the units' answers, the words as they are."""

    def work(session: Session, by: User) -> None:
        one, at = session.get_one(Missive, number), office.clock()
        wording = drafting.Wording(one.title, one.code, one.addressed, one.opening, one.demands)
        drafting.save_wording(session, one, wording, one.signer, due, by=by, at=at, seen_version=one.version)

    do(office, "chen", work)


def receive(office: Office, number: int, login: str, person: str = "李主任") -> None:
    """A unit's receipt."""
    do(office, login, lambda session, by: receiving.receive(
        session, session.get_one(Missive, number), person=person, promised=date(2026, 5, 1), by=by, at=office.clock()
    ))  # fmt: skip


def test_a_refused_signature_goes_back_with_its_reason_and_no_number_is_lost(office: Office) -> None:
    first = drafted(office)
    step(office, first, Action.SUBMIT, "chen")
    office.clock.now += timedelta(days=12)
    step(office, first, Action.APPROVE, "yuan")
    step(office, first, Action.SEND_BACK, "liushi", "请补充分析")
    assert as_stored(office, first).status is Status.ASSIGNED
    with office.here.database.reading() as session:
        told = session.scalars(select(Notice.text).where(Notice.user_id == office.ids["chen"])).all()
    assert any("退回草拟" in text and "请补充分析" in text for text in told)
    assert issued(office, drafted(office)) == "云政办督〔2026〕1号"
    with pytest.raises(Incomplete, match="签收和反馈的时限2026年4月23日已过，请在草拟中另定时限"):
        step(office, first, Action.SUBMIT, "chen")
    later(office, first, date(2026, 5, 8))
    assert issued(office, first) == "云政办督〔2026〕2号"
    late = drafted(office)
    step(office, late, Action.SUBMIT, "chen")
    office.clock.now += timedelta(days=30)
    step(office, late, Action.APPROVE, "yuan")
    with pytest.raises(Incomplete, match="已送出的，请先退回或撤回修改"):
        step(office, late, Action.VERIFY, "liushi")
    step(office, late, Action.WITHDRAW, "chen")
    later(office, late, date(2026, 6, 30))
    assert issued(office, late) == "云政办督〔2026〕3号"


def test_who_is_named_twice_is_told_so_and_a_mistake_leads_to_a_correction(office: Office) -> None:
    first = drafted(office)
    assert issued(office, first) == "云政办督〔2026〕1号"
    told = drafting.figures_of(as_stored(office, drafted(office)))
    assert told is not None
    assert told.before == "云政办督〔2026〕1号"
    assert len(told.again) == 4
    signer = office.ids["liushi"]

    def correct(session: Session, by: User) -> int:
        old, at = session.get_one(Bulletin, first), office.clock()
        return drafting.draft_correction(
            session, old, "附件2第一行更正。", session.get_one(User, signer), by=by, at=at
        ).id

    second = do(office, "chen", correct)
    assert issued(office, second) == "云政办督〔2026〕2号"
    old = as_stored(office, first)
    assert [one.number for one in old.corrected] == ["云政办督〔2026〕2号"]
    assert "云政办督〔2026〕1号" in as_stored(office, second).opening
    assert fold(office.here.database).faults == ()


def test_letters_of_a_series_and_words_are_looked_at(office: Office) -> None:
    number = drafted(office, code="")
    with pytest.raises(Incomplete, match="机关代字"):
        step(office, number, Action.SUBMIT, "chen")
    other = drafted(office)
    step(office, other, Action.SUBMIT, "chen")
    with pytest.raises(Invalid, match="有异议的须写明"):
        say(office, other, "wang", agrees=False, text="")


def test_no_office_counts_on_in_the_numbers_of_another_one(office: Office) -> None:
    number = drafted(office)
    issued(office, number)

    def work(session: Session, by: User) -> None:
        paper, other = session.get_one(Missive, number), session.scalars(select(Unit).where(Unit.name == OTHER)).one()
        taken = Bulletin(unit_id=other.id, code=paper.code)
        with pytest.raises(Invalid, match=f"已用于{by.unit.name}印发的公文"), session.no_autoflush:
            own_series(session, taken)
        taken.code = "教督"
        own_series(session, taken)

    do(office, "chen", work)
    draft = drafted(office, code="云教督")
    do(office, "chen", lambda session, by: own_series(session, session.get_one(Missive, draft)))


def test_what_is_issued_is_sealed_and_read_by_its_units(office: Office) -> None:
    number, before = drafted(office), office.clock()
    place = f"/bulletins/{number}"
    assert issued(office, number)
    drain(office.here)
    answer = office.client("wang").get(f"{place}/sealed.pdf")
    judged = judge(office.here, answer.data)
    assert judged.verdict == PASSED, judged.reason
    assert (
        json.loads(office.client("wang").get(f"{place}/sealed.json").text)["registration"]["number"]
        == "云政办督〔2026〕1号"
    )
    assert "请签收" in office.client("wang").get("/bulletins").text
    assert office.client("wang").get(place).status_code == 404
    shown = {"person": "李主任", "promised": "2026-05-01"}
    assert office.client("wang").post(f"{place}/receive", data=shown).status_code == 303
    assert "回执（1/4）" in office.client("chen").get(place).text
    with office.here.database.reading() as session:
        line, *others = register(session, 1, as_of=office.clock())
        assert register(session, 1, as_of=before) == ()
        page = printed(office.here.settings, "issued", issued=[line])
    assert (line.number, line.received, line.sent, others) == ("云政办督〔2026〕1号", 1, 4, [])
    assert page.startswith(b"%PDF")
    assert office.client("zhao").get(f"{place}/unit").status_code == 404


def test_the_pages_carry_it_from_the_draft_to_the_check(office: Office) -> None:
    office.clock.now = LATER
    chen = office.client("chen")
    place = chen.post("/ledgers/1/bulletins", data={"signer": office.ids["liushi"], "as_of": "2026-04-08"}).location
    page = chen.get(place).text
    assert "数据截至 2026年4月8日 23:59" in page
    typed = {
        "seen_version": "1", "title": "关于落实情况的通报", "code": "云政办督", "addressed": "各单位", "opening": "现通报如下。",
        "demands": "1．抓紧办理。", "signer": office.ids["liushi"], "due": "2026-04-24", "then": "submit",
    }  # fmt: skip
    assert chen.post(place, data=typed).status_code == 303
    checking = office.client("yuan").get(place).text
    assert "核对期到2026年4月13日止" in checking
    assert "/act/send_back" in checking
    assert chen.get(f"{place}/draft.pdf").data.startswith(b"%PDF")
    mine = office.client("wang").get(f"{place}/unit").text
    assert "第 1 条" in mine
    assert "市教育局" not in mine, "a unit sees its own lines alone"
    assert office.client("wang").post(f"{place}/answer", data={"text": "正在补办", "seen_round": 1}).status_code == 303
    assert "正在补办" in chen.get(place).text


@pytest.mark.own_home
def test_papers_go_with_their_migration_and_tasks_stay(office: Office) -> None:
    issued(office, drafted(office))
    tasks, engine = office.count(Task), office.here.database.write_engine
    revisions = ScriptDirectory.from_config(config(None)).walk_revisions()
    mine = next(one for one in revisions if one.path.endswith("missives.py"))
    migrate_down(engine, str(mine.down_revision))
    migrate(engine)
    assert (office.count(Task), office.count(Missive)) == (tasks, 0)
    assert fold(office.here.database).chain.intact


def lettered(office: Office, code: str = "reminder", after: int | None = None) -> int:
    """A letter to the unit, drafted by chen from what is wanting now, under a series of its own."""
    office.clock.now = max(office.clock.now, LATER)

    def work(session: Session, by: User) -> int:
        ledger, signer, at = session.get_one(Ledger, 1), session.get_one(User, office.ids["liushi"]), office.clock()
        unit = session.get_one(User, office.ids["wang"]).unit
        before = session.get_one(Letter, after) if after else None
        born = letters.draft_letter(session, ledger, code, unit, signer, by=by, at=at, after=before)
        wording = drafting.Wording(
            born.title, f"云政办{code}", born.addressed, born.opening, born.demands, source=born.source
        )
        drafting.save_wording(session, born, wording, signer, born.due, by=by, at=at, seen_version=born.version)
        return born.id

    return do(office, "chen", work)


def test_a_letter_climbs_the_same_road_and_the_next_rung_is_a_persons_decision(office: Office) -> None:
    first = lettered(office)
    assert issued(office, first) == "云政办reminder〔2026〕1号"
    drain(office.here)
    judged = judge(office.here, office.client("wang").get(f"/bulletins/{first}/sealed.pdf").data)
    assert judged.verdict == PASSED, judged.reason
    assert office.client("qian").get(f"/bulletins/{first}/unit").status_code == 404
    office.clock.now += timedelta(days=10)
    page = office.client("chen").get(f"/bulletins/{first}").text
    assert "还没有签收。可以考虑发督办函，由办公室决定" in page
    typed = {"kind": "supervision", "unit": page.split('name="unit"><option value="')[1].split('"')[0]}
    typed |= {"signer": str(office.ids["liushi"]), "source": "提醒函", "after": str(first), "facts": ""}
    place = office.client("chen").post("/ledgers/1/letters", data=typed).location
    second = as_stored(office, int(place.rsplit("/", 1)[1]))
    assert second.matter == "supervision"
    assert "云政办reminder〔2026〕1号" in second.opening
    assert "逾期" in second.opening
    with pytest.raises(Invalid, match="已用于另一种公文"):
        drafted(office, code="云政办reminder")
    assert fold(office.here.database).faults == ()


def test_a_letter_says_what_is_wanting_or_is_told_what(office: Office) -> None:
    def work(session: Session, by: User) -> None:
        ledger, signer = session.get_one(Ledger, 1), session.get_one(User, office.ids["liushi"])
        letters.draft_letter(session, ledger, "reminder", by.unit, signer, by=by, at=office.clock())

    with pytest.raises(Invalid, match="目前没有逾期、滞后的任务"):
        do(office, "chen", work)


@pytest.mark.own_home
def test_two_issued_at_the_same_moment_get_two_numbers_without_a_gap(office: Office) -> None:
    numbers = [drafted(office), drafted(office)]
    for number in numbers:
        step(office, number, Action.SUBMIT, "chen")
    office.clock.now += timedelta(days=5)
    for number in numbers:
        step(office, number, Action.APPROVE, "yuan")
        step(office, number, Action.VERIFY, "liushi")
    together(*(lambda one=number: step(office, one, Action.CLOSE, "chen") for number in numbers))
    assert sorted(as_stored(office, number).serial or 0 for number in numbers) == [1, 2]
