"""Pointing by hand (手工指认): which table, its head, its columns, separator and encoding; and the other reading of a file."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from forms.pointing import OtherForm, PointingForm
from views.desks.pointing_page import Sight, first_sight, sight_of
from views.door import installation, load_ledger, me, pause_reading, permit, reading, writing
from views.noting import shows_columns
from views.reading_in import File, content
from views.typed import checked, read, taken
from workflow.ledgers.drafting import editable
from workflow.ledgers.pointing import forget as forget_pointing
from workflow.ledgers.pointing import remember
from workflow.ledgers.relaying import Way, at_stake, read_again
from workflow.ledgers.words import ROLES
from workflow.office.directory import known_names
from workflow.office.permissions import Permission
from workflow.record.errors import Incomplete, Invalid, Refused
from workflow.record.published import ENCODINGS, SEPARATORS, Pointing

blueprint = Blueprint("pointing", __name__)
NAMES = {
    "utf-8": "UTF-8",
    "gb18030": "GB18030（GBK、GB2312）",
    "utf-16-le": "UTF-16（小端）",
    "utf-16-be": "UTF-16（大端）",
    "big5": "Big5（繁体）",
}


@blueprint.route("/review/<int:ledger_id>/pointing", methods=["GET", "POST"])
@permit(Permission.OFFICE)
def point(ledger_id: int) -> Response | tuple[str, int]:
    """Show what the file is read as while a person points, and read it in as shown."""
    file = _file(ledger_id)
    if request.method == "GET":
        return _page(ledger_id, file, first_sight(file))
    form = read(PointingForm)
    try:
        sight = sight_of(checked(form), file)
    except Invalid as refused:
        return _page(ledger_id, file, first_sight(file), form, refused)
    if form.do.data != "read":
        return _page(ledger_id, file, sight, form)
    if sight.changed or sight.published is None:
        said = sight.refused or "指认有改动，下面已按新的指认重新显示；请核对前几行，再按一次“按此读入”。"
        return _page(ledger_id, file, sight, form, Incomplete(said))
    return _read_in(ledger_id, file, sight, form)


@blueprint.post("/review/<int:ledger_id>/other-reading")
@permit(Permission.OFFICE)
def other_reading(ledger_id: int) -> Response:
    """Lay the other reading of the file instead of the one that is laid."""
    form, file = taken(OtherForm), _file(ledger_id)
    published = file.read(Pointing(second=form.second.data))
    if published.alternative is None:
        raise Invalid("这份文件现在只有一种读法，草稿没有改动；请刷新页面，或用“手工指认”。")
    with writing() as (session, by):
        ledger = load_ledger(session, ledger_id, by, running=True)
        way = Way("另一种读法", form.agreed.data, second=form.second.data)
        read_again(session, ledger, published, way, by=by, at=installation().clock())
    flash(f"已换成另一种读法，共 {len(published.tasks)} 条；请核对后发布。", "success")
    return redirect(url_for("review.settle", ledger_id=ledger_id), 303)


@blueprint.post("/review/<int:ledger_id>/pointing/forget")
@permit(Permission.OFFICE)
def forget(ledger_id: int) -> Response:
    """Forget how files of this form are read; a second click finds it forgotten and is answered alike."""
    with writing() as (session, by):
        ledger = load_ledger(session, ledger_id, by, running=True)
        gone = forget_pointing(session, ledger, by=by, at=installation().clock())
    flash("已忘掉这种格式的指认，这份草稿的条目不变。" if gone else "这种格式的指认已经不在，无需重复操作。", "success")
    return redirect(url_for("review.settle", ledger_id=ledger_id), 303)


def _file(ledger_id: int) -> File:
    """The file of a draft. Nothing is being read of the database while it is read: that may take a minute."""
    ledger = load_ledger(reading(), ledger_id, me(), running=True)
    editable(ledger, me())
    kept = ledger.read_as.pointing if ledger.read_as else None
    data = content(installation(), reading(), ledger.source.sha256)
    file = File(ledger.source.name, data, kept, known_names(reading()))
    pause_reading()
    return file


def _read_in(ledger_id: int, file: File, sight: Sight, form: PointingForm) -> Response | tuple[str, int]:
    if sight.published is None or sight.grid is None:
        return _page(ledger_id, file, sight, form)
    head, kept = sight.pointing.head_row, None
    try:
        with writing() as (session, by):
            ledger, at = load_ledger(session, ledger_id, by, running=True), installation().clock()
            if form.remember.data and head:
                kept = remember(session, ledger, sight.pointing, sight.grid.rows[head - 1], by=by, at=at)
            way = Way("手工指认", form.agreed.data, pointing=kept)
            read_again(session, ledger, sight.published, way, by=by, at=at)
            told = "已记住，下一份这种格式的文件照此读入。" if kept else ""
    except (Incomplete, Invalid) as refused:
        return _page(ledger_id, file, sight, form, refused)
    flash(f"已按指认读入 {len(sight.published.tasks)} 条；{told}请核对后发布。", "success")
    return redirect(url_for("review.settle", ledger_id=ledger_id), 303)


def _page(
    ledger_id: int, file: File, sight: Sight, form: PointingForm | None = None, refused: Refused | None = None
) -> tuple[str, int]:
    ledger = load_ledger(reading(), ledger_id, me(), running=True)
    shows_columns(column.name for column in sight.columns)
    page = render_template(
        "review/pointing.html",
        ledger=ledger,
        file=file,
        sight=sight,
        refused=refused,
        remember=form is None or form.remember.data,
        stake=at_stake(reading(), ledger),
        roles=ROLES,
        separators=SEPARATORS,
        encodings={code: NAMES[code] for code in ENCODINGS},
    )
    return page, refused.status if refused else 200
