"""A small office for the desk tests: a named cast, one ledger, every step walked through the screens or the operations."""

from __future__ import annotations

import atexit
import re
import shutil
import tempfile
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, Response
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app import create_app
from tests.postgres import Server, of_the_run
from workflow.ledgers.drafting import start_draft
from workflow.office.models import Notice, Unit, User
from workflow.office.people import create_user, open_session
from workflow.office.units import import_units
from workflow.office.words import Role
from workflow.record.installation import Installation, install
from workflow.record.migrating import migrate
from workflow.record.models import AuditEvent
from workflow.record.published import PublishedLedger, PublishedTask, UnitRow
from workflow.record.settings import Settings
from workflow.tasks.models import Evidence, Task
from workflow.tasks.publishing import publish
from workflow.tasks.requests.requesting import ask
from workflow.tasks.requests.rulings import Ask
from workflow.tasks.words import RequestKind

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n"
HOME, LEAD, COLEAD, OWN, OTHER = "云岭市人民政府办公室", "市发展和改革委员会", "市审计局", "市财政局", "市教育局"
CAST: dict[str, tuple[str, str, frozenset[Role]]] = {
    "wang": ("小王", OWN, frozenset({Role.HANDLER})),
    "hong": ("小红", OWN, frozenset({Role.HANDLER})),
    "li": ("李主任", OWN, frozenset({Role.UNIT_HEAD})),
    "both": ("孙副主任", OWN, frozenset({Role.HANDLER, Role.UNIT_HEAD})),
    "zhao": ("赵科长", LEAD, frozenset({Role.LEAD_REVIEWER})),
    "zhou": ("周副科长", LEAD, frozenset({Role.LEAD_REVIEWER})),
    "shen": ("沈处长", COLEAD, frozenset({Role.LEAD_REVIEWER})),
    "chen": ("陈科长", HOME, frozenset({Role.OFFICE})),
    "yuan": ("袁副科长", HOME, frozenset({Role.OFFICE})),
    "qian": ("老钱", OTHER, frozenset({Role.HANDLER, Role.UNIT_HEAD, Role.LEAD_REVIEWER})),
    "liushi": ("刘市长", HOME, frozenset({Role.LEADER})),
    "shenji": ("审计小沈", HOME, frozenset({Role.AUDITOR})),
    "sysadmin": ("系统员", HOME, frozenset({Role.SYSTEM_ADMIN})),
    "secadmin": ("安全员", HOME, frozenset({Role.SECURITY_ADMIN})),
    "audadmin": ("审管员", HOME, frozenset({Role.AUDIT_ADMIN})),
    "nobody": ("新来的", HOME, frozenset()),
}


class Clock:
    """A clock that tests move."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 20, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        """Now; every look is a second later, so that nothing shares a time by chance."""
        self.now += timedelta(seconds=1)
        return self.now


@dataclass
class Office:
    """The app, its installation and the one-time passwords."""

    app: Flask
    here: Installation
    clock: Clock
    ids: dict[str, int]

    def reconfigure(self, **changes: Any) -> None:
        """Other settings from here on; those that the app itself was made from stay as they were."""
        self.here = replace(self.here, settings=self.here.settings.model_copy(update=changes))
        self.app.extensions["taizhang"] = self.here

    def client(self, login: str) -> FlaskClient:
        """A browser in which this person is signed in."""
        client = self.app.test_client()
        with self.here.database.writing() as session:
            client.set_cookie(
                "taizhang", open_session(session, session.get_one(User, self.ids[login]), at=self.clock())
            )
        return client

    def task_id(self, number: int = 1, unit: str = OWN) -> int:
        """The task of one row and one unit."""
        with self.here.database.reading() as session:
            tasks = select(Task).join(Unit, Unit.id == Task.unit_id).where(Unit.name == unit)
            return next(task.id for task in session.scalars(tasks) if task.item.number == str(number))

    def task(self, task_id: int) -> Task:
        """The task as stored, with evidence and sign-offs loaded."""
        with self.here.database.reading() as session:
            task = session.get_one(Task, task_id)
            list(task.evidence), list(task.signoffs), list(task.awaited)
            return task

    def count(self, model: type[Any] = AuditEvent) -> int:
        """Rows of a table."""
        with self.here.database.reading() as session:
            return session.scalars(select(func.count()).select_from(model)).one()

    def unread(self, login: str) -> int:
        """How many unread messages a person has."""
        with self.here.database.reading() as session:
            mine = (
                select(func.count())
                .select_from(Notice)
                .where(Notice.user_id == self.ids[login], Notice.read_at.is_(None))
            )
            return session.scalars(mine).one()

    def walk(self, task_id: int, *steps: str) -> None:
        """Take steps by the screens: report, file, submit, then ``approve``, ``verify``, ``co-verify`` or ``close``."""
        who = {"approve": "li", "verify": "zhao", "co-verify": "shen", "close": "chen"}
        for step in steps:
            if step == "submit":
                upload(self.client("wang"), task_id, PDF, "证明.pdf")
                answer = report(self.client("wang"), task_id, "已经全部公开。", then="submit")
            else:
                answer = sign(self.client(who[step]), task_id, step.removeprefix("co-"), "同意")
            assert answer.status_code == 303, answer.text


def open_office(home: Path, *, rows: int = 3, server: Server | None = None, **settings: Any) -> Office:
    """A furnished installation of one's own, copied; its database in this server, or in the run's where it has one."""
    server = server or of_the_run()
    template, url, ids = furnished(rows, server)
    shutil.copytree(template, home, dirs_exist_ok=True)
    own = {"database_url": server.new(url)} if server is not None else {}
    return serve(home, dict(ids), **own | settings)


def serve(home: Path, ids: dict[str, int], **settings: Any) -> Office:
    """The app over a furnished installation."""
    clock = Clock()
    app = build(Settings(home=home, _env_file=None, **settings), clock)
    return Office(app, app.extensions["taizhang"], clock, ids)


class Page(Response):
    """An answer whose text reads as a person does: the marks that keep a date on one line are left out."""

    def get_data(self, as_text: bool = False) -> Any:
        """The bytes as sent, or the text without those marks."""
        return re.sub(r"</?time>", "", super().get_data(as_text=True)) if as_text else super().get_data()


class Browser(FlaskClient):
    """The test client of every desk."""

    def __init__(self, app: Flask, response_wrapper: type[Response], **options: Any) -> None:
        super().__init__(app, Page, **options)


def build(settings: Settings, clock: Clock) -> Flask:
    """The app as tests want it: forms without tokens, errors as pages."""
    app = create_app(settings, clock=clock)
    app.test_client_class = Browser
    app.config.update(WTF_CSRF_ENABLED=False, TESTING=True, PROPAGATE_EXCEPTIONS=False)
    return app


@cache
def furnished(rows: int, server: Server | None) -> tuple[Path, str, dict[str, int]]:
    """Folder and database of an installation that others are copied from, and its people; row 2 has two leads, row 3 none."""
    folder = tempfile.TemporaryDirectory()
    atexit.register(folder.cleanup)
    home, url = Path(folder.name), server.new() if server is not None else ""
    return home, url, furnish(Settings(home=home, database_url=url, _env_file=None), rows=rows)


def furnish(settings: Settings, *, rows: int) -> dict[str, int]:
    """Tables, units, people and one published ledger; the ids of the people by login."""
    clock = Clock()
    clock.now -= timedelta(minutes=10)  # over when the first test looks at its own clock
    here = install(settings, clock)
    migrate(here.database.write_engine)
    blob = here.store.add_bytes(b"table")
    with here.database.writing() as session:
        names = (HOME, LEAD, COLEAD, OWN, OTHER)
        import_units(
            session, [UnitRow(n, name, "部门", (), ()) for n, name in enumerate(names, 1)], by=None, at=clock()
        )
        ids = _people(session, clock)
        by = session.get_one(User, ids["chen"])
        ledger = start_draft(session, table_of(rows), blob, name="表.txt", by=by, at=clock())
        publish(session, ledger, by=by, at=clock())
    here.database.dispose()
    return ids


def _people(session: Session, clock: Clock) -> dict[str, int]:
    units = {unit.name: unit for unit in session.scalars(select(Unit))}
    ids = {}
    for login, (name, unit, roles) in CAST.items():
        user, _ = create_user(session, login=login, name=name, unit=units[unit], roles=roles, by=None, at=clock())
        user.must_change_password = False
        ids[login] = user.id
    return ids


def table_of(rows: int) -> PublishedLedger:
    """A published table; row 2 has two leads, row 3 none."""
    leads = {2: (LEAD, COLEAD), 3: ()}
    tasks = tuple(
        PublishedTask(
            str(n), ("一、重点领域",), f"公开第{n}项信息", "及时公开。", leads.get(n, (LEAD,)), (OWN, OTHER),
            responsibility_text="各单位按分工负责", due=date(2026, 4, 1) + timedelta(days=n),
        )
        for n in range(1, rows + 1)
    )  # fmt: skip
    return PublishedLedger("2026年政务公开任务分解表", 2026, HOME, None, None, None, tasks)


def seen(client: FlaskClient, task_id: int) -> str:
    """The version that the task's page shows to this person."""
    found = re.search(r'name="seen_version" value="(\d+)"', client.get(f"/tasks/{task_id}").text)
    return found.group(1) if found else "-1"


def report(client: FlaskClient, task_id: int, text: str, *, version: str | None = None, then: str = "") -> TestResponse:
    """Save the report as the page would."""
    data = {"report": text, "then": then, "seen_version": version or seen(client, task_id)}
    return client.post(f"/tasks/{task_id}/report", data=data)


def sign(
    client: FlaskClient, task_id: int, action: str, opinion: str = "", *, version: str | None = None
) -> TestResponse:
    """Take a step as the page would."""
    data = {"opinion": opinion, "seen_version": version or seen(client, task_id)}
    return client.post(f"/tasks/{task_id}/act/{action}", data=data)


def ask_to_reopen(office: Office, task_id: int, login: str) -> None:
    """One of the office asks; another may then reopen."""
    with office.here.database.writing() as session:
        by, wanted = session.get_one(User, office.ids[login]), Ask(RequestKind.REOPENING, "数据有误")
        ask(session, session.get_one(Task, task_id), wanted, by=by, at=office.clock())


def upload(client: FlaskClient, task_id: int, content: bytes, name: str, *, fragment: bool = False) -> TestResponse:
    """Upload one file as a browser would, with or without script; names are written as browsers write them."""
    headers = {"HX-Request": "true", "X-Requested-With": "XMLHttpRequest"} if fragment else {}
    address = f"/tasks/{task_id}/evidence"
    data = multipart(content, name)
    return client.post(address, data=data, content_type="multipart/form-data; boundary=b", headers=headers)


def multipart(content: bytes, name: str) -> bytes:
    """A form with one file as a browser sends it, with boundary ``b``."""
    spelt = name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A").encode()
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="' + spelt + b'"\r\n\r\n'
    return head + content + b"\r\n--b--\r\n"


def pieces(office: Office, task_id: int) -> list[Evidence]:
    """The evidence that stands."""
    return office.task(task_id).live_evidence
