"""The site (网站): wires settings, doors, error pages and commands into one Flask application; knows every desk."""

from __future__ import annotations

import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path

from apiflask import APIFlask
from flask import Flask, current_app, request
from flask_bootstrap import Bootstrap5
from flask_wtf.csrf import CSRFProtect
from werkzeug.wrappers import Response

from views import auth, health
from views.api import desk as api_desk
from views.api import routes as api
from views.api import verbs as api_verbs
from views.api import year as api_year
from views.api_frame import ROOT, describe
from views.commands import install_commands
from views.desks import (
    accounts,
    assessment,
    batch,
    bulletins,
    closing,
    desk,
    dossiers,
    drafting,
    duties,
    exports,
    filings,
    finding,
    frame,
    inbox,
    inspections,
    ledgers,
    lists,
    lookback,
    manual,
    outside,
    packets,
    posting,
    rectification,
    reporting,
    resets,
    review,
    seals,
    signing,
    standing,
    tasks,
    tokens,
    trail,
    units,
    verbs,
)
from views.door import OPEN, RowNumber, close_reading, guard, permit
from views.errors import install_errors
from views.noting import note
from workflow.record.installation import Clock, install, wall_clock
from workflow.record.logs import configure_logs
from workflow.record.settings import LOOPBACK, Settings

BLUEPRINTS = (
    auth,
    health,
    inbox,
    standing,
    exports,
    desk,
    lists,
    finding,
    batch,
    drafting,
    ledgers,
    closing,
    assessment,
    duties,
    inspections,
    review,
    tasks,
    signing,
    tokens,
    posting,
    packets,
    outside,
    dossiers,
    lookback,
    rectification,
    bulletins,
    filings,
    reporting,
    units,
    seals,
    accounts,
    resets,
    trail,
    manual,
    verbs,
    api,
    api_desk,
    api_year,
    api_verbs,
)
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), display-capture=()",
}
"""What every answer carries; no style attribute and no inline style is let in (docs/decisions/0018)."""
HSTS = "max-age=63072000; includeSubDomains"
"""Two years, once a browser has come over TLS; the subdomains are those of this very host name."""


def build(settings: Settings | None, clock: Clock | None) -> Flask:
    """The application without its background; None means the environment's settings and the wall clock."""
    settings = settings or Settings()
    configure_logs()
    app = APIFlask(
        "app", title="政务公开台账", version="1", spec_path=f"{ROOT}/openapi.json", docs_path=None, json_errors=False
    )
    describe(app)
    app.extensions["taizhang"] = install(settings, clock or wall_clock)
    app.config.update(
        SECRET_KEY=_secret(settings.common),
        MAX_CONTENT_LENGTH=settings.max_upload_bytes + 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=1024 * 1024,
        MAX_FORM_PARTS=1000,
        TRUSTED_HOSTS=settings.trusted_hosts or list(LOOPBACK),
        SESSION_COOKIE_NAME="__Host-taizhang-form" if settings.secure_cookies else "taizhang-form",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        WTF_I18N_ENABLED=False,  # forms speak the language that they are told, see forms/__init__.py
        WTF_CSRF_TIME_LIMIT=None,  # a long report must not lose its page; the token lives as long as the session
    )
    app.url_map.converters["int"] = RowNumber
    app.jinja_options = {"autoescape": True, "trim_blocks": True, "lstrip_blocks": True}
    Bootstrap5(app)
    auth.login_manager.init_app(app)
    _open_doors(app)
    app.before_request(guard)
    app.after_request(_headers)
    app.after_request(note)
    app.after_request(health.count)
    app.teardown_request(lambda error: request.close())  # uploads on disk
    app.teardown_appcontext(close_reading)
    install_errors(app)
    frame.install_frame(app)
    install_commands(app)
    app.extensions["taizhang.whole"] = lambda: app
    return app


def _open_doors(app: Flask) -> None:
    """Every desk's blueprint, the interface's among them; CSRF tokens in the forms."""
    protect = CSRFProtect(app)
    for module in (api, api_desk, api_verbs):  # a token of one's own in a header: no browser sends it unasked
        protect.exempt(module.blueprint)
    for module in BLUEPRINTS:
        app.register_blueprint(module.blueprint)
    permit(OPEN)(app.view_functions["openapi.spec"])


def _headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if current_app.config["SESSION_COOKIE_SECURE"]:
        response.headers["Strict-Transport-Security"] = HSTS
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def _secret(common: Path) -> str:
    """The key that signs form tokens, made once for all machines and readable by the service alone."""
    path = common / "secret"
    if not path.exists():
        with tempfile.NamedTemporaryFile("w", dir=common) as fresh:  # created 0600 by tempfile
            fresh.write(secrets.token_hex(32))
            fresh.flush()
            with suppress(FileExistsError):  # another process was first: its key counts
                os.link(fresh.name, path)
    return path.read_text()
