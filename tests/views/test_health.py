"""What machines ask (运行状态) is answered without a sign-in, says nothing of anybody, and figures only to who watches."""

from __future__ import annotations

import shutil
from types import SimpleNamespace

import pytest

from tests.desk_office import Office
from workflow.record import outbox
from workflow.record.jobs import PACKET, OfRound


def test_alive_and_ready(office: Office) -> None:
    client = office.app.test_client()
    assert client.get("/healthz").get_data(as_text=True) == "ok\n"
    assert (client.get("/readyz").status_code, client.get("/readyz").get_data(as_text=True)) == (200, "ready\n")


def test_not_ready_while_there_is_no_room(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=1))
    answer = office.app.test_client().get("/readyz")
    assert (answer.status_code, answer.get_data(as_text=True)) == (503, "not ready\n")


def test_figures_are_those_of_the_database_and_for_watchers_alone(office: Office) -> None:
    with office.here.database.writing() as session:
        outbox.promise(session, PACKET, "packet-7", OfRound(7, 1), at=office.clock())
    client = office.client("wang")
    assert client.get("/tasks/99999").status_code == 404
    told = office.app.test_client().get("/metrics").get_data(as_text=True)
    figures = dict(line.rsplit(" ", 1) for line in told.splitlines() if not line.startswith("#"))
    assert float(figures["taizhang_jobs_waiting"]) == 1
    assert float(figures['taizhang_matters{matter="task",status="ASSIGNED"}']) > 0
    assert float(figures['taizhang_answers_total{status="4xx"}']) >= 1
    assert "市" not in told
    elsewhere = {"REMOTE_ADDR": "203.0.113.9"}
    assert office.app.test_client().get("/metrics", environ_base=elsewhere).status_code == 404
    by_a_proxy = {"X-Forwarded-For": "203.0.113.9"}
    assert office.app.test_client().get("/metrics", headers=by_a_proxy).status_code == 404, "on this very machine"
