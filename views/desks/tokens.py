"""Tokens for programs (接口令牌): made, shown once, taken back."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from forms.notices import TokenForm
from views.door import installation, me, permit, reading, today, writing
from views.typed import taken
from workflow.office.models import ApiToken
from workflow.office.permissions import Permission
from workflow.office.tokens import create_token, revoke_token
from workflow.office.words import TokenScope

blueprint = Blueprint("tokens", __name__)


@blueprint.get("/tokens")
@permit(Permission.WORK)
def index(secret: str = "") -> str:
    """One's own tokens; a new one's secret is shown this once."""
    mine = select(ApiToken).where(ApiToken.user_id == me().id).order_by(ApiToken.id.desc())
    tokens = reading().scalars(mine).all()
    return render_template("tokens/index.html", tokens=tokens, secret=secret, scopes=list(TokenScope), now=today())


@blueprint.post("/tokens")
@permit(Permission.WORK)
def create() -> str:
    """Make a token."""
    form, now = taken(TokenForm), installation().clock()
    name, scope, expires = form.name.data, form.scope.data, form.expires.data
    with writing() as (session, by):
        _, secret = create_token(session, name=name, scope=scope, expires=expires, by=by, at=now)
    return index(secret)


@blueprint.post("/tokens/<int:token_id>/revoke")
@permit(Permission.WORK)
def revoke(token_id: int) -> Response:
    """Make a token useless."""
    with writing() as (session, by):
        revoke_token(session, token_id, by=by, at=installation().clock())
    flash("已停用这个令牌。", "success")
    return redirect(url_for("tokens.index"), 303)
