"""DingTalk 自定义机器人 (钉钉, open.dingtalk.com): the address is signed by HMAC-SHA256 where there is a secret (加签)."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Any
from urllib.parse import quote_plus

from workflow.posting.channels import Message
from workflow.posting.channels.robot import robot


def form(message: Message, text: str) -> tuple[dict[str, Any], str]:
    """Markdown with a title, and the signature of the address."""
    body = {"msgtype": "markdown", "markdown": {"title": message.subject, "text": f"**{message.subject}**\n\n{text}"}}
    if not message.secret:
        return body, ""
    stamp = str(int(message.at.timestamp() * 1000))
    signed = f"{stamp}\n{message.secret}".encode()
    digest = hmac.new(message.secret.encode(), signed, hashlib.sha256).digest()
    return body, f"&timestamp={stamp}&sign={quote_plus(base64.b64encode(digest))}"


WAY = robot(form)
