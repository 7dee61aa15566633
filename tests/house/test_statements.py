"""How often a page or a step asks the database (语句数): ceilings that only fall."""

from __future__ import annotations

import pytest

from tests.desk_office import PDF, Office, report, table_of, upload
from tests.statements import statements
from workflow.ledgers.drafting import start_draft
from workflow.office.models import User
from workflow.office.whole import whole
from workflow.record.dialects import dialect_of
from workflow.tasks.acting import act
from workflow.tasks.case import load_case
from workflow.tasks.checking import check_evidence
from workflow.tasks.models import Task
from workflow.tasks.publishing import publish
from workflow.tasks.words import Action

STEPS = {"submit": ("wang", 7), "approve": ("li", 9), "verify": ("zhao", 9), "close": ("chen", 8)}
"""Who takes a step, and what it may ask from its first look to its last row."""
LOCKS = 4
"""What a database with several writers is asked besides: matter, ledger and trail held, and the newest link read under it."""
CEILINGS = {"task page": 12, "one upload": 12, "one upload, answered in place": 20, "publishing, a task": 2}
"""To be lowered by whoever saves one, never raised; what begins and ends a transaction is not counted."""


def locks(office: Office) -> int:
    """What is asked besides where several may write at once."""
    with office.here.database.reading() as session:
        return 0 if dialect_of(session).one_writer else LOCKS


def published(office: Office, rows: int) -> tuple[int, int]:
    """How many tasks publishing a table of so many rows made, and how many statements it took."""
    with office.here.database.writing() as session:
        by, before = session.get_one(User, office.ids["chen"]), office.count(Task)
        blob = office.here.store.add_bytes(str(rows).encode())
        ledger = start_draft(session, table_of(rows), blob, name="表.txt", by=by, at=office.clock())
        with statements(office) as seen:
            publish(session, ledger, by=by, at=office.clock())
        return office.count(Task) - before, len(seen)


def test_a_step_asks_no_more_than_before(office: Office) -> None:
    task_id, asked = office.task_id(), {}
    upload(office.client("wang"), task_id, PDF, "证明.pdf")
    report(office.client("wang"), task_id, "已经全部公开。")
    for step, (login, most) in STEPS.items():
        hashed = check_evidence(office.task(task_id), office.here.store)
        version = office.task(task_id).version
        with statements(office) as seen, office.here.database.writing() as session:
            by, case = whole(session, office.ids[login]), load_case(session, task_id, office.clock(), held=True)
            act(
                session, case.task, Action(step), by=by, at=office.clock(), seen_version=version, checked=hashed,
                known=case,
            )  # fmt: skip
        asked[step] = len(seen), most + locks(office)
    assert all(count <= most for count, most in asked.values()), asked


def test_a_task_page_asks_no_more_than_before(office: Office) -> None:
    client, task_id = office.client("wang"), office.task_id()
    upload(client, task_id, PDF, "证明.pdf")
    with statements(office) as seen:
        assert client.get(f"/tasks/{task_id}").status_code == 200
    assert len(seen) <= CEILINGS["task page"], len(seen)


@pytest.mark.parametrize(("what", "fragment"), [("one upload", False), ("one upload, answered in place", True)])
def test_an_upload_asks_no_more_than_before(office: Office, what: str, fragment: bool) -> None:
    client, task_id = office.client("wang"), office.task_id()
    with statements(office) as seen:
        assert upload(client, task_id, PDF, "证明.pdf", fragment=fragment).status_code == (200 if fragment else 303)
    assert len(seen) <= CEILINGS[what] + locks(office) + 1, len(seen)


def test_publishing_asks_no_more_for_each_task_than_before(office: Office) -> None:
    (few, asked), (many, more) = published(office, 3), published(office, 23)
    assert many > few
    assert (more - asked) / (many - few) <= CEILINGS["publishing, a task"]
