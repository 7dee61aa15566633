"""Kinds of events: every row is written somewhere, what older programs wrote is read and said, and what a link is about is hashed."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import ModuleType

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from tests.behind import change
from tests.desk_office import OWN, PDF, Office
from workflow.events import KINDS, ROOMS
from workflow.folding import fold
from workflow.ledgers.models import Ledger
from workflow.office.events import SIGNED_OUT, UNITS_IMPORTED, Login, UnitsImported
from workflow.office.models import Unit, User
from workflow.record import audit
from workflow.record.calendar import day_of
from workflow.record.database import Database
from workflow.record.events import FORBIDDEN, Kind, Reached, kind_of
from workflow.record.migrating import migrate, migrate_down
from workflow.record.models import AuditEvent
from workflow.record.trail import check_access
from workflow.tasks.events import OnTask
from workflow.tasks.lists.lighting import light_on
from workflow.tasks.models import Task
from workflow.tasks.reporting import add_file
from workflow.tasks.sharing import add_share
from workflow.year.events import PAPER_FINISHED
from workflow.year.registering import finish_paper, request_paper

ROOT = Path(__file__).parents[3]
PRODUCT = ("app.py", "worker.py", *(["workflow", "packets", "reports", "views", "samples"]))
BEFORE = (
    ("2026-03-02T01:00:00.000000+00:00", "units.imported", None, "系统", None, '{"added":12,"changed":0,"groups":1}',
     "5eb6b612425471b70fa75cbd17866e71942d8942eebc0e62a1d83068893f6bd4", None, ""),
    ("2026-03-02T01:01:00.000000+00:00", "task.assigned", 8, "陈科长", 7,
     '{"content_digest":"d0","due":"2026-06-30","due_reason":"按台账填写的时限。","item":"1","round":1,"to":"ASSIGNED","unit":"市财政局","version":1}',
     "0c65d6e3fa0b604a9407c5c453360da19c3a12ec2091a1565735c192f462839b", "task:7", "交办给市财政局。按台账填写的时限。"),
    ("2026-03-03T01:00:00.000000+00:00", "task.evidence_added", 1, "小王", 7,
     '{"content_digest":"d1","evidence_id":3,"name":"证明.pdf","round":1,"sha256":null,"to":"ASSIGNED","unit":"市财政局","version":2}',
     "3ab1505f137264bfc13b57db90e22d02cd840a6d7ba20f456a43687fe853678b", "task:7", "证明.pdf"),
    ("2026-03-04T01:00:00.000000+00:00", "task.extension_asked", 1, "小王", 7,
     '{"new_due":"2026-07-10","old_due":"2026-06-30","opinion":"等上级文件","round":1,"unit":"市财政局"}',
     "fe2bda5eab4a911f454e0f9251973995b210fa370004b690d69a6d1ba78db974", "task:7", "2026年6月30日 → 2026年7月10日：等上级文件"),
    ("2026-03-05T01:00:00.000000+00:00", "task.approve", 3, "李主任", 7,
     '{"content_digest":"d1","for":{"name":"孙副主任","until":"2026-03-31"},"from":"DRAFTED","gate":"unit","opinion":"同意","round":1,"to":"UNIT_APPROVED","unit":"市财政局","version":4}',
     "34fb30d3ccb9295b15d40c92be84b04365b07db0e9b36028b0f14299b0b92fa6", "task:7", "同意"),
    ("2026-03-06T01:00:00.000000+00:00", "task.send_back", 5, "赵科长", 7,
     '{"acted_in_round":1,"content_digest":"d1","defects":[{"code":"incomplete","evidence_id":3,"name":"证明.pdf"}],"from":"UNIT_APPROVED","ip":"10.0.0.8","opinion":"请补充","round":2,"to":"ASSIGNED","unit":"市发展和改革委员会","version":5}',
     "559d52be3f5e006c69e93219775d181bf8cf0cf67577833c99100ab5656d005a", "task:7", "请补充\n「证明.pdf」内容不全"),
    ("2026-03-07T01:00:00.000000+00:00", "ledger.lights_set", 8, "陈科长", None,
     '{"ledger_id":1,"near_days":5,"progress":true,"valid_from":"2026-03-07"}',
     "2ed13e1cdf9657116d360052bfc7544122c79392ecbf89a332a323414b37983d", "ledger:1", ""),
)  # fmt: skip
"""(time, kind, actor, name, task, data, hash) as programs wrote them before links named their subject; what each is about, and says."""


def rows_of(room: ModuleType) -> Iterator[tuple[str, list[Kind[object]]]]:
    """The names under which a room defines rows: one, a family of them, or families."""
    for name, value in vars(room).items():
        rows = list(value.values()) if isinstance(value, dict) else [value]
        rows = [row for one in rows for row in (one.values() if isinstance(one, dict) else [one])]
        if name[0] != "_" and name.isupper() and all(isinstance(one, Kind) for one in rows) and name != "KINDS":
            yield name, rows


def named_elsewhere() -> set[str]:
    """Every name that the product's modules use beside the rooms' own tables."""
    files = [f for place in PRODUCT for f in (ROOT / place).rglob("*.py")] + [ROOT / "app.py", ROOT / "worker.py"]
    found: set[str] = set()
    for file in files:
        if file.name != "events.py":
            nodes = list(ast.walk(ast.parse(file.read_text("utf-8"))))
            found |= {node.id for node in nodes if isinstance(node, ast.Name)}
            found |= {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    return found


def said_of_tasks(kind: Kind[object]) -> bool:
    """Whether it says of another matter what a row says of a task, and so is reached by :meth:`Kind.of`."""
    code, _, what = kind.name.partition(".")
    return code != "task" and f"task.{what}" in KINDS


def test_every_kind_has_one_row_and_every_row_is_used() -> None:
    defined = {name: rows for room in ROOMS for name, rows in rows_of(room)}
    assert {kind.name for rows in defined.values() for kind in rows} == set(KINDS)
    assert (
        defined.keys() - named_elsewhere() - {name for name, rows in defined.items() if all(map(said_of_tasks, rows))}
        == set()
    )
    assert all(kind.word and kind.word != kind.name for kind in KINDS.values())
    with pytest.raises(ValueError, match=r"two rows for task\.assigned"):
        Kind("task.assigned", "再交办", OnTask)
    assert kind_of("filing.opened").word == "其他事项", "what a newer program has written is listed"


def test_what_was_written_before_is_whole_read_and_said() -> None:
    links, before = [], audit.GENESIS
    for seq, (at, kind, actor_id, actor_name, task_id, data, digest, _, said) in enumerate(BEFORE, start=1):
        links.append(
            AuditEvent(
                seq=seq, at=at, kind=kind, actor_id=actor_id, actor_name=actor_name, task_id=task_id, data=data,
                prev_hash=before, hash=digest,
            )
        )  # fmt: skip
        before = digest
        assert kind_of(kind).say(kind_of(kind).read(data)) == said
    checked = audit.verify_chain(links)
    assert checked.intact
    assert checked.events == len(BEFORE)


def test_the_migration_finds_what_older_links_are_about(tmp_path: Path) -> None:
    database, before = Database(f"sqlite:///{tmp_path}/x.db"), audit.GENESIS
    migrate(database.write_engine, "0018")
    with database.write_engine.begin() as connection:
        for seq, (at, kind, actor_id, actor_name, task_id, data, digest, *_) in enumerate(BEFORE, start=1):
            values = (seq, at, kind, actor_id, actor_name, task_id, data, before, digest)
            connection.exec_driver_sql(f"INSERT INTO audit_event VALUES ({', '.join('?' * len(values))})", values)
            before = digest
    migrate(database.write_engine)
    with database.reading() as session:
        assert session.scalars(select(AuditEvent.subject).order_by(AuditEvent.seq)).all() == [one[7] for one in BEFORE]
    folded = fold(database)
    assert folded.chain.intact
    assert not [fault for fault in folded.faults if "对象" in fault or "不合规格" in fault]
    database.dispose()


@pytest.mark.own_home
def test_down_and_up_again_every_link_is_found_by_what_it_is_about(office: Office) -> None:
    office.walk(office.task_id(), "submit", "approve")
    office.client("wang").get("/accounts")
    engine = office.here.database.write_engine
    migrate_down(engine, "0018")
    migrate(engine)
    assert fold(office.here.database).faults == ()
    assert check_access(office.here.database).intact
    with engine.begin() as connection, pytest.raises(Exception, match="append-only"):
        connection.execute(text("UPDATE audit_event SET subject = NULL"))


def newest(session: Session) -> AuditEvent:
    """The last link of the trail."""
    return session.scalars(select(AuditEvent).order_by(AuditEvent.seq.desc()).limit(1)).one()


def test_what_is_written_is_as_before_and_says_what_it_is_about(office: Office) -> None:
    with office.here.database.writing() as session:
        task, wang = session.get_one(Task, office.task_id()), session.get_one(User, office.ids["wang"])
        add_share(session, task, section="预算科", work="汇总", due=None, by=wang, at=office.clock())
        event = newest(session)
        assert event.data == (
            f'{{"due":null,"round":1,"section":"预算科","subject":"task:{task.id}","unit":"{OWN}","work":"汇总"}}'
        )
        assert (event.subject, event.task_id) == (f"task:{task.id}", task.id)
    office.walk(task.id, "submit")
    with office.here.database.reading() as session:
        assert json.loads(newest(session).data).keys() == {
            "from", "to", "round", "acted_in_round", "version", "content_digest", "unit", "gate", "unit_id", "opinion",
            "ip", "subject",
        }  # fmt: skip


def test_a_row_is_written_only_where_and_about_what_it_says(office: Office) -> None:
    with office.here.database.writing() as session:
        li, at = session.get_one(User, office.ids["li"]), office.clock()
        brought, seen = UnitsImported(added=1, changed=0, groups=0), Reached(method="GET", path="/", status=403)
        with pytest.raises(TypeError, match="about nothing"):
            audit.record(session, UNITS_IMPORTED, brought, subject=1, by=None, at=at)
        with pytest.raises(TypeError, match="other chain"):
            audit.record(session, FORBIDDEN, seen, subject=None, by=li, at=at)
        with pytest.raises(TypeError, match="other chain"):
            audit.note_access(session, audit.Entry(SIGNED_OUT, Login(login="li"), li.id), by=li, at=at)


CHANGED = {
    "UPDATE audit_event SET data = replace(data, '\"subject\":\"task:', '\"subject\":\"unit:') WHERE kind = 'task.submit'": "与前后不相接",
    "UPDATE audit_event SET subject = 'task:2' WHERE kind = 'task.submit'": "的对象被改动：现为「任务 2」，内容中为「任务 1」。",
    "UPDATE audit_event SET subject = NULL WHERE kind = 'ledger.published'": "的对象被改动：现为「空」，内容中为「台账 1」。",
}


@pytest.mark.own_home
@pytest.mark.parametrize("sql", CHANGED)
def test_another_subject_is_found_out(office: Office, sql: str) -> None:
    with office.here.database.reading() as session:
        first = session.get_one(Task, 1)
        assert first.unit.name == OWN
    office.walk(1, "submit")
    assert change(office.here.database, sql) == 1
    folded = fold(office.here.database)
    assert any(CHANGED[sql] in sentence for sentence in (folded.chain.fault, *folded.faults))
    page = office.client("shenji").get("/trail/check").text
    assert "不通过" in page
    assert CHANGED[sql] in page


def test_the_trail_is_filtered_by_what_it_is_about(office: Office) -> None:
    with office.here.database.reading() as session:
        unit_id = session.scalars(select(Unit.id).where(Unit.name == OWN)).one()
        opened = select(func.count()).where(AuditEvent.subject == f"user:{office.ids['wang']}")
        of_wang = session.scalars(opened).one()
    client = office.client("shenji")
    page = client.get("/trail?subject=台账 1").text
    assert "读入任务表" in page
    assert "发布台账" in page
    assert 'data-label="对象" class="short"><a href="/trail?subject=' in page
    assert page.count("<details>") == 2
    assert client.get(f"/trail?subject=人员{office.ids['wang']}").text.count("<details>") == of_wang
    assert "没有符合条件的记录" in client.get(f"/trail?subject=单位 {unit_id}").text
    refused = client.get("/trail?subject=卷宗 1")
    assert refused.status_code == 422
    assert "例如「任务 12」；类别有：" in refused.text
    table = client.get("/trail/export.csv?subject=台账 1").text
    assert table.count("台账 1") == 2


def test_a_date_inside_the_unit_moves_no_light(office: Office) -> None:
    with office.here.database.writing() as session:
        task, wang = session.get_one(Task, office.task_id()), session.get_one(User, office.ids["wang"])
        before = light_on(session, task, day_of(office.clock()))
        for due in (None, task.due - timedelta(days=300)):
            add_share(session, task, section="预算科", work="汇总", due=due, by=wang, at=office.clock())
        assert light_on(session, task, day_of(office.clock())) == before


@pytest.mark.own_home
def test_a_note_added_to_a_file_that_was_there_is_as_the_trail_tells_it(office: Office) -> None:
    with office.here.database.writing() as session:
        task, wang = session.get_one(Task, office.task_id()), session.get_one(User, office.ids["wang"])
        blob = office.here.store.add_bytes(PDF)
        for note in ("第一页", "第二页"):
            add_file(
                session,
                task,
                blob,
                name="证明.pdf",
                media_type="application/pdf",
                note=note,
                by=wang,
                at=office.clock(),
            )
        assert newest(session).kind == "task.evidence_noted"
    assert fold(office.here.database).faults == ()


def test_a_finished_paper_is_told_by_its_own_kind(office: Office) -> None:
    with office.here.database.writing() as session:
        ledger, chen = session.get_one(Ledger, 1), session.get_one(User, office.ids["chen"])
        paper = request_paper(session, ledger, "brief", by=chen, at=office.clock())
        finish_paper(session, paper, pdf=office.here.store.add_bytes(PDF), bag=None, at=office.clock())
        told = session.scalars(select(AuditEvent).where(AuditEvent.kind == PAPER_FINISHED.name)).one()
        assert PAPER_FINISHED.read(told.data).paper == "brief"
