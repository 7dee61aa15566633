"""Rows changed behind the engine, each alone on a copy of the database: one sentence names the row (doctor, nightly job)."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.behind import change, copied
from tests.desk_office import COLEAD, LEAD, OWN, Office, ask_to_reopen, open_office, report, sign, upload
from workflow.events import KINDS
from workflow.folding import fold
from workflow.office.models import Unit, User
from workflow.office.people import grant, move, set_active
from workflow.office.tokens import create_token
from workflow.office.units import save_unit
from workflow.office.words import Role, TokenScope, UnitKind
from workflow.record.database import Database
from workflow.tasks.models import Request, Signoff, Task
from workflow.tasks.people.arranging import Arrangement, set_policy
from workflow.tasks.people.standing_in import delegate, hand_over
from workflow.tasks.registering import packet_of, register_revision
from workflow.tasks.requests.requesting import ask, decide
from workflow.tasks.requests.rulings import Ask
from workflow.tasks.words import Gate, Mode, RequestKind


@pytest.fixture(scope="module")
def eventful(tmp_path_factory: pytest.TempPathFactory) -> Database:
    """The database of an office in which every kind of thing has happened; read by the tests, and copied."""
    home = tmp_path_factory.mktemp("eventful")
    office = open_office(home)
    _close_and_reopen(office)
    _ask(office)
    _arrange(office)
    office.here.database.dispose()
    return office.here.database


def _close_and_reopen(office: Office) -> None:
    """Task 1 is closed with a packet, task 2 was closed, reopened and sent back, task 3 lies before the unit's head."""
    first, second, third = (office.task_id(n) for n in (1, 2, 3))
    office.walk(first, "submit", "approve", "verify", "close")
    _seal(office, first)
    office.walk(second, "submit", "approve", "verify", "co-verify", "close")
    _seal(office, second)
    ask_to_reopen(office, second, "yuan")
    assert sign(office.client("chen"), second, "reopen", "数据有误").status_code == 303
    upload(office.client("wang"), second, b"another", "补充.txt")
    report(office.client("wang"), second, "已更正。", then="submit")
    assert sign(office.client("li"), second, "send_back", "请再核对").status_code == 303
    office.walk(third, "submit")


def _seal(office: Office, task_id: int) -> None:
    """What the background registers of a packet, with other bytes: printing is tested elsewhere."""
    with office.here.database.writing() as session:
        task = session.get_one(Task, task_id)
        packet = packet_of(session, task, task.round, at=office.clock())
        for signoff in session.scalars(select(Signoff).where(Signoff.task_id == task_id)).all():
            blob = office.here.store.add_bytes(f"sealed {signoff.id}".encode())
            field = f"{signoff.gate.value}-{signoff.id}"
            assert register_revision(session, packet, signoff, field=field, blob=blob, at=office.clock())


def _ask(office: Office) -> None:
    """A later date is granted, another unit is ruled, a clock is stopped."""
    for kind, task_id, granted in (
        (RequestKind.EXTENSION, office.task_id(2), True),
        (RequestKind.OBJECTION, office.task_id(1, "市教育局"), True),
        (RequestKind.SUSPENSION, office.task_id(3, "市教育局"), True),
    ):
        by = "wang" if task_id == office.task_id(2) else "qian"
        with office.here.database.writing() as session:
            task, at = session.get_one(Task, task_id), office.clock()
            unit = session.scalars(select(Unit.id).where(Unit.name == COLEAD)).one()
            wanted = Ask(kind, "确有困难", task.due + timedelta(9), unit)
            ask(session, task, wanted, by=session.get_one(User, office.ids[by]), at=at)
            request = session.scalars(select(Request).where(Request.granted.is_(None))).one()
            clerk = session.get_one(User, office.ids["chen"])
            decide(
                session, task, request.id, granted=granted, opinion="同意", by=clerk, at=office.clock(), unit_id=unit
            )


def _arrange(office: Office) -> None:
    """A policy, a deputy, a handing-over, a token, other desks, another unit, a renamed one."""
    with office.here.database.writing() as session:
        people = {login: session.get_one(User, number) for login, number in office.ids.items()}
        li, both, at = people["li"], people["both"], office.clock()
        wanted = Arrangement(Gate.UNIT, Mode.IN_ORDER, (both.id, li.id), li.unit_id)
        set_policy(session, wanted, by=li, at=at)
        today = at.date()
        delegate(session, people["hong"], starts=today, ends=today, ledger_id=None, reason="外出", by=both, at=at)
        hand_over(session, both, li, by=people["secadmin"], at=office.clock())
        create_token(session, name="同步", scope=TokenScope.READ, expires=today, by=people["chen"], at=office.clock())
        grant(session, people["nobody"], [Role.HANDLER], by=people["secadmin"], at=office.clock())
        move(session, people["zhou"], people["qian"].unit, by=people["sysadmin"], at=office.clock())
        set_active(session, people["hong"], False, by=people["sysadmin"], at=office.clock())
        unit = session.scalars(select(Unit).where(Unit.name == LEAD)).one()
        save_unit(
            session,
            unit,
            name="市发展改革委",
            kind=UnitKind.DEPARTMENT,
            aliases=["市发改委"],
            above=OWN,
            by=people["chen"],
            at=at,
        )


def test_what_the_engine_wrote_is_as_the_trail_tells_it(eventful: Database, tmp_path: Path) -> None:
    assert found(eventful, tmp_path, "") == ()


def found(eventful: Database, folder: Path, sql: str) -> tuple[str, ...]:
    """What is found after somebody with the database in hand did this to a copy of it."""
    database = copied(eventful, folder)
    if sql:
        change(database, sql)
    try:
        folded = fold(database)
        assert folded.chain.intact
        return folded.faults
    finally:
        database.dispose()


NOTHING = "0" * 64
CLOSED = "(SELECT id FROM task WHERE status = 'CLOSED' LIMIT 1)"
PLANTED = {
    # a task
    "UPDATE task SET status = 'CLOSED' WHERE id = 5": r"任务 5 的状态被改动：现为「已办结」，留痕第 \d+ 条为「",
    f"UPDATE task SET report = '改过' WHERE id = {CLOSED}": r"任务 \d+ 的落实情况、证明材料清单或办理结果被改动",
    f"UPDATE task SET outcome = 'not_concerned' WHERE id = {CLOSED}": r"任务 \d+ 的办理结果被改动：现为「不涉及本单位」",
    "UPDATE task SET due = '2027-01-01' WHERE id = 2": r"任务 2 的时限被改动：现为「2027-01-01」",
    "UPDATE task SET due_reason = '顺延' WHERE id = 3": "任务 3 的时限依据被改动：现为「顺延」",
    "UPDATE task SET version = version + 1 WHERE id = 1": "任务 1 的版本号被改动",
    "UPDATE task SET round = 9 WHERE id = 1": "任务 1 的轮次被改动：现为「9」",
    "UPDATE task SET content_digest = 'x' WHERE id = 1": "任务 1 的内容摘要被改动",
    f"UPDATE task SET closed_at = '2026-01-01 00:00:00' WHERE id = {CLOSED}": r"任务 \d+ 的办结时间被改动",
    "UPDATE task SET received_at = '2026-01-01 00:00:00' WHERE id = 4": "任务 4 的签收时间被改动",
    "UPDATE task SET paused_at = NULL": r"任务 \d+ 的挂账时间被改动：现为「空」",
    "UPDATE task SET unit_id = 1 WHERE id = 1": "任务 1 的承办单位被改动",
    "UPDATE task SET progress = 99 WHERE id = 1": "任务 1 的自报进度被改动：现为「99」",
    "UPDATE task SET milestones = '√ 2026-03-01 印发方案' WHERE id = 1": "任务 1 的节点被改动：现为「√ 2026-03-01 印发方案」",
    "UPDATE ledger SET progress_by = 'percent'": "台账 1 的自报进度方式被改动：现为「百分比」",
    "UPDATE task SET last_actor = '老钱' WHERE id = 1": "任务 1 的最近办理人被改动：现为「老钱」",
    "INSERT INTO task SELECT 900, ledger_id, item_id, 1, kind, '9月', due, due_reason, status, version, round, report,"
    " content_digest, last_actor, opened_at, received_at, closed_at, outcome, paused_at, paused_reason, matter, progress, milestones, NULL FROM task"
    " WHERE id = 1": "任务 900 没有对应的留痕",
    # a sign-off
    "UPDATE signoff SET user_id = 1 WHERE id = 1": r"任务 \d+ 由留痕第 \d+ 条记下的签批的签批人被改动",
    "UPDATE signoff SET user_name = '老钱' WHERE id = 1": "的签批人姓名被改动：现为「老钱」",
    "UPDATE signoff SET unit_id = 1 WHERE id = 1": "的签批单位被改动",
    "UPDATE signoff SET opinion = '不同意' WHERE id = 1": "的意见被改动：现为「不同意」",
    "UPDATE signoff SET content_digest = 'x' WHERE id = 1": "的内容摘要被改动",
    "UPDATE signoff SET void_at = NULL, void_reason = ''": r"的失效时间被改动：现为「空」",
    "UPDATE signoff SET decision = 'passed' WHERE decision = 'returned'": "的结果被改动：现为「同意」，留痕第",
    "DELETE FROM signoff WHERE decision = 'returned'": r"任务 \d+ 由留痕第 \d+ 条记下的签批不见了",
    "UPDATE signoff SET event_seq = 3 WHERE id = 1": "写明依据留痕第 3 条的签批没有对应的留痕",
    # evidence
    "UPDATE evidence SET sha256 = (SELECT sha256 FROM evidence WHERE size = 7) WHERE id = 1": "证明材料 1 的文件被改动",
    "UPDATE evidence SET name = '别的.pdf' WHERE id = 1": "证明材料 1 的名称被改动：现为「别的.pdf」",
    "UPDATE evidence SET removed_at = '2026-04-01 00:00:00', removed_by_id = 1 WHERE id = 1": "证明材料 1 的移除人被改动",
    "UPDATE evidence SET task_id = 2 WHERE id = 1": "证明材料 1 的任务被改动",
    "DELETE FROM evidence WHERE id = 1": r"证明材料 1 不见了：留痕第 \d+ 条记着它",
    # a packet
    f"UPDATE packet_revision SET sha256 = '{NOTHING}' WHERE id = 1": r"证据包 ZWGK-2026-\d+-01 的签章位 unit-\d+ 的文件被改动",
    "DELETE FROM packet_revision WHERE id = 1": r"证据包 ZWGK-2026-\d+-01 的签章位 unit-\d+ 不见了",
    "UPDATE packet SET state = 'complete'": r"证据包 ZWGK-2026-\d+-01 的状态被改动：现为「已完成」，留痕第 \d+ 条为「已被取代」",
    # a ledger
    "UPDATE ledger SET title = '别的' WHERE id = 1": "台账 1 的标题被改动：现为「别的」",
    "UPDATE ledger_item SET requirement = '从略' WHERE id = 2": "台账条目 2 的内容被改动",
    "DELETE FROM party_unit WHERE party_id = 1": "责任主体 1 的单位被改动：现为「空」",
    "INSERT INTO ledger_item SELECT 900, ledger_id, 90, '90', section, title, requirement, responsibility_text,"
    " deadline_text, due, recurrence, inspection, inspection_on, line, line_end, extra, origins, follows_id"
    " FROM ledger_item WHERE id = 1": "台账条目 900 没有对应的留痕",
    f"UPDATE source_document SET sha256 = '{NOTHING}'": "台账 1 的来源的文件被改动",
    # people and units
    "INSERT INTO user_role (user_id, role) VALUES (1, 'office')": "账号 wang 的岗位被改动：现为「办公室、经办人」",
    "DELETE FROM user_role WHERE role = 'audit_admin'": "账号 audadmin 的岗位被改动：现为「空」，留痕第",
    'UPDATE "user" SET active = true': "账号 hong 的启用状态被改动：现为「是」",
    "UPDATE \"user\" SET unit_id = 1 WHERE login = 'qian'": "账号 qian 的单位被改动",
    "UPDATE \"user\" SET login = 'root' WHERE login = 'qian'": "账号 qian 的登录名被改动：现为「root」",
    "UPDATE unit SET name = '市财政局二' WHERE name = '市财政局'": "单位「市财政局」的名称被改动：现为「市财政局二」",
    "UPDATE unit SET active = false WHERE id = 2": "单位「市发展改革委」的启用状态被改动：现为「否」",
    "UPDATE unit SET parent_id = 5 WHERE id = 2": r"单位「市发展改革委」的上级单位被改动：现为「5」，留痕第 \d+ 条为「4」",
    "DELETE FROM unit_alias": "单位「市发展改革委」的简称被改动：现为「空」，留痕第",
    # who signs
    "UPDATE gate_policy SET people = '[1]'": "审批设置（单位审核，单位 4）的签批人被改动",
    "DELETE FROM gate_policy": "审批设置（单位审核，单位 4）不见了",
    "INSERT INTO gate_policy VALUES (90, 'office', 1, NULL, NULL, 'any', '[1]', '谁', '2026-01-01 00:00:00')": "审批设置（办公室办结，单位 1）没有对应的留痕",
    "UPDATE delegation SET ended_at = NULL, ends = '2030-01-01'": "授权代理 1 的止期被改动：现为「2030-01-01」",
    "UPDATE api_token SET scope = 'act'": "接口令牌 1 的范围被改动：现为「读取和办理」",
    "UPDATE request SET granted = false WHERE kind = 'extension'": r"任务 \d+ 的第 1 份延期申请的决定被改动：现为「否」",
}  # fmt: skip


@pytest.mark.parametrize("sql", PLANTED, ids=range(len(PLANTED)))
def test_what_is_changed_behind_the_engine_is_named(eventful: Database, tmp_path: Path, sql: str) -> None:
    sentences = found(eventful, tmp_path, sql)
    assert any(re.search(PLANTED[sql], sentence) for sentence in sentences), sentences
    assert all(sentence.endswith("。") for sentence in sentences)


def test_whoever_folds_knows_every_kind_of_event() -> None:
    """The command line loads little: a kind that nobody has imported would make its rows look written by a stranger."""
    program = "import workflow.folding; from workflow.record.events import KINDS; print(*KINDS)"
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert set(told.stdout.split()) == set(KINDS)
