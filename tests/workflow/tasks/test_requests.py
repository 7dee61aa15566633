"""What is asked of the office and ruled: another unit, a pause, a new start, a dispute; and verbs beside the chain."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.desk_office import COLEAD, OTHER, OWN, PDF, Office, report, seen, sign, upload
from tests.gates_desk import act, packet, policy, waiting
from tests.promises import broken_promises
from workflow.office.models import Unit, User
from workflow.record.calendar import after_working_days
from workflow.record.errors import Forbidden, Incomplete, NotInState
from workflow.record.models import AuditEvent
from workflow.tasks import acting
from workflow.tasks.case import case_of
from workflow.tasks.models import Request, Task, TaskCopy
from workflow.tasks.requests.requesting import resume
from workflow.tasks.steps import Paper
from workflow.tasks.words import Action, Gate, Mode, Status

A = Action


def ask(office: Office, kind: str, login: str = "wang", *, number: int = 1, unit: str = "") -> TestResponse:
    data = {"kind": kind, "reason": "不属于本单位职责", "unit_id": unit_id(office, unit) if unit else ""}
    return office.client(login).post(f"/tasks/{office.task_id(number)}/requests", data=data)


def decide(
    office: Office, login: str = "chen", *, granted: bool = True, unit: str = "", number: int = 1
) -> TestResponse:
    with office.here.database.reading() as session:
        last = session.scalars(select(Request.id).order_by(Request.id.desc())).first() or 0
    data = {
        "granted": "1" if granted else "0",
        "opinion": "按分工办理",
        "unit_id": unit_id(office, unit) if unit else "",
    }
    return office.client(login).post(f"/tasks/{office.task_id(number)}/requests/{last}", data=data)


def unit_id(office: Office, name: str) -> str:
    with office.here.database.reading() as session:
        return str(session.scalars(select(Unit.id).where(Unit.name == name)).one())


def hold(office: Office) -> None:
    with office.here.database.reading() as session:
        assert broken_promises(session) == []


def page(office: Office, login: str, task_id: int) -> str:
    return office.client(login).get(f"/tasks/{task_id}").text


def test_a_task_goes_to_the_unit_that_the_office_rules(office: Office) -> None:
    task_id, before = office.task_id(), office.task(office.task_id())
    assert ask(office, "objection", unit=COLEAD).status_code == 303
    office.clock.now += timedelta(days=5)
    assert decide(office).status_code == 303
    task = office.task(task_id)
    with office.here.database.reading() as session:
        assert session.get_one(Unit, task.unit_id).name == COLEAD
    assert task.due == after_working_days(before.due, 3)
    assert "由市财政局改派" in page(office, "chen", task_id)
    assert "顺延 3 个工作日" in page(office, "chen", task_id)
    assert office.client("wang").get(f"/tasks/{task_id}").status_code == 404
    assert waiting(office, task_id) == ["handler"]
    hold(office)


def test_a_unit_that_keeps_its_task_gets_the_days_back(office: Office) -> None:
    task_id, due = office.task_id(), office.task(office.task_id()).due
    ask(office, "objection")
    office.clock.now += timedelta(days=4)
    assert decide(office, granted=False).status_code == 303
    task = office.task(task_id)
    assert task.due == after_working_days(due, 2)
    assert "责任异议处理占用 2 个工作日" in page(office, "wang", task_id)
    hold(office)


def test_objections_come_early_and_before_the_work(office: Office) -> None:
    report(office.client("wang"), office.task_id(), "已经写了。")
    assert "已经开始填报" in ask(office, "objection").text
    office.clock.now += timedelta(days=14)
    assert "责任异议期已过" in ask(office, "objection", number=2).text
    assert office.count(Request) == 0


@pytest.mark.parametrize(
    ("unit", "says"), [("", "请选定改由哪个单位"), (OTHER, "已经有这一条的任务"), (OWN, "请选定改由")]
)
def test_a_ruling_names_a_unit_that_can_take_it(office: Office, unit: str, says: str) -> None:
    ask(office, "objection")
    answer = decide(office, unit=unit)
    assert answer.status_code == 422
    assert says in answer.text
    assert office.count(Request) == 1
    hold(office)


def test_what_was_begun_after_the_objection_is_not_taken_away(office: Office) -> None:
    ask(office, "objection", unit=COLEAD)
    report(office.client("wang"), office.task_id(), "还是办了。")
    assert "已经开始填报" in decide(office).text
    assert office.task(office.task_id()).report == "还是办了。"


def test_a_paused_task_waits_and_its_date_moves(office: Office) -> None:
    task_id, due = office.task_id(), office.task(office.task_id()).due
    upload(office.client("wang"), task_id, PDF, "证明.pdf")
    assert ask(office, "suspension").status_code == 303
    assert decide(office).status_code == 303
    assert "挂账" in page(office, "wang", task_id)
    assert "本件已挂账" in report(office.client("wang"), task_id, "写好了。", then="submit").text
    assert office.client("chen").post(f"/tasks/{task_id}/urge").status_code == 409
    office.clock.now += timedelta(days=30)
    assert "逾期" not in office.client("wang").get("/").text.split("公开第1项信息")[1].split("</li>")[0]
    overview = office.client("chen").get("/ledgers/1").text
    assert f"逾期未办结 <strong>{office.count(Task) - 1}</strong> 件" in overview, "a clock that stands is not late"
    assert office.client("wang").post(f"/tasks/{task_id}/resume").status_code == 403
    assert office.client("chen").post(f"/tasks/{task_id}/resume").status_code == 303
    assert office.client("chen").post(f"/tasks/{task_id}/resume").status_code == 409
    assert office.task(task_id).due == after_working_days(due, 19)
    assert report(office.client("wang"), task_id, "写好了。", then="submit").status_code == 303
    hold(office)


def test_two_people_open_a_closed_task_again(office: Office) -> None:
    task_id = office.task_id()
    office.walk(task_id, "submit", "approve", "verify", "close")
    with pytest.raises(Incomplete, match="先由办公室一人提出"):
        act(office, task_id, A.REOPEN, "yuan", "数据有误")
    assert ask(office, "reopening", "chen").status_code == 303
    assert decide(office, "yuan").status_code == 409, "granted by doing it"
    assert decide(office, "chen", granted=False).status_code == 403, "nobody decides on what they asked for"
    with pytest.raises(Incomplete, match="请由办公室另一人"):
        act(office, task_id, A.REOPEN, "chen", "数据有误")
    assert act(office, task_id, A.REOPEN, "yuan", "数据有误") is Status.ASSIGNED
    with office.here.database.reading() as session:
        asked = session.scalars(select(Request)).one()
        assert (asked.granted, asked.decided_by) == (True, "云岭市人民政府办公室 袁副科长")
    office.walk(task_id, "submit", "approve", "verify", "close")
    with pytest.raises(Incomplete, match="先由办公室一人提出"):
        act(office, task_id, A.REOPEN, "yuan", "一次申请只重启一次")


def test_leads_that_differ_are_ruled_by_the_office(office: Office) -> None:
    office.walk(office.task_id(1), "submit", "approve")
    assert "只有一个牵头单位" in ask(office, "coordination", "zhao").text
    task_id = office.task_id(2)
    office.walk(task_id, "submit", "approve", "verify")
    assert ask(office, "coordination", "shen", number=2).status_code == 303
    assert "赵科长已核验通过：同意" in page(office, "chen", task_id), "both opinions lie before the office"
    assert decide(office, number=2).status_code == 303
    assert "同意协调" in page(office, "shen", task_id)
    assert office.task(task_id).status is Status.UNIT_APPROVED, "a ruling signs for nobody"
    assert act(office, task_id, A.VERIFY, "shen") is Status.LEAD_VERIFIED


@pytest.mark.parametrize(
    ("kind", "login", "steps"),
    [
        ("objection", "qian", ()), ("objection", "zhao", ()), ("suspension", "chen", ()), ("coordination", "li", ("submit", "approve")),
        ("reopening", "wang", ("submit", "approve", "verify", "close")), ("nonsense", "wang", ()), ("reopening", "chen", ()),
    ],
)  # fmt: skip
def test_nobody_asks_for_what_is_not_theirs_to_ask(
    office: Office, kind: str, login: str, steps: tuple[str, ...]
) -> None:
    office.walk(office.task_id(), *steps)
    assert ask(office, kind, login).status_code in (403, 404, 409, 422)
    assert office.count(Request) == 0


def test_one_step_back_keeps_what_was_signed_before_it(office: Office) -> None:
    task_id = office.task_id(2)
    office.walk(task_id, "submit", "approve", "verify", "co-verify")
    assert act(office, task_id, A.STEP_BACK, "chen", "请牵头单位再核") is Status.UNIT_APPROVED
    standing = [s.signer for s in office.task(task_id).signoffs if s.void_at is None and s.decision.value == "passed"]
    assert standing == ["李主任"]
    office.walk(task_id, "verify", "co-verify", "close")
    verdict, facts = packet(office, task_id)
    assert verdict == "通过", facts
    hold(office)


def test_one_step_back_from_the_lead_reaches_the_head(office: Office) -> None:
    task_id = office.task_id()
    office.walk(task_id, "submit", "approve")
    assert act(office, task_id, A.STEP_BACK, "zhao", "请单位负责人再看") is Status.DRAFTED
    assert waiting(office, task_id) == ["unit_head"]
    assert all(s.void_at for s in office.task(task_id).signoffs if s.decision.value == "passed")
    assert act(office, task_id, A.APPROVE, "li") is Status.UNIT_APPROVED


def test_a_return_says_what_is_wrong_with_which_piece(office: Office) -> None:
    task_id = office.task_id()
    office.walk(task_id, "submit")
    li, piece = office.client("li"), office.task(task_id).live_evidence[0]
    data = {"opinion": "请更换", "seen_version": seen(li, task_id), f"defects-{piece.id}": "unsealed"}
    assert li.post(f"/tasks/{task_id}/act/send_back", data=data).status_code == 303
    shown = page(office, "wang", task_id)
    assert "「证明.pdf」未盖章或未签字" in shown
    assert "上轮退回：未盖章或未签字" in shown


@pytest.mark.parametrize(
    ("name", "code", "status"),
    [("defects-999", "unsealed", 404), ("defects-1", "nonsense", 422)],
)
def test_marks_on_what_is_not_there_are_refused(office: Office, name: str, code: str, status: int) -> None:
    task_id = office.task_id()
    office.walk(task_id, "submit")
    li = office.client("li")
    data = {"opinion": "请更换", "seen_version": seen(li, task_id), name: code}
    assert li.post(f"/tasks/{task_id}/act/send_back", data=data).status_code == status
    assert office.task(task_id).status is Status.DRAFTED


def test_not_concerned_is_proposed_and_the_lead_confirms(office: Office) -> None:
    task_id, wang = office.task_id(), office.client("wang")
    data = {
        "report": "本单位没有这项职能。",
        "outcome": "not_concerned",
        "then": "submit",
        "seen_version": seen(wang, task_id),
    }
    assert wang.post(f"/tasks/{task_id}/report", data=data).status_code == 303, "it needs no evidence"
    assert "责任单位提出：不涉及本单位" in page(office, "li", task_id)
    for action, login in ((A.APPROVE, "li"), (A.VERIFY, "zhao"), (A.CLOSE, "chen")):
        act(office, task_id, action, login)
    assert packet(office, task_id)[0] == "通过"
    hold(office)


def test_the_outcome_is_part_of_what_is_approved(office: Office) -> None:
    wang, task_id = office.client("wang"), office.task_id()
    digests = set()
    for outcome in ("", "not_concerned"):
        data = {"report": "同样的话", "outcome": outcome, "seen_version": seen(wang, task_id)}
        wang.post(f"/tasks/{task_id}/report", data=data)
        digests.add(office.task(task_id).content_digest)
    assert len(digests) == 2


def test_who_is_copied_may_look_and_nothing_else(office: Office) -> None:
    task_id = office.task_id()
    qian = office.client("qian")
    assert qian.get(f"/tasks/{task_id}").status_code == 404
    sent = {"person": "qian", "words": "请知悉"}
    assert office.client("wang").post(f"/tasks/{task_id}/copies", data=sent).status_code == 303
    assert "请知悉" in qian.get("/notices").text
    assert qian.get(f"/tasks/{task_id}").status_code == 200
    assert report(qian, task_id, "我来写").status_code == 403
    assert qian.post(f"/tasks/{task_id}/copies", data={"person": "wang"}).status_code == 403
    assert office.count(TaskCopy) == 1
    assert office.client("liushi").post(f"/tasks/{task_id}/copies", data=sent).status_code == 403


def register(
    office: Office, task_id: int, login: str = "chen", *, signer: str = "李主任", name: str = "审批单.pdf"
) -> TestResponse:
    client = office.client(login)
    seat = re.search(r'<option value="(\d+)">单位审核', client.get(f"/tasks/{task_id}").text)
    data = {
        "seat": seat.group(1) if seat else "1", "signer": signer, "opinion": "同意", "seen_version": str(office.task(task_id).version),
        "file": (BytesIO(PDF), name),
    }  # fmt: skip
    return client.post(f"/tasks/{task_id}/paper", data=data, content_type="multipart/form-data")


def test_a_form_signed_on_paper_is_shown_as_one(office: Office) -> None:
    task_id = office.task_id()
    office.walk(task_id, "submit")
    assert register(office, task_id).status_code == 303
    assert office.task(task_id).status is Status.UNIT_APPROVED
    shown = page(office, "zhao", task_id)
    assert "李主任（线下签批，扫描件由陈科长登记）" in shown
    act(office, task_id, A.VERIFY, "zhao")
    with pytest.raises(Incomplete, match="已经签批过"):
        act(office, task_id, A.CLOSE, "chen")
    act(office, task_id, A.CLOSE, "yuan")
    verdict, facts = packet(office, task_id)
    assert verdict == "通过"
    assert "内嵌 2 份" in facts, "the evidence and the scan"
    signoff = office.task(task_id).signoffs[0]
    got = office.client("li").get(f"/tasks/{task_id}/paper/{signoff.id}")
    assert got.data == PDF
    assert office.client("qian").get(f"/tasks/{task_id}/paper/{signoff.id}").status_code == 404


@pytest.mark.parametrize(
    ("login", "signer", "name", "status"),
    [
        ("wang", "李主任", "a.pdf", 403),
        ("zhao", "李主任", "a.pdf", 403),
        ("chen", " ", "a.pdf", 422),
        ("chen", "李主任", "a.exe", 422),
    ],
)
def test_paper_that_is_not_taken(office: Office, login: str, signer: str, name: str, status: int) -> None:
    task_id = office.task_id()
    office.walk(task_id, "submit")
    assert register(office, task_id, login, signer=signer, name=name).status_code == status
    assert office.task(task_id).status is Status.DRAFTED


def test_paper_of_somebody_else_does_not_fill_a_named_place(office: Office) -> None:
    policy(office, Gate.UNIT, Mode.ALL, "both")
    task_id = office.task_id()
    office.walk(task_id, "submit")
    assert register(office, task_id, signer="李主任").status_code == 403
    assert register(office, task_id, signer="孙副主任").status_code == 303


def test_the_office_never_signs_its_own_place_on_paper(office: Office) -> None:
    task_id = office.task_id()
    office.walk(task_id, "submit", "approve", "verify")
    with office.here.database.writing() as session:
        task, yuan = session.get_one(Task, task_id), session.get_one(User, office.ids["yuan"])
        seat = next(row for row in case_of(session, task).seats if row.gate is Gate.OFFICE)
        paper = Paper(seat.id, "陈科长", "0" * 64, 1, "a.pdf")
        with pytest.raises(Forbidden, match="须在线办理"):
            acting.act(session, task, A.CLOSE, by=yuan, at=office.clock(), seen_version=task.version, paper=paper)


def test_every_verb_stands_in_the_history(office: Office) -> None:
    ask(office, "suspension")
    decide(office)
    office.client("chen").post(f"/tasks/{office.task_id()}/resume")
    office.client("wang").post(f"/tasks/{office.task_id()}/copies", data={"person": "qian"})
    with office.here.database.reading() as session:
        kinds = list(session.scalars(select(AuditEvent.kind).order_by(AuditEvent.seq.desc()).limit(4)))
    assert kinds == ["task.copied", "task.resumed", "task.suspension_granted", "task.suspension_asked"]
    shown = page(office, "chen", office.task_id())
    assert all(word in shown for word in ("申请挂账", "同意挂账", "恢复办理", "抄送"))


def test_a_decided_request_is_decided(office: Office) -> None:
    ask(office, "suspension")
    assert decide(office, "wang").status_code == 403
    decide(office, granted=False)
    assert decide(office).status_code == 409
    with office.here.database.writing() as session:
        by = session.get_one(User, office.ids["chen"])
        with pytest.raises(NotInState):
            resume(session, session.get_one(Task, office.task_id()), by=by, at=office.clock())
    assert sign(office.client("chen"), office.task_id(), "close").status_code in (404, 409)


@pytest.mark.parametrize("login", ["wang", "li", "zhao", "qian"])
def test_the_engine_itself_takes_paper_from_the_office_alone(office: Office, login: str) -> None:
    task_id = office.task_id()
    office.walk(task_id, "submit")
    with office.here.database.writing() as session:
        task, by = session.get_one(Task, task_id), session.get_one(User, office.ids[login])
        paper = Paper(case_of(session, task).seats[0].id, "李主任", "0" * 64, 1, "a.pdf")
        with pytest.raises(Forbidden, match="由台账的办公室登记"):
            acting.act(session, task, A.APPROVE, by=by, at=office.clock(), seen_version=task.version, paper=paper)
