"""Two machines, one office (两台机器): each request goes to the other server, and nobody notices."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import cycle
from pathlib import Path
from urllib.parse import urljoin

import pytest
import requests
from sqlalchemy import select

from tests.desk_office import PDF, Office, open_office
from tests.postgres import Server, cluster
from workflow.office.models import User
from workflow.office.passwords import set_password
from workflow.tasks.models import Packet
from workflow.tasks.words import PacketState

PASSWORD = "Gongkai-2026-taizhang"
CODE = "import sys; sys.argv[1:] = ['--app', 'app', 'serve']; from flask.cli import main; main()"
WAIT = 90
ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def machine(office: Office, home: Path) -> Iterator[str]:
    """``flask serve`` in a process group of its own with a folder of its own; its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = office.here.settings
    named = {"HOME": home, "SHARED": settings.common, "DATABASE_URL": settings.database_url, "PORT": port}
    env = os.environ | {f"TAIZHANG_{name}": str(value) for name, value in named.items()}
    process = subprocess.Popen(
        [sys.executable, "-c", CODE], env=env, cwd=ROOT, start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.fixture
def both(tmp_path: Path) -> Iterator[tuple[Office, list[str]]]:
    """An office in PostgreSQL and the addresses of its two machines."""
    with ExitStack() as stack:
        server = Server(stack.enter_context(cluster()))
        office = open_office(tmp_path / "shared", server=server)
        with office.here.database.writing() as session:
            for login in ("wang", "li", "zhao", "chen"):
                set_password(session, session.get_one(User, office.ids[login]), PASSWORD, at=office.clock())
        addresses = [stack.enter_context(machine(office, tmp_path / name)) for name in ("first", "second")]
        for address in addresses:
            _until(lambda: requests.get(f"{address}/readyz", timeout=5).status_code == 200)  # noqa: B023  # asked here
        yield office, addresses
        office.here.database.dispose()
        server.close()


def _until(done: object) -> None:
    end = time.monotonic() + WAIT
    while time.monotonic() < end:
        try:
            if done():  # type: ignore[operator]
                return
        except requests.ConnectionError:
            pass
        time.sleep(0.1)
    raise AssertionError("it did not come about")


class Person:
    """Somebody's browser, whose every request goes to the machine that did not answer the last one (交替访问)."""

    def __init__(self, addresses: list[str], login: str) -> None:
        self.session, self._turn, self.page = requests.Session(), cycle(addresses), ""
        self.get("/sign-in")
        assert self.post("/sign-in", login=login, password=PASSWORD).status_code == 302

    def get(self, path: str) -> requests.Response:
        """Open a page."""
        answer = self.session.get(urljoin(next(self._turn), path), timeout=60)
        assert answer.status_code == 200, (path, answer.status_code)
        self.page = answer.text
        return answer

    def post(self, path: str, files: object = None, **fields: str) -> requests.Response:
        """Send a form of the page that the other machine has shown."""
        token = re.search(r'name="csrf-token" content="([^"]+)"|name="csrf_token"[^>]*value="([^"]+)"', self.page)
        assert token
        seen = re.search(r'name="seen_version" value="(\d+)"', self.page)
        data = {"csrf_token": token[1] or token[2]} | ({"seen_version": seen[1]} if seen else {}) | fields
        address = urljoin(next(self._turn), path)
        return self.session.post(address, data=data, files=files, allow_redirects=False, timeout=60)  # type: ignore[arg-type]


def test_whoever_answers_the_next_request_goes_on_with_the_work(both: tuple[Office, list[str]]) -> None:
    office, addresses = both
    task = office.task_id()
    people = {login: Person(addresses, login) for login in ("wang", "li", "zhao", "chen")}
    wang = people["wang"]
    wang.get(f"/tasks/{task}")
    assert wang.post(f"/tasks/{task}/evidence", files={"file": ("证明.pdf", PDF, "application/pdf")}).status_code == 303
    wang.get(f"/tasks/{task}")
    assert wang.post(f"/tasks/{task}/report", report="已经公开。", then="").status_code == 303
    assert "已经公开。" in wang.get(f"/tasks/{task}").text, "the draft that one keeps the other shows"
    assert wang.post(f"/tasks/{task}/report", report="已经全部公开。", then="submit").status_code == 303
    for login, action in (("li", "approve"), ("zhao", "verify")):
        people[login].get(f"/tasks/{task}")
        opinion = f"/tasks/{task}/act/{action}"
        assert people[login].post(opinion, opinion="同意").status_code == 303
        again = people[login].post(opinion, opinion="同意")
        assert again.status_code == 303, "a second click, on the other machine, is the same one"
    piece = office.task(task).live_evidence[0]
    for _ in addresses:
        found = wang.get(f"/tasks/{task}/evidence/{piece.id}")
        assert found.content == PDF, "whichever took it in"
    for _ in addresses:
        assert people["chen"].get("/ledgers/1/export.xlsx").content.startswith(b"PK")
        assert "公开第1项信息" in people["zhao"].get("/?scope=leading").text
    _until(lambda: _sealed(office))


def _sealed(office: Office) -> bool:
    """Both seals are on the packet, whichever machine made which."""
    with office.here.database.reading() as session:
        packets = session.scalars(select(Packet)).all()
        return [(packet.state, len(packet.revisions)) for packet in packets] == [(PacketState.OPEN, 2)]
