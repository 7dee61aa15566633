"""A four-step approval beside SpiffWorkflow and django-viewflow, on SQLite with the same journal and durability.

``make bench`` puts the peers into ``out/peers``; they check nobody's rights and keep no hash chain.
"""

from __future__ import annotations

import itertools
import sqlite3
import sys
import tempfile
import types
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from sqlalchemy import select

from tests.bench.measure import Figure, Size, interleaved
from tests.bench.offices import NOW, furnished
from workflow.office.models import User
from workflow.office.whole import whole
from workflow.record.database import WAL_IS_SAFE
from workflow.record.installation import Installation
from workflow.record.settings import Settings
from workflow.tasks.acting import act
from workflow.tasks.case import load_case
from workflow.tasks.checking import check_evidence
from workflow.tasks.models import Task
from workflow.tasks.words import Action, Status

PEERS = Path(__file__).resolve().parent.parent.parent / "out" / "peers"
JOURNAL = "WAL" if WAL_IS_SAFE else "DELETE"
STEPS = {Action.SUBMIT: "wang", Action.APPROVE: "head", Action.VERIFY: "lead", Action.CLOSE: "office"}


def figures(size: Size) -> Iterator[Figure]:
    """Cases of four steps, every step read, taken and committed on its own."""
    sys.path.insert(0, str(PEERS))
    rounds = min(size.rounds, 3)
    peers = {
        "approvals-spiffworkflow": ("SpiffWorkflow, its JSON in SQLite", _spiff),
        "approvals-viewflow": ("django-viewflow on SQLite", _viewflow),
    }
    for name, (said, peer) in peers.items():
        with tempfile.TemporaryDirectory() as folder:
            theirs = peer(Path(folder), size.cases)
            here = furnished(Settings(home=Path(folder), _env_file=None), rows=size.cases * (rounds + 1))
            ours, beside = interleaved(partial(climb, here, size.cases), theirs, rounds)
            yield Figure(name, ours, said, beside)


def climb(here: Installation, cases: int) -> None:
    """Take so many reported tasks through their four steps."""
    with here.database.reading() as session:
        ids = {user.login: user.id for user in session.scalars(select(User))}
        tasks = list(session.scalars(select(Task.id).where(Task.status == Status.ASSIGNED).limit(cases)))
    for task_id in tasks:
        for action, login in STEPS.items():
            with here.database.writing() as session:
                by, case = whole(session, ids[login]), load_case(session, task_id, NOW, held=True)
                task, checked = case.task, check_evidence(case.task, here.store) if action is Action.CLOSE else None
                act(session, task, action, by=by, at=NOW, seen_version=task.version, checked=checked, known=case)


def _spiff(folder: Path, cases: int) -> Callable[[], None]:
    from SpiffWorkflow.bpmn import BpmnWorkflow
    from SpiffWorkflow.bpmn.parser import BpmnParser
    from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
    from SpiffWorkflow.util.task import TaskState

    ids = ["start", *(action.value for action in STEPS), "end"]
    flows = "".join(
        f'<bpmn:sequenceFlow id="f{n}" sourceRef="{a}" targetRef="{b}"/>'
        for n, (a, b) in enumerate(itertools.pairwise(ids))
    )
    nodes = "".join(f'<bpmn:manualTask id="{name}" name="{name}"/>' for name in ids[1:-1])
    parser = BpmnParser()
    parser.add_bpmn_str(
        '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="t">'
        f'<bpmn:process id="approval" isExecutable="true"><bpmn:startEvent id="start"/>{nodes}<bpmn:endEvent id="end"/>{flows}'
        "</bpmn:process></bpmn:definitions>".encode()
    )
    serializer = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure())
    fresh = BpmnWorkflow(parser.get_spec("approval"))
    fresh.do_engine_steps()
    start, db = serializer.serialize_json(fresh), sqlite3.connect(folder / "spiff.db", isolation_level=None)
    db.executescript(
        f"PRAGMA journal_mode={JOURNAL}; PRAGMA synchronous=FULL; CREATE TABLE w (id INTEGER PRIMARY KEY, j TEXT)"
    )

    def run() -> None:
        for _ in range(cases):
            case = db.execute("INSERT INTO w (j) VALUES (?)", (start,)).lastrowid
            for _ in STEPS:
                db.execute("BEGIN IMMEDIATE")
                work = serializer.deserialize_json(db.execute("SELECT j FROM w WHERE id = ?", (case,)).fetchone()[0])
                work.get_next_task(state=TaskState.READY, manual=True).run()
                work.do_engine_steps()
                db.execute("UPDATE w SET j = ? WHERE id = ?", (serializer.serialize_json(work), case))
                db.execute("COMMIT")

    return run


def _viewflow(folder: Path, cases: int) -> Callable[[], None]:
    import django
    from django.conf import settings

    options = {
        "transaction_mode": "IMMEDIATE",
        "init_command": f"PRAGMA journal_mode={JOURNAL}; PRAGMA synchronous=FULL;",
    }
    database = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(folder / "viewflow.db"), "OPTIONS": options}
    apps = ["django.contrib.auth", "django.contrib.contenttypes", "viewflow", "viewflow.workflow", "tests.bench.peers"]
    settings.configure(DATABASES={"default": database}, INSTALLED_APPS=apps, USE_TZ=True, SECRET_KEY="bench")
    django.setup()
    from django.contrib.auth.models import User as Person
    from django.core.management import call_command
    from viewflow.workflow.models import Task as Step

    from tests.bench.peers.flows import Approval

    call_command("migrate", verbosity=0)
    person = Person.objects.create_user("handler")

    def run() -> None:
        for _ in range(cases):
            Approval.start.run()
        for _ in STEPS:
            for step in Step.objects.filter(status="NEW"):
                with step.activation() as activation:
                    activation.assign(user=person)
                with Step.objects.get(pk=step.pk).activation() as activation:
                    activation.start(types.SimpleNamespace(user=person))
                    activation.execute()

    return run
