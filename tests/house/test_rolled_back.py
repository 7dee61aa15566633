"""The shared office keeps nothing of a test (共用测试库): rows, files, settings and clock are as furnished for the next."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import IntegrityError

from tests.desk_office import Office
from tests.rolled_back import Shared
from workflow.office.models import User
from workflow.record.models import AuditEvent
from workflow.tasks.models import Task


def found(office: Office) -> tuple[object, ...]:
    """What a test could have left behind."""
    blobs = sorted(path.name for path in (office.here.settings.home / "blobs").rglob("*"))
    kept = office.app.config["MAX_CONTENT_LENGTH"], office.here.settings.smtp_host, office.clock.now
    return office.count(AuditEvent), office.task(office.task_id()).status, blobs, *kept


def test_the_next_test_finds_the_office_as_furnished(shared: Callable[[int], Shared], tmp_path: Path) -> None:
    with shared(3).open(tmp_path / "first") as office:
        before = found(office)
        office.walk(office.task_id(), "submit", "approve", "verify", "close")
        office.app.config["MAX_CONTENT_LENGTH"] = 1
        office.reconfigure(smtp_host="127.0.0.1")
        assert found(office) != before
    with shared(3).open(tmp_path / "second") as office:
        assert found(office) == before


def rewrite_and_fail(office: Office) -> None:
    with office.here.database.writing() as session:
        session.get_one(Task, office.task_id()).report = "又改了"
        session.flush()
        session.execute(update(User).values(login="wang"))


def test_what_is_refused_leaves_what_was_written_before(office: Office) -> None:
    with office.here.database.writing() as session:
        session.get_one(Task, office.task_id()).report = "写好了"
    with pytest.raises(IntegrityError):
        rewrite_and_fail(office)
    assert office.task(office.task_id()).report == "写好了"


def test_a_reading_session_does_not_write(office: Office) -> None:
    with office.here.database.reading() as session, pytest.raises(AssertionError, match="asked to write"):
        session.execute(update(Task).values(report="x"))
    with office.here.database.reading() as session:
        session.get_one(Task, office.task_id()).report = "x"
        with pytest.raises(AssertionError, match="asked to write"):
            session.flush()


def test_foreign_keys_are_watched(office: Office) -> None:
    with pytest.raises(IntegrityError), office.here.database.writing() as session:
        session.execute(text("DELETE FROM unit"))


@pytest.mark.own_home
@pytest.mark.file
def test_an_own_home_has_its_own_file(office: Office, tmp_path: Path) -> None:
    assert (tmp_path / "taizhang.db").exists()
    assert office.here.database.write_engine is not office.here.database.read_engine
