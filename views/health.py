"""What machines ask (运行状态): alive, ready, and figures for Prometheus; never a name, a title or an address of a person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from flask import Blueprint, Response, request
from prometheus_client import CollectorRegistry, Counter, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from views.door import OPEN, address, installation, permit
from workflow.record.errors import NotFound, Refused
from workflow.record.installation import Installation
from workflow.record.migrating import pending
from workflow.record.models import AuditEvent, OutboxRow
from workflow.record.outbox import MAX_ATTEMPTS, unkept
from workflow.record.room import free_bytes, shortage
from workflow.tasks.models import Matter

blueprint = Blueprint("health", __name__)
PLAIN = "text/plain; charset=utf-8"
_mine = CollectorRegistry()
_answers = Counter("taizhang_answers", "Answers of this process by kind of status", ["status"], registry=_mine)


@blueprint.get("/healthz")
@permit(OPEN)
def alive() -> Response:
    """This process answers; nothing else is looked at."""
    return Response("ok\n", mimetype=PLAIN)


@blueprint.get("/readyz")
@permit(OPEN)
def ready() -> Response:
    """Whether work can be done here: 503 while the database does not answer, lacks a migration, or the disk is full."""
    wrong = _wrong(installation())
    return Response("not ready\n" if wrong else "ready\n", status=503 if wrong else 200, mimetype=PLAIN)


@blueprint.get("/metrics")
@permit(OPEN)
def figures() -> Response:
    """Prometheus' text format, for the machines that ``TAIZHANG_METRICS_FROM`` names; others find nothing."""
    settings = installation().settings
    unnamed = request.headers.get("X-Forwarded-For") and not settings.trusted_proxies  # whom it speaks for nobody knows
    if unnamed or not settings.is_watcher(address()):
        raise NotFound
    asked = CollectorRegistry()
    asked.register(_Figures(installation()))
    return Response(generate_latest(_mine) + generate_latest(asked), mimetype="text/plain; version=0.0.4")


def count(response: Response) -> Response:
    """After every request: one more answer of its kind."""
    if request.endpoint not in (None, "static") and request.blueprint != "health":
        _answers.labels(f"{response.status_code // 100}xx").inc()
    return response


def _wrong(here: Installation) -> bool:
    try:
        with here.database.reading() as session:
            return bool(pending(session.connection())) or bool(shortage(here.settings))
    except (Refused, SQLAlchemyError, OSError):
        return True


class _Figures(Collector):
    """Figures asked of the database when somebody looks (指标): a few counts, each over an index."""

    def __init__(self, here: Installation) -> None:
        self._here = here

    def collect(self) -> Iterable[Metric]:
        """One family a figure."""
        with self._here.database.reading() as session:
            yield from _jobs(session, self._here)
            yield from _matters(session)
            head = session.scalar(select(func.max(AuditEvent.seq))) or 0
        yield _one("taizhang_trail_events", "Links of the trail", head)
        yield _one("taizhang_disk_free_bytes", "Room where the data lies", free_bytes(self._here.settings))


def _jobs(session: Session, here: Installation) -> Iterator[Metric]:
    open_ = unkept()
    waiting = session.scalar(select(func.count()).where(*open_, OutboxRow.attempts < MAX_ATTEMPTS)) or 0
    parked = session.scalar(select(func.count()).where(*open_, OutboxRow.attempts >= MAX_ATTEMPTS)) or 0
    oldest = session.scalar(
        select(func.min(OutboxRow.run_after)).where(OutboxRow.done_at.is_(None), OutboxRow.run_after <= here.clock())
    )
    yield _one("taizhang_jobs_waiting", "Jobs that the background has still to do", waiting)
    yield _one("taizhang_jobs_parked", "Jobs given up until somebody says jobs retry", parked)
    late = (here.clock() - oldest).total_seconds() if oldest else 0
    yield _one("taizhang_jobs_oldest_seconds", "How long the oldest job that is due has waited", late)


def _matters(session: Session) -> Iterator[Metric]:
    family = GaugeMetricFamily("taizhang_matters", "Tasks and other matters by status", labels=["matter", "status"])
    for kind, status, number in session.execute(
        select(Matter.matter, Matter.status, func.count()).group_by(Matter.matter, Matter.status)
    ):
        family.add_metric([str(kind), str(status)], number)
    yield family


def _one(name: str, told: str, value: float) -> Metric:
    return GaugeMetricFamily(name, told, value=value)
