"""The frame of the interface (接口框架): bearer tokens, refusals for programs (RFC 9457), and requests done once."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from apiflask import APIFlask
from apiflask.exceptions import HTTPError
from flask import Request, Response, g, json, request
from sqlalchemy.orm import Session

from forms.api_out import DoneOut, ProblemOut
from views.door import installation, marking, me, pause_reading, reading, writing
from workflow.office.models import ApiReply, User
from workflow.office.tokens import note_use, token_of
from workflow.record.errors import Invalid, Refused

ROOT = "/api/v1"
KEY = "Idempotency-Key"
USED_EVERY = timedelta(minutes=1)


def is_api() -> bool:
    """True for a request to the interface, whose answers are JSON whatever happens."""
    return request.path.startswith("/api/")


def bearer(incoming: Request) -> int | None:
    """The person behind the request's token, None without a live one. A browser's cookie opens nothing here."""
    kind, _, secret = incoming.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not secret.isascii():
        return None
    token = token_of(reading(), secret.strip(), at=installation().clock())
    if token is None:
        return None
    g.api_token, user_id, now = token, token.user_id, installation().clock()
    if token.used_at is None or now - token.used_at > USED_EVERY:
        with marking() as writer:
            note_use(writer, token.id, at=now)
    return user_id


def problem(status: int, title: str, detail: str, code: str) -> Response:
    """A refusal as a program reads it."""
    body = ProblemOut(type="about:blank", title=title, status=status, code=code, detail=detail).model_dump()
    answer = Response(json.dumps(body), status, mimetype="application/problem+json")
    if status == 401:
        answer.headers["WWW-Authenticate"] = 'Bearer realm="taizhang"'
    return answer


def code_of(error: Refused) -> str:
    """``NotInState`` → ``not_in_state``."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", type(error).__name__).lower()


def once(work: Callable[[Session, User], DoneOut]) -> DoneOut:
    """Do the work in one transaction; a request that names itself is done once, and answered alike ever after.

    Raises Invalid where the same name comes with another request.
    """
    key, digest = _name()
    pause_reading()
    with writing() as (session, by):
        if (kept := _kept(session, by, key, digest)) is not None:
            return kept
        made = work(session, by)
        if key:
            body = made.model_dump(mode="json")
            now = installation().clock()
            session.add(ApiReply(user_id=by.id, key=key, request_digest=digest, body=body, created_at=now))
        return made


def answered() -> DoneOut | None:
    """What this very request was answered before; asked before any work, which could be refused by now. Raises Invalid."""
    key, digest = _name()
    return _kept(reading(), me(), key, digest) if key else None


def _name() -> tuple[str, str]:
    """What the request calls itself, empty where it does not, and the digest of what it asks. Raises Invalid."""
    key = request.headers.get(KEY, "")
    if key and not re.fullmatch(r"[!-~]{8,80}", key):
        raise Invalid(f"{KEY} 应为 8 至 80 个可见字符，例如一个 UUID。")
    asked = (request.method.encode(), request.full_path.encode(), _body())
    return key, hashlib.sha256(b"\n".join(asked)).hexdigest()


def _kept(session: Session, by: User, key: str, digest: str) -> DoneOut | None:
    kept = session.get(ApiReply, (by.id, key)) if key else None
    if kept is None:
        return None
    if kept.request_digest != digest:
        raise Invalid(f"这个 {KEY} 已用于另一个请求，请换一个。")
    return DoneOut.model_validate(kept.body | {"replayed": True})


def _body() -> bytes:
    """What the request carries: its bytes, or of a form with files their names and contents."""
    if not request.files:
        return request.get_data(cache=True)
    parts = [f"{name}={value}".encode() for name, value in sorted(request.form.items())]
    for name, file in request.files.items(multi=True):
        file.stream.seek(0)  # whoever kept the bytes has read them to their end
        parts.append(f"{name}:{file.filename}:{hashlib.sha256(file.stream.read()).hexdigest()}".encode())
        file.stream.seek(0)
    return b"&".join(parts)


def describe(app: APIFlask) -> None:
    """The description's common parts (OpenAPI 3.1): the token, the refusals, the key against doing things twice."""
    app.config.update(
        OPENAPI_VERSION="3.1.0",
        SERVERS=[{"url": "/"}],
        AUTO_TAGS=False,
        AUTO_404_RESPONSE=False,
        AUTO_VALIDATION_ERROR_RESPONSE=False,
        AUTO_AUTH_ERROR_RESPONSE=False,
        DESCRIPTION="任务、填报、签批、申请与代理的接口。时间为 UTC，日期为中国标准时间；每次办理须带所见版本 seen_version。",
        SECURITY_SCHEMES={"bearer": {"type": "http", "scheme": "bearer"}},
    )
    app.error_processor(_unprocessable)
    app.spec_processor(_complete)


def _unprocessable(error: HTTPError) -> Response:
    """What a model refuses, in one sentence that names the fields."""
    detail = error.detail if isinstance(error.detail, dict) else {}
    fields = "、".join(str(name) for part in detail.values() for name in part)[:200]
    sentence = f"请求中有缺少、多余或不符合要求的内容：{fields}；请对照 openapi.json 修改。"
    return problem(error.status_code, "内容不符合要求", sentence, "invalid")


def _complete(spec: Any) -> Any:
    schema = ProblemOut.model_json_schema()
    spec.setdefault("components", {}).setdefault("schemas", {})["Problem"] = schema
    refusal = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    words = {"400": "请求无法识别", "401": "没有有效的令牌", "403": "无权办理", "404": "没有，或无权查看"}
    words |= {"409": "已有变化", "413": "内容太大", "415": "格式不支持", "422": "内容不符合要求", "503": "系统繁忙"}
    for path in spec.get("paths", {}).values():
        for method, operation in path.items():
            operation["security"] = [{"bearer": []}]
            for status, word in words.items():
                operation["responses"].setdefault(status, {"description": word, "content": refusal})
            if method in ("post", "put", "delete"):
                operation.setdefault("parameters", []).append(
                    {
                        "in": "header",
                        "name": KEY,
                        "required": False,
                        "schema": {"type": "string", "minLength": 8, "maxLength": 80, "pattern": "^[!-~]{8,80}$"},
                    }
                )
    return spec
