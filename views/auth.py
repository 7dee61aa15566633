"""The gate (登录): signed in and out on the server's side; flask-login only carries the person."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

from flask import Blueprint, Request, current_app, flash, g, redirect, render_template, request, session, url_for
from flask_login import LoginManager, UserMixin, current_user
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

from forms.auth import PasswordForm, SignInForm
from views.api_frame import bearer, is_api, problem
from views.door import OPEN, WHOLE, installation, me, pause_reading, permit, reading, writing
from views.typed_words import own_page
from workflow import operations
from workflow.errors import Invalid, NoRoom
from workflow.models import LoginSession, User
from workflow.operations.people import token_hash
from workflow.permissions import Permission
from workflow.troubles import trouble

blueprint = Blueprint("auth", __name__)
login_manager = LoginManager()
SEEN_EVERY = timedelta(minutes=1)


class Person(UserMixin):  # type: ignore[misc]
    """Who is signed in: an id and no more; the row is read from the request's session."""

    def __init__(self, user_id: int) -> None:
        self.id = user_id


def cookie_name() -> str:
    """``__Host-`` binds the cookie to TLS and to this host."""
    return "__Host-taizhang" if installation().settings.secure_cookies else "taizhang"


@login_manager.request_loader
def load_person(incoming: Request) -> Person | None:
    """The person behind the cookie, if the session is alive: not ended, not idle, not old, not of an older epoch."""
    if is_api():
        person = bearer(incoming)
        return Person(person) if person is not None else None
    token = incoming.cookies.get(cookie_name())
    if not token:
        return None
    known = select(LoginSession).where(LoginSession.token_hash == token_hash(token))
    row = reading().scalars(known.options(joinedload(LoginSession.user).options(*WHOLE))).unique().first()
    settings, now = installation().settings, installation().clock()
    if row is None or row.ended_at is not None or not row.user.active or row.epoch != row.user.epoch:
        return None
    idle = now - row.seen_at > timedelta(minutes=settings.session_idle_minutes)
    if idle or now - row.created_at > timedelta(hours=settings.session_hours):
        return None
    session_id, user_id = row.id, row.user_id
    g.me = row.user  # read with the session, so that nobody asks again
    if now - row.seen_at > SEEN_EVERY:
        _note_seen(session_id)
    return Person(user_id)


def _note_seen(session_id: int) -> None:
    """Write down that the person is still there; where nothing can be written, they may look on."""
    pause_reading()
    try:
        with installation().database.writing() as writer:
            seen = update(LoginSession).where(LoginSession.id == session_id)
            writer.execute(seen.values(seen_at=installation().clock()))
    except DBAPIError as error:
        if not isinstance(trouble(error), NoRoom):
            raise


@login_manager.unauthorized_handler
def ask_to_sign_in() -> Response:
    """Send a browser to the gate and tell a fragment's page to go there."""
    if is_api():
        return problem(401, "请提供令牌", "请在 Authorization 头中提供有效的 Bearer 令牌。", "unauthorized")
    if request.headers.get("HX-Request") or request.headers.get("X-Requested-With"):
        answer = current_app.make_response(("登录已失效，请重新登录；您填写的内容保留在本机。", 401))
        answer.headers["HX-Redirect"] = url_for("auth.sign_in", next=own_page())
        return answer
    if request.method != "GET":
        flash("登录已失效，刚才的操作没有执行；请重新登录，填写的内容保留在本机，登录后恢复。", "warning")
        return redirect(url_for("auth.sign_in", next=own_page()), 303)
    return redirect(url_for("auth.sign_in", next=request.full_path.rstrip("?")))


@blueprint.route("/sign-in", methods=["GET", "POST"])
@permit(OPEN)
def sign_in() -> str | Response | tuple[str, int]:
    """Show the gate, or let somebody in."""
    form = SignInForm()
    if not form.validate_on_submit():
        return render_template("auth/sign_in.html", form=form), 422 if form.is_submitted() else 200
    now = installation().clock()
    with installation().database.writing() as writer:
        user = operations.sign_in(writer, form.login.data or "", form.password.data or "", at=now)
        token = operations.open_session(writer, user, at=now) if user else ""
    if not token:
        flash("登录名或口令不正确，或账号已停用、锁定。连续 5 次失败将锁定 15 分钟。", "danger")
        return render_template("auth/sign_in.html", form=form), 401
    session.clear()  # a new sign-in gets a new CSRF secret
    answer = redirect(_safe(request.args.get("next")))
    _set_cookie(answer, token)
    return answer


@blueprint.post("/sign-out")
@permit(Permission.SELF)
def sign_out() -> Response:
    """End the session on the server and forget the cookie."""
    token = request.cookies.get(cookie_name(), "")
    with writing() as (writer, by):
        operations.end_session(writer, token, by=by, at=installation().clock())
    session.clear()
    flash("已退出登录。", "success")
    answer = redirect(url_for("auth.sign_in"))
    answer.delete_cookie(cookie_name())
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


@blueprint.route("/password", methods=["GET", "POST"])
@permit(Permission.SELF)
def password() -> str | Response | tuple[str, int]:
    """Change one's own password; forced at the first sign-in."""
    form = PasswordForm()
    if not form.validate_on_submit():
        return render_template("auth/password.html", form=form, first=me().must_change_password), (
            422 if form.is_submitted() else 200
        )
    now = installation().clock()
    try:
        with writing() as (writer, by):
            operations.change_password(writer, by, old=form.old.data or "", new=form.new.data or "", at=now)
            token = operations.open_session(writer, by, at=now)
    except Invalid as refused:
        flash(refused.message, "danger")
        return render_template("auth/password.html", form=form, first=me().must_change_password), refused.status
    flash("口令已修改，其他已登录的设备已退出。", "success")
    answer = redirect(url_for("inbox.index"))
    _set_cookie(answer, token)
    return answer


def signed_in() -> User | None:
    """The signed-in person for the page frame, or None."""
    return me() if current_user.is_authenticated else None


def _set_cookie(answer: Response, token: str) -> None:
    secure = installation().settings.secure_cookies
    answer.set_cookie(cookie_name(), token, httponly=True, samesite="Lax", secure=secure, path="/")


def _safe(target: str | None) -> str:
    """Only a path of this very site may follow a sign-in."""
    home = url_for("inbox.index")
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")) or "\\" in target:
        return home
    parts = urlsplit(target)
    return home if parts.scheme or parts.netloc else target
