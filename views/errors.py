"""Refusals on screen (错误页): a Chinese sentence, the right status, never a trace, a path or SQL."""

from __future__ import annotations

import secrets
from contextlib import suppress
from urllib.parse import urlsplit

import structlog
from flask import Flask, Response, g, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException, SecurityError

from views.api_frame import code_of, is_api, problem
from views.door import pause_reading, wants_fragment
from views.typed_words import refused_words
from workflow.record.errors import BrokenDatabase, ForeignDatabase, NoRoom, Refused
from workflow.record.events import FORGED
from workflow.record.troubles import trouble

log = structlog.get_logger()

SENTENCES = {
    400: ("请求有误", "请求的内容无法识别，请返回上一页刷新后重试。"),
    401: ("请先登录", "登录已失效，请重新登录。"),
    403: ("没有权限", "您没有这个功能的权限。"),
    404: ("没有找到", "没有找到您要的内容，可能已被移走，或者您无权查看。"),
    405: ("操作有误", "不能直接打开这个地址，请从页面上的按钮操作。"),
    413: ("内容太大", "上传的内容超过大小上限，请压缩或拆分后再上传。"),
    415: ("格式不支持", "不支持这种内容格式。"),
    429: ("操作太频繁", "操作太频繁，请稍等一分钟再试。"),
    500: ("系统出错", "系统出了错误，刚才的操作没有保存；请稍后重试，若仍不行请把错误编号告诉系统管理员。"),
    503: ("系统繁忙", "系统正忙，刚才的操作没有保存；请稍后重试。"),
}
_CODES = {
    400: "bad_request",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "unsupported",
    500: "internal",
    503: "busy",
}
MACHINE = {NoRoom: "存储空间不足", BrokenDatabase: "数据库已损坏", ForeignDatabase: "数据库不可用"}
TITLES = {409: "已有变化", 422: "内容不完整"}


def install_errors(app: Flask) -> None:
    """Answer every failure with a page, or with a fragment where a fragment was asked for."""
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(SecurityError, _host)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(OperationalError, _database)
    app.register_error_handler(Exception, _unexpected)


def answer(
    status: int, title: str, message: str, reference: str = "", code: str = "", *, words: bool = True
) -> tuple[str, int] | Response:
    """One refusal as page, fragment, plain sentence or JSON; a page gives back the words that were refused."""
    if is_api():
        return problem(status, title, message, code or _CODES.get(status, "refused"))
    if wants_fragment() or request.headers.get("X-Requested-With"):
        return render_template("components/refusal.html", message=message, reference=reference), status
    typed = []
    if words:
        with suppress(OSError):  # a form that there was no room to read
            typed = refused_words()
    page = render_template("error.html", code=status, title=title, message=message, reference=reference, words=typed)
    return page, status


def _refused(error: Refused) -> tuple[str, int] | Response:
    title = MACHINE.get(type(error)) or TITLES.get(error.status) or SENTENCES.get(error.status, SENTENCES[400])[0]
    return answer(error.status, title, error.message, code=code_of(error))


def _csrf(error: CSRFError) -> tuple[str, int] | Response:
    g.refusal = FORGED
    own = urlsplit(request.origin or "").netloc == request.host  # another site's form puts no words on our page
    return answer(
        400,
        "页面已过期",
        "页面停留太久或登录已变化，刚才的操作没有执行；请返回上一页重试，填写的内容保留在本机。",
        words=own,
    )


def _host(error: SecurityError) -> Response:
    """A host name that is not ours: no page, since no address of ours can be written under it."""
    sentence = "本系统不以这个主机名提供服务：请用登记的网址打开；新的主机名由系统管理员写入 TAIZHANG_TRUSTED_HOSTS。"
    return (
        problem(400, "主机名有误", sentence, "bad_host") if is_api() else Response(sentence, 400, mimetype="text/plain")
    )


def _http(error: HTTPException) -> tuple[str, int] | Response:
    status = error.code or 500
    title, message = SENTENCES.get(status, SENTENCES[400])
    return answer(status, title, message)


def _database(error: OperationalError) -> tuple[str, int] | Response:
    pause_reading()  # a transaction in which one question was refused answers no other
    refused = trouble(error)
    if refused is not None:
        return _machine(refused, error)
    log.error("database", error=type(error.orig).__name__, detail=str(error.orig))
    return answer(503, *SENTENCES[503])


def _machine(refused: Refused, error: Exception) -> tuple[str, int] | Response:
    """No room, a damaged or a foreign database, two at once: the sentence says what mends it, the log what the machine said."""
    detail = str(getattr(error, "orig", error))[:500]  # not the statement: it holds what people typed
    with suppress(OSError):  # the log may lie on the same full disk
        log.error("machine", refused=type(refused).__name__, error=type(error).__name__, detail=detail)
    return _refused(refused)


def _unexpected(error: Exception) -> tuple[str, int] | Response:
    if isinstance(error, RecursionError | OverflowError | UnicodeError):
        return answer(400, *SENTENCES[400])
    pause_reading()
    refused = trouble(error)
    if refused is not None:
        return _machine(refused, error)
    reference = secrets.token_hex(4)
    log.exception("unexpected", reference=reference, path=request.path)
    return answer(500, *SENTENCES[500], reference=reference)
