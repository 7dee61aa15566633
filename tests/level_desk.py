"""A second level in the small office (两级现场): 市财政局 stands under the city, two centres of its own under it."""

from __future__ import annotations

import re

from sqlalchemy import select

from tests.desk_office import OWN, PDF, Office, report, seen, sign, upload
from workflow.office.models import Unit, User
from workflow.office.people import create_user
from workflow.office.units import import_units
from workflow.office.words import Role
from workflow.record.published import UnitRow
from workflow.tasks.models import Task

CITY, FIRST, SECOND = "云岭市人民政府", "国库中心", "采购中心"
BELOW: dict[str, tuple[str, str, frozenset[Role]]] = {
    "zhu": ("朱科长", OWN, frozenset({Role.OFFICE})),
    "zhen": ("甄科长", OWN, frozenset({Role.OFFICE})),
    "jin": ("金局长", OWN, frozenset({Role.LEADER})),
    "guo": ("小郭", FIRST, frozenset({Role.HANDLER})),
    "gu": ("顾主任", FIRST, frozenset({Role.UNIT_HEAD})),
    "gan": ("甘书记", FIRST, frozenset({Role.LEADER, Role.AUDITOR})),
    "cai": ("小蔡", SECOND, frozenset({Role.HANDLER})),
    "cui": ("崔主任", SECOND, frozenset({Role.UNIT_HEAD})),
}
LINES = f"公开国库收支 | {FIRST} | 2026年3月30日\n公开采购结果 | {SECOND} | 2026年3月31日"


def place(office: Office) -> Office:
    """The directory and the people of the level below."""
    with office.here.database.writing() as session:
        rows = [
            UnitRow(2, CITY, "其他", (), ()),
            UnitRow(3, OWN, "部门", (), (), CITY),
            UnitRow(4, FIRST, "其他", (), (), OWN),
            UnitRow(5, SECOND, "其他", (), (), OWN),
        ]
        import_units(session, rows, by=None, at=office.clock())
        units = {unit.name: unit for unit in session.scalars(select(Unit))}
        for login, (name, unit, roles) in BELOW.items():
            person, _ = create_user(
                session, login=login, name=name, unit=units[unit], roles=roles, by=None, at=office.clock()
            )
            person.must_change_password = False
            office.ids[login] = person.id
    return office


def cut(office: Office, login: str = "wang", lines: str = LINES, title: str = "2026年市财政局公开任务分解表") -> int:
    """Row 1 of the unit cut into typed rows by somebody; the lower draft."""
    task_id = office.task_id()
    data = {"title": title, "lines": lines, "seen_version": str(office.task(task_id).version)}
    answer = office.client(login).post(f"/tasks/{task_id}/cut/lines", data=data)
    assert answer.status_code == 303, answer.text
    lower = office.task(task_id).lower_id
    assert lower is not None
    return lower


def publish(office: Office, ledger_id: int, login: str = "zhu") -> str:
    """The lower ledger published by its office, whatever has to be looked at ticked; where it leads."""
    client = office.client(login)
    stamp = re.search(r'name="seen" value="([^"]+)"', client.get(f"/review/{ledger_id}").text)
    answer = client.post(f"/review/{ledger_id}/publish", data={"seen": stamp.group(1) if stamp else ""})
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def lower_tasks(office: Office, ledger_id: int) -> dict[str, int]:
    """Its tasks by unit."""
    with office.here.database.reading() as session:
        return {task.unit.name: task.id for task in session.scalars(select(Task).where(Task.ledger_id == ledger_id))}


def finish(office: Office, task_id: int, handler: str, head: str) -> None:
    """One lower task, from its report to its end."""
    upload(office.client(handler), task_id, PDF, f"{handler}.pdf")
    assert report(office.client(handler), task_id, "已经公开。", then="submit").status_code == 303
    for login, step in ((head, "approve"), ("zhu", "verify"), ("zhen", "close")):
        assert sign(office.client(login), task_id, step, "同意").status_code == 303


def finish_both(office: Office, ledger_id: int) -> None:
    """Both lower tasks."""
    tasks = lower_tasks(office, ledger_id)
    finish(office, tasks[FIRST], "guo", "gu")
    finish(office, tasks[SECOND], "cai", "cui")


def list_below(office: Office) -> None:
    """The list of what was done below, put on the upper task."""
    task_id, client = office.task_id(), office.client("wang")
    answer = client.post(f"/tasks/{task_id}/cut/list", data={"seen_version": seen(client, task_id)})
    assert answer.status_code == 303, answer.text


def person(office: Office, login: str) -> User:
    """Somebody as stored, with unit and desks."""
    with office.here.database.reading() as session:
        found = session.get_one(User, office.ids[login])
        assert found.unit.name
        assert found.roles is not None
        return found
