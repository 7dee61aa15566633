"""Lists of a third party's assessment (外部问题清单): kept as they came, each line handed to a unit to be put right, given back with results."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from sqlalchemy.orm import Session

from workflow.ledgers.models import Ledger
from workflow.ledgers.permissions import runs
from workflow.office.directory import Directory, load_directory
from workflow.office.models import Unit, User
from workflow.record import audit, timekeeping
from workflow.record.audit import digest
from workflow.record.calendar import day_of
from workflow.record.errors import Forbidden, Invalid, NotInState
from workflow.record.store import Blob
from workflow.record.text import clean_line, clean_text
from workflow.tasks.binding import content_digest
from workflow.tasks.words import Status
from workflow.year.look_backs.models import Rectification
from workflow.year.look_backs.rectifying import hand_out, told_in
from workflow.year.outside.events import OUTSIDE_RECEIVED, OutsideReceived
from workflow.year.outside.models import OutsideLine, OutsideList

_BETWEEN = re.compile(r"[、，,；;\n]+")
MEASURE = "对照评价标准逐项整改，写明整改情况，登记整改后链接或上传佐证；不能整改的写明原因。"


class Read(Protocol):
    """A line as it was read."""

    @property
    def place(self) -> str:
        """Its row in the file."""

    @property
    def column(self) -> int:
        """The visible column of its result."""

    @property
    def said(self) -> Mapping[str, str]:
        """What its columns say, by their meaning."""


def receive_list(session: Session, ledger: Ledger, source: str, blob: Blob, name: str, lines: Sequence[Read], left: Sequence[str], *, by: User, at: datetime) -> OutsideList:  # fmt: skip
    """Keep a list whose bytes are on disk; units are proposed where the directory knows them. Raises Forbidden, Invalid."""
    if not runs(ledger, by) or ledger.published_at is None:
        raise Forbidden("外部问题清单由发布台账的办公室读入，且台账须已发布。")
    timekeeping.require(session, at)
    source = clean_line(source, limit=200)
    if not source:
        raise Invalid("请写明问题来源：谁在什么时候的评估或检查。")
    names = load_directory(session)
    kept = OutsideList(
        ledger=ledger, source=source, name=name, sha256=blob.sha256, size=blob.size, digest="",
        left="\n".join(left), received_by=by.name, received_at=at,
    )  # fmt: skip
    for n, line in enumerate(lines, start=1):
        said = {key: clean_text(text) for key, text in line.said.items()}
        meant = meant_by(names, said["unit"])
        kept.lines.append(
            OutsideLine(
                position=n, place=line.place, column=line.column, indicator=said["indicator"], standard=said["standard"],
                problem=said["problem"], link=said["link"], unit_text=said["unit"], limit_text=said["limit"],
                unit_id=meant[0] if len(meant) == 1 else None,
            )
        )  # fmt: skip
    kept.digest = digest_of(kept)
    session.add(kept)
    session.flush()
    told = OutsideReceived(
        ledger_id=ledger.id, outside_id=kept.id, source=source, name=name, sha256=blob.sha256, digest=kept.digest,
        lines=len(kept.lines),
    )  # fmt: skip
    audit.record(session, OUTSIDE_RECEIVED, told, subject=kept.id, by=by, at=at)
    return kept


def digest_of(outside: OutsideList) -> str:
    """SHA-256 of what its lines say and where they stand."""
    lines = [
        [one.place, one.column, one.indicator, one.standard, one.problem, one.link, one.unit_text, one.limit_text]
        for one in outside.lines
    ]
    return digest({"lines": lines})


def meant_by(names: Directory, said: str) -> tuple[int, ...]:
    """The units that a cell names, 「市财政局、市教育局」, in its order; none where one of its names is not certain."""
    found: list[int] = []
    whole = names.resolve(said, is_group=False).unit_ids if said.strip() else ()
    for name in (said,) if len(whole) == 1 else filter(None, map(str.strip, _BETWEEN.split(said))):
        meant = names.resolve(name, is_group=False).unit_ids
        if len(meant) != 1:
            return ()
        found += meant
    return tuple(dict.fromkeys(found))


def hand_out_lines(session: Session, outside: OutsideList, units: Mapping[int, Sequence[int]], due: date, measure: str, *, by: User, at: datetime) -> int:  # fmt: skip
    """Give each line to the units named for it, to be put right by a day; returns how many rectifications. Raises Forbidden, Invalid, NotInState."""
    if not runs(outside.ledger, by):
        raise Forbidden("整改由台账的办公室下发。")
    timekeeping.require(session, at)
    session.refresh(outside.ledger, with_for_update={"key_share": True})
    if due < day_of(at):
        raise Invalid("整改时限不能早于今天。")
    lines = {one.id: one for one in outside.lines}
    if not units or not units.keys() <= lines.keys():
        raise Invalid("请先勾选要下发的问题，并为每一行选定责任单位。")
    for line in sorted((lines[number] for number in units), key=lambda line: line.position):
        session.refresh(line, ["rectifications"])
        if line.rectifications:
            raise NotInState(f"{line.place}已经下发，请刷新页面。")
        named = [session.get(Unit, unit_id) for unit_id in dict.fromkeys(units[line.id])]
        owners = [unit for unit in named if unit is not None and unit.active]
        if not owners or len(owners) < len(named):
            raise Invalid(f"{line.place}还没有选定责任单位，请选定后再下发。")
        line.unit = owners[0] if len(owners) == 1 else None
        for unit in owners:
            matter = Rectification(
                line=line, problem=line.problem, measure=clean_text(measure) or MEASURE, ledger_id=outside.ledger_id,
                ledger=outside.ledger, unit_id=unit.id, unit=unit, due=due, due_reason="下发外部问题清单时确定的整改时限",
                content_digest=content_digest("", []), opened_at=at,
            )  # fmt: skip
            hand_out(session, matter, f"{outside.source}发现的问题", by=by, at=at)
    return sum(len(lines[number].rectifications) for number in units)


def results_of(outside: OutsideList) -> list[tuple[str, int, str]]:
    """(place, column, words) of every line that all its units have closed: the others stay as they came."""
    return [
        (line.place, line.column, _together(line.rectifications))
        for line in outside.lines
        if line.rectifications and all(matter.status is Status.CLOSED for matter in line.rectifications)
    ]


def _together(matters: Sequence[Rectification]) -> str:
    """One cell for all: of several units each under its name."""
    if len(matters) == 1:
        return result_in_words(matters[0])
    return "\n".join(f"【{matter.unit.name}】{result_in_words(matter)}" for matter in matters)


def result_in_words(matter: Rectification) -> str:
    """What belongs into the list's result column: the kind of result, what was done, and the addresses that show it."""
    links = [one.name for one in matter.live_evidence if one.sha256 is None]
    shown = f"\n整改后链接：{'；'.join(links)}" if links else ""
    return f"{matter.result.word}：{told_in(matter)}{shown}"
