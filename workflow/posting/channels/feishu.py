"""Feishu 自定义机器人 (飞书, open.feishu.cn): the message is signed where there is a secret (签名校验)."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Any

from workflow.posting.channels import Message
from workflow.posting.channels.robot import robot


def form(message: Message, text: str) -> tuple[dict[str, Any], str]:
    """Plain text, and its signature."""
    body: dict[str, Any] = {"msg_type": "text", "content": {"text": f"{message.subject}\n{text}"}}
    if message.secret:
        stamp = str(int(message.at.timestamp()))
        key = f"{stamp}\n{message.secret}".encode()
        body |= {"timestamp": stamp, "sign": base64.b64encode(hmac.new(key, b"", hashlib.sha256).digest()).decode()}
    return body, ""


WAY = robot(form)
