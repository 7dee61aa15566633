"""Where one's notices go besides the inbox (消息送达设置)."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from sqlalchemy import or_, select
from werkzeug.wrappers import Response

from forms.notices import AddressForm
from views.door import installation, me, permit, reading, writing
from views.typed import taken
from workflow.office.permissions import Permission, keeps_robots
from workflow.posting.addresses import drop_address, save_address
from workflow.posting.channels import way_of
from workflow.posting.models import Address, Delivery
from workflow.posting.words import Channel, Rhythm

blueprint = Blueprint("posting", __name__)
SHOWN = 20


@blueprint.get("/notices/settings")
@permit(Permission.NOTICES)
def index() -> str:
    """One's own mail boxes, the unit's robots, and what was sent of late."""
    heads = keeps_robots(me())
    mine = or_(Address.user_id == me().id, Address.unit_id == me().unit_id) if heads else Address.user_id == me().id
    addresses = reading().scalars(select(Address).where(mine).order_by(Address.id)).all()
    sent = select(Delivery).where(Delivery.address_id.in_([one.id for one in addresses]))
    return render_template(
        "posting/index.html",
        addresses=addresses,
        deliveries=reading().scalars(sent.order_by(Delivery.id.desc()).limit(SHOWN)).all(),
        channels=[one for one in Channel if heads or way_of(one).personal],
        rhythms=list(Rhythm),
        mail_ready=bool(installation().settings.smtp_host),
    )


@blueprint.post("/notices/settings")
@permit(Permission.NOTICES)
def save() -> Response:
    """Add an address."""
    form = taken(AddressForm)
    with writing() as (session, by):
        save_address(
            session,
            channel=form.channel.data,
            target=form.target.data,
            secret=form.secret.data,
            rhythm=form.rhythm.data,
            settings=installation().settings,
            by=by,
            at=installation().clock(),
        )
    flash("已保存，从现在起的新消息会送达这里。", "success")
    return redirect(url_for("posting.index"), 303)


@blueprint.post("/notices/settings/<int:address_id>/drop")
@permit(Permission.NOTICES)
def drop(address_id: int) -> Response:
    """Take an address away."""
    with writing() as (session, by):
        drop_address(session, address_id, by=by, at=installation().clock())
    flash("已删去，不再向那里发送消息。", "success")
    return redirect(url_for("posting.index"), 303)
