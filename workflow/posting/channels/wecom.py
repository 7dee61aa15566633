"""WeCom 群机器人 (企业微信, developer.work.weixin.qq.com/document/path/91770)."""

from __future__ import annotations

from typing import Any

from workflow.posting.channels import Message
from workflow.posting.channels.robot import robot


def form(message: Message, text: str) -> tuple[dict[str, Any], str]:
    """Markdown; the address itself holds the key."""
    return {"msgtype": "markdown", "markdown": {"content": f"**{message.subject}**\n{text}"}}, ""


WAY = robot(form)
