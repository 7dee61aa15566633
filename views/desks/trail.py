"""The trail on screen (留痕): events in pages, the chain walked on demand, exports that no spreadsheet executes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import chain
from typing import Any

from flask import Blueprint, Response, render_template, url_for

from forms.trail import HeadQuery, TrailQuery
from packets.printed import known_heads
from views.desks.downloads import named
from views.desks.frame import moment
from views.door import installation, pause_reading, permit, reading
from views.typed import asked, checked
from workflow.events import KINDS
from workflow.office.permissions import Permission
from workflow.record.audit import ChainCheck, Head, head
from workflow.record.errors import Invalid
from workflow.record.events import TRAIL_EXPORTED, TRAIL_LOOKED_AT, kind_of, spoken_subject
from workflow.record.models import Link
from workflow.record.showing import csv_lines
from workflow.record.trail import CHAINS, PAGE, Asked, all_events, check_access, check_trail, page_events, subject_named

blueprint = Blueprint("trail", __name__)
COLUMNS = ("序号", "时间", "事项", "人员", "来源地址", "对象", "内容", "前一哈希", "哈希")


@blueprint.get("/trail")
@permit(Permission.AUDIT, noted=TRAIL_LOOKED_AT)
def index() -> str:
    """Events, newest first, by what they are about, person or kind."""
    wanted, before = _wanted(), asked(TrailQuery).before.data
    events = page_events(reading(), wanted, before=before)
    args: dict[str, Any] = {
        "log": wanted.log or None, "subject": spoken_subject(wanted.subject) or None, "person": wanted.person or None,
        "kind": wanted.kind or None, "ip": wanted.ip or None,
    }  # fmt: skip
    return _page(
        wanted.log,
        events=[(event, kind_of(event.kind), _time(event), *_told(event)) for event in events[:PAGE]],
        spoken=spoken_subject,
        older=url_for("trail.index", **args, before=events[PAGE - 1].seq) if len(events) > PAGE else None,
        first=url_for("trail.index", **args) if before else None,
        asked=wanted,
        args=args,
    )


@blueprint.get("/trail/check")
@permit(Permission.AUDIT)
def check() -> str:
    """Walk the whole chain, against every head noted elsewhere and one that somebody types in."""
    expected = _expected()
    pause_reading()
    known, noted = known_heads(installation())
    checked = check_trail(installation().database, expected, known)
    access = check_access(installation().database)
    elsewhere = [*noted, *known.faults()]
    return render_template(
        "trail/check.html",
        checked=checked,
        expected=expected,
        words=[_verdict(checked), *elsewhere],
        sound=checked.intact and access.intact and not elsewhere,
        known=known.count,
        access=access,
        access_words=_verdict(access).replace("留痕", "访问记录"),
    )


@blueprint.get("/trail/export.<any(csv, jsonl):form>")
@permit(Permission.AUDIT, noted=TRAIL_EXPORTED)
def export(form: str) -> Response:
    """The events asked for as a file, streamed."""
    events = all_events(installation().database, _wanted())
    writer: Callable[[Iterator[Link]], Iterator[str]] = _as_csv if form == "csv" else _as_lines
    pause_reading()
    answer = Response(writer(events), mimetype="text/csv" if form == "csv" else "application/x-ndjson")
    return named(answer, f"{'访问记录' if _wanted().log else '留痕'}.{form}")


def _page(log: str, **values: object) -> str:
    kinds = sorted((kind for kind in KINDS.values() if kind.access is bool(log)), key=lambda kind: kind.word)
    return render_template("trail/index.html", kinds=kinds, newest=head(reading(), CHAINS[log]), **values)


def _wanted() -> Asked:
    query = asked(TrailQuery)
    log, kind = query.log.data if query.log.data in CHAINS else "", query.kind.data
    return Asked(
        subject=subject_named(query.subject.data),
        person=query.person.data,
        kind=kind if kind in KINDS else "",
        ip=query.ip.data,
        log=log,
    )


def _expected() -> Head | None:
    query = checked(asked(HeadQuery))
    number, digest = query.seq.data, query.hash.data.lower()
    if number is None and not digest:
        return None
    if number is None or len(digest) != 64 or not set(digest) <= set("0123456789abcdef"):
        raise Invalid("链头须同时填写序号（数字）和 64 位哈希，请照证据包上印的内容填写。")
    return Head(number, digest)


def _verdict(checked: ChainCheck) -> str:
    return f"共 {checked.events} 条，逐条相接，没有被改动、删除、插入或调换。" if checked.intact else checked.fault


def _time(event: Link) -> str:
    return moment(datetime.fromisoformat(event.at))


def _told(event: Link) -> tuple[str, str]:
    """Where an event came from, and its data as somebody reads it: one line a fact."""
    data = json.loads(event.data)
    return data.get("ip", ""), json.dumps(data, ensure_ascii=False, indent=1)


def _as_csv(events: Iterator[Link]) -> Iterator[str]:
    rows = (
        (
            e.seq,
            e.at,
            kind_of(e.kind).word,
            e.actor_name,
            _told(e)[0],
            spoken_subject(e.subject),
            e.data,
            e.prev_hash,
            e.hash,
        )
        for e in events
    )
    return csv_lines(chain([COLUMNS], rows))


def _as_lines(events: Iterator[Link]) -> Iterator[str]:
    """One JSON object a line, holding exactly what the hash covers, so that the chain can be checked elsewhere."""
    for e in events:
        link = {
            "seq": e.seq, "at": e.at, "kind": e.kind, "actor_id": e.actor_id, "actor_name": e.actor_name,
            "task_id": e.task_id, "data": e.data, "prev_hash": e.prev_hash, "hash": e.hash,
        }  # fmt: skip
        yield json.dumps(link, ensure_ascii=False) + "\n"
