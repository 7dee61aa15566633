"""The second level: a unit cuts its task for the units below, and closes upward when, and only when, all of it is done."""

from __future__ import annotations

import csv
from datetime import date

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from tests.desk_office import OTHER, OWN, Office, ask_to_reopen, report, seen, sign
from tests.level_desk import (
    CITY,
    FIRST,
    LINES,
    SECOND,
    cut,
    finish,
    finish_both,
    list_below,
    lower_tasks,
    place,
    publish,
)
from tests.promises import broken_promises
from workflow.folding import fold
from workflow.ledgers.models import Ledger
from workflow.office.models import Unit, User
from workflow.office.words import Role
from workflow.record.errors import Forbidden, Incomplete, Invalid, NotInState, Refused, Stale
from workflow.record.store import Blob
from workflow.tasks import cutting
from workflow.tasks.acting import act
from workflow.tasks.case import load_case
from workflow.tasks.checking import check_evidence
from workflow.tasks.levels import LIST
from workflow.tasks.models import Task
from workflow.tasks.requests.requesting import ask
from workflow.tasks.requests.rulings import Ask
from workflow.tasks.words import Action, RequestKind, Status
from workflow.year.look_backs.models import Rectification
from workflow.year.look_backs.rectifying import hand_out
from workflow.year.missives.letters import draft_letter


@pytest.fixture
def two(office: Office) -> Office:
    """The small office with a level below 市财政局."""
    return place(office)


def refused(office: Office, action: Action, login: str, task_id: int = 0) -> str:
    """What is said when somebody takes a step with a task, row 1 of the unit where none is named; empty where it is taken."""
    with office.here.database.writing() as session:
        task = session.get_one(Task, task_id or office.task_id())
        by, checked = session.get_one(User, office.ids[login]), check_evidence(task, office.here.store)
        try:
            act(session, task, action, by=by, at=office.clock(), seen_version=task.version, checked=checked)
        except Incomplete as incomplete:
            return incomplete.message
    return ""


def cutting_refused(office: Office, login: str, task_id: int = 0, version: int = 0) -> type[Refused] | None:
    """How an attempt to cut a task is refused."""
    with office.here.database.writing() as session:
        task = session.get_one(Task, task_id or office.task_id())
        by = session.get_one(User, office.ids[login])
        try:
            cutting.may_cut(session, task, by=by, at=office.clock(), seen_version=version or task.version)
        except Refused as refused:
            return type(refused)
    return None


def test_it_is_closed_upward_when_all_below_is_done_and_listed(two: Office) -> None:
    lower = cut(two)
    assert report(two.client("wang"), two.task_id(), "下级均已公开，汇总如下。").status_code == 303
    assert "还没有发布" in refused(two, Action.SUBMIT, "wang")
    publish(two, lower)
    assert f"还有 2 条没有办结（{FIRST}、{SECOND}）" in refused(two, Action.SUBMIT, "wang")
    finish(two, lower_tasks(two, lower)[FIRST], "guo", "gu")
    assert f"还有 1 条没有办结（{SECOND}）" in refused(two, Action.SUBMIT, "wang")
    finish(two, lower_tasks(two, lower)[SECOND], "cai", "cui")
    assert "下级办结清单" in refused(two, Action.SUBMIT, "wang")
    list_below(two)
    assert refused(two, Action.SUBMIT, "wang") == ""
    for login, step in (("li", "approve"), ("zhao", "verify"), ("chen", "close")):
        assert sign(two.client(login), two.task_id(), step, "同意").status_code == 303
    assert two.task(two.task_id()).status is Status.CLOSED
    with two.here.database.reading() as session:
        assert broken_promises(session) == []
    assert fold(two.here.database).faults == ()


def test_the_list_names_every_packet_with_its_digest_and_is_signed_for(two: Office) -> None:
    lower = cut(two)
    publish(two, lower)
    finish_both(two, lower)
    before = two.task(two.task_id()).content_digest
    list_below(two)
    task = two.task(two.task_id())
    piece = next(one for one in task.live_evidence if one.name == LIST)
    assert piece.sha256 is not None
    rows = list(csv.reader(two.here.store.read(piece.sha256).decode("utf-8-sig").splitlines()))
    below = [two.task(number) for number in lower_tasks(two, lower).values()]
    assert [row[-2:] for row in rows[1:]] == [[f"ZWGK-2026-{one.id:06d}-01", one.content_digest] for one in below]
    assert task.content_digest != before, "the approvals upward are bound to what was done below"


def test_what_is_opened_again_below_holds_the_closing_above(two: Office) -> None:
    lower = cut(two)
    publish(two, lower)
    finish_both(two, lower)
    list_below(two)
    assert report(two.client("wang"), two.task_id(), "已汇总。", then="submit").status_code == 303
    for login, step in (("li", "approve"), ("zhao", "verify")):
        assert sign(two.client(login), two.task_id(), step, "同意").status_code == 303
    first = lower_tasks(two, lower)[FIRST]
    ask_to_reopen(two, first, "zhu")
    assert sign(two.client("zhen"), first, "reopen", "数据有误").status_code == 303
    assert f"还有 1 条没有办结（{FIRST}）" in refused(two, Action.CLOSE, "chen")
    finish(two, first, "guo", "gu")
    assert "没有附上最新的下级办结清单" in refused(two, Action.CLOSE, "chen"), "another packet stands below now"
    assert two.task(two.task_id()).status is Status.LEAD_VERIFIED


def test_one_task_is_cut_once(two: Office) -> None:
    version = two.task(two.task_id()).version
    lower = cut(two)
    assert cutting_refused(two, "wang") is NotInState
    assert cutting_refused(two, "wang", version=version) is Stale, "somebody with the page of before"
    taken = update(Task).where(Task.id == two.task_id(2)).values(lower_id=lower)
    with pytest.raises(IntegrityError), two.here.database.writing() as session:
        session.execute(taken)


@pytest.mark.parametrize("login", ["qian", "zhao", "chen", "liushi", "guo", "gu", "zhu", "jin", "secadmin"])
def test_only_the_handlers_and_heads_of_the_unit_cut_it(two: Office, login: str) -> None:
    assert cutting_refused(two, login) is Forbidden
    data = {"title": "分解", "lines": LINES, "seen_version": "1"}
    answer = two.client(login).post(f"/tasks/{two.task_id()}/cut/lines", data=data)
    assert answer.status_code in (403, 404)
    assert two.task(two.task_id()).lower_id is None


def test_the_head_cuts_it_too(two: Office) -> None:
    assert cutting_refused(two, "li") is None


def test_it_needs_a_level_below_one_above_and_an_office(two: Office) -> None:
    assert cutting_refused(two, "qian", two.task_id(1, OTHER)) is NotInState, "nobody stands under 市教育局"
    with two.here.database.writing() as session:
        unit = session.scalars(select(Unit).where(Unit.name == OWN)).one()
        above, unit.parent_id = unit.parent_id, None
    assert cutting_refused(two, "wang") is NotInState, "whose ledger it would be could not be told"
    with two.here.database.writing() as session:
        session.get_one(Unit, unit.id).parent_id = above
        for login in ("zhu", "zhen"):
            for row in session.get_one(User, two.ids[login]).role_rows:
                row.role = Role.LEADER
    assert cutting_refused(two, "wang") is Incomplete, "nobody could publish or close"


def test_what_has_left_its_unit_is_not_cut(two: Office) -> None:
    two.walk(two.task_id(), "submit")
    assert cutting_refused(two, "wang") is NotInState


def test_a_discarded_draft_leaves_the_task_whole(two: Office) -> None:
    lower = cut(two)
    assert two.client("zhu").post(f"/review/{lower}/discard").status_code == 303
    assert two.task(two.task_id()).lower_id is None
    two.walk(two.task_id(), "submit")
    assert two.task(two.task_id()).status is Status.DRAFTED
    assert fold(two.here.database).faults == ()


def test_a_published_one_is_let_go_for_a_reason_before_the_task_is_submitted(two: Office) -> None:
    lower = cut(two)
    publish(two, lower)
    client, task_id = two.client("li"), two.task_id()
    data = {"seen_version": str(two.task(task_id).version), "reason": " "}
    assert client.post(f"/tasks/{task_id}/cut/free", data=data).status_code == 422
    assert client.post(f"/tasks/{task_id}/cut/free", data=data | {"reason": "改由本级办理"}).status_code == 303
    assert two.task(task_id).lower_id is None
    assert len(lower_tasks(two, lower)) == 2, "the unit's own from now on"
    assert fold(two.here.database).faults == ()


def test_what_was_submitted_is_not_let_go(two: Office) -> None:
    lower = cut(two)
    publish(two, lower)
    finish_both(two, lower)
    list_below(two)
    assert report(two.client("wang"), two.task_id(), "已汇总。", then="submit").status_code == 303
    with two.here.database.writing() as session:
        task, by = session.get_one(Task, two.task_id()), session.get_one(User, two.ids["wang"])
        with pytest.raises(NotInState):
            cutting.free(session, task, "不再分解", by=by, at=two.clock(), seen_version=task.version)


def test_units_of_others_are_no_part_of_it(two: Office) -> None:
    lower = cut(two, lines=f"公开收支 | {FIRST}、{OTHER} |")
    answer = two.client("zhu").post(f"/review/{lower}/publish", data={"seen": ""})
    assert answer.status_code == 422
    assert f"{OTHER}不是{OWN}的下级单位" in answer.text
    assert lower_tasks(two, lower) == {}


def test_an_office_below_gives_work_to_nobody_beside_or_above(two: Office) -> None:
    lower = cut(two, lines=f"公开收支 | {FIRST}、{OTHER} |")
    said = {"reason": "另行办理", "seen_version": str(two.task(two.task_id()).version)}
    assert two.client("wang").post(f"/tasks/{two.task_id()}/cut/free", data=said).status_code == 303
    answer = two.client("zhu").post(f"/review/{lower}/publish", data={"seen": ""})
    assert answer.status_code == 422, "let go of, it binds no more units than before"
    assert f"{OTHER}不是{OWN}的下级单位" in answer.text
    own = cut(two, lines=f"公开收支 | {FIRST} |")
    publish(two, own)
    with two.here.database.writing() as session:
        zhu, ledger = session.get_one(User, two.ids["zhu"]), session.get_one(Ledger, own)
        jin, liushi = (session.get_one(User, two.ids[login]) for login in ("jin", "liushi"))
        units = {unit.name: unit for unit in session.scalars(select(Unit))}
        for unit, signer, why in (
            (OTHER, jin, f"{OTHER}不是"),
            (CITY, jin, f"{CITY}不是"),
            (FIRST, liushi, "请选择一位领导"),
        ):
            with pytest.raises(Invalid, match=why):
                draft_letter(
                    session, ledger, "reminder", units[unit], signer, by=zhu, at=two.clock(), facts="没有报送。"
                )
        assert draft_letter(
            session, ledger, "reminder", units[FIRST], jin, by=zhu, at=two.clock(), facts="没有报送。"
        ).id
        found = Rectification(
            problem="没有更新", ledger_id=own, ledger=ledger, unit_id=units[OTHER].id, unit=units[OTHER], due=date(2026, 4, 2),
            due_reason="", content_digest="", opened_at=two.clock(),
        )  # fmt: skip
        with pytest.raises(Invalid, match=f"{OTHER}不是{OWN}的下级单位"):
            hand_out(session, found, "检查", by=zhu, at=two.clock())


def test_a_row_after_the_upper_date_is_doubted_and_rows_without_one_are_bound(two: Office) -> None:
    lower = cut(two, lines=f"公开收支 | {FIRST} | 2026年12月1日\n整理目录 | {SECOND} |")
    page = two.client("zhu").get(f"/review/{lower}").text
    assert "有 1 条的时限晚于上级任务的时限（2026年4月2日）" in page
    answer = two.client("zhu").post(f"/review/{lower}/publish", data={"seen": ""})
    assert answer.status_code == 422, "nobody has said that they saw it"
    publish(two, lower)
    dues = {unit: two.task(number).due for unit, number in lower_tasks(two, lower).items()}
    assert dues == {FIRST: date(2026, 12, 1), SECOND: date(2026, 4, 2)}
    assert "1 件的时限晚于本件" in two.client("chen").get(f"/tasks/{two.task_id()}").text


def test_periods_that_have_not_begun_hold_it(two: Office) -> None:
    lower = cut(two, lines=f"公开收支 | {FIRST} | 每季度末前")
    publish(two, lower)
    finish(two, lower_tasks(two, lower)[FIRST], "guo", "gu")
    with two.here.database.reading() as session:
        below = load_case(session, two.task_id()).lower
        assert below is not None
        assert (below.done, below.rows, below.settled) == (0, 1, False)


def test_a_draft_of_the_own_office_is_taken(two: Office) -> None:
    lower, task_id = cut(two), two.task_id()
    with two.here.database.writing() as session:
        task, by = session.get_one(Task, task_id), session.get_one(User, two.ids["wang"])
        cutting.free(session, task, "换一件", by=by, at=two.clock(), seen_version=task.version)
    again, client = two.task_id(2), two.client("wang")
    for number, answer in ((1, 404), (lower, 303)):  # the city's own is nobody's to take
        data = {"ledger": str(number), "seen_version": seen(client, again)}
        assert client.post(f"/tasks/{again}/cut", data=data).status_code == answer
    assert two.task(again).lower_id == lower


def test_a_cut_task_does_not_change_hands(two: Office) -> None:
    cut(two)
    with two.here.database.writing() as session:
        task, by = session.get_one(Task, two.task_id()), session.get_one(User, two.ids["wang"])
        with pytest.raises(NotInState, match="解除分解"):
            ask(session, task, Ask(RequestKind.OBJECTION, "不属于本单位"), by=by, at=two.clock())


def test_a_list_of_before_is_not_taken(two: Office) -> None:
    lower = cut(two)
    publish(two, lower)
    finish_both(two, lower)
    old = two.here.store.add_bytes(b"\xef\xbb\xbfnothing")
    with two.here.database.writing() as session:
        task, by = session.get_one(Task, two.task_id()), session.get_one(User, two.ids["wang"])
        with pytest.raises(Stale):
            cutting.bring_list(
                session, task, Blob(old.sha256, old.size), by=by, at=two.clock(), seen_version=task.version
            )
    with two.here.database.reading() as session:
        assert session.get_one(Ledger, lower).office.name == OWN
