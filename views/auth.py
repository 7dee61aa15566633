"""The gate (登录): signed in and out on the server's side; flask-login only carries the person."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from flask import Blueprint, Request, current_app, flash, g, redirect, render_template, request, session, url_for
from flask_login import LoginManager, UserMixin, current_user
from sqlalchemy import select, update
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

from forms.auth import PasswordForm, SignInForm
from views.api_frame import bearer, is_api, problem
from views.door import OPEN, address, installation, marking, me, password_old, permit, reading, writing
from views.known_browser import place_of, remember
from views.typed_words import own_page
from workflow.office import people
from workflow.office.access import expire_session
from workflow.office.failures import MOST, WINDOW
from workflow.office.models import LoginSession, User
from workflow.office.people import change_password, end_session, knows_password, open_session, token_hash
from workflow.office.permissions import Permission
from workflow.record import timekeeping
from workflow.record.errors import Invalid

blueprint = Blueprint("auth", __name__)
login_manager = LoginManager()
SEEN_EVERY = timedelta(minutes=1)
WAIT = f"同一账号在同一处连续输错 {MOST} 次后，须等 {WINDOW // timedelta(minutes=1)} 分钟再试。"


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
    known = select(LoginSession, timekeeping.latest()).where(LoginSession.token_hash == token_hash(token))
    user = joinedload(LoginSession.user)
    whole = known.options(user.joinedload(User.unit), user.joinedload(User.role_rows))
    row, latest = reading().execute(whole).unique().first() or (None, None)
    if row is None or row.ended_at is not None or not row.user.active or row.epoch != row.user.epoch:
        return None
    now = installation().clock()
    moment = max(now, latest or now)  # a clock that was put back makes no session younger
    if _over(row, moment):
        _expire(row, moment)
        return None
    session_id, user_id = row.id, row.user_id
    g.me = row.user  # read with the session, so that nobody asks again
    if now - row.seen_at > SEEN_EVERY:
        with marking() as writer:  # where nothing can be written, they may look on
            writer.execute(update(LoginSession).where(LoginSession.id == session_id).values(seen_at=now))
            timekeeping.see(writer, now)
    return Person(user_id)


def _over(row: LoginSession, moment: datetime) -> bool:
    """True for a session that has idled or is old."""
    settings = installation().settings
    idle = moment - row.seen_at > timedelta(minutes=settings.session_idle_minutes)
    return idle or moment - row.created_at > timedelta(hours=settings.session_hours)


def _expire(row: LoginSession, moment: datetime) -> None:
    session_id, user_id = row.id, row.user_id
    with marking() as writer:
        expire_session(writer, session_id, by=writer.get_one(User, user_id), at=moment)


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
    with installation().database.writing(origin=address()) as writer:
        login = form.login.data
        typed = form.password.data or ""
        user = people.sign_in(writer, login, typed, place=place_of(login), at=now, veil=veiled)
        token = open_session(writer, user, at=now) if user else ""
    if not token:
        flash(f"登录名或口令不正确，或账号已停用。{WAIT}", "danger")
        return render_template("auth/sign_in.html", form=form), 401
    session.clear()  # a new sign-in gets a new CSRF secret
    answer = redirect(_safe(request.args.get("next")))
    _set_cookie(answer, token)
    remember(answer, login)
    return answer


@blueprint.post("/sign-out")
@permit(Permission.SELF)
def sign_out() -> Response:
    """End the session on the server and forget the cookie."""
    token = request.cookies.get(cookie_name(), "")
    with writing() as (writer, by):
        end_session(writer, token, by=by, at=installation().clock())
    session.clear()
    flash("已退出登录。", "success")
    answer = redirect(url_for("auth.sign_in"))
    answer.delete_cookie(cookie_name())
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


@blueprint.route("/password", methods=["GET", "POST"])
@permit(Permission.SELF)
def password() -> str | Response | tuple[str, int]:
    """Change one's own password; forced at the first sign-in and when it has grown old."""
    form = PasswordForm()
    if not form.validate_on_submit():
        return _password_page(form), 422 if form.is_submitted() else 200
    now, token, place = installation().clock(), "", place_of(me().login)
    try:
        with writing() as (writer, by):
            if knows_password(writer, by, form.old.data or "", place=place, at=now):
                change_password(writer, by, new=form.new.data or "", at=now)
                token = open_session(writer, by, at=now)
    except Invalid as refused:
        flash(refused.message, "danger")
        return _password_page(form), refused.status
    if not token:
        flash(f"原口令不正确，请重新输入。{WAIT}", "danger")
        return _password_page(form), 422
    flash("口令已修改，其他已登录的设备已退出，接口令牌已停用；使用令牌的程序请换用新令牌。", "success")
    answer = redirect(url_for("standing.home"))
    _set_cookie(answer, token)
    return answer


def _password_page(form: PasswordForm) -> str:
    days = installation().settings.password_days
    return render_template(
        "auth/password.html", form=form, first=me().must_change_password, old=password_old(), days=days
    )


def veiled(typed: str) -> str:
    """A name that nobody has, as the trail keeps it: the same name looks the same, and nobody reads what was typed."""
    key = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(key, b"login:" + typed.encode(), hashlib.sha256).hexdigest()[:16]


def signed_in() -> User | None:
    """The signed-in person for the page frame, or None."""
    return me() if current_user.is_authenticated else None


def _set_cookie(answer: Response, token: str) -> None:
    secure = installation().settings.secure_cookies
    answer.set_cookie(cookie_name(), token, httponly=True, samesite="Lax", secure=secure, path="/")


def _safe(target: str | None) -> str:
    """Only a path of this very site may follow a sign-in."""
    home = url_for("standing.home")
    if not target or target == "/" or not target.startswith("/") or target.startswith(("//", "/\\")) or "\\" in target:
        return home
    parts = urlsplit(target)
    return home if parts.scheme or parts.netloc else target
