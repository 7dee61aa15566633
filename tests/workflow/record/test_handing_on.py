"""Where several write, the trail is handed on before the disk has it, and nobody is answered before that."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.desk_office import PDF, Office, open_office, report, upload
from tests.postgres import Server, cluster
from workflow.office.whole import whole
from workflow.record import audit
from workflow.tasks.acting import act
from workflow.tasks.case import load_case
from workflow.tasks.words import Action, Status

pytestmark = pytest.mark.own_home
TIMES = 5


@pytest.fixture(scope="module")
def in_postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with cluster() as url:
        server = Server(url)
        made = open_office(Path(tmp_path_factory.mktemp("home")), server=server)
        yield made
        made.here.database.dispose()
        server.close()


def test_the_trail_is_handed_on_before_the_disk_has_it_and_the_answer_is_given_after(in_postgresql: Office) -> None:
    for n in range(TIMES):
        with in_postgresql.here.database.writing() as session:
            audit.hold(session)
            assert session.scalars(text("SHOW synchronous_commit")).one() == "off"
            session.execute(text(f"CREATE TABLE t{n} (a INTEGER)"))
            written = session.scalars(text("SELECT pg_current_wal_insert_lsn()::text")).one()
        with in_postgresql.here.database.reading() as session:
            later = text("SELECT pg_current_wal_flush_lsn() > CAST(:written AS pg_lsn)")
            assert session.scalars(later, {"written": written}).one(), "what was committed is on the disk"
            assert session.scalars(text("SHOW synchronous_commit")).one() == "on"


def test_whoever_waits_for_a_matter_reads_it_as_the_first_left_it(in_postgresql: Office) -> None:
    task_id, read = in_postgresql.task_id(), threading.Event()
    upload(in_postgresql.client("wang"), task_id, PDF, "证明.pdf")
    report(in_postgresql.client("wang"), task_id, "已经全部公开。")
    before = in_postgresql.task(task_id).version

    def second() -> tuple[int, Status, bool]:
        with in_postgresql.here.database.writing() as session:
            case = load_case(session, task_id, in_postgresql.clock(), held=True)
            read.set()
            return case.task.version, case.task.status, case.held

    with ThreadPoolExecutor(1) as pool:
        with in_postgresql.here.database.writing() as session:
            by, case = (
                whole(session, in_postgresql.ids["wang"]),
                load_case(session, task_id, in_postgresql.clock(), held=True),
            )
            waiting = pool.submit(second)
            assert not read.wait(0.3), "the first has it"
            act(session, case.task, Action.SUBMIT, by=by, at=in_postgresql.clock(), seen_version=before, known=case)
        assert waiting.result(10) == (before + 1, Status.DRAFTED, True)


def test_a_matter_that_was_read_before_it_was_held_is_read_again(in_postgresql: Office) -> None:
    task_id = in_postgresql.task_id()
    with in_postgresql.here.database.writing() as session:
        seen = load_case(session, task_id, in_postgresql.clock())
        again = load_case(session, task_id, in_postgresql.clock(), held=True)
        assert (seen.held, again.held, again.task) == (False, False, seen.task)
