"""Rows put right on the settling page (条目增拆并), and held against another ledger (对照)."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from forms.rows import AddRowForm, CompareQuery, FollowForm, ManyForm, SplitForm
from views.door import installation, load_ledger, me, permit, reading, writing
from views.typed import asked, taken
from workflow.ledgers.models import Ledger, LedgerItem
from workflow.ledgers.pairing import SURE, Fate, others, pairs
from workflow.ledgers.rows import add_item, change_many, follow_item, merge_items, split_item
from workflow.office.directory import load_directory
from workflow.office.models import Unit
from workflow.office.permissions import Permission
from workflow.record.errors import Invalid, NotFound

blueprint = Blueprint("rows", __name__)


@blueprint.post("/review/<int:ledger_id>/rows/add")
@permit(Permission.OFFICE)
def add(ledger_id: int) -> Response:
    """Put in a row that the reader did not see, behind another one."""
    form = taken(AddRowForm)
    with writing() as (session, by):
        ledger = load_ledger(session, ledger_id, by, running=True)
        after = _row(session, ledger, form.after.data) if form.after.data is not None else None
        item = add_item(session, ledger, form.new(), after=after, by=by, at=installation().clock())
        item_id = item.id
    flash("已补充一条，请填写单位和时限。", "success")
    return redirect(url_for("review.settling.item", ledger_id=ledger_id, item_id=item_id), 303)


@blueprint.post("/review/<int:ledger_id>/rows/<int:item_id>/split")
@permit(Permission.OFFICE)
def split(ledger_id: int, item_id: int) -> Response:
    """Make one row several: every line of what was typed is one."""
    lines = taken(SplitForm).parts.data.splitlines()
    with writing() as (session, by):
        row = _row(session, load_ledger(session, ledger_id, by, running=True), item_id)
        made = split_item(session, row, lines, by=by, at=installation().clock())
        count, number = len(made), row.number
    flash(f"已把第 {number} 条拆成 {count} 条，单位和时限都照原条，请逐条核对。", "success")
    return _back(ledger_id, f"row-{item_id}")


@blueprint.post("/review/<int:ledger_id>/rows/<int:item_id>/merge")
@permit(Permission.OFFICE)
def merge(ledger_id: int, item_id: int) -> Response:
    """Join the row below to this one."""
    with writing() as (session, by):
        ledger = load_ledger(session, ledger_id, by, running=True)
        row = _row(session, ledger, item_id)
        below = next((item for item in ledger.items if item.position > row.position), None)
        if below is None:
            raise Invalid(f"第 {row.number} 条下面没有条目可以合并。")
        numbers = row.number, below.number
        merge_items(session, row, below, by=by, at=installation().clock())
    flash(f"已把第 {numbers[1]} 条并入第 {numbers[0]} 条。", "success")
    return _back(ledger_id, f"row-{item_id}")


@blueprint.post("/review/<int:ledger_id>/rows/many")
@permit(Permission.OFFICE)
def many(ledger_id: int) -> Response:
    """Do one thing to all ticked rows."""
    form = taken(ManyForm)
    wanted = form.do.data
    with writing() as (session, by):
        ledger = load_ledger(session, ledger_id, by, running=True)
        changed = change_many(
            session,
            ledger,
            form.row.data,
            due=form.due.data,
            unit=_unit(session, form.name.data) if wanted == "unit" else None,
            part=form.part.data,
            delete=wanted == "delete",
            by=by,
            at=installation().clock(),
        )
    flash(f"已处理勾选的 {changed} 条。", "success")
    return _back(ledger_id, "rows")


@blueprint.get("/review/<int:ledger_id>/compare")
@permit(Permission.OFFICE)
def compare(ledger_id: int) -> str:
    """Row by row beside another ledger: what a newer version changed, which row carries on which."""
    ledger = load_ledger(reading(), ledger_id, me(), running=True)
    choices = others(reading(), ledger)
    wanted = asked(CompareQuery).other.data
    other = next((each for each in choices if each.id == wanted), choices[0] if choices else None)
    found = pairs(reading(), ledger, other) if other else ()
    counts = {fate.word: sum(pair.fate is fate for pair in found) for fate in Fate}
    return render_template(
        "review/compare.html", ledger=ledger, other=other, choices=choices, pairs=found, counts=counts, sure=SURE
    )


@blueprint.post("/review/<int:ledger_id>/follow")
@permit(Permission.OFFICE)
def follow(ledger_id: int) -> Response:
    """Keep which rows carry on which rows of the other ledger, as a person has ticked them."""
    form = taken(FollowForm)
    ticked = form.pair.data
    with writing() as (session, by):
        ledger = load_ledger(session, ledger_id, by, running=True)
        other = load_ledger(session, form.other.data, by, running=True)
        for item in ledger.items:
            if item.id in ticked:
                follow_item(session, item, _row(session, other, ticked[item.id]), by=by, at=installation().clock())
            elif item.follows is not None and item.follows.ledger_id == other.id:
                follow_item(session, item, None, by=by, at=installation().clock())
        other_id = other.id
    flash(f"已确认 {len(ticked)} 条的承接关系，回头看卷宗会一并列出。", "success")
    return redirect(url_for("review.rows.compare", ledger_id=ledger_id, other=other_id), 303)


def _row(session: Session, ledger: Ledger, row_id: int) -> LedgerItem:
    row = session.get(LedgerItem, row_id)
    if row is None or row.ledger_id != ledger.id:
        raise NotFound
    return row


def _unit(session: Session, typed: str) -> Unit:
    match = load_directory(session).resolve(typed, is_group=False)
    if not match.unit_ids:
        raise Invalid(f"单位名录里没有「{typed[:60]}」，请从列表中选择。")
    return session.scalars(select(Unit).where(Unit.id == match.unit_ids[0])).one()


def _back(ledger_id: int, anchor: str) -> Response:
    return redirect(url_for("review.settle", ledger_id=ledger_id, _anchor=anchor), 303)
