"""Mail and group robots (送达渠道): the message forms of each, and the sending; called by the background alone.

Forms: WeCom 群机器人 (developer.work.weixin.qq.com/document/path/91770), DingTalk 自定义机器人 (open.dingtalk.com,
加签 HMAC-SHA256), Feishu 自定义机器人 (open.feishu.cn, 签名校验).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import json
import smtplib
import ssl
from datetime import datetime
from email.message import EmailMessage
from typing import Any
from urllib.parse import quote_plus, urlsplit

from workflow.posting.addresses import allowed as allowed_address
from workflow.posting.addresses import delivered
from workflow.posting.models import Address, Delivery
from workflow.posting.words import Channel, DeliveryState
from workflow.record.errors import Invalid
from workflow.record.installation import Installation
from workflow.record.settings import Settings

TIMEOUT = 10
LONGEST = 3500
"""Bytes of text in a robot's message: the tightest of the three takes 4,096."""


def deliver(installation: Installation, delivery_id: int) -> None:
    """Send one message once; a failure is written down and raised, so that the background tries again."""
    with installation.database.reading() as session:
        delivery = session.get(Delivery, delivery_id)
        if delivery is None or delivery.state is DeliveryState.SENT:
            return
        address, subject, text = delivery.address, delivery.subject, delivery.text
        channel = address.channel
    error = ""
    try:
        if channel is Channel.MAIL:
            _mail(address.target, subject, text, installation.settings)
        else:
            _post(address, subject, text, installation.settings, at=installation.clock())
    except (OSError, smtplib.SMTPException, http.client.HTTPException, Invalid) as failed:
        error = failed.message if isinstance(failed, Invalid) else f"{type(failed).__name__}：没有送达"
    with installation.database.writing() as session:
        delivered(session, delivery_id, error, at=installation.clock())
    if error:
        raise Invalid(error)


def message(channel: Channel, subject: str, text: str, secret: str, *, at: datetime) -> tuple[dict[str, Any], str]:
    """A robot's message as its maker wants it, and what to add to its address."""
    text = text.encode()[:LONGEST].decode(errors="ignore")
    if channel is Channel.WECOM:
        return {"msgtype": "markdown", "markdown": {"content": f"**{subject}**\n{text}"}}, ""
    if channel is Channel.DINGTALK:
        body = {"msgtype": "markdown", "markdown": {"title": subject, "text": f"**{subject}**\n\n{text}"}}
        return body, _dingtalk_signature(secret, at) if secret else ""
    feishu: dict[str, Any] = {"msg_type": "text", "content": {"text": f"{subject}\n{text}"}}
    if secret:
        stamp = str(int(at.timestamp()))
        key = f"{stamp}\n{secret}".encode()
        feishu |= {"timestamp": stamp, "sign": base64.b64encode(hmac.new(key, b"", hashlib.sha256).digest()).decode()}
    return feishu, ""


def _dingtalk_signature(secret: str, at: datetime) -> str:
    stamp = str(int(at.timestamp() * 1000))
    digest = hmac.new(secret.encode(), f"{stamp}\n{secret}".encode(), hashlib.sha256).digest()
    return f"&timestamp={stamp}&sign={quote_plus(base64.b64encode(digest))}"


def _mail(to: str, subject: str, text: str, settings: Settings) -> None:
    if not settings.smtp_host:
        raise Invalid("还没有配置邮件服务器（TAIZHANG_SMTP_HOST）。")
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = subject, settings.smtp_from, to
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's absence note answers it
    mail.set_content(text)
    context = ssl.create_default_context()
    if settings.smtp_security == "ssl":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            settings.smtp_host, settings.smtp_port, timeout=TIMEOUT, context=context
        )
    else:
        server = smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=TIMEOUT)
    with server:
        if settings.smtp_security == "starttls":
            server.starttls(context=context)
        if settings.smtp_user:
            server.login(settings.smtp_user, settings.smtp_password)
        server.send_message(mail)


def _post(address: Address, subject: str, text: str, settings: Settings, *, at: datetime) -> None:
    if not allowed_address(address.target, settings):
        raise Invalid("群机器人地址不在允许的域名之内。")
    body, more = message(address.channel, subject, text, address.secret, at=at)
    parts = urlsplit(address.target)
    plain = parts.scheme == "http"
    kind = http.client.HTTPConnection if plain else http.client.HTTPSConnection
    connection = kind(parts.netloc, timeout=TIMEOUT)  # follows no redirect
    try:
        path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}{more}"
        connection.request("POST", path, json.dumps(body).encode(), {"Content-Type": "application/json"})
        answer = connection.getresponse()
        said = answer.read(10_000)
    finally:
        connection.close()
    if answer.status != 200 or not _accepted(said):
        raise Invalid(f"群机器人没有接收（HTTP {answer.status}），请检查地址和加签密钥。")


def _accepted(said: bytes) -> bool:
    """``errcode`` or ``code`` zero: the robots answer 200 to whatever they refuse."""
    try:
        answer = json.loads(said)
    except ValueError:
        return False
    return isinstance(answer, dict) and answer.get("errcode", answer.get("code")) == 0
