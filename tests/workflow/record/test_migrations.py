"""Migrations go up and down with rows in them, make what the models say, and guard the trail."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, select, text
from sqlalchemy.exc import DatabaseError

from tests.desk_office import Office
from tests.promises import broken_promises
from workflow.ledgers.models import Ledger
from workflow.office.models import Notice, Unit, User
from workflow.record.database import Database
from workflow.record.errors import ForeignDatabase
from workflow.record.migrating import config, migrate, migrate_down
from workflow.record.models import AuditEvent, Base, OutboxRow
from workflow.tasks.lists.light_rules import set_lights
from workflow.tasks.lists.lights import LightRules
from workflow.tasks.models import LightRule, Signoff, Task
from workflow.tasks.words import Status
from workflow.year.models import Paper
from workflow.year.registering import request_paper

pytestmark = pytest.mark.own_home


@pytest.fixture
def used(office: Office) -> Office:
    """An office with rows in most tables."""
    office.walk(office.task_id(), "submit", "approve", "verify", "close")
    return office


def of_ours(name: str | None, *about: object) -> bool:
    """What is no part of the index over the entries, which each database keeps in its own way."""
    return not (name or "").startswith(("entry_found", "ix_entry_words"))


def test_the_migrated_tables_are_the_models(used: Office) -> None:
    with used.here.database.write_engine.connect() as connection:
        opts = {"compare_type": True, "render_as_batch": True, "include_name": of_ours}
        context = MigrationContext.configure(connection, opts=opts)
        assert compare_metadata(context, Base.metadata) == []


def test_one_line_of_numbered_revisions() -> None:
    revisions = list(ScriptDirectory.from_config(config(None)).walk_revisions())
    assert [revision.revision for revision in revisions] == [f"{n:04d}" for n in range(len(revisions), 0, -1)]


def test_migrating_again_changes_nothing(used: Office) -> None:
    before = used.task(used.task_id()).status
    migrate(used.here.database.write_engine)
    assert used.task(used.task_id()).status is before


def test_what_waits_keeps_its_order(used: Office) -> None:
    engine = used.here.database.write_engine
    wanted = next(
        r for r in ScriptDirectory.from_config(config(None)).walk_revisions() if r.path.endswith("wanted_by.py")
    )
    migrate_down(engine, str(wanted.down_revision))
    migrate(engine)
    with used.here.database.reading() as session:
        rows = session.scalars(select(OutboxRow)).all()
    assert rows
    assert all(row.wanted_by == row.run_after for row in rows)


def test_down_to_nothing_and_up_again_with_rows(used: Office) -> None:
    engine = used.here.database.write_engine
    revisions = [r.revision for r in ScriptDirectory.from_config(config(None)).walk_revisions()]
    assert used.count(Task) > 0
    for revision in [*revisions[1:], "base"]:
        migrate_down(engine, revision)
    assert inspect(engine).get_table_names() == ["alembic_version"]
    for revision in reversed(revisions):
        migrate(engine, revision)
    made = {name for name in inspect(engine).get_table_names() if of_ours(name)}
    assert made == {*Base.metadata.tables, "alembic_version"}
    assert used.count(Task) == 0


def test_each_revision_keeps_the_rows_of_the_one_before(used: Office) -> None:
    engine = used.here.database.write_engine
    revisions = [r.revision for r in ScriptDirectory.from_config(config(None)).walk_revisions()]
    with used.here.database.writing() as session:
        ledger, chen = session.get_one(Ledger, 1), session.get_one(User, used.ids["chen"])
        for unit_id in (None, chen.unit_id):
            request_paper(session, ledger, "dossier", by=chen, at=used.clock(), unit_id=unit_id)
        session.get_one(Unit, 2).parent_id = 1
    units = used.count(Unit)
    events = used.count(AuditEvent)
    for revision in revisions[1:]:
        migrate_down(engine, revision)
    migrate(engine)
    assert (used.count(AuditEvent), used.count(Unit)) == (events, units)
    assert used.count(Paper) == 1, "a unit's share would pass for the whole"
    with used.here.database.reading() as session:
        assert session.scalars(select(Task)).first() is not None


@pytest.mark.parametrize(
    ("revision", "table", "says"), [("0020", "paper", "1 papers are no dossiers"), ("0019", "task", "1 matters are no")]
)
def test_what_an_earlier_revision_cannot_keep_is_not_lost(used: Office, revision: str, table: str, says: str) -> None:
    engine = used.here.database.write_engine
    with used.here.database.writing() as session:
        ledger, chen = session.get_one(Ledger, 1), session.get_one(User, used.ids["chen"])
        if table == "paper":
            request_paper(session, ledger, "brief", by=chen, at=used.clock())
        else:
            session.execute(text("UPDATE task SET matter = 'hearsay' WHERE id = 1"))
    with pytest.raises(RuntimeError, match=says):
        migrate_down(engine, revision)
    with engine.connect() as connection:
        assert connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() >= 1


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_event SET data = '{}' WHERE seq = 1", "DELETE FROM audit_event WHERE seq = 1"]
)
def test_the_database_refuses_to_rewrite_the_trail(used: Office, statement: str) -> None:
    events = used.count(AuditEvent)
    with pytest.raises(DatabaseError, match="append-only"), used.here.database.writing() as session:
        session.execute(text(statement))
    assert used.count(AuditEvent) == events


def test_a_reading_connection_cannot_write(used: Office) -> None:
    with used.here.database.reading() as session, pytest.raises(DatabaseError):
        session.execute(text("UPDATE task SET status = 'CLOSED'"))


def test_a_failed_migration_leaves_the_database_as_it_was(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/x.db")
    migrate(database.write_engine, "0013")
    with database.write_engine.begin() as connection:
        connection.execute(text("CREATE TABLE registration (id INTEGER)"))  # in the way
    before = inspect(database.write_engine).get_table_names()
    with pytest.raises(DatabaseError):
        migrate(database.write_engine)
    assert inspect(database.write_engine).get_table_names() == before
    database.dispose()


def test_another_programs_database_is_left_as_it_was(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/x.db")
    with database.write_engine.begin() as connection:
        connection.execute(text("CREATE TABLE task (id INTEGER)"))
    with pytest.raises(ForeignDatabase):
        migrate(database.write_engine)
    assert inspect(database.write_engine).get_table_names() == ["task"]
    database.dispose()


def test_tasks_under_way_before_there_were_seats_go_on(office: Office) -> None:
    """Revision 0005 gives every gate that a task waits at, and every standing sign-off, its seat."""
    first, second, third = (office.task_id(number) for number in (1, 2, 3))
    office.walk(first, "submit")
    office.walk(second, "submit", "approve", "verify")
    office.walk(third, "submit", "approve")
    engine = office.here.database.write_engine
    migrate_down(engine, "0004")
    migrate(engine)
    with office.here.database.reading() as session:
        assert broken_promises(session) == []
    office.walk(first, "approve", "verify", "close")
    office.walk(second, "co-verify", "close")
    with office.here.database.reading() as session:
        assert broken_promises(session) == []
        assert {session.get_one(Task, one).status for one in (first, second)} == {Status.CLOSED}


def test_rules_of_lights_keep_what_they_showed(office: Office) -> None:
    """Revision 0010 writes down the points that were fixed before, and goes back to whether they count."""
    engine = office.here.database.write_engine
    with office.here.database.writing() as session:
        ledger, chen = session.get_one(Ledger, 1), session.get_one(User, office.ids["chen"])
        for rules in (LightRules(), LightRules(behind=5, far_behind=50)):
            set_lights(session, ledger, rules, by=chen, at=office.clock())
    migrate_down(engine, "0009")
    migrate(engine)
    with office.here.database.reading() as session:
        kept = session.scalars(select(LightRule).order_by(LightRule.id))
        assert [(rule.behind, rule.far_behind) for rule in kept] == [(0, 0), (10, 30)]


def test_a_column_that_an_earlier_revision_once_made_is_kept(used: Office) -> None:
    """Revision 0011 meets databases with the size of scans and without: both come to the same tables."""
    engine = used.here.database.write_engine
    migrate_down(engine, "0010")
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE signoff ADD COLUMN paper_size INTEGER DEFAULT '0' NOT NULL"))
        connection.execute(text("UPDATE signoff SET paper_size = 7"))
    migrate(engine)
    with used.here.database.reading() as session:
        assert set(session.scalars(select(Signoff.paper_size))) == {7}


def test_notices_of_before_get_their_kind(office: Office) -> None:
    """Revision 0012 reads the marks that messages were written with; going back, the texts are what they were."""
    engine = office.here.database.write_engine
    texts = {"【今日提醒】等待您办理": "reminder", "【催办】办公室：请尽快": "urging", "交办【今日提醒】": "news"}
    migrate_down(engine, "0011")
    with engine.begin() as connection:
        made = {"user": office.ids["wang"], "at": "2026-03-20 01:00:00"}
        for told in texts:
            row = "INSERT INTO notice (user_id, text, created_at) VALUES (:user, :text, :at)"
            connection.execute(text(row), made | {"text": told})
    migrate(engine)
    with office.here.database.reading() as session:
        kinds = {row.text: row.kind for row in session.scalars(select(Notice).where(Notice.text.in_(texts)))}
    assert kinds == texts
    with pytest.raises(DatabaseError), engine.begin() as connection:
        connection.execute(text("UPDATE notice SET kind = 'rumour'"))
    migrate_down(engine, "0011")
    with engine.begin() as connection:
        assert set(connection.execute(text("SELECT text FROM notice")).scalars()) >= texts.keys()
