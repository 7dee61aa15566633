"""The worker beside the server (随服务启动的后台): a process of its own that is there while the server is, and comes again when it dies."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

from tests.desk_office import Office, open_office
from workflow.tasks.models import PacketRevision

SERVE = "import sys; sys.argv[1:] = ['--app', 'app', 'serve']; from flask.cli import main; main()"
ROOT, WAIT = Path(__file__).resolve().parents[2], 120


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[tuple[Office, subprocess.Popen[bytes]]]:
    """An office, and ``flask serve`` on it."""
    office = open_office(tmp_path)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    named = {"HOME": tmp_path, "DATABASE_URL": office.here.settings.database_url, "PORT": port}
    env = os.environ | {f"TAIZHANG_{name}": str(value) for name, value in named.items()}
    server = subprocess.Popen(
        [sys.executable, "-c", SERVE], env=env, cwd=ROOT, start_new_session=True, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        until(lambda: answers(port))
        yield office, server
    finally:
        for pid in (*workers_of(server), server.pid):
            if alive(pid):
                os.kill(pid, signal.SIGKILL)
        server.wait()


def answers(port: int) -> bool:
    try:
        return requests.get(f"http://127.0.0.1:{port}/healthz", timeout=5).ok
    except requests.ConnectionError:
        return False


def workers_of(server: subprocess.Popen[bytes]) -> list[int]:
    """The processes that the server has started to do its work."""
    started = Path(f"/proc/{server.pid}/task").glob("*/children")
    pids = [int(pid) for one in started for pid in one.read_text().split()]
    return [pid for pid in pids if b"worker.py" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def alive(pid: int) -> bool:
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().rpartition(")")[2].split()[0] != "Z"


def until(done: Callable[[], object]) -> None:
    for _ in range(WAIT * 10):
        if done():
            return
        time.sleep(0.1)
    pytest.fail("it did not come about")


@pytest.mark.own_home
def test_the_worker_is_a_process_that_comes_again_and_goes_with_the_server(
    serving: tuple[Office, subprocess.Popen[bytes]],
) -> None:
    office, server = serving
    until(lambda: workers_of(server))
    [first] = workers_of(server)
    office.walk(office.task_id(), "submit", "approve")
    until(lambda: office.count(PacketRevision) == 1)
    os.kill(first, signal.SIGKILL)
    until(lambda: [pid for pid in workers_of(server) if pid != first])
    [second] = workers_of(server)
    office.walk(office.task_id(), "verify")
    until(lambda: office.count(PacketRevision) == 2)
    server.kill()
    server.wait()
    until(lambda: not alive(second))
