"""The frame around every page (页面框架): menu, filters, and what templates may ask."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from typing import Any

from flask import Flask, request, url_for
from markupsafe import Markup, escape

from inspection.showing import showable
from views.auth import signed_in
from views.desks.finding import searches
from views.door import password_old, reading, today
from views.typed_words import accepted, tell
from workflow.office.permissions import Permission, may
from workflow.record.calendar import spoken, spoken_moment
from workflow.record.showing import spoken_duty, spoken_size
from workflow.tasks.lists.inbox import counts_of

_DATE = re.compile(
    r"(?<![\d#])(?:\d{4}年\d{1,2}月\d{1,2}日|\d{1,2}月\d{1,2}日|\d{4}-\d{2}-\d{2})(?:[ T]?\d{1,2}:\d{2}(?::\d{2})?)?"
    r"|(?<![\d:#])\d{1,2}:\d{2}(?::\d{2})?(?![\d:])"
)
SECRECY = "非涉密系统，严禁上传、处理涉密信息"


@dataclass(frozen=True)
class MenuItem:
    """One entry of the left menu (菜单项)."""

    label: str
    url: str
    icon: str
    active: str
    """What aria says of it: "page" for the page that is open, "true" where that one stands below it, empty otherwise."""
    count: int = 0


MENU = {
    "办理": (
        ("待办", "inbox.index", "inbox", Permission.WORK),
        ("总览", "standing.show", "speedometer2", Permission.WORK),
        ("消息", "inbox.notices", "bell", Permission.SELF),
        ("签批安排", "signing.index", "person-check", Permission.WORK),
    ),
    "台账": (
        ("任务台账", "ledgers.index", "table", Permission.WORK),
        ("读入任务表", "review.upload", "file-earmark-arrow-up", Permission.OFFICE),
        ("落实情况填报", "filings.index", "clipboard-data", Permission.WORK),
        ("回头看", "lookback.index", "arrow-counterclockwise", Permission.WORK),
        ("检查", "inspections.index", "binoculars", Permission.WORK),
        ("整改台账", "rectification.index", "tools", Permission.WORK),
        ("考核", "assessment.index", "clipboard-check", Permission.WORK),
        ("通报与函件", "bulletins.index", "megaphone", Permission.WORK),
        ("年度卷宗", "dossiers.index", "journal-bookmark", Permission.WORK),
    ),
    "管理": (
        ("单位名录", "units.index", "building", Permission.DIRECTORY),
        ("印章", "seals.index", "award", Permission.SEALS),
        ("账号", "accounts.index", "people", Permission.ACCOUNTS),
        ("口令发放", "resets.index", "key", Permission.RESETS),
        ("岗位授权", "accounts.grants", "person-badge", Permission.GRANTS),
        ("留痕", "trail.index", "link-45deg", Permission.AUDIT),
        ("验证证据包", "packets.verify", "patch-check", Permission.SELF),
    ),
}
"""The menu to the left, by groups."""
_TWICE = ("accounts", "inbox", "standing")
SECTIONS = {
    desk: endpoint
    for _, endpoint, _, _ in chain.from_iterable(MENU.values())
    if (desk := endpoint.partition(".")[0]) not in _TWICE
} | dict.fromkeys(("review", "duties", "closing", "reporting"), "ledgers.index")
"""To which entry of the menu the pages of a desk belong; those of a desk with two entries say it themselves."""
OWN = (
    ("修改口令", "auth.password", "key", Permission.SELF),
    ("接口令牌", "tokens.index", "plug", Permission.WORK),
    ("办理流程", "manual.process", "signpost-split", Permission.SELF),
)
"""What stands under the person's name."""
RAIL = "taizhang-rail"
"""The cookie by which a browser keeps the menu narrow."""


def install_frame(app: Flask) -> None:
    """Give templates the menu, the person and the ways to print days, times and sizes."""
    app.context_processor(_context)
    app.jinja_env.filters.update(day=day, moment=moment, dated=dated, size=spoken_size, duty=spoken_duty)
    app.jinja_env.filters["showable"] = showable
    app.jinja_env.tests["showable"] = showable
    app.after_request(tell)


def day(value: date | None) -> Markup:
    """2026年9月30日 on one line, or a dash."""
    return dated(spoken(value) if value else "—")


def moment(value: datetime | None) -> Markup:
    """2026年9月30日 14:05 in China's zone, on one line, or a dash."""
    return dated(spoken_moment(value) if value else "—")


def dated(text: str | None) -> Markup:
    """A text with the dates and times in it kept from breaking over two lines; not for attributes."""
    return Markup(_DATE.sub(r"<time>\g<0></time>", str(escape(text or ""))))  # noqa: S704 - escaped before


def _context() -> dict[str, Any]:
    return {
        "menu": _menu,
        "own_menu": OWN,
        "may": may,
        "narrow": request.cookies.get(RAIL) == "narrow",
        "person": signed_in,
        "secrecy": SECRECY,
        "today": today,
        "accepted": accepted,
        "searches": searches,
    }


def _menu() -> dict[str, list[MenuItem]]:
    """The groups of the menu with what the person may open; a group with nothing in it is left out."""
    person = signed_in()
    if person is None or person.must_change_password or password_old():
        return {}
    waiting, unread = counts_of(reading(), person, today())
    counts = {"inbox.index": waiting, "inbox.notices": unread}
    here = request.endpoint or ""
    shown = {
        group: [
            MenuItem(label, url_for(endpoint), icon, _stands(endpoint, here), counts.get(endpoint, 0))
            for label, endpoint, icon, permission in entries
            if may(person, permission)
        ]
        for group, entries in MENU.items()
    }
    return {group: entries for group, entries in shown.items() if entries}


def _stands(endpoint: str, here: str) -> str:
    """Whether the page that is open is the one that an entry leads to, or one below it."""
    if here == endpoint:
        return "page"
    return "true" if SECTIONS.get(here.partition(".")[0]) == endpoint else ""
