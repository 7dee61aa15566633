"""What the installation holds (数据): database, jobs, audit trail and stored files."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

from sqlalchemy import Connection, select
from sqlalchemy.exc import DBAPIError

from packets.printed import known_heads
from views.doctor.finding import Finding
from workflow.folding import fold
from workflow.office.hierarchy import misplaced
from workflow.record.dialects import Dialect, dialect_of
from workflow.record.errors import Invalid, Unavailable
from workflow.record.installation import Installation
from workflow.record.migrating import pending
from workflow.record.models import OutboxRow
from workflow.record.outbox import MAX_ATTEMPTS, unkept
from workflow.tables import stored_digests

SAMPLE = 200
"""Stored files that are hashed again without ``--full``."""
NAMED = 100
"""Rows at fault that are named one by one."""
_RESTORE = "从备份恢复（README「备份」一节）"


def holdings(here: Installation, full: bool) -> Iterator[Finding]:
    """The database first; what lies in it is looked at only where the database is sound."""
    for finding in _database(here, full):
        yield finding
        if finding.state == "fault":
            yield Finding("其余数据", "told", "后台事项、留痕、存储文件在数据库修好以前没有检查")
            return
    yield from _jobs(here)
    yield from _directory(here)
    store = _store(here)
    yield from _trail(here, full and store.state == "ok")
    yield store
    if store.state == "ok":
        yield from _blobs(here, full)


def _database(here: Installation, full: bool) -> Iterator[Finding]:
    file, kind = here.database.file, dialect_of(here.database.read_engine)
    if file is not None and (not file.is_file() or file.stat().st_size == 0):
        yield Finding("数据库", "fault", f"还没有数据库：{file}", "make run（或 flask --app app migrate）")
        return
    try:
        with here.database.read_engine.connect() as connection:
            version, manner = (
                connection.exec_driver_sql(asked).scalar_one() for asked in (kind.version, kind.manner[1])
            )
            yield Finding("数据库", "ok", f"{kind.word} {version}，{kind.manner[0]} {manner}")
            yield _whole(connection, kind, full)
            yield _shape(connection)
    except DBAPIError as error:
        mend = "检查 TAIZHANG_DATABASE_URL 和数据库服务" if file is None else _RESTORE
        yield Finding("数据库", "fault", f"打不开或已损坏：{str(error.orig).splitlines()[0]}", mend)


def _whole(connection: Connection, kind: Dialect, full: bool) -> Finding:
    damage, lost = kind.damage(connection, full), kind.unchecked[-1]
    if damage:
        return Finding("数据库完整性", "fault", f"已损坏：{damage}", kind.mend)
    rows = connection.exec_driver_sql(lost).fetchall() if lost else []
    if rows:
        tables = "、".join(sorted({str(row[0]) for row in rows}))
        return Finding("数据库完整性", "fault", f"{len(rows)} 行引用的内容不存在（表 {tables}）", _RESTORE)
    return Finding("数据库完整性", "ok", kind.sound)


def _shape(connection: Connection) -> Finding:
    try:
        lacking = pending(connection)
    except Invalid as newer:
        return Finding("数据库结构", "fault", newer.message)
    if lacking:
        return Finding(
            "数据库结构", "fault", f"有 {len(lacking)} 个升级没有执行（{lacking[0]} 起）", "flask --app app migrate"
        )
    return Finding("数据库结构", "ok", "是最新的")


def _jobs(here: Installation) -> Iterator[Finding]:
    with here.database.reading() as session:
        rows = list(session.scalars(select(OutboxRow).where(*unkept()).order_by(OutboxRow.id)))
    parked = [row for row in rows if row.attempts >= MAX_ATTEMPTS]
    failing = [row for row in rows if 0 < row.attempts < MAX_ATTEMPTS]
    if parked:
        said = f"{len(parked)} 项多次失败后搁置，第一项 {parked[0].key}：{parked[0].last_error}"
        yield Finding("后台事项", "fault", said, "排除原因后运行 flask --app app jobs retry")
    elif failing:
        said = f"{len(failing)} 项失败、将自动重试，第一项 {failing[0].key}：{failing[0].last_error}"
        yield Finding("后台事项", "told", said, "flask --app app jobs list")
    else:
        yield Finding("后台事项", "ok", f"没有失败，等待 {len(rows)} 项")


def _directory(here: Installation) -> Iterator[Finding]:
    with here.database.reading() as session:
        wrong = list(misplaced(session))
    if not wrong:
        yield Finding("单位名录", "ok", "上下级关系没有循环，在用单位的上级都在用")
    for sentence in wrong[:NAMED]:
        yield Finding("单位名录", "fault", sentence, "在「单位名录」中改正该单位的上级单位")


def _trail(here: Installation, full: bool) -> Iterator[Finding]:
    keep = f"保留现场，报审计管理员；{_RESTORE}"
    known, noted = known_heads(here, files=full)
    folded = fold(here.database, known)
    broken = [] if folded.chain.intact else [folded.chain.fault]
    for name, faults, fine in (
        ("留痕链", broken, f"完整，共 {folded.chain.events} 条"),
        ("留痕检查点", [*noted, *known.faults()], f"与 {known.count} 处检查点、登记和证据包记下的链头一致"),
        ("数据与留痕", folded.faults, "任务、签批、证明材料、岗位、证据包等与留痕一致"),
    ):
        if not faults:
            yield Finding(name, "ok", fine)
        for sentence in faults[:NAMED]:
            yield Finding(name, "fault", sentence, keep)
        if len(faults) > NAMED:
            yield Finding(name, "fault", f"另有 {len(faults) - NAMED} 处")


def _store(here: Installation) -> Finding:
    try:
        here.store.check()
    except Unavailable as gone:
        return Finding("存储", "fault", f"{gone.message}存储文件没有检查", "处理后再运行 flask --app app doctor --full")
    return Finding("存储", "ok", here.store.place)


def _blobs(here: Installation, full: bool) -> Iterator[Finding]:
    with here.database.reading() as session:
        digests = stored_digests(session)
    looked = digests if full or len(digests) <= SAMPLE else secrets.SystemRandom().sample(digests, SAMPLE)
    damaged = [digest for digest in looked if not here.store.intact(digest)]
    extent = "全部" if len(looked) == len(digests) else f"抽查 {len(looked)} 个（全部检查用 --full），"
    said = f"{extent}共 {len(digests)} 个，" if digests else ""
    if damaged:
        detail = f"{said}{len(damaged)} 个缺失或被改动：{damaged[0]}"
        yield Finding("存储文件", "fault", detail, f"从备份恢复 blobs/{damaged[0][:2]}/")
    else:
        yield Finding("存储文件", "ok", f"{said}SHA-256 一致" if digests else "还没有文件")
