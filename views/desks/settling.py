"""Settling a draft bit by bit (核定): its rows, the units they name, and what the reader doubted."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from forms.ledgers import ItemForm
from forms.rows import CellQuery, ClearForm, DropForm, NameForm, NewUnitForm, PartyForm, SettleForm
from views.desks.item_page import edited_line, item_page
from views.door import installation, load_ledger, me, permit, reading, wants_fragment, writing
from views.typed import asked, checked, read, taken
from workflow.ledgers.drafting import (
    add_party,
    delete_item,
    drop_party,
    edit_item,
    editable,
    settle_party,
    settle_problem,
)
from workflow.ledgers.models import ItemParty, Ledger, LedgerItem, ReadingProblem
from workflow.ledgers.reading import choices_by_kind, chosen_before, same_words
from workflow.office.directory import load_directory
from workflow.office.models import Unit, UnitGroup, User
from workflow.office.permissions import Permission
from workflow.office.units import save_group, save_unit
from workflow.office.words import UnitKind
from workflow.record.errors import Invalid, NotFound, Refused

blueprint = Blueprint("settling", __name__)


@blueprint.route("/review/<int:ledger_id>/items/<int:item_id>", methods=["GET", "POST"])
@permit(Permission.OFFICE)
def item(ledger_id: int, item_id: int) -> Response | tuple[str, int]:
    """One row: its words, its date and the units on it; asked for by htmx, the line of the grid where they are edited."""
    if request.method == "GET":
        _, row = _row(reading(), ledger_id, item_id, me())
        if wants_fragment():
            return edited_line(row, ItemForm(formdata=None, obj=row), asked(CellQuery).cell.data), 200
        return item_page(row, ItemForm(formdata=None, obj=row))
    form = ItemForm()
    if wants_fragment():
        checked(form)
    if not form.validate_on_submit():
        return item_page(_row(reading(), ledger_id, item_id, me())[1], form, status=422)
    try:
        with writing() as (session, by):
            _, row = _row(session, ledger_id, item_id, by)
            edit_item(session, row, form.edit(), by=by, at=installation().clock())
            number = row.number
    except Invalid as refused:
        if wants_fragment():
            raise
        return item_page(_row(reading(), ledger_id, item_id, me())[1], form, refused, status=422)
    flash(f"已保存第 {number} 条。", "success")
    return redirect(url_for("review.settle", ledger_id=ledger_id, row=item_id, _anchor=f"row-{item_id}"), 303)


@blueprint.post("/review/<int:ledger_id>/items/<int:item_id>/delete")
@permit(Permission.OFFICE)
def delete(ledger_id: int, item_id: int) -> Response:
    """Take a row out; a second click finds it gone and is answered alike."""
    with writing() as (session, by):
        ledger = load_ledger(session, ledger_id, by, running=True)
        row = session.get(LedgerItem, item_id)
        if row is not None and row.ledger_id == ledger.id:
            delete_item(session, row, by=by, at=installation().clock())
            flash(f"已删除第 {row.number} 条；如需恢复，可作废草稿后重新读入。", "success")
        else:
            flash("这一条已经不在台账里，无需重复操作。", "info")
    return _back(ledger_id, "rows")


@blueprint.post("/review/<int:ledger_id>/items/<int:item_id>/units")
@permit(Permission.OFFICE)
def add(ledger_id: int, item_id: int) -> Response | tuple[str, int]:
    """Put one more unit on a row."""

    def put(session: Session, by: User) -> str:
        _, row = _row(session, ledger_id, item_id, by)
        form = taken(PartyForm)
        part, unit = form.part.data, session.get_one(Unit, _named(session, form.name.data)[0])
        add_party(session, row, part, unit, by=by, at=installation().clock())
        return f"已把{unit.name}列为第 {row.number} 条的{part.word}。"

    try:
        with writing() as (session, by):
            sentence = put(session, by)
    except NotFound:
        raise
    except Refused as refused:
        if wants_fragment():
            raise
        row = _row(reading(), ledger_id, item_id, me())[1]
        return item_page(row, ItemForm(formdata=None, obj=row), refused, status=refused.status)
    flash(sentence, "success")
    if wants_fragment():
        return _back(ledger_id, f"row-{item_id}")
    return redirect(url_for("review.settling.item", ledger_id=ledger_id, item_id=item_id), 303)


@blueprint.route("/review/<int:ledger_id>/names/<int:party_id>", methods=["GET", "POST"])
@permit(Permission.OFFICE)
def name(ledger_id: int, party_id: int) -> Response | tuple[str, int]:
    """Say which units one printed name or phrase stands for: ticked, typed, proposed, or newly made."""
    if request.method == "GET":
        return _name_page(ledger_id, party_id)
    return _settle(ledger_id, party_id, _chosen)


@blueprint.post("/review/<int:ledger_id>/names")
@permit(Permission.OFFICE)
def names(ledger_id: int) -> Response:
    """Settle several names with the units they are nearly the same as, all or none, and keep them as short names."""
    pairs, now = taken(ClearForm).pair.data or {}, installation().clock()
    with writing() as (session, by):
        for party_id, unit_id in pairs.items():
            party = _party(session, ledger_id, party_id, by)
            settle_party(session, party, [unit_id], by=by, at=now, remember=True, everywhere=True)
    flash(f"已认定 {len(pairs)} 个名称，并记为简称。", "success")
    return _back(ledger_id, "names")


@blueprint.post("/review/<int:ledger_id>/names/<int:party_id>/new-unit")
@permit(Permission.OFFICE)
def new_unit(ledger_id: int, party_id: int) -> Response | tuple[str, int]:
    """Make a unit and settle the name with it, both or neither."""

    def made(session: Session, by: User) -> list[int]:
        form, now = taken(NewUnitForm), installation().clock()
        return [save_unit(session, None, name=form.name.data, kind=form.kind.data, aliases=(), by=by, at=now).id]

    return _settle(ledger_id, party_id, made)


@blueprint.post("/review/<int:ledger_id>/names/<int:party_id>/drop")
@permit(Permission.OFFICE)
def drop(ledger_id: int, party_id: int) -> Response:
    """Take a name off its row; a second click finds it gone and is answered alike."""
    with writing() as (session, by):
        ledger = load_ledger(session, ledger_id, by, running=True)
        party = session.get(ItemParty, party_id)
        if party is not None and party.item.ledger_id == ledger.id:
            number = party.item.number
            drop_party(session, party, by=by, at=installation().clock())
            flash(f"已从第 {number} 条移除「{party.phrase}」。", "success")
        else:
            flash("这个名称已经不在条目里，无需重复操作。", "info")
    row = read(DropForm).item.data
    if row is not None:  # asked for from the row's own page
        return redirect(url_for("review.settling.item", ledger_id=ledger_id, item_id=row), 303)
    return _back(ledger_id, "rows")


@blueprint.post("/review/<int:ledger_id>/problems/<int:problem_id>")
@permit(Permission.OFFICE)
def problem(ledger_id: int, problem_id: int) -> Response:
    """Mark what the reader doubted as looked at, wherever it is doubted in the same words."""
    with writing() as (session, by):
        ledger = load_ledger(session, ledger_id, by, running=True)
        doubt = session.get(ReadingProblem, problem_id)
        if doubt is None or doubt.ledger_id != ledger.id:
            raise NotFound
        settled = settle_problem(session, doubt, ledger, by=by, at=installation().clock())
    if settled > 1:
        flash(f"{settled} 处疑点已标为核实。", "success")
    return _back(ledger_id, "problems")


def _settle(ledger_id: int, party_id: int, choose: Callable[[Session, User], list[int]]) -> Response | tuple[str, int]:
    """Settle one printed name with what ``choose`` finds, in one transaction."""
    form = read(SettleForm)
    remember, everywhere = form.remember.data, form.everywhere.data
    try:
        with writing() as (session, by):
            party = _party(session, ledger_id, party_id, by)
            unit_ids = choose(session, by)
            now, phrase = installation().clock(), party.phrase
            group = remember and len(set(unit_ids)) > 1
            if group:
                _remember_group(session, phrase, unit_ids, by)
            done = settle_party(
                session, party, unit_ids, by=by, at=now, remember=remember and not group, everywhere=everywhere
            )
            units = "、".join(unit.name for unit in party.units[:3]) + ("等" if len(party.units) > 3 else "")
            count = len(party.units)
    except NotFound:
        raise
    except Refused as refused:
        if wants_fragment():
            raise
        return _name_page(ledger_id, party_id, refused)
    many = f"（{count} 个单位）" if count > 1 else ""
    answered = f"关于它的 {done.doubts} 处疑点随之核实。" if done.doubts else ""
    flash(f"已把「{phrase}」认定为{units}{many}，共 {done.cells} 处。{answered}", "success")
    return _back(ledger_id, "names")


def _remember_group(session: Session, phrase: str, unit_ids: list[int], by: User) -> None:
    known = session.scalars(select(UnitGroup).where(UnitGroup.name == phrase)).first()
    save_group(session, known, name=phrase, unit_ids=unit_ids, by=by, at=installation().clock())


def _chosen(session: Session, by: User) -> list[int]:
    """Ticked units, the members of a proposed group, or what was typed."""
    form = taken(NameForm)
    if form.unit.data:
        return form.unit.data
    if form.like.data is not None:
        return chosen_before(session, form.like.data, by.unit_id)
    if form.group.data:
        return list(load_directory(session).groups.get(form.group.data, ()))
    return _named(session, form.name.data)


def _named(session: Session, typed: str) -> list[int]:
    """The units whose names or aliases were typed, separated by 、."""
    directory = load_directory(session)
    found: list[int] = []
    for word in [word.strip() for word in typed.replace("，", "、").split("、") if word.strip()]:
        match = directory.resolve(word, is_group=False)
        if not match.unit_ids:
            raise Invalid(f"单位名录里没有「{word[:60]}」，请从列表中选择，或先在单位名录中新增。")
        found += match.unit_ids
    if not found:
        raise Invalid("请选择或填写单位。")
    return list(dict.fromkeys(found))


def _row(session: Session, ledger_id: int, item_id: int, person: User) -> tuple[Ledger, LedgerItem]:
    ledger = load_ledger(session, ledger_id, person, running=True)
    row = session.get(LedgerItem, item_id)
    if row is None or row.ledger_id != ledger.id:
        raise NotFound
    editable(ledger, person)
    return ledger, row


def _party(session: Session, ledger_id: int, party_id: int, person: User) -> ItemParty:
    ledger = load_ledger(session, ledger_id, person, running=True)
    party = session.get(ItemParty, party_id)
    if party is None or party.item.ledger_id != ledger.id:
        raise NotFound
    editable(ledger, person)
    return party


def _name_page(ledger_id: int, party_id: int, refused: Refused | None = None) -> tuple[str, int]:
    party = _party(reading(), ledger_id, party_id, me())
    directory, typed = load_directory(reading()), read(NameForm)
    page = render_template(
        "review/name.html",
        ledger=party.item.ledger,
        party=party,
        refused=refused,
        units=directory.near(party.phrase) if not party.is_group else (),
        groups=directory.near_groups(party.phrase),
        rows=same_words(reading(), party, ledger_id),
        choices=choices_by_kind(reading()),
        ticked={unit.id for unit in party.units} | set(typed.unit.data),
        typed=typed,
        kinds=list(UnitKind),
    )
    return page, refused.status if refused else 200


def _back(ledger_id: int, anchor: str) -> Response:
    return redirect(url_for("review.settle", ledger_id=ledger_id, _anchor=anchor), 303)
