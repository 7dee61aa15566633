"""Letters taken back, letters from a finding, talks with a unit: each a person's decision, each shown wherever its paper is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from packets.judging import judge
from packets.verdict import PASSED
from tests.desk_office import OTHER, OWN, Office
from tests.outside_desk import bring, hand_out
from tests.workflow.year.test_bulletins import LATER, as_stored, do, drafted, issued
from tests.workflow.year.test_bulletins import step as bulletin_step
from worker import drain
from workflow.folding import fold
from workflow.ledgers.models import Ledger
from workflow.office.models import Unit, User
from workflow.record.errors import Forbidden, Incomplete, Invalid, NotInState
from workflow.tasks.acting import act
from workflow.tasks.words import Action, Status
from workflow.year.assessments.measures import traces
from workflow.year.countersigning import SIGN_DAYS
from workflow.year.dossiers.facts import dossier
from workflow.year.look_backs.models import Rectification
from workflow.year.missives import drafting as missives
from workflow.year.missives import letters
from workflow.year.missives import receiving as missive_units
from workflow.year.missives.models import Letter, Missive
from workflow.year.missives.register import register
from workflow.year.missives.talk_models import Talk
from workflow.year.missives.talks import Said, begin_talk, save_talk
from workflow.year.models import Paper


def letter(office: Office, code: str = "reminder", origin: int = 0) -> int:
    """A letter to the own unit, issued."""
    office.clock.now = max(office.clock.now, LATER)

    def work(session: Session, by: User) -> int:
        ledger, unit = session.get_one(Ledger, 1), session.scalars(select(Unit).where(Unit.name == OWN)).one()
        signer = missives.leaders(session, by.unit)[0]
        found = session.get(Rectification, origin) if origin else None
        born = letters.draft_letter(
            session,
            ledger,
            code,
            unit,
            signer,
            by=by,
            at=office.clock(),
            facts="" if origin else "没有报送。",
            origin=found,
        )
        wording = missives.Wording(
            born.title, f"云政办{code}", born.addressed, born.opening, born.demands, source=born.source
        )
        due = born.due + timedelta(days=30)
        missives.save_wording(session, born, wording, signer, due, by=by, at=office.clock(), seen_version=born.version)
        return born.id

    number = do(office, "chen", work)
    issued(office, number)
    return number


def taken_back(office: Office, number: int) -> int:
    """The paper that takes a letter back, drafted on its page and issued."""
    said = {"text": "发错单位", "signer": office.ids["liushi"], "revokes": "1"}
    assert office.client("chen").post(f"/bulletins/{number}/correct", data=said).status_code == 303
    with office.here.database.reading() as session:
        newest = session.scalars(select(Missive.id).order_by(Missive.id.desc())).first()
    assert newest is not None
    issued(office, newest)
    return newest


def test_an_issued_letter_is_taken_back_by_another_that_names_it(office: Office) -> None:
    number = letter(office)
    old = as_stored(office, number).number
    new = as_stored(office, taken_back(office, number)).number
    assert "已撤回：<a href" in office.client("chen").get(f"/bulletins/{number}").text
    assert "撤回 <a" in office.client("chen").get(f"/bulletins/{number + 1}").text or old
    unit = office.client("wang").get(f"/bulletins/{number}/unit").text
    assert f"本件已由 {new} 撤回，不需要签收" in unit
    assert "已撤回" in office.client("wang").get("/bulletins").text
    with office.here.database.reading() as session:
        lines = register(session, 1, as_of=office.clock())
        assert lines[0].corrected == f"已撤回：{new}"
        counted = traces(session, session.get_one(Ledger, 1), office.clock())
        assert not any("提醒函" in of for of in counted.values()), "what was taken back counts for nothing"
    with pytest.raises(NotInState, match="撤回"):
        do(office, "wang", lambda s, by: missive_units.receive(s, s.get_one(Missive, number), person="甲", promised=None, by=by, at=office.clock()))  # fmt: skip
    with pytest.raises(NotInState, match="撤回"):
        do(office, "chen", lambda s, by: begin_talk(s, s.get_one(Letter, number), by=by, at=office.clock()))
    assert fold(office.here.database).faults == ()


def test_a_letter_comes_from_a_line_of_an_outside_list(office: Office) -> None:
    bring(office)
    hand_out(office, 1)
    with office.here.database.reading() as session:
        matter = session.scalars(select(Rectification.id)).one()
    number = letter(office, "supervision", origin=matter)
    paper = as_stored(office, number)
    assert "机构职能页面没有更新（整改时限2026年12月30日，尚未销号）" in paper.opening
    assert paper.source == "2026年第三方评估（“清单”第 3 行）"
    assert paper.number in office.client("chen").get(f"/rectifications/{matter}").text
    assert paper.number in office.client("wang").get(f"/rectifications/{matter}").text
    assert "整改事项" in office.client("chen").get(f"/bulletins/{number}").text

    def elsewhere(session: Session, by: User) -> None:
        unit = session.scalars(select(Unit).where(Unit.name == OTHER)).one()
        letters.draft_letter(
            session, session.get_one(Ledger, 1), "reminder", unit, missives.leaders(session, by.unit)[0], by=by, at=office.clock(),
            origin=session.get_one(Rectification, matter),
        )  # fmt: skip

    with pytest.raises(Invalid, match="应是整改单位"):
        do(office, "chen", elsewhere)


def step(office: Office, number: int, action: Action, login: str, opinion: str = "") -> Status:
    def work(session: Session, by: User) -> Status:
        talk = session.get_one(Talk, number)
        act(session, talk, action, by=by, at=office.clock(), seen_version=talk.version, opinion=opinion)
        return talk.status

    return do(office, login, work)


def held(office: Office) -> int:
    """A talk after a letter, written down and confirmed."""
    number = letter(office, "mending")
    born = do(office, "chen", lambda s, by: begin_talk(s, s.get_one(Letter, number), by=by, at=office.clock()).id)
    with pytest.raises(Incomplete, match="还没有填写约谈时间"):
        step(office, born, Action.SUBMIT, "chen")
    said = Said(
        office.clock(), "市政府三楼会议室", "刘市长", "市财政局 李主任、小王", "整改通知限期已过", "一、听取情况。二、限期整改。", "月底前办结", LATER.date()
    )  # fmt: skip
    do(office, "chen", lambda s, by: save_talk(s, s.get_one(Talk, born), said, by=by, at=office.clock(), seen_version=1))  # fmt: skip
    step(office, born, Action.SUBMIT, "chen")
    step(office, born, Action.APPROVE, "yuan")
    return born


def test_a_talk_is_recorded_signed_by_the_unit_and_sealed(office: Office) -> None:
    number = held(office)
    assert "约谈时间：" in office.client("li").get(f"/talks/{number}").text
    assert office.client("qian").get(f"/talks/{number}").status_code == 404
    step(office, number, Action.VERIFY, "li", "记录属实")
    step(office, number, Action.CLOSE, "chen")
    drain(office.here)
    with office.here.database.reading() as session:
        paper = session.scalars(select(Paper).where(Paper.kind == "talk")).one()
        assert paper.pdf_sha256 is not None
        paper_of = paper.pdf_sha256
    assert judge(office.here, office.here.store.read(paper.pdf_sha256)).verdict is PASSED
    assert office.client("li").get(f"/talks/{number}/pdf").data[:5] == b"%PDF-"
    with office.here.database.reading() as session:
        told = dossier(session, 1, as_of=office.clock())
        before = dossier(session, 1, as_of=LATER - timedelta(days=1))
        counted = traces(session, session.get_one(Ledger, 1), office.clock())[session.get_one(Talk, number).talked_id]
    assert [(unit, talk.convener, talk.demand) for unit, talk in told.talks] == [(OWN, "刘市长", "月底前办结")]
    assert any(title.startswith("约谈记录") and paper.sha256 == paper_of for title, paper in told.attached)
    assert before.talks == ()
    assert [trace.number for trace in counted["约谈"]] == [number], "schemes may count it"
    assert fold(office.here.database).faults == ()


def test_a_unit_that_does_not_sign_is_waited_for_and_named(office: Office) -> None:
    number = held(office)
    with pytest.raises(Incomplete, match="可以在"):
        step(office, number, Action.CLOSE, "chen", "拒签")
    office.clock.now += timedelta(days=SIGN_DAYS + 5)
    assert step(office, number, Action.CLOSE, "chen", "负责人外出，没有签认") is Status.CLOSED
    assert "未签认：负责人外出，没有签认" in office.client("chen").get(f"/talks/{number}").text


def test_nobody_else_calls_a_unit_in_and_changed_rows_are_named(office: Office) -> None:
    number = letter(office)
    with pytest.raises(Forbidden):
        do(office, "wang", lambda s, by: begin_talk(s, s.get_one(Letter, number), by=by, at=office.clock()))
    with office.here.database.writing() as session:
        session.execute(text("UPDATE missive SET revokes = true"))
    assert any("是否撤回被改动" in said for said in fold(office.here.database).faults)


def test_a_leader_sees_what_waits_and_the_last_bulletin_as_it_was_printed(office: Office) -> None:
    assert "待我签发 0 件；本年还没有印发通报" in office.client("liushi").get("/overview?year=2026").text
    number = issued(office, first := drafted(office))
    waiting = drafted(office)
    bulletin_step(office, waiting, Action.SUBMIT, "chen")
    office.clock.now += timedelta(days=5)
    bulletin_step(office, waiting, Action.APPROVE, "yuan")
    page = office.client("liushi").get("/overview?year=2026").text
    assert f'<a href="/bulletins/{first}">{number}</a>' in page
    assert f'<a href="/bulletins/{waiting}">' in page
    told = missives.figures_of(as_stored(office, first))
    assert told is not None
    for pace, count, share in told.classes:
        assert f'{pace.word} <a href="/bulletins/{first}#annex1">{count}</a> 条（{share}）' in page
    for _, units in told.parts():
        for unit in units[:3]:
            assert unit.rank is None or f"{len(unit.closed)}/{len(unit.tasks)}（{unit.share}）" in page
    assert f'href="/ledgers/1#row-{told.rows[0].item_id}"' in page
    assert "签发与通报" not in office.client("wang").get("/overview?year=2026").text
