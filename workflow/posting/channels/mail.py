"""Mail (邮件): plain text to a person's own box, by the office's mail server."""

from __future__ import annotations

import re
import smtplib
import ssl
from email.message import EmailMessage

from workflow.posting.channels import Message, Way
from workflow.record.errors import Invalid
from workflow.record.settings import Settings

TIMEOUT = 10
_BOX = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+")


def _refuses(target: str, settings: Settings) -> str:
    return "" if _BOX.fullmatch(target) else "请填写有效的邮箱地址，例如 name@example.gov.cn。"


def _send(message: Message, settings: Settings) -> None:
    if not settings.smtp_host:
        raise Invalid("还没有配置邮件服务器（TAIZHANG_SMTP_HOST）。")
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = message.subject, settings.smtp_from, message.target
    if message.key:
        mail["Message-ID"] = f"<{message.key}@{settings.smtp_from.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's absence note answers it
    mail.set_content(message.text)
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


WAY = Way(True, _refuses, lambda target: target.rpartition("@")[2], _send, (OSError, smtplib.SMTPException))
