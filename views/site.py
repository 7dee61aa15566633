"""The site (网站): wires settings, doors, error pages and commands into one Flask application; knows every desk."""

from __future__ import annotations

import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from apiflask import APIFlask
from flask import Flask, request
from flask_bootstrap import Bootstrap5
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_wtf.csrf import CSRFProtect
from werkzeug.wrappers import Response

from views import (
    accounts,
    api,
    api_desk,
    api_verbs,
    auth,
    dossiers,
    frame,
    inbox,
    ledgers,
    manual,
    packets,
    posting,
    review,
    seals,
    signing,
    tasks,
    tokens,
    trail,
    units,
)
from views.api_frame import ROOT, describe
from views.commands import install_commands
from views.door import OPEN, RowNumber, close_reading, guard, permit
from views.errors import install_errors
from workflow.installation import Clock, install, wall_clock
from workflow.logs import configure_logs
from workflow.settings import Settings

BLUEPRINTS = (
    auth,
    inbox,
    ledgers,
    review,
    tasks,
    signing,
    tokens,
    posting,
    packets,
    dossiers,
    units,
    seals,
    accounts,
    trail,
    manual,
    api,
    api_desk,
    api_verbs,
)
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


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
        SECRET_KEY=_secret(settings.home),
        MAX_CONTENT_LENGTH=settings.max_upload_bytes + 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=1024 * 1024,
        MAX_FORM_PARTS=1000,
        TRUSTED_HOSTS=settings.trusted_hosts or None,
        SESSION_COOKIE_NAME="taizhang-form",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        WTF_CSRF_TIME_LIMIT=None,  # a long report must not lose its page; the token lives as long as the session
        RATELIMIT_HEADERS_ENABLED=False,
    )
    app.url_map.converters["int"] = RowNumber
    app.jinja_options = {"autoescape": True, "trim_blocks": True, "lstrip_blocks": True}
    Bootstrap5(app)
    auth.login_manager.init_app(app)
    _open_doors(app)
    app.before_request(guard)
    app.after_request(_headers)
    app.teardown_request(lambda error: request.close())  # uploads on disk
    app.teardown_appcontext(close_reading)
    install_errors(app)
    frame.install_frame(app)
    install_commands(app)
    app.extensions["taizhang.whole"] = lambda: app
    return app


def _open_doors(app: Flask) -> None:
    """Every desk's blueprint, the interface's among them; CSRF tokens in the forms, a limit at the gate."""
    protect = CSRFProtect(app)
    for module in (api, api_desk, api_verbs):  # a token of one's own in a header: no browser sends it unasked
        protect.exempt(module.blueprint)
    for module in BLUEPRINTS:
        app.register_blueprint(module.blueprint)
    limiter = Limiter(get_remote_address, app=app, storage_uri="memory://")
    gate: Any = limiter.limit("30/minute", methods=["POST"])(app.view_functions["auth.sign_in"])
    app.view_functions["auth.sign_in"] = gate
    permit(OPEN)(app.view_functions["openapi.spec"])


def _headers(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", POLICY)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    response.headers.setdefault("X-Frame-Options", "DENY")
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def _secret(home: Path) -> str:
    """The key that signs form tokens, made once and readable by the service alone."""
    path = home / "secret"
    if not path.exists():
        with tempfile.NamedTemporaryFile("w", dir=home) as fresh:  # created 0600 by tempfile
            fresh.write(secrets.token_hex(32))
            fresh.flush()
            with suppress(FileExistsError):  # another process was first: its key counts
                os.link(fresh.name, path)
    return path.read_text()
