"""How often a page or a step asks the database (语句数): ceilings that only fall."""

from __future__ import annotations

import pytest

from tests.desk_office import PDF, Office, table_of, upload
from tests.statements import statements
from workflow.ledgers.drafting import start_draft
from workflow.office.models import User
from workflow.tasks.models import Task
from workflow.tasks.publishing import publish

CEILINGS = {"task page": 17, "one upload": 17, "one upload, answered in place": 30, "publishing, a task": 2}
"""To be lowered by whoever saves one, never raised; what begins and ends a transaction is not counted."""


def published(office: Office, rows: int) -> tuple[int, int]:
    """How many tasks publishing a table of so many rows made, and how many statements it took."""
    with office.here.database.writing() as session:
        by, before = session.get_one(User, office.ids["chen"]), office.count(Task)
        blob = office.here.store.add_bytes(str(rows).encode())
        ledger = start_draft(session, table_of(rows), blob, name="表.txt", by=by, at=office.clock())
        with statements(office) as seen:
            publish(session, ledger, by=by, at=office.clock())
        return office.count(Task) - before, len(seen)


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
    assert len(seen) <= CEILINGS[what], len(seen)


def test_publishing_asks_no_more_for_each_task_than_before(office: Office) -> None:
    (few, asked), (many, more) = published(office, 3), published(office, 23)
    assert many > few
    assert (more - asked) / (many - few) <= CEILINGS["publishing, a task"]
