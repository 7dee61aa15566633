"""The directory of units (单位名录): kept on screen, imported from a list, exported as one."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload, selectinload
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as AnyResponse
from wtforms import SelectChoice

from forms.units import GroupForm, ImportForm, UnitForm, UnitsQuery
from intake.lists.units_list import read_units
from views.desks.downloads import named, table_file
from views.door import installation, pause_reading, permit, reading, writing
from views.typed import asked
from workflow.ledgers.export import LedgerTable, TableColumn
from workflow.office.models import Unit, UnitAlias, UnitGroup
from workflow.office.permissions import Permission
from workflow.office.reading import LISTED, listed_units, named_units
from workflow.office.units import import_units, save_group, save_unit, set_unit_active
from workflow.record.errors import NotFound, Refused
from workflow.record.events import UNITS_EXPORTED
from workflow.record.showing import csv_lines, spoken_size

blueprint = Blueprint("units", __name__)
Page = str | AnyResponse | tuple[str, int]
LIST_LIMIT = 2 * 1024 * 1024


@blueprint.get("/units")
@permit(Permission.DIRECTORY)
def index() -> str:
    """Every unit, searched by name, alias or the name of the unit above, and the groups."""
    q = asked(UnitsQuery).q.data
    known = (selectinload(Unit.aliases), joinedload(Unit.parent))
    wanted = select(Unit).options(*known).order_by(Unit.position, Unit.id)
    if q:
        by_alias = select(UnitAlias.unit_id).where(UnitAlias.name.contains(q, autoescape=True))
        named_so = select(Unit.id).where(Unit.name.contains(q, autoescape=True))
        wanted = wanted.where(or_(Unit.id.in_(named_so), Unit.id.in_(by_alias), Unit.parent_id.in_(named_so)))
    groups = reading().scalars(select(UnitGroup).options(selectinload(UnitGroup.members)).order_by(UnitGroup.name))
    return render_template(
        "units/index.html", units=reading().scalars(wanted).all(), groups=groups.all(), q=q, form=ImportForm()
    )


@blueprint.route("/units/new", methods=["GET", "POST"])
@permit(Permission.DIRECTORY)
def create() -> Page:
    """Add a unit."""
    return _edit_unit(None, UnitForm())


@blueprint.route("/units/<int:unit_id>", methods=["GET", "POST"])
@permit(Permission.DIRECTORY)
def edit(unit_id: int) -> Page:
    """Change a unit's name, kind, aliases or the unit above it."""
    unit = reading().get(Unit, unit_id)
    if unit is None:
        raise NotFound
    aliases = "、".join(alias.name for alias in unit.aliases)
    above = unit.parent.name if unit.parent else ""
    return _edit_unit(unit, UnitForm(data={"name": unit.name, "kind": unit.kind, "aliases": aliases, "above": above}))


@blueprint.post("/units/<int:unit_id>/<any(start, stop):wish>")
@permit(Permission.DIRECTORY)
def set_active(unit_id: int, wish: str) -> AnyResponse:
    """Take a unit out of use, or back into it."""
    with writing() as (session, by):
        unit = session.get(Unit, unit_id)
        if unit is None:
            raise NotFound
        set_unit_active(session, unit, wish == "start", by=by, at=installation().clock())
    flash(f"{unit.name}已{'启用' if wish == 'start' else '停用'}。", "success")
    return redirect(url_for("units.index"))


@blueprint.route("/units/groups/new", methods=["GET", "POST"])
@permit(Permission.DIRECTORY)
def create_group() -> Page:
    """Add a group."""
    return _edit_group(None, GroupForm())


@blueprint.route("/units/groups/<int:group_id>", methods=["GET", "POST"])
@permit(Permission.DIRECTORY)
def edit_group(group_id: int) -> Page:
    """Change a group's name or members; published ledgers keep what they froze."""
    group = reading().get(UnitGroup, group_id)
    if group is None:
        raise NotFound
    return _edit_group(group, GroupForm(data={"name": group.name, "members": [unit.id for unit in group.members]}))


@blueprint.post("/units/import")
@permit(Permission.DIRECTORY)
def import_list() -> Page:
    """Read a list in, all or nothing."""
    form = ImportForm()
    if not form.validate_on_submit():
        flash("请选择要导入的 CSV 或 XLSX 文件。", "danger")
        return redirect(url_for("units.index"))
    upload: FileStorage = form.file.data
    try:
        data = upload.stream.read(LIST_LIMIT + 1)
        if len(data) > LIST_LIMIT:
            raise Refused(f"名录文件超过 {spoken_size(LIST_LIMIT)} 的上限，请拆分后导入。")
        pause_reading()  # the list is read in a process apart
        rows = read_units(data, filename=upload.filename or "名录")
        with writing() as (session, by):
            done = import_units(session, rows, by=by, at=installation().clock())
    except Refused as refused:
        flash(refused.message, "danger")
        return redirect(url_for("units.index"))
    flash(f"新增 {done.added} 个单位，更新 {done.changed} 个，新增 {done.groups} 个单位组。", "success")
    return redirect(url_for("units.index"))


@blueprint.get("/units/export.<any(csv, xlsx):form>")
@permit(Permission.DIRECTORY, noted=UNITS_EXPORTED)
def export(form: str) -> Response:
    """The directory in the form the import reads."""
    rows = listed_units(reading())
    if form == "csv":
        return named(Response("".join(csv_lines((LISTED, *rows))), mimetype="text/csv"), "单位名录.csv")
    columns = tuple(TableColumn("other", name, width) for name, width in zip(LISTED, (8, 3, 10, 12, 8), strict=True))
    return table_file(LedgerTable("单位名录", "", "", "", "", columns, tuple(rows)), "xlsx")


def _edit_unit(unit: Unit | None, form: UnitForm) -> Page:
    refused = None
    if form.validate_on_submit():
        try:
            with writing() as (session, by):
                found = session.get_one(Unit, unit.id) if unit else None
                aliases = form.aliases.data.replace("，", "、").replace(",", "、").split("、")
                saved = save_unit(
                    session,
                    found,
                    name=form.name.data,
                    kind=form.kind.data,
                    aliases=aliases,
                    above=form.above.data,
                    by=by,
                    at=installation().clock(),
                )
            flash(f"{saved.name}已保存。", "success")
            return redirect(url_for("units.index"))
        except Refused as error:
            refused = error
    form.above.render_kw = {"list": "unit-names"}
    names = named_units(reading())
    page = render_template("units/edit.html", form=form, unit=unit, refused=refused, names=names)
    return page, refused.status if refused else 422 if form.errors else 200


def _edit_group(group: UnitGroup | None, form: GroupForm) -> Page:
    units = reading().execute(select(Unit.id, Unit.name).where(Unit.active).order_by(Unit.position)).all()
    form.members.choices = [SelectChoice(unit.id, unit.name) for unit in units]
    refused = None
    if form.validate_on_submit():
        try:
            with writing() as (session, by):
                found = session.get_one(UnitGroup, group.id) if group else None
                saved = save_group(
                    session,
                    found,
                    name=form.name.data,
                    unit_ids=form.members.data or [],
                    by=by,
                    at=installation().clock(),
                )
            flash(f"单位组「{saved.name}」已保存，共 {len(saved.members)} 个成员。", "success")
            return redirect(url_for("units.index") + "#groups")
        except Refused as error:
            refused = error
    page = render_template("units/group.html", form=form, group=group, refused=refused)
    return page, refused.status if refused else 422 if form.errors else 200
